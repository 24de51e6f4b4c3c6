"""HYPE∞: how often people err over a generator's pictures, in one round, across players, and along its ladder.

Zhou et al., “HYPE: A Benchmark for Human eYe Perceptual Evaluation of Generative Models”, NeurIPS 2019.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt

import numpy as np

from game.interval_words import Rate, per_cent
from game.normal_distribution import STANDARD, Z_OF_95_PER_CENT
from game.statistics import (
    Interval,
    Proportion,
    SignalCounts,
    accuracy,
    added_counts,
    false_alarm_rate,
    fooling_rate,
    wilson_interval,
)

RESAMPLES = 10_000
_RESAMPLES_AT_ONCE = 1_000  # what they take of memory grows with the players
# From here on the 95 % interval across players holds 93–97 % of the time; with 10 players it can be 92 %.
MINIMUM_PLAYERS = 12
TOO_FEW_PLAYERS = f"An interval across players takes at least {MINIMUM_PLAYERS} of them."

_MEANING = {
    "Error": "the share of all pictures that were judged wrong, 50 % being a coin's",
    "Fake error": "the share of fakes that were taken for real",
    "Real error": "the share of real pictures that were taken for fakes",
}


@dataclass(frozen=True, slots=True)
class RoundErrors:
    """The error rates of one round; `error` of 50 real pictures and 50 fakes is its HYPE∞ score."""

    error: Rate
    fake_error: Rate
    real_error: Rate


@dataclass(frozen=True, slots=True)
class EvaluatedRound:
    """What a player answered to one round at one rung."""

    player: str
    kimg: int
    counts: SignalCounts


@dataclass(frozen=True, slots=True)
class PlayersRate:
    """The mean of the players' rates, each player counted once; `interval` is None for too few players."""

    name: str
    meaning: str
    estimate: float
    interval: Interval | None
    players: int

    @property
    def sentence(self) -> str:
        """Returns what the rate means, in one sentence."""
        players = "1 player" if self.players == 1 else f"{self.players} players"
        few = "" if self.interval else ", too few to say how sure that is"
        return f"{self.name} {per_cent(self.estimate, self.interval)} across {players}{few}: {self.meaning}."


@dataclass(frozen=True, slots=True)
class PlayersErrors:
    """The error rates across players at one rung, a point of the HYPE∞ curve; None where nothing was asked."""

    kimg: int
    error: PlayersRate | None
    fake_error: PlayersRate | None
    real_error: PlayersRate | None


def round_errors(counts: SignalCounts) -> RoundErrors:
    """Returns the error rates of one round, or of several rounds of one player taken together."""
    rates = (Rate(name, proportion, _MEANING[name]) for name, proportion in _errors(counts).items())
    return RoundErrors(*rates)


def hype_curve(rounds: Iterable[EvaluatedRound], generator: np.random.Generator) -> tuple[PlayersErrors, ...]:
    """Returns a point for each rung that was played, in the order of kimg.

    Several rounds of a player at a rung are one: answers of one person are alike, and must not pass for many people's.
    """
    in_order = sorted(rounds, key=lambda played: (played.kimg, played.player))
    points: list[PlayersErrors] = []
    for kimg, at_rung in groupby(in_order, key=lambda played: played.kimg):
        players = groupby(at_rung, key=lambda played: played.player)
        by_player = [added_counts(played.counts for played in own) for _, own in players]
        rates = {
            name: players_rate(name, meaning, [_errors(counts)[name] for counts in by_player], generator)
            for name, meaning in _MEANING.items()
        }
        points.append(PlayersErrors(kimg, rates["Error"], rates["Fake error"], rates["Real error"]))
    return tuple(points)


def players_rate(
    name: str, meaning: str, by_player: Sequence[Proportion], generator: np.random.Generator
) -> PlayersRate | None:
    """Returns the mean of the players' rates with its 95 % interval, or None where nobody had a trial.

    The interval resamples players, not answers: it speaks of other people than these, and answers of one person are
    alike. It is the bootstrap's percentile interval, expanded as in Hesterberg, “What Teachers Should Know About the
    Bootstrap”, The American Statistician 69 (2015), p. 371–386: the plain one is too narrow for few players, and so is
    BCa (both hold 90 % of the time with 10 players, 93 % with 20). Wilson's interval of all answers together, as if one
    person had given them, can hold less than 60 % of the time.

    Where all players have one and the same rate, resampling shows no spread at all. It is then Wilson's interval with
    each player as one trial: rates between 0 and 1 vary less than those of players who are always right or always
    wrong. Where few people err and most never do, none of those few may be among the players, and the interval lies
    below the truth more often than 5 %: see docs/statistics.md.
    """
    shares = [share for proportion in by_player if (share := proportion.estimate) is not None]
    if not shares:
        return None
    estimate = sum(shares) / len(shares)
    interval = None
    if len(shares) >= MINIMUM_PLAYERS:
        interval = _bootstrapped(shares, generator) if len(set(shares)) > 1 else wilson_interval(estimate, len(shares))
    return PlayersRate(name, meaning, estimate, interval, len(shares))


def _errors(counts: SignalCounts) -> dict[str, Proportion]:
    right = accuracy(counts)
    wrong = Proportion(right.trials - right.successes, right.trials)
    return {"Error": wrong, "Fake error": fooling_rate(counts), "Real error": false_alarm_rate(counts)}


def _bootstrapped(shares: Sequence[float], generator: np.random.Generator) -> Interval:
    count = len(shares)
    # How often each player is drawn tells the same as who is drawn, and its mean is a product of matrices.
    means = np.concatenate(
        [
            generator.multinomial(count, np.full(count, 1 / count), _RESAMPLES_AT_ONCE) @ np.asarray(shares) / count
            for _ in range(RESAMPLES // _RESAMPLES_AT_ONCE)
        ]
    )
    tail = _expanded_tail(count)
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(low), float(high))


def _expanded_tail(count: int) -> float:
    """Returns the share to cut off at either end, below 2.5 %: resampled means vary by √((n − 1) / n) too little, and
    ends by z instead of Student's t add to it."""
    return STANDARD.cdf(-sqrt(count / (count - 1)) * student_t_of_95_per_cent(count - 1))


def student_t_of_95_per_cent(freedom: int) -> float:
    """Returns the 97.5 % quantile of Student's t, right to 3 digits after the point from 9 degrees of freedom on.

    The expansion about the normal quantile, Abramowitz & Stegun, Handbook of Mathematical Functions (1964), 26.7.5.
    """
    z = Z_OF_95_PER_CENT
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )
