"""A run from a stranger, taken in beside one's own: copied to a hidden place, checked, and only then given a name."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import BinaryIO

from gan.datasets import DATASETS
from gan.errors import UserError
from gan.job_progress import Report
from gan.run_files import FOLDERS, MAX_TOTAL_BYTES
from gan.run_lock import is_locked, run_lock
from gan.run_log import RunStatus, write_record
from gan.run_source import RunSource, open_source, refuse_too_large
from gan.run_title import clean_title, stored_title, write_title

MAX_NAME_LENGTH = 60
# Names of shipped folders, and those that Windows keeps for its devices.
_DEVICE_NAMES = ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
RESERVED_NAMES = frozenset((*DATASETS, "judges", *_DEVICE_NAMES))
_HIDDEN_PREFIX = ".import-"
_SPARE_BYTES = 16 * 2**20
_COPYING_SHARE = 0.4


def import_run(source: Path, checkpoints: Path, report: Report) -> str:
    """Returns the name under `checkpoints` of the run that was copied from a zip or a folder.

    Where it raises, nothing is left behind: UserError where the source is missing, damaged or not to be trusted, or
    OSError.
    """
    if not source.exists():
        raise UserError(f"There is no file {source}; choose a zip file or the folder of a run.")
    checkpoints.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(checkpoints)
    with open_source(source) as found, _hidden_folder(checkpoints) as folder:
        _refuse_full_disk(sum(found.sizes.values()), checkpoints)
        _copy(found, folder, source, report)
        report(_COPYING_SHARE, "loading PyTorch")
        # Here, because it loads PyTorch: what is plainly wrong has been refused by now.
        from gan.run_check import check_run, told_of

        with told_of(folder, source):
            record = check_run(folder, lambda share, text: report(_COPYING_SHARE + (1 - _COPYING_SHARE) * share, text))
        if record.status == RunStatus.RUNNING:
            write_record(folder, replace(record, status=RunStatus.STOPPED))
        if not stored_title(folder):
            write_title(folder, clean_title(found.old_name) or "imported run")
        return _move_in(folder, checkpoints, _slug(source))


def _copy(found: RunSource, folder: Path, source: Path, report: Report) -> None:
    """Copies the files, and counts what really arrives: a zip may claim less than it holds."""
    for name in FOLDERS:
        (folder / name).mkdir()
    expected_bytes = 1 + sum(found.sizes.values())
    copied_bytes = 0
    for name in found.sizes:
        file_bytes = 0
        with (folder / name).open("x+b") as target:
            for chunk in found.chunks(name):
                file_bytes += len(chunk)
                copied_bytes += len(chunk)
                refuse_too_large(name, file_bytes, source)
                if copied_bytes > MAX_TOTAL_BYTES:
                    raise UserError(f"{source} holds more than {MAX_TOTAL_BYTES:,} bytes; don't use it.")
                target.write(chunk)
                report(_COPYING_SHARE * min(1.0, copied_bytes / expected_bytes), f"copying {name}")
            if name == "stats.jsonl":
                _cut_unfinished_line(target)
            target.flush()
            os.fsync(target.fileno())


def _cut_unfinished_line(stream: BinaryIO) -> None:
    """Takes off what a killed trainer left of its last line."""
    stream.seek(0)
    stream.truncate(stream.read().rfind(b"\n") + 1)


def _refuse_full_disk(size_bytes: int, checkpoints: Path) -> None:
    free_bytes = shutil.disk_usage(checkpoints).free
    if free_bytes < size_bytes + _SPARE_BYTES:
        raise UserError(
            f"The run needs {size_bytes / 2**20:,.0f} MB and the disk with {checkpoints} has "
            f"{free_bytes / 2**20:,.0f} MB left; make room there."
        )


@contextmanager
def _hidden_folder(checkpoints: Path) -> Iterator[Path]:
    """Gives an empty folder under `checkpoints` that is gone at the end, with all that was not moved out of it.

    It lies one deeper than runs do: who lists runs doesn't find it, and its lock can be held while it is moved.
    """
    work = Path(tempfile.mkdtemp(prefix=_HIDDEN_PREFIX, dir=checkpoints))
    try:
        with run_lock(work):
            (work / "run").mkdir()
            yield work / "run"
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _remove_leftovers(checkpoints: Path) -> None:
    """Removes what imports left that were killed; one that is still at work holds its lock."""
    for folder in checkpoints.glob(f"{_HIDDEN_PREFIX}*"):
        # Without its inner folder it has only just been made, and is not locked yet.
        if not folder.is_symlink() and (folder / "run").exists() and not is_locked(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _slug(source: Path) -> str:
    """Returns a name for the run from what it comes from: small letters, digits and hyphens."""
    stem = source.resolve().name.lower().removesuffix(".zip")
    return re.sub("[^a-z0-9]+", "-", stem).strip("-") or "run"


def _move_in(folder: Path, checkpoints: Path, wanted: str) -> str:
    """Gives the folder a name that no other has, and returns it."""
    for number in count(1):
        ending = f"-{number}" if number > 1 else ""
        name = wanted[: MAX_NAME_LENGTH - len(ending)].rstrip("-") + ending
        if name in RESERVED_NAMES or os.path.lexists(checkpoints / name):
            continue
        try:
            folder.rename(checkpoints / name)
        except OSError:
            # Another import may have taken the name just now.
            if not os.path.lexists(checkpoints / name):
                raise
            continue
        return name
    raise AssertionError("counting does not end")
