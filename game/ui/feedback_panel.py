"""What is said at the feedback, beside the light-box: right or wrong, the picture's story, the points."""

from collections.abc import Sequence

import pygame

from game.rules import Truth
from game.ui.canvas import Canvas
from game.ui.stamps import draw_mark
from game.ui.theme import BODY, LARGE, MUTED, PANEL, RIGHT, SMALL, STREAK, TEXT, WRONG

_MIN_HEIGHT = 306.0
_HEAD = 84.0
_GAP = 14.0


def draw_feedback_panel(
    canvas: Canvas, light_box: pygame.FRect, right: bool, truth: Truth, texts: Sequence[str], points: str
) -> pygame.FRect:
    """Draws the panel, as high as its texts need, the first of them muted; returns its box."""
    panel = pygame.FRect(light_box.right + 40, light_box.top + 30, canvas.page.right - light_box.right - 80, 0)
    left, width = panel.left + 24, panel.width - 48
    heights = [canvas.paragraph_height(text, width, SMALL + 1) + _GAP for text in texts]
    panel.height = max(_MIN_HEIGHT, _HEAD + sum(heights) + canvas.line_height(BODY) + _GAP)
    canvas.panel(panel, PANEL)
    y = panel.top + 44
    draw_mark(canvas, right, (left + 14, y), 28)
    headline = f"{'Right' if right else 'Wrong'}: it was {truth}"
    canvas.text(headline, (left + 40, y), LARGE, RIGHT if right else WRONG, "bold", "midleft")
    y = panel.top + _HEAD
    for place, (text, height) in enumerate(zip(texts, heights, strict=True)):
        canvas.paragraph(text, pygame.FRect(left, y, width, height), SMALL + 1, TEXT if place else MUTED)
        y += height
    canvas.text(points, (left, y), BODY, STREAK if right else MUTED, "semibold")
    return panel
