"""What a dataset is, and what one half of it looks like in memory; no torch in here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

SplitName = Literal["train", "test"]


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is known of a dataset before a picture of it is read.

    `class_names` is empty where there are no classes. `mirrorable`: a mirrored picture is as good as the picture (a
    shoe is, a 3 is not). `judge` names the dataset whose judge measures this one, empty where there is none.
    `test_count` is the published number of held-out pictures, None where it depends on a folder's content.
    """

    name: str
    title: str
    class_names: tuple[str, ...]
    mirrorable: bool
    image_size: int
    channels: int
    judge: str
    test_count: int | None


@dataclass(frozen=True, slots=True)
class Split:
    """Pictures, uint8 (count, channels, size, size), and their classes, uint16 (count,), 0 where there are none.

    The pictures may be a read-only memory map. `fingerprint`, hexadecimal and at most 64 characters long, differs where
    the pictures do. `skipped` has one sentence for each file that was left out because it can't be used.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint16]
    fingerprint: str
    skipped: tuple[str, ...] = ()


# Fills the folder as torchvision would: what is wanted then lies in it as it lies in --data-root.
Download = Callable[[Dataset, Path], None]


def as_rows(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Returns pictures (N, channels, height, width) as rows of grey levels (N, height, width), or of colours (…, 3)."""
    return images[:, 0] if images.shape[1] == 1 else images.transpose(0, 2, 3, 1)
