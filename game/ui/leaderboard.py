"""The best games in order, with room for the name of the one that was just played."""

from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from game.ui.canvas import Canvas
from game.ui.fitted_text import visible_start
from game.ui.text_field import draw_text_field
from game.ui.theme import BODY, EDGE, MUTED, PANEL, PANEL_HOVER, STREAK, TEXT
from game.words import number

PLACES = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """A game in the list: whose it was, how many it found and its points; `typed` while its name is being typed."""

    player: str
    found: int
    score: int
    own: bool = False
    typed: bool = False


def draw_leaderboard(canvas: Canvas, box: pygame.FRect, entries: Sequence[Entry], nobody: str) -> None:
    """Draws ten places, of which some may be free, or where there is no entry a sentence about that."""
    canvas.panel(box, PANEL)
    if not entries:
        canvas.text(nobody, box.center, BODY, MUTED, anchor="center")
        return
    height = (box.height - 20) / PLACES
    for place in range(PLACES):
        row = pygame.FRect(box.left, box.top + 10 + place * height, box.width, height)
        entry = entries[place] if place < len(entries) else None
        if entry is not None and entry.own:
            canvas.panel(row.inflate(-16, -4), PANEL_HOVER, None, 8)
        elif place:
            canvas.bar(pygame.FRect(row.left + 24, row.top, row.width - 48, 1 / canvas.scale), EDGE)
        canvas.text(str(place + 1), (row.left + 50, row.centery), BODY, MUTED, anchor="midright")
        if entry is not None:
            _draw_entry(canvas, row, entry, STREAK if place == 0 else TEXT)


def _draw_entry(canvas: Canvas, row: pygame.FRect, entry: Entry, colour: tuple[int, int, int]) -> None:
    score = canvas.text(number(entry.score), (row.right - 28, row.centery), BODY, colour, "bold", "midright")
    found = canvas.text(f"{entry.found} found", (row.right - 118, row.centery), BODY, MUTED, anchor="midright")
    name = pygame.FRect(row.left + 66, row.top + 4, min(found.left, score.left) - row.left - 84, row.height - 8)
    if entry.typed:
        draw_text_field(canvas, entry.player, name, focused=True)
    else:
        shown = visible_start(canvas, entry.player, name.width, BODY, "semibold")
        canvas.text(shown, name.midleft, BODY, colour, "semibold", "midleft")
