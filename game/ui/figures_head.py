"""The head of a page of figures: whose they are, of what, and at which rung."""

import pygame

from game.kind_words import amount, run_title, way_to_play
from game.lab import Lab
from game.played_kinds import Combination
from game.training_run import rung_name
from game.ui.canvas import Canvas, Point
from game.ui.fitted_text import visible_start
from game.ui.mode_glyphs import draw_mode_glyph
from game.ui.theme import BODY, HEADING, MUTED, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_card
from game.words import number

_NAME_WIDTH = 390.0
_ARROW = (44.0, 52.0)


def draw_name(canvas: Canvas, at: Point, name: str) -> None:
    """Draws whose figures these are."""
    canvas.text("Figures of", (at[0], at[1] + 4), BODY, MUTED)
    shown = visible_start(canvas, name, _NAME_WIDTH, HEADING - 4, "bold")
    canvas.text(shown, (at[0], at[1] + 28), HEADING - 4, TEXT, "bold")


def draw_kind(canvas: Canvas, card: Button, kind: Combination, lab: Lab, focus: Focus) -> None:
    """Draws what the figures are of on a card."""
    draw_card(canvas, card, focus)
    box = card.box
    draw_mode_glyph(canvas, kind.mode, (box.left + 40, box.centery), 40)
    x, room = box.left + 78, box.width - 100
    title = visible_start(canvas, way_to_play(lab, kind), room, BODY, "semibold")
    canvas.text(title, (x, box.top + 23), BODY, TEXT, "semibold", "midleft")
    about = f"{run_title(lab, kind.run, kind.run_key)} · {amount(kind)}"
    canvas.text(visible_start(canvas, about, room, SMALL), (x, box.top + 48), SMALL, MUTED, anchor="midleft")


def draw_rung(canvas: Canvas, box: pygame.FRect, kimg: int | None) -> None:
    """Draws a rung in the middle of a box, or that it is all of them."""
    words = ("All rungs", "together") if kimg is None else (rung_name(kimg), f"{number(kimg)} kimg")
    draw_choice(canvas, box, *words)


def draw_choice(canvas: Canvas, box: pygame.FRect, title: str, about: str) -> None:
    """Draws what is chosen in two lines in the middle of a box."""
    canvas.text(title, (box.centerx, box.top + 24), BODY, TEXT, "semibold", "center")
    canvas.text(about, (box.centerx, box.top + 48), SMALL, MUTED, anchor="center")


def arrows(box: pygame.FRect, before: str, after: str) -> tuple[Button, Button]:
    """Returns the buttons to either side of what is chosen in a box."""
    width, height = _ARROW
    top = box.centery - height / 2
    return (
        Button(before, pygame.FRect(box.left, top, width, height), "‹"),
        Button(after, pygame.FRect(box.right - width, top, width, height), "›"),
    )
