"""The axis of a chart's values: where a value lies, which ones are labelled, and how they are written."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Of 1, 2 and 5 times a power of ten; more lines than this are noise.
MOST_LINES = 4


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


def figure(value: float) -> str:
    """Returns a value with three significant figures, in few characters for any size."""
    if value != 0 and not 1e-3 <= abs(value) < 1e5:
        return f"{value:.0e}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def linear_axis(bottom: float, top: float, low: float, high: float) -> ValueAxis:
    """Returns an axis from `low` to the next round number from `high` on, with round numbers labelled."""
    # Beyond this floats are too coarse to be counted in steps, and no loss means anything.
    low, high = max(low, -1e300), min(max(high, low + 1e-6), 1e300)
    step = _round_step((high - low) / (MOST_LINES - 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(place * step for place in range(first, max(last, first + 1) + 1))
    return ValueAxis(bottom, top, ticks[0], ticks[-1], False, ticks)


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= step * 0.999)


def log_axis(bottom: float, top: float, values: Sequence[float]) -> ValueAxis:
    """Returns an axis around the values above 0, with powers of ten labelled, or 1, 2 and 5 times them where few."""
    positive = [value for value in values if value > 0] or [1.0]
    low, high = max(min(positive) / 1.3, 1e-300), min(max(positive) * 1.3, 1e300)
    decades = [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
    ticks = [tick for tick in decades if low <= tick <= high]
    if len(ticks) < 2:
        ticks = [factor * tick for tick in decades for factor in (1, 2, 5) if low <= factor * tick <= high]
    stride = math.ceil(len(ticks) / MOST_LINES) or 1
    return ValueAxis(bottom, top, low, high, True, tuple(ticks[::stride]))
