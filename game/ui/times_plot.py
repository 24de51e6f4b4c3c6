"""How long answers took: two crowds of times on one axis, right ones above, wrong ones below, with their medians."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log2

import pygame

from game.profile import AnswerTimes
from game.response_times import MedianTime
from game.ui.canvas import Canvas
from game.ui.interval_plot import mixed
from game.ui.theme import DESK, EDGE, LIGHT_BOX, MUTED, PANEL_HOVER, RIGHT, SMALL, TEXT, WRONG, Colour

LABEL_SIZE = SMALL - 2
# Of the axis: each doubling has so many columns.
COLUMNS_PER_OCTAVE = 5
# What lies beyond is counted to the outermost column.
SHORTEST, LONGEST = 0.0625, 256.0
_LEFT = 70.0
_STRIP = 8.0


@dataclass(frozen=True, slots=True)
class _Axis:
    box: pygame.FRect
    first: float
    last: float

    def x(self, seconds: float) -> float:
        octaves = min(max(log2(max(seconds, 1e-9)), self.first), self.last)
        return self.box.left + (octaves - self.first) / (self.last - self.first) * self.box.width


def times_plot(canvas: Canvas, box: pygame.FRect, times: AnswerTimes, pointed: str = "") -> dict[str, pygame.FRect]:
    """Draws the times, and returns the boxes that stand for the medians, `right` and `wrong`, where there are any."""
    seconds = [min(max(one, SHORTEST), LONGEST) for one in (*times.right, *times.wrong)]
    foot = canvas.line_height(LABEL_SIZE) + 10
    inside = pygame.FRect(box.left + _LEFT, box.top, box.width - _LEFT - 20, box.height - foot)
    axis = _Axis(inside, floor(log2(min(seconds, default=0.5))), ceil(log2(max(seconds, default=4.0)) + 1e-9))
    axis = _Axis(inside, axis.first, max(axis.last, axis.first + 1))
    _draw_ticks(canvas, axis)
    middle, parts = inside.centery, {}
    highest = max(_highest(times.right, axis), _highest(times.wrong, axis), 1e-9)
    for name, own, median, colour, up in (
        ("right", times.right, times.median_right, RIGHT, True),
        ("wrong", times.wrong, times.median_wrong, WRONG, False),
    ):
        _draw_columns(canvas, axis, own, colour, up, highest)
        at = (box.left, middle - inside.height / 4 if up else middle + inside.height / 4)
        canvas.text(name, at, SMALL, colour, "semibold", "midleft")
        if median is not None:
            parts[name] = _draw_median(canvas, axis, median, colour, up, name == pointed)
    canvas.bar(pygame.FRect(inside.left, middle, inside.width, 1 / canvas.scale), MUTED)
    return parts


def _columns(seconds: Sequence[float], axis: _Axis) -> list[float]:
    """Returns the share of the times in each column."""
    counts = [0] * round((axis.last - axis.first) * COLUMNS_PER_OCTAVE)
    for one in seconds:
        place = int((log2(max(one, 1e-9)) - axis.first) * COLUMNS_PER_OCTAVE)
        counts[min(max(place, 0), len(counts) - 1)] += 1
    return [count / len(seconds) for count in counts] if seconds else []


def _highest(seconds: Sequence[float], axis: _Axis) -> float:
    return max(_columns(seconds, axis), default=0.0)


def _draw_columns(
    canvas: Canvas, axis: _Axis, seconds: Sequence[float], colour: Colour, up: bool, highest: float
) -> None:
    """Draws the shares of one crowd: of both, so that a small one can be compared with a large one."""
    box = axis.box
    shares = _columns(seconds, axis)
    edges = [box.left + place / max(1, len(shares)) * box.width for place in range(len(shares) + 1)]
    for share, (left, right) in zip(shares, pairwise(edges), strict=True):
        height = (box.height / 2 - _STRIP - 22) * share / highest
        if height > 0:
            top = box.centery - _STRIP - height if up else box.centery + _STRIP
            column = pygame.FRect(left + 1.5, top, right - left - 3, max(2.0, height))
            canvas.panel(column, mixed(colour, DESK, 0.5), None, min(3.0, height / 2))


def _draw_median(
    canvas: Canvas, axis: _Axis, median: MedianTime, colour: Colour, up: bool, pointed: bool
) -> pygame.FRect:
    """Draws the interval as a strip along the middle, and the median as a line across its half."""
    box = axis.box
    left, right = axis.x(median.interval.low), axis.x(median.interval.high)
    top = box.centery - _STRIP + 1 if up else box.centery + 1
    strip = pygame.FRect(left, top, max(_STRIP, right - left), _STRIP - 2)
    canvas.panel(strip, colour, None, strip.height / 2)
    x = axis.x(median.seconds)
    line = pygame.FRect(x - 1.25, box.top if up else box.centery, 2.5, box.height / 2)
    canvas.bar(line, LIGHT_BOX)
    words = f"{median.seconds:.2f} s"
    width = canvas.text_width(words, SMALL, "semibold")
    at = (x + 10, line.top + 8 if up else line.bottom - 8)
    anchor = "midleft"
    if at[0] + width > box.right:
        at, anchor = (x - 10, at[1]), "midright"
    if pointed:
        back = pygame.FRect(at[0] - 6 if anchor == "midleft" else at[0] - width - 6, at[1] - 14, width + 12, 28)
        canvas.panel(back, PANEL_HOVER, None, 6)
    canvas.text(words, at, SMALL, TEXT, "semibold", anchor)
    return line.inflate(60, 0)


def _draw_ticks(canvas: Canvas, axis: _Axis) -> None:
    box = axis.box
    y = box.bottom + 6
    for octave in range(int(axis.first), int(axis.last) + 1):
        seconds = 2.0**octave
        x = axis.x(seconds)
        canvas.bar(pygame.FRect(x, box.top, 1 / canvas.scale, box.height), EDGE)
        canvas.text(f"{seconds:g} s", (x, y), LABEL_SIZE, MUTED, anchor="midtop")
