"""The axis of a chart's values: where a value lies, which ones are labelled, and how they are written."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Labelled values are this many, or one more where the axis does not begin at a round one; more lines are noise.
MOST_LINES = 4
# Two of 1, 2, 5 and 10 times a power of ten lie in every range that is this wide, with some room.
TWO_LABELS_RATIO = 6.0
# Beyond this floats are too coarse to be counted in steps, and no loss means anything.
LARGEST = 1e300


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """Maps values from `low` to `high` to sheet units from `bottom` up to `top`; `ticks` are the labelled ones."""

    bottom: float
    top: float
    low: float
    high: float
    is_log: bool
    ticks: tuple[float, ...]

    def y(self, value: float) -> float:
        """Returns where a value lies; what lies beyond an end is put at that end."""
        inside = min(max(value, self.low), self.high)
        low, high = (math.log(self.low), math.log(self.high)) if self.is_log else (self.low, self.high)
        share = ((math.log(inside) if self.is_log else inside) - low) / (high - low)
        return self.bottom - share * (self.bottom - self.top)


def label(tick: float) -> str:
    """Returns how a labelled value is written."""
    return f"{tick:.4g}"


def linear_axis(bottom: float, top: float, low: float, high: float) -> ValueAxis:
    """Returns an axis that holds `low` and `high`, with round numbers labelled and at its ends."""
    low, high = max(low, -LARGEST), min(high, LARGEST)
    # Equal ends would leave no axis, and nearly equal ones labels that can't be told apart.
    high = max(high, low + 1e-6, low + 1e-2 * abs(low))
    step = _round_step((high - low) / (MOST_LINES - 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(place * step for place in range(first, max(last, first + 1) + 1))
    return ValueAxis(bottom, top, ticks[0], ticks[-1], False, ticks)


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= step * (1 - 1e-9))


def log_axis(bottom: float, top: float, values: Sequence[float]) -> ValueAxis:
    """Returns an axis around the values above 0, with powers of ten labelled, or 1, 2 and 5 times them where few."""
    positive = [min(max(value, 1 / LARGEST), LARGEST) for value in values if value > 0] or [1.0]
    # Wide enough for two labels at least.
    stretch = max(1.3, (TWO_LABELS_RATIO * (min(positive) / max(positive))) ** 0.5)
    low, high = min(positive) / stretch, max(positive) * stretch
    decades = [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
    ticks = [tick for tick in decades if low <= tick <= high]
    if len(ticks) < 2:
        ticks = [factor * tick for tick in decades for factor in (1, 2, 5) if low <= factor * tick <= high]
    stride = math.ceil(len(ticks) / MOST_LINES) or 1
    return ValueAxis(bottom, top, low, high, True, tuple(ticks[::stride]))
