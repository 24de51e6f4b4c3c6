"""Every screen looks as it did when a person last looked at it.

After a wanted change: `pytest tests/test_golden.py --regenerate-golden`, then look at each picture in tests/golden.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest
from PIL import Image
from playing import screenshot
from stages import STAGES, begin

GOLDEN = Path(__file__).resolve().parent / "golden"
LARGE, SMALL = (1280, 720), (800, 600)
PICTURES = [
    *((name, LARGE) for name in ("title", "difficulty", "practice-question", "practice-right-fake")),
    *((name, LARGE) for name in ("practice-wrong-real", "results-naming", "high-scores", "settings", "help")),
    *((name, LARGE) for name in ("plan", "plan-measuring", "plan-unfolded", "plan-unfolded-refused", "plan-folder")),
    *((name, LARGE) for name in ("more", "difficulty-by-class", "practice-in-colour", "watch-critic", "watch-modes")),
    *((name, LARGE) for name in ("lab", "lab-scrolled", "difficulty-while-training")),
    *((name, LARGE) for name in ("modes", "measured-briefing", "measured-how-sure", "measurement-curve")),
    *((name, LARGE) for name in ("measurement-mistakes", "duel-revealed", "duel-results-sure", "consult-advised")),
    ("line-moved", LARGE),
    *((name, SMALL) for name in ("measured-question", "measurement-all-right", "consult-results", "line-far")),
    ("practice-question", SMALL),
    ("results", SMALL),
    ("results-in-colour", SMALL),
    *((name, LARGE) for name in ("watch-training", "watch-a-moment", "watch-failed", "compare", "leave", "rename")),
    ("watch", SMALL),
    *((name, LARGE) for name in ("flash-briefing", "flash-mask", "flash-results")),
    ("flash-results-dropped", SMALL),
    *((name, LARGE) for name in ("players", "figures", "figures-rungs", "figures-times", "figures-duel", "generator")),
    *((name, SMALL) for name in ("players-deleting", "figures-classes", "figures-climb", "figures-choice", "files")),
    *((name, LARGE) for name in ("odd-one-out", "odd-one-out-nine-wrong", "odd-one-out-naming", "climb")),
    ("climb-results-pointed", LARGE),
    ("odd-one-out-nine", SMALL),
    ("climb-results", SMALL),
]
# Makers of fonts and processors round differently by a hair.
MAX_MEAN_DIFFERENCE = 1.5
FAR_OFF = 32
MAX_SHARE_FAR_OFF = 0.005
# A word is a small part of a screen, but not of a tile.
TILE = 40
MAX_MEAN_IN_TILE = 12.0
MAX_BYTES = 150_000


@pytest.fixture(autouse=True)
def _closed_window() -> Iterator[None]:
    yield
    pygame.quit()


def coarse(pixels: np.ndarray) -> np.ndarray:
    """Returns levels in steps of 4, which makes the files smaller by half."""
    return (pixels // 4 * 4 + 2).astype(np.uint8)


class NoGrain:
    """Stands in for the random numbers of the desk's grain, which would make each picture ten times as large."""

    def integers(self, low: int, high: int, shape: tuple[int, ...], dtype: type) -> np.ndarray:
        return np.full(shape, low, dtype)


def difference(drawn: np.ndarray, golden: np.ndarray) -> tuple[float, float, float]:
    """Returns the mean difference in levels, that of the worst tile, and the share of pixels far off in any colour."""
    levels = np.abs(drawn.astype(int) - golden.astype(int))
    height, width, _ = levels.shape
    tiles = levels.reshape(height // TILE, TILE, width // TILE, TILE, 3).mean(axis=(1, 3, 4))
    return float(levels.mean()), float(tiles.max()), float((levels.max(axis=2) > FAR_OFF).mean())


@pytest.mark.parametrize(("name", "size"), PICTURES, ids=[f"{name}-{size[0]}x{size[1]}" for name, size in PICTURES])
def test_a_screen_looks_as_it_did(
    runs: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    size: tuple[int, int],
) -> None:
    monkeypatch.setattr(np.random, "default_rng", lambda seed: NoGrain())
    # Times of the day are shown by the computer's own clock.
    monkeypatch.setenv("TZ", "UTC")
    if hasattr(time, "tzset"):
        time.tzset()
    stage = begin(runs, tmp_path, size)
    STAGES[name](stage)
    stage.redraw()
    drawn = coarse(screenshot())
    stage.player.close()

    path = GOLDEN / f"{name}-{size[0]}x{size[1]}.png"
    if request.config.getoption("--regenerate-golden"):
        GOLDEN.mkdir(exist_ok=True)
        Image.fromarray(drawn).save(path, optimize=True)
        assert path.stat().st_size <= MAX_BYTES
        pytest.skip(f"{path.name} was drawn anew")
    golden = np.asarray(Image.open(path).convert("RGB"))
    assert golden.shape == drawn.shape
    mean, worst, far_off = difference(drawn, golden)
    Image.fromarray(drawn).save(tmp_path / path.name)
    assert mean <= MAX_MEAN_DIFFERENCE, f"on average off by {mean:.2f} levels; see {tmp_path / path.name}"
    assert worst <= MAX_MEAN_IN_TILE, f"at one place off by {worst:.1f} levels; see {tmp_path / path.name}"
    assert far_off <= MAX_SHARE_FAR_OFF, f"{100 * far_off:.2f} % of the pixels differ; see {tmp_path / path.name}"


def test_no_golden_picture_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}-{size[0]}x{size[1]}.png" for name, size in PICTURES}


def test_the_comparison_sees_a_missing_button_and_forgives_a_hair() -> None:
    golden = np.full((720, 1280, 3), 40, np.uint8)
    button = golden.copy()
    button[100:160, 100:250] = 90
    assert difference(button, golden)[2] > MAX_SHARE_FAR_OFF
    letter = golden.copy()
    letter[105:120, 205:214] = 240
    assert difference(letter, golden)[1] > MAX_MEAN_IN_TILE
    hair = golden.copy()
    hair[::2, ::5] += 10
    mean, worst, far_off = difference(hair, golden)
    assert mean <= MAX_MEAN_DIFFERENCE and worst <= MAX_MEAN_IN_TILE and far_off <= MAX_SHARE_FAR_OFF
