"""A flash as it is played: what is asked, what is stored of it, and how it ends."""

from collections.abc import Sequence
from pathlib import Path

import pygame
import pytest
from flashing import SETUP, Glass, answer, begun, briefed, to_question, turn
from judging import key_for
from playing import Clock, Player, Recorder, query, responses

from game.deal import Deck, deal
from game.destinations import PlayRound
from game.rules import Mode, RoundSetup
from game.screen import Open

LEVELS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 60)


def staircase(rights: Sequence[bool]) -> list[int]:
    """Returns the frames of each trial: half a second at first, one step down when right, three up when wrong."""
    level, frames = LEVELS.index(24), []
    for right in rights:
        frames.append(LEVELS[level])
        level = min(max(level + (-1 if right else 3), 0), len(LEVELS) - 1)
    return frames


def test_a_flash_by_keyboard(guest: Player, clock: Clock, glass: Glass, texts: Recorder, tmp_path: Path) -> None:
    briefed(guest)
    assert "photosensitive epilepsy" in texts.all and "60 frames a second: the shortest moment is 17 ms" in texts.all
    guest.press("enter")
    rights = [place % 5 != 4 for place in range(60)]
    dealt = deal(SETUP, Deck(range(10_000)))
    for place, right in enumerate(rights):
        assert f"{place + 1} of 60" in texts.all
        to_question(guest, clock)
        assert "?" in texts.all.split("\n")
        exposures = glass.exposures(guest)
        clock.now += 0.25 + place / 100
        guest.press(key_for(guest, right) if place % 2 else {"f": "right", "r": "left"}[key_for(guest, right)])
        rows = query(tmp_path, "SELECT asked_frames, shown_frames FROM responses")
        assert len(rows) == place + 1, "an answer was not in the file before the next picture came"
    assert guest.on == "flashresults"

    frames = staircase(rights)
    assert [place for place, _ in exposures] == list(range(60))
    assert [seconds * 60 for _, seconds in exposures] == pytest.approx(frames)
    rows = responses(
        tmp_path, "number, truth, answer, asked_frames, shown_frames, frame_seconds, confidence, disturbed"
    )
    assert rows == [
        (
            *(place + 1, dealt[place].truth, dealt[place].truth if right else dealt[place].truth.other),
            *(frames[place], frames[place], 1 / 60, None, 0),
        )
        for place, right in enumerate(rights)
    ]
    times = [seconds for (seconds,) in responses(tmp_path, "response_seconds")]
    assert times == pytest.approx([0.25 + place / 100 for place in range(60)])
    assert query(tmp_path, "SELECT mode, kimg, correct, finished_at NOTNULL FROM rounds") == [("flash", 64, 48, 1)]
    assert "You judged 48 of 60 pictures rightly." in texts.all.replace("\n", " ")

    guest.press("enter")
    assert guest.on == "flash" and guest.app.screen._setup.seed == 2 and guest.app.screen._play is None
    guest.press("escape")
    assert guest.on == "difficulty"


def test_a_flash_by_mouse_and_gamepad(guest: Player, clock: Clock, tmp_path: Path) -> None:
    def pad(button: int) -> None:
        guest.frame(pygame.Event(pygame.CONTROLLERBUTTONDOWN, button=button, instance_id=0))

    guest.app._follow(Open(PlayRound(SETUP)))
    guest.frame()
    guest.click("start")
    for _ in range(2):
        for press in (
            lambda: guest.click("fake"),
            lambda: guest.click("real"),
            lambda: pad(pygame.CONTROLLER_BUTTON_Y),
            lambda: pad(pygame.CONTROLLER_BUTTON_X),
        ):
            to_question(guest, clock)
            press()
    assert [row for (row,) in responses(tmp_path, "answer")] == ["fake", "real"] * 4
    # Start leads nowhere in a trial, back asks whether to leave.
    turn(guest, clock)
    pad(pygame.CONTROLLER_BUTTON_BACK)
    pad(pygame.CONTROLLER_BUTTON_DPAD_RIGHT)
    pad(pygame.CONTROLLER_BUTTON_A)
    assert guest.on == "title"
    assert query(tmp_path, "SELECT count(*), max(finished_at) FROM rounds") == [(1, None)], "it does not count"


def test_answers_before_the_question_are_none(guest: Player, clock: Clock, tmp_path: Path) -> None:
    begun(guest)
    while not guest.app.screen.waits_for_answer:
        turn(guest, clock)
        if not guest.app.screen.waits_for_answer:
            guest.press("f", "left")
            guest.click("real")
    assert responses(tmp_path, "answer") == []


def test_a_run_with_few_pictures_has_a_short_flash(
    guest: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    begun(guest, RoundSetup("mnist", "mnist", 64, 1, Mode.FLASH, 8))
    assert "1 of 8" in texts.all
    answer(guest, clock, [True] * 8)
    assert guest.on == "flashresults"
    assert query(tmp_path, "SELECT trial_count, correct, finished_at NOTNULL FROM rounds") == [(8, 8, 1)]
