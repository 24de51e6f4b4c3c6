"""How sure a player is: three buttons beside the light-box."""

from collections.abc import Sequence

import pygame

from game.rules import Confidence, Truth
from game.ui.canvas import Canvas
from game.ui.inputs import InputEvent, Key, PointerPressed
from game.ui.stamps import draw_stamp_button
from game.ui.theme import BODY, EDGE, MUTED, PANEL, TEXT
from game.ui.widgets import Button, draw_keys
from game.words import CONFIDENCE_WORDS

_KEYS = {"1": Confidence.UNSURE, "2": Confidence.FAIRLY_SURE, "3": Confidence.SURE}
# The keys of the stamps serve too: a little left, ahead, right.
_KEYS |= {"left": Confidence.UNSURE, "up": Confidence.FAIRLY_SURE, "down": Confidence.FAIRLY_SURE}
_KEYS |= {"right": Confidence.SURE}


def draw_confidence_buttons(canvas: Canvas, light_box: pygame.FRect, answer: Truth) -> list[Button]:
    """Draws what was answered to the left of the light-box and three buttons to its right, which are returned."""
    said = pygame.FRect(0, 0, 220, 104)
    said.center = (light_box.left - 212, light_box.centery)
    canvas.text("You say", (said.centerx, said.top - 26), BODY, MUTED, anchor="center")
    draw_stamp_button(canvas, answer, said)
    draw_keys(canvas, (("⌫", "change"),), (said.centerx - 56, said.bottom + 48), "bottomleft")
    left, top = light_box.right + 84, light_box.centery - 138
    canvas.text("How sure are you?", (left, top), BODY, TEXT, "semibold", "midleft")
    buttons = []
    for place, (confidence, label) in enumerate(CONFIDENCE_WORDS.items()):
        button = Button(str(int(confidence)), pygame.FRect(left, top + 28 + place * 80, 256, 66), label)
        buttons.append(button)
        canvas.panel(button.box, PANEL, EDGE)
        for dot in range(3):
            full = dot < confidence
            canvas.disc((button.box.left + 30 + dot * 22, button.box.centery), 14, TEXT if full else None, MUTED)
        canvas.text(label, (button.box.left + 100, button.box.centery), BODY, TEXT, "semibold", "midleft")
        draw_keys(canvas, ((str(int(confidence)), ""),), (button.box.right - 46, button.box.centery + 15), "bottomleft")
    return buttons


def confidence_of(event: InputEvent, buttons: Sequence[Button]) -> Confidence | None:
    """Returns how sure an input says a player is, or None where it says nothing; `buttons` are those drawn."""
    match event:
        case Key(name=name):
            return _KEYS.get(name)
        case PointerPressed(at=at):
            pressed = next((button.name for button in buttons if button.box.collidepoint(at)), None)
            return _KEYS.get(pressed or "")
        case _:
            return None
