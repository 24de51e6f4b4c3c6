"""DiffAugment (Zhao et al. 2020): real and fake pictures are moved and partly covered, so that few last longer."""

import torch
import torch.nn.functional as F
from torch import Tensor

from gan.dataset import Dataset

# Uniform random numbers per picture: where it is moved to, and where it is covered.
AUGMENTATION_DRAWS = 4
MOVED_SHARE = 1 / 8
COVERED_SHARE = 1 / 2
# The discriminator of a folder smaller than this knows its pictures by heart (ibid., figure 1: a tenth of CIFAR-10).
FEW_PICTURES = 5000


def default_augmentation(dataset: Dataset, picture_count: int) -> bool:
    """Returns whether a dataset is augmented where nobody said so: a folder with few pictures is."""
    return dataset.name.startswith("folder:") and picture_count < FEW_PICTURES


def augment(images: Tensor, draws: Tensor) -> Tensor:
    """Returns pictures, (N, C, H, W) in [−1, 1], each moved by up to an eighth and with a square of half its side grey.

    `draws` are uniform in [0, 1), (N, AUGMENTATION_DRAWS); the result is differentiable, twice, in the pictures.
    """
    size = images.shape[2]
    reach = round(size * MOVED_SHARE)
    padded = F.pad(images, (reach, reach, reach, reach))
    places = torch.arange(size, device=images.device)
    rows, columns = ((draws[:, axis, None] * (2 * reach + 1)).long() + places for axis in (0, 1))
    pictures = torch.arange(len(images), device=images.device)[:, None, None]
    moved = padded.permute(0, 2, 3, 1)[pictures, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
    side = round(size * COVERED_SHARE)
    # The square's middle lies anywhere in the picture, so that it may be cut off at the edge.
    tops, lefts = ((draws[:, axis, None] * size).long() - side // 2 for axis in (2, 3))
    in_rows, in_columns = ((places >= start) & (places < start + side) for start in (tops, lefts))
    covered = in_rows[:, None, :, None] & in_columns[:, None, None, :]
    return moved * (~covered).to(moved.dtype)
