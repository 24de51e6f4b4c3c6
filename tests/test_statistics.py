"""The statistics against tables, against scipy, and against counting all cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from game.luck import luck_probability, luck_verdict
from game.statistics import (
    Interval,
    Proportion,
    SignalCounts,
    accuracy,
    added_counts,
    false_alarm_rate,
    fooling_rate,
)

COUNTS = SignalCounts(hits=30, misses=20, false_alarms=5, correct_rejections=45)

successes_and_trials = st.integers(1, 400).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


def test_outcomes_add_up() -> None:
    assert (COUNTS.fakes, COUNTS.reals, COUNTS.trials, COUNTS.correct) == (50, 50, 100, 75)
    with pytest.raises(ValueError, match="below zero"):
        SignalCounts(0, 0, -1, 0)


def test_counts_are_added_outcome_by_outcome() -> None:
    assert added_counts(iter([COUNTS, SignalCounts(1, 2, 3, 4)])) == SignalCounts(31, 22, 8, 49)
    assert added_counts([]) == SignalCounts(0, 0, 0, 0)


def test_each_rate_has_its_own_trials() -> None:
    assert accuracy(COUNTS) == Proportion(75, 100)
    assert fooling_rate(COUNTS) == Proportion(20, 50)
    assert false_alarm_rate(COUNTS) == Proportion(5, 50)


def test_a_rate_without_trials_has_neither_estimate_nor_interval() -> None:
    rate = fooling_rate(SignalCounts(0, 0, 3, 4))
    assert rate.estimate is None
    assert rate.interval() is None


@pytest.mark.parametrize(("successes", "trials"), [(-1, 3), (4, 3), (0, -1)])
def test_impossible_counts_are_refused(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="0 ≤ successes ≤ trials"):
        Proportion(successes, trials)
    with pytest.raises(ValueError, match="0 ≤ successes ≤ trials"):
        luck_probability(successes, trials)
    with pytest.raises(ValueError, match="0 ≤ successes ≤ trials"):
        luck_verdict(successes, trials)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17
        # (1998), table I, method 3: the score interval without continuity correction.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_of_the_published_table(successes: int, trials: int, low: float, high: float) -> None:
    interval = Proportion(successes, trials).interval()
    assert interval is not None
    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


@given(successes_and_trials, st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999]))
def test_interval_agrees_with_scipy(case: tuple[int, int], confidence: float) -> None:
    interval = Proportion(*case).interval(confidence)
    oracle = stats.binomtest(*case).proportion_ci(confidence, method="wilson")
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


@given(successes_and_trials, st.floats(0.001, 0.999))
def test_interval_holds_the_estimate_and_lies_within_0_and_1(case: tuple[int, int], confidence: float) -> None:
    proportion = Proportion(*case)
    interval = proportion.interval(confidence)
    assert interval is not None
    assert proportion.estimate is not None
    assert 0 <= interval.low <= proportion.estimate <= interval.high <= 1


@pytest.mark.parametrize("trials", [1, 3, 7, 20, 101, 333])
def test_interval_ends_exactly_where_nothing_or_everything_succeeded(trials: int) -> None:
    nothing, everything = Proportion(0, trials).interval(), Proportion(trials, trials).interval()
    assert isinstance(nothing, Interval)
    assert isinstance(everything, Interval)
    assert nothing.low == 0
    assert everything.high == 1


@pytest.mark.parametrize("confidence", [0.0, 1.0, -1.0, 95.0])
def test_confidence_is_a_probability(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        Proportion(1, 2).interval(confidence)
