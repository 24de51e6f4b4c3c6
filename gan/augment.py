"""Differentiable augmentation (Zhao et al. 2020, DiffAugment): translation by an eighth, cutout of a half.

With few pictures a discriminator learns them by heart. Where real and fake ones alike are augmented before it sees
them, and the gradient flows through that, the generator still learns to draw pictures that are not augmented.
"""

import torch
from torch import Tensor

from gan.dataset import Dataset
from gan.picture_folder import FOLDER_PREFIX

TRANSLATION = 1 / 8
CUTOUT = 1 / 2
# Zhao et al. gain most where a discriminator can learn the pictures by heart: much with a tenth of CIFAR-10, which is
# 5,000 pictures, and little with all of it. The published datasets are trained without, as their papers do.
FEW_PICTURES = 5_000


def default_augmentation(dataset: Dataset, picture_count: int) -> bool:
    """Returns whether to augment where nobody chose: for folders with fewer than 5,000 pictures for training."""
    return dataset.name.startswith(FOLDER_PREFIX) and picture_count < FEW_PICTURES


def draw_augmentation(count: int, generator: torch.Generator) -> Tensor:
    """Returns what decides how `count` pictures are augmented, int64 (count, 4), on the generator's device."""
    # Of 2³¹ numbers the remainders are all but equally likely.
    return torch.randint(2**31, (count, 4), generator=generator, device=generator.device)


def augment(images: Tensor, draws: Tensor) -> Tensor:
    """Returns pictures (N, C, H, W) in [−1, 1], each moved and with a hole of its own, of the same shape and type.

    What is moved in and what is cut out is 0, the middle grey, as in the paper. Differentiable any number of times in
    `images`; real and fake ones get `draws` of their own, (N, 4).
    """
    down, right, row, column = draws.t()[:, :, None]
    return _cut_out(_translate(images, down, right), row, column)


def _translate(images: Tensor, *draws: Tensor) -> Tensor:
    for dimension, draw in enumerate(draws, 2):
        length = images.shape[dimension]
        reach = int(length * TRANSLATION + 0.5)
        source = torch.arange(length, device=images.device) + draw % (2 * reach + 1) - reach
        inside = (source >= 0) & (source < length)
        shape = [len(images), 1, 1, 1]
        shape[dimension] = length
        places = source.clamp(0, length - 1).view(shape).expand_as(images)
        # Multiplied, not written over: so the gradient is 0 where nothing was taken.
        images = images.gather(dimension, places) * inside.view(shape)
    return images


def _cut_out(images: Tensor, *draws: Tensor) -> Tensor:
    holes = []
    for dimension, draw in enumerate(draws, 2):
        length = images.shape[dimension]
        hole = int(length * CUTOUT + 0.5)
        # The hole's middle lies anywhere in the picture, so that the hole may reach beyond its edge.
        first = draw % (length + 1 - hole % 2) - hole // 2
        places = torch.arange(length, device=images.device)
        holes.append((places >= first) & (places < first + hole))
    rows, columns = holes
    return images * ~(rows[:, None, :, None] & columns[:, None, None, :])
