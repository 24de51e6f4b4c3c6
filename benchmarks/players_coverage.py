"""How often the interval across players holds: simulated people and their rounds."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import cycle
from typing import cast
from unittest.mock import patch

import numpy as np

from benchmarks.counted_coverage import coverage, interval_of
from benchmarks.simulated_coverage import Simulation
from game import human_evaluation
from game.human_evaluation import players_rate
from game.psychometric import Floats
from game.statistics import Proportion

BATCHES = 100


@dataclass(frozen=True, slots=True)
class People:
    """The error rates that people have: their mean, how to draw some, and the trials of each."""

    mean: float
    draw: Callable[[np.random.Generator, tuple[int, int]], Floats]
    trials: int = 100


def about_one_value(mean: float, deviation: float, trials: int) -> People:
    """Returns people whose rates lie about a mean with a standard deviation: a beta distribution."""
    strength = mean * (1 - mean) / deviation**2 - 1
    return skewed(mean, mean * strength, trials)


def skewed(mean: float, a: float, trials: int = 100) -> People:
    """Returns people whose rates have a beta distribution with this mean and first parameter."""
    return People(mean, lambda random, shape: random.beta(a, a / mean - a, shape), trials)


def two_kinds() -> People:
    """Returns people of whom a tenth err in 25 % and the rest in 0.5 %."""
    return People(0.1 * 0.25 + 0.9 * 0.005, lambda random, shape: np.where(random.random(shape) < 0.1, 0.25, 0.005))


@dataclass(frozen=True, slots=True)
class AcrossPlayers:
    """How often an interval across players holds, what share of its misses lies below the truth, and how often Wilson's
    interval of all answers, as if one person had given them, holds."""

    holds: float
    below: float
    pooled_holds: float


def across_players(people: People, players: int, simulation: Simulation, expanded: bool = True) -> AcrossPlayers:
    """Returns how the game's interval does, or the plain percentile one; the least number of players is set aside."""
    rates = people.draw(simulation.random, (simulation.repeats, players))
    groups = [
        [Proportion(wrong, people.trials) for wrong in errors]
        for errors in simulation.random.binomial(people.trials, rates).tolist()
    ]
    # It draws nothing else than these, and drawing them takes most of its time.
    dice = cast(np.random.Generator, ReusedResamples())
    tail = human_evaluation._expanded_tail if expanded else lambda count: 0.025
    with patch.multiple(human_evaluation, MINIMUM_PLAYERS=0, _expanded_tail=tail):
        found = [interval_of(players_rate("Error", "", group, dice)) for group in groups]
    missed = [interval for interval in found if interval and not interval.low <= people.mean <= interval.high]
    pooled = [Proportion(sum(one.successes for one in group), people.trials * players).interval() for group in groups]
    return AcrossPlayers(
        coverage(found, people.mean),
        sum(interval.high < people.mean for interval in missed) / max(1, len(missed)),
        coverage(pooled, people.mean),
    )


class ReusedResamples:
    """Hands out the same 100,000 resamples of some players in turn, where the game draws 10,000 new ones each time."""

    def __init__(self) -> None:
        self._turns = cycle(range(BATCHES))

    def multinomial(self, players: int, shares: Floats, size: int) -> Floats:
        """Returns how often each player is drawn, float64 (size, players)."""
        return _batch(players, size, next(self._turns))


@lru_cache(maxsize=BATCHES)
def _batch(players: int, size: int, turn: int) -> Floats:
    random = np.random.default_rng((players, turn))
    return random.multinomial(players, np.full(players, 1 / players), size).astype(np.float64)
