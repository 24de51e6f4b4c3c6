"""The cards of a plan: one of several is chosen, which its mark shows; the focus may be on another."""

from collections.abc import Sequence

import numpy as np
import pygame
from numpy.typing import NDArray

from game.run_plan import Length
from game.ui.canvas import Canvas, Point
from game.ui.picture_frame import picture_row
from game.ui.theme import BODY, LARGE, MUTED, REAL, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_card
from game.words import DATASET_WORDS, duration, number

EXAMPLES = 2
EXAMPLE_SIZE = 56.0


def plan_label(canvas: Canvas, text: str, left: float, bottom: float) -> None:
    """Draws what a group of choices is about, above it."""
    canvas.text(text, (left, bottom), SMALL - 1, MUTED, "semibold", "bottomleft")


def dataset_card(
    canvas: Canvas, button: Button, focus: Focus, chosen: bool, pictures: Sequence[NDArray[np.uint8]] | None
) -> None:
    """Draws a dataset, called as the button is, with `EXAMPLES` pictures, uint8 (28, 28), once they are there."""
    words, box = DATASET_WORDS[button.name], button.box
    draw_card(canvas, button, focus)
    _mark(canvas, (box.left + 30, box.centery), chosen)
    canvas.text(words.title, (box.left + 56, box.centery - 14), BODY + 2, TEXT, "semibold", "midleft")
    canvas.text(words.name, (box.left + 56, box.centery + 17), SMALL - 1, MUTED, anchor="midleft")
    width = EXAMPLES * (EXAMPLE_SIZE + 4) - 4
    row = pygame.FRect(box.right - 16 - width, box.centery - EXAMPLE_SIZE / 2, width, EXAMPLE_SIZE)
    picture_row(canvas, pictures, EXAMPLES, row, 4)


def length_card(canvas: Canvas, button: Button, focus: Focus, chosen: bool, length: Length, unknown: str) -> None:
    """Draws a length with its time, or what is to be read where that is `unknown`."""
    box = button.box
    draw_card(canvas, button, focus)
    _mark(canvas, (box.left + 30, box.top + 32), chosen)
    canvas.text(length.title, (box.left + 56, box.top + 32), BODY + 1, TEXT, "semibold", "midleft")
    kimg = f"{number(length.kimg)} kimg"
    large, small = (kimg, unknown) if length.seconds is None else (duration(length.seconds), kimg)
    canvas.text(large, (box.left + 56, box.top + 70), LARGE, TEXT, "bold", "midleft")
    canvas.text(small, (box.left + 56, box.top + 103), SMALL, MUTED, anchor="midleft")


def _mark(canvas: Canvas, at: Point, chosen: bool) -> None:
    canvas.disc(at, 22, REAL if chosen else None, TEXT if chosen else MUTED)
    if chosen:
        canvas.disc(at, 9, TEXT)
