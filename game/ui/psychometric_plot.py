"""A psychometric curve: how often answers are right along a scale, by which answers, and where the threshold is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pygame

from game.psychometric import CHANCE, THRESHOLD_ACCURACY, PsychometricCurve
from game.statistics import Proportion
from game.threshold import Place, ThresholdEstimate
from game.ui import curves
from game.ui.canvas import Canvas, Point, Span
from game.ui.charts import RANGE_COLOUR, percent
from game.ui.kimg_axis import KimgAxis
from game.ui.theme import DESK, EDGE, FOCUS, LIGHT_BOX, MUTED, SMALL, TEXT, TRACK

LABEL_SIZE = SMALL - 2
LINE_WIDTH = 3.0
PLACES = 160
# Beyond 0 and 1, so that dots there are seen whole.
VALUE_MARGIN = 0.06
# Room for the labels left of the plot, for those of its lines right of it, and for the strip and the kimg below it.
LEFT, RIGHT, TOP, BOTTOM = 58.0, 86.0, 34.0, 62.0
STRIP_TOP, STRIP_HEIGHT = 14.0, 12.0
RIM = 8.0
SMALLEST_DOT, DOT_GROWTH = 7.0, 4.6
DASH = 6.0

CURVE, THRESHOLD, THREE_QUARTERS, GUESSING = "curve", "threshold", "three quarters", "guessing"


@dataclass(frozen=True, slots=True, eq=False)
class PsychometricFigure:
    """All that is drawn of a psychometric curve; what takes a while to find was found before.

    The scale is one on which each doubling counts alike: from the first to the second of `ends`, in a `unit`. `places`
    (N,) are where the `curve` is known, the keys of `tallies` the levels that were asked at. `ticks` returns at most so
    many values for labels, `written` how one is written, `dot_name` what the part is called that stands for a level.
    """

    title: str
    unit: str
    ends: tuple[float, float]
    places: Sequence[float]
    curve: PsychometricCurve
    tallies: Mapping[float, Proportion]
    threshold: ThresholdEstimate
    ticks: Callable[[int], Sequence[float]]
    written: Callable[[float], str]
    dot_name: Callable[[float], str]


def curve_places(ends: tuple[float, float]) -> list[float]:
    """Returns where to find a curve between two ends for a smooth line."""
    return [float(place) for place in np.geomspace(*ends, PLACES)]


@dataclass(frozen=True, slots=True)
class _Axes:
    """Where the plot lies, and what lies where in it."""

    box: pygame.FRect
    # It maps any scale on which each doubling is as wide as the one before.
    scale: KimgAxis

    def y(self, share: float) -> float:
        """Returns where a share of right answers lies."""
        return self.box.bottom - (share + VALUE_MARGIN) / (1 + 2 * VALUE_MARGIN) * self.box.height


def psychometric_plot(
    canvas: Canvas, box: pygame.FRect, figure: PsychometricFigure, pointed: str = ""
) -> dict[str, pygame.FRect]:
    """Draws the curve with its band, its lines, its dots and its threshold, and returns the boxes of these parts.

    `pointed` is the name of the part that has the focus.
    """
    inside = pygame.FRect(box.left + LEFT, box.top + TOP, box.width - LEFT - RIGHT, box.height - TOP - BOTTOM)
    axes = _Axes(inside, KimgAxis(inside.left, inside.right, *figure.ends))
    parts = _draw_title(canvas, box, figure, pointed)
    parts |= _draw_lines(canvas, axes, pointed)
    _draw_ticks(canvas, axes, figure)
    surfaces = canvas.kept(
        ("psychometric", tuple(box)), (figure, tuple(box), canvas.scale), lambda: _curve(canvas, axes, figure)
    )
    for surface in surfaces:
        canvas.surface.blit(surface, _surface_box(canvas, axes))
    parts[THRESHOLD] = _draw_threshold(canvas, axes, figure.threshold, pointed == THRESHOLD)
    return parts | _draw_dots(canvas, axes, figure, pointed)


def _draw_title(canvas: Canvas, box: pygame.FRect, figure: PsychometricFigure, pointed: str) -> dict[str, pygame.FRect]:
    canvas.text(figure.title, box.topleft, SMALL, TEXT, "semibold")
    middle = box.top + canvas.line_height(SMALL) / 2 - 2
    legend: list[Span] = [("your curve, and where it may lie", TEXT if pointed == CURVE else MUTED, "regular")]
    words = canvas.spans(legend, (box.right - RIGHT, middle), LABEL_SIZE, "midright")
    sample = pygame.FRect(words.left - 40, middle - 8, 30, 16)
    canvas.panel(sample, _mixed(FOCUS, DESK, 0.25), None, 3)
    canvas.panel(pygame.FRect(sample.left, middle - 1.5, 30, 3), FOCUS, None, 1.5)
    return {CURVE: sample.union(words)}


def _mixed(first: tuple[int, int, int], second: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(share * a + (1 - share) * b) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _draw_lines(canvas: Canvas, axes: _Axes, pointed: str) -> dict[str, pygame.FRect]:
    """Draws the frame, labelled shares, and two dashed lines with their names to the right of them."""
    box = axes.box
    for share in (0.0, 0.25, CHANCE, THRESHOLD_ACCURACY, 1.0):
        y = axes.y(share)
        canvas.text(percent(share), (box.left - 10, y), LABEL_SIZE, MUTED, anchor="midright")
        if share not in (CHANCE, THRESHOLD_ACCURACY):
            canvas.bar(pygame.FRect(box.left, y, box.width, 1 / canvas.scale), EDGE)
    parts = {}
    for name, share, words in ((THREE_QUARTERS, THRESHOLD_ACCURACY, "3 of 4"), (GUESSING, CHANCE, "guessing")):
        y = axes.y(share)
        for left in range(int(box.left), int(box.right) - 5, 12):
            canvas.bar(pygame.FRect(left, y - 0.5, 6, 1), MUTED)
        colour = TEXT if pointed == name else MUTED
        parts[name] = canvas.text(words, (box.right + 8, y), LABEL_SIZE, colour, anchor="midleft")
    return parts


def _draw_ticks(canvas: Canvas, axes: _Axes, figure: PsychometricFigure) -> None:
    y = axes.box.bottom + STRIP_TOP + STRIP_HEIGHT + 8
    widest = canvas.text_width(figure.written(axes.scale.last_kimg), LABEL_SIZE) + 14
    free = axes.box.left - LEFT
    for value in figure.ticks(int(axes.box.width / widest)):
        x, label = axes.scale.x(value), figure.written(value)
        canvas.bar(pygame.FRect(x, axes.box.bottom, 1 / canvas.scale, 5), EDGE)
        half = canvas.text_width(label, LABEL_SIZE) / 2
        if x - half >= free:
            canvas.text(label, (x, y), LABEL_SIZE, MUTED, anchor="midtop")
            free = x + half + 6
    canvas.text(figure.unit, (axes.box.right + 8, y), LABEL_SIZE, MUTED, anchor="topleft")


def _surface_box(canvas: Canvas, axes: _Axes) -> pygame.Rect:
    return canvas.pixel_box(axes.box.inflate(2 * RIM, 2 * RIM))


def _curve(canvas: Canvas, axes: _Axes, figure: PsychometricFigure) -> tuple[pygame.Surface, ...]:
    surface, curve = _surface_box(canvas, axes), figure.curve
    x = np.array([axes.scale.x(place) * canvas.scale - surface.left for place in figure.places], np.float32)

    def heights(shares: curves.Floats) -> curves.Floats:
        return np.array([axes.y(float(share)) * canvas.scale - surface.top for share in shares], np.float32)

    mean, low, high = (heights(shares.astype(np.float32)) for shares in (curve.mean, curve.low, curve.high))
    band = curves.band(surface.size, x, low, high, FOCUS)
    return band, curves.line(surface.size, x, mean, max(1.5, LINE_WIDTH * canvas.scale), FOCUS)


def _draw_threshold(canvas: Canvas, axes: _Axes, threshold: ThresholdEstimate, pointed: bool) -> pygame.FRect:
    """Draws the interval on a strip below the plot, and from the median's mark a line up to the curve."""
    box = axes.box
    strip = pygame.FRect(box.left, box.bottom + STRIP_TOP, box.width, STRIP_HEIGHT)
    canvas.panel(strip, TRACK, None, STRIP_HEIGHT / 2)
    if threshold.place is not Place.UNKNOWN:
        left = strip.left if threshold.low is None else axes.scale.x(threshold.low)
        right = strip.right if threshold.high is None else axes.scale.x(threshold.high)
        width = max(STRIP_HEIGHT, right - left)
        span = pygame.FRect(min(left, strip.right - width), strip.top, width, STRIP_HEIGHT)
        canvas.panel(span, LIGHT_BOX if pointed else RANGE_COLOUR, None, STRIP_HEIGHT / 2)
    if threshold.median is not None:
        x, top = axes.scale.x(threshold.median), axes.y(THRESHOLD_ACCURACY)
        y = top
        while y < strip.top - 3:
            canvas.bar(pygame.FRect(x - 0.75, y, 1.5, min(DASH, strip.top - 3 - y)), LIGHT_BOX)
            y += 1.7 * DASH
        canvas.panel(pygame.FRect(x - 2.5, strip.top - 3, 5, STRIP_HEIGHT + 6), FOCUS, None, 2)
        canvas.disc((x, top), 11, DESK, LIGHT_BOX)
    return strip.inflate(0, 12)


def _draw_dots(canvas: Canvas, axes: _Axes, figure: PsychometricFigure, pointed: str) -> dict[str, pygame.FRect]:
    """Draws the share of right answers at each level, in dots whose areas grow with the number of answers."""
    centres = {level: _dot_centre(axes, level, tally) for level, tally in figure.tallies.items()}
    for level, tally in figure.tallies.items():
        size = SMALLEST_DOT + DOT_GROWTH * tally.trials**0.5
        if pointed == figure.dot_name(level):
            canvas.disc(centres[level], size + 14, FOCUS)
        canvas.disc(centres[level], size, LIGHT_BOX, DESK)
    return {figure.dot_name(level): _reach(list(centres.values()), centre) for level, centre in centres.items()}


def _dot_centre(axes: _Axes, level: float, tally: Proportion) -> Point:
    return axes.scale.x(level), axes.y(tally.successes / tally.trials)


def _reach(centres: list[Point], centre: Point) -> pygame.FRect:
    """Returns where the pointer is on a dot: around it, and no further than half-way to the next level's."""
    gap = min((abs(other[0] - centre[0]) for other in centres if other != centre), default=48.0)
    width = max(2.0, min(48.0, gap) - 1)
    return pygame.FRect(centre[0] - width / 2, centre[1] - 20, width, 40)
