"""What can be done from a page of results: a row of buttons at its foot, the first one the likeliest."""

from collections.abc import Sequence

import pygame

from game.ui.canvas import Canvas
from game.ui.widgets import Button, Focus, draw_button

_WIDTH, _HEIGHT, _GAP = 132.0, 52.0, 12.0


def draw_actions(canvas: Canvas, actions: Sequence[tuple[str, str]], focus: Focus) -> list[Button]:
    """Draws a button for each (name, label) from the left of the page's foot, and returns the buttons."""
    left, top = canvas.page.left + 60, canvas.page.bottom - 72
    buttons = [
        Button(
            name,
            pygame.FRect(left + place * (_WIDTH + _GAP), top, _WIDTH, _HEIGHT),
            label,
            "plain" if place else "primary",
        )
        for place, (name, label) in enumerate(actions)
    ]
    for button in buttons:
        draw_button(canvas, button, focus)
    return buttons
