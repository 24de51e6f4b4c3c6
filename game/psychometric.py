"""How often answers are right along a scale of difficulty, and what some answers tell about that.

Of two possible answers one is right, so who guesses is right half of the time. The *threshold* is the place on the
scale at which answers are right 75 % of the time, lapses included. Places are in octaves, base-2 logarithms of kimg or
of frames, so that every doubling counts alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import isfinite, log

import numpy as np
from numpy.typing import NDArray

from game.statistics import Proportion

Floats = NDArray[np.float64]

CHANCE = 0.5
THRESHOLD_ACCURACY = 0.75
CONFIDENCE = 0.9

# All that a player's curve may be before the first answer, each as likely as any other: thresholds also beyond the ends
# of the scale, so that "not on this scale" can be found; widths from an octave to more than any scale here is long.
MARGIN_OCTAVES = 2.0
THRESHOLDS_PER_OCTAVE = 8
WIDTHS = tuple(2 ** (power / 2) for power in range(9))


def probability_right(octaves: Floats, width: Floats | float, lapse: Floats | float) -> Floats:
    """Returns the probability of a right answer so many octaves on the easy side of the threshold; arrays broadcast.

    The logistic curve of Wichmann and Hill, "The psychometric function I", Perception & Psychophysics 63 (2001), from
    1/2 up to 1 − lapse, moved so that it is 75 % at 0. Over `width` octaves it goes from 5 % to 95 % of its height. The
    lapse has to be below 1/4.
    """
    height = 1 - CHANCE - np.asarray(lapse, np.float64)
    share = (THRESHOLD_ACCURACY - CHANCE) / height
    logit = octaves * (2 * log(19) / np.asarray(width, np.float64)) + np.log(share / (1 - share))
    # The logistic function, in the form that can't overflow.
    rising: Floats = CHANCE + height * (0.5 + 0.5 * np.tanh(logit / 2))
    return rising


@dataclass(frozen=True, slots=True, eq=False)
class PsychometricGrid:
    """Every curve that a player may have, and what each makes of every level.

    `levels` float64 (L,) in octaves, ascending; `thresholds` float64 (T,) evenly spaced; `widths` and `lapses` float64
    (S,); `right` float64 (L, T, S) within (0.5, 1): the probability of a right answer. None of them can be written to.
    """

    levels: Floats
    rising: bool
    thresholds: Floats
    widths: Floats
    lapses: Floats
    right: Floats

    def right_at(self, places: Floats) -> Floats:
        """Returns the probabilities of a right answer at places (L,) in octaves, float64 (L, T, S)."""
        octaves = places[:, np.newaxis, np.newaxis] - self.thresholds[:, np.newaxis]
        return probability_right(octaves if self.rising else -octaves, self.widths, self.lapses)


@lru_cache(maxsize=8)
def psychometric_grid(levels: tuple[float, ...], lapses: tuple[float, ...], rising: bool) -> PsychometricGrid:
    """Returns the grid for the levels of a scale, in octaves, on which answers get easier upwards (`rising`) or harder.

    Raises ValueError unless levels are finite and ascend, and every lapse lies between 0 and 1/4, ends excluded.
    """
    if not levels or not all(map(isfinite, levels)) or any(low >= high for low, high in pairwise(levels)):
        raise ValueError(f"A scale has levels that are finite and ascend, not {levels}.")
    if not lapses or not all(0 < lapse < 1 - THRESHOLD_ACCURACY for lapse in lapses):
        raise ValueError(f"Lapses lie between 0 and 1/4, ends excluded, not at {lapses}.")
    first, last = levels[0] - MARGIN_OCTAVES, levels[-1] + MARGIN_OCTAVES
    thresholds = np.linspace(first, last, 1 + round((last - first) * THRESHOLDS_PER_OCTAVE))
    widths, of_widths = np.repeat(WIDTHS, len(lapses)), np.tile(lapses, len(WIDTHS))
    places = np.array(levels, np.float64)
    empty = PsychometricGrid(places, rising, thresholds, widths, of_widths, np.empty(0))
    right = empty.right_at(places)
    for array in (places, thresholds, widths, of_widths, right):
        array.flags.writeable = False
    return PsychometricGrid(places, rising, thresholds, widths, of_widths, right)


def posterior(grid: PsychometricGrid, right: Floats, wrong: Floats) -> Floats:
    """Returns how probable each curve is after so many right and wrong answers at each level.

    `right` and `wrong` are (…, L); the result is float64 (…, T, S) and sums to 1 over its last two axes. The order of
    the answers makes no difference, nor why a level was asked at.
    """
    logarithm = np.tensordot(right, np.log(grid.right), 1) + np.tensordot(wrong, np.log1p(-grid.right), 1)
    weights: Floats = np.exp(logarithm - logarithm.max(axis=(-2, -1), keepdims=True))
    weights /= weights.sum(axis=(-2, -1), keepdims=True)
    return weights


def tally(levels: Sequence[int], answers: Iterable[tuple[int, bool]]) -> dict[int, Proportion]:
    """Returns the right ones among all answers at each level that was asked at, in the order of the levels."""
    of_level: dict[int, list[bool]] = {level: [] for level in levels}
    for level, right in answers:
        of_level[level].append(right)
    return {level: Proportion(sum(rights), len(rights)) for level, rights in of_level.items() if rights}


def posterior_of(grid: PsychometricGrid, levels: Sequence[int], tallies: Mapping[int, Proportion]) -> Floats:
    """Returns the `posterior` after tallies at the grid's levels, which are the logarithms of `levels`."""
    none = Proportion(0, 0)
    counts = [tallies.get(level, none) for level in levels]
    right = np.array([count.successes for count in counts], np.float64)
    return posterior(grid, right, np.array([count.trials for count in counts], np.float64) - right)


def information(grid: PsychometricGrid, probability: Floats) -> Floats:
    """Returns how many bits an answer at each level is expected to tell about the threshold, float64 (…, L).

    So much is the entropy of the threshold expected to fall, whatever the width and the lapse are: the level with the
    most is the one after which the least entropy is left (Kontsevich and Tyler, "Bayesian adaptive estimation of
    psychometric slope and threshold", Vision Research 39 (1999), here of the threshold alone). `probability` is a
    `posterior`, (…, T, S). Computed as the mutual information of answer and threshold, the same number in fewer steps.
    """
    threshold = probability.sum(axis=-1)[..., np.newaxis, :]
    right = np.einsum("lts,...ts->...lt", grid.right, probability)
    given_threshold = np.divide(right, threshold, out=np.full_like(right, CHANCE), where=threshold > 0)
    bits: Floats = _entropy(right.sum(axis=-1)) - (threshold * _entropy(given_threshold)).sum(axis=-1)
    return bits


def _entropy(probability: Floats) -> Floats:
    """Returns the entropy of a yes or no in bits; probabilities of right answers stay away from 0 and 1."""
    probability = np.clip(probability, 1e-12, 1 - 1e-12)
    return -(probability * np.log2(probability) + (1 - probability) * np.log2(1 - probability))


def threshold_quantiles(grid: PsychometricGrid, probability: Floats, shares: tuple[float, ...]) -> Floats:
    """Returns the places in octaves below which the threshold lies with probability `shares`, float64 (len(shares),).

    `probability` is one `posterior` (T, S); each point of the grid stands for the stretch that is nearest to it.
    """
    half = (grid.thresholds[1] - grid.thresholds[0]) / 2
    edges = np.append(grid.thresholds - half, grid.thresholds[-1] + half)
    below = np.append(0.0, np.cumsum(probability.sum(axis=-1)))
    quantiles: Floats = np.interp(shares, below / below[-1], edges)
    return quantiles


@dataclass(frozen=True, slots=True, eq=False)
class PsychometricCurve:
    """The probability of a right answer at some places, float64 (N,): its mean, and a band that holds it with 90 %."""

    mean: Floats
    low: Floats
    high: Floats


def psychometric_curve(grid: PsychometricGrid, probability: Floats, places: Floats) -> PsychometricCurve:
    """Returns the curve to draw at places (N,) in octaves, by one `posterior` (T, S); the band holds at each place.

    It takes tens of milliseconds for 200 places: made once, not in every frame.
    """
    curves = grid.right_at(places).reshape(len(places), -1)
    weights = probability.ravel()
    order = np.argsort(curves, axis=1)
    below = np.cumsum(weights[order], axis=1)
    rows = np.arange(len(places))

    def quantile(share: float) -> Floats:
        ranks = np.minimum((below < share).sum(axis=1), len(weights) - 1)
        values: Floats = curves[rows, order[rows, ranks]]
        return values

    return PsychometricCurve(curves @ weights, quantile((1 - CONFIDENCE) / 2), quantile((1 + CONFIDENCE) / 2))
