"""Who plays: the players of this computer, by the names that they chose, and what can be done with them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import pygame

from game.destinations import ExchangeAnswers, ShowFigures, ShowHelp
from game.listed_players import Listed, listed_players
from game.screen import Back, Open, Stay, Transition
from game.services import Services
from game.settings import MAX_NAME_LENGTH
from game.ui.canvas import Canvas
from game.ui.dialog import draw_dialog
from game.ui.inputs import InputEvent, Key
from game.ui.name_dialog import draw_name_dialog
from game.ui.player_rows import PlayerRows, action_of
from game.ui.text_field import TextField
from game.ui.theme import HEADING, LARGE, MUTED, TEXT
from game.ui.widgets import Button, Focus, draw_button, draw_keys

_KEYS = {"f": "figures", "r": "rename", "delete": "delete"}
_DELETION = (("keep", "Keep"), ("delete for ever", "Delete"))
_TAKEN = "There is a player of that name already: choose it from the list, or take another name."


class PlayersScreen:
    """The players as rows; Enter plays as the one with the focus, the buttons beside it do the rest."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._rows = PlayerRows()
        self._doing: Literal["", "naming", "renaming", "deleting"] = ""
        self._of: Listed | None = None
        self._field = TextField("", MAX_NAME_LENGTH)
        self._problem = ""
        # The key that opened a dialog may still have its letter on the way: letters count from the first frame on.
        self._seen = False
        self._focus = Focus("new")
        self._buttons: list[Button] = []
        self._read()
        self._rows.focus_on(self._playing, self._players, self._focus)

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

    @property
    def _pointed(self) -> Listed | None:
        """The player of the row that has the focus, or one of whose buttons has it."""
        _, player_id = action_of(self._focus.name)
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
        chosen = self._rows.handle(event, self._players, self._focus)
        if chosen is None:
            chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        return self._do(action_of(chosen)[0], self._pointed)

    def _do(self, action: str, player: Listed | None) -> Transition | None:
        if player is not None and action in ("rename", "delete") and not player.can_be_changed:
            return None
        self._services.sounds.play("choose")
        match action:
            case "player" if player is not None and player.own:
                self._play_as(player.name, player.id)
                return Back()
            case "figures" | "player" if player is not None:
                return Open(ShowFigures(player.id, player.name))
            case "files":
                return Open(ExchangeAnswers())
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

    def _play_as(self, name: str, player_id: str) -> None:
        """Lets rounds begin for a player, also the next time."""
        self._services.change_settings(replace(self._services.settings, player_name=name, player_id=player_id))

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
            self._play_as(name, store.player_named(name))
            return Back()
        if name != self._of.name and not store.rename_player(self._of.id, name):
            self._problem = _TAKEN
            return Stay()
        if self._of.id == self._playing:
            self._play_as(name, self._of.id)
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
                    self._play_as("", "")
                return self._close(self._playing)
            case _:
                return Stay()

    def _close(self, player_id: str) -> Transition:
        """Goes back to the list, with the focus on a player."""
        self._doing, self._of = "", None
        self._read()
        self._rows.focus_on(player_id, self._players, self._focus)
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
        subtitle = "A name that you choose is all that is kept of you."
        canvas.text(subtitle, (left, top + 46), LARGE - 4, MUTED)
        buttons = [
            Button("new", pygame.FRect(page.right - 60 - 424, top + 8, 204, 56), "New player", "primary"),
            Button("files", pygame.FRect(page.right - 60 - 206, top + 8, 206, 56), "Answers as files"),
        ]
        for button in buttons:
            draw_button(canvas, button, self._focus)
        rows = pygame.FRect(left, top + 98, page.width - 120, 0)
        buttons += self._rows.draw(canvas, rows, self._players, self._playing, self._focus)
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
            if pointed.can_be_changed:
                hints += [("R", "rename"), ("Del", "delete")]
            if pointed.own:
                hints.append(("Enter", "play as this one" if pointed.name else "play as nobody"))
        return hints


def _what_goes(player: Listed) -> str:
    if not player.answers:
        return "The name goes, also from a class's database. There are no answers."
    return (
        f"All answers of this player go with the name, {player.amount}, here and in a class's database; so do their "
        "high scores. Files that were saved before keep them."
    )
