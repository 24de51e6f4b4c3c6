"""Buttons, and the focus that moves between them by arrows, Tab, mouse and gamepad."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pygame

from game.ui.canvas import Canvas
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent, Key, PointerMoved, PointerPressed
from game.ui.theme import BODY, EDGE, FOCUS, MUTED, PANEL, PANEL_HOVER, REAL, SMALL, TEXT

Look = Literal["primary", "plain", "bare"]
FOCUS_WIDTH = 3.0
# The caps that can be clicked; several arrows on one cap stand for none of them.
_KEY_NAMES = {
    "Esc": "escape",
    "Enter": "enter",
    "Space": "space",
    "Tab": "tab",
    "⌫": "backspace",
    "1": "1",
    "2": "2",
    "3": "3",
    "F1": "f1",
    "F2": "f2",
    "F11": "f11",
    "H": "h",
    "C": "c",
    "←": "left",
    "→": "right",
    "R": "r",
    "F": "f",
    "N": "n",
    "P": "p",
    "Del": "delete",
}
LABEL_MARGIN = 14.0


@dataclass(frozen=True, slots=True)
class Button:
    """Something that can be chosen; `name` is what the screen calls it."""

    name: str
    box: pygame.FRect
    label: str = ""
    look: Look = "plain"


class Focus:
    """Which button has the focus; screens draw their buttons, then ask `handle` what was chosen."""

    def __init__(self, name: str) -> None:
        self.name = name

    def handle(self, event: InputEvent, buttons: Sequence[Button]) -> str | None:
        """Returns the chosen button's name, "" where only the focus moved, None where nothing happened."""
        match event:
            case PointerMoved(at=at):
                return self._move_to(_under(at, buttons))
            case PointerPressed(at=at):
                pressed = _under(at, buttons)
                self._move_to(pressed)
                return pressed.name if pressed else None
            case Key(name="enter" | "space"):
                return self.name if any(button.name == self.name for button in buttons) else None
            case Key(name="left" | "right" | "up" | "down" as direction):
                return self._move_to(self._neighbour(direction, buttons))
            case Key(name="tab"):
                names = [button.name for button in buttons]
                place = names.index(self.name) if self.name in names else -1
                return self._move_to(buttons[(place + 1) % len(buttons)] if buttons else None)
            case _:
                return None

    def _move_to(self, button: Button | None) -> str | None:
        if button is None or button.name == self.name:
            return None
        self.name = button.name
        return ""

    def _neighbour(self, direction: str, buttons: Sequence[Button]) -> Button | None:
        here = next((button for button in buttons if button.name == self.name), None)
        if here is None:
            return buttons[0] if buttons else None
        ahead = [(score, button) for button in buttons if (score := _distance(here.box, button.box, direction)) > 0]
        return min(ahead, key=lambda pair: pair[0])[1] if ahead else None


def _distance(start: pygame.FRect, end: pygame.FRect, direction: str) -> float:
    """Returns how far a box lies in a direction, sideways steps counting more; 0 where it does not lie there."""
    across, down = end.centerx - start.centerx, end.centery - start.centery
    # Between edges: a wide box that faces another is near, wherever their middles are.
    gap_across = max(0.0, abs(across) - (start.width + end.width) / 2)
    gap_down = max(0.0, abs(down) - (start.height + end.height) / 2)
    ahead, gap, aside, middles = {
        "left": (-across, gap_across, gap_down, down),
        "right": (across, gap_across, gap_down, down),
        "up": (-down, gap_down, gap_across, across),
        "down": (down, gap_down, gap_across, across),
    }[direction]
    # Half a unit: boxes in one row may differ by rounding.
    lies_there = ahead > 0.5 and ahead * 3 > aside
    return 1 + gap + 8 * aside + 0.3 * abs(middles) if lies_there else 0.0


def _under(at: tuple[float, float], buttons: Sequence[Button]) -> Button | None:
    return next((button for button in buttons if button.box.collidepoint(at)), None)


def draw_button(canvas: Canvas, button: Button, focus: Focus, size: float = BODY) -> None:
    """Draws a button with its label; the focused one has a bright edge."""
    focused = focus.name == button.name
    draw_card(canvas, button, focus)
    colour = TEXT if focused or button.look != "bare" else MUTED
    label = visible_start(canvas, button.label, button.box.width - 2 * LABEL_MARGIN, size, "semibold")
    if button.look == "bare":
        at = (button.box.left + LABEL_MARGIN, button.box.centery)
        canvas.text(label, at, size, colour, "semibold", "midleft")
    else:
        canvas.text(label, button.box.center, size, TEXT, "semibold", "center")


def draw_card(canvas: Canvas, button: Button, focus: Focus) -> None:
    """Draws a button's face without a label, for screens that fill it themselves."""
    focused = focus.name == button.name
    if button.look == "bare":
        if focused:
            canvas.panel(button.box, PANEL_HOVER, FOCUS, 10, FOCUS_WIDTH - 1)
        return
    fill = REAL if button.look == "primary" else PANEL_HOVER if focused else PANEL
    if focused:
        canvas.glow(button.box, 26, FOCUS, 0.16)
    canvas.panel(button.box, fill, FOCUS if focused else EDGE, 14, FOCUS_WIDTH if focused else 1.5)


def draw_keys(canvas: Canvas, hints: Sequence[tuple[str, str]], at: tuple[float, float], anchor: str) -> None:
    """Draws key caps, each followed by what it does, from the left (bottomleft) or towards the left (bottomright).

    A cap can be clicked in place of its key.
    """
    caps = [(key, what, canvas.text_width(key, SMALL, "semibold") + 20) for key, what in hints]
    widths = [cap + (canvas.text_width(what, SMALL) + 8 if what else 0) + 22 for _, what, cap in caps]
    x = at[0] if anchor == "bottomleft" else at[0] - sum(widths) + 22
    for (key, what, cap), width in zip(caps, widths, strict=True):
        box = pygame.FRect(x, at[1] - 30, cap, 30)
        canvas.panel(box.move(0, 2), EDGE, EDGE, 7)
        canvas.panel(box, PANEL, EDGE, 7)
        canvas.text(key, box.center, SMALL, TEXT, "semibold", "center")
        if key in _KEY_NAMES:
            canvas.add_key_cap(pygame.FRect(x, at[1] - 34, width - 10, 40), _KEY_NAMES[key])
        if what:
            canvas.text(what, (box.right + 8, box.centery), SMALL, MUTED, anchor="midleft")
        x += width
