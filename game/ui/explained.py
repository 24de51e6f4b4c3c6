"""Figures that explain themselves: the one with the focus, by pointer or arrows, has a sentence at the page's foot."""

from collections.abc import Sequence

import pygame

from game.ui.canvas import Canvas
from game.ui.theme import EDGE, FOCUS, MUTED, PANEL, SMALL, TEXT
from game.ui.widgets import Button, Focus

_BARS = "Bar and [ ]: where the true value may lie (95 %); white line: guessing."
HINT = "Point at a figure, or move to it with the arrows: it explains itself."
# Of pages whose figures are bars.
BARS_HINT = f"{_BARS} {HINT}"
_PREFIX = "figure/"


class Explanations:
    """The figures of one frame; a screen clears them, marks each figure as it draws it, and draws the line last."""

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}
        self._buttons: list[Button] = []

    @property
    def buttons(self) -> Sequence[Button]:
        """The figures as things that can have the focus; to press one does nothing."""
        return self._buttons

    def clear(self) -> None:
        """Forgets the figures of the last frame."""
        self._sentences.clear()
        self._buttons.clear()

    def mark(self, canvas: Canvas, name: str, box: pygame.FRect, sentence: str, focus: Focus) -> None:
        """Makes a box on the sheet a figure with its sentence, with an edge where it has the focus."""
        button = Button(figure_name(name), box, look="bare")
        self._buttons.append(button)
        self._sentences[button.name] = sentence
        if focus.name == button.name:
            canvas.panel(box.inflate(16, 12), PANEL, FOCUS, 10, 1.5)

    def draw_line(self, canvas: Canvas, box: pygame.FRect, focus: Focus, hint: str = HINT) -> None:
        """Draws the sentence of the figure with the focus, or how to read the page and get one."""
        canvas.bar(pygame.FRect(box.left, box.top, box.width, 1 / canvas.scale), EDGE)
        sentence = self._sentences.get(focus.name)
        place = pygame.FRect(box.left, box.top + 8, box.width, box.height - 8)
        canvas.paragraph(sentence or hint, place, SMALL, TEXT if sentence else MUTED)


def figure_name(name: str) -> str:
    """Returns what the button of a figure is called that is marked by a name."""
    return _PREFIX + name


def is_figure(name: str) -> bool:
    """Returns whether a button's name is that of a figure."""
    return name.startswith(_PREFIX)
