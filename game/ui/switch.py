"""A switch that is on or off."""

import pygame

from game.ui.canvas import Canvas
from game.ui.theme import BODY, MUTED, REAL, TEXT, TRACK


def draw_switch(canvas: Canvas, on: bool, at: tuple[float, float]) -> None:
    """Draws a switch whose left end is at a point, with its state in words before it."""
    canvas.text("on" if on else "off", (at[0] - 16, at[1]), BODY, TEXT if on else MUTED, anchor="midright")
    box = pygame.FRect(at[0], at[1] - 17, 68, 34)
    canvas.panel(box, REAL if on else TRACK, None, 17)
    canvas.disc((box.right - 17 if on else box.left + 17, at[1]), 26, TEXT)
