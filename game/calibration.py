"""Whether a player's confidence means something: the share right at each confidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from game.confidence_ratings import Judgement
from game.interval_words import Rate
from game.luck import CONVINCING_PROBABILITY, two_sided
from game.rules import Confidence
from game.statistics import Proportion
from game.words import CONFIDENCE_WORDS

_MEANING = "the share right of the answers with this confidence"


@dataclass(frozen=True, slots=True)
class Calibration:
    """The share right of the answers of each confidence; the names are those of `Confidence`."""

    unsure: Proportion
    fairly: Proportion
    sure: Proportion

    @property
    def by_confidence(self) -> dict[Confidence, Rate]:
        """Returns each share with its sentence, from the least to the most confidence."""
        proportions = (self.unsure, self.fairly, self.sure)
        return {
            confidence: Rate(CONFIDENCE_WORDS[confidence], proportion, _MEANING)
            for confidence, proportion in zip(Confidence, proportions, strict=True)
        }


def calibration(judgements: Iterable[Judgement]) -> Calibration:
    """Returns how many of the answers of each confidence were right."""
    trials, right = dict.fromkeys(Confidence, 0), dict.fromkeys(Confidence, 0)
    for judgement in judgements:
        trials[judgement.confidence] += 1
        right[judgement.confidence] += judgement.answer == judgement.truth
    return Calibration(*(Proportion(right[confidence], trials[confidence]) for confidence in Confidence))


def calibration_verdict(found: Calibration) -> str:
    """Returns in one sentence whether being sure went with being right, by `rising_probability`, two-sided at 5 %."""
    levels = (found.unsure, found.fairly, found.sure)
    if sum(level.trials > 0 for level in levels) < 2:
        return "All your answers had the same confidence, so it says nothing about them."
    right = sum(level.successes for level in levels)
    if right in (0, sum(level.trials for level in levels)):
        return f"All your answers were {'right' if right else 'wrong'}, so confidence can't tell them apart."
    if two_sided(rising_probability(levels)) <= CONVINCING_PROBABILITY:
        return "You know what you know: the surer you were, the more often you were right."
    mirrored = [Proportion(level.trials - level.successes, level.trials) for level in levels]
    if two_sided(rising_probability(mirrored)) <= CONVINCING_PROBABILITY:
        return "Beware of being sure: the surer you were, the more often you were wrong."
    return "There is no sign yet that you are right more often when you feel surer."


def rising_probability(levels: Sequence[Proportion]) -> float:
    """Returns how probable it is that chance puts the successes of three levels as far up as they are, or further.

    The exact conditional test for trend with scores 0, 1, 2 (Agresti, Categorical Data Analysis (3rd ed. 2013), ch. 3):
    all ways to deal the same number of successes to the same trials. It never exceeds its level. The usual normal
    approximation does: at 5 % it errs in up to 9 % where few answers are wrong and few are unsure.
    Raises ValueError for other than three levels.
    """
    low, middle, high = levels
    successes = low.successes + middle.successes + high.successes
    in_low = np.arange(low.trials + 1)[:, None]
    in_middle = np.arange(middle.trials + 1)[None, :]
    in_high = successes - in_low - in_middle
    possible = (in_high >= 0) & (in_high <= high.trials)
    log_ways = (
        _log_combinations(low.trials)[in_low]
        + _log_combinations(middle.trials)[in_middle]
        + _log_combinations(high.trials)[np.clip(in_high, 0, high.trials)]
    )
    ways = np.where(possible, np.exp(log_ways - log_ways[possible].max()), 0.0)
    as_far_up = in_middle + 2 * in_high >= middle.successes + 2 * high.successes
    return float(min(1.0, ways[as_far_up].sum() / ways.sum()))


def _log_combinations(trials: int) -> NDArray[np.float64]:
    """Returns ln of the binomial coefficients C(trials, 0 … trials)."""
    log_factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, trials + 1)))])
    coefficients: NDArray[np.float64] = log_factorials[-1] - log_factorials - log_factorials[::-1]
    return coefficients
