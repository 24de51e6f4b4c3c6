"""Who was fooled: κ against scikit-learn, its error by differentiation, its interval by counting all tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats
from sklearn.metrics import cohen_kappa_score

from game.agreement import (
    MINIMUM_OF_EACH,
    MINIMUM_TRIALS,
    TOO_FEW_TRIALS,
    Agreement,
    FooledCounts,
    agreement,
    count_fooled,
)
from game.statistics import Interval, Proportion

cells = st.integers(0, 60)


def enough(counts: FooledCounts) -> bool:
    wrong = (counts.player_fooled, counts.discriminator_fooled)
    each = (*wrong, *(counts.trials - number for number in wrong))
    return counts.trials >= MINIMUM_TRIALS and min(each) >= MINIMUM_OF_EACH


def test_pictures_are_counted_by_whom_they_fooled() -> None:
    counts = count_fooled([(True, True), (False, True), (False, True), (True, False), (False, False)])
    assert counts == FooledCounts(neither=1, only_player=2, only_discriminator=1, both=1)
    assert (counts.trials, counts.player_fooled, counts.discriminator_fooled) == (5, 3, 2)
    assert [rate.proportion for rate in counts.rates] == [Proportion(n, 5) for n in (1, 2, 1, 1)]
    assert counts.rates[1].sentence.endswith(": you were wrong and the discriminator right.")
    with pytest.raises(ValueError, match="below zero"):
        FooledCounts(1, 1, -1, 1)


@given(cells, cells, cells, cells)
def test_kappa_is_that_of_scikit_learn(neither: int, player: int, discriminator: int, both: int) -> None:
    counts = FooledCounts(neither, player, discriminator, both)
    found = agreement(counts)
    if not enough(counts):
        assert found is None
        return
    assert found is not None
    player_right = [True] * neither + [False] * player + [True] * discriminator + [False] * both
    discriminator_right = [True] * neither + [True] * player + [False] * discriminator + [False] * both
    assert found.kappa == pytest.approx(cohen_kappa_score(player_right, discriminator_right), abs=1e-12)
    assert -1 <= found.interval.low <= found.kappa <= found.interval.high <= 1


@given(cells, cells, cells, cells)
def test_who_is_harder_to_fool_is_told_by_the_exact_sign_test(
    neither: int, player: int, discriminator: int, both: int
) -> None:
    verdict = FooledCounts(neither, player, discriminator, both).verdict
    told = player + discriminator
    for words, fewer, more in (("you are", player, discriminator), ("it is", discriminator, player)):
        probability = stats.binomtest(more, told, alternative="greater").pvalue if told else 1.0
        assert (f"{words} harder to fool" in verdict) == (probability <= 0.05 and more > fewer)


@pytest.mark.parametrize(
    ("player", "discriminator", "verdict"),
    [
        (0, 0, "You and the discriminator were fooled by the very same pictures."),
        (1, 0, "Only one picture fooled just one of you, you, which could be luck."),
        (0, 1, "Only one picture fooled just one of you, it, which could be luck."),
        (6, 6, "Of the 12 pictures that fooled only one of you, 6 fooled it: half of them, a draw."),
        (4, 9, "Of the 13 pictures that fooled only one of you, 9 fooled it, which could be luck."),
        (
            *(2, 14),
            "Of the 16 pictures that fooled only one of you, 14 fooled it: you are harder to fool, since a coin does "
            "that about once in 480 tries.",
        ),
        (
            *(5, 0),
            "Of the 5 pictures that fooled only one of you, none fooled it: it is harder to fool, since a coin does "
            "that about once in 32 tries.",
        ),
    ],
)
def test_who_was_fooled_less_is_said_with_its_luck(player: int, discriminator: int, verdict: str) -> None:
    assert FooledCounts(20, player, discriminator, 3).verdict == verdict


def kappa_of(shares: np.ndarray) -> float:
    neither, player, discriminator, both = shares
    observed = neither + both
    right, its_right = neither + discriminator, neither + player
    by_chance = right * its_right + (1 - right) * (1 - its_right)
    return float((observed - by_chance) / (1 - by_chance))


def test_the_interval_is_the_delta_methods_with_one_picture_more_in_each_cell() -> None:
    found = agreement(FooledCounts(39, 19, 14, 28))
    assert found is not None
    counts = np.array([40, 20, 15, 29])
    shares, trials = counts / counts.sum(), counts.sum()
    step = 1e-6
    gradient = np.array(
        [(kappa_of(shares + step * way) - kappa_of(shares - step * way)) / 2 / step for way in np.eye(4)]
    )
    error = np.sqrt((shares @ gradient**2 - (shares @ gradient) ** 2) / trials)
    middle = kappa_of(shares)
    assert found.interval.low == pytest.approx(middle - 1.959964 * error, abs=1e-6)
    assert found.interval.high == pytest.approx(middle + 1.959964 * error, abs=1e-6)


@pytest.mark.parametrize(
    "counts",
    [
        FooledCounts(0, 0, 0, 0),
        FooledCounts(100, 0, 0, 0),
        FooledCounts(0, 0, 0, 100),
        FooledCounts(50, 0, 50, 0),
        FooledCounts(50, 50, 0, 0),
        FooledCounts(90, 4, 6, 0),
        FooledCounts(10, 9, 10, 10),
    ],
)
def test_without_variation_or_with_few_pictures_there_is_no_kappa(counts: FooledCounts) -> None:
    assert agreement(counts) is None
    assert str(MINIMUM_TRIALS) in TOO_FEW_TRIALS


def test_those_who_are_always_fooled_together_agree_wholly() -> None:
    together, apart = agreement(FooledCounts(50, 0, 0, 50)), agreement(FooledCounts(0, 50, 50, 0))
    assert together is not None
    assert apart is not None
    assert (together.kappa, together.interval.high) == (1, 1)
    assert (apart.kappa, apart.interval.low) == (-1, -1)


def coverages(trials: int) -> list[float]:
    """Returns how often the interval holds the truth where there is one, of judges who are right in 50 to 80 %."""
    tables = [
        FooledCounts(a, b, c, trials - a - b - c)
        for a in range(trials + 1)
        for b in range(trials + 1 - a)
        for c in range(trials + 1 - a - b)
    ]
    tables = [table for table in tables if enough(table)]
    counts = np.array([(t.neither, t.only_player, t.only_discriminator, t.both) for t in tables])
    ends = np.array([(one.interval.low, one.interval.high) for one in map(agreement, tables) if one is not None])
    ways = special.gammaln(trials + 1) - special.gammaln(counts + 1).sum(axis=1)
    found = []
    for right in (0.5, 0.65, 0.8):
        for its_right in (0.5, 0.65, 0.8):
            for kappa in (0.0, 0.2, 0.4, 0.6):
                by_chance = right * its_right + (1 - right) * (1 - its_right)
                neither = (by_chance + kappa * (1 - by_chance) + right + its_right - 1) / 2
                shares = np.array([neither, its_right - neither, right - neither, 1 - right - its_right + neither])
                if shares.min() <= 0:
                    continue
                weights = np.exp(ways + (counts * np.log(shares)).sum(axis=1))
                covered = (ends[:, 0] <= kappa) & (kappa <= ends[:, 1])
                found.append(float((weights * covered).sum() / weights.sum()))
    return found


@pytest.mark.parametrize("trials", [MINIMUM_TRIALS, 60])
def test_the_interval_holds_kappa_as_often_as_it_says(trials: int) -> None:
    found = coverages(trials)
    assert len(found) > 20
    assert 0.93 <= min(found) <= max(found) <= 0.97


def test_the_sentence_says_what_kappa_means() -> None:
    assert Agreement(0.3, Interval(0.1, 0.5)).sentence == (
        "κ 0.3 [0.1, 0.5]: how far you and the discriminator are fooled by the same pictures; 0 is as often as chance"
        " would have it, 1 is always."
    )
