"""The two stamps beside the light-box, and which of them an input means."""

from collections.abc import Sequence

import pygame

from game.rules import Truth
from game.ui.canvas import Canvas
from game.ui.inputs import InputEvent, Key, PointerPressed
from game.ui.stamps import draw_stamp_button
from game.ui.widgets import Button, draw_keys

_ANSWER_KEYS = {"left": Truth.REAL, "r": Truth.REAL, "right": Truth.FAKE, "f": Truth.FAKE}
_SIZE = (220.0, 104.0)
_DISTANCE = 212.0


def draw_answer_stamps(canvas: Canvas, light_box: pygame.FRect) -> list[Button]:
    """Draws REAL to the left of the light-box and FAKE to its right, with their keys, and returns their buttons."""
    buttons = []
    for truth, centre_x, keys in (
        (Truth.REAL, light_box.left - _DISTANCE, (("←", ""), ("R", ""))),
        (Truth.FAKE, light_box.right + _DISTANCE, (("→", ""), ("F", ""))),
    ):
        box = pygame.FRect(0, 0, *_SIZE)
        box.center = (centre_x, light_box.centery)
        buttons.append(Button(truth.value, box))
        draw_stamp_button(canvas, truth, box)
        draw_keys(canvas, keys, (box.centerx - 48, box.bottom + 48), "bottomleft")
    return buttons


def answer_of(event: InputEvent, buttons: Sequence[Button]) -> Truth | None:
    """Returns what an input says a picture is, or None where it says nothing; `buttons` are the stamps' own."""
    match event:
        case Key(name=name):
            return _ANSWER_KEYS.get(name)
        case PointerPressed(at=at):
            pressed = next((button.name for button in buttons if button.box.collidepoint(at)), None)
            return Truth(pressed) if pressed in set(Truth) else None
        case _:
            return None
