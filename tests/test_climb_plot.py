"""The psychometric plot shows what the climb found, each part at its place."""

from itertools import combinations

import numpy as np
import pygame
import pytest
from playing import screenshot

from game.climb import Climb, ClimbTrial
from game.ui.canvas import Canvas
from game.ui.climb_plot import CURVE, GUESSING, THREE_QUARTERS, THRESHOLD, ClimbFigure, psychometric_plot
from game.ui.theme import FOCUS, LIGHT_BOX

RUNGS = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 2100)


def climbed(*answers: tuple[int, int, int]) -> Climb:
    """Returns a climb with (kimg, right, wrong) answers."""
    trials = [ClimbTrial(kimg, place < right) for kimg, right, wrong in answers for place in range(right + wrong)]
    return Climb(RUNGS, 1, tuple(trials))


def plotted(climb: Climb, pointed: str = "") -> dict[str, pygame.FRect]:
    surface = pygame.display.get_surface()
    assert surface is not None
    surface.fill((0, 0, 0))
    return psychometric_plot(Canvas(surface), pygame.FRect(20, 20, 1000, 600), ClimbFigure(climb), pointed)


def of_colour(colour: tuple[int, int, int], box: pygame.FRect) -> np.ndarray:
    """Returns where pixels of a colour are in a box, bool (height, width)."""
    place = pygame.Rect(box)
    shown = screenshot()[place.top : place.bottom, place.left : place.right].astype(int)
    # What is laid over something else is rounded once more.
    return (np.abs(shown - colour) <= 3).all(axis=2)


def test_dots_stand_at_their_shares_and_grow_with_the_answers(window: None) -> None:
    parts = plotted(climbed((8, 4, 0), (64, 1, 1), (512, 0, 16)))
    dots = [parts[f"rung {kimg}"] for kimg in (8, 64, 512)]
    heights = [dot.centery for dot in dots]
    assert heights[1] == pytest.approx((heights[0] + heights[2]) / 2, abs=0.5), "half is half-way from all to none"
    assert heights[0] < heights[2], "all is at the bottom"
    # Each doubling of kimg is as wide as the one before: three from 8 to 64, three from 64 to 512.
    assert dots[1].centerx - dots[0].centerx == pytest.approx(dots[2].centerx - dots[1].centerx)
    areas = [of_colour(LIGHT_BOX, dot).sum() for dot in dots]
    assert areas[1] < areas[0] < areas[2]
    assert parts[THREE_QUARTERS].centery == pytest.approx((parts[GUESSING].centery + heights[0]) / 2, abs=1.5), (
        "3 of 4 is half-way between guessing and always"
    )


def test_the_threshold_lies_below_the_place_where_the_curve_crosses_three_quarters(window: None) -> None:
    climb = climbed((16, 8, 0), (32, 7, 1), (64, 6, 2), (128, 4, 4), (256, 4, 4))
    parts = plotted(climb)
    strip = parts[THRESHOLD]
    median = climb.threshold.median
    assert median is not None
    marked = np.flatnonzero(of_colour(FOCUS, strip).any(axis=0))
    x = strip.left + marked.mean()
    first, second = parts["rung 32"].centerx, parts["rung 128"].centerx
    expected = first + (second - first) * np.log2(median / 32) / 2
    assert x == pytest.approx(expected, abs=2)
    # The curve has that colour too; to the left of that place it is above 3 of 4, to the right below.
    line = parts[THREE_QUARTERS].centery
    for side, above in ((-40, True), (40, False)):
        column = of_colour(FOCUS, pygame.FRect(x + side, 60, 1, strip.top - 70))
        assert (60 + np.flatnonzero(column).mean() < line) == above


def test_what_has_the_focus_is_lit(window: None) -> None:
    climb = climbed((64, 5, 3))
    dot = plotted(climb)["rung 64"]
    before = of_colour(FOCUS, dot).sum()
    plotted(climb, "rung 64")
    assert of_colour(FOCUS, dot).sum() > before + 100


def test_no_part_hides_another_one_even_where_rungs_are_close(window: None) -> None:
    parts = plotted(climbed((1024, 1, 0), (2048, 1, 0), (2100, 1, 0), (2, 0, 1), (4, 1, 0)))
    assert {CURVE, GUESSING, THREE_QUARTERS, THRESHOLD} < set(parts) and len(parts) == 9
    for (first, one), (second, other) in combinations(parts.items(), 2):
        assert not one.colliderect(other), f"{first} lies on {second}"


@pytest.mark.parametrize(
    "climb",
    [climbed((2100, 20, 0)), climbed((2, 10, 10)), climbed((64, 1, 0)), Climb((64,), 1, (ClimbTrial(64, True),))],
    ids=["above the ladder", "below it", "unknown", "a ladder of one rung"],
)
def test_a_threshold_that_is_not_on_the_ladder_is_drawn_too(window: None, climb: Climb) -> None:
    assert THRESHOLD in plotted(climb)
