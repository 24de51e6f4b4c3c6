"""The two stamps, REAL and FAKE, and the marks for right and wrong: each with its own shape, never colour alone."""

import pygame

from game.rules import Truth
from game.ui.canvas import Canvas, Point
from game.ui.theme import DESK, FAKE, INK, REAL, RIGHT, TEXT, WRONG

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
    if right:
        canvas.disc(centre, diameter, RIGHT)
        canvas.strokes(((-0.25, 0.02), (-0.07, 0.2), (0.26, -0.17)), centre, diameter, DESK)
    else:
        canvas.disc(centre, diameter, None, WRONG)
        canvas.strokes(((-0.18, -0.18), (0.18, 0.18)), centre, diameter, WRONG)
        canvas.strokes(((-0.18, 0.18), (0.18, -0.18)), centre, diameter, WRONG)
