"""What a player is told before a round that measures: what to do, what it is for, and what can be chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from game.mode_words import mode_words
from game.rules import Mode
from game.settings import Settings
from game.ui.canvas import Canvas
from game.ui.fitted_text import visible_start
from game.ui.mode_glyphs import draw_mode_glyph
from game.ui.switch import draw_switch
from game.ui.theme import BODY, FOCUS, HEADING, MUTED, PANEL, SMALL, STREAK, TEXT
from game.ui.widgets import Button, Focus, draw_button, draw_card, draw_keys

START = "start"
_WIDTH = 860.0
# Beside the way to play.
WHAT_WIDTH = 540.0
_OPTION_HEIGHT = 76.0
_TRIANGLE = ((0.0, -0.42), (0.46, 0.38), (-0.46, 0.38), (0.0, -0.42))


@dataclass(frozen=True, slots=True)
class Option:
    """Something to switch before a round; `name` is what the screen calls it."""

    name: str
    label: str
    meaning: str
    on: bool


def confidence_option(settings: Settings) -> Option:
    """Returns the switch that asks how sure the player is of each answer."""
    meaning = "One more key for each picture, for finer figures."
    return Option("sure", "Say how sure you are", meaning, settings.ask_confidence)


def draw_briefing(
    canvas: Canvas,
    mode: Mode,
    what: str,
    sentences: Sequence[str],
    options: Sequence[Option],
    focus: Focus,
    warning: str = "",
    ready: bool = True,
) -> list[Button]:
    """Draws a way to play with its sentences and switches, and returns the buttons; the last one starts the round.

    `what` says which pictures and which rung are played; where the round is not `ready`, nothing starts it.
    """
    page = canvas.page
    left, y = page.centerx - _WIDTH / 2, page.top + 62
    draw_mode_glyph(canvas, mode, (left + 28, y + 20), 56)
    title = canvas.text(mode_words(mode).title, (left + 76, y - 4), HEADING, TEXT, "bold")
    # Of a folder's long name the end is cut away, of what is played there nothing.
    dataset, _, rung = what.rpartition(" · ")
    room = left + _WIDTH - title.right - 24 - canvas.text_width(f" · {rung}")
    shown = f"{visible_start(canvas, dataset, room)} · {rung}" if dataset else rung
    canvas.text(shown, (left + _WIDTH, y + 20), BODY, MUTED, anchor="midright")
    y += 76
    if warning:
        y = _draw_warning(canvas, warning, pygame.FRect(left, y, _WIDTH, 0)) + 20
    for sentence in sentences:
        canvas.disc((left + 6, y + 13), 7, FOCUS)
        y = canvas.paragraph(sentence, pygame.FRect(left + 28, y, _WIDTH - 28, 0), BODY, TEXT) + 10
    y += 10
    buttons = []
    for option in options:
        button = Button(option.name, pygame.FRect(left, y, _WIDTH, _OPTION_HEIGHT), option.label)
        buttons.append(button)
        _draw_option(canvas, button, option, focus)
        y += _OPTION_HEIGHT + 12
    if ready:
        start = Button(START, pygame.FRect(left + _WIDTH - 240, page.bottom - 118, 240, 62), "Start", "primary")
        buttons.append(start)
        draw_button(canvas, start, focus, BODY + 2)
    draw_keys(canvas, (("Esc", "back"), ("F1", "help")), (left, page.bottom - 62), "bottomleft")
    return buttons


def _draw_warning(canvas: Canvas, warning: str, line: pygame.FRect) -> float:
    """Draws a warning beside its sign and returns the y below it."""
    inside = pygame.FRect(line.left + 84, line.top + 16, line.width - 108, 0)
    height = canvas.paragraph_height(warning, inside.width, BODY)
    box = pygame.FRect(line.left, line.top, line.width, height + 32)
    canvas.panel(box, PANEL, STREAK)
    sign = (box.left + 44, box.centery)
    canvas.strokes(_TRIANGLE, sign, 46, STREAK)
    canvas.text("!", (sign[0], sign[1] + 3), BODY, STREAK, "bold", "center")
    canvas.paragraph(warning, inside, BODY, TEXT)
    return box.bottom


def _draw_option(canvas: Canvas, button: Button, option: Option, focus: Focus) -> None:
    draw_card(canvas, button, focus)
    box = button.box
    canvas.text(option.label, (box.left + 24, box.top + 26), BODY, TEXT, "semibold", "midleft")
    canvas.text(option.meaning, (box.left + 24, box.top + 53), SMALL, MUTED, anchor="midleft")
    draw_switch(canvas, option.on, (box.right - 92, box.centery))
