"""How often intervals hold and a test errs, where there are too many outcomes to count: simulated players."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from unittest.mock import patch

import numpy as np

from benchmarks.counted_coverage import CRITERIA, D_PRIMES, coverage, interval_of
from game import learning
from game.agreement import FooledByTruth, FooledCounts, _kappa, agreement
from game.confidence_ratings import RatingCounts, area_under_roc
from game.learning import learning_verdict
from game.normal_distribution import STANDARD, Z_OF_95_PER_CENT
from game.psychometric import Floats
from game.statistics import Interval, Proportion

# How far apart the criteria of neighbouring steps lie.
SPACINGS = (0.3, 1.0)
KAPPAS = (0.0, 0.2, 0.4, 0.6)
# How often judges miss fakes and doubt reals: with no lean, with one, and with hardly anything but one.
JUDGES = ((0.5, 0.5), (0.35, 0.35), (0.2, 0.2), (0.6, 0.1), (0.1, 0.5))
# Enough for a level of 2.5 % on either side, like the game's 10,000: 25 of 1,001 orders.
PERMUTATIONS = 1_000


@dataclass(frozen=True, slots=True)
class Simulation:
    """How often to play under each condition, and with what dice."""

    repeats: int
    random: np.random.Generator


def step_shares(mean: float, criterion: float, spacing: float) -> Floats:
    """Returns how often a normal impression around a mean gets each of the six steps, float64 (6,)."""
    edges = [STANDARD.cdf(criterion + spacing * step - mean) for step in range(-2, 3)]
    return np.diff([0.0, *edges, 1.0])


def area_coverages(trials: int, simulation: Simulation) -> list[float]:
    """Returns how often the interval of the area holds after so many fakes and as many real pictures."""
    found = []
    for d_prime, criterion, spacing in product(D_PRIMES, CRITERIA, SPACINGS):
        fakes, reals = (step_shares(mean, criterion, spacing) for mean in (d_prime / 2, -d_prime / 2))
        truth = float(fakes @ (np.cumsum(reals) - reals / 2))
        steps = (
            simulation.random.multinomial(trials, shares, simulation.repeats).tolist() for shares in (fakes, reals)
        )
        counts = [RatingCounts(tuple(of_fakes), tuple(of_reals)) for of_fakes, of_reals in zip(*steps, strict=True)]
        found.append(coverage([interval_of(area_under_roc(one)) for one in counts], truth))
    return found


@dataclass(frozen=True, slots=True)
class JudgePair:
    """How often each of two judges misses fakes and doubts reals, and the κ they have within either truth."""

    player: tuple[float, float]
    its: tuple[float, float]
    kappa: float

    @property
    def opposite(self) -> bool:
        """Returns whether one leans to “real” and the other to “fake”."""
        leans = [misses - doubts for misses, doubts in (self.player, self.its)]
        return leans[0] * leans[1] < 0

    def cells(self, truth: int) -> Floats:
        """Returns how probable the four cells of `FooledCounts` are, of fakes (0) or reals (1): float64 (4,)."""
        wrong, its_wrong = self.player[truth], self.its[truth]
        by_chance = wrong * its_wrong + (1 - wrong) * (1 - its_wrong)
        both = (by_chance + self.kappa * (1 - by_chance) - 1 + wrong + its_wrong) / 2
        return np.array([1 - wrong - its_wrong + both, wrong - both, its_wrong - both, both])


def judge_pairs() -> list[JudgePair]:
    """Returns all pairs of `JUDGES` and `KAPPAS` that there can be: judges who differ can't agree wholly."""
    pairs = [JudgePair(*judges, kappa) for judges in combinations_with_replacement(JUDGES, 2) for kappa in KAPPAS]
    return [pair for pair in pairs if min(*pair.cells(0), *pair.cells(1)) >= 0]


def play_together(pair: JudgePair, trials: int, simulation: Simulation) -> list[FooledByTruth]:
    """Returns rounds of two judges, with real or fake by the toss of a coin, as in the game."""
    random = simulation.random
    of_fakes = random.binomial(trials, 0.5, simulation.repeats)
    drawn = random.multinomial(of_fakes, pair.cells(0)), random.multinomial(trials - of_fakes, pair.cells(1))
    tables = zip(*(cells.tolist() for cells in drawn), strict=True)
    return [FooledByTruth(FooledCounts(*fakes), FooledCounts(*reals)) for fakes, reals in tables]


def kappa_interval(counts: FooledByTruth, added: float, together: bool = False) -> Interval:
    """Returns another interval than the game's: with other pictures added to each cell, or chance over both truths."""
    tables = [counts.together] if together else [counts.fakes, counts.reals]
    kappa, standard_error = _kappa([[cell + added for cell in table.cells] for table in tables if table.trials])
    return Interval(kappa - Z_OF_95_PER_CENT * standard_error, kappa + Z_OF_95_PER_CENT * standard_error)


def kappa_coverages(pair: JudgePair, trials: int, simulation: Simulation) -> tuple[float, float, float, float]:
    """Returns how often κ's interval holds; without added pictures; with whole ones; with chance over both truths."""
    rounds = [(counts, found) for counts in play_together(pair, trials, simulation) if (found := agreement(counts))]
    return (
        coverage([found.interval for _, found in rounds], pair.kappa),
        coverage([kappa_interval(counts, 0) for counts, _ in rounds], pair.kappa),
        coverage([kappa_interval(counts, 1) for counts, _ in rounds], pair.kappa),
        coverage([kappa_interval(counts, 0.5, together=True) for counts, _ in rounds], pair.kappa),
    )


def sitting_sizes(count: int) -> Iterator[Floats]:
    """Returns trials of so many sittings: all alike, growing, and long ones first and last; int64 (count,)."""
    yield np.full(count, 20)
    yield 10 * np.arange(1, count + 1)
    yield 10 + 20 * np.abs(np.arange(count) - count // 2)


def learning_error_rates(trials: Sequence[int], days: float, simulation: Simulation) -> tuple[float, float]:
    """Returns how often a player who learns nothing is said to get better, and to get worse.

    Right are 70 %, with a standard deviation from sitting to sitting of `days`.
    """
    random = simulation.random
    shares = np.clip(random.normal(0.7, days, (simulation.repeats, len(trials))), 0.02, 0.98)
    with patch.object(learning, "PERMUTATIONS", PERMUTATIONS):
        verdicts = [
            learning_verdict([Proportion(right, int(of)) for right, of in zip(row, trials, strict=True)], random)
            for row in random.binomial(trials, shares).tolist()
        ]
    worse = sum("You are getting worse" in verdict.sentence for verdict in verdicts)
    return sum(verdict.improved for verdict in verdicts) / len(verdicts), worse / len(verdicts)
