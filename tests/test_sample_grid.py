"""Grids of pictures: read from PNG files that nobody has to trust, or drawn by the forger."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from bare_runs import write_bare_run
from forgers import FakeForger
from PIL import Image

from game.training_run import read_run
from game.ui.run_grids import RunGrids
from game.ui.sample_grid import SampleGrids, fitted, grid_of, picture_of

GREY = np.random.default_rng(0).integers(0, 256, (224, 224), np.uint8)


def png(path: Path, pixels: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


@pytest.mark.usefixtures("window")
def test_a_grid_is_read_level_by_level(tmp_path: Path) -> None:
    grid = SampleGrids().read(png(tmp_path / "a.png", GREY))
    assert grid is not None and grid.dtype == np.uint8
    assert np.array_equal(grid, GREY)
    assert np.array_equal(picture_of(grid, 9), GREY[28:56, 28:56])


@pytest.mark.usefixtures("window")
def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    grids, path = SampleGrids(), png(tmp_path / "a.png", GREY)
    grids.read(path)
    png(path, 255 - GREY)
    os.utime(path, ns=(1, 1))
    assert np.array_equal(grids.read(path), 255 - GREY)  # type: ignore[arg-type]
    path.unlink()
    assert grids.read(path) is None


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _bomb(width: int) -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, width, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", zlib.compress(bytes(1000))) + _chunk(b"IEND", b"")


@pytest.mark.usefixtures("window")
@pytest.mark.parametrize(
    "content",
    [b"", b"not a picture", _bomb(100_000), _bomb(224)[:60], b"BM" + bytes(300)],
    ids=["empty", "text", "another size", "cut", "another format"],
)
def test_what_is_no_grid_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    assert SampleGrids().read(tmp_path / "a.png") is None


@pytest.mark.usefixtures("window")
def test_the_newest_grid_is_the_latest_and_else_the_last_mark(tmp_path: Path) -> None:
    run = tmp_path / "own"
    write_bare_run(run, (2, 4))
    for name, level in (("000002", 2), ("000004", 4)):
        png(run / "samples" / f"{name}.png", np.full((224, 224), level, np.uint8))
    grids = RunGrids(FakeForger(), tmp_path)  # type: ignore[arg-type]
    assert grids.at(read_run(run), None).max() == 4  # type: ignore[union-attr]
    assert grids.at(read_run(run), 2).max() == 2  # type: ignore[union-attr]
    png(run / "samples" / "latest.png", np.full((224, 224), 9, np.uint8))
    assert grids.at(read_run(run), None).max() == 9  # type: ignore[union-attr]


@pytest.mark.usefixtures("window")
def test_a_rung_without_its_sample_is_drawn_by_the_forger_once(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "own", (2,))
    forger = FakeForger()
    grids = RunGrids(forger, tmp_path)  # type: ignore[arg-type]
    grid = grids.at(read_run(tmp_path / "own"), 2)
    assert grids.poll()
    [(asked, _)] = forger.requests
    assert [picture["number"] for picture in asked] == list(range(64))
    from gan.datasets import DATASETS, load_split

    first = load_split(DATASETS["mnist"], "test").images[:64, 0]
    assert grid is not None
    assert all(np.array_equal(picture_of(grid, place), first[place]) for place in range(64))
    grids.at(read_run(tmp_path / "own"), 2)
    assert len(forger.requests) == 1 and not grids.poll()


@pytest.mark.usefixtures("window")
def test_a_run_without_anything_has_no_grid(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "own", ())
    assert RunGrids(FakeForger(), tmp_path).at(read_run(tmp_path / "own"), None) is None  # type: ignore[arg-type]


@pytest.mark.usefixtures("window")
@pytest.mark.parametrize(("size", "channels"), [(28, 3), (32, 1), (64, 3)])
def test_grids_of_other_pictures_are_read_too_and_no_other_kind_in_their_place(
    tmp_path: Path, size: int, channels: int
) -> None:
    shape = (8 * size, 8 * size, 3)[: 2 + (channels == 3)]
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    path, grids = png(tmp_path / "a.png", pixels), SampleGrids()
    grid = grids.read(path, size, channels)
    assert grid is not None and np.array_equal(grid, pixels)
    assert np.array_equal(picture_of(grid, 17), pixels[2 * size : 3 * size, size : 2 * size])
    assert np.array_equal(grid_of(np.stack([picture_of(grid, place) for place in range(64)])), pixels)
    assert grids.read(path, size, 4 - channels) is None
    assert grids.read(path, 28 if size != 28 else 32, channels) is None


@pytest.mark.parametrize(
    ("size", "room", "shown"),
    # 448 pixels are 8×28×2, 7×32×2 and 7×64; where not even 6 fit, all 8 are drawn smaller.
    [(28, 448, 8), (32, 448, 7), (64, 448, 7), (28, 280, 8), (32, 280, 8), (64, 280, 8), (64, 400, 6), (28, 60, 8)],
)
def test_as_many_pictures_of_a_grid_are_shown_as_fill_the_room_best(size: int, room: int, shown: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8 * size, 8 * size, 3), np.uint8)
    part = fitted(pixels, room)
    assert np.array_equal(part, pixels[: shown * size, : shown * size])
