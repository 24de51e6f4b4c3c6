"""Medians of response times: exact coverage by binomial tables, by counting orders, and by simulated players."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from game.response_times import MINIMUM_TIMES, TOO_FEW_TIMES, interval_rank, median_time, response_times
from game.rules import Response, Truth
from game.statistics import Interval


@pytest.mark.parametrize(
    ("count", "rank"),
    # Table of confidence intervals for the median, 95 %: Hollander, Wolfe & Chicken, Nonparametric Statistical Methods;
    # the same ranks as the critical values of the two-sided sign test at 5 %, plus one.
    [(5, 0), (6, 1), (8, 1), (9, 2), (12, 3), (15, 4), (20, 6), (25, 8), (30, 10), (40, 14), (50, 18), (100, 40)],
)
def test_ranks_of_the_printed_table(count: int, rank: int) -> None:
    assert interval_rank(count) == rank


@pytest.mark.parametrize("count", [*range(MINIMUM_TIMES, 120), 1000, 5000])
def test_the_interval_holds_the_median_at_least_95_per_cent_and_could_not_be_narrower(count: int) -> None:
    rank = interval_rank(count)
    assert 1 - 2 * stats.binom.cdf(rank - 1, count, 0.5) >= 0.95 - 1e-12
    assert 1 - 2 * stats.binom.cdf(rank, count, 0.5) < 0.95


@given(st.lists(st.floats(0.05, 60), min_size=MINIMUM_TIMES, max_size=80))
def test_ends_are_times_on_both_sides_of_the_median(seconds: list[float]) -> None:
    found = median_time(seconds, "answers")
    assert found is not None
    assert found.seconds == np.median(seconds)
    assert found.trials == len(seconds)
    assert found.interval.low in seconds
    assert found.interval.high in seconds
    assert found.interval.low <= found.seconds <= found.interval.high


@pytest.mark.parametrize("count", [6, 17, 40])
def test_simulated_players_are_covered_whatever_their_distribution(count: int) -> None:
    generator = np.random.default_rng(7)
    expected = 1 - 2 * stats.binom.cdf(interval_rank(count) - 1, count, 0.5)
    for times, median in (
        (generator.lognormal(0, 0.8, (3000, count)), 1.0),
        (generator.exponential(1, (3000, count)), np.log(2)),
        (generator.uniform(0, 1, (3000, count)), 0.5),
    ):
        found = [median_time(row, "answers") for row in times.tolist()]
        covered = [one.interval.low <= median <= one.interval.high for one in found if one is not None]
        assert np.mean(covered) == pytest.approx(expected, abs=0.012)


def test_disturbed_times_are_left_out_and_right_and_wrong_told_apart() -> None:
    answers = [(Response(Truth.REAL, second), True) for second in (1.0, 1.1, 1.2, 1.3, 1.4, 1.5)]
    answers += [(Response(Truth.REAL, second), False) for second in (2.0, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6)]
    answers += [(Response(Truth.REAL, 99.0, disturbed=True), right) for right in (True, False, False)]
    found = response_times(answers)
    assert found.overall is not None
    assert (found.overall.trials, found.overall.seconds) == (13, 2.0)
    assert found.right is not None
    assert (found.right.trials, found.right.interval) == (6, Interval(1.0, 1.5))
    assert found.wrong is not None
    assert (found.wrong.trials, found.wrong.seconds) == (7, 2.3)
    assert found.right.sentence == "1.25 [1.00, 1.50] s: half of your right answers came faster, half slower."


def test_five_times_are_too_few() -> None:
    found = response_times([(Response(Truth.REAL, 1.0), True)] * (MINIMUM_TIMES - 1))
    assert (found.overall, found.right, found.wrong) == (None, None, None)
    assert str(MINIMUM_TIMES) in TOO_FEW_TIMES
    assert response_times([]).overall is None
