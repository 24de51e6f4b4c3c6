"""Points of an ROC curve, and the one that the normal model with equal variances predicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from game.normal_distribution import STANDARD, normal_quantile
from game.statistics import SignalCounts, false_alarm_rate, fooling_rate


@dataclass(frozen=True, slots=True)
class RocPoint:
    """How many real pictures and how many fakes are called fake at one criterion, both within [0, 1]."""

    false_alarm_rate: float
    hit_rate: float


def operating_point(counts: SignalCounts) -> RocPoint | None:
    """Returns the point that somebody's answers are, without any correction; None where one kind was not shown."""
    fooled, false_alarms = fooling_rate(counts).estimate, false_alarm_rate(counts).estimate
    return None if fooled is None or false_alarms is None else RocPoint(false_alarms, 1 - fooled)


def equal_variance_roc(d_prime: float, count: int = 101) -> tuple[RocPoint, ...]:
    """Returns `count` points from (0, 0) to (1, 1), evenly spaced in criterion; raises ValueError for fewer than 3.

    H = Φ(d′ + z(F)). Even steps of the criterion put points where the curve bends; even steps of F don't.
    """
    if count < 3:
        raise ValueError(f"A curve takes 3 points or more, not {count}.")
    # Four standard deviations beyond both means: what is left out is less than a pixel.
    reach = abs(d_prime) / 2 + 4
    criteria = (reach - 2 * reach * place / (count - 3) if count > 3 else 0.0 for place in range(count - 2))
    inner = (RocPoint(STANDARD.cdf(-d_prime / 2 - c), STANDARD.cdf(d_prime / 2 - c)) for c in criteria)
    return (RocPoint(0.0, 0.0), *inner, RocPoint(1.0, 1.0))


def equal_variance_hit_rate(d_prime: float, false_alarm_rate: float) -> float:
    """Returns the hit rate that the model predicts at a false-alarm rate; raises ValueError outside [0, 1]."""
    return STANDARD.cdf(d_prime + normal_quantile(false_alarm_rate))


def equal_variance_area(d_prime: float) -> float:
    """Returns the area below the model's curve, Φ(d′/√2), which is also the share right in a forced choice."""
    return STANDARD.cdf(d_prime / sqrt(2))


def area_below(points: Sequence[RocPoint]) -> float:
    """Returns the area below straight lines between the points, which come in the order of their false-alarm rate."""
    return sum(
        (right.false_alarm_rate - left.false_alarm_rate) * (right.hit_rate + left.hit_rate) / 2
        for left, right in pairwise(points)
    )
