"""From a picture's identity to its pixels: one path for real and fake, so that no cue lies in the path."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from game.forger import Forger
from game.rules import FakePicture, Picture, RealPicture
from game.statistics import Proportion
from game.tickets import NearestTicket, Ticket, VerdictTicket


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


class VerdictOrder:
    """What a discriminator is asked about pictures; `verdicts` and `accuracy` are there when it has answered."""

    def __init__(self, ticket: VerdictTicket) -> None:
        self._ticket = ticket

    @property
    def verdicts(self) -> tuple[float, ...] | None:
        """How likely each picture is fake, in the order asked: from ½ on it is called fake."""
        return self._ticket.verdicts

    @property
    def kimg(self) -> int:
        """What the discriminator was trained to, when it has answered: it tells it from others of the same run."""
        return self._ticket.kimg

    @property
    def accuracy(self) -> Proportion | None:
        """How many it gets right of other pictures, neither in its training nor in the round, half of them fakes."""
        ticket = self._ticket
        return None if ticket.verdicts is None else Proportion(ticket.right, ticket.trials)

    @property
    def error(self) -> str:
        """The sentence that says why there is no answer, or nothing."""
        return self._ticket.error


class NearestOrder:
    """The real pictures that are most similar to others; `shown` is filled when they have been found."""

    def __init__(self, reals: RealPicture, ticket: NearestTicket) -> None:
        self._reals = reals
        self._ticket = ticket

    @property
    def shown(self) -> tuple[ShownPicture, ...] | None:
        """The most similar one of each picture in the order asked, or None while they are still looked for."""
        if self._ticket.images is None:
            return None
        rows = zip(self._ticket.numbers, self._ticket.images, strict=True)
        return tuple(ShownPicture(replace(self._reals, index=number), pixels, "", 0.0) for number, pixels in rows)

    @property
    def error(self) -> str:
        """The sentence that says why they won't be found, or nothing."""
        return self._ticket.error


def order_pictures(
    forger: Forger, checkpoints: Path, pictures: Sequence[Picture], judge: str | None = None
) -> PictureOrder:
    """Asks the forger for pictures, and for the classes that the judge of a dataset sees in them."""
    return PictureOrder(pictures, forger.request([_request(checkpoints, picture) for picture in pictures], judge))


def order_labels(forger: Forger, checkpoints: Path, reals: RealPicture) -> Ticket:
    """Asks the forger for the classes of all real pictures that lie where `reals` lies."""
    return forger.request_labels(_reals_of(checkpoints, reals))


def order_verdicts(forger: Forger, checkpoints: Path, pictures: Sequence[Picture], run: str, kimg: int) -> VerdictOrder:
    """Asks the discriminator of a run about pictures, whose fakes are of its rung at `kimg`."""
    requests = [_request(checkpoints, picture) for picture in pictures]
    return VerdictOrder(forger.request_verdicts(requests, str(checkpoints / run), kimg))


def order_nearest(forger: Forger, checkpoints: Path, pictures: Sequence[Picture], reals: RealPicture) -> NearestOrder:
    """Asks for the most similar real picture of each, but not itself, among all that lie where `reals` lies."""
    requests = [_request(checkpoints, picture) for picture in pictures]
    return NearestOrder(reals, forger.request_nearest(requests, _reals_of(checkpoints, reals)))


def _reals_of(checkpoints: Path, picture: RealPicture) -> dict[str, Any]:
    return {"held_out_of": str(checkpoints / picture.run)} if picture.run else {"dataset": picture.dataset}


def _request(checkpoints: Path, picture: Picture) -> dict[str, Any]:
    match picture:
        case RealPicture(index=index):
            return {**_reals_of(checkpoints, picture), "number": index}
        case FakePicture(run=run, kimg=kimg, seed=seed):
            return {"run": str(checkpoints / run), "kimg": kimg, "number": seed}
