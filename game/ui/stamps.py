"""The two stamps, REAL and FAKE, and the marks for right and wrong: each with its own shape, never colour alone."""

import pygame

from game.rules import Truth
from game.ui.canvas import Canvas, Point
from game.ui.theme import DESK, FAKE, INK, REAL, RIGHT, TEXT, WRONG, Colour

STAMP_SIZE = (190.0, 84.0)
STAMP_TILT_DEGREES = 9.0
_LETTER_GAP = "\u2009"
REAL_EDGE = (64, 152, 208)


def draw_stamp_button(canvas: Canvas, truth: Truth, box: pygame.FRect) -> None:
    """Draws a stamp to press: a blue rectangle for real, an orange octagon for fake."""
    if truth is Truth.REAL:
        canvas.panel(box, REAL, REAL_EDGE, 12, 4)
    else:
        canvas.octagon(box, FAKE)
    label = _LETTER_GAP.join(truth.upper())
    canvas.text(label, box.center, box.height * 0.31, INK if truth is Truth.FAKE else TEXT, "bold", "center")


def draw_stamp(canvas: Canvas, truth: Truth, centre: Point, growth: float) -> None:
    """Draws the stamp on a picture, tilted and `growth` times as large as it will lie."""
    box = pygame.FRect(0, 0, *STAMP_SIZE)
    box.center = centre
    canvas.tilted(truth, lambda sheet, place: draw_stamp_button(sheet, truth, place), box, STAMP_TILT_DEGREES, growth)


def draw_mark(canvas: Canvas, right: bool, centre: Point, diameter: float) -> None:
    """Draws a full green disc with a tick for right, a pink ring with a cross for wrong."""
    x, y = canvas.pixels(centre[0]), canvas.pixels(centre[1])
    reach = diameter * canvas.scale * 0.22
    stroke = max(1, round(diameter * canvas.scale * 0.11))
    if right:
        canvas.disc(centre, diameter, RIGHT)
        corners = [(x - reach, y), (x - reach * 0.25, y + reach * 0.75), (x + reach, y - reach * 0.7)]
        _strokes(canvas, corners[:2], DESK, stroke)
        _strokes(canvas, corners[1:], DESK, stroke)
    else:
        canvas.disc(centre, diameter, None, WRONG)
        reach *= 0.8
        _strokes(canvas, [(x - reach, y - reach), (x + reach, y + reach)], WRONG, stroke)
        _strokes(canvas, [(x - reach, y + reach), (x + reach, y - reach)], WRONG, stroke)


def _strokes(canvas: Canvas, ends: list[Point], colour: Colour, width: int) -> None:
    pygame.draw.aaline(canvas.surface, colour, ends[0], ends[1], width)
