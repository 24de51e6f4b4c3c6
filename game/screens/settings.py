"""The settings: each a switch, kept at once."""

from dataclasses import replace
from typing import Any

import pygame

from game.screen import Back, Stay, ToggleFullScreen, Transition
from game.services import Services
from game.ui.canvas import Canvas
from game.ui.inputs import InputEvent, Key
from game.ui.theme import BODY, HEADING, MUTED, REAL, SMALL, TEXT, TRACK
from game.ui.widgets import Button, Focus, draw_card, draw_keys

_SWITCHES = (
    ("sound", "Sound", "A short tone for right, wrong and the end of a round."),
    ("reduced_motion", "Less motion", "No falling stamps, no changing examples on the title."),
    ("full_screen", "Full screen", "The same as F11."),
)


class SettingsScreen:
    """Three switches."""

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
        left, top = page.left + 290, page.top + 110
        canvas.text("Settings", (left, top - 20), HEADING, TEXT, "bold")
        self._buttons = [
            Button(name, pygame.FRect(left, top + 60 + place * 112, 700, 96), label)
            for place, (name, label, _) in enumerate(_SWITCHES)
        ]
        for button, (name, label, meaning) in zip(self._buttons, _SWITCHES, strict=True):
            draw_card(canvas, button, self._focus)
            canvas.text(label, (button.box.left + 28, button.box.top + 34), BODY + 1, TEXT, "semibold", "midleft")
            canvas.text(meaning, (button.box.left + 28, button.box.top + 64), SMALL, MUTED, anchor="midleft")
            _draw_switch(canvas, getattr(self._services.settings, name), (button.box.right - 96, button.box.centery))
        draw_keys(
            canvas,
            (("↑ ↓", "choose"), ("Enter", "switch"), ("Esc", "back")),
            (page.right - 60, page.bottom - 38),
            "bottomright",
        )


def _draw_switch(canvas: Canvas, on: bool, at: tuple[float, float]) -> None:
    canvas.text("on" if on else "off", (at[0] - 16, at[1]), BODY, TEXT if on else MUTED, anchor="midright")
    box = pygame.FRect(at[0], at[1] - 17, 68, 34)
    canvas.panel(box, REAL if on else TRACK, None, 17)
    canvas.disc((box.right - 17 if on else box.left + 17, at[1]), 26, TEXT)
