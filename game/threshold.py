"""Where a threshold is found to lie, and when it is not on the scale at all."""

from dataclasses import dataclass
from enum import StrEnum

from game.psychometric import CONFIDENCE, Floats, PsychometricGrid, threshold_quantiles


class Place(StrEnum):
    """Where on its scale a threshold is found to lie; UNKNOWN where anything from below to above would fit."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ThresholdEstimate:
    """A threshold as posterior median and 90 % interval, in the units of its scale.

    Nothing is known beyond the ends of a scale but that it is beyond: `low` is None where the interval begins below the
    first level, `high` where it ends above the last one, and `median` unless the place is WITHIN.
    """

    place: Place
    median: float | None
    low: float | None
    high: float | None

    def narrower_than(self, factor: float) -> bool:
        """Returns whether both ends of the interval are known and high / low is below the factor."""
        return self.low is not None and self.high is not None and self.high < factor * self.low

    def holds(self, threshold: float) -> bool:
        """Returns whether the interval holds a threshold, which may lie beyond the scale."""
        return (self.low is None or self.low <= threshold) and (self.high is None or threshold <= self.high)


def threshold_estimate(grid: PsychometricGrid, probability: Floats) -> ThresholdEstimate:
    """Returns the threshold by one posterior (T, S) of the grid, in the units whose logarithms are the levels."""
    shares = ((1 - CONFIDENCE) / 2, 0.5, (1 + CONFIDENCE) / 2)
    low, median, high = (float(place) for place in threshold_quantiles(grid, probability, shares))
    first, last = float(grid.levels[0]), float(grid.levels[-1])
    if low < first and high > last:
        return ThresholdEstimate(Place.UNKNOWN, None, None, None)
    place = Place.BELOW if median < first else Place.ABOVE if median > last else Place.WITHIN
    return ThresholdEstimate(
        place,
        2**median if place is Place.WITHIN else None,
        # An interval that lies wholly beyond an end is told as beginning or ending at it.
        None if low < first else 2 ** min(low, last),
        None if high > last else 2 ** max(high, first),
    )
