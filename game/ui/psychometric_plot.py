"""A psychometric curve: how often answers are right along a scale of difficulty, and how sure that is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import TypeVar

import numpy as np
import pygame

from game.psychometric import CHANCE, THRESHOLD_ACCURACY, Floats, PsychometricCurve
from game.statistics import Proportion
from game.threshold import ThresholdEstimate
from game.ui import curves
from game.ui.canvas import Canvas
from game.ui.charts import RANGE_COLOUR
from game.ui.theme import DESK, EDGE, FOCUS, LIGHT_BOX, MUTED, REAL_TEXT, SMALL, TEXT

LABEL_SIZE = SMALL - 3
LINE_WIDTH = 2.5
# Of a dot for one answer; its area grows with their number.
SMALLEST_DOT, LARGEST_DOT = 7.0, 24.0
# Around the plot, so that a dot at its edge is seen whole.
_RIM = 14.0
_GUTTER = 50.0
Share = TypeVar("Share", float, Floats)


@dataclass(frozen=True, slots=True, eq=False)
class PsychometricPlot:
    """A curve at places of a scale, float64 above 0 and ascending; `written` says how one of them is written."""

    places: Sequence[float]
    curve: PsychometricCurve
    tallies: Mapping[float, Proportion]
    threshold: ThresholdEstimate | None
    ticks: Sequence[float]
    written: Callable[[float], str]
    unit: str


def psychometric_plot(
    canvas: Canvas, box: pygame.FRect, plot: PsychometricPlot, focused: float | None = None
) -> dict[float, pygame.FRect]:
    """Draws the curve with its band, the dots of all levels and the threshold; returns where the dots lie.

    `focused` is the level whose dot has the focus.
    """
    line = canvas.line_height(LABEL_SIZE)
    inside = pygame.FRect(box.left + _GUTTER, box.top + _RIM, box.width - _GUTTER - _RIM, box.height - _RIM - 2 * line)
    _draw_axes(canvas, inside, plot)
    _draw_threshold(canvas, inside, plot)
    place = canvas.pixel_box(inside)
    surfaces = canvas.kept(
        ("psychometric", tuple(box)), (id(plot), place.size), lambda: _surfaces(canvas, inside, plot)
    )
    for surface in surfaces:
        canvas.surface.blit(surface, place)
    return _draw_dots(canvas, inside, plot, focused)


def x_of(inside: pygame.FRect, plot: PsychometricPlot, value: float) -> float:
    """Returns where a value of the scale lies; what lies beyond an end is put at that end."""
    first, last = log(plot.places[0]), log(plot.places[-1])
    return inside.left + inside.width * min(1.0, max(0.0, (log(value) - first) / (last - first)))


def _y_of(inside: pygame.FRect, share: Share) -> Share:
    return inside.bottom - share * inside.height


def _draw_axes(canvas: Canvas, inside: pygame.FRect, plot: PsychometricPlot) -> None:
    canvas.panel(inside, DESK, EDGE, 4, 1)
    for share in (0.0, 0.25, CHANCE, THRESHOLD_ACCURACY, 1.0):
        y = _y_of(inside, share)
        if 0 < share < 1:
            canvas.bar(pygame.FRect(inside.left, y, inside.width, 1 / canvas.scale), EDGE)
        canvas.text(f"{100 * share:.0f} %", (inside.left - 8, y), LABEL_SIZE, MUTED, anchor="midright")
    for left in range(int(inside.left), int(inside.right) - 5, 12):
        canvas.bar(pygame.FRect(left, _y_of(inside, THRESHOLD_ACCURACY), 7, 1.5), LIGHT_BOX)
    guess = (inside.right - 6, _y_of(inside, CHANCE) + 2)
    canvas.text("guessing", guess, LABEL_SIZE, MUTED, anchor="topright")
    taken: list[tuple[float, float]] = []
    # The ends first: of the others those that have room beside them.
    for tick in (plot.ticks[0], plot.ticks[-1], *plot.ticks[1:-1]):
        x, label = x_of(inside, plot, tick), plot.written(tick)
        half = canvas.text_width(label, LABEL_SIZE) / 2
        canvas.bar(pygame.FRect(x, inside.bottom, 1 / canvas.scale, 5), MUTED)
        if all(x - half > right + 6 or x + half < left - 6 for left, right in taken):
            canvas.text(label, (x, inside.bottom + 7), LABEL_SIZE, MUTED, anchor="midtop")
            taken.append((x - half, x + half))
    below = inside.bottom + 5 + canvas.line_height(LABEL_SIZE)
    canvas.text(plot.unit, (inside.centerx, below), LABEL_SIZE, MUTED, anchor="midtop")


def _draw_threshold(canvas: Canvas, inside: pygame.FRect, plot: PsychometricPlot) -> None:
    """Draws the interval as a bar on the axis, and a line from the curve's 75 % down to it."""
    found = plot.threshold
    if found is None or (found.median is None and found.low is None and found.high is None):
        return
    left = inside.left if found.low is None else x_of(inside, plot, found.low)
    right = inside.right if found.high is None else x_of(inside, plot, found.high)
    y = _y_of(inside, THRESHOLD_ACCURACY)
    wash = canvas.kept(
        ("threshold", inside.topleft), (left, right, inside.height), lambda: _wash(canvas, right - left, inside.height)
    )
    canvas.surface.blit(wash, (canvas.pixels(left), canvas.pixels(inside.top)))
    canvas.panel(pygame.FRect(left, inside.bottom - 4, max(6.0, right - left), 8), RANGE_COLOUR, None, 4)
    if found.median is not None:
        x = x_of(inside, plot, found.median)
        canvas.bar(pygame.FRect(x - 1, y, 2, inside.bottom - y), FOCUS)
        canvas.panel(pygame.FRect(x - 2.5, inside.bottom - 8, 5, 16), FOCUS, None, 2)


def _wash(canvas: Canvas, width: float, height: float) -> pygame.Surface:
    surface = pygame.Surface((max(1, canvas.pixels(width)), max(1, canvas.pixels(height))))
    surface.fill(RANGE_COLOUR)
    surface.set_alpha(60)
    return surface


def _surfaces(canvas: Canvas, inside: pygame.FRect, plot: PsychometricPlot) -> tuple[pygame.Surface, pygame.Surface]:
    place = canvas.pixel_box(inside)

    def rows(shares: Floats) -> curves.Floats:
        y: Floats = _y_of(inside, shares) * canvas.scale - place.top
        return y.astype(np.float32)

    x = np.array([x_of(inside, plot, value) * canvas.scale - place.left for value in plot.places], np.float32)
    band = curves.band(place.size, x, rows(plot.curve.low), rows(plot.curve.high), REAL_TEXT)
    return band, curves.line(place.size, x, rows(plot.curve.mean), max(1.5, LINE_WIDTH * canvas.scale), REAL_TEXT)


def _draw_dots(
    canvas: Canvas, inside: pygame.FRect, plot: PsychometricPlot, focused: float | None
) -> dict[float, pygame.FRect]:
    most = max((tally.trials for tally in plot.tallies.values()), default=1)
    boxes = {}
    for level, tally in plot.tallies.items():
        share = tally.estimate
        assert share is not None, "a level that was asked at has answers"
        size = max(SMALLEST_DOT, LARGEST_DOT * (tally.trials / most) ** 0.5)
        centre = (x_of(inside, plot, level), _y_of(inside, share))
        if level == focused:
            canvas.disc(centre, size + 12, None, FOCUS)
        canvas.disc(centre, size, TEXT, DESK)
        boxes[level] = pygame.FRect(centre[0] - size / 2, centre[1] - size / 2, size, size)
    return boxes
