"""How often intervals hold and tests err, where all outcomes can be counted, each with its probability."""

from collections.abc import Sequence
from functools import reduce
from itertools import product
from math import comb, sqrt
from typing import Protocol
from unittest.mock import patch

import numpy as np

from game import signal_detection
from game.advice import ConsultedTrial, advice_statistics
from game.agreement import FooledCounts
from game.calibration import Calibration, calibration_verdict
from game.forced_choice import forced_choice_sensitivity
from game.normal_distribution import STANDARD, Z_OF_95_PER_CENT
from game.psychometric import Floats
from game.response_times import median_time
from game.rules import Truth
from game.signal_detection import yes_no_criterion, yes_no_sensitivity
from game.statistics import Interval, Proportion, SignalCounts

D_PRIMES = (0.0, 0.5, 1.0, 2.0)
CRITERIA = (-0.5, 0.0, 0.5)
# The share right of players whose confidence means nothing.
SHARES_RIGHT = (0.55, 0.65, 0.75, 0.85, 0.95)


class Estimate(Protocol):
    """Any figure of the game that has an interval, or None for too few trials."""

    @property
    def interval(self) -> Interval | None:
        """Returns the interval."""


def interval_of(estimate: Estimate | None) -> Interval | None:
    """Returns the interval, or None where there is no estimate."""
    return estimate.interval if estimate else None


def coverage(intervals: Sequence[Interval | None], truth: float, weights: Floats | None = None) -> float:
    """Returns how often an interval holds the truth, of those outcomes that have one.

    `weights` are the probabilities of the outcomes; without them all have the same.
    """
    there = [place for place, interval in enumerate(intervals) if interval]
    holds = [interval.low <= truth <= interval.high for interval in intervals if interval]
    return float(np.average(holds, weights=None if weights is None else weights[there]))


def binomial_weights(trials: int, share: float) -> Floats:
    """Returns the probabilities of 0 to `trials` successes, float64 (trials + 1,)."""
    return np.array([comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(trials + 1)])


def yes_no_coverages(trials: int) -> tuple[list[float], list[float]]:
    """Returns how often the intervals of d′ and of c hold after so many fakes and as many real pictures.

    Each list has every player of `D_PRIMES` and `CRITERIA`. The game's least number of trials is set aside.
    """
    numbers = range(trials + 1)
    outcomes = [SignalCounts(hits, trials - hits, alarms, trials - alarms) for hits in numbers for alarms in numbers]
    with patch.object(signal_detection, "MINIMUM_TRIALS", 0):
        of_d_prime = [interval_of(yes_no_sensitivity(outcome)) for outcome in outcomes]
        of_c = [interval_of(yes_no_criterion(outcome)) for outcome in outcomes]
    d_prime_holds, c_holds = [], []
    for d_prime, c in product(D_PRIMES, CRITERIA):
        of_hits = binomial_weights(trials, STANDARD.cdf(d_prime / 2 - c))
        of_alarms = binomial_weights(trials, STANDARD.cdf(-d_prime / 2 - c))
        weights = np.outer(of_hits, of_alarms).ravel()
        d_prime_holds.append(coverage(of_d_prime, d_prime, weights))
        c_holds.append(coverage(of_c, c, weights))
    return d_prime_holds, c_holds


def forced_choice_coverages(trials: int) -> list[float]:
    """Returns how often the interval of d′ of two pictures holds, of each player of `D_PRIMES`."""
    intervals = [interval_of(forced_choice_sensitivity(Proportion(right, trials))) for right in range(trials + 1)]
    return [
        coverage(intervals, d_prime, binomial_weights(trials, STANDARD.cdf(d_prime / sqrt(2)))) for d_prime in D_PRIMES
    ]


def median_coverage(times: int) -> float:
    """Returns how often the interval of the median of so many times holds, whatever their distribution."""
    interval = interval_of(median_time(range(1, times + 1), "answers"))
    assert interval, "there are enough times"
    # Each time is shorter than the true median by the toss of a coin. If k are, it lies between the k-th and the next.
    weights = binomial_weights(times, 0.5)
    return float(sum(weight for k, weight in enumerate(weights) if interval.low <= k + 0.5 <= interval.high))


def confidence_error_rates(trials: tuple[int, int, int]) -> tuple[list[float], list[float], list[float]]:
    """Returns how often confidence that means nothing is believed to, for each of `SHARES_RIGHT`.

    `trials` are the answers of each confidence. First by the game's test, then by the usual normal approximation, then
    by that one-sided: how often it alone believes that the player is right more often when surer, at 5 %.
    """
    outcomes = [
        [Proportion(right, of) for right, of in zip(rights, trials, strict=True)]
        for rights in product(*(range(of + 1) for of in trials))
    ]
    verdicts = [calibration_verdict(Calibration(*outcome)) for outcome in outcomes]
    z = np.array([trend_z(outcome) for outcome in outcomes])
    believed = (
        np.array([verdict.startswith(("You know what you know", "Beware")) for verdict in verdicts]),
        np.abs(z) >= Z_OF_95_PER_CENT,
        z >= STANDARD.inv_cdf(0.95),
    )
    rates: tuple[list[float], list[float], list[float]] = [], [], []
    for share in SHARES_RIGHT:
        weights = reduce(np.multiply.outer, [binomial_weights(of, share) for of in trials]).ravel()
        for found, errs in zip(rates, believed, strict=True):
            found.append(float(weights[errs].sum()))
    return rates


def trend_z(levels: Sequence[Proportion]) -> float:
    """Returns the statistic of Cochran (1954) and Armitage (1955) with scores 0, 1, 2; 0 where nothing varies."""
    right, trials = np.array([(level.successes, level.trials) for level in levels], np.float64).T
    scores, share = np.arange(3), right.sum() / trials.sum()
    spread = trials @ scores**2 - (trials @ scores) ** 2 / trials.sum()
    variance = share * (1 - share) * spread
    return float(scores @ (right - trials * share) / sqrt(variance)) if variance > 0 else 0.0


def advice_error_rate(taken: int) -> float:
    """Returns how often advice that is a coin's is said to have helped or harmed, where it was taken so many times."""
    corrected = ConsultedTrial(Truth.FAKE, Truth.REAL, Truth.FAKE, Truth.FAKE)
    spoilt = ConsultedTrial(Truth.FAKE, Truth.FAKE, Truth.REAL, Truth.REAL)
    verdicts = [
        advice_statistics([corrected] * right + [spoilt] * (taken - right)).verdict for right in range(taken + 1)
    ]
    told = [("helped you" in verdict or "harmed you" in verdict) for verdict in verdicts]
    return float(binomial_weights(taken, 0.5)[told].sum())


def harder_to_fool_error_rate(told: int) -> float:
    """Returns how often one of two equals is said to be harder to fool, of so many pictures that fooled just one."""
    verdicts = [FooledCounts(0, player, told - player, 0).verdict for player in range(told + 1)]
    return float(binomial_weights(told, 0.5)[["harder to fool" in verdict for verdict in verdicts]].sum())
