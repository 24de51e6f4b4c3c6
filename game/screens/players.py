"""Who plays: the players of this computer, by the names that they chose, and what can be done with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import pygame

from game.screen import Back, Open, ShowFigures, ShowHelp, Stay, Transition
from game.services import Services
from game.settings import MAX_NAME_LENGTH
from game.ui.canvas import Canvas
from game.ui.dialog import draw_dialog
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent, Key
from game.ui.name_dialog import draw_name_dialog
from game.ui.scrolling_grid import BAR_WIDTH, ScrollingGrid
from game.ui.text_field import TextField
from game.ui.theme import BODY, FOCUS, HEADING, LARGE, MUTED, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_button, draw_card, draw_keys
from game.words import day, number

if TYPE_CHECKING:
    from game.played_kinds import PlayedKind
    from game.stored_rounds import Player

SHOWN_ROWS = 6
_ROW_STEP = 78.0
_ROW_HEIGHT = 68.0
_ROW = "player/"
_ACTIONS = (("figures", "Figures"), ("rename", "Rename"), ("delete", "Delete"))
_KEYS = {"f": "figures", "r": "rename", "delete": "delete"}
_DELETION = (("keep", "Keep"), ("delete for ever", "Delete"))
_TAKEN = "There is a player of that name already: choose it from the list, or take another name."


@dataclass(frozen=True, slots=True)
class Listed:
    """A row: a player, or guests with an empty id; `own` are those of this computer, guests among them."""

    id: str
    name: str
    own: bool
    rounds: int
    answers: int
    last: datetime | None

    @property
    def title(self) -> str:
        """Returns what the row says first."""
        return self.name or "Nobody, a guest"

    @property
    def remark(self) -> str:
        """Returns what there is of the player."""
        remarks = [] if self.own else ["from another computer"]
        if self.answers:
            remarks += [_amount(self), f"last on {day(self.last)}"]
        else:
            remarks.append("has not played yet" if self.name else "for whoever wants to leave no figures")
        return " · ".join(remarks)


def _amount(listed: Listed) -> str:
    answers = "1 answer" if listed.answers == 1 else f"{number(listed.answers)} answers"
    return f"{answers} in {'1 round' if listed.rounds == 1 else f'{number(listed.rounds)} rounds'}"


def listed_players(
    own: Sequence["Player"], everybody: Sequence["Player"], kinds: Sequence["PlayedKind"]
) -> tuple[Listed, ...]:
    """Returns guests first, then those of this computer, then those whose rounds came with another one's file."""
    of_player: dict[str, list[PlayedKind]] = {}
    for kind in kinds:
        of_player.setdefault(kind.player_id, []).append(kind)

    def listed(player_id: str, name: str, is_own: bool) -> Listed:
        played = of_player.get(player_id, [])
        return Listed(
            player_id,
            name,
            is_own,
            sum(kind.rounds for kind in played),
            sum(kind.answers for kind in played),
            max((kind.last_started_at for kind in played), default=None),
        )

    own_ids = {player.id for player in own}
    others = [player for player in everybody if player.id not in own_ids]
    return (
        listed("", "", True),
        *(listed(player.id, player.name, True) for player in own),
        *(listed(player.id, player.name, False) for player in others),
    )


class PlayersScreen:
    """The players as rows; Enter plays as the one with the focus, the buttons beside it do the rest."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._grid = ScrollingGrid(SHOWN_ROWS)
        self._doing: Literal["", "naming", "renaming", "deleting"] = ""
        self._of: Listed | None = None
        self._field = TextField("", MAX_NAME_LENGTH)
        self._problem = ""
        # The key that opened a dialog may still have its letter on the way: letters count from the first frame on.
        self._seen = False
        self._focus = Focus("new")
        self._buttons: list[Button] = []
        self._read()
        self._focus_on(self._playing)

    def _read(self) -> None:
        store = self._services.store_of_player()
        own, now = store.own_players(), store.player
        if now is not None and now.id not in {player.id for player in own}:
            # The file does not know them yet, or was moved away.
            own.insert(0, now)
        self._players = listed_players(own, store.players(), store.kinds())

    @property
    def _playing(self) -> str:
        return self._services.settings.player_id

    def _focus_on(self, player_id: str) -> None:
        names = self._names
        name = _row_name(player_id)
        self._focus.name = name if name in names else names[0]
        self._grid.reveal(names.index(self._focus.name), len(names))

    @property
    def _names(self) -> list[str]:
        return [_row_name(player.id) for player in self._players]

    @property
    def _pointed(self) -> Listed | None:
        """The player of the row that has the focus, or one of whose buttons has it."""
        player_id = self._focus.name.rpartition("/")[2] if "/" in self._focus.name else None
        return next((player for player in self._players if player.id == player_id), None)

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Chooses a player, or makes, renames or deletes one."""
        if self._doing == "deleting":
            return self._handle_deletion(event)
        if self._doing:
            return self._handle_name(event)
        match event:
            case Key(name="escape"):
                return Back()
            case Key(name="f1"):
                return Open(ShowHelp())
            case Key(name="n"):
                return self._do("new", None)
            case Key(name="f" | "r" | "delete" as key) if self._pointed is not None:
                return self._do(_KEYS[key], self._pointed)
        chosen = self._grid.handle(event, self._names, self._focus)
        if chosen is None:
            chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        action, _, _ = chosen.partition("/")
        return self._do(action, self._pointed)

    def _do(self, action: str, player: Listed | None) -> Transition | None:
        if player is not None and action in ("rename", "delete") and not (player.own and player.name):
            return None
        self._services.sounds.play("choose")
        match action:
            case "player" if player is not None and player.own:
                self._play_as(player)
                return Back()
            case "figures" | "player" if player is not None:
                return Open(ShowFigures(player.id, player.name))
            case "new":
                self._ask("naming", None, "")
            case "rename" if player is not None:
                self._ask("renaming", player, player.name)
            case "delete" if player is not None:
                self._doing, self._of, self._focus.name = "deleting", player, "keep"
        return Stay()

    def _ask(self, doing: Literal["naming", "renaming"], player: Listed | None, name: str) -> None:
        self._doing, self._of, self._problem, self._seen = doing, player, "", False
        self._field = TextField(name, max(MAX_NAME_LENGTH, len(name)))
        self._focus.name = "name"

    def _play_as(self, player: Listed) -> None:
        """Lets rounds begin for a player, also the next time."""
        settings = replace(self._services.settings, player_name=player.name, player_id=player.id)
        self._services.change_settings(settings)

    def _handle_name(self, event: InputEvent) -> Transition | None:
        if event == Key("escape"):
            return self._close(self._of.id if self._of else self._playing)
        if self._focus.name == "name":
            if event == Key("enter"):
                return self._keep_name()
            if self._seen and (typed := self._field.after(event)) is not None:
                self._field, self._problem = typed, ""
                return Stay()
        match self._focus.handle(event, self._buttons):
            case None:
                return None
            case "keep":
                return self._keep_name()
            case "leave":
                return self._close(self._of.id if self._of else self._playing)
            case _:
                return Stay()

    def _keep_name(self) -> Transition:
        store, name = self._services.store.get(), self._field.text.strip()
        if not name:
            self._problem = "Type a name first: any that you like."
            return Stay()
        if self._of is None:
            if name in (player.name for player in store.own_players()):
                self._problem = _TAKEN
                return Stay()
            self._play_as(Listed(store.player_named(name), name, True, 0, 0, None))
            return Back()
        if name != self._of.name and not store.rename_player(self._of.id, name):
            self._problem = _TAKEN
            return Stay()
        if self._of.id == self._playing:
            self._services.change_settings(replace(self._services.settings, player_name=name))
        return self._close(self._of.id)

    def _handle_deletion(self, event: InputEvent) -> Transition | None:
        assert self._of is not None
        if event == Key("escape"):
            return self._close(self._of.id)
        match self._focus.handle(event, self._buttons):
            case None:
                return None
            case "keep":
                return self._close(self._of.id)
            case "delete for ever":
                was_playing = self._of.id == self._playing
                self._services.store.get().delete_player(self._of.id)
                if was_playing:
                    nobody = replace(self._services.settings, player_name="", player_id="")
                    self._services.change_settings(nobody)
                return self._close(self._playing)
            case _:
                return Stay()

    def _close(self, player_id: str) -> Transition:
        """Goes back to the list, with the focus on a player."""
        self._doing, self._of = "", None
        self._read()
        self._focus_on(player_id)
        return Stay()

    def update(self, now: float) -> Transition | None:
        """Returns None: nothing here changes by itself."""
        return None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the rows, and over them what is asked."""
        page = canvas.page
        left, top = page.left + 60, page.top + 34
        canvas.text("Who plays?", (left, top), HEADING, TEXT, "bold")
        subtitle = "A name is all that is kept of you, and it is for you to choose."
        canvas.text(subtitle, (left, top + 46), LARGE - 4, MUTED)
        new = Button("new", pygame.FRect(page.right - 60 - 210, top + 8, 210, 56), "New player", "primary")
        buttons = [new]
        draw_button(canvas, new, self._focus)
        rows = pygame.FRect(left, top + 98, page.width - 120, 0)
        buttons += self._draw_rows(canvas, rows)
        draw_keys(canvas, (("Esc", "back"), ("F1", "help")), (left, page.bottom - 28), "bottomleft")
        draw_keys(canvas, self._hints(), (page.right - 60, page.bottom - 28), "bottomright")
        self._buttons = buttons
        self._seen = bool(self._doing)
        if self._doing == "deleting" and self._of is not None:
            self._buttons = draw_dialog(
                canvas, f"Delete “{self._of.title}” for ever?", _what_goes(self._of), _DELETION, self._focus
            )
        elif self._doing:
            title = "What is the new player called?" if self._of is None else f"A new name for “{self._of.title}”"
            act = "Play" if self._of is None else "Rename"
            self._buttons = draw_name_dialog(canvas, title, self._field.text, self._problem, act, self._focus)

    def _hints(self) -> Sequence[tuple[str, str]]:
        pointed = self._pointed
        hints = [("N", "new")]
        if pointed is not None:
            hints.append(("F", "figures"))
            if pointed.own and pointed.name:
                hints += [("R", "rename"), ("Del", "delete")]
            if pointed.own:
                hints.append(("Enter", "play as this one" if pointed.name else "play as nobody"))
        return hints

    def _draw_rows(self, canvas: Canvas, box: pygame.FRect) -> list[Button]:
        playing, names = self._playing, self._names
        buttons: list[Button] = []
        for line, place in enumerate(self._grid.visible(len(names))):
            row = pygame.FRect(box.left, box.top + line * _ROW_STEP, box.width - BAR_WIDTH - 14, _ROW_HEIGHT)
            player = self._players[place]
            # Its buttons come first, since they lie in the row.
            inside = self._row_buttons(row, player)
            buttons += [*inside, Button(names[place], row)]
            self._draw_row(canvas, row, player, player.id == playing, inside)
        track = pygame.FRect(box.right - BAR_WIDTH, box.top, 0, (SHOWN_ROWS - 1) * _ROW_STEP + _ROW_HEIGHT)
        self._grid.draw_bar(canvas, track, len(names))
        return buttons

    def _row_buttons(self, row: pygame.FRect, player: Listed) -> list[Button]:
        """Returns what can be done with the player whose row has the focus."""
        if self._pointed is None or self._pointed.id != player.id:
            return []
        actions = [one for one in _ACTIONS if one[0] == "figures" or (player.own and player.name)]
        width, right = 118.0, row.right - 16
        return [
            Button(
                f"{name}/{player.id}",
                pygame.FRect(right - (len(actions) - place) * (width + 10) + 10, row.top + 11, width, row.height - 22),
                label,
            )
            for place, (name, label) in enumerate(actions)
        ]

    def _draw_row(
        self, canvas: Canvas, row: pygame.FRect, player: Listed, plays: bool, inside: Sequence[Button]
    ) -> None:
        draw_card(canvas, Button(_row_name(player.id), row), self._focus)
        if plays:
            canvas.disc((row.left + 30, row.centery), 16, FOCUS)
        elif player.own:
            canvas.disc((row.left + 30, row.centery), 16, None, MUTED)
        room = (inside[0].box.left if inside else row.right) - row.left - 76
        title = visible_start(canvas, player.title, room - (90 if plays else 0), BODY, "semibold")
        written = canvas.text(
            title, (row.left + 58, row.top + 23), BODY, TEXT if player.name else MUTED, "semibold", "midleft"
        )
        if plays:
            canvas.text("plays now", (written.right + 14, row.top + 24), SMALL, FOCUS, anchor="midleft")
        remark = visible_start(canvas, player.remark, room, SMALL)
        canvas.text(remark, (row.left + 58, row.top + 47), SMALL, MUTED, anchor="midleft")
        for button in inside:
            draw_button(canvas, button, self._focus, SMALL)


def _what_goes(player: Listed) -> str:
    if not player.answers:
        return "The name goes, also from a class's database. There are no answers."
    return (
        f"All answers of this player go with the name, {_amount(player)}, here and in a class's database; so do their "
        "high scores. Files that were saved before keep them."
    )


def _row_name(player_id: str) -> str:
    return f"{_ROW}{player_id}"
