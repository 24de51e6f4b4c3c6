"""The real pictures that a folder's run keeps from training and carries with it, so that it can be played anywhere."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from gan.checkpoint import read_tensors, write_tensors
from gan.config import CHANNEL_COUNTS, IMAGE_SIZES, MAX_CLASS_COUNT
from gan.errors import UserError

MAX_CARRIED = 1000


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Pictures, uint8 (count, channels, size, size), and their classes, int64 (count,), 0 where there are none."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]


def write_held_out(path: Path, images: NDArray[np.uint8], labels: NDArray[np.integer] | None = None) -> None:
    """Writes pictures, uint8 (count, channels, size, size), and where there are classes their numbers, atomically."""
    tensors = {"images": torch.from_numpy(np.array(images))}
    if labels is not None:
        tensors["labels"] = torch.from_numpy(labels.astype(np.int64))
    write_tensors(path, tensors, {"kind": "held-out"})


def read_held_out(path: Path) -> HeldOut:
    """Returns what `write_held_out` wrote; raises UserError where the file is missing, damaged or anything else."""
    tensors, metadata = read_tensors(path)
    images, labels = tensors.get("images"), tensors.get("labels")
    if metadata.get("kind") != "held-out" or images is None or not tensors.keys() <= {"images", "labels"}:
        raise UserError(f"{path} does not hold real pictures; restore it from where the run came from.")
    if (
        images.dtype != torch.uint8
        or images.dim() != 4
        or not 1 <= len(images) <= MAX_CARRIED
        or images.shape[1] not in CHANNEL_COUNTS
        or images.shape[2] not in IMAGE_SIZES
        or images.shape[2] != images.shape[3]
    ):
        raise UserError(
            f"{path} has pictures {tuple(images.shape)} of type {images.dtype}, which can't be; the file was altered."
        )
    if labels is None:
        labels = torch.zeros(len(images), dtype=torch.int64)
    if labels.dtype != torch.int64 or labels.shape != (len(images),):
        raise UserError(f"{path} does not have one class for each picture; the file was altered.")
    if int(labels.min()) < 0 or int(labels.max()) >= MAX_CLASS_COUNT:
        raise UserError(f"{path} has a class that can't be; the file was altered.")
    return HeldOut(images.numpy(), labels.numpy())
