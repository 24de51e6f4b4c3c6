"""The time machine: which moment of a run is on show, and how its marks go by."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

FRAMES_PER_SECOND = 8.0
# The end is worth a longer look, before it begins again.
LAST_FRAME_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Playback:
    """What is on show: the mark at `mark`, or the newest while that is None; `next_frame_at` is set while it plays."""

    mark: int | None = None
    next_frame_at: float | None = None

    @property
    def plays(self) -> bool:
        """Whether the marks go by."""
        return self.next_frame_at is not None


def started(playback: Playback, marks: Sequence[int], now: float) -> Playback:
    """Returns the playback playing from where it stands, from the beginning where it stood at the end."""
    if not marks:
        return playback
    at_end = playback.mark is None or playback.mark >= marks[-1]
    mark = marks[0] if at_end else playback.mark
    return Playback(mark, now + 1 / FRAMES_PER_SECOND)


def paused(playback: Playback) -> Playback:
    """Returns the playback standing still."""
    return replace(playback, next_frame_at=None)


def advanced(playback: Playback, marks: Sequence[int], now: float) -> Playback:
    """Returns the playback as it is `now`: the same object where no new frame is due."""
    if playback.next_frame_at is None or now < playback.next_frame_at or not marks:
        return playback
    place = bisect_right(marks, playback.mark or 0)
    if place >= len(marks):
        return Playback(marks[0], now + 1 / FRAMES_PER_SECOND)
    mark = marks[place]
    seconds = LAST_FRAME_SECONDS if mark == marks[-1] else 1 / FRAMES_PER_SECOND
    return Playback(mark, now + seconds)


def mark_at(marks: Sequence[int], kimg: float) -> int | None:
    """Returns the last mark at or before `kimg`, the first one where all are later; None where there is none."""
    if not marks:
        return None
    return marks[max(0, bisect_right(marks, kimg) - 1)]
