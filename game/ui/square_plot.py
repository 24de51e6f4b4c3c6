"""A square plot of two rates from 0 to 1 with its diagonal: an ROC curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pygame

from game.roc import RocPoint
from game.ui import curves
from game.ui.canvas import Canvas
from game.ui.theme import DESK, EDGE, MUTED, SMALL, Colour

ROC_TITLE = "Fakes found, reals doubted"
LABEL_SIZE = SMALL - 3
# What a curve is made from, for its line in the key.
FROM_SENSITIVITY, FROM_CONFIDENCE = "from d′ alone", "from how sure you were"
LINE_WIDTH = 2.5
DOT = 11.0
_NAMES = 26.0
# Where a label can stand beside its point: which corner of it, and how far from the point.
_ABOVE_LEFT, _BELOW_RIGHT = ("bottomright", -10, -4), ("topleft", 10, 4)
_OTHER_CORNERS = (("topright", -10, 4), ("bottomleft", 10, -4))


@dataclass(frozen=True, slots=True)
class RocCurve:
    """A curve from (0, 0) to (1, 1); each line of its label stands in the plot's key."""

    points: tuple[RocPoint, ...]
    colour: Colour
    label: str = ""
    thin: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class RocMark:
    """A point that somebody reached."""

    point: RocPoint
    colour: Colour
    label: str = ""
    hollow: bool = False


def plot_square(box: pygame.FRect) -> pygame.FRect:
    """Returns the largest square of a box beside which and below which there is room for the names of the rates."""
    side = min(box.width, box.height) - _NAMES
    return pygame.FRect(box.left + _NAMES, box.top, side, side)


def roc_plot(canvas: Canvas, box: pygame.FRect, roc: Sequence[RocCurve], marks: Sequence[RocMark]) -> None:
    """Draws curves and points into the `plot_square` of a box, and the curves' labels in the corner that they leave."""
    square = plot_square(box)
    side = square.width
    canvas.panel(square, DESK, EDGE, 4, 1)
    for share in (0.25, 0.5, 0.75):
        canvas.bar(pygame.FRect(square.left + share * side, square.top, 1 / canvas.scale, side), EDGE)
        canvas.bar(pygame.FRect(square.left, square.top + share * side, side, 1 / canvas.scale), EDGE)
    guess = RocCurve((RocPoint(0, 0), RocPoint(1, 1)), MUTED, dashed=True)
    place = canvas.pixel_box(square.inflate(8, 8))
    for curve in (guess, *roc):
        make = partial(_line, canvas, square, curve)
        surface = canvas.kept(("roc", tuple(box), curve.colour, curve.thin), (curve, place.size), make)
        canvas.surface.blit(surface, place)
    taken = []
    for mark in marks:
        at = _at(square, mark.point)
        canvas.disc(at, DOT, DESK if mark.hollow else mark.colour, mark.colour)
        taken.append(pygame.FRect(0, 0, DOT, DOT).move_to(center=at))
        if mark.label:
            label = _label_box(canvas, square, mark)
            canvas.text(mark.label, label.center, LABEL_SIZE, mark.colour, "semibold", "center")
            taken.append(label)
    _draw_key(canvas, square, roc, taken)
    canvas.text("reals called fake", (square.right, square.bottom + 4), LABEL_SIZE, MUTED, anchor="topright")
    _upright(canvas, "fakes found", (square.left - 8, square.top))


def _draw_key(canvas: Canvas, square: pygame.FRect, roc: Sequence[RocCurve], taken: Sequence[pygame.FRect]) -> None:
    """Writes the curves' labels into the corner that the curves leave, or into the other one where that is taken."""
    key = [(line, curve.colour) for curve in roc for line in curve.label.splitlines()]
    if not key:
        return
    height = canvas.line_height(LABEL_SIZE)
    width = max(canvas.text_width(line, LABEL_SIZE, "semibold") for line, _ in key)
    inner, box = square.inflate(-20, -20), pygame.FRect(0, 0, width, height * len(key))
    corners = [
        ("topright", box.move_to(bottomright=inner.bottomright)),
        ("topleft", box.move_to(topleft=inner.topleft)),
    ]
    lifts = [point.hit_rate - point.false_alarm_rate for curve in roc for point in curve.points]
    if sum(lifts) < 0:
        corners.reverse()
    corner, box = next(((name, free) for name, free in corners if free.collidelist(taken) < 0), corners[0])
    for place, (text, colour) in enumerate(key):
        x, y = getattr(box, corner)
        canvas.text(text, (x, y + place * height), LABEL_SIZE, colour, "semibold", corner)


def _label_box(canvas: Canvas, square: pygame.FRect, mark: RocMark) -> pygame.FRect:
    """Returns a place for a label within the square, if possible on the side where a curve through its point is not."""
    x, y = _at(square, mark.point)
    label = pygame.FRect(0, 0, canvas.text_width(mark.label, LABEL_SIZE, "semibold"), canvas.line_height(LABEL_SIZE))
    better = mark.point.hit_rate >= mark.point.false_alarm_rate
    likely = (_ABOVE_LEFT, _BELOW_RIGHT) if better else (_BELOW_RIGHT, _ABOVE_LEFT)
    for corner, aside, below in (*likely, *_OTHER_CORNERS):
        setattr(label, corner, (x + aside, y + below))
        if square.contains(label):
            break
    return label


def _at(square: pygame.FRect, point: RocPoint) -> tuple[float, float]:
    return square.left + point.false_alarm_rate * square.width, square.bottom - point.hit_rate * square.height


def _line(canvas: Canvas, square: pygame.FRect, curve: RocCurve) -> pygame.Surface:
    place = canvas.pixel_box(square.inflate(8, 8))
    # A curve has one y for each x: a step straight upwards becomes a very steep one.
    x = np.maximum.accumulate(
        np.array([_at(square, point)[0] * canvas.scale - place.left for point in curve.points], np.float32)
        + np.arange(len(curve.points), dtype=np.float32) * 1e-3
    )
    y = np.array([_at(square, point)[1] * canvas.scale - place.top for point in curve.points], np.float32)
    # A step at the very left or right is drawn too where the line begins before it and ends behind it.
    x, y = np.concatenate([x[:1] - 0.5, x, x[-1:] + 0.5]), np.concatenate([y[:1], y, y[-1:]])
    width = max(1.5, (1.5 if curve.thin or curve.dashed else LINE_WIDTH) * canvas.scale)
    return curves.line(place.size, x, y, width, curve.colour, 6 * canvas.scale if curve.dashed else 0)


def _upright(canvas: Canvas, text: str, topright: tuple[float, float]) -> None:
    width, height = canvas.text_width(text, LABEL_SIZE), canvas.line_height(LABEL_SIZE)
    box = pygame.FRect(0, 0, width, height)
    box.center = (topright[0] - height / 2, topright[1] + width / 2)

    def draw(sheet: Canvas, place: pygame.FRect) -> None:
        sheet.text(text, place.center, LABEL_SIZE, MUTED, anchor="center")

    canvas.tilted(("upright", text, canvas.scale), draw, box, 90, 1)
