"""Runs as the window sees them: what is in the checkpoints folder, read through its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gan.errors import UserError
from gan.run_log import ladder, measured_rungs, read_record

# Where most people begin to hesitate.
FIRST_CHOICE_KIMG = 64
SHIPPED_RUNS = ("mnist", "fashion-mnist")
_RUNG_NAMES = (
    (3, "Static"),
    (6, "Fog"),
    (12, "Smudge"),
    (24, "Scribble"),
    (48, "Toddler"),
    (96, "Beginner"),
    (192, "Student"),
    (384, "Apprentice"),
    (768, "Copyist"),
    (1536, "Craftsman"),
    (2560, "Forger"),
)
_LAST_RUNG_NAME = "Master forger"


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A run that can be played: its rungs in kimg, ascending, and the judge distance of those that have one."""

    name: str
    folder: Path
    dataset: str
    rungs: tuple[int, ...]
    judge_distances: dict[int, float]
    judge_floor: float | None


def rung_name(kimg: int) -> str:
    """Returns the name of a difficulty: the same for every run, since it says how long was trained."""
    return next((name for limit, name in _RUNG_NAMES if kimg < limit), _LAST_RUNG_NAME)


def nearest_rung(rungs: Sequence[int], kimg: int) -> int:
    """Returns the rung that lies nearest to `kimg`, the lower of two; raises ValueError where there is none."""
    return min(rungs, key=lambda rung: (abs(rung - kimg), rung))


def read_run(folder: Path) -> TrainingRun:
    """Returns the run in a folder; raises UserError where it is none."""
    record = read_record(folder)
    rungs = ladder(folder)
    measured = measured_rungs(folder)
    distances = {kimg: tick.judge_distance for kimg, tick in measured.items() if tick.judge_distance is not None}
    floor = next((tick.judge_floor for tick in measured.values()), None)
    return TrainingRun(folder.name, folder, record.config.dataset, tuple(rungs), distances, floor)


def list_runs(checkpoints: Path) -> tuple[list[TrainingRun], list[str]]:
    """Returns the runs with at least one rung, shipped ones first, then newest first; and a sentence per bad folder."""
    runs, problems = [], []
    folders = [path.parent for path in checkpoints.glob("*/run.json")]
    for folder in sorted(folders, key=lambda folder: folder.stat().st_mtime, reverse=True):
        try:
            run = read_run(folder)
        except UserError as error:
            problems.append(str(error))
            continue
        except OSError as error:
            problems.append(f"{folder} can't be read ({error.strerror or error}); check its files, or delete it.")
            continue
        if run.rungs:
            runs.append(run)
    runs.sort(key=lambda run: run.name not in SHIPPED_RUNS)
    return runs, problems
