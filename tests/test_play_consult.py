"""Consult, as it is played: asked again after the discriminator's advice, and both answers are kept."""

from pathlib import Path

import pygame
from judging import at_question, key_for, pad, verdict
from playing import Clock, Player, Recorder, query, responses

from game.rules import Mode, Truth


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
