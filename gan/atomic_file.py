"""Files that are either whole or not there."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

RETRY_SECONDS = 0.05
TRIES = 20


def write_atomically(path: Path, content: bytes) -> None:
    """Writes to a temporary name, flushes to disk, then renames to `path`; raises OSError with the name of the file."""
    with atomic_stream(path) as stream:
        stream.write(content)


@contextmanager
def atomic_stream(path: Path) -> Iterator[BinaryIO]:
    """Gives a stream, to write and to read, that becomes the file `path` when the work is done.

    Nothing of it is left when the work fails. Raises OSError with the name of the file.
    """
    # The process number keeps two programs from sharing one temporary file.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        _replace(temporary, path)
    except BaseException as error:
        # Of a full disk the system doesn't say which file it was.
        if isinstance(error, OSError) and error.filename in (None, str(temporary)):
            error.filename = str(path)
        with suppress(OSError):
            temporary.unlink()
        raise


def _replace(temporary: Path, path: Path) -> None:
    for _ in range(TRIES):
        try:
            temporary.replace(path)
            _keep_name(path.parent)
        except PermissionError:
            # On Windows a file can't be replaced while another program reads it: the game, a virus scanner.
            if sys.platform != "win32":
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return
    temporary.replace(path)


def _keep_name(folder: Path) -> None:
    """Flushes a folder's names to disk, so that a rename outlives a power cut; Windows has no such call."""
    if sys.platform == "win32":
        return
    # Some network folders refuse it.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
