"""The fixed-noise grids of a run, read with distrust: a picture may claim to be larger than the memory."""

import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gan.errors import UserError

GRID_SIDE = 8
# 8×8 pictures of 64×64 in colour have 786,432 values.
MAX_GRID_BYTES = 2**20


def read_grid(path: Path, image_size: int, channels: int) -> NDArray[np.uint8]:
    """Returns a grid of 8×8 pictures, uint8 (8·image_size, 8·image_size), in colour with a last axis of 3.

    Raises UserError where the file is anything else.
    """
    kind, size = ("L" if channels == 1 else "RGB"), GRID_SIDE * image_size
    try:
        if not path.is_file() or path.stat().st_size > MAX_GRID_BYTES:
            raise UserError(f"{path} is no grid of pictures; delete it.")
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} can't be read ({error.strerror}); check the file's permissions.") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=("PNG",))
        if (picture.mode, picture.size) != (kind, (size, size)):
            width, height = picture.size
            raise UserError(
                f"{path} has {width}×{height} pixels of kind {picture.mode}, not {size}×{size} {kind}; delete it."
            )
        return np.array(picture, np.uint8)
    except UserError:
        raise
    except Exception as error:  # Pillow lets a dozen kinds through, of zlib, of struct and its own.
        # Without its text, which names an address in memory.
        raise UserError(f"{path} is damaged; delete it.") from error
