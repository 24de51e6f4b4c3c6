"""Texts that have to fit: a run's name, a title or a path can be as long as its owner likes."""

from collections.abc import Sequence

from game.ui.canvas import Canvas
from game.ui.theme import BODY, Weight


def visible_end(canvas: Canvas, text: str, room: float, size: float = BODY) -> str:
    """Returns the longest end of a text that fits into a width, after “…” where it is not all of it."""
    shown = text
    while len(shown) > 1 and canvas.text_width(shown, size) > room:
        shown = f"…{shown.removeprefix('…')[1:]}"
    return shown


def visible_start(canvas: Canvas, text: str, room: float, size: float = BODY, weight: Weight = "regular") -> str:
    """Returns the longest start of a text that fits into a width, before “…” where it is not all of it."""
    shown = text
    while len(shown) > 1 and canvas.text_width(shown, size, weight) > room:
        shown = f"{shown.removesuffix('…')[:-1]}…"
    return shown


def first_that_fits(canvas: Canvas, texts: Sequence[str], room: float, size: float = BODY) -> str:
    """Returns the first of some texts that is no wider than the room, or the last one."""
    return next((text for text in texts if canvas.text_width(text, size) <= room), texts[-1])


def breakable(canvas: Canvas, text: str, room: float, size: float = BODY) -> str:
    """Returns a text that a paragraph of a width can hold: of a word that is wider, such as a path, the end."""
    return " ".join(visible_end(canvas, word, room, size) for word in text.split(" "))


def what_is_played(canvas: Canvas, title: str, class_name: str, width: float, size: float) -> str:
    """Returns what a dataset is called and, where there is one, the only class that comes, both so that they fit."""
    only = visible_start(canvas, f", only “{class_name}”", 0.6 * width, size) if class_name else ""
    return visible_start(canvas, title, width - canvas.text_width(only, size), size) + only
