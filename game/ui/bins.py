"""The points of a curve in bins as narrow as the eye can tell: their means, and how far they spread."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from game.ui.kimg_axis import KimgAxis

# A spread of fewer ticks is chance.
BAND_TICKS = 3


@dataclass(frozen=True, slots=True)
class Bin:
    """Points of a curve that lie in one place: the means of their kimg and values, and the values' spread."""

    kimg: float
    value: float
    spread: float


def binned(points: Sequence[tuple[float, float]], axis: KimgAxis, width: float) -> tuple[Bin, ...]:
    """Returns the points in bins of a width in sheet units, in order."""
    places = [(int((axis.x(kimg) - axis.left) / width), kimg, value) for kimg, value in points]
    bins = []
    for _, group in groupby(places, key=lambda place: place[0]):
        members = list(group)
        if len(members) == 1:
            bins.append(Bin(members[0][1], members[0][2], 0.0))
            continue
        count = len(members)
        mean = _mean([value for _, _, value in members])
        spread = math.hypot(*((value - mean) / count**0.5 for _, _, value in members)) if count >= BAND_TICKS else 0.0
        bins.append(Bin(_mean([kimg for _, kimg, _ in members]), mean, spread))
    return tuple(bins)


def _mean(values: Sequence[float]) -> float:
    # Rounding must not lead out of the values' range, be they as large as floats can be.
    return min(max(sum(value / len(values) for value in values), min(values)), max(values))


def nearest(bins: Sequence[Bin], axis: KimgAxis, x: float) -> Bin | None:
    """Returns the bin that is drawn nearest to a place on the axis, or None where there is none."""
    place = bisect_left(bins, axis.kimg(x), key=lambda part: part.kimg)
    return min(bins[max(0, place - 1) : place + 1], key=lambda part: abs(axis.x(part.kimg) - x), default=None)
