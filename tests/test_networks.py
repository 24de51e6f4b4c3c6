"""The networks' shapes and ranges, and the way between grey levels and [−1, 1]."""

import pytest
import torch
from torch import nn

from gan.networks import (
    Discriminator,
    DiscriminatorShape,
    Generator,
    GeneratorShape,
    initialize_weights,
    parameter_count,
    to_uint8,
    to_unit_range,
)


def test_every_grey_level_survives_the_way_there_and_back() -> None:
    levels = torch.arange(256, dtype=torch.uint8)
    scaled = to_unit_range(levels)
    assert (scaled.min().item(), scaled.max().item()) == (-1.0, 1.0)
    assert torch.equal(to_uint8(scaled), levels)


def test_between_levels_the_nearest_one_is_taken_and_outside_the_last_one() -> None:
    # Grey level g lies at 2 g / 255 − 1.
    greys = torch.tensor([0.4, 0.6, 99.4, 254.6, -30.0, 300.0])
    assert to_uint8(greys * 2 / 255 - 1).tolist() == [0, 1, 99, 255, 0, 255]


def test_scaling_leaves_its_input_alone() -> None:
    images = torch.tensor([0.5])
    to_uint8(images)
    assert images.item() == 0.5


@pytest.mark.parametrize(("latent_size", "width"), [(2, 2), (7, 8)])
def test_the_generator_draws_pictures_from_minus_1_to_1(latent_size: int, width: int) -> None:
    generator = Generator(GeneratorShape(latent_size, width))
    images = generator(1000 * torch.randn(5, latent_size))
    assert images.shape == (5, 1, 28, 28)
    assert images.dtype == torch.float32
    assert images.abs().max() <= 1


def test_the_discriminator_gives_one_logit_a_picture() -> None:
    logits = Discriminator(DiscriminatorShape(4))(torch.zeros(3, 1, 28, 28))
    assert logits.shape == (3,)
    assert logits.dtype == torch.float32


def test_outputs_are_float32_also_under_bfloat16() -> None:
    generator, discriminator = Generator(GeneratorShape(4, 4)), Discriminator(DiscriminatorShape(4))
    with torch.autocast("cpu", torch.bfloat16):
        images = generator(torch.randn(4, 4))
        assert images.dtype == torch.float32
        assert discriminator(images).dtype == torch.float32


def test_parameter_counts_are_those_worked_out_by_hand() -> None:
    # width w, latent z: kernels z·2w·7·7 + 2w·w·16 + w·w/2·16 + w/2·9 + 1, and two numbers per batch-norm channel.
    z, w = 64, 64
    generator = z * 2 * w * 49 + 2 * w * w * 16 + w * w // 2 * 16 + w // 2 * 9 + 1 + 2 * (2 * w + w + w // 2)
    discriminator = (w // 2 * 16 + w // 2) + w // 2 * w * 16 + w * 2 * w * 9 + (2 * w * 16 + 1) + 2 * (w + 2 * w)
    assert parameter_count(Generator(GeneratorShape(z, w))) == generator
    assert parameter_count(Discriminator(DiscriminatorShape(w))) == discriminator


def test_first_weights_are_the_papers_and_decided_by_the_seed() -> None:
    generators = [Generator(GeneratorShape(64, 64)) for _ in range(2)]
    for generator in generators:
        initialize_weights(generator, torch.Generator().manual_seed(3))
    kernel, scale = generators[0].layers[0].weight, generators[0].layers[1].weight
    assert isinstance(kernel, nn.Parameter) and isinstance(scale, nn.Parameter)
    assert (kernel.mean().item(), kernel.std().item()) == pytest.approx((0, 0.02), abs=3e-4)
    assert (scale.mean().item(), scale.std().item()) == pytest.approx((1, 0.02), abs=6e-3)
    for mine, other in zip(*(generator.parameters() for generator in generators), strict=True):
        assert torch.equal(mine, other)
