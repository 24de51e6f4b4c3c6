"""One process at a time trains into a folder; the lock is the operating system's, so it never outlives its holder."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gan.errors import UserError


@contextmanager
def run_lock(run: Path) -> Iterator[None]:
    """Holds the folder's lock, on the file `lock` in it; raises UserError where another process holds it."""
    try:
        stream = (run / "lock").open("a")
    except OSError as error:
        raise UserError(f"{run} can't be written ({error.strerror}); check the folder's permissions.") from error
    with stream:
        try:
            _lock(stream.fileno())
        except OSError as error:
            raise UserError(f"{run} is being trained by another process; stop that one first.") from error
        yield


def _lock(descriptor: int) -> None:
    """Takes an exclusive lock or raises OSError at once; closing the file, or the end of the process, gives it back."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
