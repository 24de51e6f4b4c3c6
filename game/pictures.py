"""From a picture's identity to its pixels: one path for real and fake, so that no cue lies in the path."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.forger import Forger, Ticket
from game.rules import FakePicture, Picture, RealPicture


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture with the judge's class, whose probability is 0 where there is no judge.

    `pixels` are uint8 (size, size), or (size, size, 3) in colour.
    """

    picture: Picture
    pixels: NDArray[np.uint8]
    class_name: str
    class_probability: float


class PictureOrder:
    """Pictures asked of the forger; `shown` is filled when they have come."""

    def __init__(self, pictures: Sequence[Picture], ticket: Ticket) -> None:
        self._pictures = tuple(pictures)
        self._ticket = ticket

    @property
    def shown(self) -> tuple[ShownPicture, ...] | None:
        """The pictures in the order asked, or None while they are still being made."""
        if self._ticket.images is None:
            return None
        classes = self._ticket.classes or [("", 0.0)] * len(self._pictures)
        rows = zip(self._pictures, self._ticket.images, classes, strict=True)
        return tuple(ShownPicture(picture, pixels, name, share) for picture, pixels, (name, share) in rows)

    @property
    def error(self) -> str:
        """The sentence that says why they won't come, or nothing."""
        return self._ticket.error


def order_pictures(
    forger: Forger, checkpoints: Path, pictures: Sequence[Picture], judge: str | None = None
) -> PictureOrder:
    """Asks the forger for pictures, and for the classes that the judge of a dataset sees in them."""
    return PictureOrder(pictures, forger.request([_request(checkpoints, picture) for picture in pictures], judge))


def order_labels(forger: Forger, checkpoints: Path, reals: RealPicture) -> Ticket:
    """Asks the forger for the classes of all real pictures that lie where `reals` lies."""
    return forger.request_labels(_reals_of(checkpoints, reals))


def _reals_of(checkpoints: Path, picture: RealPicture) -> dict[str, Any]:
    return {"held_out_of": str(checkpoints / picture.run)} if picture.run else {"dataset": picture.dataset}


def _request(checkpoints: Path, picture: Picture) -> dict[str, Any]:
    match picture:
        case RealPicture(index=index):
            return {**_reals_of(checkpoints, picture), "number": index}
        case FakePicture(run=run, kimg=kimg, seed=seed):
            return {"run": str(checkpoints / run), "kimg": kimg, "number": seed}
