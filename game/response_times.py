"""How long a player takes to answer: medians of undisturbed response times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

from game.interval_words import with_interval
from game.rules import Response
from game.statistics import Interval

# The widest interval there is, from the shortest time to the longest, holds 1 − 2 / 2ⁿ of the time; with 5, 93.75 %.
MINIMUM_TIMES = 6
TOO_FEW_TIMES = f"A median response time takes at least {MINIMUM_TIMES} undisturbed answers."


@dataclass(frozen=True, slots=True)
class MedianTime:
    """A median in seconds with its interval; `of` says whose it is in its sentence."""

    seconds: float
    interval: Interval
    trials: int
    of: str

    @property
    def sentence(self) -> str:
        """Returns what the median means, in one sentence."""
        return f"{with_interval(self.seconds, self.interval, 2)} s: half of your {self.of} came faster, half slower."


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """Medians of all answers, of right ones and of wrong ones; None where there are too few."""

    overall: MedianTime | None
    right: MedianTime | None
    wrong: MedianTime | None


def response_times(responses: Iterable[tuple[Response, bool]]) -> ResponseTimes:
    """Returns the medians of (response, whether it was right); disturbed response times are left out."""
    undisturbed = [(response.response_seconds, right) for response, right in responses if not response.disturbed]
    return ResponseTimes(
        overall=median_time([seconds for seconds, _ in undisturbed], "answers"),
        right=median_time([seconds for seconds, right in undisturbed if right], "right answers"),
        wrong=median_time([seconds for seconds, right in undisturbed if not right], "wrong answers"),
    )


def median_time(seconds: Sequence[float], of: str) -> MedianTime | None:
    """Returns the median with its exact interval, or None for too few times.

    The ends are two of the times themselves, the k-th shortest and the k-th longest, with the largest k that leaves at
    least 95 % whatever the distribution: the median lies between unless fewer than k fair coins of n show heads, or
    tails (Conover, Practical Nonparametric Statistics (3rd ed. 1999), ch. 3.2).
    """
    if len(seconds) < MINIMUM_TIMES:
        return None
    in_order = sorted(seconds)
    rank = interval_rank(len(in_order))
    return MedianTime(median(in_order), Interval(in_order[rank - 1], in_order[-rank]), len(in_order), of)


def interval_rank(count: int) -> int:
    """Returns the largest k for which fewer than k of `count` coins show heads at most 2.5 % of the time, or 0."""
    ways, rank = 1, 0
    # In whole numbers, which neither round nor overflow: a fortieth is 2.5 %.
    while 40 * ways <= 1 << count:
        rank += 1
        ways += comb(count, rank)
    return rank
