"""Charts draw what they are given, where it belongs, and say at the pointer what is drawn there."""

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playing import Recorder, screenshot

from game.ui import curves
from game.ui.canvas import Canvas
from game.ui.histogram import histogram
from game.ui.plots import Chart, Curve, Reference, line_chart
from game.ui.theme import FAKE, FOCUS
from game.ui.tooltip import Tooltip, draw_tooltip, tooltip_box

BOX = pygame.FRect(200, 200, 400, 200)
DIGITS = tuple("0123456789")
FALLING = Curve("generator", FAKE, ((2.0, 4.0), (32.0, 2.0), (512.0, 1.0)))
FLAT = Curve("discriminator", FOCUS, ((2.0, 0.5), (512.0, 0.5)), dashed=True)
CHART = Chart("Losses", (FALLING, FLAT), 512.0)

finite = st.floats(allow_nan=False, allow_infinity=False)


def opened() -> Canvas:
    surface = pygame.display.get_surface()
    assert surface is not None
    surface.fill((0, 0, 0))
    return Canvas(surface)


def words(spans: tuple[tuple[str, object, object], ...]) -> str:
    return "".join(text for text, _, _ in spans)


# Charts


def test_a_chart_without_figures_waits_for_them(window: None, texts: Recorder) -> None:
    empty = Chart("Losses", (Curve("generator", FAKE, ()), Curve("discriminator", FOCUS, ())), 3000.0)
    assert line_chart(opened(), BOX, empty, 64.0, BOX.center) is None
    assert "waiting for the first figures" in texts.all


def test_a_chart_names_its_curves_and_its_axes(window: None, texts: Recorder) -> None:
    line_chart(opened(), BOX, CHART)
    lines = texts.all.split("\n")
    assert {"Losses", "generator", "discriminator", "2", "8", "32", "128", "512", "0", "4"} <= set(lines)


def test_a_curve_runs_from_its_first_value_to_its_last(window: None) -> None:
    line_chart(opened(), BOX, replace(CHART, curves=(FALLING,)))
    shown = screenshot().astype(int)
    rows, columns = np.nonzero(np.abs(shown - FAKE).sum(axis=2) < 30)
    # The window is as large as the sheet: a pixel is a unit.
    left, right = rows[columns < columns.min() + 4].mean(), rows[columns > columns.max() - 4].mean()
    assert BOX.top < left < right < BOX.bottom
    assert (columns.min(), columns.max()) == pytest.approx((BOX.left + 33, BOX.right - 6), abs=6)


def centre_of(texts: Recorder, text: str) -> tuple[int, int]:
    """Returns the middle of a label; the window is as large as the sheet."""
    (box,) = [box for written, box in texts.texts if written == text]
    return box.center


def test_a_curve_lies_where_the_labels_of_both_axes_say(window: None, texts: Recorder) -> None:
    rising = Curve("generator", FAKE, ((2.0, 0.0), (32.0, 2.0), (512.0, 4.0)))
    line_chart(opened(), BOX, Chart("Losses", (rising,), 512.0))
    shown = screenshot().astype(int)
    x, _ = centre_of(texts, "32")
    (_, bottom), (_, top) = centre_of(texts, "0"), centre_of(texts, "4")
    rows = np.flatnonzero(np.abs(shown[:, x] - FAKE).sum(axis=1) < 60)
    # 32 is half of the doublings from 2 to 512, and 2.0 half of 4.0.
    assert x == pytest.approx((centre_of(texts, "8")[0] + centre_of(texts, "128")[0]) / 2, abs=1.5)
    assert rows.mean() == pytest.approx((top + bottom) / 2, abs=2)


@pytest.mark.parametrize("kimg", [8, 32, 128])
def test_the_time_machine_stands_at_its_kimg(window: None, texts: Recorder, kimg: int) -> None:
    canvas = opened()
    line_chart(canvas, BOX, CHART)
    without = screenshot().astype(int)
    line_chart(canvas, BOX, CHART, cursor_kimg=float(kimg))
    changed = np.abs(screenshot().astype(int) - without).sum(axis=2) > 100
    # A line from the top of the plot to its bottom.
    columns = np.flatnonzero(changed.sum(axis=0) > 100)
    x = next(box.centerx for text, box in texts.texts if text == str(kimg))
    assert columns.mean() == pytest.approx(x, abs=1.5)


def test_one_point_is_a_dot(window: None, texts: Recorder) -> None:
    line_chart(opened(), BOX, Chart("Losses", (Curve("generator", FAKE, ((32.0, 3.0),)),), 512.0))
    rows, columns = np.nonzero(np.abs(screenshot().astype(int) - FAKE).sum(axis=2) < 30)
    assert columns.mean() == pytest.approx(centre_of(texts, "32")[0], abs=1.5)
    assert rows.mean() == pytest.approx(centre_of(texts, "3")[1], abs=2)
    assert len(rows) == pytest.approx(math.pi * 3.5**2, rel=0.4)


@pytest.mark.parametrize("value", [-5.0, 0.0, 3.0, -1e12, 1e300, -1.7e308])
@pytest.mark.parametrize("log_values", [False, True])
def test_equal_values_are_a_level_line(window: None, value: float, log_values: bool) -> None:
    curve = Curve("generator", FAKE, ((2.0, value), (32.0, value), (512.0, value)))
    line_chart(opened(), BOX, Chart("Losses", (curve,), 512.0, log_values=log_values))
    rows, columns = np.nonzero(np.abs(screenshot().astype(int) - FAKE).sum(axis=2) < 30)
    assert np.ptp(rows) <= 3 and np.ptp(columns) > 250


def test_nought_is_on_the_axis_of_losses_that_are_all_above_or_below(window: None, texts: Recorder) -> None:
    for sign in (1, -1):
        texts.texts.clear()
        curve = replace(FALLING, points=((2.0, 5.0 * sign), (512.0, 4.0 * sign)))
        line_chart(opened(), BOX, replace(CHART, curves=(curve,)))
        assert "0" in texts.all.split("\n")


@pytest.mark.parametrize("value", [-123456.0, 1.5e-7, 2.5e300])
def test_labels_of_strange_values_stay_on_the_panel(window: None, texts: Recorder, value: float) -> None:
    line_chart(opened(), BOX, Chart("Losses", (Curve("generator", FAKE, ((2.0, 0.0), (512.0, value))),), 512.0))
    assert all(pygame.Rect(BOX).inflate(28, 28).contains(box) for _, box in texts.texts)


def test_what_is_no_number_is_left_out(window: None, texts: Recorder) -> None:
    strange = ((2.0, math.nan), (4.0, math.inf), (math.nan, 1.0), (math.inf, 1.0))
    assert line_chart(opened(), BOX, replace(CHART, curves=(replace(FALLING, points=strange),))) is None
    assert "waiting for the first figures" in texts.all
    points = (*strange[:2], *FALLING.points, *strange[2:])
    mixed = replace(CHART, curves=(replace(FALLING, points=points),))
    tooltip = line_chart(opened(), BOX, mixed, pointer=(BOX.right - 8, BOX.centery))
    assert tooltip is not None and tooltip.kimg == 512.0


def test_the_pointer_is_told_the_nearest_tick(window: None, texts: Recorder) -> None:
    canvas = opened()
    line_chart(canvas, BOX, CHART)
    x = {kimg: centre_of(texts, str(kimg))[0] for kimg in (8, 32, 128)}
    # 8 and 128 lie halfway between the points at 2, 32 and 512.
    for at, said in (
        (x[8] - 40, "2.00 kimg  ·  generator 4.00"),
        (x[8] - 4, "2.00 kimg  ·  generator 4.00"),
        (x[8] + 4, "32 kimg  ·  generator 2.00"),
        (x[128] - 4, "32 kimg  ·  generator 2.00"),
        (x[128] + 4, "512 kimg  ·  generator 1.00"),
    ):
        tooltip = line_chart(canvas, BOX, replace(CHART, curves=(FALLING,)), pointer=(at, BOX.centery))
        assert tooltip is not None and words(tooltip.spans) == said
    # The other curve has no point at 32: the nearest figure names the time.
    tooltip = line_chart(canvas, BOX, CHART, pointer=(x[32], BOX.centery))
    assert tooltip is not None and tooltip.kimg == 32.0


def test_the_pointer_is_told_the_figures_and_a_kimg_that_can_be_gone_to(window: None) -> None:
    tooltip = line_chart(opened(), BOX, CHART, pointer=(BOX.right - 8, BOX.centery))
    assert tooltip is not None
    assert words(tooltip.spans) == "512 kimg  ·  generator 1.00  ·  discriminator 0.50"
    assert tooltip.kimg == 512.0
    assert line_chart(opened(), BOX, CHART, pointer=(BOX.left - 40, BOX.centery)) is None
    assert line_chart(opened(), BOX, CHART, pointer=(BOX.centerx, BOX.bottom + 40)) is None


def test_a_chart_is_drawn_anew_where_it_changed_and_kept_where_not(
    window: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, line = [], curves.line
    monkeypatch.setattr(curves, "line", lambda *values: drawn.append(values) or line(*values))
    canvas = opened()
    line_chart(canvas, BOX, CHART)
    line_chart(canvas, BOX, replace(CHART), 64.0, BOX.center)
    assert len(drawn) == 2
    longer = replace(FALLING, points=(*FALLING.points, (600.0, 1.0)))
    line_chart(canvas, BOX, replace(CHART, curves=(longer, FLAT)))
    assert len(drawn) == 4


def test_a_reference_has_its_label_where_there_is_room(window: None, texts: Recorder) -> None:
    line_chart(opened(), BOX, replace(CHART, reference=Reference(3.0, "only guessing")))
    (box,) = [box for text, box in texts.texts if text == "only guessing"]
    assert pygame.Rect(BOX).contains(box)
    # Above 2 the curve is in the left half only.
    assert box.left > BOX.centerx


@pytest.mark.parametrize("title", ["D(x)", "How real the discriminator finds what it is shown"])
@pytest.mark.parametrize("curves_shown", [1, 2])
@pytest.mark.parametrize("width", [250, 400, 700])
def test_no_words_of_a_chart_lie_on_others(
    window: None, texts: Recorder, title: str, curves_shown: int, width: int
) -> None:
    # Close around the reference, so that its label finds no room beside its line.
    pair = (replace(FALLING, points=((2.0, 0.55), (512.0, 0.6))), replace(FLAT, points=((2.0, 0.45), (512.0, 0.4))))
    chart = Chart(title, pair[:curves_shown], 512.0, (0.0, 1.0), reference=Reference(0.5, "½: it can only guess"))
    line_chart(opened(), pygame.FRect(100, 100, width, 110), chart)
    # One curve leaves room below the line; between two there is none, and beside the title unless the legend is there.
    assert ("½: it can only guess" in texts.all) == (curves_shown == 1 or (title, width) == ("D(x)", 250))
    for (first, one), (second, other) in combinations(texts.texts, 2):
        assert not one.inflate(0, -8).colliderect(other.inflate(0, -8)), f"{first!r} lies on {second!r}"


@pytest.mark.parametrize("box", [(0, 0, 1, 1), (5, 5, 30, 20), (0, 0, 60, 200), (700, 400, 400, 30)])
def test_no_box_is_too_small(window: None, box: tuple[float, float, float, float]) -> None:
    chart = replace(CHART, reference=Reference(1.0, "floor: real pictures"))
    line_chart(opened(), pygame.FRect(box), chart, 32.0, (box[0] + box[2] / 2, box[1] + box[3] / 2))
    histogram(opened(), pygame.FRect(box), "Classes", [900, *[1011] * 9], DIGITS, (box[0], box[1]))


curve_points = st.lists(st.tuples(st.floats(0, 1e6), finite), max_size=30).map(lambda points: tuple(sorted(points)))


@pytest.mark.parametrize("log_values", [False, True])
def test_any_figures_can_be_drawn(window: None, log_values: bool) -> None:
    canvas = opened()

    @given(curve_points, curve_points, st.none() | finite, st.floats(-50, 1400))
    def draw(
        first: tuple[tuple[float, float], ...], second: tuple[tuple[float, float], ...], at: float, x: float
    ) -> None:
        reference = None if at is None else Reference(at, "here")
        pair = (replace(FALLING, points=first), replace(FLAT, points=second))
        chart = Chart("Any", pair, 64.0, log_values=log_values, reference=reference)
        line_chart(canvas, BOX, chart, 3.0, (x, BOX.centery))

    draw()


# Histogram


def test_a_bar_is_as_high_as_its_share(window: None) -> None:
    histogram(opened(), BOX, "Classes", [400, *[100] * 6, 0, 0, 0], DIGITS)
    bars = np.abs(screenshot().astype(int) - FAKE).sum(axis=2) < 30
    heights = [int(bars[:, int(BOX.left + (place + 0.5) * 40) - 8].sum()) for place in range(10)]
    assert heights[0] == pytest.approx(4 * heights[1], rel=0.05)
    assert heights[7:] == [0, 0, 0]


def test_a_class_that_is_never_drawn_shows_its_nought(window: None, texts: Recorder) -> None:
    histogram(opened(), BOX, "Classes", [500, 500, 0], ("shirt", "coat", "bag"))
    assert [text for text, _ in texts.texts].count("0") == 1


def test_names_that_fit_are_written_and_others_told_at_the_pointer(window: None, texts: Recorder) -> None:
    histogram(opened(), BOX, "Classes", [1000] * 10, DIGITS)
    assert "9" in texts.all.split("\n")
    canvas, long_names = opened(), ("ankle boot", *["shirt"] * 9)
    texts.texts.clear()
    tooltip = histogram(canvas, BOX, "Classes", [1500, *[900] * 8, 1300], long_names, (BOX.left + 5, BOX.centery))
    assert "ankle boot" not in texts.all
    assert tooltip is not None
    assert words(tooltip.spans) == "ankle boot  15.0 % of the fakes · fair: 10 %"


@pytest.mark.parametrize("counts", [None, [], [0, 0], [-3, 5], [10**400, 1 - 10**400]])
def test_a_histogram_without_counts_waits_for_them(window: None, texts: Recorder, counts: list[int] | None) -> None:
    assert histogram(opened(), BOX, "Classes", counts, DIGITS, BOX.center) is None
    assert "waiting for the first figures" in texts.all


# Tooltip


@pytest.mark.parametrize("size", [(640, 400), (1280, 720), (2560, 1440)], ids=str)
def test_a_tooltip_stays_inside_the_window_and_off_the_pointer(window: None, size: tuple[int, int]) -> None:
    canvas = Canvas(pygame.Surface(size))

    @given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 60))
    def look(across: float, down: float, length: int) -> None:
        at = (canvas.area.width * across, canvas.area.height * down)
        tooltip = Tooltip(at, (("m" * length, FAKE, "semibold"), ("m", FOCUS, "regular")))
        box = tooltip_box(canvas, tooltip)
        assert canvas.area.contains(box)
        assert not box.collidepoint(at)
        draw_tooltip(canvas, tooltip)

    look()
