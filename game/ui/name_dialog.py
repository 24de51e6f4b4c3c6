"""One line to type a name into, over whatever is on show."""

import pygame

from game.ui.canvas import Canvas
from game.ui.dialog import VEIL_OPACITY
from game.ui.fitted_text import visible_start
from game.ui.text_field import draw_text_field
from game.ui.theme import DESK, LARGE, SMALL, TEXT, WRONG
from game.ui.widgets import Button, Focus, draw_button, draw_keys


def draw_name_dialog(canvas: Canvas, title: str, text: str, problem: str, act: str, focus: Focus) -> list[Button]:
    """Dims what was drawn, and returns the buttons `name`, `keep`, which is called `act`, and `leave`."""
    veil = pygame.Surface(canvas.size)
    veil.fill(DESK)
    veil.set_alpha(VEIL_OPACITY)
    canvas.surface.blit(veil, (0, 0))
    box = pygame.FRect(0, 0, 640, 306)
    box.center = canvas.page.center
    canvas.panel(box)
    shown = visible_start(canvas, title, box.width - 80, LARGE, "bold")
    canvas.text(shown, (box.left + 40, box.top + 34), LARGE, TEXT, "bold")
    field = pygame.FRect(box.left + 40, box.top + 84, box.width - 80, 50)
    draw_text_field(canvas, text, field, focus.name == "name", "type a name")
    canvas.paragraph(problem, pygame.FRect(field.left, field.bottom + 8, field.width, 50), SMALL, WRONG)
    buttons = [
        Button("name", field),
        Button("keep", pygame.FRect(box.left + 40, box.bottom - 80, 200, 54), act, "primary"),
        Button("leave", pygame.FRect(box.left + 260, box.bottom - 80, 200, 54), "Leave it"),
    ]
    for button in buttons[1:]:
        draw_button(canvas, button, focus)
    draw_keys(canvas, (("Enter", act.lower()), ("Esc", "leave it")), (box.right, box.bottom + 50), "bottomright")
    return buttons
