"""Figures with their intervals, upright beside each other: along kimg, or in the order in which they came."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, inf, log2
from typing import Literal, TypeAlias

import numpy as np
import pygame

from game.ui import curves
from game.ui.canvas import Canvas, Point
from game.ui.kimg_axis import KimgAxis
from game.ui.theme import DESK, EDGE, FOCUS, MUTED, PANEL_HOVER, SMALL, TEXT, Colour
from game.ui.values import ValueAxis
from game.words import figure, number

LABEL_SIZE = SMALL - 2
# Beyond both ends of a ladder, as a factor of kimg.
MARGIN = 1.4
# Beyond 0 and 1, so that dots there are seen whole.
SHARE_MARGIN = 0.04
LEFT, RIGHT, TOP, BOTTOM = 58.0, 92.0, 38.0, 30.0
RIM = 8.0
BAR_WIDTH = 7.0
MOST_LABELS = 6
DOT = 12.0
FAINT_DOT = 5.0
# Of the dots of players, which would else lie on each other: to either side, in sheet units.
SCATTER = 13.0
_GOLDEN = 0.618034


# Of fakes and of real pictures those that stand for them everywhere.
Shape: TypeAlias = Literal["disc", "octagon", "square"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure at a place of the axis across, with its interval; an end that is None lies beyond what is drawn.

    `faint` are the values that it was made of. `shift` moves it aside, where several series share places. Without an
    estimate only the interval is drawn, and without `has_interval` only the estimate, hollow.
    """

    name: str
    place: float
    estimate: float | None
    low: float | None
    high: float | None
    colour: Colour
    faint: tuple[float, ...] = ()
    shift: float = 0.0
    has_interval: bool = True
    shape: Shape = "disc"


@dataclass(frozen=True, slots=True)
class Reference:
    """A dashed line at a value, with its words to the right of it."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class IntervalPlot:
    """What is drawn; values are shares from 0 to `highest_share`, or on a logarithmic axis where that is None.

    Across, places are kimg where `labels` is None, else 0, 1, 2 … with those labels. `legend` tells series apart.
    """

    title: str
    marks: tuple[Mark, ...]
    across: str
    labels: tuple[str, ...] | None = None
    highest_share: float | None = 1.0
    references: tuple[Reference, ...] = ()
    legend: tuple[tuple[str, Colour, Shape], ...] = ()
    joined: bool = False
    # Of a logarithmic axis: what has to be on it besides the marks.
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Axes:
    """Where the plot lies, and what lies where in it."""

    box: pygame.FRect
    kimg: KimgAxis | None
    count: int
    shares: float | None
    values: ValueAxis | None
    # What of a mark's shift there is room for.
    shift: float = 1.0

    def x(self, place: float) -> float:
        if self.kimg is not None:
            return self.kimg.x(place)
        return self.box.left + (place + 0.5) / self.count * self.box.width

    def x_of(self, mark: Mark) -> float:
        return self.x(mark.place) + self.shift * mark.shift

    def y(self, value: float) -> float:
        if self.values is not None:
            return self.values.y(value)
        assert self.shares is not None
        share = (min(max(value, 0.0), self.shares) + SHARE_MARGIN) / (self.shares + 2 * SHARE_MARGIN)
        return self.box.bottom - share * self.box.height


def interval_plot(canvas: Canvas, box: pygame.FRect, plot: IntervalPlot, pointed: str = "") -> dict[str, pygame.FRect]:
    """Draws the marks, and returns around each of them the box that stands for it; `pointed` has the focus."""
    free = _draw_title(canvas, box, plot)
    bottom = box.bottom - max(BOTTOM, canvas.line_height(LABEL_SIZE) + 6)
    top = max(box.top + TOP, free + 8)
    axes = _axes(plot, pygame.FRect(box.left + LEFT, top, box.width - LEFT - RIGHT, bottom - top))
    _draw_values(canvas, axes, plot)
    _draw_places(canvas, axes, plot)
    if plot.joined:
        _draw_lines(canvas, axes, plot)
    for mark in plot.marks:
        _draw_faint(canvas, axes, mark)
    for mark in plot.marks:
        _draw_mark(canvas, axes, mark, mark.name == pointed)
    return {mark.name: _reach(axes, plot, mark) for mark in plot.marks}


def _axes(plot: IntervalPlot, box: pygame.FRect) -> _Axes:
    values = [
        value for mark in plot.marks for value in (mark.estimate, mark.low, mark.high, *mark.faint) if value is not None
    ]
    axis = None
    if plot.highest_share is None:
        axis = _doubling_axis(box, [*values, *plot.values])
    places = [mark.place for mark in plot.marks] or [1.0]
    kimg = None
    if plot.labels is None:
        kimg = KimgAxis(box.left, box.right, max(0.1, min(places)) / MARGIN, max(0.1, *places) * MARGIN)
    axes = _Axes(box, kimg, max(1, len(plot.labels or ())), plot.highest_share, axis)
    furthest = max((abs(mark.shift) for mark in plot.marks), default=0.0)
    x = sorted({axes.x(place) for place in places})
    gap = min((right - left for left, right in pairwise(x)), default=inf)
    return replace(axes, shift=min(1.0, gap / (3 * furthest))) if furthest else axes


def _doubling_axis(box: pygame.FRect, values: Sequence[float]) -> ValueAxis:
    """Returns an axis on which each doubling is as high as the one before; every one or every second has a label."""
    first, last = (log2(max(1e-3, end)) for end in (min(values), max(values)))
    middle, half = (first + last) / 2, max(1.0, (last - first) / 2 + 0.3)
    low, high = middle - half, middle + half
    stride = max(1, round((high - low) / MOST_LABELS))
    ticks = tuple(2.0**power for power in range(ceil(low), floor(high) + 1, stride))
    return ValueAxis(box.bottom, box.top, 2**low, 2**high, True, ticks)


def _draw_title(canvas: Canvas, box: pygame.FRect, plot: IntervalPlot) -> float:
    """Draws title and legend, and returns the y below them."""
    title = canvas.text(plot.title, box.topleft, SMALL, TEXT, "semibold")
    widths = [canvas.text_width(label, LABEL_SIZE) + 46 for label, _, _ in plot.legend]
    x, y = box.right - RIGHT - sum(widths) + 22, title.centery
    if plot.legend and x < title.right + 24:
        x, y = box.left, title.bottom + canvas.line_height(LABEL_SIZE) / 2
    for (label, colour, shape), width in zip(plot.legend, widths, strict=True):
        canvas.panel(pygame.FRect(x + 3, y - 8, 5, 16), mixed(colour, DESK, 0.45), None, 2.5)
        _draw_shape(canvas, (x + 5.5, y), 11, shape, colour, DESK)
        canvas.text(label, (x + 18, y), LABEL_SIZE, MUTED, anchor="midleft")
        x += width
    return max(title.bottom, y + canvas.line_height(LABEL_SIZE) / 2 if plot.legend else 0.0)


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """Returns a colour between two, with so much of the first one."""
    red, green, blue = (round(share * a + (1 - share) * b) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _draw_values(canvas: Canvas, axes: _Axes, plot: IntervalPlot) -> None:
    box = axes.box
    if axes.values is not None:
        ticks = [(tick, figure(tick) if tick < 10 else number(round(tick))) for tick in axes.values.ticks]
    else:
        ticks = [(step / 4, f"{25 * step} %") for step in range(5) if step / 4 <= (plot.highest_share or 1.0)]
    for value, label in ticks:
        y = axes.y(value)
        canvas.bar(pygame.FRect(box.left, y, box.width, 1 / canvas.scale), EDGE)
        canvas.text(label, (box.left - 10, y), LABEL_SIZE, MUTED, anchor="midright")
    for reference in plot.references:
        y = axes.y(reference.value)
        for left in range(int(box.left), int(box.right) - 5, 12):
            canvas.bar(pygame.FRect(left, y - 0.6, 6, 1.2), MUTED)
        canvas.text(reference.label, (box.right + 8, y), LABEL_SIZE, MUTED, anchor="midleft")


def _draw_places(canvas: Canvas, axes: _Axes, plot: IntervalPlot) -> None:
    box, y = axes.box, axes.box.bottom + 6
    canvas.text(plot.across, (box.right + 8, y), LABEL_SIZE, MUTED)
    if axes.kimg is not None:
        # The rungs themselves, as many as have room; all of a ladder that doubles.
        rungs = sorted({mark.place for mark in plot.marks})
        labels = [(axes.x(kimg), number(round(kimg))) for kimg in rungs]
    else:
        labels = [(axes.x(place), label) for place, label in enumerate(plot.labels or ())]
    free = -float("inf")
    for x, label in labels:
        half = canvas.text_width(label, LABEL_SIZE) / 2
        if x - half >= free:
            canvas.bar(pygame.FRect(x, box.bottom, 1 / canvas.scale, 5), EDGE)
            canvas.text(label, (x, y), LABEL_SIZE, MUTED, anchor="midtop")
            free = x + half + 10


def _draw_lines(canvas: Canvas, axes: _Axes, plot: IntervalPlot) -> None:
    """Draws a thin line through the estimates of each series, which have one colour each."""
    place = canvas.pixel_box(axes.box.inflate(2 * RIM, 2 * RIM))
    for colour in dict.fromkeys(mark.colour for mark in plot.marks):
        points = sorted(
            (axes.x_of(mark), axes.y(mark.estimate))
            for mark in plot.marks
            if mark.colour == colour and mark.estimate is not None
        )
        if len(points) > 1:
            surface = canvas.kept(
                ("interval line", tuple(axes.box), colour),
                (tuple(points), place.size),
                lambda colour=colour, points=points: _line(canvas, place, points, colour),  # type: ignore[misc]
            )
            canvas.surface.blit(surface, place)


def _line(canvas: Canvas, place: pygame.Rect, points: Sequence[Point], colour: Colour) -> pygame.Surface:
    x = np.array([at[0] * canvas.scale - place.left for at in points], np.float32)
    y = np.array([at[1] * canvas.scale - place.top for at in points], np.float32)
    return curves.line(place.size, x, y, max(1.2, 1.6 * canvas.scale), mixed(colour, DESK, 0.55))


def _draw_faint(canvas: Canvas, axes: _Axes, mark: Mark) -> None:
    colour = mixed(mark.colour, DESK, 0.34)
    for place, value in enumerate(mark.faint):
        aside = ((place + 0.5) * _GOLDEN % 1 - 0.5) * 2 * SCATTER
        canvas.disc((axes.x_of(mark) + aside, axes.y(value)), FAINT_DOT, colour)


def _draw_mark(canvas: Canvas, axes: _Axes, mark: Mark, pointed: bool) -> None:
    x, box = axes.x_of(mark), axes.box
    if mark.has_interval:
        top = box.top if mark.high is None else axes.y(mark.high)
        bottom = box.bottom if mark.low is None else axes.y(mark.low)
        bar = pygame.FRect(x - BAR_WIDTH / 2, top, BAR_WIDTH, max(BAR_WIDTH, bottom - top))
        if pointed:
            canvas.panel(bar.inflate(8, 8), PANEL_HOVER, FOCUS, BAR_WIDTH, 1.5)
        canvas.panel(bar, mixed(mark.colour, DESK, 0.58 if mark.faint else 0.45), None, BAR_WIDTH / 2)
    if mark.estimate is not None:
        at = (x, axes.y(mark.estimate))
        if pointed:
            canvas.disc(at, DOT + 9, FOCUS)
        fill, edge = (mark.colour, DESK) if mark.has_interval else (DESK, mark.colour)
        _draw_shape(canvas, at, DOT, mark.shape, fill, edge)


def _draw_shape(canvas: Canvas, at: Point, size: float, shape: Shape, fill: Colour, edge: Colour) -> None:
    box = pygame.FRect(0, 0, size, size)
    box.center = at
    if shape == "octagon":
        canvas.octagon(box, fill, edge, 1.5)
    elif shape == "square":
        canvas.panel(box, fill, edge, 1, 1.5)
    else:
        canvas.disc(at, size, fill, edge)


def _reach(axes: _Axes, plot: IntervalPlot, mark: Mark) -> pygame.FRect:
    """Returns where the pointer is on a mark: no further than half-way to its neighbours, as high as the interval."""
    x, box = axes.x_of(mark), axes.box
    others = [abs(axes.x_of(other) - x) for other in plot.marks if other is not mark]
    width = max(2.0, min([44.0, *(gap for gap in others if gap > 1)]) - 1)
    ends = [axes.y(value) for value in (mark.estimate, mark.low, mark.high) if value is not None]
    top = box.top if mark.has_interval and mark.high is None else min(ends, default=box.top)
    bottom = box.bottom if mark.has_interval and mark.low is None else max(ends, default=box.bottom)
    return pygame.FRect(x - width / 2, top - 10, width, bottom - top + 20)
