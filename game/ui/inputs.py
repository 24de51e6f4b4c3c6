"""What a person does, in words that no screen has to look up in pygame."""

from collections.abc import Callable
from dataclasses import dataclass

import pygame


@dataclass(frozen=True, slots=True)
class Key:
    """A key went down: "left", "enter", "space", "escape", "f1", "r", …; a gamepad's buttons have keys' names."""

    name: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Text was typed."""

    text: str


@dataclass(frozen=True, slots=True)
class PointerMoved:
    """The mouse is at a point of the sheet."""

    at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class PointerPressed:
    """The main button went down at a point of the sheet."""

    at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class PointerReleased:
    """The main button went up at a point of the sheet, or outside it."""

    at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scrolled:
    """The wheel was turned by so many steps, positive upwards."""

    steps: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file or folder was dropped on the window."""

    path: str


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A letter went down together with Ctrl, or Cmd on a Mac."""

    letter: str


@dataclass(frozen=True, slots=True)
class Disturbed:
    """The window was moved, resized, hidden or hung: a response time that spans this means nothing."""


InputEvent = Key | Typed | PointerMoved | PointerPressed | PointerReleased | Scrolled | Dropped | Shortcut | Disturbed

_KEYS = {
    pygame.K_LEFT: "left",
    pygame.K_RIGHT: "right",
    pygame.K_UP: "up",
    pygame.K_DOWN: "down",
    pygame.K_RETURN: "enter",
    pygame.K_KP_ENTER: "enter",
    pygame.K_SPACE: "space",
    pygame.K_ESCAPE: "escape",
    pygame.K_AC_BACK: "escape",
    pygame.K_BACKSPACE: "backspace",
    pygame.K_TAB: "tab",
}
_BUTTONS = {
    pygame.CONTROLLER_BUTTON_A: "enter",
    pygame.CONTROLLER_BUTTON_B: "escape",
    pygame.CONTROLLER_BUTTON_X: "r",
    pygame.CONTROLLER_BUTTON_Y: "f",
    pygame.CONTROLLER_BUTTON_BACK: "escape",
    pygame.CONTROLLER_BUTTON_START: "enter",
    pygame.CONTROLLER_BUTTON_LEFTSHOULDER: "left",
    pygame.CONTROLLER_BUTTON_RIGHTSHOULDER: "right",
    pygame.CONTROLLER_BUTTON_DPAD_UP: "up",
    pygame.CONTROLLER_BUTTON_DPAD_DOWN: "down",
    pygame.CONTROLLER_BUTTON_DPAD_LEFT: "left",
    pygame.CONTROLLER_BUTTON_DPAD_RIGHT: "right",
}
_DISTURBANCES = (
    pygame.WINDOWMOVED,
    pygame.WINDOWSIZECHANGED,
    pygame.WINDOWFOCUSLOST,
    pygame.WINDOWMINIMIZED,
    pygame.WINDOWHIDDEN,
)


def translate(event: pygame.Event, sheet_point: Callable[[tuple[int, int]], tuple[float, float]]) -> InputEvent | None:
    """Returns what an event means to a screen, or None where it means nothing."""
    if event.type == pygame.KEYDOWN:
        return _pressed(event.key, event.mod)
    if event.type == pygame.TEXTINPUT:
        return Typed(event.text)
    if event.type == pygame.MOUSEMOTION:
        return PointerMoved(sheet_point(event.pos))
    if event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT:
        return PointerPressed(sheet_point(event.pos))
    if event.type == pygame.MOUSEBUTTONUP and event.button == pygame.BUTTON_LEFT:
        return PointerReleased(sheet_point(event.pos))
    # A wheel that turns sideways only has no steps here.
    if event.type == pygame.MOUSEWHEEL and event.y:
        return Scrolled(event.y)
    if event.type == pygame.DROPFILE:
        return Dropped(event.file)
    if event.type == pygame.CONTROLLERBUTTONDOWN and event.button in _BUTTONS:
        return Key(_BUTTONS[event.button])
    return Disturbed() if event.type in _DISTURBANCES else None


def _pressed(key: int, modifiers: int) -> Key | Shortcut | None:
    name = _KEYS.get(key) or pygame.key.name(key).lower()
    if modifiers & (pygame.KMOD_CTRL | pygame.KMOD_META):
        # Ctrl with Alt is AltGr as Windows reports it (elsewhere it has a mode): it types, it commands nothing.
        types = modifiers & (pygame.KMOD_ALT | pygame.KMOD_MODE)
        return Shortcut(name) if len(name) == 1 and name.isalpha() and not types else None
    return None if modifiers & pygame.KMOD_ALT else Key(name)
