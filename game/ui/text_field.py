"""One line of text that can be typed and pasted."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pygame

from game.ui.canvas import Canvas
from game.ui.clipboard import paste_text
from game.ui.fitted_text import visible_end, visible_start
from game.ui.inputs import InputEvent, Key, Shortcut, Typed
from game.ui.theme import BODY, EDGE, FOCUS, MUTED, TEXT
from game.ui.widgets import FOCUS_WIDTH

FIELD = (22, 26, 32)
MARGIN = 14.0
CARET_WIDTH = 2.5


@dataclass(frozen=True, slots=True)
class TextField:
    """A line of at most `max_length` characters, each of which is `allowed`; the caret is always at its end."""

    text: str = ""
    max_length: int = 40
    allowed: Callable[[str], bool] = str.isprintable

    def after(self, event: InputEvent, paste: Callable[[], str] = paste_text) -> "TextField | None":
        """Returns the line after an input, unchanged where it has no room; None where the input is not for it."""
        match event:
            case Typed(text=text):
                return self.with_text(self.text + text)
            case Shortcut(letter="v"):
                return self.with_text(self.text + paste())
            case Key(name="backspace"):
                return replace(self, text=self.text[:-1])
            case Key(name="space"):
                # The space itself comes as text, and so do letters: here they must press no button.
                return self
            case Key(name=name) if len(name) == 1:
                return self
            case _:
                return None

    def with_text(self, text: str) -> "TextField":
        """Returns the line with another text, as much of it as is allowed and has room."""
        return replace(self, text="".join(filter(self.allowed, text))[: self.max_length])


def draw_text_field(
    canvas: Canvas, text: str, box: pygame.FRect, focused: bool, placeholder: str = "", size: float = BODY
) -> None:
    """Draws a line in its box, with a caret where it is focused; of a long text the end can be seen."""
    edge, edge_width = (FOCUS, FOCUS_WIDTH - 1) if focused else (EDGE, 1.5)
    canvas.panel(box, FIELD, edge, 8, edge_width)
    at = (box.left + MARGIN, box.centery)
    room = box.width - 2 * MARGIN - CARET_WIDTH
    if text:
        end = canvas.text(visible_end(canvas, text, room, size), at, size, TEXT, anchor="midleft").right
    else:
        canvas.text(visible_start(canvas, placeholder, room, size) or " ", at, size, MUTED, anchor="midleft")
        end = box.left + MARGIN
    if focused:
        height = min(size * 1.4, box.height - 12)
        canvas.bar(pygame.FRect(end + 1, box.centery - height / 2, CARET_WIDTH, height), FOCUS)
