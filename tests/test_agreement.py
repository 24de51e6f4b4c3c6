"""Who was fooled: κ against scikit-learn, its error by differentiation, its interval by simulated judges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from game.agreement import (
    MINIMUM_OF_EACH,
    MINIMUM_TRIALS,
    TOO_FEW_TRIALS,
    Agreement,
    FooledByTruth,
    FooledCounts,
    agreement,
    count_fooled,
)
from game.rules import Truth
from game.statistics import Interval, Proportion

cells = st.integers(0, 60)
tables = st.builds(FooledCounts, cells, cells, cells, cells)


def outcomes(counts: FooledCounts) -> tuple[list[bool], list[bool]]:
    """Returns for each picture whether the player, and whether the discriminator, was right."""
    neither, player, discriminator, both = counts.cells
    return (
        [True] * neither + [False] * player + [True] * discriminator + [False] * both,
        [True] * neither + [True] * player + [False] * discriminator + [False] * both,
    )


def enough(counts: FooledByTruth) -> bool:
    fakes, reals = outcomes(counts.fakes), outcomes(counts.reals)
    if len(fakes[0]) + len(reals[0]) < 40:
        return False
    for of_fakes, of_reals in zip(fakes, reals, strict=True):
        rights = of_fakes + of_reals
        says_fake = of_fakes + [not right for right in of_reals]
        if not 5 <= sum(rights) <= len(rights) - 5 or len(set(says_fake)) < 2:
            return False
    return True


def test_pictures_are_counted_by_whom_they_fooled() -> None:
    fake, real = Truth.FAKE, Truth.REAL
    judged = [(fake, True, True), (real, False, True), (fake, False, True), (fake, True, False), (real, False, False)]
    found = count_fooled(judged)
    assert found == FooledByTruth(fakes=FooledCounts(1, 1, 1, 0), reals=FooledCounts(0, 1, 0, 1))
    counts = found.together
    assert counts == FooledCounts(neither=1, only_player=2, only_discriminator=1, both=1)
    assert (counts.trials, counts.player_fooled, counts.discriminator_fooled) == (5, 3, 2)
    assert [rate.proportion for rate in counts.rates] == [Proportion(n, 5) for n in (1, 2, 1, 1)]
    assert counts.rates[1].sentence.endswith(": you were wrong and the discriminator right.")
    with pytest.raises(ValueError, match="below zero"):
        FooledCounts(1, 1, -1, 1)


@given(tables, tables)
def test_kappa_is_the_weighted_mean_of_scikit_learns_of_either_truth(fakes: FooledCounts, reals: FooledCounts) -> None:
    counts = FooledByTruth(fakes, reals)
    found = agreement(counts)
    if not enough(counts):
        assert found is None
        return
    assert found is not None
    weights, kappas = [], []
    for player, discriminator in (outcomes(fakes), outcomes(reals)):
        if player:
            p, q = np.mean(player), np.mean(discriminator)
            weights.append(len(player) * (1 - p * q - (1 - p) * (1 - q)))
            # Where both are always right or always wrong scikit-learn's κ is 0 / 0.
            kappas.append(cohen_kappa_score(player, discriminator) if weights[-1] else 0.0)
    assert found.kappa == pytest.approx(np.average(kappas, weights=weights), abs=1e-12)
    assert -1 <= found.interval.low <= found.kappa <= found.interval.high <= 1


@given(tables)
def test_of_one_truth_it_is_cohens_kappa(counts: FooledCounts) -> None:
    none = FooledCounts(0, 0, 0, 0)
    found = agreement(FooledByTruth(counts, none))
    assert found == agreement(FooledByTruth(none, counts)) or found is None
    if found is not None:
        assert found.kappa == pytest.approx(cohen_kappa_score(*outcomes(counts)), abs=1e-12)


@pytest.mark.parametrize(("reals_doubted", "its_doubted"), [((1, 9), (1, 9)), ((0, 10), (5, 5))])
def test_a_lean_alone_is_no_agreement(reals_doubted: tuple[int, int], its_doubted: tuple[int, int]) -> None:
    # Shares of 100 fakes and 100 reals, for judges whose mistakes have nothing to do with each other. Without regard to
    # the truth κ would be +0.27 where both lean to one answer, and −0.25 where each leans to another.
    player, its = (6, 4) if reals_doubted[0] else (5, 5), (6, 4) if reals_doubted[0] else (0, 10)

    def table(wrong: tuple[int, int], its_wrong: tuple[int, int]) -> FooledCounts:
        return FooledCounts(
            wrong[1] * its_wrong[1], wrong[0] * its_wrong[1], wrong[1] * its_wrong[0], wrong[0] * its_wrong[0]
        )

    counts = FooledByTruth(table(player, its), table(reals_doubted, its_doubted))
    mixed = cohen_kappa_score(*outcomes(counts.together))
    assert mixed == pytest.approx(0.27 if reals_doubted[0] else -0.25, abs=0.1)
    found = agreement(counts)
    assert found is not None
    assert found.kappa == pytest.approx(0, abs=1e-12)
    assert found.interval.low < 0 < found.interval.high


@given(cells, cells, cells, cells)
def test_who_is_harder_to_fool_is_told_by_the_exact_sign_test(
    neither: int, player: int, discriminator: int, both: int
) -> None:
    verdict = FooledCounts(neither, player, discriminator, both).verdict
    told = player + discriminator
    probability = stats.binomtest(player, told).pvalue if told else 1.0
    assert ("you are harder to fool" in verdict) == (probability <= 0.05 and player < discriminator)
    assert ("it is harder to fool" in verdict) == (probability <= 0.05 and player > discriminator)


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
            "Of the 16 pictures that fooled only one of you, 14 fooled it: you are harder to fool, since a coin is "
            "that one-sided about once in 240 tries.",
        ),
        (
            *(6, 0),
            "Of the 6 pictures that fooled only one of you, none fooled it: it is harder to fool, since a coin is "
            "that one-sided about once in 32 tries.",
        ),
        (5, 0, "Of the 5 pictures that fooled only one of you, none fooled it, which could be luck."),
    ],
)
def test_who_was_fooled_less_is_said_with_its_luck(player: int, discriminator: int, verdict: str) -> None:
    assert FooledCounts(20, player, discriminator, 3).verdict == verdict


def kappa_of(shares: np.ndarray, of_fakes: float) -> float:
    """Returns κ of the shares (2, 4) of the cells of fakes and of reals."""
    observed = by_chance = 0.0
    for weight, (neither, player, discriminator, both) in zip((of_fakes, 1 - of_fakes), shares, strict=True):
        right, its_right = neither + discriminator, neither + player
        observed += weight * (neither + both)
        by_chance += weight * (right * its_right + (1 - right) * (1 - its_right))
    return float((observed - by_chance) / (1 - by_chance))


# Of a truth that did not come nothing is added.
@pytest.mark.parametrize("reals", [(41, 6, 3, 9), (0, 0, 0, 0)])
def test_the_interval_is_the_delta_methods_with_half_a_picture_more_in_each_cell(reals: tuple[int, ...]) -> None:
    found = agreement(FooledByTruth(FooledCounts(29, 19, 14, 28), FooledCounts(*reals)))
    assert found is not None
    came = (0, 1) if sum(reals) else (0,)
    counts = np.array([[29.5, 19.5, 14.5, 28.5], [number + 0.5 * (1 in came) for number in reals]])
    trials = counts.sum(axis=1)
    shares, of_fakes = counts / np.maximum(trials, 1)[:, None], trials[0] / trials.sum()
    step, error = 1e-6, 0.0
    for truth in came:
        gradient = []
        for cell in range(4):
            way = np.zeros((2, 4))
            way[truth, cell] = step
            gradient.append((kappa_of(shares + way, of_fakes) - kappa_of(shares - way, of_fakes)) / 2 / step)
        # The covariance of the shares of a multinomial distribution.
        covariance = (np.diag(shares[truth]) - np.outer(shares[truth], shares[truth])) / trials[truth]
        error += np.array(gradient) @ covariance @ np.array(gradient)
    middle, margin = kappa_of(shares, of_fakes), stats.norm.ppf(0.975) * np.sqrt(error)
    assert found.interval.low == pytest.approx(middle - margin, abs=1e-6)
    assert found.interval.high == pytest.approx(middle + margin, abs=1e-6)


@pytest.mark.parametrize(
    ("fakes", "reals"),
    [
        (FooledCounts(0, 0, 0, 0), FooledCounts(0, 0, 0, 0)),
        (FooledCounts(50, 0, 0, 0), FooledCounts(50, 0, 0, 0)),
        (FooledCounts(0, 0, 0, 50), FooledCounts(0, 0, 0, 50)),
        (FooledCounts(25, 25, 0, 0), FooledCounts(25, 25, 0, 0)),
        (FooledCounts(40, 2, 6, 0), FooledCounts(50, 2, 0, 0)),
        (FooledCounts(5, 4, 5, 5), FooledCounts(5, 5, 5, 5)),
        # Both call everything real, then the player alone, then the discriminator alone.
        (FooledCounts(0, 0, 0, 50), FooledCounts(50, 0, 0, 0)),
        (FooledCounts(0, 40, 0, 10), FooledCounts(40, 0, 10, 0)),
        (FooledCounts(0, 0, 40, 10), FooledCounts(40, 10, 0, 0)),
    ],
)
def test_without_variation_or_with_few_pictures_there_is_no_kappa(fakes: FooledCounts, reals: FooledCounts) -> None:
    assert agreement(FooledByTruth(fakes, reals)) is None
    assert str(MINIMUM_TRIALS) in TOO_FEW_TRIALS
    assert str(MINIMUM_OF_EACH) in TOO_FEW_TRIALS


def test_those_who_are_always_fooled_together_agree_wholly() -> None:
    alike, opposite = FooledCounts(25, 0, 0, 25), FooledCounts(0, 25, 25, 0)
    together, apart = agreement(FooledByTruth(alike, alike)), agreement(FooledByTruth(opposite, opposite))
    assert together is not None
    assert apart is not None
    assert (together.kappa, together.interval.high) == (1, 1)
    assert (apart.kappa, apart.interval.low) == (-1, -1)


def cells_of(wrong: float, its_wrong: float, kappa: float) -> np.ndarray:
    """Returns the probabilities of the four cells in one truth, none negative if there are such judges."""
    by_chance = wrong * its_wrong + (1 - wrong) * (1 - its_wrong)
    both = (by_chance + kappa * (1 - by_chance) - 1 + wrong + its_wrong) / 2
    return np.array([1 - wrong - its_wrong + both, wrong - both, its_wrong - both, both])


# How often judges miss fakes and doubt reals: with no lean, with one, and with hardly anything but one.
JUDGES = ((0.5, 0.5), (0.35, 0.35), (0.2, 0.2), (0.6, 0.1), (0.1, 0.5))


@pytest.mark.parametrize("trials", [MINIMUM_TRIALS, 100])
@pytest.mark.parametrize("kappa", [0.0, 0.2, 0.4, 0.6])
def test_the_interval_holds_kappa_as_often_as_it_says(trials: int, kappa: float) -> None:
    dice, held = np.random.default_rng(7), []
    for player in JUDGES:
        for its in JUDGES:
            fakes, reals = (cells_of(player[truth], its[truth], kappa) for truth in (0, 1))
            if min(*fakes, *reals) < 0:
                continue
            found = []
            # Real or fake by the toss of a coin, as in the game.
            for of_fakes in dice.binomial(trials, 0.5, 1000):
                drawn = (dice.multinomial(of_fakes, fakes), dice.multinomial(trials - of_fakes, reals))
                interval = agreement(FooledByTruth(*(FooledCounts(*map(int, one)) for one in drawn)))
                if interval is not None:
                    found.append(interval.interval.low <= kappa <= interval.interval.high)
            held.append(np.mean(found))
    assert len(held) >= 5
    # Of 1,000 rounds, three standard errors are 2 percentage points. Judges of opposite leans can hardly agree, and
    # their interval holds too often.
    assert min(held) >= 0.915
    assert 0.94 <= np.mean(held) <= 0.98


def test_the_sentence_says_what_kappa_means() -> None:
    assert Agreement(0.3, Interval(0.1, 0.5)).sentence == (
        "κ 0.3 [0.1, 0.5]: how far you and the discriminator are fooled by the same fakes and the same reals; 0 is as"
        " often as chance would have it, 1 is always."
    )
