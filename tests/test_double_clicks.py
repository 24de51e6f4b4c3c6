"""The second half of a double click is told apart from a press that somebody means."""

from game.ui.double_clicks import DOUBLE_CLICK_SECONDS, DoubleClicks
from game.ui.inputs import Key, PointerMoved, PointerPressed

PRESS = PointerPressed((1, 2))


def test_only_a_press_soon_after_a_press_that_was_taken_is_a_second_one() -> None:
    clicks = DoubleClicks()
    assert not clicks.is_second(PRESS, 0.0)
    clicks.take(PRESS, 10.0)
    assert clicks.is_second(PRESS, 10.0 + 0.9 * DOUBLE_CLICK_SECONDS)
    assert not clicks.is_second(PRESS, 10.0 + 1.1 * DOUBLE_CLICK_SECONDS)
    for event in (Key("space"), Key("r"), PointerMoved((1, 2))):
        assert not clicks.is_second(event, 10.1)


def test_a_key_makes_no_press_the_second_one() -> None:
    clicks = DoubleClicks()
    clicks.take(Key("r"), 10.0)
    assert not clicks.is_second(PRESS, 10.1)
