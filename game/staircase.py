"""A flash: how long must a picture be on show before a player can tell real from fake?

The exposure is a whole number of frames of the display and changes by the weighted up-down method (Kaernbach, "Simple
adaptive testing with the weighted up-down method", Perception & Psychophysics 49 (1991)): three steps up after a wrong
answer, one step down after a right one. It rests where both balance, 3·(1 − p) = 1·p, so at p = 75 % right.

Which way round the steps go decides whether there is such a place. Who guesses is right half of the time and goes up
by (3 − 1)/2 = 1 step a trial here, to the longest exposure, as it should be. HYPE (Zhou et al. 2019, section 3) prints
10 ms up and 30 ms down: set off by one answer each, they balance at 25 % right, which is below guessing. Even a guesser
goes down by 10 ms a trial, and everybody ends at the shortest exposure. Ours stays at one frame only where a player is
right in more than 75 % of trials even there, and then the threshold is reported as below one frame.

Half of the pictures are fakes, so who always gives one answer is right half of the time too; who leans to one is right
less often than they could be, and needs longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log2

import numpy as np

from game.psychometric import (
    Floats,
    PsychometricCurve,
    PsychometricGrid,
    posterior_of,
    psychometric_curve,
    psychometric_grid,
    tally,
)
from game.statistics import Proportion
from game.threshold import ThresholdEstimate, threshold_estimate

STEPS_UP = 3
STEPS_DOWN = 1
TRIAL_COUNT = 60
# With more trials than this spoilt by dropped frames, the clean ones may be no fair sample either.
MAX_DROPPED_SHARE = 0.1
# All that count, and as many others as may be spoilt: with one more of those nothing would be reported.
MOST_TRIALS = TRIAL_COUNT + int(MAX_DROPPED_SHARE * TRIAL_COUNT)

START_SECONDS = 0.5
REFRESH_RATES = (20.0, 1000.0)

# Fakes can be so good that no exposure makes a player nearly always right: that looks like many lapses.
LAPSES = (0.01, 0.03, 0.1, 0.2, 0.24)


@dataclass(frozen=True, slots=True)
class FlashTrial:
    """A picture that was to be on show for `frames` and was for `frames_shown`, and whether it was judged rightly."""

    frames: int
    frames_shown: int
    right: bool

    @property
    def dropped(self) -> bool:
        """Returns whether the picture was on show for longer or shorter than was asked, which spoils the trial."""
        return self.frames_shown != self.frames


@lru_cache(maxsize=8)
def exposure_frames(refresh_rate: float) -> tuple[int, ...]:
    """Returns the exposures in frames from 1 to a second, two an octave: 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 60.

    Raises ValueError for a refresh rate, in frames per second, that no display has.
    """
    if not REFRESH_RATES[0] <= refresh_rate <= REFRESH_RATES[1]:
        raise ValueError(f"A display shows {REFRESH_RATES[0]:.0f} to {REFRESH_RATES[1]:.0f} frames a second.")
    longest = round(refresh_rate)
    steps = sorted({whole for power in range(10) for whole in (2**power, 3 * 2**power)})
    # One that is hardly shorter than the last would be a step that nobody notices.
    return (*(frames for frames in steps if frames < longest / 1.2), longest)


@dataclass(frozen=True, slots=True)
class Flash:
    """A staircase as far as it has got: all of it follows from the display's frames per second and the trials.

    `most_trials` is how many there can be: a folder with few real pictures has fewer than others.
    Raises ValueError for a refresh rate that no display has, and for trials at exposures that are not among the levels.
    """

    refresh_rate: float
    trials: tuple[FlashTrial, ...] = ()
    most_trials: int = MOST_TRIALS

    def __post_init__(self) -> None:
        missing = sorted({trial.frames for trial in self.trials} - set(self.levels))
        if missing:
            raise ValueError(f"There are trials of {missing} frames, but exposures are of {self.levels}.")

    @property
    def levels(self) -> tuple[int, ...]:
        """Returns the exposures in frames, ascending."""
        return exposure_frames(self.refresh_rate)

    @property
    def clean(self) -> tuple[FlashTrial, ...]:
        """Returns the trials without dropped frames: only they count."""
        return tuple(trial for trial in self.trials if not trial.dropped)

    @property
    def dropped(self) -> int:
        """Returns the number of trials with dropped frames."""
        return len(self.trials) - len(self.clean)

    @property
    def refused(self) -> bool:
        """Returns whether so many trials were spoilt that nothing will be reported."""
        return self.dropped > MAX_DROPPED_SHARE * min(TRIAL_COUNT, self.most_trials)

    @property
    def finished(self) -> bool:
        """Returns whether there are enough clean trials, or too many others."""
        return self.refused or len(self.clean) >= TRIAL_COUNT

    @property
    def next_frames(self) -> int | None:
        """Returns for how many frames the next picture is on show, or None when all is done."""
        if self.finished:
            return None
        levels, clean = self.levels, self.clean
        if not clean:
            return max(frames for frames in levels if frames <= START_SECONDS * self.refresh_rate)
        last = clean[-1]
        step = -STEPS_DOWN if last.right else STEPS_UP
        return levels[min(max(levels.index(last.frames) + step, 0), len(levels) - 1)]

    def answered(self, trial: FlashTrial) -> "Flash":
        """Returns the staircase with one trial more; raises ValueError when it is finished."""
        if self.finished:
            raise ValueError(f"The staircase is finished after {len(self.trials)} trials.")
        return replace(self, trials=(*self.trials, trial))

    @property
    def threshold(self) -> ThresholdEstimate | None:
        """Returns the frames after which the player is right in 75 % of trials, or None where frames were dropped."""
        return None if self.refused else threshold_estimate(flash_grid(self.levels), self._posterior())

    def tallies(self) -> dict[int, Proportion]:
        """Returns the right answers among all at each exposure that was asked at, by its frames, ascending."""
        return tally(self.levels, ((trial.frames, trial.right) for trial in self.clean))

    def curve(self, frames: Sequence[float]) -> PsychometricCurve:
        """Returns the probability of a right answer after each of `frames`, all above 0, by the clean trials so far."""
        return psychometric_curve(flash_grid(self.levels), self._posterior(), np.log2(np.asarray(frames, np.float64)))

    def _posterior(self) -> Floats:
        return posterior_of(flash_grid(self.levels), self.levels, self.tallies())


def flash_grid(levels: tuple[int, ...]) -> PsychometricGrid:
    """Returns the curves that players may have at these exposures."""
    return psychometric_grid(tuple(map(log2, levels)), LAPSES, rising=True)
