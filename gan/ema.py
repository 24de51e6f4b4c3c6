"""A moving average of the generator's weights: steadier, and better to look at, than the last step's."""

import math

import torch
from torch import nn


def ema_decay(images_per_step: int, images_seen: int, half_life_kimg: float, ramp_up: float) -> float:
    """Returns the weight that the old average keeps in one step that shows so many images.

    The half-life is at most `ramp_up` of the images seen, so that early averages forget the first noise
    (Karras et al. 2020, StyleGAN2-ADA's training loop).
    """
    half_life_images = min(half_life_kimg * 1000, images_seen * ramp_up)
    return math.pow(0.5, images_per_step / max(half_life_images, 1e-8))


@torch.no_grad()
def update_ema(average: nn.Module, live: nn.Module, decay: float) -> None:
    """Moves the average's parameters towards the live ones and copies the buffers (batch norm's statistics)."""
    torch._foreach_lerp_(list(average.parameters()), list(live.parameters()), 1 - decay)
    for mine, theirs in zip(average.buffers(), live.buffers(), strict=True):
        mine.copy_(theirs)
