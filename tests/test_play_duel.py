"""Duel and Consult, as they are played: the discriminator speaks after the player, and both are kept word for word."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest
from judging import at_briefing, at_question, heard, key_for, pad
from other_runs import FOLDER, write_other_run
from playing import Clock, FakeForger, Player, Recorder, make_services, query, responses, screenshot, write_bare_run
from test_verdicts import add_discriminator
from tiny_runs import Form

from game.forger import Forger
from game.rules import FakePicture, Mode, RealPicture, Truth
from game.tickets import VerdictTicket
from gan.play_pictures import PlayPictures
from gan.verdicts import CalibratedDiscriminators

FEW = "folder:/nowhere/few"


@pytest.fixture
def guest(window: None, texts: Recorder, clock: Clock, tmp_path: Path) -> Iterator[Player]:
    """Someone at the title of a game with one run, whose forger answers at once."""
    write_bare_run(tmp_path / "checkpoints" / "mnist", (2, 64, 3000))
    guest = Player(make_services(tmp_path / "checkpoints", tmp_path), clock)
    yield guest
    guest.close()


@pytest.fixture(scope="module")
def judged_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged")
    add_discriminator(write_other_run(folder / "few", Form(FEW, 32, 1, ()), held_out=30))
    add_discriminator(write_other_run(folder / "many", "colour 64", held_out=60))
    write_other_run(folder / "none", Form("folder:/nowhere/none", 32, 1, ()), held_out=40)
    return folder


@pytest.fixture
def duellist(
    window: None, texts: Recorder, clock: Clock, judged_runs: Path, tmp_path: Path, shared_forger: Forger
) -> Iterator[Player]:
    """Someone with a real forger, and runs with and without a discriminator."""
    checkpoints = Path(shutil.copytree(judged_runs, tmp_path / "checkpoints"))
    player = Player(make_services(checkpoints, tmp_path, shared_forger), clock)
    yield player
    player.services.store.close()


def verdict(fake_probability: float) -> str:
    return "fake" if fake_probability >= 0.5 else "real"


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


# Consult


def test_a_consultation_asks_twice_and_keeps_both_answers(
    guest: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    guest.services.forger.verdicts = (0.83,)
    at_question(guest, Mode.CONSULT)
    # Keep, change, by the buttons, by the stamps' keys, by mouse.
    ways = (("enter",), ("right", "enter"), ("r",), ("f",), "keep", "change", ("left", "space"))
    expected = []
    for place, way in enumerate(ways):
        first = "r" if place % 2 else "f"
        clock.now += 2
        guest.press(first)
        assert "You say" in texts.all and "83 % fake" in texts.all and "You said" not in texts.all
        assert len(responses(tmp_path, "number")) == place
        clock.now += 5
        if isinstance(way, str):
            guest.click(way)
        else:
            guest.press(*way)
        assert "You said" in texts.all
        said = {"r": "real", "f": "fake"}
        changed = way in ("change", ("right", "enter"))
        answer = said[way[0]] if way in (("r",), ("f",)) else said["rf"[changed != (first == "f")]]
        expected.append((said[first], answer, 2.0, 0.83))
        clock.now += 1
        guest.press("space")
    assert responses(tmp_path, "first_answer, answer, response_seconds, fake_probability") == expected
    assert query(tmp_path, "SELECT mode, finished_at FROM rounds") == [("consult", None)]


def test_a_change_is_called_good_misled_or_bad(guest: Player, texts: Recorder) -> None:
    at_question(guest, Mode.CONSULT)
    seen = set()
    verdicts = guest.app.screen._verdicts.verdicts
    for place in range(40):
        truth = guest.app.screen._play.round.current.truth
        first = key_for(guest, right=place % 4 > 1)
        guest.press(first, "right", "enter")
        right_now = (first == "r") != (truth is Truth.REAL)
        advised = verdict(verdicts[place]) == ("fake" if first == "r" else "real")
        word = "Good change." if right_now else "Misled." if advised else "Bad change."
        assert word in texts.all
        seen.add(word)
        guest.press("space")
    assert seen == {"Good change.", "Misled.", "Bad change."}
    assert guest.on == "duelresults"


def test_a_consultation_ends_with_what_the_advice_did(
    guest: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    at_question(guest, Mode.CONSULT)
    before = after = 0
    verdicts = guest.app.screen._verdicts.verdicts
    for place in range(40):
        truth = guest.app.screen._play.round.current.truth.value
        clock.now += 0.5
        # Always real at first; then the advice is taken.
        guest.press("r", verdict(verdicts[place])[0], "space")
        before += truth == "real"
        after += truth == verdict(verdicts[place])
    assert guest.on == "duelresults"
    assert f"{100 * before / 40:.0f} % → {100 * after / 40:.0f} %" in texts.all
    assert query(tmp_path, "SELECT mode, correct, finished_at NOTNULL FROM rounds") == [("consult", after, 1)]


def test_a_double_click_on_a_stamp_is_no_second_thought(guest: Player, clock: Clock, tmp_path: Path) -> None:
    at_question(guest, Mode.CONSULT)
    stamp = guest.button("real").box.center
    clock.now += 1
    guest.click_at(stamp)
    clock.now += 0.2
    guest.click("change")
    assert responses(tmp_path, "number") == []
    clock.now += 0.5
    guest.click("change")
    assert responses(tmp_path, "first_answer, answer") == [("real", "fake")]


def test_a_gamepad_can_think_again(guest: Player, tmp_path: Path) -> None:
    at_question(guest, Mode.CONSULT)
    pad(guest, pygame.CONTROLLER_BUTTON_X)
    pad(guest, pygame.CONTROLLER_BUTTON_DPAD_RIGHT)
    pad(guest, pygame.CONTROLLER_BUTTON_A)
    pad(guest, pygame.CONTROLLER_BUTTON_A)
    pad(guest, pygame.CONTROLLER_BUTTON_LEFTSHOULDER)
    pad(guest, pygame.CONTROLLER_BUTTON_Y)
    assert responses(tmp_path, "first_answer, answer") == [("real", "fake"), ("real", "fake")]


# Both


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
def test_a_round_that_is_broken_off_counts_for_nothing(
    guest: Player, texts: Recorder, tmp_path: Path, mode: Mode
) -> None:
    at_question(guest, mode)
    guest.press("r", "enter", "space", "escape")
    assert "Leave this round?" in texts.all
    guest.click("stay")
    guest.press("escape")
    guest.click("leave")
    assert guest.on == "difficulty"
    assert query(tmp_path, "SELECT mode, finished_at FROM rounds") == [(mode.value, None)]
    assert guest.services.store.get().trials(mode=mode, finished_only=True) == []


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


# With a real forger


@pytest.mark.parametrize("mode", [Mode.DUEL, Mode.CONSULT])
def test_what_is_stored_is_what_the_runs_own_discriminator_says(
    duellist: Player, clock: Clock, tmp_path: Path, mode: Mode
) -> None:
    at_question(duellist, mode, FOLDER)
    dealt, run = duellist.app.screen._play.round.pictures, duellist.services.checkpoints / "many"
    for _ in range(40):
        clock.now += 1
        duellist.press("f", *(("enter",) if mode is Mode.CONSULT else ()), "space")
    assert duellist.on == "duelresults"
    asked = []
    for picture in dealt:
        if isinstance(picture, FakePicture):
            asked.append({"run": str(run), "kimg": picture.kimg, "number": picture.seed})
        else:
            assert isinstance(picture, RealPicture) and picture.run == "many"
            asked.append({"held_out_of": str(run), "number": picture.index})
    expected = CalibratedDiscriminators(PlayPictures()).verdicts(asked, run, 8)
    stored = [probability for (probability,) in responses(tmp_path, "fake_probability")]
    assert stored == pytest.approx(expected.fake_probabilities.tolist(), abs=1e-6)
    assert len(set(stored)) > 20
    accuracy = duellist.app.screen._duel.accuracy
    assert (accuracy.successes, accuracy.trials) == (expected.right_count, expected.trial_count)


def test_a_run_with_few_real_pictures_leaves_some_to_calibrate_its_discriminator_by(
    duellist: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    for _ in range(3):
        at_question(duellist, Mode.DUEL, FEW)
        assert "1 of 10" in texts.all
        for _ in range(10):
            clock.now += 1
            duellist.press("f", "space")
        assert duellist.on == "duelresults"
        assert "κ takes at least 40 pictures" in texts.all.replace("\n", " ")
    assert query(tmp_path, "SELECT trial_count, finished_at NOTNULL FROM rounds") == [(10, 1)] * 3


def test_a_run_without_a_discriminator_says_so_and_lets_one_go(
    duellist: Player, texts: Recorder, tmp_path: Path
) -> None:
    at_briefing(duellist, Mode.DUEL, "folder:/nowhere/none")
    duellist.press("enter")
    duellist.until(lambda: "discriminator.safetensors" in texts.all)
    duellist.press("r", "f", "space", "escape")
    assert duellist.on == "difficulty"
    assert responses(tmp_path, "number") == []
