"""What is on show while figures are counted."""

import pygame

from game.ui.canvas import Canvas
from game.ui.charts import progress_bar
from game.ui.theme import BODY, MUTED


def draw_counting(canvas: Canvas, box: pygame.FRect, text: str, share: float) -> None:
    """Draws in the middle of a box what is being done, and how much of it is."""
    centre = box.center
    canvas.text(f"{text or 'counting'} …", (centre[0], centre[1] - 20), BODY, MUTED, anchor="center")
    progress_bar(canvas, pygame.FRect(centre[0] - 160, centre[1] + 4, 320, 8), share)
