"""A folder of pictures of noise: what the tests of folders share."""

from pathlib import Path

import numpy as np
from PIL import Image


def write_pictures(folder: Path, count: int = 60, classes: int = 2) -> Path:
    """Writes pictures of noise into a folder, in subfolders where there are classes."""
    dice = np.random.default_rng(0)
    for number in range(count):
        place = folder / f"class {number % classes}" if classes > 1 else folder
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(dice.integers(0, 256, (40, 40, 3), np.uint8)).save(place / f"{number}.png")
    return folder
