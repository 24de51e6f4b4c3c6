"""The lab: every run there is, and the training that this game has started."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from game.rules import RoundSetup
from game.run_library import RunLibrary
from game.training_process import (
    TRAIN_COMMAND,
    TrainingProcess,
    ask_to_go_on,
    ask_to_pause,
    ask_to_stop,
    clear_new_folder,
    last_lines,
    resume_run,
    start_run,
)
from game.training_run import RunState, Tick, TrainingConfig, TrainingRun, UserError, is_locked, write_title

_DELETED = ".deleted-"


@dataclass(slots=True)
class _Work:
    """What this game knows about a process that it started, beyond the files of the run.

    `run` is how the run looked at first and, once the process has ended, at that moment: any later change says more.
    """

    started: TrainingProcess
    run: TrainingRun
    ended: bool = False
    seen_at_work: bool = False
    cancelled: bool = False
    ending: RunState | None = None
    failure: str = ""

    def seen(self, run: TrainingRun) -> TrainingRun:
        """Returns the run of the files with what only this game knows about it."""
        if run.state.is_active or (self.ended and run != self.run):
            return run
        if self.ending is not None:
            return replace(run, state=self.ending, failure=self.failure)
        if not self.ended and not self.seen_at_work:
            # The process is there and has not taken the lock yet.
            return replace(run, state=RunState.STOPPING if self.cancelled else RunState.STARTING, failure="")
        return run


class Lab:
    """Starts, pauses, stops, renames and deletes runs, and knows what has become of them.

    `version` grows with every change. `news` is the name of a run that ended while nobody looked at it, be it that it
    was killed before this game began.
    """

    def __init__(
        self,
        checkpoints: Path,
        wall_clock: Callable[[], datetime],
        command: tuple[str, ...] = TRAIN_COMMAND,
    ) -> None:
        self.library = RunLibrary(checkpoints)
        self.version = 0
        self.news = ""
        self._wall_clock = wall_clock
        self._command = command
        self._works: dict[str, _Work] = {}
        self._last_active = ""

    @property
    def runs(self) -> tuple[TrainingRun, ...]:
        """Every run, shipped ones first, then newest first; those that have not written anything before all."""
        listed = [self._works[run.name].seen(run) if run.name in self._works else run for run in self.library.runs]
        names = {run.name for run in listed}
        unwritten = [work.seen(work.run) for name, work in self._works.items() if name not in names]
        return (*unwritten, *listed)

    def run(self, name: str) -> TrainingRun | None:
        """Returns the run of a name, or None where there is none (any more)."""
        return next((run for run in self.runs if run.name == name), None)

    def playable(self, dataset: str) -> list[TrainingRun]:
        """Returns the runs of a dataset that have a rung, and real pictures to play with."""
        return [run for run in self.runs if run.dataset == dataset and run.rungs and run.real_count]

    def class_name(self, setup: RoundSetup) -> str:
        """Returns what the only class of a round is called; nothing where every class comes."""
        run, number = self.run(setup.run), setup.class_number
        names = run.class_names if run else ()
        return "" if number is None else names[number] if number < len(names) else str(number)

    @property
    def active(self) -> TrainingRun | None:
        """The run that is being trained, the newest of several."""
        return next((run for run in self.runs if run.state.is_active), None)

    def ticks(self, run: TrainingRun) -> tuple[Tick, ...]:
        """Returns the ticks of a run so far."""
        return self.library.ticks(run)

    def look(self, now: float) -> bool:
        """Takes in what happened since the last look; returns whether anything did."""
        first = self.library.version == 0
        changed = self.library.look(now)
        if first:
            _clear_deleted(self.library.checkpoints)
            self.news = next((run.name for run in self.runs if _was_killed(run)), "")
        for name, work in self._works.items():
            run = self.library.run(name)
            work.seen_at_work |= run is not None and run.state.is_active
            status = None if work.ended else work.started.process.poll()
            if status is not None:
                self.library.refresh()
                self._note_end(work, status)
                changed = True
        if changed:
            active = self.active
            if active is None and self._last_active:
                self.news = self._last_active
            self._last_active = active.name if active else ""
            self.version += 1
        return changed

    def _note_end(self, work: _Work, status: int) -> None:
        folder, run = work.started.folder, self.library.run(work.started.folder.name)
        work.ended, work.run = True, run or work.run
        if run is None:
            work.ending = RunState.CANCELLED if work.cancelled else RunState.FAILED
            gone = "" if folder.exists() else "Its folder is gone."
            work.failure = "" if work.cancelled else last_lines(folder, work.started.log_start) or gone
            if not work.started.resumed:
                clear_new_folder(folder)
        elif status > 0 and not work.cancelled and run.state is not RunState.FAILED:
            # A process that was killed by a signal has said nothing: its files tell that it was interrupted.
            work.ending, work.failure = RunState.FAILED, last_lines(folder, work.started.log_start)

    def start(self, title: str, config: TrainingConfig) -> TrainingRun:
        """Starts a new run and returns it; raises UserError where another is under way or the system refuses."""
        self._refuse_second()
        started = start_run(self.library.checkpoints, title, config, self._wall_clock().astimezone(), self._command)
        folder = started.folder
        run = TrainingRun(folder.name, folder, title or folder.name, RunState.STOPPED, config, from_lab=True)
        return self._keep(started, run)

    def resume(self, run: TrainingRun, kimg: int) -> TrainingRun:
        """Goes on with a run up to `kimg` and returns it; raises UserError like `start`."""
        self._refuse_second()
        return self._keep(resume_run(run.folder, replace(run.config, kimg=kimg), self._command), run)

    def _refuse_second(self) -> None:
        self._changed()
        if active := self.active:
            raise UserError(
                f"“{active.title}” is still being trained; stop it first: two would halve the speed of both."
            )

    def _keep(self, started: TrainingProcess, run: TrainingRun) -> TrainingRun:
        work = self._works[run.name] = _Work(started, run)
        self.news = ""
        self.version += 1
        self._last_active = run.name
        return work.seen(run)

    def pause(self, run: TrainingRun) -> None:
        """Makes the run wait; raises UserError where its folder can't be written."""
        ask_to_pause(run.folder)
        self._changed()

    def go_on(self, run: TrainingRun) -> None:
        """Ends the run's wait; raises UserError where its folder can't be written."""
        ask_to_go_on(run.folder)
        self._changed()

    def stop(self, run: TrainingRun) -> None:
        """Makes the run save and end, or end at once where it has learnt nothing yet; raises UserError."""
        work = self._works.get(run.name)
        if work is not None and not work.ended and run.state is RunState.STARTING:
            # Not by a file: a run that starts takes an older one for a leftover, and deletes it.
            work.cancelled = True
            work.started.process.terminate()
        else:
            ask_to_stop(run.folder)
        self._changed()

    def rename(self, run: TrainingRun, title: str) -> None:
        """Changes what people call the run, for an empty title back to its folder's name; raises UserError."""
        title = title.strip() or run.name
        write_title(run.folder, title)
        if (work := self._works.get(run.name)) is not None:
            work.run = replace(work.run, title=title)
        self._changed()

    def delete(self, run: TrainingRun) -> None:
        """Deletes a run; raises UserError where it is shipped, being trained, or the system refuses."""
        if run.shipped:
            raise UserError(f"“{run.title}” came with the game and stays.")
        self._changed()
        now = self.run(run.name)
        # Another window may have gone on with it since it was looked at.
        if (now is not None and now.state.is_active) or is_locked(run.folder):
            raise UserError(f"“{run.title}” is being trained; stop it first.")
        doomed = _free_name(run.folder.with_name(f"{_DELETED}{run.name}"))
        try:
            # At one stroke: a half-deleted run would be listed as a damaged one.
            if run.folder.exists():
                run.folder.rename(doomed)
        except OSError as error:
            raise UserError(f"{run.folder} can't be deleted ({error.strerror or error}).") from error
        shutil.rmtree(doomed, ignore_errors=True)
        self._works.pop(run.name, None)
        self._changed()

    def _changed(self) -> None:
        self.library.refresh()
        self.version += 1


def _free_name(path: Path) -> Path:
    attempt = 1
    while (free := path if attempt == 1 else path.with_name(f"{path.name}-{attempt}")).exists():
        attempt += 1
    return free


def _clear_deleted(checkpoints: Path) -> None:
    """Removes what a deletion left that was cut short."""
    for left in checkpoints.glob(f"{_DELETED}*"):
        shutil.rmtree(left, ignore_errors=True)


def _was_killed(run: TrainingRun) -> bool:
    return run.state is RunState.INTERRUPTED and run.from_lab and run.resumable
