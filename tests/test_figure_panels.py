"""The panels of the overview: what is drawn are the run's own numbers, and axes have numbers that can be read."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from gan.figure_panels import (
    draw_classes,
    draw_judge_distance,
    draw_logits,
    draw_losses,
    draw_probabilities,
    log_numbers,
    plain,
    whole,
)
from gan.run_log import Tick

TICK = Tick(2.0, 32, 1.0, 900.0, 1.5, 0.5, 0.75, 0.25)
MEASURED = replace(TICK, kimg=4.0, step=64, judge_distance=8.0, judge_floor=0.25, class_counts=[10, 30] + [0] * 8)


@pytest.fixture
def axes() -> Axes:
    return Figure().subplots()


def lines(axes: Axes) -> dict[str, list[list[float]]]:
    """Returns the points of each line by its colour's or its own label."""
    return {str(line.get_label()): np.array(line.get_xydata()).tolist() for line in axes.lines}


def texts(axes: Axes) -> str:
    return " ".join(text.get_text() for text in axes.texts)


def test_losses_are_drawn_over_kimg(axes: Axes) -> None:
    draw_losses(axes, [TICK, replace(TICK, kimg=4.0, generator_loss=2.5)])
    assert lines(axes) == {"discriminator": [[2, 0.5], [4, 0.5]], "generator": [[2, 1.5], [4, 2.5]]}
    assert axes.get_xscale() == "log"
    assert "kimg" in axes.get_xlabel() and axes.get_ylabel()


def test_a_single_tick_can_be_seen(axes: Axes) -> None:
    draw_losses(axes, [TICK])
    assert {line.get_marker() for line in axes.lines} == {"o"}


def test_probabilities_are_drawn_with_the_line_of_one_half(axes: Axes) -> None:
    draw_probabilities(axes, [TICK, replace(TICK, kimg=4.0)])
    drawn = lines(axes)
    assert drawn["D(x), of reals"] == [[2, 0.75], [4, 0.75]]
    assert drawn["D(G(z)), of fakes"] == [[2, 0.25], [4, 0.25]]
    assert [[0, 0.5], [1, 0.5]] in drawn.values()
    assert axes.get_ylim() == (0, 1)


def test_the_judge_distance_is_drawn_where_it_was_measured_with_its_floor(axes: Axes) -> None:
    draw_judge_distance(axes, [TICK, MEASURED, replace(MEASURED, kimg=8.0, judge_distance=4.0)])
    drawn = list(lines(axes).values())
    assert drawn[0] == [[4, 8], [8, 4]]
    assert drawn[1] == [[0, 0.25], [1, 0.25]]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert "floor" in texts(axes)


def test_a_floor_of_zero_has_no_place_on_a_logarithmic_axis(axes: Axes) -> None:
    draw_judge_distance(axes, [replace(MEASURED, judge_floor=0.0)])
    assert len(axes.lines) == 1
    assert texts(axes) == ""


def test_classes_are_shares_of_the_last_measured_rung(axes: Axes) -> None:
    draw_classes(axes, [replace(MEASURED, class_counts=[1] * 10), MEASURED, replace(TICK, kimg=9.0)], "abcdefghij")
    assert [bar.get_height() for bar in axes.patches] == [25, 75] + [0] * 8
    assert [label.get_text() for label in axes.get_xticklabels()] == list("abcdefghij")
    assert axes.get_title(loc="left") or axes.get_title()
    assert "40 fakes at 4 kimg" in axes.get_title() + axes.get_title(loc="left")


@pytest.mark.parametrize("panel", [draw_losses, draw_probabilities, draw_logits, draw_judge_distance])
def test_a_panel_without_figures_says_so(axes: Axes, panel: Callable[[Axes, Sequence[Tick]], None]) -> None:
    panel(axes, [])
    assert texts(axes) == "no figures yet"
    assert not axes.lines


def test_panels_of_the_judge_are_empty_where_nothing_was_measured() -> None:
    first, second = Figure().subplots(1, 2)
    draw_judge_distance(first, [TICK])
    useless = [replace(MEASURED, class_counts=counts) for counts in ([0] * 10, [1] * 9, [])]
    draw_classes(second, [TICK, *useless], "0123456789")
    assert texts(first) == texts(second) == "no figures yet"


def test_paper_and_screen_dash_the_same_lines(axes: Axes) -> None:
    from game.training_run import RunState, TrainingConfig, TrainingRun
    from game.ui.run_panels import charts_of

    two = [TICK, replace(TICK, kimg=4.0)]
    run = TrainingRun("run", Path(), "a run", RunState.DONE, TrainingConfig(kimg=8))
    screen = charts_of(run, two, {})
    draw_losses(axes, two)
    assert [(str(line.get_label()), line.get_linestyle() == "--") for line in axes.lines] == [
        (curve.label, curve.dashed) for curve in screen[0].curves
    ]
    other = Figure().subplots()
    draw_probabilities(other, two)
    assert [line.get_linestyle() == "--" for line in other.lines[1:]] == [curve.dashed for curve in screen[1].curves]


def test_a_critics_mean_answers_are_drawn_where_they_were_written(axes: Axes) -> None:
    draw_logits(axes, [TICK, replace(TICK, kimg=4.0, real_logit=3.0, fake_logit=-30.0), replace(TICK, kimg=8.0)])
    assert lines(axes) == {"to reals": [[4, 3]], "to fakes": [[4, -30]]}
    assert axes.get_title(loc="left") or axes.get_title() == "The critic's mean answers"


def test_of_a_thousand_classes_the_drawn_ones_are_counted(axes: Axes) -> None:
    names = [f"{number:03}" for number in range(1000)]
    counted = replace(TICK, kimg=4.0, mode_count=120, mode_kl=2.5)
    draw_classes(axes, [TICK, counted, replace(counted, kimg=8.0, mode_count=900, mode_kl=0.5)], names)
    assert not axes.patches
    assert next(iter(lines(axes).values())) == [[4, 120], [8, 900]]
    (other,) = [each for each in axes.figure.axes if each is not axes]
    assert list(lines(other).values()) == [[[4, 2.5], [8, 0.5]]]
    assert other.get_ylim()[0] == 0


def test_a_thousand_classes_that_nobody_counted_leave_an_empty_panel(axes: Axes) -> None:
    draw_classes(axes, [replace(MEASURED, class_counts=[1] * 1000)], ["x"] * 1000)
    assert texts(axes) == "no figures yet" and not axes.patches


def test_many_ticks_are_drawn_as_their_means_with_a_band_of_one_standard_deviation(axes: Axes) -> None:
    dice = np.random.default_rng(0)
    ticks = [replace(TICK, kimg=float(kimg), generator_loss=loss)
             for kimg, loss in enumerate(dice.normal(5, 2, 5000), start=1)]  # fmt: skip
    draw_losses(axes, ticks)
    line = axes.lines[0].get_xydata()
    assert len(line) < 160
    assert (np.diff(line[:, 0]) > 0).all()
    assert line[-20:, 1] == pytest.approx(5, abs=1)
    low, high = axes.collections[0].get_paths()[0].get_extents().get_points()[:, 1]
    assert low < 3.5 and high > 6.5
    # Means of the same points by hand, where the last parts of the axis lie.
    edges = np.exp(np.linspace(0, np.log(5000), 151))
    kimg, losses = np.array([[tick.kimg, tick.generator_loss] for tick in ticks]).T
    inside = (kimg >= edges[140]) & (kimg < edges[141])
    found = line[(line[:, 0] >= edges[140]) & (line[:, 0] < edges[141])]
    assert found.tolist() == [[pytest.approx(kimg[inside].mean()), pytest.approx(losses[inside].mean())]]


@given(st.floats(1e-3, 1e6), st.floats(1.0001, 1e9))
def test_a_logarithmic_axis_has_numbers_within_it_however_short_it_is(low: float, ratio: float) -> None:
    numbers = log_numbers(low, low * ratio)
    assert numbers == sorted(set(numbers)) and all(low <= number <= low * ratio for number in numbers)
    assert 3 <= len(numbers) <= 18


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (2, 3000, [3, 10, 30, 100, 300, 1000, 3000]),
        (0.01, 100, [0.01, 0.1, 1, 10, 100]),
        (1, 6, [1, 2, 3, 4, 5, 6]),
        (2, 64, [2, 5, 10, 20, 50]),
        (2000, 2600, [2000, 2100, 2200, 2300, 2400, 2500, 2600]),
        (5, 5, [5]),
    ],
)
def test_the_numbers_are_round(low: float, high: float, expected: list[float]) -> None:
    assert log_numbers(low, high) == pytest.approx(expected)


def test_a_short_run_has_numbers_on_its_axis(axes: Axes) -> None:
    draw_losses(axes, [TICK, replace(TICK, kimg=3.5)])
    axes.figure.draw_without_rendering()
    shown = [label.get_text() for label in axes.get_xticklabels() if label.get_text()]
    assert len(shown) >= 3 and {"2", "3"} <= set(shown)


def test_numbers_are_written_without_powers_of_ten() -> None:
    assert [plain(value) for value in (3000, 2996.032, 12.5, 0.05, 1.2345, 999_999)] == [
        "3000", "2996", "12.5", "0.05", "1.23", "999999",
    ]  # fmt: skip
    assert [whole(kimg) for kimg in (3000.0, 6.016, 64.0, 0.064)] == ["3000", "6", "64", "0.064"]


def test_reals_and_fakes_have_the_colours_of_the_game(axes: Axes) -> None:
    from game.ui.theme import FAKE, REAL

    draw_probabilities(axes, [TICK, replace(TICK, kimg=4.0)])
    shown = {str(line.get_label()): to_hex(line.get_color()) for line in axes.lines}
    assert shown["D(x), of reals"] == "#" + "".join(f"{part:02x}" for part in REAL[:3])
    assert shown["D(G(z)), of fakes"] == "#" + "".join(f"{part:02x}" for part in FAKE[:3])
