"""What interrupts a flash ends the flicker, and no picture counts that nobody can say how long it was seen."""

from pathlib import Path

import pygame
import pytest
from flashing import SETUP, Glass, answer, begun, briefed, to_part, turn
from judging import key_for
from playing import Clock, Player, Recorder, responses

from game.destinations import PlayRound
from game.screen import Open


@pytest.mark.parametrize("part", [-1, 2])
def test_escape_ends_the_flicker_at_once(
    guest: Player, clock: Clock, glass: Glass, texts: Recorder, tmp_path: Path, part: int
) -> None:
    begun(guest)
    answer(guest, clock, [True])
    to_part(guest, clock, part)
    guest.press("escape")
    assert "Leave this round?" in texts.all
    shown = len(glass.frames)
    for _ in range(20):
        clock.now += 0.1
        guest.frame()
    assert len(glass.frames) == shown and guest.app.screen.wait_seconds(clock.now) is None
    guest.press("escape")
    # It has been glimpsed, for nobody knows how long: asked about, but it does not count.
    assert guest.app.screen.waits_for_answer
    guest.press(key_for(guest, True))
    assert responses(tmp_path, "asked_frames, shown_frames") == [(24, 24), (16, 0)]
    assert "2 of 60" in texts.all


def test_escape_before_the_first_answer_leaves_at_once(guest: Player, clock: Clock) -> None:
    briefed(guest)
    guest.press("enter")
    to_part(guest, clock, 1)
    guest.press("escape")
    assert guest.on == "difficulty"


@pytest.mark.parametrize("event", [pygame.WINDOWMOVED, pygame.WINDOWFOCUSLOST, pygame.WINDOWMINIMIZED])
def test_a_window_that_is_moved_or_left_spoils_the_glimpse(
    guest: Player, clock: Clock, tmp_path: Path, event: int
) -> None:
    begun(guest)
    to_part(guest, clock, -1)
    guest.frame(pygame.Event(event))
    assert guest.app.screen.waits_for_answer
    guest.press("r")
    assert responses(tmp_path, "shown_frames") == [(0,)]


@pytest.mark.parametrize("interruption", ["escape", "f1", "moved"])
def test_an_interrupted_countdown_waits_for_the_player(
    guest: Player, clock: Clock, glass: Glass, texts: Recorder, tmp_path: Path, interruption: str
) -> None:
    begun(guest)
    answer(guest, clock, [True])
    turn(guest, clock)
    if interruption == "moved":
        guest.frame(pygame.Event(pygame.WINDOWMOVED))
    else:
        guest.press(interruption, "escape")
    assert "Ready?" in texts.all and guest.app.screen.wait_seconds(clock.now) is None
    guest.press("r")
    assert "Ready?" in texts.all, "there is nothing to answer yet"
    guest.press("space")
    answer(guest, clock, [True])
    assert responses(tmp_path, "asked_frames, shown_frames") == [(24, 24), (16, 16)]


def test_who_looks_away_while_the_pictures_are_made_is_waited_for(
    guest: Player, clock: Clock, texts: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest.app._follow(Open(PlayRound(SETUP)))
    guest.frame()
    arrived: list[bool] = []
    poll = guest.app.screen.update
    monkeypatch.setattr(guest.app.screen, "update", lambda now: poll(now) if arrived else None, raising=False)
    guest.press("enter")
    guest.frame(pygame.Event(pygame.WINDOWFOCUSLOST))
    arrived.append(True)
    guest.frame()
    assert "Ready?" in texts.all
