"""One process at a time trains into a folder; the lock is the operating system's, so it never outlives its holder."""

import errno
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gan.errors import UserError

# Whoever only looks holds the lock for an instant: a trainer that starts in that instant must not be refused.
RETRY_SECONDS = 0.05
TRIES = 10
_HELD_BY_ANOTHER = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)


@contextmanager
def run_lock(run: Path, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Holds the folder's lock, on the file `lock` in it; raises UserError where another process keeps it."""
    try:
        stream = (run / "lock").open("a")
    except OSError as error:
        raise UserError(f"{run} can't be written ({error.strerror}); check the folder's permissions.") from error
    with stream:
        if not _locked_in_time(stream.fileno(), run, sleep):
            raise UserError(f"{run} is being trained by another process; stop that one first.")
        yield


def _locked_in_time(descriptor: int, run: Path, sleep: Callable[[float], None]) -> bool:
    for _ in range(TRIES):
        try:
            if _try_to_lock(descriptor, shared=False):
                return True
        except OSError as error:
            raise UserError(f"{run} can't be locked ({error.strerror}); use another disk.") from error
        sleep(RETRY_SECONDS)
    return False


def is_locked(run: Path) -> bool:
    """Returns whether a process is training into the folder; creates nothing."""
    try:
        with (run / "lock").open("rb") as stream:
            return not _try_to_lock(stream.fileno(), shared=True)
    except OSError:
        return False


def _try_to_lock(descriptor: int, shared: bool) -> bool:
    """Returns whether it took the lock; closing the file, or the end of the process, gives it back; raises OSError.

    `shared` lets others look too where the system knows such locks: two that only look must not find each other.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD_BY_ANOTHER:
            return False
        # Not every disk knows locks.
        raise
    return True
