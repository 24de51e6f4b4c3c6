"""Signal detection of yes/no judging: how far apart real and fake lie for a player, and how the player leans.

The signal is *fake*. The model is the normal one with equal variances: real pictures seem fake by N(−d′/2, 1), fakes by
N(d′/2, 1), and whatever seems more fake than the criterion c is called fake.
"""

from dataclasses import dataclass
from math import hypot

from game.interval_words import with_interval
from game.normal_distribution import normal_quantile
from game.statistics import Interval, Proportion, SignalCounts
from game.words import number

# From here on the 95 % intervals hold 93–97 % of the time; with 10 and 10 it is up to 97.7 %. And from here on a player
# who guesses can be told from one with d′ = 1: the interval of 0 reaches to 0.85 (with 10 and 10 to 1.01).
MINIMUM_TRIALS = 15
TOO_FEW_TRIALS = f"d′ and c take at least {MINIMUM_TRIALS} fakes and {MINIMUM_TRIALS} real pictures."


@dataclass(frozen=True, slots=True)
class YesNoSensitivity:
    """d′ of judging single pictures; no kin of `ForcedChoiceSensitivity`: the two don't belong in one table."""

    d_prime: float
    interval: Interval
    fakes: int
    reals: int

    @property
    def sentence(self) -> str:
        """Returns what d′ means for the player, in one sentence."""
        return self.sentence_for("you")

    def sentence_for(self, whom: str) -> str:
        """Returns what d′ means for whoever judged, such as `the discriminator`, in one sentence."""
        return (
            f"d′ {with_interval(self.d_prime, self.interval)}, from {_counted(self.fakes, self.reals)}: how far apart"
            f" real and fake lie for {whom}; 0 is guessing, 1 is 69 % right without leaning."
        )


@dataclass(frozen=True, slots=True)
class YesNoCriterion:
    """c of judging single pictures: where the line lies beyond which a picture is called fake."""

    c: float
    interval: Interval
    fakes: int
    reals: int

    @property
    def sentence(self) -> str:
        """Returns what c means, in one sentence."""
        return (
            f"c {with_interval(self.c, self.interval)}, from {_counted(self.fakes, self.reals)}: how you lean when in"
            " doubt; above 0 you rather say “real”, below 0 “fake”, and 0 is no leaning."
        )


def yes_no_sensitivity(counts: SignalCounts) -> YesNoSensitivity | None:
    """Returns d′ = z(H) − z(F) with its 95 % interval, or None where there are too few trials.

    H and F have the log-linear correction of Hautus, Behavior Research Methods 27 (1995), p. 46–51. The interval is put
    together from the Wilson intervals of both rates on the z scale (“MOVER”; Zou & Donner, Statistics in Medicine 27
    (2008), p. 1693–1702). An end is infinite where the counts don't bound it: with nothing but hits d′ may be larger by
    any amount. The usual variance of Gourevitch & Galanter (Psychometrika 32 (1967), p. 25–33) is less exact: with 20
    and 20 trials its intervals hold up to 97.7 % of the time, these 94.5–96.3 %.
    """
    if not _enough(counts):
        return None
    hit, false_alarm = _hit(counts), _false_alarm(counts)
    d_prime = hit.z - false_alarm.z
    interval = Interval(
        d_prime - hypot(hit.z - hit.low, false_alarm.high - false_alarm.z),
        d_prime + hypot(hit.high - hit.z, false_alarm.z - false_alarm.low),
    )
    return YesNoSensitivity(d_prime, interval, counts.fakes, counts.reals)


def yes_no_criterion(counts: SignalCounts) -> YesNoCriterion | None:
    """Returns c = −(z(H) + z(F)) / 2 with its 95 % interval, or None where there are too few trials.

    Correction and interval are those of `yes_no_sensitivity`.
    """
    if not _enough(counts):
        return None
    hit, false_alarm = _hit(counts), _false_alarm(counts)
    c = -(hit.z + false_alarm.z) / 2
    interval = Interval(
        c - hypot(hit.high - hit.z, false_alarm.high - false_alarm.z) / 2,
        c + hypot(hit.z - hit.low, false_alarm.z - false_alarm.low) / 2,
    )
    return YesNoCriterion(c, interval, counts.fakes, counts.reals)


def log_linear(proportion: Proportion) -> float:
    """Returns (successes + ½) / (trials + 1): a rate that is never 0 or 1, so that its z is finite (Hautus 1995)."""
    return (proportion.successes + 0.5) / (proportion.trials + 1)


@dataclass(frozen=True, slots=True)
class _RateOnZScale:
    z: float
    low: float
    high: float


def _counted(fakes: int, reals: int) -> str:
    return f"{number(fakes)} fakes and {number(reals)} real pictures"


def _enough(counts: SignalCounts) -> bool:
    return min(counts.fakes, counts.reals) >= MINIMUM_TRIALS


def _hit(counts: SignalCounts) -> _RateOnZScale:
    return _on_z_scale(Proportion(counts.hits, counts.fakes))


def _false_alarm(counts: SignalCounts) -> _RateOnZScale:
    return _on_z_scale(Proportion(counts.false_alarms, counts.reals))


def _on_z_scale(proportion: Proportion) -> _RateOnZScale:
    interval = proportion.interval()
    assert interval is not None, "there are trials"
    # The correction moves a rate less towards ½ than Wilson moves the middle, so that z stays within.
    return _RateOnZScale(
        normal_quantile(log_linear(proportion)), normal_quantile(interval.low), normal_quantile(interval.high)
    )
