"""A list of players, a row each; beside the one with the focus stands what can be done with that player."""

from collections.abc import Sequence

import pygame

from game.listed_players import Listed
from game.ui.canvas import Canvas
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent
from game.ui.scrolling_grid import BAR_WIDTH, ScrollingGrid
from game.ui.theme import BODY, FOCUS, MUTED, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_button, draw_card

SHOWN_ROWS = 6
_ROW_STEP = 78.0
_ROW_HEIGHT = 68.0
_ACTIONS = (("figures", "Figures"), ("rename", "Rename"), ("delete", "Delete"))
PLAY = "player"


def row_name(player_id: str, action: str = PLAY) -> str:
    """Returns what the button is called that does something with a player; the row itself plays as that one."""
    return f"{action}/{player_id}"


def action_of(button: str) -> tuple[str, str | None]:
    """Returns what a button does, and with which player; None where it is not of a player."""
    action, slash, player_id = button.partition("/")
    return action, player_id if slash else None


class PlayerRows:
    """Rows of players, six at a time."""

    def __init__(self) -> None:
        self._grid = ScrollingGrid(SHOWN_ROWS)

    def handle(self, event: InputEvent, players: Sequence[Listed], focus: Focus) -> str | None:
        """Returns "" where the focus or the rows moved, None where the input is for the focus to handle."""
        return self._grid.handle(event, [row_name(player.id) for player in players], focus)

    def focus_on(self, player_id: str, players: Sequence[Listed], focus: Focus) -> None:
        """Gives the focus to a player's row, or to the first one."""
        ids = [player.id for player in players]
        place = ids.index(player_id) if player_id in ids else 0
        focus.name = row_name(ids[place])
        self._grid.reveal(place, len(ids))

    def draw(
        self, canvas: Canvas, box: pygame.FRect, players: Sequence[Listed], playing: str, focus: Focus
    ) -> list[Button]:
        """Draws the rows that can be seen from the top of a box, and returns their buttons."""
        buttons: list[Button] = []
        for line, place in enumerate(self._grid.visible(len(players))):
            row = pygame.FRect(box.left, box.top + line * _ROW_STEP, box.width - BAR_WIDTH - 14, _ROW_HEIGHT)
            player = players[place]
            inside = _actions(row, player) if action_of(focus.name)[1] == player.id else []
            draw_card(canvas, Button(row_name(player.id), row), focus)
            # What the row does ends where its buttons begin.
            width = inside[0].box.left - 10 - row.left if inside else row.width
            buttons += [Button(row_name(player.id), pygame.FRect(row.left, row.top, width, row.height)), *inside]
            _draw_player(canvas, row, player, player.id == playing, inside, focus)
        track = pygame.FRect(box.right - BAR_WIDTH, box.top, 0, (SHOWN_ROWS - 1) * _ROW_STEP + _ROW_HEIGHT)
        self._grid.draw_bar(canvas, track, len(players))
        return buttons


def _actions(row: pygame.FRect, player: Listed) -> list[Button]:
    actions = [one for one in _ACTIONS if one[0] == "figures" or player.can_be_changed]
    width, right = 118.0, row.right - 16
    return [
        Button(
            row_name(player.id, action),
            pygame.FRect(right - (len(actions) - place) * (width + 10) + 10, row.top + 11, width, row.height - 22),
            label,
        )
        for place, (action, label) in enumerate(actions)
    ]


def _draw_player(
    canvas: Canvas, row: pygame.FRect, player: Listed, plays: bool, inside: Sequence[Button], focus: Focus
) -> None:
    if player.own:
        canvas.disc((row.left + 30, row.centery), 16, FOCUS if plays else None, FOCUS if plays else MUTED)
    left = row.left + 58
    room = (inside[0].box.left if inside else row.right) - left - 18
    title = visible_start(canvas, player.title, room - (100 if plays else 0), BODY, "semibold")
    colour = TEXT if player.name else MUTED
    written = canvas.text(title, (left, row.top + 23), BODY, colour, "semibold", "midleft")
    if plays:
        canvas.text("plays now", (written.right + 14, row.top + 24), SMALL, FOCUS, anchor="midleft")
    remark = visible_start(canvas, player.remark, room, SMALL)
    canvas.text(remark, (left, row.top + 47), SMALL, MUTED, anchor="midleft")
    for button in inside:
        draw_button(canvas, button, focus, SMALL)
