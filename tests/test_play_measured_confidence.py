"""How sure one is of an answer, asked in Measured: it takes no response time, and one may think again."""

from pathlib import Path

import pytest
from judging import at_briefing, at_question
from playing import Clock, Player, Recorder, responses

from game.rules import Mode


def test_how_sure_one_is_is_asked_where_it_is_wanted_and_takes_no_response_time(
    guest: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    at_briefing(guest, Mode.MEASURED)
    guest.click("sure")
    assert '"ask_confidence": true' in (tmp_path / "settings.json").read_text()
    guest.click("start")
    for key, confidence in (("r", "3"), ("f", "1"), ("left", "left"), ("right", "up"), ("r", "right")):
        clock.now += 1.5
        guest.press(key)
        assert "How sure are you?" in texts.all
        clock.now += 7
        guest.press(confidence)
        assert "How sure are you?" not in texts.all
    rows = responses(tmp_path, "answer, confidence, response_seconds, disturbed")
    assert rows == [
        *(("real", 3, 1.5, 0), ("fake", 1, 1.5, 0), ("real", 1, 1.5, 0), ("fake", 2, 1.5, 0), ("real", 3, 1.5, 0)),
    ]


def test_that_it_is_asked_is_remembered_and_can_be_switched_off(guest: Player, texts: Recorder) -> None:
    at_briefing(guest, Mode.MEASURED)
    guest.press("up", "enter", "escape")
    for mode in (Mode.DUEL, Mode.MEASURED):
        at_briefing(guest, mode)
        assert "\non\n" in f"\n{texts.all}\n", mode
    guest.press("up", "enter")
    assert not guest.services.settings.ask_confidence
    guest.press("down", "enter")
    guest.until(lambda: guest.app.screen.waits_for_answer)
    guest.press("r")
    assert "2 of 100" in texts.all


@pytest.mark.parametrize("ways", [("backspace", "f"), ("f",), ("backspace", "r")], ids=["back", "other key", "same"])
def test_one_may_think_again_before_saying_how_sure_one_is(
    guest: Player, clock: Clock, tmp_path: Path, ways: tuple[str, ...]
) -> None:
    guest.services.toggle_confidence()
    at_question(guest, Mode.MEASURED)
    clock.now += 1
    guest.press("r")
    clock.now += 4
    for key in ways:
        guest.press(key)
    assert responses(tmp_path, "number") == []
    guest.press("2")
    clock.now += 1
    guest.press("f", "1")
    # The time of an answer that was changed holds that of the question after it.
    answer = {"f": "fake", "r": "real"}[ways[-1]]
    assert responses(tmp_path, "answer, confidence, disturbed") == [(answer, 2, 1), ("fake", 1, 0)]


def test_the_key_of_the_same_answer_changes_nothing(guest: Player, clock: Clock, tmp_path: Path) -> None:
    guest.services.toggle_confidence()
    at_question(guest, Mode.MEASURED)
    clock.now += 1
    guest.press("f", "f", "f", "3")
    assert responses(tmp_path, "answer, confidence, response_seconds, disturbed") == [("fake", 3, 1.0, 0)]


def test_a_double_click_on_a_stamp_does_not_say_how_sure_one_is(guest: Player, clock: Clock, tmp_path: Path) -> None:
    guest.services.toggle_confidence()
    at_question(guest, Mode.MEASURED)
    clock.now += 1
    stamp = guest.button("fake").box.center
    guest.click_at(stamp)
    clock.now += 0.2
    guest.click_at(stamp)
    assert responses(tmp_path, "number") == []
    clock.now += 1
    sure = guest.button("2").box.center
    assert guest.button("2").box.collidepoint(stamp), "the test has lost its point"
    guest.click_at(sure)
    clock.now += 0.2
    guest.click_at(sure)
    assert responses(tmp_path, "answer, confidence") == [("fake", 2)]
    assert [button.name for button in guest.buttons] == ["real", "fake"]
