"""Keyboard, mouse and gamepad say the same words to every screen."""

import pygame
import pytest

from game.ui.inputs import (
    Disturbed,
    Dropped,
    InputEvent,
    Key,
    PointerMoved,
    PointerPressed,
    PointerReleased,
    Scrolled,
    Shortcut,
    Typed,
    translate,
)


def heard(kind: int, **fields: object) -> InputEvent | None:
    return translate(pygame.Event(kind, **fields), lambda pixel: (pixel[0] / 2, pixel[1] / 2))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (pygame.K_LEFT, "left"),
        (pygame.K_RIGHT, "right"),
        (pygame.K_UP, "up"),
        (pygame.K_DOWN, "down"),
        (pygame.K_RETURN, "enter"),
        (pygame.K_KP_ENTER, "enter"),
        (pygame.K_SPACE, "space"),
        (pygame.K_ESCAPE, "escape"),
        (pygame.K_BACKSPACE, "backspace"),
        (pygame.K_TAB, "tab"),
        (pygame.K_r, "r"),
        (pygame.K_f, "f"),
        (pygame.K_h, "h"),
        (pygame.K_F1, "f1"),
    ],
)
def test_keys_have_names(window: None, code: int, name: str) -> None:
    assert heard(pygame.KEYDOWN, key=code, mod=0) == Key(name)
    assert heard(pygame.KEYDOWN, key=code, mod=pygame.KMOD_SHIFT | pygame.KMOD_CAPS) == Key(name)
    assert heard(pygame.KEYUP, key=code, mod=0) is None


@pytest.mark.parametrize("modifier", [pygame.KMOD_LALT, pygame.KMOD_RALT, pygame.KMOD_LALT | pygame.KMOD_SHIFT])
def test_a_key_with_alt_belongs_to_the_system(modifier: int) -> None:
    assert heard(pygame.KEYDOWN, key=pygame.K_r, mod=modifier) is None


@pytest.mark.parametrize("modifier", [pygame.KMOD_LCTRL, pygame.KMOD_RCTRL, pygame.KMOD_LMETA, pygame.KMOD_RMETA])
def test_a_letter_with_ctrl_or_cmd_is_a_shortcut_and_no_key(window: None, modifier: int) -> None:
    assert heard(pygame.KEYDOWN, key=pygame.K_v, mod=modifier) == Shortcut("v")
    assert heard(pygame.KEYDOWN, key=pygame.K_c, mod=modifier | pygame.KMOD_CAPS) == Shortcut("c")
    for code in (pygame.K_SPACE, pygame.K_LEFT, pygame.K_F1, pygame.K_1, pygame.K_LCTRL):
        assert heard(pygame.KEYDOWN, key=code, mod=modifier) is None


@pytest.mark.parametrize("modifier", [pygame.KMOD_LCTRL | pygame.KMOD_RALT, pygame.KMOD_RCTRL | pygame.KMOD_MODE])
def test_altgr_types_and_is_no_shortcut(modifier: int) -> None:
    assert heard(pygame.KEYDOWN, key=pygame.K_v, mod=modifier) is None


@pytest.mark.parametrize(
    ("button", "name"),
    [
        (pygame.CONTROLLER_BUTTON_A, "enter"),
        (pygame.CONTROLLER_BUTTON_B, "escape"),
        (pygame.CONTROLLER_BUTTON_X, "r"),
        (pygame.CONTROLLER_BUTTON_Y, "f"),
        (pygame.CONTROLLER_BUTTON_DPAD_LEFT, "left"),
        (pygame.CONTROLLER_BUTTON_DPAD_RIGHT, "right"),
        (pygame.CONTROLLER_BUTTON_DPAD_UP, "up"),
        (pygame.CONTROLLER_BUTTON_DPAD_DOWN, "down"),
        (pygame.CONTROLLER_BUTTON_START, "enter"),
    ],
)
def test_a_gamepad_presses_keys(button: int, name: str) -> None:
    assert heard(pygame.CONTROLLERBUTTONDOWN, button=button) == Key(name)
    assert heard(pygame.CONTROLLERBUTTONUP, button=button) is None
    assert heard(pygame.CONTROLLERBUTTONDOWN, button=pygame.CONTROLLER_BUTTON_GUIDE) is None


def test_the_mouse_points_in_sheet_units_and_only_its_main_button_presses() -> None:
    assert heard(pygame.MOUSEMOTION, pos=(20, 30)) == PointerMoved((10, 15))
    assert heard(pygame.MOUSEBUTTONDOWN, pos=(20, 30), button=1) == PointerPressed((10, 15))
    for button in (2, 3, 4, 5):
        assert heard(pygame.MOUSEBUTTONDOWN, pos=(20, 30), button=button) is None
    assert heard(pygame.MOUSEBUTTONUP, pos=(20, 30), button=1) == PointerReleased((10, 15))
    for button in (2, 3, 4, 5):
        assert heard(pygame.MOUSEBUTTONUP, pos=(20, 30), button=button) is None


def test_the_wheel_scrolls_by_steps_upwards() -> None:
    assert heard(pygame.MOUSEWHEEL, x=0, y=2) == Scrolled(2)
    assert heard(pygame.MOUSEWHEEL, x=0, y=-1) == Scrolled(-1)
    assert heard(pygame.MOUSEWHEEL, x=3, y=0) is None


def test_a_dropped_file_is_named() -> None:
    assert heard(pygame.DROPFILE, file="/media/me/run.zip") == Dropped("/media/me/run.zip")


def test_text_is_typed_as_it_comes() -> None:
    assert heard(pygame.TEXTINPUT, text="é") == Typed("é")


@pytest.mark.parametrize(
    "kind",
    [
        pygame.WINDOWMOVED,
        pygame.WINDOWSIZECHANGED,
        pygame.WINDOWFOCUSLOST,
        pygame.WINDOWMINIMIZED,
        pygame.WINDOWHIDDEN,
    ],
)
def test_whatever_takes_the_window_from_the_eyes_disturbs(kind: int) -> None:
    assert heard(kind) == Disturbed()
    assert heard(pygame.WINDOWENTER) is None
