"""The focus goes where a person expects, by arrows, Tab and mouse alike."""

from pathlib import Path

import pygame
import pytest
from focus_walk import reached_by_arrows
from stages import STAGES, begin

from game.ui.inputs import Key, PointerMoved, PointerPressed, Typed
from game.ui.widgets import Button, Focus

# Two rows of three, and a wide one below.
GRID = [
    *(
        Button(f"{row}{column}", pygame.FRect(100 * column, 100 * row, 80, 80))
        for row in (0, 1)
        for column in (0, 1, 2)
    ),
    Button("wide", pygame.FRect(0, 200, 280, 80)),
]


@pytest.mark.parametrize(
    ("start", "direction", "end"),
    [
        ("00", "right", "01"),
        ("01", "right", "02"),
        ("02", "left", "01"),
        ("00", "down", "10"),
        ("12", "up", "02"),
        ("11", "down", "wide"),
        ("wide", "up", "11"),
        ("02", "right", "02"),
        ("00", "up", "00"),
    ],
)
def test_an_arrow_moves_to_the_neighbour_or_nowhere(start: str, direction: str, end: str) -> None:
    focus = Focus(start)
    assert focus.handle(Key(direction), GRID) == (None if start == end else "")
    assert focus.name == end


@pytest.mark.parametrize(
    ("others", "end"),
    [
        ({"straight": (180, 0), "aslant": (100, 60)}, "straight"),
        ({"aslant": (100, 60)}, "aslant"),
        ({"below": (20, 300)}, "start"),
        ({"near": (100, 20), "far": (180, 0)}, "near"),
    ],
)
def test_an_arrow_prefers_straight_ahead_and_never_goes_mostly_aside(
    others: dict[str, tuple[float, float]], end: str
) -> None:
    buttons = [Button(name, pygame.FRect(*at, 50, 50)) for name, at in {"start": (0, 0), **others}.items()]
    focus = Focus("start")
    focus.handle(Key("right"), buttons)
    assert focus.name == end


def test_tab_goes_round_in_order() -> None:
    focus = Focus("00")
    visited = []
    for _ in GRID:
        assert focus.handle(Key("tab"), GRID) == ""
        visited.append(focus.name)
    assert visited == ["01", "02", "10", "11", "12", "wide", "00"]


@pytest.mark.parametrize("name", ["enter", "space"])
def test_enter_and_space_choose_what_has_the_focus(name: str) -> None:
    assert Focus("11").handle(Key(name), GRID) == "11"
    assert Focus("gone").handle(Key(name), GRID) is None


def test_the_mouse_takes_the_focus_along_and_chooses_by_its_button() -> None:
    focus = Focus("00")
    assert focus.handle(PointerMoved((120, 20)), GRID) == ""
    assert focus.name == "01"
    assert focus.handle(PointerMoved((121, 21)), GRID) is None
    assert focus.handle(PointerMoved((90, 90)), GRID) is None
    assert focus.handle(PointerPressed((220, 120)), GRID) == "12"
    assert focus.name == "12"
    assert focus.handle(PointerPressed((90, 90)), GRID) is None
    assert focus.name == "12"


def test_a_focus_on_nothing_finds_the_first_button() -> None:
    for key in ("left", "tab"):
        focus = Focus("")
        assert focus.handle(Key(key), GRID) == ""
        assert focus.name == "00"


def test_without_buttons_nothing_happens() -> None:
    for event in (Key("left"), Key("tab"), Key("enter"), PointerMoved((1, 1)), PointerPressed((1, 1)), Typed("a")):
        assert Focus("00").handle(event, []) is None


# High scores are left out: there the arrows leaf, and their buttons are for the mouse.
@pytest.mark.parametrize("size", [(1280, 720), (800, 600)], ids=str)
@pytest.mark.parametrize(
    "name",
    [
        *("title", "difficulty", "difficulty-of-a-long-run", "practice-leaving", "results-naming", "results"),
        *("settings", "flash-briefing", "flash-leaving", "flash-results", "flash-results-long"),
    ],
)
def test_arrows_lead_from_every_button_of_a_screen_to_every_other(
    runs: Path, tmp_path: Path, size: tuple[int, int], name: str
) -> None:
    stage = begin(runs, tmp_path, size)
    STAGES[name](stage)
    buttons = stage.player.buttons
    assert buttons
    for start in buttons:
        assert reached_by_arrows(start.name, buttons) == {button.name for button in buttons}, f"from {start.name}"
    stage.player.close()
    pygame.quit()
