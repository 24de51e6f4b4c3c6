"""The file that a command is asked to write."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from gan.errors import UserError


@contextmanager
def new_output(out: Path, suffix: str, flag: str = "--out") -> Iterator[BinaryIO]:
    """Gives a stream that becomes the file `out` when the work is done; nothing of it is left when the work fails.

    Raises UserError, before any work, where `out`, named by `flag`, doesn't end in `suffix` or can't be written.
    """
    if out.suffix.lower() != suffix:
        raise UserError(f"{flag} is {out}; name a {suffix} file.")
    if out.is_dir():
        raise UserError(f"{flag} is {out}, which is a folder; name a {suffix} file.")
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(out)
    except OSError as error:
        if error.filename in (None, str(temporary)):
            # Of a full disk the system doesn't say which file it was.
            raise UserError(f"{out} can't be written ({error.strerror or error}); choose another place.") from error
        raise
    finally:
        with suppress(OSError):
            temporary.unlink()
