"""Learning: sittings and points by hand; the test of the verdict by trying all orders and by simulated players."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game import learning
from game.learning import (
    MINIMUM_SITTINGS,
    TRIALS_OF_A_POINT,
    LearningPoint,
    PlayedRound,
    learning_curve,
    learning_verdict,
    sittings_of,
)
from game.luck import how_often
from game.statistics import Proportion

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
sittings = st.lists(
    st.integers(0, 70).flatmap(lambda trials: st.builds(Proportion, st.integers(0, trials), st.just(trials)))
)


def dice(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_rounds_within_an_hour_are_one_sitting() -> None:
    # An hour exactly is within one.
    minutes = {0: 10, 50: 12, 110: 14, 171: 16, 3000: 18}
    rounds = [PlayedRound(NOON + timedelta(minutes=at), Proportion(right, 20)) for at, right in minutes.items()]
    assert sittings_of(reversed(rounds)) == (Proportion(36, 60), Proportion(16, 20), Proportion(18, 20))
    assert sittings_of([]) == ()


def test_a_point_has_fifty_trials_or_more() -> None:
    played = [Proportion(10, 20), Proportion(11, 20), Proportion(12, 20), Proportion(45, 60), Proportion(15, 20)]
    first, second = learning_curve(played)
    assert first == LearningPoint(1, 3, Proportion(33, 60))
    assert second == LearningPoint(4, 5, Proportion(60, 80))
    assert second.sentence == "Sittings 4 to 5 75 % [65, 83]: the share of 80 answers that were right."
    assert learning_curve(played[:1]) == (LearningPoint(1, 1, Proportion(10, 20)),)
    assert learning_curve([]) == ()


@given(sittings)
def test_points_hold_every_sitting_once_and_are_large_enough(played: list[Proportion]) -> None:
    points = learning_curve(played)
    numbers = [number for point in points for number in range(point.first_sitting, point.last_sitting + 1)]
    assert numbers == list(range(1, len(played) + 1))
    assert sum(point.right.trials for point in points) == sum(one.trials for one in played)
    assert sum(point.right.successes for point in points) == sum(one.successes for one in played)
    assert len(points) <= 1 or all(point.right.trials >= TRIALS_OF_A_POINT for point in points)


@given(sittings)
def test_every_history_has_a_verdict_in_one_sentence(played: list[Proportion]) -> None:
    verdict = learning_verdict(played, dice())
    assert verdict.sentence.endswith(".")
    assert (verdict.rise_probability is None) == (sum(one.trials > 0 for one in played) < MINIMUM_SITTINGS)
    assert verdict.improved == (verdict.rise_probability is not None and verdict.rise_probability <= 0.025)


def test_the_probability_is_the_share_of_all_orders_that_rise_as_clearly() -> None:
    trials, right = np.array([20, 40, 20, 60, 20, 30]), np.array([11, 20, 14, 40, 12, 24])
    beyond = right - trials * right.sum() / trials.sum()
    place = np.arange(6) - 2.5

    def slope(order: np.ndarray) -> float:
        return float(order @ place / np.sqrt(order**2 @ place**2))

    orders = [slope(np.array(order)) for order in permutations(beyond)]
    expected = np.mean(np.array(orders) >= slope(beyond) - 1e-9)
    found = learning_verdict([Proportion(int(k), int(n)) for k, n in zip(right, trials, strict=True)], dice())
    assert 0.02 < expected < 0.5
    assert found.rise_probability == pytest.approx(expected, abs=0.012)


def test_verdicts() -> None:
    rising = [Proportion(right, 20) for right in (9, 11, 12, 13, 15, 16, 17, 18)]
    verdict = learning_verdict(rising, dice())
    assert verdict.improved
    assert verdict.sentence.startswith(
        "You are getting better: 56 % right in your earlier sittings, 82 % in your later ones,"
        " and chance alone brings such a change about once in "
    )
    assert verdict.rise_probability is not None
    assert verdict.sentence.endswith(f" {how_often(2 * verdict.rise_probability)}.")
    falling = learning_verdict(rising[::-1], dice())
    assert not falling.improved
    assert falling.sentence.startswith("You are getting worse: 82 % right")
    same = learning_verdict([Proportion(15, 20)] * 8, dice())
    assert same.rise_probability == 1
    assert same.sentence == (
        "No learning can be seen yet: 75 % right in your earlier sittings, 75 % in your later ones,"
        " which could be chance alone."
    )
    # Sittings of which nothing counts are none.
    nothing = Proportion(0, 0)
    assert learning_verdict([nothing, *rising[:3], nothing, *rising[3:], nothing], dice()) == verdict
    few = learning_verdict([*rising[:4], nothing], dice())
    assert few.rise_probability is None
    assert few.sentence == "Whether you get better can be told from 5 sittings on; this is 4."


SIZES = {
    "all of 20": lambda count: np.full(count, 20),
    "growing": lambda count: 10 * np.arange(1, count + 1),
    "long ones first and last": lambda count: 10 + 20 * np.abs(np.arange(count) - count // 2),
}


def share_improved(monkeypatch: pytest.MonkeyPatch, count: int, sizes: str, rise: float, days: float) -> float:
    """Returns how many of 2,000 players are said to get better, whose good and bad days have a standard deviation."""
    monkeypatch.setattr(learning, "PERMUTATIONS", 300)
    generator = dice(count)
    trials = SIZES[sizes](count)
    shares = np.clip(generator.normal(0.7 + rise * np.linspace(-0.5, 0.5, count), days, (2000, count)), 0.02, 0.98)
    found = [
        learning_verdict([Proportion(k, int(n)) for k, n in zip(row, trials, strict=True)], generator).improved
        for row in generator.binomial(trials, shares).tolist()
    ]
    return float(np.mean(found))


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(("count", "days"), [(5, 0.1), (8, 0.0), (12, 0.1)])
def test_who_learns_nothing_is_praised_about_2_5_per_cent_of_the_time_at_most(
    monkeypatch: pytest.MonkeyPatch, count: int, days: float, sizes: str
) -> None:
    # Praise is one of two verdicts that 5 % are for. Two standard errors of 2,000 players are 0.7 percentage points.
    assert share_improved(monkeypatch, count, sizes, 0.0, days) <= 0.035


def test_who_learns_much_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert share_improved(monkeypatch, 12, "all of 20", 0.4, 0.05) > 0.8
