"""The lab: every run there is, and the training that this game has started."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from game.run_library import RunLibrary
from game.training_process import (
    TRAIN_COMMAND,
    TrainingProcess,
    ask_to_go_on,
    ask_to_pause,
    ask_to_stop,
    last_lines,
    resume_run,
    start_run,
)
from game.training_run import RunState, Tick, TrainingConfig, TrainingRun, UserError, read_title, write_title


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
        self._processes: dict[str, TrainingProcess] = {}
        # What became of processes that ended without a word in their run's record.
        self._endings: dict[str, TrainingRun] = {}
        self._cancelled: set[str] = set()
        # Those of the processes that have been seen at work.
        self._begun: set[str] = set()
        self._last_active = ""

    @property
    def runs(self) -> tuple[TrainingRun, ...]:
        """Every run, shipped ones first, then newest first; those that have not written anything yet before all."""
        listed = [self._with_ending(run) for run in self.library.runs]
        names = {run.name for run in listed}
        unwritten = [self._unwritten(started) for name, started in self._processes.items() if name not in names]
        unwritten += [run for name, run in self._endings.items() if name not in names]
        return (*unwritten, *listed)

    def _unwritten(self, started: TrainingProcess) -> TrainingRun:
        folder = started.folder
        state = RunState.STOPPING if folder.name in self._cancelled else RunState.STARTING
        return TrainingRun(folder.name, folder, read_title(folder), state, started.config, from_lab=True)

    def _with_ending(self, run: TrainingRun) -> TrainingRun:
        if run.name in self._processes and run.name not in self._begun and not run.state.is_active:
            # Its process is there and has not taken the lock yet.
            return replace(run, state=RunState.STARTING, failure="")
        ending = self._endings.get(run.name)
        return replace(run, state=ending.state, failure=ending.failure) if ending and not run.state.is_active else run

    def run(self, name: str) -> TrainingRun | None:
        """Returns the run of a name, or None where there is none (any more)."""
        return next((run for run in self.runs if run.name == name), None)

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
            self.news = next((run.name for run in self.runs if _was_killed(run)), "")
        self._begun |= {run.name for run in self.library.runs if run.state.is_active}
        for name, started in list(self._processes.items()):
            status = started.process.poll()
            if status is not None:
                self.library.refresh()
                del self._processes[name]
                self._note_end(name, started, status)
                changed = True
        active = self.active
        if active is None and self._last_active:
            self.news = self._last_active
        self._last_active = active.name if active else ""
        self.version += changed
        return changed

    def _note_end(self, name: str, started: TrainingProcess, status: int) -> None:
        run = self.library.run(name)
        if run is None:
            # It has written nothing: its folder holds no more than the log.
            state = RunState.CANCELLED if name in self._cancelled else RunState.FAILED
            failure = last_lines(started.folder) if state is RunState.FAILED else ""
            self._endings[name] = replace(self._unwritten(started), state=state, failure=failure)
            shutil.rmtree(started.folder, ignore_errors=True)
        elif status != 0 and name not in self._cancelled:
            self._endings[name] = replace(run, state=RunState.FAILED, failure=last_lines(started.folder))
        self._cancelled.discard(name)

    def start(self, title: str, config: TrainingConfig) -> TrainingRun:
        """Starts a new run and returns it; raises UserError where another is under way or the system refuses."""
        self._refuse_second()
        started = start_run(self.library.checkpoints, title, config, self._wall_clock().astimezone(), self._command)
        return self._keep(started)

    def resume(self, run: TrainingRun, kimg: int) -> TrainingRun:
        """Goes on with a run up to `kimg` and returns it; raises UserError like `start`."""
        self._refuse_second()
        return self._keep(resume_run(run.folder, replace(run.config, kimg=kimg), self._command))

    def _refuse_second(self) -> None:
        if active := self.active:
            raise UserError(
                f"“{active.title}” is still being trained; stop it first: two would halve the speed of both."
            )

    def _keep(self, started: TrainingProcess) -> TrainingRun:
        name = started.folder.name
        self._processes[name] = started
        self._endings.pop(name, None)
        self._begun.discard(name)
        self.news = ""
        self.version += 1
        self._last_active = name
        return next(run for run in self.runs if run.name == name)

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
        started = self._processes.get(run.name)
        if started is not None and run.state is RunState.STARTING:
            # Not by a file: a run that starts takes an older one for a leftover, and deletes it.
            self._cancelled.add(run.name)
            started.process.terminate()
        else:
            ask_to_stop(run.folder)
        self._changed()

    def rename(self, run: TrainingRun, title: str) -> None:
        """Changes what people call the run; raises UserError where its folder can't be written."""
        write_title(run.folder, title)
        self._changed()

    def delete(self, run: TrainingRun) -> None:
        """Deletes a run; raises UserError where it is shipped, being trained, or the system refuses."""
        if run.shipped:
            raise UserError(f"“{run.title}” came with the game and stays.")
        if run.state.is_active:
            raise UserError(f"“{run.title}” is being trained; stop it first.")
        self._endings.pop(run.name, None)
        doomed = run.folder.with_name(f".deleted-{run.name}")
        try:
            # At one stroke: a half-deleted run would be listed as a damaged one.
            if run.folder.exists():
                run.folder.rename(doomed)
        except OSError as error:
            raise UserError(f"{run.folder} can't be deleted ({error.strerror or error}).") from error
        shutil.rmtree(doomed, ignore_errors=True)
        self._changed()

    def _changed(self) -> None:
        self.library.refresh()
        self.version += 1


def _was_killed(run: TrainingRun) -> bool:
    return run.state is RunState.INTERRUPTED and run.from_lab and run.resumable
