"""A question that has to be answered before anything else."""

from collections.abc import Sequence

import pygame

from game.ui.canvas import Canvas
from game.ui.theme import BODY, DESK, LARGE, MUTED, TEXT
from game.ui.widgets import Button, Focus, draw_button

VEIL_OPACITY = 200
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
    box = pygame.FRect(0, 0, 80 + len(answers) * (width + 20) - 20, 230)
    box.center = canvas.page.center
    canvas.panel(box)
    canvas.text(title, (box.left + 40, box.top + 34), LARGE, TEXT, "bold")
    canvas.text(text, (box.left + 40, box.top + 80), BODY, MUTED)
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
