"""What torchrun tells a process about itself; no torch in here."""

from collections.abc import Mapping
from dataclasses import dataclass

from gan.errors import UserError


@dataclass(frozen=True, slots=True)
class Place:
    """Which of `size` processes this one is, and which on its own computer; process 0 writes and prints."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0


def place_from(environment: Mapping[str, str]) -> Place:
    """Returns this process's place; the only one where torchrun did not start it. Raises UserError."""
    try:
        return Place(*(int(environment.get(n, d)) for n, d in (("RANK", 0), ("WORLD_SIZE", 1), ("LOCAL_RANK", 0))))
    except ValueError as error:
        raise UserError("RANK, WORLD_SIZE and LOCAL_RANK have to be whole numbers; start it with torchrun.") from error
