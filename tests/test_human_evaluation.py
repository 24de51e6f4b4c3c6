"""HYPE∞: each error rate from its own trials; the bootstrap across players against scipy and by simulated players."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from game import human_evaluation
from game.human_evaluation import (
    MINIMUM_PLAYERS,
    TOO_FEW_PLAYERS,
    EvaluatedRound,
    PlayersRate,
    hype_curve,
    players_rate,
    round_errors,
    student_t_of_95_per_cent,
)
from game.statistics import Proportion, SignalCounts

ROUND = SignalCounts(hits=30, misses=20, false_alarms=5, correct_rejections=45)


def dice(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def across(errors: list[int], trials: int = 100, seed: int = 1) -> PlayersRate:
    found = players_rate("Error", "what", [Proportion(count, trials) for count in errors], dice(seed))
    assert found is not None
    return found


def test_a_round_has_three_error_rates() -> None:
    found = round_errors(ROUND)
    assert found.error.proportion == Proportion(25, 100)
    assert found.fake_error.proportion == Proportion(20, 50)
    assert found.real_error.proportion == Proportion(5, 50)
    assert found.error.sentence == (
        "Error 25 % [18, 34]: the share of all pictures that were judged wrong, 50 % being a coin's."
    )
    assert found.fake_error.sentence == "Fake error 40 % [28, 54]: the share of fakes that were taken for real."
    assert found.real_error.sentence == "Real error 10 % [4, 21]: the share of real pictures that were taken for fakes."


def test_a_curve_has_a_point_for_each_rung_in_order() -> None:
    rounds = [EvaluatedRound(f"player {n}", kimg, ROUND) for kimg in (128, 2, 16) for n in range(3)]
    points = hype_curve(rounds, dice())
    assert [point.kimg for point in points] == [2, 16, 128]
    for point in points:
        assert point.error is not None
        assert (point.error.estimate, point.error.players, point.error.interval) == (0.25, 3, None)
        assert point.fake_error is not None
        assert point.fake_error.estimate == pytest.approx(0.4)
        assert point.real_error is not None
        assert point.real_error.estimate == pytest.approx(0.1)
    assert hype_curve([], dice()) == ()


def test_several_rounds_of_a_player_do_not_pass_for_several_players() -> None:
    eager = [EvaluatedRound("eager", 8, SignalCounts(0, 50, 50, 0)) for _ in range(30)]
    others = [EvaluatedRound(name, 8, SignalCounts(50, 0, 0, 50)) for name in ("a", "b", "c")]
    (point,) = hype_curve([*eager[:15], *others, *eager[15:]], dice())
    assert point.error is not None
    assert (point.error.players, point.error.estimate, point.error.interval) == (4, 0.25, None)


def test_where_only_fakes_were_shown_there_is_no_real_error() -> None:
    (point,) = hype_curve([EvaluatedRound("a", 8, SignalCounts(3, 7, 0, 0))], dice())
    assert point.real_error is None
    assert point.fake_error is not None
    assert point.fake_error.estimate == 0.7


def test_few_players_have_a_mean_and_no_interval() -> None:
    few, enough = across([30] * (MINIMUM_PLAYERS - 2) + [40]), across([30] * (MINIMUM_PLAYERS - 1) + [40])
    assert few.interval is None
    assert few.sentence == "Error 31 % across 11 players, too few to say how sure that is: what."
    assert enough.interval is not None
    assert "across 12 players: what." in enough.sentence
    assert across([30]).sentence.startswith("Error 30 % across 1 player, ")
    assert str(MINIMUM_PLAYERS) in TOO_FEW_PLAYERS


@settings(max_examples=20)
@given(st.lists(st.integers(0, 20), min_size=MINIMUM_PLAYERS, max_size=40))
def test_the_interval_holds_the_mean_and_lies_among_the_players(errors: list[int]) -> None:
    found = across(errors, 20)
    assert found.interval is not None
    assert 0 <= found.interval.low <= found.estimate + 1e-12
    assert found.estimate - 1e-12 <= found.interval.high <= 1
    if len(set(errors)) > 1:
        assert min(errors) / 20 <= found.interval.low < found.interval.high <= max(errors) / 20


def test_the_same_dice_give_the_same_interval() -> None:
    errors = list(range(10, 40))
    assert across(errors).interval == across(errors).interval
    assert across(errors).interval != across(errors, seed=2).interval


@pytest.mark.parametrize("trials", [40, 100])
def test_players_who_are_all_alike_have_wilsons_interval_with_one_trial_each(trials: int) -> None:
    for errors, share in ((0, 0.0), (trials, 1.0), (trials // 4, 0.25), (trials // 10, 0.1)):
        interval = across([errors] * 20, trials).interval
        oracle = stats.binomtest(round(20 * share), 20).proportion_ci(method="wilson")
        assert interval is not None
        assert (interval.low, interval.high) == pytest.approx((oracle.low, oracle.high), abs=1e-9)


def test_the_interval_is_scipys_bootstrap_at_the_expanded_level() -> None:
    shares = np.array([12, 30, 18, 25, 44, 9, 27, 31, 22, 16, 38, 20, 29, 24]) / 100
    found = across([round(100 * share) for share in shares])
    count = len(shares)
    tail = stats.norm.cdf(-np.sqrt(count / (count - 1)) * stats.t.ppf(0.975, count - 1))
    oracle = stats.bootstrap(
        (shares,), np.mean, n_resamples=50_000, confidence_level=1 - 2 * tail, method="percentile", rng=dice(3)
    ).confidence_interval
    assert found.interval is not None
    assert found.interval.low == pytest.approx(oracle.low, abs=0.003)
    assert found.interval.high == pytest.approx(oracle.high, abs=0.003)
    # Of values this near to a normal distribution it is Student's interval too.
    margin = stats.t.ppf(0.975, count - 1) * shares.std(ddof=1) / np.sqrt(count)
    assert found.interval.low == pytest.approx(shares.mean() - margin, abs=0.008)
    assert found.interval.high == pytest.approx(shares.mean() + margin, abs=0.008)


@pytest.mark.parametrize("freedom", [9, 11, 20, 50, 1000])
def test_the_quantile_of_students_t(freedom: int) -> None:
    assert student_t_of_95_per_cent(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=5e-4)


@pytest.mark.parametrize("players", [12, 25])
def test_the_interval_holds_the_mean_of_all_people_as_often_as_it_says(
    players: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(human_evaluation, "RESAMPLES", 1000)
    generator, found = dice(12), []
    # Mean and standard deviation of what people's error rates are, and the trials of each.
    for mean, deviation, trials in ((0.1, 0.05, 100), (0.25, 0.1, 40), (0.45, 0.06, 100)):
        strength = mean * (1 - mean) / deviation**2 - 1
        rates = generator.beta(mean * strength, (1 - mean) * strength, (600, players))
        for errors in generator.binomial(trials, rates).tolist():
            interval = across(errors, trials, seed=int(generator.integers(2**31))).interval
            assert interval is not None
            found.append(interval.low <= mean <= interval.high)
    assert 0.93 <= np.mean(found) <= 0.97


def two_kinds(generator: np.random.Generator, players: int) -> np.ndarray:
    return np.where(generator.random((500, players)) < 0.1, 0.25, 0.005)


def skewed(generator: np.random.Generator, players: int) -> np.ndarray:
    return generator.beta(0.5, 0.5 / 0.03 - 0.5, (500, players))


@pytest.mark.parametrize(
    ("rates", "mean", "players", "least", "most"),
    [
        (two_kinds, 0.1 * 0.25 + 0.9 * 0.005, 12, 0.66, 0.80),
        (two_kinds, 0.1 * 0.25 + 0.9 * 0.005, 25, 0.86, 0.95),
        (skewed, 0.03, 12, 0.83, 0.93),
    ],
)
def test_where_few_players_err_and_most_never_do_the_interval_holds_less_often(
    rates: Callable[[np.random.Generator, int], np.ndarray],
    mean: float,
    players: int,
    least: float,
    most: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(human_evaluation, "RESAMPLES", 1000)
    generator, below, held = dice(5), 0, 0
    for errors in generator.binomial(100, rates(generator, players)).tolist():
        interval = across(errors, seed=int(generator.integers(2**31))).interval
        assert interval is not None
        below += interval.high < mean
        held += interval.low <= mean <= interval.high
    assert least <= held / 500 <= most
    # What is missed lies above.
    assert below >= 0.85 * (500 - held)
