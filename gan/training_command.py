"""What `python train.py` does: flags in, a run folder out, one sentence where something is wrong."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime

from gan.command_line import report_errors
from gan.config import CHECKPOINTS_ROOT
from gan.out_of_memory import Attempt, is_out_of_memory
from gan.priority import BACKGROUND_NICENESS, lower_priority
from gan.run_folder import refuse_occupied
from gan.run_lock import run_lock
from gan.run_title import new_run_name
from gan.stop_requests import Output, StopSignals, end_at_signals, forget_requests
from gan.torchrun import Place, end_if_several, place_from, refuse_place, said_once
from gan.training_options import Options, parse
from gan.training_work import Work


def run_train_command(arguments: Sequence[str]) -> int:
    """Trains as the arguments say; returns 0 also where the run was stopped, 2 after one sentence of error."""
    status = report_errors(lambda: _run_at(place_from(os.environ), arguments))
    end_if_several(os.environ, status)
    return status


def _run_at(place: Place, arguments: Sequence[str]) -> int:
    with said_once(place):
        options = parse(arguments)
        refuse_place(place, options.training.batch_size, options.launch.resume is not None)
    return _run(options, Output(), place)


def _run(options: Options, output: Output, place: Place) -> int:
    config, launch = options.training, options.launch
    run = launch.resume or launch.out or CHECKPOINTS_ROOT / new_run_name(config.dataset, datetime.now().astimezone())
    with ExitStack() as held:
        if place.rank == 0:
            if launch.resume is None:
                refuse_occupied(run)
            elif not launch.dry_run:
                # Before the state is read, which another process might be about to replace.
                held.enter_context(run_lock(run))
            if not launch.dry_run and run.is_dir():
                # Left by whoever could not wait for the last process.
                forget_requests(run)
        if launch.background:
            lower_priority(BACKGROUND_NICENESS)
        # Remembered from here on, not raised: an exception in the middle of an import can be lost in it. A dry run has
        # nothing to save, and simply ends; so does one of several processes until they have met.
        signals = StopSignals(listening=not launch.dry_run and place.size == 1)
        if place.size > 1:
            end_at_signals()
        # For a program that watches, only what is JSON.
        output.quiet = launch.progress or place.rank > 0
        work = Work(run, launch, held, signals, output, place)
        attempt, moved = Attempt(config, launch.device, launch.resume is not None), False
        while True:
            try:
                return work.do(attempt, moved)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            # Only now, with the error and so the frames that it knows, its tensors can go.
            attempt = work.attempt_after(attempt, config)
            moved = attempt.resumes
