"""A small picture with its truth as a frame: a round one for real, one with cut corners for fake."""

import pygame

from game.pictures import ShownPicture
from game.rules import Truth
from game.ui.canvas import Canvas
from game.ui.theme import FAKE, REAL

FRAME = 4.0


def draw_with_truth(canvas: Canvas, shown: ShownPicture, slot: pygame.FRect) -> pygame.FRect:
    """Draws a picture as large as it fits into a slot, the frame around it, and returns the frame's box."""
    inside = canvas.picture_box(slot, len(shown.pixels))
    frame = inside.inflate(2 * FRAME, 2 * FRAME)
    if shown.picture.truth is Truth.FAKE:
        canvas.octagon(frame, FAKE, cut=1.8 * FRAME)
    else:
        canvas.panel(frame, REAL, None, 2 * FRAME)
    canvas.picture(shown.pixels, inside)
    return frame
