"""The settings: each a switch, kept at once."""

from dataclasses import replace
from typing import Any

import pygame

from game.destinations import ShowPlayers
from game.screen import Back, Open, Stay, ToggleFullScreen, Transition
from game.services import Services
from game.ui.canvas import Canvas
from game.ui.inputs import InputEvent, Key
from game.ui.switch import draw_switch
from game.ui.theme import BODY, HEADING, MUTED, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_card, draw_keys

_SWITCHES = (
    ("sound", "Sound", "A short tone for right, wrong and the end of a round."),
    ("reduced_motion", "Less motion", "No falling stamps, no changing examples on the title."),
    ("flashing", "Flickering pictures", "Without them one way to play is closed: Flash."),
    ("full_screen", "Full screen", "The same as F11."),
)
_STEP, _HEIGHT = 101.0, 88.0

PLAYER = "player"


class SettingsScreen:
    """Four switches, and the way to the players."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._focus = Focus("sound")
        self._buttons: list[Button] = []

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Turns a switch, or goes back."""
        if event == Key("escape"):
            return Back()
        chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        if chosen == PLAYER:
            self._services.sounds.play("choose")
            return Open(ShowPlayers())
        if chosen == "full_screen":
            return ToggleFullScreen()
        settings = self._services.settings
        # The switches' names are the names of Settings' booleans.
        switched: dict[str, Any] = {chosen: not getattr(settings, chosen)}
        self._services.change_settings(replace(settings, **switched))
        self._services.sounds.play("choose")
        return Stay()

    def update(self, now: float) -> Transition | None:
        """Returns None: nothing here changes by itself."""
        return None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws a row for every switch."""
        page = canvas.page
        left, top = page.left + 290, page.top + 84
        canvas.text("Settings", (left, top - 20), HEADING, TEXT, "bold")
        self._buttons = [
            Button(name, pygame.FRect(left, top + 60 + place * _STEP, 700, _HEIGHT), label)
            for place, (name, label, _) in enumerate(_SWITCHES)
        ]
        self._draw_player(canvas, pygame.FRect(left, top + 60 + len(_SWITCHES) * _STEP, 700, _HEIGHT))
        for button, (name, label, meaning) in zip(self._buttons, _SWITCHES, strict=False):
            self._draw_row(canvas, button, label, meaning)
            on = pygame.display.is_fullscreen() if name == "full_screen" else getattr(self._services.settings, name)
            draw_switch(canvas, on, (button.box.right - 96, button.box.centery))
        act = "choose a player" if self._focus.name == PLAYER else "switch"
        keys = (("↑ ↓", "choose"), ("Enter", act), ("Esc", "back"))
        draw_keys(canvas, keys, (left + 700, page.bottom - 38), "bottomright")

    def _draw_row(self, canvas: Canvas, button: Button, label: str, meaning: str) -> None:
        draw_card(canvas, button, self._focus)
        canvas.text(label, (button.box.left + 28, button.box.top + 30), BODY + 1, TEXT, "semibold", "midleft")
        canvas.text(meaning, (button.box.left + 28, button.box.top + 59), SMALL, MUTED, anchor="midleft")

    def _draw_player(self, canvas: Canvas, box: pygame.FRect) -> None:
        button = Button(PLAYER, box)
        self._buttons.append(button)
        self._draw_row(canvas, button, "Player", "Who plays: choose, rename, delete.")
        arrow = canvas.text("›", (box.right - 34, box.centery), BODY, TEXT, "semibold", "midright")
        name = self._services.settings.player_name
        at = (arrow.left - 16, box.centery)
        canvas.text(name or "nobody", at, BODY, TEXT if name else MUTED, "semibold", "midright")
