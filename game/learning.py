"""Whether a player gets better from sitting to sitting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from game.interval_words import Rate, per_cent
from game.luck import CONVINCING_PROBABILITY, how_often, two_sided
from game.statistics import Proportion

BREAK = timedelta(hours=1)
# Wilson's interval of a point is then 14 percentage points to either side, or less.
TRIALS_OF_A_POINT = 50
PERMUTATIONS = 10_000
# Four sittings can be put in 24 orders: even the clearest rise would come about by chance in 4 % of them.
MINIMUM_SITTINGS = 5


@dataclass(frozen=True, slots=True)
class PlayedRound:
    """When a round began, and how many of its answers were right."""

    started_at: datetime
    right: Proportion


@dataclass(frozen=True, slots=True)
class LearningPoint:
    """The share right in neighbouring sittings, which are counted from 1."""

    first_sitting: int
    last_sitting: int
    right: Proportion

    @property
    def sentence(self) -> str:
        """Returns what the point means, in one sentence."""
        sittings = (
            f"Sitting {self.first_sitting}"
            if self.first_sitting == self.last_sitting
            else f"Sittings {self.first_sitting} to {self.last_sitting}"
        )
        return Rate(sittings, self.right, f"the share of {self.right.trials} answers that were right").sentence


@dataclass(frozen=True, slots=True)
class LearningVerdict:
    """Whether later is better; `rise_probability` is that of such a rise by chance, None where it is not told."""

    rise_probability: float | None
    improved: bool
    sentence: str


def sittings_of(rounds: Iterable[PlayedRound]) -> tuple[Proportion, ...]:
    """Returns the right answers of each sitting, in order: rounds that each begin within an hour of the one before.

    They have to be comparable: of one dataset, run, rung and mode, since an easier rung would look like learning.
    """
    sittings: list[list[PlayedRound]] = []
    for played in sorted(rounds, key=lambda one: one.started_at):
        if not sittings or played.started_at - sittings[-1][-1].started_at > BREAK:
            sittings.append([])
        sittings[-1].append(played)
    return tuple(_pooled([played.right for played in sitting]) for sitting in sittings)


def learning_curve(sittings: Sequence[Proportion]) -> tuple[LearningPoint, ...]:
    """Returns points of as few neighbouring sittings as make 50 trials; what is left at the end joins the last one."""
    blocks: list[list[int]] = [[]]
    for number in range(len(sittings)):
        if sum(sittings[member].trials for member in blocks[-1]) >= TRIALS_OF_A_POINT:
            blocks.append([])
        blocks[-1].append(number)
    if len(blocks) > 1 and sum(sittings[member].trials for member in blocks[-1]) < TRIALS_OF_A_POINT:
        rest = blocks.pop()
        blocks[-1] += rest
    return tuple(
        LearningPoint(block[0] + 1, block[-1] + 1, _pooled([sittings[member] for member in block]))
        for block in blocks
        if block
    )


def learning_verdict(sittings: Sequence[Proportion], generator: np.random.Generator) -> LearningVerdict:
    """Returns whether the share right rose from sitting to sitting: a permutation test of the sittings' order.

    Sittings are permuted, not answers: a player has good and bad days, and answers of one day are alike. What is
    permuted are the right answers beyond the player's average, and the statistic is their slope over the order, divided
    by its own spread (DiCiccio & Romano, JASA 112 (2017), p. 1211–1220): long and short sittings spread differently.
    Rising and falling are tested together, two-sided at 5 %. Simulated players who learn nothing are praised in 1–3 %.
    Sittings without trials are left out.
    """
    played = [sitting for sitting in sittings if sitting.trials]
    if len(played) < MINIMUM_SITTINGS:
        missing = f"Whether you get better can be told from {MINIMUM_SITTINGS} sittings on; this is {len(played)}."
        return LearningVerdict(None, False, missing)
    trials = np.array([sitting.trials for sitting in played])
    right = np.array([sitting.successes for sitting in played])
    beyond = right - trials * (right.sum() / trials.sum())
    observed = _studentised_slope(beyond[None])
    by_chance = _studentised_slope(generator.permuted(np.tile(beyond, (PERMUTATIONS, 1)), axis=1))
    # The order that was played is one of those possible: counting it keeps the level exact (Phipson & Smyth 2010).
    slack = 1e-9
    rise = (1 + int((by_chance >= observed - slack).sum())) / (1 + PERMUTATIONS)
    fall = (1 + int((by_chance <= observed + slack).sum())) / (1 + PERMUTATIONS)

    half = len(played) // 2
    earlier, later = _pooled(played[:half]), _pooled(played[-half:])
    before, after = per_cent(earlier.successes / earlier.trials), per_cent(later.successes / later.trials)
    shares = f"{before} right in your earlier sittings, {after} in your later ones"
    either = two_sided(min(rise, fall))
    if either > CONVINCING_PROBABILITY:
        sentence = f"No learning can be seen yet: {shares}, which could be chance alone."
        return LearningVerdict(rise, False, sentence)
    way = "better" if rise < fall else "worse"
    sentence = f"You are getting {way}: {shares}, and chance alone brings such a change {how_often(either)}."
    return LearningVerdict(rise, rise < fall, sentence)


def _studentised_slope(beyond: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns one slope for each row of (n, sittings), divided by its spread; 0 where nothing varies."""
    place = np.arange(beyond.shape[1]) - (beyond.shape[1] - 1) / 2
    spread = np.sqrt(beyond**2 @ place**2)
    slopes: NDArray[np.float64] = np.divide(beyond @ place, spread, out=np.zeros(len(beyond)), where=spread > 1e-9)
    return slopes


def _pooled(proportions: Sequence[Proportion]) -> Proportion:
    return Proportion(sum(one.successes for one in proportions), sum(one.trials for one in proportions))
