"""What a score proves, on a panel."""

import pygame

from game.luck import LuckVerdict
from game.ui.canvas import Canvas
from game.ui.theme import BODY, MUTED, PANEL, RIGHT, SMALL, TEXT


def draw_luck(canvas: Canvas, box: pygame.FRect, verdict: LuckVerdict) -> None:
    """Draws what a score proves on a panel, higher than the box where its words need that."""
    left, width = box.left + 24, box.width - 48
    top = box.top + 18
    below = top + canvas.paragraph_height(verdict.headline, width, BODY + 1, "bold") + 2
    end = below + canvas.paragraph_height(verdict.explanation, width, SMALL + 1) + 12
    canvas.panel(pygame.FRect(box.left, box.top, box.width, max(box.height, end - box.top)), PANEL)
    colour = RIGHT if verdict.convincing else TEXT
    canvas.paragraph(verdict.headline, pygame.FRect(left, top, width, 0), BODY + 1, colour, "bold")
    canvas.paragraph(verdict.explanation, pygame.FRect(left, below, width, 0), SMALL + 1, MUTED)
