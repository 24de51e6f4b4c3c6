"""What a person calls a run: one line in name.txt; the run's identity stays its folder's name, made here too."""

import re
from datetime import datetime
from pathlib import Path

from gan.atomic_file import write_atomically
from gan.errors import UserError

TITLE_FILE = "name.txt"
MAX_TITLE_LENGTH = 40
# Enough for forty characters of four bytes and as much white space; the file may come from a stranger.
_MAX_READ_BYTES = 1024


def new_run_name(dataset: str, now: datetime) -> str:
    """Returns what the folder of a run of a dataset, also `folder:PATH`, is called that begins now."""
    # Of a folder its own name, as far as it may stand in another name.
    name = re.sub(r"[^A-Za-z0-9-]+", "-", Path(dataset.removeprefix("folder:")).name).strip("-")[:MAX_TITLE_LENGTH]
    return f"{name or 'pictures'}-{now:%Y%m%d-%H%M%S}"


def clean_title(text: str) -> str:
    """Returns text as a title: printable characters only, white space collapsed, at most 40 long; may be empty."""
    spaced = "".join(" " if character.isspace() else character for character in text)
    words = "".join(character for character in spaced if character.isprintable()).split()
    return " ".join(words)[:MAX_TITLE_LENGTH].rstrip()


def stored_title(run: Path) -> str:
    """Returns the title in a run's name.txt, cleaned; empty where there is none that can be read."""
    path = run / TITLE_FILE
    try:
        if not path.is_file():
            # Opening a pipe of that name would wait for ever.
            return ""
        with path.open("rb") as stream:
            return clean_title(stream.read(_MAX_READ_BYTES).decode("utf-8", errors="ignore"))
    except OSError:
        return ""


def read_title(run: Path) -> str:
    """Returns the title of a run, at most 40 printable characters: its folder's name where it was given none."""
    return stored_title(run) or clean_title(run.resolve().name) or "run"


def write_title(run: Path, title: str) -> None:
    """Writes name.txt atomically; raises UserError where nothing of the title can be shown, or it can't be written."""
    cleaned = clean_title(title)
    if not cleaned:
        raise UserError("A run's title needs at least one character that can be seen; type another one.")
    try:
        write_atomically(run / TITLE_FILE, f"{cleaned}\n".encode())
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"The title of {run} can't be written ({reason}); check the folder's permissions.") from error
