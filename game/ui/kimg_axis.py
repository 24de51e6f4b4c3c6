"""The axis that charts and the time machine share: each doubling of kimg is as wide as the one before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KimgAxis:
    """Maps kimg, from `first_kimg` to `last_kimg`, to sheet units from `left` to `right`, and back."""

    left: float
    right: float
    first_kimg: float
    last_kimg: float

    def __post_init__(self) -> None:
        if not 0 < self.first_kimg < self.last_kimg:
            raise ValueError(f"An axis of kimg begins above 0 and ends later: {self}.")

    def x(self, kimg: float) -> float:
        """Returns where a kimg lies; what lies beyond an end is put at that end."""
        inside = min(max(kimg, self.first_kimg), self.last_kimg)
        first, last = math.log(self.first_kimg), math.log(self.last_kimg)
        share = (math.log(inside) - first) / (last - first)
        return self.left + share * (self.right - self.left)

    def kimg(self, x: float) -> float:
        """Returns the kimg at a place, inside the axis."""
        share = min(1.0, max(0.0, (x - self.left) / (self.right - self.left)))
        # Not as a power of their ratio, which may be too large for a float.
        inside = math.pow(self.first_kimg, 1 - share) * math.pow(self.last_kimg, share)
        return min(max(inside, self.first_kimg), self.last_kimg)

    def doublings(self, most: int) -> list[int]:
        """Returns powers of 2 on the axis, evenly apart and at most so many, for labels."""
        first = math.ceil(math.log2(self.first_kimg) - 1e-9)
        powers = [2**power for power in range(max(0, first), math.floor(math.log2(self.last_kimg) + 1e-9) + 1)]
        return powers[:: max(1, math.ceil(len(powers) / max(1, most)))]


def kimg_axis(left: float, right: float, marks: Sequence[float], goal_kimg: float) -> KimgAxis:
    """Returns the axis from the first mark, at most the usual 2 kimg, to the goal or the last mark."""
    first = min([2.0, *(mark for mark in marks if mark > 0)])
    return KimgAxis(left, right, first, max([goal_kimg, 2 * first, *marks]))
