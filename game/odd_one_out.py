"""The rules of the arcade game: one fake among real pictures, three hearts, and a clock that leaves less and less time.

Its score is for fun: lines of pictures, a hurry and feedback make it no measurement of anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

HEARTS = 3
FEW_PICTURES, MANY_PICTURES = 4, 9
# From this level on there are nine pictures.
MANY_FROM_LEVEL = 8
# Where the ladder begins to look like something: before, anybody sees it.
FIRST_KIMG = 8
FIRST_SECONDS = 12.0
SHORTEST_SECONDS = 3.0
# Of the time of the level before.
SHRINKAGE = 0.93
# More pictures take more time to look at.
MANY_SECONDS_RATIO = 1.5

POINTS_FOR_RIGHT = 100
POINTS_FOR_SPEED = 100
POINTS_PER_LEVEL = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a trial ended: whether the fake was found, and how much of its time was left, from 0 to 1."""

    right: bool
    time_left: float


@dataclass(frozen=True, slots=True)
class ArcadeGame:
    """A game as far as it has been played, on a ladder of rungs in kimg; raises ValueError for an empty ladder."""

    rungs: tuple[int, ...]
    outcomes: tuple[Outcome, ...] = ()

    def __post_init__(self) -> None:
        if not self.rungs:
            raise ValueError("There is no rung to play against.")

    @property
    def hearts(self) -> int:
        """Returns how many mistakes are left."""
        return max(0, HEARTS - sum(not outcome.right for outcome in self.outcomes))

    @property
    def over(self) -> bool:
        """Returns whether the last heart is lost."""
        return self.hearts == 0

    @property
    def found(self) -> int:
        """Returns how many fakes were found."""
        return sum(outcome.right for outcome in self.outcomes)

    @property
    def level(self) -> int:
        """Returns the level of the next trial, from 1: one more for every fake that was found."""
        return 1 + self.found

    @property
    def kimg(self) -> int:
        """Returns the rung of the next trial: one further for every second level, up to the last."""
        climbed = [rung for rung in self.rungs if rung >= FIRST_KIMG] or [self.rungs[-1]]
        return climbed[min((self.level - 1) // 2, len(climbed) - 1)]

    @property
    def picture_count(self) -> int:
        """Returns how many pictures the next trial has."""
        return FEW_PICTURES if self.level < MANY_FROM_LEVEL else MANY_PICTURES

    @property
    def seconds(self) -> float:
        """Returns how long the next trial lasts."""
        shrunk = max(SHORTEST_SECONDS, FIRST_SECONDS * SHRINKAGE ** (self.level - 1))
        return shrunk if self.picture_count == FEW_PICTURES else shrunk * MANY_SECONDS_RATIO

    @property
    def score(self) -> int:
        """Returns the points so far."""
        return sum(self.points)

    @property
    def points(self) -> tuple[int, ...]:
        """Returns the points of each trial: for finding the fake, for being quick, and for the level."""
        return points_of(self.outcomes)

    def played(self, outcome: Outcome) -> "ArcadeGame":
        """Returns the game with one trial more; raises ValueError when it is over."""
        if self.over:
            raise ValueError("The last heart is lost.")
        return replace(self, outcomes=(*self.outcomes, outcome))


def points_of(outcomes: Sequence[Outcome]) -> tuple[int, ...]:
    """Returns the points of each of a game's trials, in order."""
    points, level = [], 1
    for outcome in outcomes:
        worth = POINTS_FOR_RIGHT + round(POINTS_FOR_SPEED * outcome.time_left) + POINTS_PER_LEVEL * (level - 1)
        points.append(worth if outcome.right else 0)
        level += outcome.right
    return tuple(points)
