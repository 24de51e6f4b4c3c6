"""Charts of a run over kimg: quiet grid, smooth lines, the time machine's place, and figures at the pointer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pygame

from game.ui import curves
from game.ui.bins import Bin, binned, nearest
from game.ui.canvas import Canvas, Point, Span
from game.ui.kimg_axis import KimgAxis, kimg_axis
from game.ui.theme import EDGE, LIGHT_BOX, MUTED, SMALL, TEXT, Colour
from game.ui.tooltip import Tooltip
from game.ui.values import ValueAxis, label, linear_axis, log_axis
from game.words import figure

TICK_SIZE = SMALL - 4
TICK_GAP = 8.0
LEGEND_SIZE = SMALL - 3
LINE_WIDTH = 2.25
DASH = 7.0
DOT = 7.0
# Points nearer than this, in sheet units, are drawn as their mean, with a band of one standard deviation around it.
BIN_WIDTH = 2.5
# Of the surface that curves are drawn on, around the plot: a line or a dot at its edge is seen whole.
RIM = 8.0
# What labels of values may be as wide as, or nearly: lines begin below each other in all charts but strange ones.
WIDEST_FIGURE = "0.00"


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of a chart: (kimg, value), kimg ascending; dashed and dotted tell it apart without colour."""

    label: str
    colour: Colour
    points: tuple[tuple[float, float], ...]
    dashed: bool = False
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that the curves are to be compared with."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows, up to the run's goal; the values' range follows from the curves where it is None."""

    title: str
    curves: tuple[Curve, ...]
    goal_kimg: float
    value_range: tuple[float, float] | None = None
    log_values: bool = False
    reference: Reference | None = None
    # Where the axis begins, so that charts with other first points share it.
    first_kimg: float = 2.0


@dataclass(frozen=True, slots=True)
class _Plot:
    """What of a chart stays as it is until new figures come; `box` is the part that curves lie in."""

    box: pygame.FRect
    kimg_axis: KimgAxis
    value_axis: ValueAxis
    bins: tuple[tuple[Bin, ...], ...]
    surfaces: tuple[pygame.Surface, ...]


def line_chart(
    canvas: Canvas, box: pygame.FRect, chart: Chart, cursor_kimg: float | None = None, pointer: Point | None = None
) -> Tooltip | None:
    """Draws a chart into a box, and returns the figures at the pointer where it is on the plot."""
    top, free_row = _draw_title(canvas, box, chart)
    if not any(_can_be_drawn(point) for curve in chart.curves for point in curve.points):
        canvas.text(
            "waiting for the first figures", (box.centerx, (top + box.bottom) / 2), SMALL, MUTED, anchor="center"
        )
        return None
    content = (chart, tuple(box), top, canvas.scale)
    plot = canvas.kept(("chart", tuple(box)), content, lambda: _plot(canvas, box, chart, top))
    _draw_grid(canvas, plot)
    place = _surface_box(canvas, plot)
    if chart.reference is not None:
        _draw_reference(canvas, plot, chart.reference, free_row)
    for surface in plot.surfaces:
        canvas.surface.blit(surface, place)
    if cursor_kimg is not None:
        x = plot.kimg_axis.x(cursor_kimg)
        canvas.bar(pygame.FRect(x - 0.75, plot.box.top, 1.5, plot.box.height), LIGHT_BOX)
        canvas.disc((x, plot.box.top), 8, LIGHT_BOX)
    if pointer is None or not plot.box.inflate(8, 8).collidepoint(pointer):
        return None
    return _hover(canvas, chart, plot, pointer)


def _can_be_drawn(point: tuple[float, float]) -> bool:
    return math.isfinite(point[0]) and math.isfinite(point[1])


def _draw_title(canvas: Canvas, box: pygame.FRect, chart: Chart) -> tuple[float, pygame.FRect]:
    """Draws title and legend, in one row where they fit, and returns the y below them and what is free of that row."""
    title = canvas.text(chart.title, box.topleft, SMALL, TEXT, "semibold")
    free = pygame.FRect(title.right + 14, title.top, max(0.0, box.right - title.right - 14), title.height)
    if len(chart.curves) < 2:
        return title.bottom, free
    widths = [canvas.text_width(curve.label, LEGEND_SIZE) + 32 for curve in chart.curves]
    x, y = box.right - sum(widths) - 14 * (len(widths) - 1), title.centery
    if x < free.left:
        x, y = box.left, title.bottom + canvas.line_height(LEGEND_SIZE) / 2
    else:
        free.width = 0
    for curve, width in zip(chart.curves, widths, strict=True):
        _draw_sample(canvas, curve, (x, y))
        canvas.text(curve.label, (x + 32, y), LEGEND_SIZE, MUTED, anchor="midleft")
        x += width + 14
    return max(title.bottom, y + canvas.line_height(LEGEND_SIZE) / 2), free


def _draw_sample(canvas: Canvas, curve: Curve, at: Point) -> None:
    """Draws a short piece of a curve as it looks in the chart."""
    for left, width in ((0.0, 9.0), (15.0, 9.0)) if curve.dashed else ((0.0, 24.0),):
        canvas.panel(pygame.FRect(at[0] + left, at[1] - 1.25, width, 2.5), curve.colour, None, 1.25)
    if curve.dotted:
        canvas.disc((at[0] + 12, at[1]), DOT, curve.colour)


def _plot(canvas: Canvas, box: pygame.FRect, chart: Chart, top: float) -> _Plot:
    usual = canvas.text_width(WIDEST_FIGURE, TICK_SIZE) + TICK_GAP
    plot = _empty_plot(canvas, box, chart, top, usual)
    gutter = TICK_GAP + max(canvas.text_width(label(tick), TICK_SIZE) for tick in plot.value_axis.ticks)
    if gutter > usual + TICK_GAP:
        plot = _empty_plot(canvas, box, chart, top, gutter)
    drawn = list(zip(chart.curves, plot.bins, strict=True))
    bands = [_band(canvas, plot, curve, parts) for curve, parts in drawn if any(part.spread for part in parts)]
    lines = [_line(canvas, plot, curve, parts) for curve, parts in drawn if parts]
    return replace(plot, surfaces=(*bands, *lines))


def _empty_plot(canvas: Canvas, box: pygame.FRect, chart: Chart, top: float, gutter: float) -> _Plot:
    """Returns where everything lies, with so much room for the labels of values."""
    points = [list(filter(_can_be_drawn, curve.points)) for curve in chart.curves]
    ends = [part[place][0] for part in points if part for place in (0, -1)]
    tick_height = canvas.line_height(TICK_SIZE)
    inside = pygame.FRect(box.left + gutter, top + 0.4 * tick_height, box.width - gutter - 6, 0)
    inside.height = max(1.0, box.bottom - tick_height - inside.top)
    axis = kimg_axis(inside.left, inside.right, [*ends, chart.first_kimg], chart.goal_kimg)
    bins = tuple(binned(part, axis, BIN_WIDTH) for part in points)
    values = _value_axis(chart, [part.value for parts in bins for part in parts], inside.bottom, inside.top)
    return _Plot(inside, axis, values, bins, ())


def _value_axis(chart: Chart, values: Sequence[float], bottom: float, top: float) -> ValueAxis:
    shown = [*values, *([chart.reference.value] if chart.reference else [])]
    if chart.log_values:
        return log_axis(bottom, top, shown)
    if chart.value_range is not None:
        return linear_axis(bottom, top, *chart.value_range)
    return linear_axis(bottom, top, min(0.0, *shown), max(0.0, *shown))


def _pixels(canvas: Canvas, plot: _Plot, bins: Sequence[Bin], spreads: float) -> tuple[curves.Floats, curves.Floats]:
    """Returns where bins lie on the plot's surface, so many spreads above their mean."""
    place = _surface_box(canvas, plot)
    x = [plot.kimg_axis.x(part.kimg) * canvas.scale - place.left for part in bins]
    y = [plot.value_axis.y(part.value + spreads * part.spread) * canvas.scale - place.top for part in bins]
    return np.array(x, np.float32), np.array(y, np.float32)


def _surface_box(canvas: Canvas, plot: _Plot) -> pygame.Rect:
    return canvas.pixel_box(plot.box.inflate(2 * RIM, 2 * RIM))


def _line(canvas: Canvas, plot: _Plot, curve: Curve, bins: Sequence[Bin]) -> pygame.Surface:
    x, y = _pixels(canvas, plot, bins, 0)
    width, dash = max(1.5, LINE_WIDTH * canvas.scale), DASH * canvas.scale if curve.dashed else 0
    surface = curves.line(_surface_box(canvas, plot).size, x, y, width, curve.colour, dash)
    # One point alone is no line.
    if curve.dotted or len(bins) == 1:
        sheet = Canvas(surface, canvas.scale)
        for column, row in zip(x.tolist(), y.tolist(), strict=True):
            sheet.disc((column / canvas.scale, row / canvas.scale), DOT, curve.colour)
    return surface


def _band(canvas: Canvas, plot: _Plot, curve: Curve, bins: Sequence[Bin]) -> pygame.Surface:
    x, low = _pixels(canvas, plot, bins, -1)
    _, high = _pixels(canvas, plot, bins, 1)
    return curves.band(_surface_box(canvas, plot).size, x, low, high, curve.colour)


def _draw_grid(canvas: Canvas, plot: _Plot) -> None:
    box, axis = plot.box, plot.kimg_axis
    free_below = math.inf
    for tick in plot.value_axis.ticks:
        y = plot.value_axis.y(tick)
        canvas.bar(pygame.FRect(box.left, y, box.width, 1 / canvas.scale), EDGE)
        # In a small window there is not room for every label.
        if y <= free_below:
            canvas.text(label(tick), (box.left - TICK_GAP, y), TICK_SIZE, MUTED, anchor="midright")
            free_below = y - canvas.line_height(TICK_SIZE) / 1.4
    widest = canvas.text_width(f"{axis.last_kimg:.0f}", TICK_SIZE) + 18
    for kimg in axis.doublings(int(box.width / widest)):
        x = min(axis.x(kimg), box.right - canvas.text_width(str(kimg), TICK_SIZE) / 2 + 6)
        canvas.bar(pygame.FRect(axis.x(kimg), box.bottom, 1 / canvas.scale, 4), EDGE)
        canvas.text(str(kimg), (x, box.bottom + 4), TICK_SIZE, MUTED, anchor="midtop")


def _draw_reference(canvas: Canvas, plot: _Plot, reference: Reference, free_row: pygame.FRect) -> None:
    """Draws a dashed line with its label beside it; where curves fill the plot, beside the title if there is room."""
    box, y = plot.box, plot.value_axis.y(reference.value)
    for left in range(int(box.left), int(box.right) - 3, 8):
        canvas.bar(pygame.FRect(left, y, 4, 1.2), MUTED)
    words = pygame.FRect(0, 0, canvas.text_width(reference.label, TICK_SIZE), canvas.line_height(TICK_SIZE))
    places = []
    for anchor, at in (
        ("bottomleft", (box.left + 6, y)),
        ("bottomright", (box.right - 4, y)),
        ("topright", (box.right - 4, y)),
        ("topleft", (box.left + 6, y)),
    ):
        setattr(words, anchor, at)
        if box.top <= words.top and words.bottom <= box.bottom + 1:
            places.append((_distance_to_curves(plot, words), at, anchor))
    if places:
        distance, at, anchor = max(places, key=lambda place: place[0])
        if distance < words.height / 2:
            if words.width > free_row.width:
                return
            at, anchor = free_row.midright, "midright"
        canvas.text(reference.label, at, TICK_SIZE, MUTED, anchor=anchor)


def _distance_to_curves(plot: _Plot, words: pygame.FRect) -> float:
    """Returns how far above or below a label's middle the nearest curve passes, at most the plot's height."""
    start, end = plot.kimg_axis.kimg(words.left - 6), plot.kimg_axis.kimg(words.right + 6)
    heights = [plot.value_axis.y(part.value) for bins in plot.bins for part in bins if start <= part.kimg <= end]
    return min((abs(height - words.centery) for height in heights), default=plot.box.height)


def _hover(canvas: Canvas, chart: Chart, plot: _Plot, pointer: Point) -> Tooltip | None:
    found = [
        (curve, near)
        for curve, bins in zip(chart.curves, plot.bins, strict=True)
        if (near := nearest(bins, plot.kimg_axis, pointer[0]))
    ]
    if not found:
        return None
    kimg = min((near.kimg for _, near in found), key=lambda place: abs(plot.kimg_axis.x(place) - pointer[0]))
    x = plot.kimg_axis.x(kimg)
    canvas.bar(pygame.FRect(x, plot.box.top, 1 / canvas.scale, plot.box.height), MUTED)
    spans: list[Span] = [(f"{figure(kimg) if kimg < 10 else round(kimg)} kimg", TEXT, "semibold")]
    for curve, near in found:
        canvas.disc((plot.kimg_axis.x(near.kimg), plot.value_axis.y(near.value)), DOT + 2, curve.colour, TEXT)
        spans += [
            ("  ·  ", MUTED, "regular"),
            (curve.label, curve.colour, "regular"),
            (f" {figure(near.value)}", TEXT, "semibold"),
        ]
    return Tooltip((x, pointer[1]), tuple(spans), kimg)
