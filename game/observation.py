"""One thing that is seen in a run, and what rules about it share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # No more than the name: the rules need nothing of a run's files.
    from game.training_run import Tick

MAX_CLASS_NAME_LENGTH = 16

# Losses and probabilities of single ticks are noisy: they are averaged over the last of them.
WINDOW_KIMG = 32.0


class ObservationKind(StrEnum):
    """Whether something is as hoped for."""

    GOOD = "good"
    NEUTRAL = "neutral"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that is seen: a headline of at most 40 characters and its explanation of at most 140."""

    headline: str
    explanation: str
    kind: ObservationKind


def good(headline: str, explanation: str) -> Observation:
    """Returns an observation of something that is as hoped for."""
    return Observation(headline, explanation, ObservationKind.GOOD)


def neutral(headline: str, explanation: str) -> Observation:
    """Returns an observation of something that is neither good nor bad."""
    return Observation(headline, explanation, ObservationKind.NEUTRAL)


def warning(headline: str, explanation: str) -> Observation:
    """Returns an observation of something that is not as hoped for."""
    return Observation(headline, explanation, ObservationKind.WARNING)


def window_of(ticks: Sequence[Tick]) -> Sequence[Tick]:
    """Returns the last ticks, over which noisy figures are averaged."""
    last = ticks[-1].kimg
    return [tick for tick in ticks if 0 <= last - tick.kimg < WINDOW_KIMG]


def mean(values: Sequence[float]) -> float:
    """Returns the mean of values that may be so large that their sum is not finite."""
    return sum(value / len(values) for value in values)
