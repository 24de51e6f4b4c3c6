"""The two networks, from one description: vanilla GAN (Goodfellow et al. 2014) or DCGAN (Radford et al. 2016)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from gan.config import ArchitectureName, NormalizationName, TrainingConfig

# The smallest feature maps: the generator starts from 7 for 28, from 4 for 32 and 64; the discriminator ends at 4.
MAX_BASE_SIZE = 7
HEAD_SIZE = 4
# However wide: a stranger's file must not fill the memory.
MAX_FEATURES = 512
MAX_UNITS = 1024
CLASS_EMBEDDING_SIZE = 16
LEAK = 0.2


@dataclass(frozen=True, slots=True)
class GeneratorShape:
    """All that is needed to build a generator before its weights are read; `class_count` 0: it knows no classes."""

    latent_size: int
    width: int
    architecture: ArchitectureName = "dcgan"
    image_size: int = 28
    channels: int = 1
    class_count: int = 0


@dataclass(frozen=True, slots=True)
class DiscriminatorShape:
    """All that is needed to build a discriminator before its weights are read."""

    width: int
    architecture: ArchitectureName = "dcgan"
    image_size: int = 28
    channels: int = 1
    class_count: int = 0
    normalization: NormalizationName = "batch"


def shapes(config: TrainingConfig, class_count: int) -> tuple[GeneratorShape, DiscriminatorShape]:
    """Returns what a run's networks look like; its dataset has `class_count` classes."""
    classes = class_count if config.conditional else 0
    pictures = (config.architecture, config.image_size, config.channels, classes)
    return (
        GeneratorShape(config.latent_size, config.generator_width, *pictures),
        DiscriminatorShape(config.discriminator_width, *pictures, config.discriminator_normalization),
    )


class Generator(nn.Module):
    """Latents (N, latent_size), with labels (N,) where it knows classes, become pictures in [−1, 1].

    Pictures are float32 (N, channels, image_size, image_size).
    """

    def __init__(self, shape: GeneratorShape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.class_count, CLASS_EMBEDDING_SIZE) if shape.class_count else None
        self.layers = nn.Sequential(*_GENERATOR_LAYERS[shape.architecture](shape))

    def forward(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        codes = latents if self.embedding is None else torch.cat((latents, self.embedding(labels)), dim=1)
        if self.shape.architecture == "dcgan":
            codes = codes[:, :, None, None]
        # tanh in float32: near −1, where the background lies, bfloat16 has steps of half a grey level.
        pictures = torch.tanh(self.layers(codes).float())
        return pictures.view(len(latents), self.shape.channels, self.shape.image_size, self.shape.image_size)


class Discriminator(nn.Module):
    """Pictures in [−1, 1], with labels (N,) where it knows classes, become logits, float32 (N,): above 0 means “real”.

    A class adds the product of its embedding with the last features (Miyato & Koyama 2018, the projection
    discriminator).
    """

    def __init__(self, shape: DiscriminatorShape) -> None:
        super().__init__()
        self.shape = shape
        layers, feature_count = _DISCRIMINATOR_LAYERS[shape.architecture](shape)
        self.layers = nn.Sequential(*layers)
        self.embedding = (
            _constrained(nn.Embedding(shape.class_count, feature_count), shape) if shape.class_count else None
        )

    def forward(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        if self.shape.architecture == "mlp":
            images = images.flatten(1)
        if self.embedding is None:
            return self.layers(images).flatten().float()  # type: ignore[no-any-return]  # nn.Module calls are untyped
        features = self.layers[:-1](images)
        pooled = features.flatten(2).sum(dim=2) if features.dim() > 2 else features
        agreement = (pooled.float() * self.embedding(labels)).sum(dim=1)
        return self.layers[-1](features).flatten().float() + agreement  # type: ignore[no-any-return]  # as above


def _dcgan_generator(shape: GeneratorShape) -> Iterator[nn.Module]:
    size, features = shape.image_size, shape.width // 2
    while size > MAX_BASE_SIZE:
        size, features = size // 2, 2 * features
    inputs = shape.latent_size + (CLASS_EMBEDDING_SIZE if shape.class_count else 0)
    yield nn.ConvTranspose2d(inputs, min(MAX_FEATURES, features), size, bias=False)
    while size < shape.image_size:
        yield nn.BatchNorm2d(min(MAX_FEATURES, features))
        yield nn.ReLU()
        yield nn.ConvTranspose2d(
            min(MAX_FEATURES, features), min(MAX_FEATURES, features // 2), 4, stride=2, padding=1, bias=False
        )
        size, features = 2 * size, features // 2
    yield nn.BatchNorm2d(features)
    yield nn.ReLU()
    # A plain convolution last: a strided one leaves a checkerboard that gives a fake away.
    yield nn.Conv2d(features, shape.channels, 3, padding=1)


def _dcgan_discriminator(shape: DiscriminatorShape) -> tuple[list[nn.Module], int]:
    size, inputs, features, layers = shape.image_size, shape.channels, shape.width // 2, list[nn.Module]()
    while size > HEAD_SIZE:
        # An odd size has no half: 7 becomes 4.
        kernel = 3 if size % 2 else 4
        is_first = not layers
        has_bias = is_first or shape.normalization in ("spectral", "none")
        layers.append(_constrained(nn.Conv2d(inputs, features, kernel, stride=2, padding=1, bias=has_bias), shape))
        if not is_first and shape.normalization == "batch":
            layers.append(nn.BatchNorm2d(features))
        elif not is_first and shape.normalization == "layer":
            # Over all features of one picture, which is what layer norm is for a convolution.
            layers.append(nn.GroupNorm(1, features))
        layers.append(nn.LeakyReLU(LEAK))
        size, inputs, features = -(-size // 2), features, min(MAX_FEATURES, 2 * features)
    layers.append(_constrained(nn.Conv2d(inputs, 1, HEAD_SIZE), shape))
    return layers, inputs


def _mlp_generator(shape: GeneratorShape) -> Iterator[nn.Module]:
    inputs = shape.latent_size + (CLASS_EMBEDDING_SIZE if shape.class_count else 0)
    for multiple in (4, 8, 16):
        units = min(MAX_UNITS, multiple * shape.width)
        yield nn.Linear(inputs, units, bias=False)
        yield nn.BatchNorm1d(units)
        yield nn.ReLU()
        inputs = units
    yield nn.Linear(inputs, shape.channels * shape.image_size**2)


def _mlp_discriminator(shape: DiscriminatorShape) -> tuple[list[nn.Module], int]:
    inputs, layers = shape.channels * shape.image_size**2, list[nn.Module]()
    for multiple in (16, 8, 4):
        units = min(MAX_UNITS, multiple * shape.width)
        is_first = not layers
        has_bias = is_first or shape.normalization in ("spectral", "none")
        layers.append(_constrained(nn.Linear(inputs, units, bias=has_bias), shape))
        if not is_first and shape.normalization == "batch":
            layers.append(nn.BatchNorm1d(units))
        elif not is_first and shape.normalization == "layer":
            layers.append(nn.LayerNorm(units))
        layers.append(nn.LeakyReLU(LEAK))
        inputs = units
    layers.append(_constrained(nn.Linear(inputs, 1), shape))
    return layers, inputs


_GENERATOR_LAYERS = {"dcgan": _dcgan_generator, "mlp": _mlp_generator}
_DISCRIMINATOR_LAYERS = {"dcgan": _dcgan_discriminator, "mlp": _mlp_discriminator}


def _constrained(layer: nn.Module, shape: DiscriminatorShape) -> nn.Module:
    return spectral_norm(layer) if shape.normalization == "spectral" else layer


def initialize_weights(network: Generator | Discriminator, generator: torch.Generator) -> None:
    """Draws the network's first weights.

    Layers that a normalisation follows get N(0, 0.02), and their scales N(1, 0.02), as in the DCGAN paper; where none
    does, a kernel that small would let the signal die out, and He et al. 2015 have the size that keeps it.
    """
    is_normalized = isinstance(network, Generator) or network.shape.normalization in ("batch", "layer")
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            fan_in = _weight(module)[0].numel()
            std = 0.02 if is_normalized else math.sqrt(2 / (1 + LEAK**2) / fan_in)
            nn.init.normal_(_weight(module), 0.0, std, generator=generator)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(_weight(module), 0.0, 0.02, generator=generator)
        elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d | nn.GroupNorm | nn.LayerNorm):
            nn.init.normal_(module.weight, 1.0, 0.02, generator=generator)
            nn.init.zeros_(module.bias)


def _weight(layer: nn.Conv2d | nn.ConvTranspose2d | nn.Linear | nn.Embedding) -> Tensor:
    # Behind spectral norm the weight itself has another name.
    named = dict(layer.named_parameters())
    return named.get("parametrizations.weight.original", layer.weight)


def to_unit_range(images: Tensor) -> Tensor:
    """Returns uint8 pictures as float32 in [−1, 1]."""
    return images.float().mul_(2 / 255).sub_(1)


def to_uint8(images: Tensor) -> Tensor:
    """Returns pictures in [−1, 1] as uint8: the exact inverse of `to_unit_range`, rounding to the nearest level."""
    return images.add(1).mul_(255 / 2).round_().clamp_(0, 255).to(torch.uint8)


def parameter_count(network: nn.Module) -> int:
    """Returns the number of trained parameters."""
    return sum(parameter.numel() for parameter in network.parameters())
