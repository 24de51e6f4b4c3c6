"""What torchrun tells a process about itself; no torch in here."""

import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass

from gan.errors import SaidElsewhereError, UserError

_NAMES = {"RANK": 0, "WORLD_SIZE": 1, "LOCAL_RANK": 0, "TORCHELASTIC_RESTART_COUNT": 0}


@dataclass(frozen=True, slots=True)
class Place:
    """Which of `size` processes this one is, and which on its own computer; process 0 writes and prints.

    `restarts` is how often torchrun has started them all again after one was lost.
    """

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    restarts: int = 0


def place_from(environment: Mapping[str, str]) -> Place:
    """Returns this process's place; the only one where torchrun did not start it. Raises UserError."""
    try:
        place = Place(*(int(environment.get(name, default)) for name, default in _NAMES.items()))
    except ValueError:
        place = Place(rank=-1)
    if not 0 <= place.rank < place.size or place.local_rank < 0:
        found = ", ".join(f"{name}={environment[name]}" for name in _NAMES if name in environment)
        raise UserError(f"No process of torchrun has {found}; start it with torchrun, or unset these variables.")
    return place


def refuse_place(place: Place, batch_size: int, resumes: bool) -> None:
    """Raises UserError where that many processes have too few pictures each, or begin a run for the second time."""
    if batch_size < 2 * place.size:
        raise UserError(f"--batch-size is {batch_size}; {place.size} processes need {2 * place.size} or more.")
    if place.restarts and not resumes:
        # Under a name of its own the run would begin anew, without a word.
        raise UserError("A process was lost and torchrun started all again, which only helps a run with --resume.")


@contextmanager
def said_once(place: Place) -> Iterator[None]:
    """Leaves help, and sentences that all processes have, to the first one of each computer."""
    if place.local_rank == 0:
        yield
        return
    try:
        with redirect_stdout(io.StringIO()):
            yield
    except UserError as error:
        raise SaidElsewhereError(str(error)) from error


def end_if_several(environment: Mapping[str, str], status: int) -> None:
    """Ends this process with the status where it is one of several; otherwise returns."""
    if environment.get("WORLD_SIZE", "1") != "1":
        sys.stdout.flush()
        sys.stderr.flush()
        # Without the usual farewells: PyTorch's threads for messages can abort a process that has done all its work.
        os._exit(status)
