"""Requests to the forger and its answers, as the tests of both of its sides ask and read them."""

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from forgers import wait_for
from numpy.typing import NDArray

from game.forger import Forger
from game.tickets import Ticket


def real(number: int, dataset: str = "mnist") -> dict[str, Any]:
    """Returns a picture of a test split."""
    return {"dataset": dataset, "number": number}


def fake(run: Path, kimg: int, number: int) -> dict[str, Any]:
    """Returns a picture that a rung draws from a seed."""
    return {"run": str(run), "kimg": kimg, "number": number}


def answer(forger: Forger, pictures: list[dict[str, Any]], judge: str | None = None) -> Ticket:
    """Returns the answered request for pictures."""
    ticket = forger.request(pictures, judge)
    wait_for(forger, lambda: ticket.answered)
    return ticket


def images(forger: Forger, pictures: list[dict[str, Any]]) -> NDArray[np.uint8]:
    """Returns the pictures themselves."""
    ticket = answer(forger, pictures)
    assert ticket.images is not None, ticket.error
    return ticket.images


def process_of(forger: Forger) -> subprocess.Popen[bytes]:
    """Returns the process behind the window's side."""
    process = forger._process
    assert process is not None
    return process
