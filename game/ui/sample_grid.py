"""The fixed-noise grids that training leaves as PNG files."""

import struct
from io import BytesIO
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray

from game.training_run import TrainingRun, latest_sample_path, sample_path

PICTURES_PER_ROW = 8
# Fewer are shown in a row where they can then be twice as large.
FEWEST_PER_ROW = 6
MAX_FILE_BYTES = 2**20
KEPT_GRIDS = 128
# PNG's numbers of the kinds of pixels: grey levels, and colours.
_COLOUR_TYPES = {1: 0, 3: 2}

# Grey levels, uint8 (8·size, 8·size), or colours, uint8 (8·size, 8·size, 3).
Grid = NDArray[np.uint8]


class SampleGrids:
    """Reads grids and keeps them while their files stay the same."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Path, int, int], tuple[tuple[int, int], Grid | None]] = {}

    def read(self, path: Path, image_size: int = 28, channels: int = 1) -> Grid | None:
        """Returns the grid of 8×8 pictures in a file, or None where there is no such picture."""
        try:
            status = path.stat()
        except OSError:
            return None
        key, signature = (path, image_size, channels), (status.st_mtime_ns, status.st_size)
        known = self._kept.pop(key, None)
        if known is None or known[0] != signature:
            known = signature, _read(*key) if status.st_size <= MAX_FILE_BYTES else None
        # Put back last: the dictionary's order is the order of use.
        self._kept[key] = known
        if len(self._kept) > KEPT_GRIDS:
            del self._kept[next(iter(self._kept))]
        return known[1]

    def newest(self, run: TrainingRun) -> Grid | None:
        """Returns the newest grid of a run, or None where it has none that can be read."""
        latest = self.latest(run)
        return self.sample(run, run.samples[-1]) if latest is None and run.samples else latest

    def latest(self, run: TrainingRun) -> Grid | None:
        """Returns the grid of a run's newest tick, or None where there is none that can be read."""
        return self.read(latest_sample_path(run.folder), run.config.image_size, run.config.channels)

    def sample(self, run: TrainingRun, kimg: int) -> Grid | None:
        """Returns the grid of a run at `kimg`, or None where it has none that can be read."""
        return self.read(sample_path(run.folder, kimg), run.config.image_size, run.config.channels)


def _read(path: Path, image_size: int, channels: int) -> Grid | None:
    size = PICTURES_PER_ROW * image_size
    # What such a file begins with: signature, length and name of its first chunk, width, height, bits, kind of pixels.
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBB", 13, b"IHDR", size, size, 8, _COLOUR_TYPES[channels])
    try:
        content = path.read_bytes()
        # Before decoding: a small file can claim a size that fills the memory.
        if content[: len(start)] != start:
            return None
        surface = pygame.image.load(BytesIO(content), path.name)
    except (pygame.error, OSError):
        return None
    colours = np.frombuffer(pygame.image.tobytes(surface, "RGB"), np.uint8).reshape(size, size, 3)
    return colours[..., 0].copy() if channels == 1 else colours


def grid_of(pictures: NDArray[np.uint8]) -> Grid:
    """Returns 64 pictures, uint8 (64, size, size) or (64, size, size, 3), as a grid."""
    size = PICTURES_PER_ROW * pictures.shape[1]
    rows = pictures.reshape(PICTURES_PER_ROW, PICTURES_PER_ROW, *pictures.shape[1:])
    return np.ascontiguousarray(rows.swapaxes(1, 2)).reshape(size, size, *pictures.shape[3:])


def picture_of(grid: Grid, place: int) -> NDArray[np.uint8]:
    """Returns one picture of a grid, counted from the top left by rows."""
    row, column = divmod(place, PICTURES_PER_ROW)
    size = len(grid) // PICTURES_PER_ROW
    return np.ascontiguousarray(grid[row * size : (row + 1) * size, column * size : (column + 1) * size])


def fitted(grid: Grid, room: int) -> Grid:
    """Returns the part of a grid, from its top left, that fills a room of so many pixels best by whole-number scaling.

    It has 8×8 pictures, or 7×7 or 6×6 where those can be drawn larger.
    """
    size = len(grid) // PICTURES_PER_ROW
    counts = range(PICTURES_PER_ROW, FEWEST_PER_ROW - 1, -1)
    best = max(counts, key=lambda count: (room // (count * size)) * count)
    return np.ascontiguousarray(grid[: best * size, : best * size])
