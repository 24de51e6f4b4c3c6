"""The time machine: which moment of a run is on show, and how it plays."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

FRAMES_PER_SECOND = 8.0
# The end is worth a longer look, before it begins again.
LAST_FRAME_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Film:
    """What is on show: the mark at `mark`, or the newest while that is None; `next_frame_at` is set while it plays."""

    mark: int | None = None
    next_frame_at: float | None = None

    @property
    def plays(self) -> bool:
        """Whether the marks go by."""
        return self.next_frame_at is not None


def started(film: Film, marks: Sequence[int], now: float) -> Film:
    """Returns the film playing from where it stands, from the beginning where it stood at the end."""
    if not marks:
        return film
    at_end = film.mark is None or film.mark >= marks[-1]
    mark = marks[0] if at_end else film.mark
    return Film(mark, now + 1 / FRAMES_PER_SECOND)


def paused(film: Film) -> Film:
    """Returns the film standing still."""
    return replace(film, next_frame_at=None)


def advanced(film: Film, marks: Sequence[int], now: float) -> Film:
    """Returns the film as it is `now`: the same object where no new frame is due."""
    if film.next_frame_at is None or now < film.next_frame_at or not marks:
        return film
    place = bisect_right(marks, film.mark or 0)
    if place >= len(marks):
        return Film(marks[0], now + 1 / FRAMES_PER_SECOND)
    mark = marks[place]
    seconds = LAST_FRAME_SECONDS if mark == marks[-1] else 1 / FRAMES_PER_SECOND
    return Film(mark, now + seconds)


def mark_at(marks: Sequence[int], kimg: float) -> int | None:
    """Returns the last mark at or before `kimg`, the first one where all are later; None where there is none."""
    if not marks:
        return None
    return marks[max(0, bisect_right(marks, kimg) - 1)]
