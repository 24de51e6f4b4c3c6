"""Three, two, one, and a rest: how long a player waits for a glimpse.

The wait before a glimpse is part of what is measured: who is surprised by it, or has to wait for long, sees less. So it
is the same in all trials, but for the first one and those after an interruption, for which hands and eyes have to find
their place; the staircase begins with a long exposure, and at an interruption it hardly matters.

The rest, in which nothing is shown, keeps the last number out of the picture, and the whole wait is longer than a
second: so no second has the flicker of two trials in it.
"""

from dataclasses import dataclass

FIRST_BEAT_SECONDS = 0.8
BEAT_SECONDS = 0.4
REST_SECONDS = 0.3
_BEATS = 3


@dataclass(frozen=True, slots=True)
class Countdown:
    """A countdown that began to be seen at `start`, with so many seconds for each number."""

    start: float
    beat_seconds: float

    @property
    def end(self) -> float:
        """When the glimpse begins."""
        return self.start + _BEATS * self.beat_seconds + REST_SECONDS

    def number(self, now: float) -> int:
        """Returns what there is to see: 3, 2, 1, and 0 for nothing."""
        return max(0, _BEATS - int((now - self.start) / self.beat_seconds + 1e-9))

    def seconds_to_change(self, now: float) -> float:
        """Returns how long that stays, at least 0."""
        number = self.number(now)
        change = self.start + (_BEATS + 1 - number) * self.beat_seconds if number else self.end
        return max(0.0, change - now)
