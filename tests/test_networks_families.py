"""Both architectures at every size, with and without colours and classes: what is built, and what comes out."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from gan.checkpoint import MAX_FILE_BYTES, read_discriminator, read_generator
from gan.config import CHECKPOINTS_ROOT, MAX_CLASS_COUNT, MAX_LATENT_SIZE, MAX_WIDTH, ArchitectureName
from gan.networks import (
    Discriminator,
    DiscriminatorShape,
    Generator,
    GeneratorShape,
    initialize_weights,
    parameter_count,
    shapes,
)
from gan.presets import PRESETS, preset

ARCHITECTURES: tuple[ArchitectureName, ...] = ("dcgan", "mlp")
NORMALIZATIONS = ("batch", "layer", "spectral", "none")
FAMILIES = list(itertools.product(ARCHITECTURES, (28, 32, 64), (1, 3)))
LABELS = torch.tensor([0, 1, 2, 1])


def _initialized(network: Generator | Discriminator, seed: int = 0) -> Generator | Discriminator:
    initialize_weights(network, torch.Generator().manual_seed(seed))
    return network


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_shipped_networks_load_with_the_parameters_they_were_published_with(name: str) -> None:
    rungs = sorted((CHECKPOINTS_ROOT / name / "ladder").glob("*.safetensors"))
    assert rungs
    for path in rungs:
        assert parameter_count(read_generator(path)) == 565_985
    discriminator = read_discriminator(CHECKPOINTS_ROOT / name / "discriminator.safetensors")
    assert parameter_count(discriminator) == 109_473


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize(("architecture", "size", "channels"), FAMILIES)
def test_every_family_gives_pictures_and_logits_of_the_right_shape(
    architecture: ArchitectureName, size: int, channels: int, precision: torch.dtype
) -> None:
    for class_count, normalization in itertools.product((0, 3), NORMALIZATIONS):
        labels = LABELS if class_count else None
        family = (architecture, size, channels, class_count)
        generator = _initialized(Generator(GeneratorShape(5, 4, *family)))
        discriminator = _initialized(Discriminator(DiscriminatorShape(4, *family, normalization)))
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == torch.bfloat16):
            images = generator(torch.randn(4, 5), labels)
            logits = discriminator(images, labels)
        assert (images.shape, images.dtype) == ((4, channels, size, size), torch.float32)
        assert (logits.shape, logits.dtype) == ((4,), torch.float32)
        assert images.abs().max() <= 1 and images.isfinite().all() and logits.isfinite().all()
        logits.sum().backward()
        gradients = [p.grad for network in (generator, discriminator) for p in network.parameters()]
        assert all(gradient is not None and gradient.isfinite().all() for gradient in gradients)
        for network in (generator, discriminator):
            network.eval()
        assert discriminator(generator(torch.randn(1, 5), LABELS[:1]), LABELS[:1]).isfinite().all()


def _by_hand(width: int, latent_size: int) -> list[tuple[nn.Module, int]]:
    """Networks of each kind, and their parameters counted layer by layer; a norm has two numbers a channel."""
    w, z, k = width, latent_size, 3
    embedded = 16
    return [
        (
            Generator(GeneratorShape(z, w, "dcgan", 32, 3, k)),
            # 4 px with 4w channels, 8 with 2w, 16 with w, 32 with w/2; then three colours.
            k * embedded
            + (z + embedded) * 4 * w * 16
            + 16 * (4 * w * 2 * w + 2 * w * w + w * w // 2)
            + (w // 2 * 3 * 9 + 3)
            + 2 * (4 * w + 2 * w + w + w // 2),
        ),
        (
            Generator(GeneratorShape(z, w, "dcgan", 64, 1)),
            z * 8 * w * 16
            + 16 * (8 * w * 4 * w + 4 * w * 2 * w + 2 * w * w + w * w // 2)
            + (w // 2 * 9 + 1)
            + 2 * (8 * w + 4 * w + 2 * w + w + w // 2),
        ),
        (
            Generator(GeneratorShape(z, w, "mlp", 28, 1)),
            z * 4 * w + 4 * w * 8 * w + 8 * w * 16 * w + 2 * (4 * w + 8 * w + 16 * w) + (16 * w * 784 + 784),
        ),
        (
            Discriminator(DiscriminatorShape(w, "dcgan", 64, 3, k, "layer")),
            (3 * w // 2 * 16 + w // 2)
            + 16 * (w // 2 * w + w * 2 * w + 2 * w * 4 * w)
            + 2 * (w + 2 * w + 4 * w)
            + (4 * w * 16 + 1)
            + k * 4 * w,
        ),
        (
            Discriminator(DiscriminatorShape(w, "dcgan", 32, 1, 0, "none")),
            (w // 2 * 16 + w // 2) + (w // 2 * w * 16 + w) + (w * 2 * w * 16 + 2 * w) + (2 * w * 16 + 1),
        ),
        (
            Discriminator(DiscriminatorShape(w, "dcgan", 28, 1, 0, "spectral")),
            (w // 2 * 16 + w // 2) + (w // 2 * w * 16 + w) + (w * 2 * w * 9 + 2 * w) + (2 * w * 16 + 1),
        ),
        (
            Discriminator(DiscriminatorShape(w, "mlp", 28, 1, k, "batch")),
            (784 * 16 * w + 16 * w) + 16 * w * 8 * w + 8 * w * 4 * w + 2 * (8 * w + 4 * w) + (4 * w + 1) + k * 4 * w,
        ),
        (
            Discriminator(DiscriminatorShape(w, "mlp", 32, 3, 0, "none")),
            (3072 * 16 * w + 16 * w) + (16 * w * 8 * w + 8 * w) + (8 * w * 4 * w + 4 * w) + (4 * w + 1),
        ),
    ]


@pytest.mark.parametrize(("width", "latent_size"), [(2, 2), (6, 5)])
def test_parameters_are_as_many_as_counted_by_hand(width: int, latent_size: int) -> None:
    for network, count in _by_hand(width, latent_size):
        assert parameter_count(network) == count, network.shape


@pytest.mark.parametrize(("architecture", "size", "channels"), FAMILIES)
def test_the_widest_network_stays_below_its_caps_and_its_state_can_be_read(
    architecture: ArchitectureName, size: int, channels: int
) -> None:
    family = (architecture, size, channels, MAX_CLASS_COUNT)
    with torch.device("meta"):
        generator = Generator(GeneratorShape(MAX_LATENT_SIZE, MAX_WIDTH, *family))
        discriminator = Discriminator(DiscriminatorShape(MAX_WIDTH, *family, "batch"))
    norms = [m for n in (generator, discriminator) for m in n.modules() if hasattr(m, "num_features")]
    assert max(norm.num_features for norm in norms) <= (512 if architecture == "dcgan" else 1024)
    # Weights and Adam's two moments of both, and the average, in float32.
    state_bytes = 4 * (4 * parameter_count(generator) + 3 * parameter_count(discriminator))
    assert state_bytes < MAX_FILE_BYTES


@pytest.mark.parametrize("size", [28, 32, 64])
def test_the_widest_convolutional_networks_still_run(size: int) -> None:
    generator = Generator(GeneratorShape(2, MAX_WIDTH, "dcgan", size, 3)).eval()
    discriminator = Discriminator(DiscriminatorShape(MAX_WIDTH, "dcgan", size, 3)).eval()
    with torch.inference_mode():
        assert discriminator(generator(torch.zeros(1, 2))).shape == (1,)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_two_labels_differ_by_the_product_of_their_embeddings_difference_with_the_features(
    architecture: ArchitectureName,
) -> None:
    """Miyato & Koyama 2018, eq. 5: f(x, y) = yᵀV φ(x) + ψ(φ(x)); for a convolution φ sums over places."""
    shape = DiscriminatorShape(6, architecture, 28, 1, 3, "layer")
    discriminator = _initialized(Discriminator(shape))
    discriminator.embedding.weight.data.normal_()
    images = torch.rand(5, 1, 28, 28) * 2 - 1
    seen: list[torch.Tensor] = []
    hook = discriminator.layers[-2].register_forward_hook(lambda module, inputs, output: seen.append(output))
    logits = {label: discriminator(images, torch.full((5,), label)).detach().numpy() for label in (0, 2)}
    hook.remove()
    features = (
        seen[0].detach().numpy().astype(float).reshape(5, shape.width * (2 if architecture == "dcgan" else 4), -1)
    )
    embedding = discriminator.embedding.weight.detach().numpy().astype(float)
    expected = features.sum(axis=2) @ (embedding[2] - embedding[0])
    np.testing.assert_allclose(logits[2] - logits[0], expected, rtol=1e-4, atol=1e-5)
    assert np.abs(expected).min() > 1e-4


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_another_class_is_another_picture_and_the_same_class_the_same(architecture: ArchitectureName) -> None:
    generator = _initialized(Generator(GeneratorShape(4, 8, architecture, 28, 1, 3))).eval()
    generator.embedding.weight.data.normal_()
    codes = torch.randn(1, 4).expand(4, 4)
    images = generator(codes, LABELS)
    assert torch.allclose(images[1], images[3], atol=1e-6)
    assert min((images[0] - images[1]).abs().max(), (images[1] - images[2]).abs().max()) > 1e-4


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_spectral_norm_makes_the_largest_singular_value_of_every_layer_1(architecture: ArchitectureName) -> None:
    """Miyato et al. 2018, eq. 8, of the kernel as a matrix (features, rest); one step of the power method a pass."""
    discriminator = _initialized(Discriminator(DiscriminatorShape(4, architecture, 28, 1, 3, "spectral")))
    images = torch.rand(4, 1, 28, 28) * 2 - 1
    with torch.no_grad():
        for _ in range(300):
            discriminator(images, LABELS)
    discriminator.eval()
    layers = [m for m in discriminator.modules() if isinstance(m, nn.Conv2d | nn.Linear | nn.Embedding)]
    assert len(layers) == 5
    for layer in layers:
        matrix = layer.weight.detach().numpy().astype(float)
        singular = np.linalg.svd(matrix.reshape(len(matrix), -1), compute_uv=False)
        assert singular[0] == pytest.approx(1, abs=1e-3), layer


def test_first_weights_without_a_norm_keep_the_signals_size() -> None:
    """He et al. 2015, eq. 15, with a leak of 0.2: variance 2 / (1.04 fan-in), so that noise comes out as it went in."""
    discriminator = _initialized(Discriminator(DiscriminatorShape(64, "mlp", 32, 3, 0, "none")))
    weight = discriminator.layers[0].weight
    assert weight.std().item() == pytest.approx(math.sqrt(2 / 1.04 / 3072), rel=1e-2)
    assert all(not p.any() for name, p in discriminator.named_parameters() if name.endswith("bias"))
    hidden = discriminator.layers[:-1](torch.randn(500, 3072))
    assert hidden.square().mean().sqrt().item() == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize("family", PRESETS, ids=" ".join)
@pytest.mark.parametrize("class_count", [0, 10])
def test_a_configuration_says_all_of_its_networks(family: tuple[str, str], class_count: int) -> None:
    config = replace(preset(*family, "cifar10"), conditional=class_count > 0)
    generator, discriminator = shapes(config, 10)
    assert generator == GeneratorShape(config.latent_size, config.generator_width, family[0], 32, 3, class_count)
    assert discriminator == DiscriminatorShape(
        config.discriminator_width, family[0], 32, 3, class_count, config.discriminator_normalization
    )


def test_where_nothing_is_conditional_the_classes_of_the_dataset_are_not_told() -> None:
    assert {shape.class_count for shape in shapes(preset(), 10)} == {0}
