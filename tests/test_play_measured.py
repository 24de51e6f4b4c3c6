"""Measured, as it is played: half fakes, not a word before the end, and every answer on disk."""

from pathlib import Path

import numpy as np
import pygame
import pytest
from judging import at_briefing, at_question, heard, key_for, pad, play_out
from playing import Clock, Player, Recorder, query, responses, screenshot

from game.rules import Mode, Truth

# A whole round


def test_a_round_says_nothing_until_its_end_and_then_what_it_measured(
    guest: Player, clock: Clock, texts: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_briefing(guest, Mode.MEASURED)
    assert "50 are real, 50 are fake" in texts.all
    guest.press("enter")
    sounds = heard(guest, monkeypatch)
    answered = {Truth.FAKE: 0, Truth.REAL: 0}
    said = set()
    for number in range(1, 101):
        assert guest.on == "measured" and f"{number} of 100" in texts.all
        said.add(texts.all.replace(f"{number} of 100", ""))
        truth = guest.app.screen._play.round.current.truth
        answered[truth] += 1
        # The first 18 fakes fool, and the first 9 real ones are doubted.
        wrong = answered[truth] <= (18 if truth is Truth.FAKE else 9)
        clock.now += 1.25
        guest.press(key_for(guest, right=not wrong))
        assert len(responses(tmp_path, "number")) == number
    assert answered == {Truth.FAKE: 50, Truth.REAL: 50}
    assert len(said) == 1, "what is written depends on the answers"
    assert sounds == ["choose"] * 100 + ["finish"]

    assert guest.on == "measurement"
    assert "27 %" in texts.all and "27 of 100 answers" in texts.all and "73 of 100 is no luck." in texts.all
    columns = "mode, trial_count, correct, finished_at NOTNULL, kimg, run_key <> '', player_id"
    assert query(tmp_path, f"SELECT {columns} FROM rounds") == [("measured", 100, 73, 1, 64, 1, None)]
    rows = responses(tmp_path, "number, truth, answer, response_seconds, disturbed")
    assert [row[0] for row in rows] == list(range(1, 101))
    assert [row[1] for row in rows].count("fake") == 50
    assert [row[1:3] for row in rows].count(("fake", "real")) == 18
    assert [row[1:3] for row in rows].count(("real", "fake")) == 9
    assert {row[3:] for row in rows} == {(1.25, 0)}
    extras = "confidence, first_answer, fake_probability, chosen_place, asked_frames"
    assert set(responses(tmp_path, extras)) == {(None,) * 5}
    assert set(responses(tmp_path, "class_name")) == {("3",)}


def test_a_short_round_has_half_fakes_too_and_is_called_short(
    guest: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    at_briefing(guest, Mode.MEASURED)
    guest.click("short")
    assert "You will see 40 pictures: 20 are real, 20 are fake" in texts.all.replace("\n", " ")
    guest.click("start")
    assert "Measured, short" in texts.all
    play_out(guest, clock, 40)
    assert guest.on == "measurement" and "Measured, short" in texts.all
    assert query(tmp_path, "SELECT mode, trial_count, correct FROM rounds") == [("short measured", 40, 20)]
    assert sorted(truth for (truth,) in responses(tmp_path, "truth")) == ["fake"] * 20 + ["real"] * 20


def test_the_window_shows_the_same_whatever_is_answered(guest: Player, clock: Clock) -> None:
    guest.services.next_seed = lambda: 5
    seen: list[list[np.ndarray]] = []
    for right in (True, False):
        guest.services.seen.clear()
        at_question(guest, Mode.MEASURED)
        shots = []
        for _ in range(6):
            clock.now += 0.5
            guest.press(key_for(guest, right))
            shots.append(screenshot().copy())
        seen.append(shots)
    assert all(np.array_equal(first, second) for first, second in zip(*seen, strict=True))


def test_a_real_forger_draws_what_was_dealt(player: Player, clock: Clock, tmp_path: Path) -> None:
    at_briefing(player, Mode.MEASURED)
    player.press("up", "up", "enter", "down", "down", "enter")
    player.until(lambda: player.app.screen.waits_for_answer)
    dealt = player.app.screen._play.round.pictures
    for place in range(40):
        clock.now += 0.5
        player.click("fake" if place % 3 else "real")
    assert player.on == "measurement"
    assert [truth for (truth,) in responses(tmp_path, "truth")] == [picture.truth.value for picture in dealt]
    assert all(name for (name,) in responses(tmp_path, "class_name"))
    assert len({shown.pixels.tobytes() for shown in player.app.screen._measured.shown}) == 40


def test_what_follows_a_round_leads_on(guest: Player, clock: Clock, texts: Recorder, tmp_path: Path) -> None:
    at_briefing(guest, Mode.MEASURED)
    guest.click("short")
    guest.click("start")
    play_out(guest, clock, 40)
    guest.press("tab")
    assert "Fakes that fooled you   20" in texts.all and "Real pictures you doubted   0" in texts.all
    guest.press("tab")
    guest.click("line")
    assert guest.on == "signaldetection" and "This round: Digits" in texts.all
    guest.press("escape")
    guest.click("again")
    assert guest.on == "measured" and "You will see 40 pictures" in texts.all, "another round of another length"
    guest.press("enter")
    play_out(guest, clock, 40)
    assert query(tmp_path, "SELECT seed FROM rounds ORDER BY seed") == [(1,), (2,)]
    pictures = responses(tmp_path, "picture_index, picture_seed")
    assert len(set(pictures)) == 80, "a picture came twice"
    guest.click("change")
    assert guest.on == "difficulty"


def test_a_round_that_is_broken_off_keeps_its_answers_and_counts_for_nothing(
    guest: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    at_question(guest, Mode.MEASURED)
    play_out(guest, clock, 3)
    guest.press("escape")
    assert "Leave this round?" in texts.all
    guest.press("r", "f")
    assert len(responses(tmp_path, "number")) == 3, "an answer went through the question"
    guest.click("leave")
    assert guest.on == "difficulty"
    assert query(tmp_path, "SELECT finished_at, score, correct FROM rounds") == [(None, None, None)]
    store = guest.services.store.get()
    assert len(store.trials(mode=Mode.MEASURED)) == 3
    assert store.trials(mode=Mode.MEASURED, finished_only=True) == []


def test_before_the_first_answer_nothing_is_asked_on_the_way_out(guest: Player, texts: Recorder) -> None:
    at_briefing(guest, Mode.MEASURED)
    guest.press("escape")
    assert guest.on == "difficulty"
    at_question(guest, Mode.MEASURED)
    guest.press("escape")
    assert guest.on == "difficulty"


# Mouse, gamepad, and what disturbs


def test_a_double_click_on_a_stamp_answers_one_picture(guest: Player, clock: Clock, tmp_path: Path) -> None:
    at_question(guest, Mode.MEASURED)
    for seconds, count in ((1.0, 1), (0.2, 1), (0.3, 2), (0.3, 2), (0.2, 3)):
        clock.now += seconds
        guest.click("fake")
        assert len(responses(tmp_path, "number")) == count


def test_a_gamepad_can_do_all_of_it(guest: Player, clock: Clock, tmp_path: Path) -> None:
    at_briefing(guest, Mode.MEASURED)
    pad(guest, pygame.CONTROLLER_BUTTON_DPAD_UP)
    pad(guest, pygame.CONTROLLER_BUTTON_A)
    assert guest.services.settings.ask_confidence
    pad(guest, pygame.CONTROLLER_BUTTON_DPAD_DOWN)
    pad(guest, pygame.CONTROLLER_BUTTON_A)
    pad(guest, pygame.CONTROLLER_BUTTON_X)
    pad(guest, pygame.CONTROLLER_BUTTON_Y)
    pad(guest, pygame.CONTROLLER_BUTTON_DPAD_RIGHT)
    pad(guest, pygame.CONTROLLER_BUTTON_LEFTSHOULDER)
    pad(guest, pygame.CONTROLLER_BUTTON_DPAD_UP)
    assert responses(tmp_path, "answer, confidence") == [("fake", 3), ("real", 2)]
    pad(guest, pygame.CONTROLLER_BUTTON_B)
    pad(guest, pygame.CONTROLLER_BUTTON_DPAD_RIGHT)
    pad(guest, pygame.CONTROLLER_BUTTON_A)
    assert guest.on == "difficulty"


def test_what_disturbs_marks_the_answer_it_falls_into_and_no_other(guest: Player, tmp_path: Path) -> None:
    guest.services.toggle_confidence()
    moved = pygame.Event(pygame.WINDOWMOVED, x=1, y=1)
    at_question(guest, Mode.MEASURED)
    guest.press("r")
    guest.frame(moved)  # while it is asked how sure one is, no time runs
    guest.press("1")
    guest.frame(moved)
    guest.press("r", "1")
    guest.press("f1", "escape", "r", "1")
    guest.press("escape", "escape", "r", "1")
    guest.press("r", "1")
    assert responses(tmp_path, "disturbed") == [(0,), (1,), (1,), (1,), (0,)]
