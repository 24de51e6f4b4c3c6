"""Requests to the forger under way: each is filled in when its reply has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(slots=True)
class Ticket:
    """A request under way; `images`, `labels` or `error` appears when it is answered.

    `images` are uint8 (N, size, size), or (N, size, size, 3) in colour. `classes` has the judge's class and its
    probability for each of them; empty where there is no judge. `labels` are the classes of real pictures, uint16 (N,).
    """

    images: NDArray[np.uint8] | None = None
    classes: Sequence[tuple[str, float]] = ()
    labels: NDArray[np.uint16] | None = None
    error: str = ""

    @property
    def answered(self) -> bool:
        """Whether an answer, of either kind, is there."""
        return self.images is not None or self.labels is not None or bool(self.error)

    def take(self, reply: dict[str, Any], payload: bytes) -> None:
        """Fills in the answer."""
        if len(reply["shape"]) == 1:
            self.labels = np.frombuffer(payload, "<u2")
        else:
            self.images = _pictures(reply, payload)
            self.classes = [(name, probability) for name, probability in reply["classes"]]


@dataclass(slots=True)
class VerdictTicket:
    """A request to a run's discriminator under way; `verdicts` or `error` appears when it is answered.

    `verdicts` are the pictures' probabilities of being fake; of `trials` others, whose truth is known, it gets `right`
    right. `kimg` is what it was trained to.
    """

    verdicts: tuple[float, ...] | None = None
    right: int = 0
    trials: int = 0
    kimg: int = 0
    error: str = ""

    def take(self, reply: dict[str, Any], payload: bytes) -> None:
        """Fills in the answer."""
        self.right, self.trials, self.kimg = reply["right"], reply["trials"], reply["kimg"]
        self.verdicts = tuple(reply["verdicts"])


@dataclass(slots=True)
class NearestTicket:
    """A request for the nearest real pictures under way; `images` or `error` appears when it is answered.

    `images` are as a `Ticket` has them, and `numbers` their places among the real pictures.
    """

    images: NDArray[np.uint8] | None = None
    numbers: Sequence[int] = ()
    error: str = ""

    def take(self, reply: dict[str, Any], payload: bytes) -> None:
        """Fills in the answer."""
        self.numbers, self.images = reply["numbers"], _pictures(reply, payload)


def _pictures(reply: dict[str, Any], payload: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(payload, np.uint8).reshape(reply["shape"])
