"""A question that has to be answered before anything else."""

from collections.abc import Sequence

import pygame

from game.ui.canvas import Canvas
from game.ui.theme import BODY, DESK, LARGE, MUTED, TEXT
from game.ui.widgets import Button, Focus, draw_button

VEIL_OPACITY = 200
MAX_TEXT_WIDTH = 820.0
_BUTTON = (230.0, 60.0)


def draw_dialog(
    canvas: Canvas, title: str, text: str, answers: Sequence[tuple[str, str]], focus: Focus
) -> list[Button]:
    """Dims what was drawn, asks on top of it, and returns the answers' buttons; each answer is (name, label)."""
    veil = pygame.Surface(canvas.size)
    veil.fill(DESK)
    veil.set_alpha(VEIL_OPACITY)
    canvas.surface.blit(veil, (0, 0))
    width, height = _BUTTON
    wanted = max(canvas.text_width(title, LARGE, "bold"), canvas.text_width(text, BODY))
    inside = max(len(answers) * (width + 20) - 20, min(wanted, MAX_TEXT_WIDTH))
    title_height = canvas.paragraph_height(title, inside, LARGE, "bold")
    text_height = canvas.paragraph_height(text, inside, BODY)
    box = pygame.FRect(0, 0, inside + 80, title_height + text_height + 166)
    box.center = canvas.page.center
    canvas.panel(box)
    line = pygame.FRect(box.left + 40, box.top + 34, inside, 0)
    line.top = canvas.paragraph(title, line, LARGE, TEXT, "bold") + 8
    canvas.paragraph(text, line, BODY, MUTED)
    buttons = [
        Button(
            name,
            pygame.FRect(box.left + 40 + place * (width + 20), box.bottom - 92, width, height),
            label,
            "plain" if place else "primary",
        )
        for place, (name, label) in enumerate(answers)
    ]
    for button in buttons:
        draw_button(canvas, button, focus)
    return buttons
