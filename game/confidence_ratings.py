"""Answers with a confidence as ratings from “surely real” to “surely fake”, and the ROC curve that they trace."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

import numpy as np

from game.interval_words import per_cent, with_interval
from game.normal_distribution import Z_OF_95_PER_CENT
from game.roc import RocPoint, area_below
from game.rules import Confidence, Truth
from game.statistics import Interval

STEPS = 6
# From here on the 95 % interval holds 93–97 % of the time; with 10 and 10 it is up to 98 %.
MINIMUM_TRIALS = 20
TOO_FEW_TRIALS = f"The area takes at least {MINIMUM_TRIALS} fakes and {MINIMUM_TRIALS} real pictures."

StepCounts: TypeAlias = tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Judgement:
    """An answer and how sure the player was of it."""

    truth: Truth
    answer: Truth
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class RatingCounts:
    """How often each of the six steps was given, from surely real to surely fake, to fakes and to real pictures.

    Raises ValueError for other numbers of steps or a negative count.
    """

    fakes: StepCounts
    reals: StepCounts

    def __post_init__(self) -> None:
        if not len(self.fakes) == len(self.reals) == STEPS or min(*self.fakes, *self.reals) < 0:
            raise ValueError(f"It takes {STEPS} counts of 0 or more for fakes and for real pictures: {self}.")


def rating(answer: Truth, confidence: Confidence) -> int:
    """Returns the step of an answer: 1 is surely real, 3 and 4 are unsure, 6 is surely fake."""
    return 3 + confidence if answer is Truth.FAKE else 4 - confidence


def rating_counts(judgements: Iterable[Judgement]) -> RatingCounts:
    """Returns how often each step was given."""
    counts = {Truth.FAKE: [0] * STEPS, Truth.REAL: [0] * STEPS}
    for judgement in judgements:
        counts[judgement.truth][rating(judgement.answer, judgement.confidence) - 1] += 1
    return RatingCounts(_six(counts[Truth.FAKE]), _six(counts[Truth.REAL]))


def empirical_roc(counts: RatingCounts) -> tuple[RocPoint, ...]:
    """Returns seven points from (0, 0) to (1, 1): what five criteria, from strict to lax, call fake; () without trials.

    Some points may coincide. There are none where fakes or real pictures are missing.
    """
    fakes, reals = sum(counts.fakes), sum(counts.reals)
    if not fakes or not reals:
        return ()
    return tuple(
        RocPoint(sum(counts.reals[step:]) / reals, sum(counts.fakes[step:]) / fakes) for step in range(STEPS, -1, -1)
    )


@dataclass(frozen=True, slots=True)
class AreaUnderRoc:
    """The area below the straight lines between the empirical points."""

    area: float
    interval: Interval

    @property
    def sentence(self) -> str:
        """Returns what the area means, in one sentence."""
        return (
            f"Area {with_interval(self.area, self.interval, 2)}: of a fake and a real picture you would pick the fake"
            f" {per_cent(self.area)} of the time by how sure you were of each; 0.5 is guessing, 1 is never wrong."
        )


def area_under_roc(counts: RatingCounts) -> AreaUnderRoc | None:
    """Returns the area with its 95 % interval within [0, 1], or None where there are too few trials.

    The area is Mann and Whitney's share of pairs of a fake and a real picture in which the fake has the higher step,
    ties half. The interval is that of DeLong et al., Biometrics 44 (1988), p. 837–845, on the logit scale (Pepe, The
    Statistical Evaluation of Medical Tests (2003), ch. 5), of counts with one trial more of each kind, spread evenly
    over the steps: for two answers that is the log-linear correction. Without it there is none for who never errs.
    """
    if min(sum(counts.fakes), sum(counts.reals)) < MINIMUM_TRIALS:
        return None
    area = area_below(empirical_roc(counts))
    fakes, reals = np.array(counts.fakes) + 1 / STEPS, np.array(counts.reals) + 1 / STEPS
    fake_count, real_count = fakes.sum(), reals.sum()
    fake_shares, real_shares = fakes / fake_count, reals / real_count
    # Of each step: how large a share of the other kind lies on the right side of it, ties half.
    of_fakes = np.cumsum(real_shares) - real_shares / 2
    of_reals = 1 - (np.cumsum(fake_shares) - fake_shares / 2)
    middle = float(fake_shares @ of_fakes)
    variance = (fake_shares @ of_fakes**2 - middle**2) / (fake_count - 1)
    variance += (real_shares @ of_reals**2 - middle**2) / (real_count - 1)
    logit = np.log(middle / (1 - middle))
    margin = Z_OF_95_PER_CENT * sqrt(float(variance)) / (middle * (1 - middle))
    low, high = 1 / (1 + np.exp(-(logit - margin))), 1 / (1 + np.exp(-(logit + margin)))
    # Nobody believes in an interval beside its estimate: that of a player who never errs ends at 1.
    return AreaUnderRoc(area, Interval(min(area, float(low)), max(area, float(high))))


def _six(counts: list[int]) -> StepCounts:
    one, two, three, four, five, six = counts
    return one, two, three, four, five, six
