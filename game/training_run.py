"""One run as the window sees it: read through its files, never through PyTorch."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from game.deal import Deck, most_trials
from game.rules import TRIAL_COUNTS, Mode, RoundSetup, class_mode
from game.words import number
from gan.atomic_file import write_atomically
from gan.config import PROBABILISTIC_OBJECTIVES, PROJECT_ROOT, TrainingConfig
from gan.dataset import Dataset
from gan.datasets import DATASETS, FOLDER_PREFIX, dataset_title, find_dataset, is_on_this_computer, refuse_unknown
from gan.errors import UserError
from gan.job_progress import Report
from gan.presets import preset_for
from gan.run_lock import is_locked
from gan.run_log import (
    RunRecord,
    RunStatus,
    Tick,
    held_out_path,
    ladder,
    latest_sample_path,
    merge_ticks,
    read_record,
    read_ticks,
    rung_ticks,
    sample_marks,
    sample_path,
)
from gan.run_source import looks_like_run
from gan.run_title import MAX_TITLE_LENGTH, new_run_name, read_title, write_title
from gan.schedule import rung_schedule
from gan.stop_requests import pause_file_exists, stop_file_exists

# The one door from the game to a run's files: what other modules of the game need of `gan` they take from here.
__all__ = [
    "DATASETS",
    "FOLDER_PREFIX",
    "MAX_TITLE_LENGTH",
    "PROBABILISTIC_OBJECTIVES",
    "PROJECT_ROOT",
    "Dataset",
    "Report",
    "Tick",
    "TrainingConfig",
    "UserError",
    "dataset_title",
    "find_dataset",
    "is_locked",
    "latest_sample_path",
    "looks_like_run",
    "new_run_name",
    "preset_for",
    "read_title",
    "rung_schedule",
    "rung_ticks",
    "sample_path",
    "write_atomically",
    "write_title",
]

# Where most people begin to hesitate.
FIRST_CHOICE_KIMG = 64
SHIPPED_RUNS = ("mnist", "fashion-mnist")
# What the lab's own runs write their output to: it tells them from those that were started in a terminal.
LOG_NAME = "train.log"
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


class RunState(StrEnum):
    """What a run is doing, or what became of it."""

    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    # Its process was killed: the record still says that it runs, and nobody holds the lock.
    INTERRUPTED = "interrupted"
    # Stopped before it had learnt anything: nothing of it is left.
    CANCELLED = "cancelled"

    @property
    def is_active(self) -> bool:
        """Whether a process is at work on the run, be it a waiting one."""
        return self in (RunState.STARTING, RunState.RUNNING, RunState.PAUSED, RunState.STOPPING)


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A run: `name` is its folder's and never changes, `title` is what people call it; rungs and samples in kimg.

    `key` tells it from another run that has the same name on another computer.
    """

    name: str
    folder: Path
    title: str
    state: RunState
    config: TrainingConfig
    device: str = ""
    started_at: datetime | None = None
    failure: str = ""
    rungs: tuple[int, ...] = ()
    samples: tuple[int, ...] = ()
    resumable: bool = False
    from_lab: bool = False
    class_names: tuple[str, ...] = ()
    held_out_count: int = 0
    key: str = ""

    @property
    def dataset(self) -> str:
        """What it learns to draw."""
        return self.config.dataset

    @property
    def has_own_reals(self) -> bool:
        """Whether the real pictures to play with are in the run itself."""
        return self.dataset.startswith(FOLDER_PREFIX)

    @property
    def real_count(self) -> int:
        """How many real pictures there are to play with; 0 where a folder's run has lost them."""
        dataset = DATASETS.get(self.dataset)
        return self.held_out_count if dataset is None else dataset.test_count or 0

    @property
    def deck(self) -> Deck:
        """What a round against the run is dealt from."""
        return Deck(range(self.real_count), reals_of_run=self.has_own_reals)

    def round_setup(
        self, kimg: int, seed: int, class_number: int | None = None, mode: Mode = Mode.PRACTICE
    ) -> RoundSetup:
        """Returns a round against the rung at `kimg`: a short one where there are few real pictures."""
        name = class_mode(class_number) if mode is Mode.PRACTICE else mode
        trials = min(TRIAL_COUNTS[mode], most_trials(name, self.real_count))
        return RoundSetup(self.dataset, self.name, kimg, seed, name, trials)

    @property
    def has_judge(self) -> bool:
        """Whether there can be a judge of its pictures, whose figures are worth waiting for."""
        dataset = DATASETS.get(self.dataset)
        return dataset is not None and bool(dataset.judge)

    @property
    def class_count(self) -> int:
        """Among how many classes one can be asked for; 0 where the run knows none."""
        return len(self.class_names) if self.config.conditional else 0

    @property
    def marks(self) -> tuple[int, ...]:
        """Every kimg at which there is something to see, ascending."""
        return tuple(sorted({*self.samples, *self.rungs}))

    @property
    def shipped(self) -> bool:
        """Whether it came with the program, and so must stay as it is."""
        return self.name in SHIPPED_RUNS


def datasets_here() -> tuple[str, ...]:
    """Returns the names of the datasets that can be learnt from without a download."""
    return tuple(name for name in DATASETS if is_on_this_computer(name))


def rung_name(kimg: int) -> str:
    """Returns the name of a difficulty: the same for every run, since it says how long was trained."""
    return next((name for limit, name in _RUNG_NAMES if kimg < limit), _LAST_RUNG_NAME)


def rung_title(kimg: int) -> str:
    """Returns how a rung is called on screen, such as `Beginner, 64 kimg`."""
    return f"{rung_name(kimg)}, {number(kimg)} kimg"


def nearest_rung(rungs: Sequence[int], kimg: int) -> int:
    """Returns the rung that lies nearest to `kimg`, the lower of two; raises ValueError where there is none."""
    return min(rungs, key=lambda rung: (abs(rung - kimg), rung))


def read_run(folder: Path) -> TrainingRun:
    """Returns the run in a folder; raises UserError where it is none, or of pictures that nobody knows here."""
    # Before the record: whoever let go of the lock has written its last word.
    locked = is_locked(folder)
    record = read_record(folder)
    refuse_unknown(record.config.dataset, folder / "run.json")
    dataset = DATASETS.get(record.config.dataset)
    return TrainingRun(
        name=folder.name,
        folder=folder,
        title=read_title(folder),
        state=_active_state(folder, record.status) if locked else _final_state(record.status),
        config=record.config,
        device=record.device,
        started_at=_moment(record.started_at),
        failure=record.failure,
        rungs=tuple(ladder(folder)),
        samples=tuple(sample_marks(folder)),
        resumable=(folder / "state.safetensors").is_file(),
        from_lab=(folder / LOG_NAME).is_file(),
        # Runs of the first version don't name them.
        class_names=dataset.class_names if dataset else tuple(record.class_names),
        held_out_count=max(0, record.held_out_count) if held_out_path(folder).is_file() else 0,
        key=run_key(record),
    )


def run_key(record: RunRecord) -> str:
    """Returns 16 hexadecimal digits that stay the same when a run goes on, is renamed, exported and imported."""
    config = record.config
    # Neither the length nor the place of the pictures, which may change.
    parts = (record.started_at, record.dataset_fingerprint, config.architecture, config.objective, str(config.seed))
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _active_state(folder: Path, status: RunStatus) -> RunState:
    if stop_file_exists(folder):
        return RunState.STOPPING
    if status is not RunStatus.RUNNING or not (folder / "stats.jsonl").exists():
        return RunState.STARTING
    return RunState.PAUSED if pause_file_exists(folder) else RunState.RUNNING


def _final_state(status: RunStatus) -> RunState:
    return RunState.INTERRUPTED if status is RunStatus.RUNNING else RunState(status.value)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        # Some moments of the first and the last year have no local time.
        return moment.astimezone()
    except (OverflowError, ValueError, OSError):
        return None


class TickFeed:
    """The ticks of a run that may still be written: each `read` looks only at what is new."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._identity = 0
        self._offset = 0
        self._ticks: tuple[Tick, ...] = ()

    def read(self) -> tuple[Tick, ...]:
        """Returns all ticks so far; raises OSError where the file is there and can't be read."""
        try:
            status = (self._folder / "stats.jsonl").stat()
        except FileNotFoundError:
            self._offset, self._ticks = 0, ()
            return ()
        # A resumed run replaces the file by a shorter one, which may have grown again meanwhile.
        if status.st_ino != self._identity or status.st_size < self._offset:
            self._identity, self._offset, self._ticks = status.st_ino, 0, ()
        if status.st_size > self._offset:
            new, self._offset = read_ticks(self._folder, self._offset)
            # The judge's figures come as the last tick once more.
            self._ticks = (*self._ticks[:-1], *merge_ticks(self._ticks[-1:], new))
        return self._ticks
