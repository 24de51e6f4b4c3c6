"""What charts are made of: smooth curves, bins that keep means, and axes of values with round labels."""

import math
from collections import Counter

import numpy as np
import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from game.ui import curves
from game.ui.bins import Bin, binned, nearest
from game.ui.kimg_axis import KimgAxis
from game.ui.theme import FAKE
from game.ui.values import label, linear_axis, log_axis
from game.words import figure

finite = st.floats(allow_nan=False, allow_infinity=False)


def alpha(surface: pygame.Surface) -> NDArray[np.float64]:
    return pygame.surfarray.array_alpha(surface).T / 255


# Curves


def test_a_line_covers_its_length_times_its_width(window: None) -> None:
    x, y = np.array([10.25, 90.25], np.float32), np.array([20.5, 20.5], np.float32)
    cover = alpha(curves.line((100, 40), x, y, 3.0, FAKE))
    # With round ends: half a disc on each side.
    assert cover.sum() == pytest.approx(80 * 3 + math.pi * 1.5**2, rel=0.01)
    assert (cover[19:22, 15:85] == 1).all()
    assert cover[18, 50] == cover[22, 50] == 0


def test_a_steep_line_is_as_thick_as_a_flat_one(window: None) -> None:
    x, y = np.array([40, 60], np.float32), np.array([10, 90], np.float32)
    cover = alpha(curves.line((100, 100), x, y, 4.0, FAKE))
    assert cover.sum() == pytest.approx(math.hypot(20, 80) * 4 + math.pi * 4, rel=0.05)


def test_dashes_leave_gaps(window: None) -> None:
    x, y = np.array([0, 170], np.float32), np.array([20, 20], np.float32)
    solid, dashed = (alpha(curves.line((170, 40), x, y, 2.0, FAKE, dash)) for dash in (0, 10))
    assert dashed.sum() == pytest.approx(solid.sum() / 1.7, rel=0.03)
    assert (dashed.max(axis=0) == 0).any()


def test_a_band_lies_between_its_curves_and_is_faint(window: None) -> None:
    x = np.array([10, 90], np.float32)
    cover = alpha(curves.band((100, 60), x, np.array([40, 40], np.float32), np.array([10, 10], np.float32), FAKE))
    assert cover[11:39, 11:89] == pytest.approx(curves.BAND_OPACITY, abs=0.01)
    assert cover[:10].max() == cover[40:].max() == cover[:, :10].max() == cover[:, 90:].max() == 0


# Bins


def test_points_that_fall_into_one_place_become_their_mean_with_its_spread() -> None:
    axis = KimgAxis(0, 100, 1, 1024)
    bins = binned([(1.0, 5.0), (1000.0, 1.0), (1001.0, 2.0), (1002.0, 3.0)], axis, 2.5)
    assert bins == (Bin(1.0, 5.0, 0.0), Bin(1001.0, 2.0, pytest.approx((2 / 3) ** 0.5)))


def test_the_mean_of_the_largest_floats_is_one() -> None:
    largest = 1.7976931348623157e308
    (found,) = binned([(largest, largest)] * 3, KimgAxis(0, 100, 1, 1024), 2.5)
    assert (found.kimg, found.value) == (largest, largest)


def test_two_points_have_no_spread() -> None:
    assert binned([(10.0, 1.0), (10.1, 3.0)], KimgAxis(0, 100, 1, 1024), 2.5)[0] == Bin(10.05, 2.0, 0.0)


@given(st.lists(st.tuples(st.floats(1, 4000), st.floats(-10, 10)), min_size=1, max_size=200))
def test_bins_keep_order_and_mean_and_no_place_has_two(points: list[tuple[float, float]]) -> None:
    axis = KimgAxis(0, 100, 1, 4000)
    bins = binned(sorted(points), axis, 2.5)
    assert list(bins) == sorted(bins, key=lambda part: part.kimg)
    counts = Counter(int(axis.x(kimg) / 2.5) for kimg, _ in sorted(points))
    assert len(counts) == len(bins)
    # Every point counts once: sums of kimg and of values stay what they were.
    weighted = list(zip(counts.values(), bins, strict=True))
    assert sum(count * part.value for count, part in weighted) == pytest.approx(sum(v for _, v in points), abs=1e-6)
    assert sum(count * part.kimg for count, part in weighted) == pytest.approx(sum(kimg for kimg, _ in points))


def test_the_nearest_bin_is_nearest_on_the_axis() -> None:
    axis = KimgAxis(0, 300, 1, 8)
    bins = (Bin(1, 0, 0), Bin(2, 0, 0), Bin(8, 0, 0))
    # 1, 2 and 8 lie at 0, 100 and 300.
    assert [nearest(bins, axis, x) for x in (-50, 49, 51, 199, 201, 999)] == [
        bins[0], bins[0], bins[1], bins[1], bins[2], bins[2]
    ]  # fmt: skip
    assert nearest((), axis, 50) is None


# Axes of values


def test_round_numbers_are_labelled() -> None:
    assert linear_axis(100, 0, 0.0, 2.9).ticks == (0, 1, 2, 3)
    assert linear_axis(100, 0, 0.0, 1.0).ticks == (0, 0.5, 1)
    assert log_axis(100, 0, [126.9, 1.8, 0.0612]).ticks == (0.1, 1, 10, 100)
    assert log_axis(100, 0, [12.0, 30.0]).ticks == (10, 20)
    assert log_axis(100, 0, [3.2]).ticks == (2, 5)


def test_values_lie_between_bottom_and_top() -> None:
    axis = linear_axis(100, 0, 0.0, 3.0)
    assert [axis.y(value) for value in (-9, 0, 1.5, 3, 9)] == [100, 100, 50, 0, 0]
    log = log_axis(100, 0, [1.3, 100 / 1.3])
    assert [log.y(value) for value in (0, 1, 10, 100)] == pytest.approx([100, 100, 50, 0])


@given(st.lists(finite, min_size=1, max_size=8))
def test_any_values_have_an_axis(values: list[float]) -> None:
    for axis in (linear_axis(100, 0, min(0.0, *values), max(0.0, *values)), log_axis(100, 0, values)):
        assert 2 <= len(axis.ticks) <= 5
        assert len({label(tick) for tick in axis.ticks}) == len(axis.ticks)
        assert all(axis.low <= tick <= axis.high for tick in axis.ticks)
        assert all(-1e-6 <= axis.y(value) <= 100 + 1e-6 for value in (*values, *axis.ticks))


@given(st.floats(-1e6, 1e6))
def test_equal_ends_are_drawn_apart(value: float) -> None:
    axis = linear_axis(100, 0, value, value)
    assert axis.low <= value + 1e-9 and value <= axis.high + 1e-9
    assert len({label(tick) for tick in axis.ticks}) == len(axis.ticks) >= 2


@given(st.floats(-1e307, 1e307))
def test_figures_are_short_and_right_to_two_places(value: float) -> None:
    assert len(figure(value)) <= 9
    assert float(figure(value)) == pytest.approx(value, rel=0.0501, abs=0)


@pytest.mark.parametrize(
    ("value", "words"), [(0.0, "0.00"), (0.0612, "0.061"), (0.5, "0.50"), (127.4, "127"), (-3.14159, "-3.14")]
)
def test_figures_are_written_plainly(value: float, words: str) -> None:
    assert figure(value) == words
