"""The two networks of a DCGAN (Radford et al. 2016) at MNIST's native 28×28."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

IMAGE_SIZE = 28
IMAGE_CHANNELS = 1
# The smallest feature map: two doublings make 28 of it.
BASE_SIZE = IMAGE_SIZE // 4


@dataclass(frozen=True, slots=True)
class GeneratorShape:
    """All that is needed to build a generator before its weights are read."""

    latent_size: int
    width: int


@dataclass(frozen=True, slots=True)
class DiscriminatorShape:
    """All that is needed to build a discriminator before its weights are read."""

    width: int


class Generator(nn.Module):
    """Latents (N, latent_size) become pictures, float32 (N, 1, 28, 28) in [−1, 1]."""

    def __init__(self, shape: GeneratorShape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(shape.latent_size, 2 * width, BASE_SIZE, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, width // 2, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(width // 2),
            nn.ReLU(),
            # A plain convolution last: a strided one leaves a checkerboard that gives a fake away.
            nn.Conv2d(width // 2, IMAGE_CHANNELS, 3, padding=1),
        )

    def forward(self, latents: Tensor) -> Tensor:
        # tanh in float32: near −1, where the background lies, bfloat16 has steps of half a grey level.
        return torch.tanh(self.layers(latents[:, :, None, None]).float())


class Discriminator(nn.Module):
    """Pictures (N, 1, 28, 28) in [−1, 1] become logits, float32 (N,): above 0 means “real”."""

    def __init__(self, shape: DiscriminatorShape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.layers = nn.Sequential(
            nn.Conv2d(IMAGE_CHANNELS, width // 2, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width // 2, width, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(0.2),
            nn.Conv2d(2 * width, 1, 4),
        )

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images).flatten().float()  # type: ignore[no-any-return]  # nn.Module calls are untyped


def initialize_weights(network: nn.Module, generator: torch.Generator) -> None:
    """Draws the network's first weights as the DCGAN paper does: N(0, 0.02) for kernels, N(1, 0.02) for scales."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02, generator=generator)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02, generator=generator)
            nn.init.zeros_(module.bias)


def to_unit_range(images: Tensor) -> Tensor:
    """Returns uint8 pictures as float32 in [−1, 1]."""
    return images.float().mul_(2 / 255).sub_(1)


def to_uint8(images: Tensor) -> Tensor:
    """Returns pictures in [−1, 1] as uint8: the exact inverse of `to_unit_range`, rounding to the nearest level."""
    return images.add(1).mul_(255 / 2).round_().clamp_(0, 255).to(torch.uint8)


def parameter_count(network: nn.Module) -> int:
    """Returns the number of trained parameters."""
    return sum(parameter.numel() for parameter in network.parameters())
