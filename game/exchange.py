"""The commands that write answers as files for others, and that take in the files of others."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from game.training_run import UserError

_COMMAND = (sys.executable, "-m", "game.store")


def export_command(scores: Path, folder: Path, now: datetime) -> tuple[Path, Sequence[str]]:
    """Returns the new folder inside `folder`, named after the local time `now`, and the command that writes it.

    Raises UserError where `folder` can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder} can't be made ({error.strerror or error}); check what is in its place.") from error
    out = folder / f"answers-{now.astimezone():%Y%m%d-%H%M%S}"
    return out, (*_COMMAND, "export", "--out", str(out), "--scores", str(scores.absolute()), "--progress")


def merge_command(scores: Path, sources: Sequence[str]) -> Sequence[str]:
    """Returns the command that takes in files or folders, named as file managers and terminals copy them.

    Raises UserError for what is no path.
    """
    paths = [_path(source) for source in sources]
    return (*_COMMAND, "merge", *map(str, paths), "--scores", str(scores.absolute()), "--progress")


def _path(text: str) -> Path:
    cleaned = text.strip().strip("\"'")
    if not cleaned:
        raise UserError("Type the path of a scores file or of an exported folder first.")
    # Absolute: the command runs in another folder, and takes what begins with a hyphen for a flag.
    try:
        return Path(cleaned).expanduser().absolute()
    except (RuntimeError, ValueError) as error:
        raise UserError(f"That is no path ({error}).") from error
