"""The folder of a run that begins: empty, or as a launcher has prepared it."""

from pathlib import Path

from gan.errors import UserError

# What a program that starts a run may have put into its new folder, and what is no part of a run.
LAUNCHER_FILES = frozenset({"lock", "train.log", "name.txt", "stop", "pause"})


def refuse_occupied(run: Path) -> None:
    """Raises UserError where a new run can't begin in a folder, because something lies there."""
    if run.is_dir() and all(map(_may_lie_in_a_new_run, run.iterdir())):
        return
    if run.exists() and not run.is_dir():
        raise UserError(f"{run} is a file; name a folder with --out.")
    if run.exists():
        going_on = f", or go on with --resume {run}" if (run / "run.json").is_file() else ""
        raise UserError(f"{run} is there already and not empty; name another --out{going_on}.")


def _may_lie_in_a_new_run(path: Path) -> bool:
    # A process that was killed before it had written its record leaves an empty folder or half a file.
    is_empty_folder = path.is_dir() and next(path.iterdir(), None) is None
    return is_empty_folder or path.name in LAUNCHER_FILES or path.name.endswith(".tmp")


def make_folders(*folders: Path) -> None:
    """Makes the folders that are not there; raises UserError where one can't be made."""
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"{folder} can't be written ({error.strerror}); name another folder with --out.") from error
