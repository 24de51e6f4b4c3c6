"""The fixed-noise grids that training leaves as PNG files."""

import struct
from io import BytesIO
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray

from game.training_run import TrainingRun, latest_sample_path, sample_path

# 8 by 8 pictures of 28 pixels.
GRID_PIXELS = 224
PICTURES_PER_ROW = 8
MAX_FILE_BYTES = 1_000_000
KEPT_GRIDS = 128

# What a grey PNG file of that size begins with: signature, length and name of its first chunk, width, height, bits.
_PNG_START = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBB", 13, b"IHDR", GRID_PIXELS, GRID_PIXELS, 8, 0)

Grid = NDArray[np.uint8]


class SampleGrids:
    """Reads grids and keeps them while their files stay the same."""

    def __init__(self) -> None:
        self._kept: dict[Path, tuple[tuple[int, int], Grid | None]] = {}

    def read(self, path: Path) -> Grid | None:
        """Returns the grid in a file, uint8 (224, 224), or None where there is no such picture."""
        try:
            status = path.stat()
        except OSError:
            return None
        signature = (status.st_mtime_ns, status.st_size)
        known = self._kept.pop(path, None)
        if known is None or known[0] != signature:
            known = signature, _read(path) if status.st_size <= MAX_FILE_BYTES else None
        # Put back last: the dictionary's order is the order of use.
        self._kept[path] = known
        if len(self._kept) > KEPT_GRIDS:
            del self._kept[next(iter(self._kept))]
        return known[1]


def _read(path: Path) -> Grid | None:
    try:
        content = path.read_bytes()
        # Before decoding: a small file can claim a size that fills the memory.
        if content[: len(_PNG_START)] != _PNG_START:
            return None
        surface = pygame.image.load(BytesIO(content), path.name)
    except (pygame.error, OSError):
        return None
    colours = np.frombuffer(pygame.image.tobytes(surface, "RGB"), np.uint8)
    return colours.reshape(GRID_PIXELS, GRID_PIXELS, 3)[..., 0].copy()


def newest_grid(grids: SampleGrids, run: TrainingRun) -> Grid | None:
    """Returns the newest grid of a run, uint8 (224, 224), or None where it has none that can be read."""
    latest = grids.read(latest_sample_path(run.folder))
    if latest is None and run.samples:
        return grids.read(sample_path(run.folder, run.samples[-1]))
    return latest


def picture_of(grid: Grid, place: int) -> Grid:
    """Returns one picture of a grid, uint8 (28, 28), counted from the top left by rows."""
    row, column = divmod(place, PICTURES_PER_ROW)
    size = GRID_PIXELS // PICTURES_PER_ROW
    return np.ascontiguousarray(grid[row * size : (row + 1) * size, column * size : (column + 1) * size])
