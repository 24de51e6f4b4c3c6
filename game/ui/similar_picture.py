"""A small real picture beside the light-box, to compare with the one on it."""

import pygame

from game.pictures import ShownPicture
from game.rules import Truth
from game.ui.canvas import Canvas, Point
from game.ui.theme import MUTED, REAL, SMALL

# Of 28, 32 and 64 pixels it holds a whole number of times: four, four and two.
_ROOM = 128.0


def draw_similar_picture(canvas: Canvas, similar: ShownPicture, truth: Truth, top: Point) -> None:
    """Draws the picture in the frame of real ones, and below it what it is; `top` is the middle of its upper edge.

    `truth` is that of the picture on the light-box.
    """
    room = pygame.FRect(top[0] - _ROOM / 2, top[1], _ROOM, _ROOM)
    frame = canvas.picture_box(room, len(similar.pixels)).inflate(8, 8)
    canvas.panel(frame, REAL, None, 10)
    canvas.picture(similar.pixels, frame.inflate(-8, -8))
    what = "real picture" if truth is Truth.FAKE else "other real picture"
    for line, words in enumerate(("The most similar", what)):
        at = (top[0], frame.bottom + 20 + line * canvas.line_height(SMALL))
        canvas.text(words, at, SMALL, MUTED, anchor="center")
