"""A small drawing for each way to play, made of lines."""

import pygame

from game.rules import Mode, class_of_mode
from game.ui.canvas import Canvas, Point
from game.ui.theme import FAKE, FOCUS, MUTED, REAL_TEXT, RIGHT, STREAK, TEXT, Colour

Line = tuple[Point, ...]

_BRACKET_LEFT: Line = ((-0.3, -0.22), (-0.4, -0.22), (-0.4, 0.22), (-0.3, 0.22))
_BRACKET_RIGHT: Line = ((0.3, -0.22), (0.4, -0.22), (0.4, 0.22), (0.3, 0.22))
_STAIRS: Line = (
    *((-0.42, 0.36), (-0.2, 0.36), (-0.2, 0.14), (0.0, 0.14)),
    *((0.0, -0.08), (0.2, -0.08), (0.2, -0.3), (0.42, -0.3)),
)
_BOLT: Line = ((0.12, -0.42), (-0.2, 0.06), (0.2, -0.06), (-0.12, 0.42))
_TICK: Line = ((-0.3, 0.02), (-0.08, 0.24), (0.32, -0.24))
_SWORDS: tuple[Line, Line] = (((-0.36, 0.36), (0.36, -0.36)), ((-0.36, -0.36), (0.36, 0.36)))
_HILTS: tuple[Line, Line] = (((-0.38, 0.14), (-0.14, 0.38)), ((0.14, 0.38), (0.38, 0.14)))
_SPEECH: Line = (
    *((-0.16, 0.2), (-0.4, 0.2), (-0.4, -0.34), (0.4, -0.34), (0.4, 0.2), (0.06, 0.2), (-0.16, 0.4), (-0.16, 0.2)),
)
# Two bells side by side, for the figures.
_BELL: Line = ((-0.3, 0.3), (-0.2, 0.22), (-0.1, -0.16), (0.0, -0.3), (0.1, -0.16), (0.2, 0.22), (0.3, 0.3))
FIGURES = "figures"

_GLYPHS: dict[str, tuple[tuple[Line, Colour], ...]] = {
    Mode.PRACTICE: ((_TICK, RIGHT),),
    Mode.MEASURED: ((_BRACKET_LEFT, MUTED), (_BRACKET_RIGHT, MUTED), (((-0.2, 0.0), (0.2, 0.0)), FOCUS)),
    Mode.CLIMB: ((_STAIRS, FOCUS),),
    Mode.FLASH: ((_BOLT, STREAK),),
    Mode.DUEL: ((_SWORDS[0], REAL_TEXT), (_SWORDS[1], FAKE), (_HILTS[0], REAL_TEXT), (_HILTS[1], FAKE)),
    Mode.CONSULT: ((_SPEECH, MUTED), (((-0.2, -0.07), (0.2, -0.07)), FOCUS)),
    FIGURES: (
        (tuple((x - 0.14, y) for x, y in _BELL), REAL_TEXT),
        (tuple((x + 0.14, y) for x, y in _BELL), FAKE),
    ),
}


def draw_mode_glyph(canvas: Canvas, mode: str, centre: Point, diameter: float) -> None:
    """Draws the small drawing of a way to play, as the store has it, or of the figures."""
    if mode == Mode.ODD_ONE_OUT:
        _draw_odd_one_out(canvas, centre, diameter)
    if mode == Mode.SHORT_MEASURED or class_of_mode(mode) is not None:
        mode = Mode.MEASURED if mode == Mode.SHORT_MEASURED else Mode.PRACTICE
    for line, colour in _GLYPHS.get(mode, ()):
        canvas.strokes(line, centre, diameter, colour)


def _draw_odd_one_out(canvas: Canvas, centre: Point, diameter: float) -> None:
    size, step = 0.32 * diameter, 0.42 * diameter
    for place in range(4):
        row, column = divmod(place, 2)
        box = pygame.FRect(0, 0, size, size)
        box.center = (centre[0] + (column - 0.5) * step, centre[1] + (row - 0.5) * step)
        if place == 2:
            canvas.octagon(box, FAKE)
        else:
            canvas.panel(box, TEXT, None, 3)
