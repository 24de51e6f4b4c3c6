"""Duel, as it is played: the discriminator speaks after the player, word for word; and what Consult has in common."""

from pathlib import Path

import numpy as np
import pygame
import pytest
from forgers import FakeForger
from judging import at_briefing, at_question, heard, key_for, verdict
from playing import Clock, Player, Recorder, query, responses, screenshot

from game.profile import counted_trials
from game.rules import Mode
from game.tickets import VerdictTicket

# Duel


def test_a_duel_reveals_after_each_answer_and_says_at_the_end_who_was_fooled_less(
    guest: Player, clock: Clock, texts: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest.services.forger.verdicts = said = (0.83, 0.31, 0.9, 0.49)
    at_question(guest, Mode.DUEL)
    sounds = heard(guest, monkeypatch)
    truths, score = [], [0, 0]
    for number in range(1, 41):
        truth = guest.app.screen._play.round.current.truth.value
        truths.append(truth)
        assert f"{number} of 40" in texts.all and "discriminator says" not in texts.all
        right = number % 3 > 0
        clock.now += 1.25
        guest.press(key_for(guest, right))
        score = [score[0] + right, score[1] + (verdict(said[(number - 1) % 4]) == truth)]
        assert "The discriminator says" in texts.all and f"You {score[0]}  :  {score[1]} discriminator" in texts.all
        assert f"{number} of 40" in texts.all
        assert len(responses(tmp_path, "number")) == number
        clock.now += 1
        guest.press("space" if number % 2 else "enter")
    assert sounds == [name for number in range(1, 41) for name in [("wrong", "right")[number % 3 > 0]]] + ["finish"]
    assert guest.on == "duelresults" and f"{score[0]} : {score[1]}" in texts.all
    winner = "You beat the discriminator." if score[0] > score[1] else "The discriminator beat you."
    assert winner in texts.all
    assert query(tmp_path, "SELECT mode, trial_count, correct, finished_at NOTNULL FROM rounds") == [
        ("duel", 40, score[0], 1)
    ]
    rows = responses(tmp_path, "truth, fake_probability, response_seconds, disturbed, confidence, first_answer")
    assert rows == [(truth, said[place % 4], 1.25, 0, None, None) for place, truth in enumerate(truths)]
    assert set(truths) == {"real", "fake"}


def test_nothing_of_what_the_discriminator_says_can_be_seen_before_the_answer(guest: Player, clock: Clock) -> None:
    guest.services.next_seed = lambda: 5
    seen = []
    for said in (0.03, 0.97):
        guest.services.seen.clear()
        guest.services.forger.verdicts = (0.5, said)
        at_question(guest, Mode.DUEL)
        guest.press("r", "space")
        seen.append(screenshot().copy())
    assert np.array_equal(*seen)


def test_how_sure_one_is_comes_before_the_truth(guest: Player, clock: Clock, texts: Recorder, tmp_path: Path) -> None:
    at_briefing(guest, Mode.DUEL)
    guest.click("sure")
    guest.click("start")
    clock.now += 1.5
    guest.press("f")
    assert "How sure are you?" in texts.all and "discriminator says" not in texts.all
    clock.now += 3
    guest.press("backspace", "r")
    assert responses(tmp_path, "number") == []
    guest.press("2")
    assert "The discriminator says" in texts.all
    guest.press("space")
    clock.now += 2
    guest.press("r")
    clock.now += 9
    guest.press("3", "space")
    rows = responses(tmp_path, "answer, confidence, response_seconds, disturbed, fake_probability")
    assert rows == [("real", 2, 4.5, 1, 0.83), ("real", 3, 2.0, 0, 0.31)]


def test_a_double_click_neither_skips_the_truth_nor_answers_the_next_picture(
    guest: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    at_question(guest, Mode.DUEL)
    stamp = guest.button("fake").box.center
    for seconds, number, revealed in ((1, 1, True), (0.2, 1, True), (0.5, 1, False), (0.2, 1, False), (0.5, 2, True)):
        clock.now += seconds
        guest.click_at(stamp)
        assert len(responses(tmp_path, "number")) == number
        assert ("The discriminator says" in texts.all) == revealed


def test_the_stamp_comes_to_rest_and_lies_at_once_without_motion(guest: Player, clock: Clock) -> None:
    at_question(guest, Mode.DUEL)
    guest.press("r")
    assert guest.app.screen.wait_seconds(clock.now) == 0
    clock.now += 0.2
    guest.frame()
    assert guest.app.screen.wait_seconds(clock.now) is None
    guest.press("space")
    assert guest.app.screen.wait_seconds(clock.now) is None
    guest.services.change_settings(guest.services.settings.__class__(reduced_motion=True))
    guest.press("r")
    assert guest.app.screen.wait_seconds(clock.now) is None


# Duel and Consult


@pytest.mark.parametrize("mode", [Mode.DUEL, Mode.CONSULT])
def test_what_disturbs_marks_the_answer_it_falls_into(guest: Player, tmp_path: Path, mode: Mode) -> None:
    at_question(guest, mode)
    moved = pygame.Event(pygame.WINDOWMOVED, x=1, y=1)
    second = () if mode is Mode.DUEL else ("enter",)
    guest.press("r")
    guest.frame(moved)  # nobody's time runs now
    guest.press(*second, "space")
    guest.frame(moved)
    guest.press("r", *second, "space", "f1", "escape", "r", *second, "space", "r", *second)
    assert responses(tmp_path, "disturbed") == [(0,), (1,), (1,), (0,)]


@pytest.mark.parametrize("mode", [Mode.DUEL, Mode.CONSULT])
def test_a_round_that_is_broken_off_counts_in_the_figures_and_says_so(
    guest: Player, texts: Recorder, tmp_path: Path, mode: Mode
) -> None:
    at_question(guest, mode)
    guest.press("r", "enter", "space", "escape")
    assert "Leave this round?" in texts.all
    assert "Your answers so far are kept and count in your figures." in texts.all.replace("\n", " ")
    guest.click("stay")
    guest.press("escape")
    guest.click("leave")
    assert guest.on == "difficulty"
    assert query(tmp_path, "SELECT mode, finished_at FROM rounds") == [(mode.value, None)]
    trials = guest.services.store.get().trials(mode=mode)
    assert [trial.finished for trial in trials] == [False] and counted_trials(trials, mode) == trials


@pytest.mark.parametrize("mode", [Mode.DUEL, Mode.CONSULT])
def test_a_discriminator_that_fails_is_a_sentence_and_one_that_comes_late_is_waited_for(
    guest: Player, clock: Clock, texts: Recorder, tmp_path: Path, mode: Mode
) -> None:
    forger: FakeForger = guest.services.forger  # type: ignore[assignment]
    ticket = VerdictTicket()
    forger.request_verdicts = lambda pictures, run, kimg: ticket  # type: ignore[method-assign]
    at_briefing(guest, mode)
    guest.press("enter", "r", "f")
    assert not guest.app.screen.waits_for_answer and "Drawing …" in texts.all
    ticket.error = "This run has no discriminator."
    guest.frame(pygame.Event(pygame.WINDOWEXPOSED))
    guest.press("r", "space")
    assert "This run has no discriminator." in texts.all.replace("\n", " ")
    ticket.error, ticket.verdicts = "", (0.25,) * 40
    clock.now += 5
    guest.frame(pygame.Event(pygame.WINDOWEXPOSED))
    clock.now += 1
    guest.press("r", "enter")
    assert responses(tmp_path, "answer, response_seconds, fake_probability") == [("real", 1.0, 0.25)]
    guest.press("escape")
    guest.click("leave")
    assert guest.on == "difficulty"
