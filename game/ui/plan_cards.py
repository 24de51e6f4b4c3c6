"""The cards of a plan: one of several is chosen, which its mark shows; the focus may be on another."""

from collections.abc import Sequence

import numpy as np
import pygame
from numpy.typing import NDArray

from game.run_plan import Length
from game.ui.canvas import Canvas, Point
from game.ui.fitted_text import visible_start
from game.ui.picture_frame import picture_row
from game.ui.theme import BODY, LARGE, MUTED, REAL, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_card
from game.words import duration, number

EXAMPLE_SIZE = 56.0


def plan_label(canvas: Canvas, text: str, left: float, bottom: float) -> None:
    """Draws what a group of choices is about, above it."""
    canvas.text(text, (left, bottom), SMALL - 1, MUTED, "semibold", "bottomleft")


def dataset_card(
    canvas: Canvas,
    button: Button,
    focus: Focus,
    chosen: bool,
    lines: tuple[str, str],
    pictures: Sequence[NDArray[np.uint8]] | None,
) -> None:
    """Draws a dataset in two lines with one picture: None while that is on its way, empty where there will be none."""
    box = button.box
    draw_card(canvas, button, focus)
    _mark(canvas, (box.left + 24, box.centery), chosen)
    room = box.width - 46 - 12
    if pictures is None or pictures:
        room -= EXAMPLE_SIZE + 8
        place = pygame.FRect(box.right - 8 - EXAMPLE_SIZE, box.centery - EXAMPLE_SIZE / 2, EXAMPLE_SIZE, EXAMPLE_SIZE)
        picture_row(canvas, pictures, 1, place, 0)
    title = visible_start(canvas, lines[0], room, SMALL + 1, "semibold")
    canvas.text(title, (box.left + 46, box.centery - 12), SMALL + 1, TEXT, "semibold", "midleft")
    below = visible_start(canvas, lines[1], room, SMALL - 2)
    canvas.text(below, (box.left + 46, box.centery + 13), SMALL - 2, MUTED, anchor="midleft")


def length_card(canvas: Canvas, button: Button, focus: Focus, chosen: bool, length: Length, unknown: str) -> None:
    """Draws a length with its time, or what is to be read where that is `unknown`."""
    box = button.box
    draw_card(canvas, button, focus)
    _mark(canvas, (box.left + 30, box.top + 28), chosen)
    canvas.text(length.title, (box.left + 56, box.top + 28), BODY + 1, TEXT, "semibold", "midleft")
    kimg = f"{number(length.kimg)} kimg"
    large, small = (kimg, unknown) if length.seconds is None else (duration(length.seconds), kimg)
    canvas.text(large, (box.left + 56, box.top + 60), LARGE, TEXT, "bold", "midleft")
    canvas.text(small, (box.left + 56, box.top + 88), SMALL, MUTED, anchor="midleft")


def _mark(canvas: Canvas, at: Point, chosen: bool) -> None:
    canvas.disc(at, 22, REAL if chosen else None, TEXT if chosen else MUTED)
    if chosen:
        canvas.disc(at, 9, TEXT)
