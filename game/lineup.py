"""A line of pictures of which one is a fake, and which one was called it."""

from dataclasses import dataclass

from game.pictures import ShownPicture
from game.rules import Truth


@dataclass(frozen=True, slots=True)
class LineupTrial:
    """Pictures with one fake, of the rung at `kimg`; `chosen` is a place from 0, or None where time was up."""

    kimg: int
    shown: tuple[ShownPicture, ...]
    chosen: int | None

    @property
    def fake_place(self) -> int:
        """Returns where the fake is."""
        return next(place for place, shown in enumerate(self.shown) if shown.picture.truth is Truth.FAKE)

    @property
    def right(self) -> bool:
        """Returns whether the fake was found."""
        return self.chosen == self.fake_place
