"""The file that a command is asked to write."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gan.atomic_file import atomic_stream
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
    try:
        with atomic_stream(out) as stream:
            yield stream
    except OSError as error:
        if error.filename == str(out):
            raise UserError(f"{out} can't be written ({error.strerror or error}); choose another place.") from error
        raise
