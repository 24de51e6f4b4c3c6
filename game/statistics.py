"""What a round's answers come to: how often what happened, and rates with their intervals.

The signal is *fake*: a hit is a fake called fake, a false alarm is a real picture called fake.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class SignalCounts:
    """How often each of the four outcomes came up; raises ValueError for a negative count."""

    hits: int
    misses: int
    false_alarms: int
    correct_rejections: int

    def __post_init__(self) -> None:
        if min(self.hits, self.misses, self.false_alarms, self.correct_rejections) < 0:
            raise ValueError(f"Outcomes can't be counted below zero: {self}.")

    @property
    def fakes(self) -> int:
        """Returns the number of trials with a fake picture."""
        return self.hits + self.misses

    @property
    def reals(self) -> int:
        """Returns the number of trials with a real picture."""
        return self.false_alarms + self.correct_rejections

    @property
    def trials(self) -> int:
        """Returns the number of all trials."""
        return self.fakes + self.reals

    @property
    def correct(self) -> int:
        """Returns the number of right answers."""
        return self.hits + self.correct_rejections


def added_counts(counts: Iterable[SignalCounts]) -> SignalCounts:
    """Returns how often each outcome came up in all of these taken together."""
    listed = list(counts)
    return SignalCounts(
        hits=sum(one.hits for one in listed),
        misses=sum(one.misses for one in listed),
        false_alarms=sum(one.false_alarms for one in listed),
        correct_rejections=sum(one.correct_rejections for one in listed),
    )


@dataclass(frozen=True, slots=True)
class Interval:
    """A range with both ends included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Proportion:
    """So many successes in so many trials; raises ValueError unless 0 ≤ successes ≤ trials."""

    successes: int
    trials: int

    def __post_init__(self) -> None:
        check_counts(self.successes, self.trials)

    @property
    def estimate(self) -> float | None:
        """Returns successes / trials, or None without trials."""
        return self.successes / self.trials if self.trials else None

    def interval(self, confidence: float = 0.95) -> Interval | None:
        """Returns the Wilson score interval within [0, 1], or None without trials.

        Source: Wilson, "Probable Inference", JASA 22 (1927), p. 209–212; no continuity correction.
        Raises ValueError unless 0 < confidence < 1.
        """
        if not 0 < confidence < 1:
            raise ValueError(f"A confidence lies between 0 and 1, not at {confidence}.")
        return wilson_interval(self.successes / self.trials, self.trials, confidence) if self.trials else None


def wilson_interval(estimate: float, trials: int, confidence: float = 0.95) -> Interval:
    """Returns the interval of `Proportion.interval` for a share of trials, which need not be one of whole successes."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    shrink = 1 + z**2 / trials
    centre = (estimate + z**2 / (2 * trials)) / shrink
    spread = estimate * (1 - estimate) / trials + z**2 / (4 * trials**2)
    margin = z * sqrt(spread) / shrink
    # Rounding could push an end past 0, 1 or the estimate by one unit in the last place.
    return Interval(low=max(0.0, min(estimate, centre - margin)), high=min(1.0, max(estimate, centre + margin)))


def accuracy(counts: SignalCounts) -> Proportion:
    """Returns the right answers among all answers."""
    return Proportion(counts.correct, counts.trials)


def fooling_rate(counts: SignalCounts) -> Proportion:
    """Returns the fakes called real among all fakes."""
    return Proportion(counts.misses, counts.fakes)


def false_alarm_rate(counts: SignalCounts) -> Proportion:
    """Returns the real pictures called fake among all real pictures."""
    return Proportion(counts.false_alarms, counts.reals)


def fake_share(counts: SignalCounts) -> float:
    """Returns the share of fakes among all pictures, one half without any."""
    return counts.fakes / counts.trials if counts.trials else 0.5


def check_counts(successes: int, trials: int) -> None:
    """Raises ValueError unless 0 ≤ successes ≤ trials."""
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no count: it takes 0 ≤ successes ≤ trials.")
