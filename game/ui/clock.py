"""A clock that is a bar: how much of a time is left."""

import pygame

from game.ui.canvas import Canvas
from game.ui.theme import FOCUS, STREAK, TRACK

# Of the time, from where on the bar is bright.
LITTLE = 0.3


def draw_clock(canvas: Canvas, box: pygame.FRect, share: float) -> None:
    """Draws a share, from 0 to 1, of a bar, around its middle: the eyes are on what lies below it."""
    canvas.panel(box, TRACK, None, box.height / 2)
    if share <= 0:
        return
    left = pygame.FRect(0, 0, max(box.height, box.width * min(1.0, share)), box.height)
    left.center = box.center
    canvas.panel(left, FOCUS if share > LITTLE else STREAK, None, box.height / 2)
