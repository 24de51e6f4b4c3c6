"""A climb: of two pictures, which is the fake? Asked at the rungs of one run, to find where its fakes begin to pass.

The further a generator was trained, the harder its fakes are to tell, so the probability of a right answer falls with
the logarithm of kimg, from nearly 1 to guessing. Each answer is followed by the rung that is expected to tell most.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log2
from random import Random

import numpy as np

from game.psychometric import (
    Floats,
    PsychometricCurve,
    PsychometricGrid,
    information,
    posterior_of,
    psychometric_curve,
    psychometric_grid,
    tally,
)
from game.rules import TRIAL_COUNTS, Mode
from game.statistics import Proportion
from game.threshold import ThresholdEstimate, threshold_estimate

TRIAL_COUNT = TRIAL_COUNTS[Mode.CLIMB]
# The climb ends early where high / low of the interval is below this.
NARROW_FACTOR = 2.0

# In simulations, players who lapse in 0, 2 or 5 % of the pairs are measured as well with this one as with several.
LAPSES = (0.02,)

# Rungs that tell as much within rounding are equally good.
_TIE_BITS = 1e-9


@dataclass(frozen=True, slots=True)
class ClimbTrial:
    """A pair of a real picture and a fake of one rung, and whether the fake was found."""

    kimg: int
    right: bool


@dataclass(frozen=True, slots=True)
class Climb:
    """A climb as far as it has got: all of it follows from the rungs, the trials and a seed that decides ties.

    Raises ValueError unless rungs ascend from above 0, and for trials that no climb on these rungs can have.
    """

    rungs: tuple[int, ...]
    seed: int
    trials: tuple[ClimbTrial, ...] = ()

    def __post_init__(self) -> None:
        if not self.rungs or self.rungs[0] <= 0 or any(low >= high for low, high in pairwise(self.rungs)):
            raise ValueError(f"A climb has rungs that ascend from above 0, not {self.rungs}.")
        if len(self.trials) > TRIAL_COUNT:
            raise ValueError(f"A climb has at most {TRIAL_COUNT} trials, not {len(self.trials)}.")
        missing = sorted({trial.kimg for trial in self.trials} - set(self.rungs))
        if missing:
            raise ValueError(f"There are trials at {missing} kimg, but no such rungs among {self.rungs}.")

    @property
    def threshold(self) -> ThresholdEstimate:
        """Returns the kimg at which the player is right in 75 % of pairs, by the trials so far."""
        return threshold_estimate(climb_grid(self.rungs), self._posterior())

    @property
    def finished(self) -> bool:
        """Returns whether the threshold is known within a factor of two, or all trials are done."""
        return len(self.trials) == TRIAL_COUNT or self.threshold.narrower_than(NARROW_FACTOR)

    @property
    def next_kimg(self) -> int | None:
        """Returns the rung to ask at now, or None when the climb is finished."""
        if self.finished:
            return None
        bits = information(climb_grid(self.rungs), self._posterior())
        best = np.flatnonzero(bits >= bits.max() - _TIE_BITS)
        # random() after seeding with a string is the one sequence that Python promises to keep between versions.
        dice = Random(f"{self.seed} {len(self.trials)}")
        return self.rungs[int(best[int(dice.random() * len(best))])]

    def answered(self, trial: ClimbTrial) -> "Climb":
        """Returns the climb with one trial more; raises ValueError when it is finished."""
        if self.finished:
            raise ValueError(f"The climb is finished after {len(self.trials)} trials.")
        return replace(self, trials=(*self.trials, trial))

    def tallies(self) -> dict[int, Proportion]:
        """Returns the right answers among all at each rung that was asked at, by its kimg, ascending."""
        return tally(self.rungs, ((trial.kimg, trial.right) for trial in self.trials))

    def curve(self, kimg: Sequence[float]) -> PsychometricCurve:
        """Returns the probability of a right answer at each of `kimg`, all above 0, by the trials so far."""
        return psychometric_curve(climb_grid(self.rungs), self._posterior(), np.log2(np.asarray(kimg, np.float64)))

    def _posterior(self) -> Floats:
        return posterior_of(climb_grid(self.rungs), self.rungs, self.tallies())


def climb_grid(rungs: tuple[int, ...]) -> PsychometricGrid:
    """Returns the curves that players may have on these rungs."""
    return psychometric_grid(tuple(map(log2, rungs)), LAPSES, rising=False)
