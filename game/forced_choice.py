"""Sensitivity where two pictures stand side by side and one is the fake (two-alternative forced choice, 2AFC)."""

from dataclasses import dataclass
from math import sqrt

from game.interval_words import with_interval
from game.normal_distribution import normal_quantile
from game.signal_detection import log_linear
from game.statistics import Interval, Proportion

# From here on a player who guesses can be told from one with d′ = 1 (the interval of 0 reaches to 0.75), and the 95 %
# intervals hold 93–97 % of the time up to the sawtooth that a single binomial has: 92–98 % at some numbers of trials.
MINIMUM_TRIALS = 20
TOO_FEW_TRIALS = f"d′ of two pictures takes at least {MINIMUM_TRIALS} choices."


@dataclass(frozen=True, slots=True)
class ForcedChoiceSensitivity:
    """d′ of choosing between two pictures; no kin of `YesNoSensitivity`: the two don't belong in one table."""

    d_prime: float
    interval: Interval

    @property
    def sentence(self) -> str:
        """Returns what d′ means, in one sentence."""
        return (
            f"d′ {with_interval(self.d_prime, self.interval)}: how far apart real and fake lie for you side by side;"
            " 0 is guessing, 1 is 76 % right."
        )


def forced_choice_sensitivity(right: Proportion) -> ForcedChoiceSensitivity | None:
    """Returns d′ = √2·z(p) with its 95 % interval, or None where there are too few trials.

    Macmillan & Creelman, Detection Theory (2nd ed. 2005), ch. 7. p has the log-linear correction, the interval is
    Wilson's of p; where all choices were right (or wrong), its upper (or lower) end is infinite.
    """
    if right.trials < MINIMUM_TRIALS:
        return None
    interval = right.interval()
    assert interval is not None, "there are trials"
    return ForcedChoiceSensitivity(
        _d_prime(log_linear(right)), Interval(_d_prime(interval.low), _d_prime(interval.high))
    )


def _d_prime(share_right: float) -> float:
    return sqrt(2) * normal_quantile(share_right)
