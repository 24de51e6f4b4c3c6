"""A countdown takes its time, and the flicker of two trials never falls into one second."""

import pytest

from game.countdown import BEAT_SECONDS, FIRST_BEAT_SECONDS, Countdown


@pytest.mark.parametrize("beat", [BEAT_SECONDS, FIRST_BEAT_SECONDS])
def test_three_two_one_and_a_rest(beat: float) -> None:
    countdown = Countdown(7.3, beat)
    assert [countdown.number(7.3 + place * beat) for place in range(4)] == [3, 2, 1, 0]
    assert [countdown.number(7.3 + (place + 0.99) * beat) for place in range(3)] == [3, 2, 1]
    assert countdown.end > 7.3 + 3 * beat and countdown.number(countdown.end) == 0


@pytest.mark.parametrize("beat", [BEAT_SECONDS, FIRST_BEAT_SECONDS])
def test_who_waits_as_long_as_it_says_sees_every_change(beat: float) -> None:
    countdown, now, seen = Countdown(0.1, beat), 0.1, []
    while now < countdown.end:
        seen.append(countdown.number(now))
        wait = countdown.seconds_to_change(now)
        assert wait > 0
        now += wait + 0.001
    assert seen == [3, 2, 1, 0]
    assert countdown.seconds_to_change(now) == 0


def test_between_two_trials_lies_more_than_a_second() -> None:
    assert Countdown(0.0, BEAT_SECONDS).end > 1.0
