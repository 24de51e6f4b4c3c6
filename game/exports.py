"""What a run can be saved as for others, and the command that does it."""

import sys
from collections.abc import Sequence
from pathlib import Path

from game.training_run import TrainingRun, UserError

_COMMANDS = {
    "film": (("gan.film",), "gif"),
    "figure": (("gan.figures",), "png"),
    "export": (("gan.run_archive", "export"), "zip"),
}


def export_command(what: str, run: TrainingRun, folder: Path) -> tuple[str, Sequence[str]]:
    """Returns the file's name and the command that writes it as a "film", "figure" or "export"; raises UserError.

    The folder is made where it is not there.
    """
    (module, *verb), ending = _COMMANDS[what]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder} can't be made ({error.strerror or error}); check what is in its place.") from error
    path = folder / f"{_file_name(run)}.{ending}"
    return path.name, (sys.executable, "-m", module, *verb, str(run.folder), "--out", str(path), "--progress")


def _file_name(run: TrainingRun) -> str:
    """Returns the title and the folder's name: a class hands in thirty of them, and no two may be the same."""
    letters = "".join(letter if letter.isalnum() else "-" for letter in run.title.lower())
    title = "-".join(filter(None, letters.split("-")))
    return f"{title}-{run.name}" if title and title != run.name else run.name
