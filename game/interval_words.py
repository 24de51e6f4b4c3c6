"""How a figure and its interval are written in a sentence."""

from dataclasses import dataclass
from math import inf

from game.statistics import Interval, Proportion

MINUS = "\u2212"


def decimal(value: float, digits: int = 1) -> str:
    """Returns a value with so many digits after the point and a true minus sign; `0.0` has none."""
    text = f"{value:.{digits}f}"
    return text.replace("-", MINUS) if float(text) else text.removeprefix("-")


def with_interval(value: float, interval: Interval | None, digits: int = 1) -> str:
    """Returns `1.2 [0.6, 1.8]`; an end that is infinite becomes `or more` or `or less`."""
    written = decimal(value, digits)
    if interval is None:
        return written
    low, high = decimal(interval.low, digits), decimal(interval.high, digits)
    if interval.low == -inf and interval.high == inf:
        return f"{written} [or any other]"
    if interval.high == inf:
        return f"{written} [{low} or more]"
    if interval.low == -inf:
        return f"{written} [{high} or less]"
    return f"{written} [{low}, {high}]"


def per_cent(share: float, interval: Interval | None = None) -> str:
    """Returns `34 %`, or `34 % [22, 48]` with an interval of shares."""
    written = f"{100 * share:.0f} %"
    return written if interval is None else f"{written} [{100 * interval.low:.0f}, {100 * interval.high:.0f}]"


@dataclass(frozen=True, slots=True)
class Rate:
    """A proportion that explains itself: what it is called, and what it is the share of."""

    name: str
    proportion: Proportion
    meaning: str

    @property
    def sentence(self) -> str:
        """Returns one sentence such as `Fake error 34 % [22, 48]: the share of fakes that you called real.`"""
        if self.proportion.estimate is None:
            return f"{self.name}: nothing to count yet."
        return f"{self.name} {per_cent(self.proportion.estimate, self.proportion.interval())}: {self.meaning}."
