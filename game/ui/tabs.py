"""Pages of one screen: a row of names, of which one is on show."""

from collections.abc import Sequence

import pygame

from game.ui.canvas import Canvas
from game.ui.theme import BODY, EDGE, FOCUS, MUTED, PANEL_HOVER, TEXT
from game.ui.widgets import Button, Focus

_PREFIX = "tab/"
_PADDING = 16.0


def tab_name(page: str) -> str:
    """Returns what the button of a page's tab is called."""
    return f"{_PREFIX}{page}"


def page_of(button: str) -> str:
    """Returns the page that a button is the tab of; nothing where it is another button."""
    return button.removeprefix(_PREFIX) if button.startswith(_PREFIX) else ""


def draw_tabs(
    canvas: Canvas, box: pygame.FRect, pages: Sequence[tuple[str, str]], shown: str, focus: Focus
) -> list[Button]:
    """Draws the tabs of pages (name, label) from the left, and returns their buttons."""
    buttons, x = [], box.left
    canvas.bar(pygame.FRect(box.left, box.bottom, box.width, 1 / canvas.scale), EDGE)
    for page, label in pages:
        width = canvas.text_width(label, BODY, "semibold") + 2 * _PADDING
        tab = pygame.FRect(x, box.top, width, box.height)
        button = Button(tab_name(page), tab, label, "bare")
        if focus.name == button.name:
            canvas.panel(tab.inflate(-4, -8), PANEL_HOVER, FOCUS, 9, 2)
        canvas.text(label, tab.center, BODY, TEXT if page == shown else MUTED, "semibold", "center")
        if page == shown:
            canvas.panel(pygame.FRect(tab.left + 8, tab.bottom - 2, width - 16, 4), FOCUS, None, 2)
        buttons.append(button)
        x += width + 2
    return buttons
