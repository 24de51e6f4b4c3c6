"""What a player of a given d′ would score with another criterion, in the normal model with equal variances."""

from dataclasses import dataclass
from math import exp, inf, log, pi, sqrt

from game.interval_words import decimal, per_cent
from game.normal_distribution import STANDARD


@dataclass(frozen=True, slots=True)
class BellCurve:
    """One of the two curves on the axis of “seems fake”; the criterion c is a place on the same axis."""

    mean: float
    standard_deviation: float = 1.0

    def height(self, place: float) -> float:
        """Returns the density of the normal distribution at a place of the axis."""
        z = (place - self.mean) / self.standard_deviation
        return exp(-z * z / 2) / (self.standard_deviation * sqrt(2 * pi))


@dataclass(frozen=True, slots=True)
class BellCurves:
    """How fake real pictures and fakes seem; 0 is the middle between the two."""

    real: BellCurve
    fake: BellCurve
    d_prime: float

    @property
    def sentence(self) -> str:
        """Returns what is to be seen, in one sentence."""
        return (
            f"How fake real pictures (left) and fakes (right) seem to you: {decimal(self.d_prime)} standard deviations"
            " apart, and where they overlap you err."
            if self.d_prime > 0
            else "How fake real pictures and fakes seem to you: fakes seem no more fake than real ones."
        )


@dataclass(frozen=True, slots=True)
class ExpectedOutcome:
    """The rates that a criterion leads to on average, each within [0, 1]."""

    criterion: float
    hit_rate: float
    false_alarm_rate: float
    accuracy: float

    @property
    def sentence(self) -> str:
        """Returns what the criterion brings, in one sentence."""
        return (
            f"With the line at {_place(self.criterion)} you would call about {per_cent(self.hit_rate)} of the fakes and"
            f" {per_cent(self.false_alarm_rate)} of the real pictures fake, and be right in {per_cent(self.accuracy)},"
            " if the curves are right."
        )


def bell_curves(d_prime: float) -> BellCurves:
    """Returns the two curves to draw."""
    return BellCurves(BellCurve(-d_prime / 2), BellCurve(d_prime / 2), d_prime)


def expected_outcome(d_prime: float, criterion: float, fake_share: float = 0.5) -> ExpectedOutcome:
    """Returns what a criterion, which may be infinite, leads to where so many of the pictures are fake.

    H = Φ(d′/2 − c), F = Φ(−d′/2 − c); Macmillan & Creelman, Detection Theory (2nd ed. 2005), ch. 2.
    Raises ValueError unless 0 ≤ fake_share ≤ 1.
    """
    _check_share(fake_share)
    hit_rate = STANDARD.cdf(d_prime / 2 - criterion)
    false_alarm_rate = STANDARD.cdf(-d_prime / 2 - criterion)
    accuracy = fake_share * hit_rate + (1 - fake_share) * (1 - false_alarm_rate)
    return ExpectedOutcome(criterion, hit_rate, false_alarm_rate, accuracy)


def best_criterion(d_prime: float, fake_share: float = 0.5) -> float:
    """Returns the criterion with the highest expected accuracy, where the likelihood ratio is (1 − share) / share.

    That is c = ln((1 − share) / share) / d′; Green & Swets, Signal Detection Theory and Psychophysics (1966), ch. 1.
    Without a d′ above 0 nothing beats always giving the commoner answer: ∞ is always “real”, −∞ always “fake”; where
    d′ is 0 and the kinds are equally common, all criteria do alike, and 0 is returned.
    Raises ValueError unless 0 ≤ fake_share ≤ 1.
    """
    _check_share(fake_share)
    if fake_share in (0, 1):
        return -inf if fake_share else inf
    log_odds = log((1 - fake_share) / fake_share)
    if d_prime > 0:
        return log_odds / d_prime
    if log_odds == 0:
        return 0.0 if d_prime == 0 else inf
    return inf if log_odds > 0 else -inf


def _place(criterion: float) -> str:
    if criterion in (inf, -inf):
        return "the far right" if criterion > 0 else "the far left"
    return decimal(criterion)


def _check_share(fake_share: float) -> None:
    if not 0 <= fake_share <= 1:
        raise ValueError(f"A share of fakes lies between 0 and 1, not at {fake_share}.")
