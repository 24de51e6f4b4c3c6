"""A list of what was played: a row for each way to play against a run."""

from collections.abc import Sequence

import pygame

from game.kind_words import amount, run_title, way_to_play
from game.lab import Lab
from game.played_kinds import Combination
from game.ui.canvas import Canvas
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent
from game.ui.mode_glyphs import draw_mode_glyph
from game.ui.scrolling_grid import BAR_WIDTH, ScrollingGrid
from game.ui.theme import BODY, MUTED, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_card
from game.words import day

SHOWN_ROWS = 6
_ROW_STEP = 80.0
_ROW_HEIGHT = 70.0
_ROW = "kind/"


def place_of(row: str) -> int:
    """Returns the place in the list that a row's button stands for."""
    return int(row.removeprefix(_ROW))


class KindRows:
    """Rows of combinations, six at a time."""

    def __init__(self) -> None:
        self._grid = ScrollingGrid(SHOWN_ROWS)

    def handle(self, event: InputEvent, kinds: Sequence[Combination], focus: Focus) -> str | None:
        """Returns "" where the focus or the rows moved, None where the input is for the focus to handle."""
        return self._grid.handle(event, [_name(place) for place in range(len(kinds))], focus)

    def reveal(self, kinds: Sequence[Combination], chosen: Combination | None, focus: Focus) -> None:
        """Gives the focus to the row of a combination."""
        place = kinds.index(chosen) if chosen in kinds else 0
        focus.name = _name(place)
        self._grid.reveal(place, len(kinds))

    def draw(
        self, canvas: Canvas, box: pygame.FRect, kinds: Sequence[Combination], lab: Lab, focus: Focus
    ) -> list[Button]:
        """Draws the rows that can be seen from the top of a box, and returns their buttons."""
        buttons = []
        for line, place in enumerate(self._grid.visible(len(kinds))):
            row = pygame.FRect(box.left, box.top + line * _ROW_STEP, box.width - BAR_WIDTH - 14, _ROW_HEIGHT)
            buttons.append(Button(_name(place), row))
            draw_card(canvas, buttons[-1], focus)
            _draw_kind(canvas, kinds[place], lab, row)
        track = pygame.FRect(box.right - BAR_WIDTH, box.top, 0, (SHOWN_ROWS - 1) * _ROW_STEP + _ROW_HEIGHT)
        self._grid.draw_bar(canvas, track, len(kinds))
        return buttons


def _name(place: int) -> str:
    return f"{_ROW}{place}"


def _draw_kind(canvas: Canvas, kind: Combination, lab: Lab, row: pygame.FRect) -> None:
    draw_mode_glyph(canvas, kind.mode, (row.left + 42, row.centery), 40)
    figures = (amount(kind), f"last on {day(kind.last_started_at)}")
    widest = max(canvas.text_width(figure, SMALL) for figure in figures)
    left, room = row.left + 84, row.width - 84 - widest - 60
    title = visible_start(canvas, way_to_play(lab, kind), room, BODY, "semibold")
    canvas.text(title, (left, row.top + 24), BODY, TEXT, "semibold", "midleft")
    run = visible_start(canvas, run_title(lab, kind.run, kind.run_key), room, SMALL)
    canvas.text(run, (left, row.top + 48), SMALL, MUTED, anchor="midleft")
    for place, figure in enumerate(figures):
        at = (row.right - 24, row.top + 24 + 24 * place)
        canvas.text(figure, at, SMALL, TEXT if place == 0 else MUTED, anchor="midright")
