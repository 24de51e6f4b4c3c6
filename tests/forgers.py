"""Forgers of the tests: the real process, waited for, and one that answers at once."""

import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from typing import Any

import numpy as np

from game.app import wake_window
from game.forger import Forger, ForgerStatus
from game.tickets import NearestTicket, Ticket, VerdictTicket
from gan.datasets import DATASETS, load_split

PATIENCE_SECONDS = 60.0


def wait_for(forger: Forger, condition: Callable[[], object]) -> None:
    """Collects answers until something is true; fails where that does not come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"what was waited for did not come; the forger is {forger.status}"
        time.sleep(0.002)
        forger.poll()


def ready_forger() -> Forger:
    """Starts the real forger process and waits until it is ready."""
    forger = Forger(wake_window)
    forger.start()
    wait_for(forger, lambda: forger.status.ready or forger.status.failure)
    assert forger.status.ready, forger.status
    return forger


def other_pictures(images: np.ndarray, size: int, colour: bool) -> np.ndarray:
    """Returns grey pictures, uint8 (N, 28, 28), as (N, size, size), or (N, size, size, 3) with tinted backgrounds."""
    larger = images.repeat(size // 28, axis=1).repeat(size // 28, axis=2)
    margin = size - larger.shape[1]
    larger = np.pad(larger, ((0, 0), (margin // 2, margin - margin // 2), (margin // 2, margin - margin // 2)))
    if not colour:
        return larger
    # Not by default_rng, which the tests of golden pictures replace.
    tints = np.random.Generator(np.random.PCG64(0)).integers(40, 200, (len(images), 1, 1, 3))
    return np.maximum(larger[..., np.newaxis], tints).astype(np.uint8)


class FakeForger:
    """Answers every request at once with the first pictures of a test split, whatever was asked.

    `size` and `colour` make others of them: cut or padded to that size, in three shifted channels. `verdicts` are what
    the discriminator says of one picture after another, again and again; nothing: it doesn't say anything, nor is
    anything found to be similar.
    """

    def __init__(self, class_name: str = "3") -> None:
        self.status = ForgerStatus("", 1.0, ready=True)
        self.error = ""
        self.class_name = class_name
        self.size, self.colour = 28, False
        self.verdicts: Sequence[float] = (0.83, 0.31)
        self.requests: list[tuple[list[dict[str, Any]], str | None]] = []
        self.asked_for_labels: list[dict[str, Any]] = []
        self.asked_for_verdicts: list[tuple[list[dict[str, Any]], str, int]] = []
        self.asked_for_nearest: list[tuple[list[dict[str, Any]], dict[str, Any]]] = []

    def request(self, pictures: Sequence[dict[str, Any]], judge: str | None) -> Ticket:
        self.requests.append((list(pictures), judge))
        if self.error:
            return Ticket(error=self.error)
        images = self._first_pictures(pictures)
        return Ticket(images=images, classes=[(self.class_name, 0.91)] * len(pictures) if judge else [])

    def _first_pictures(self, pictures: Sequence[dict[str, Any]]) -> np.ndarray:
        dataset = "fashion-mnist" if "fashion" in str(pictures[0]) else "mnist"
        images = load_split(DATASETS[dataset], "test").images[: len(pictures), 0]
        unchanged = (self.size, self.colour) == (28, False)
        return images if unchanged else other_pictures(images, self.size, self.colour)

    def request_verdicts(self, pictures: Sequence[dict[str, Any]], run: str, kimg: int) -> VerdictTicket:
        self.asked_for_verdicts.append((list(pictures), run, kimg))
        if self.error or not self.verdicts:
            return VerdictTicket(error=self.error)
        verdicts = tuple(islice(cycle(self.verdicts), len(pictures)))
        return VerdictTicket(verdicts=verdicts, right=1240, trials=2000, kimg=3000)

    def request_nearest(self, pictures: Sequence[dict[str, Any]], reals: dict[str, Any]) -> NearestTicket:
        self.asked_for_nearest.append((list(pictures), reals))
        if self.error or not self.verdicts:
            return NearestTicket(error=self.error)
        # Not the very pictures that it gave.
        images = self._first_pictures([pictures[0], *pictures])[1:]
        return NearestTicket(images=images, numbers=range(1, len(images) + 1))

    def request_labels(self, reals: dict[str, Any]) -> Ticket:
        self.asked_for_labels.append(reals)
        return Ticket(error=self.error) if self.error else Ticket(labels=np.arange(10_000, dtype=np.uint16) % 10)

    def start(self) -> None: ...

    def poll(self) -> bool:
        return False

    def close(self) -> None: ...
