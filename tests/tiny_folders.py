"""Folders of pictures of noise: what the tests of folders share."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan.datasets import Split, SplitName, find_dataset, load_split
from gan.errors import UserError


def write_pictures(folder: Path, count: int = 60, classes: int = 2) -> Path:
    """Writes pictures of noise into a folder, in subfolders where there are classes."""
    dice = np.random.default_rng(0)
    for number in range(count):
        place = folder / f"class {number % classes}" if classes > 1 else folder
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(dice.integers(0, 256, (40, 40, 3), np.uint8)).save(place / f"{number}.png")
    return folder


def drawing(seed: int, kind: str = "PNG") -> bytes:
    """Returns a picture file of noise, another for each seed."""
    noise = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    stream = BytesIO()
    Image.fromarray(noise).save(stream, kind)
    return stream.getvalue()


def fill(folder: Path, seeds: range) -> Path:
    """Puts a drawing of each seed into a folder, and returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (folder / f"drawing {seed}.png").write_bytes(drawing(seed))
    return folder


def load(folder: Path, split: SplitName, image_size: int | None = None, channels: int | None = None) -> Split:
    """Returns a split of a folder's pictures."""
    return load_split(find_dataset(f"folder:{folder}", image_size, channels), split)


def refusal(folder: Path | str, *arguments: int | None) -> str:
    """Returns the sentence with which a folder is refused as a dataset."""
    with pytest.raises(UserError) as error:
        load_split(find_dataset(f"folder:{folder}", *arguments), "train")
    assert "\n" not in str(error.value) and str(error.value).endswith(".")
    return str(error.value)
