"""All runs in the checkpoints folder, kept up to date by looking at their files now and then."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from game.training_run import SHIPPED_RUNS, Tick, TickFeed, TrainingRun, UserError, is_locked, read_run, rung_ticks

LOOK_SECONDS = 0.5
# Of a hundred runs that nobody trains about so many are looked at each time: all of them take longer than a frame.
RUNS_PER_LOOK = 20
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
# Whatever of these changes, the run is read again.
_WATCHED = (
    *("run.json", "name.txt", "ladder", "samples", "stats.jsonl"),
    *("state.safetensors", "held-out.safetensors", "stop", "pause"),
)


class RunLibrary:
    """The runs, shipped ones first, then newest first; `version` grows with every change, `problems` are sentences."""

    def __init__(self, checkpoints: Path) -> None:
        self.checkpoints = checkpoints
        self.version = 0
        self.runs: tuple[TrainingRun, ...] = ()
        self.problems: tuple[str, ...] = ()
        self._looked_at: float | None = None
        self._turn = 0
        self._signatures: dict[Path, object] = {}
        self._read: dict[Path, TrainingRun | str] = {}
        self._feeds: dict[str, TickFeed] = {}

    def look(self, now: float) -> bool:
        """Reads what changed since, at most every `LOOK_SECONDS`; returns whether anything did."""
        if self._looked_at is not None and now - self._looked_at < LOOK_SECONDS:
            return False
        self._looked_at = now
        self._turn += 1
        turns = len(self._signatures) // RUNS_PER_LOOK + 1
        return self._read_changed(lambda place, folder: (place + self._turn) % turns == 0 or self._is_active(folder))

    def refresh(self) -> bool:
        """Reads whatever changed since the last look; returns whether anything did."""
        return self._read_changed(lambda place, folder: True)

    def _is_active(self, folder: Path) -> bool:
        read = self._read.get(folder)
        return isinstance(read, TrainingRun) and read.state.is_active

    def _read_changed(self, is_due: Callable[[int, Path], bool]) -> bool:
        # A hidden folder is a run that is being imported or deleted.
        folders = sorted(path.parent for path in self.checkpoints.glob("*/run.json") if path.parent.name[0] != ".")
        signatures = {
            folder: _signature(folder)
            if is_due(place, folder) or folder not in self._signatures
            else self._signatures[folder]
            for place, folder in enumerate(folders)
        }
        if signatures == self._signatures:
            return False
        for folder, signature in signatures.items():
            if self._signatures.get(folder) != signature:
                self._read[folder] = _run_or_problem(folder)
        self._read = {folder: self._read[folder] for folder in folders}
        self._signatures = signatures
        runs = [read for read in self._read.values() if isinstance(read, TrainingRun)]
        runs.sort(key=lambda run: (run.started_at or _LONG_AGO, run.name), reverse=True)
        runs.sort(key=lambda run: SHIPPED_RUNS.index(run.name) if run.shipped else len(SHIPPED_RUNS))
        self.runs = tuple(runs)
        self.problems = tuple(read for read in self._read.values() if isinstance(read, str))
        self.version += 1
        return True

    def run(self, name: str) -> TrainingRun | None:
        """Returns the run of a name, or None where there is none."""
        return next((run for run in self.runs if run.name == name), None)

    def ticks(self, run: TrainingRun) -> tuple[Tick, ...]:
        """Returns the ticks of a run so far; none where they can't be read."""
        feed = self._feeds.setdefault(run.name, TickFeed(run.folder))
        try:
            return feed.read()
        except OSError:
            return ()

    def measured(self, run: TrainingRun) -> dict[int, Tick]:
        """Returns the tick of each rung that a judge measured, by the rung's kimg, ascending."""
        return rung_ticks(run.rungs, self.ticks(run))


def _run_or_problem(folder: Path) -> TrainingRun | str:
    try:
        return read_run(folder)
    except UserError as error:
        return str(error)
    except OSError as error:
        return f"{folder} can't be read ({error.strerror or error}); check its files, or delete it."


def _signature(folder: Path) -> object:
    """Returns what differs after every change of a run's files."""
    return (is_locked(folder), *(_file_signature(folder / name) for name in _WATCHED))


def _file_signature(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
