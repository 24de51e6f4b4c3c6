"""The work on one run: prepared, measured, claimed and trained, again on another device where memory ends."""

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gan.command_line import from_here
from gan.config import LaunchOptions, TrainingConfig
from gan.datasets import dataset_title
from gan.errors import UserError
from gan.event_files import event_files
from gan.job_progress import Report, report_json, reporter
from gan.out_of_memory import Attempt, attempt_in_words, is_out_of_memory, next_attempt
from gan.run_folder import make_folders, refuse_occupied
from gan.run_lock import run_lock
from gan.run_log import RunRecord, RunStatus, Tick, discriminator_path, held_out_path, read_record, write_record
from gan.stop_requests import Output, StopSignals, forget_requests, pause_file_exists, stop_file_exists
from gan.torchrun import Place
from gan.training_options import PROGRAM

if TYPE_CHECKING:
    from gan.distributed import World
    from gan.training_preparation import Preparation


@dataclass(slots=True)
class Work:
    """The work on one run, which may take several attempts; the first that gets so far claims its folder."""

    run: Path
    launch: LaunchOptions
    held: ExitStack
    signals: StopSignals
    output: Output
    place: Place
    is_claimed: bool = False

    def do(self, attempt: Attempt, moved: bool) -> int:
        """Trains, or says what would be trained; returns the exit status, raises UserError or what PyTorch raises."""
        report = reporter(self.launch.progress and self.place.rank == 0)
        report(0.1, "loading PyTorch")
        # torch takes seconds to import: --help and wrong flags should not wait for it.
        self.output.say("Loading PyTorch …")
        from gan.devices import keep_freed_memory, leave_a_core
        from gan.distributed import World, meeting

        keep_freed_memory()
        if self.launch.background:
            leave_a_core()
        world = World(self.place.rank, self.place.size, self.place.local_rank)
        with meeting(world):
            if not self.launch.dry_run:
                self.signals.listen()
            # Named by the time of day, which differs from process to process.
            self.run = Path(world.told(str(self.run)))
            try:
                return self._prepare_and_train(attempt, moved, world, report)
            except (RuntimeError, MemoryError) as error:
                # Alone, another attempt may follow; several would have to agree on it.
                if world.size == 1 or not is_out_of_memory(error):
                    raise
                raise self._out_of_memory() from error

    def _prepare_and_train(self, attempt: Attempt, moved: bool, world: "World", report: Report) -> int:
        from gan.training_plan import measure_plan, plan_lines
        from gan.training_preparation import is_finished, prepare

        run, launch, output = self.run, self.launch, self.output
        report(0.5, "reading pictures")
        preparation = prepare(attempt, run, launch, moved, world)
        record, config = preparation.record, preparation.record.config
        has_work = not attempt.resumes or launch.progress or not is_finished(run, preparation)
        # Process 0 alone knows whether a judge has missed a rung.
        if not any(world.any_of([has_work])):
            output.say(
                f"{from_here(str(run))} is already trained to its {config.kimg} kimg; "
                "give a larger --kimg to train it further."
            )
            if not launch.dry_run and world.writes:
                write_record(run, replace(record, status=RunStatus.DONE, failure=""))
            return 0
        if self._is_stopped(world):
            return 0
        report(0.8, "measuring")
        plan = measure_plan(config, record.precision, preparation.state, preparation.judge, world)
        for line in plan_lines(plan, config, preparation, from_here(str(run))):
            output.say(line)
        if launch.discriminator_from is not None:
            teacher, learnt = from_here(str(launch.discriminator_from)), read_record(launch.discriminator_from).config
            # Another dataset's is allowed, and must not go unnoticed.
            output.say(f"begins with the discriminator of {teacher}, trained on {dataset_title(learnt.dataset)}")
        if launch.dry_run:
            output.say("Dry run: nothing was written.")
            if launch.progress and world.writes:
                report_json(1.0, "measured", asdict(plan))
            return 0
        if preparation.judge is None:
            output.say(f"There is no judge for {config.dataset}, so its distances are not measured.")
        if self._is_stopped(world):
            return 0
        if world.writes:
            self._claim()
        return train_run(run, preparation, self.signals, output, world, launch.tensorboard)

    def attempt_after(self, failed: Attempt, asked: TrainingConfig) -> Attempt:
        """Returns what follows an attempt that ran out of memory, and says so; raises UserError where nothing does."""
        from gan.devices import device_title, find_device, free_memory

        device = find_device(failed.device)
        free_memory(device)
        has_state = (self.run / "state.safetensors").is_file()
        following = next_attempt(asked, failed, device.type, has_state)
        if following is None:
            raise self._out_of_memory()
        self.output.say(f"Not enough memory on {device_title(device)}: {attempt_in_words(failed, following)}.")
        return following

    def _out_of_memory(self) -> UserError:
        """Returns the sentence about the end of all memory, which is then noted in the record of a run that began."""
        can_go_on = self.launch.resume is not None or (self.run / "state.safetensors").is_file()
        # What has begun keeps its batch size.
        remedy = (
            f"close other programs, then go on with --resume {from_here(str(self.run))}"
            if can_go_on
            else "give a smaller --batch-size, or close other programs"
        )
        sentence = f"Not enough memory on this computer; {remedy}."
        if self.is_claimed:
            _note_failure(self.run, read_record(self.run), sentence)
        return UserError(sentence)

    def _is_stopped(self, world: "World") -> bool:
        if not any(world.any_of([bool(self.signals.received) or stop_file_exists(self.run)])):
            return False
        self.output.say("Stopped before anything was trained; nothing was written.")
        if not self.launch.dry_run and world.writes:
            forget_requests(self.run)
        return True

    def _claim(self) -> None:
        if not self.is_claimed and self.launch.resume is None:
            make_folders(self.run)
            self.held.enter_context(run_lock(self.run))
            # Another process may have trained into it since this one looked.
            refuse_occupied(self.run)
        make_folders(self.run / "ladder", self.run / "samples")
        self.is_claimed = True


def _note_failure(run: Path, record: RunRecord, failure: str) -> None:
    # The disk may be what failed.
    with suppress(OSError):
        forget_requests(run)
        write_record(run, replace(record, status=RunStatus.FAILED, failure=failure))


def train_run(
    run: Path,
    preparation: "Preparation",
    signals: StopSignals,
    output: Output,
    world: "World",
    writes_events: bool,
) -> int:
    """Trains a prepared run until it ends or is stopped; returns 0, or raises what ended it, noted in run.json."""
    from gan.checkpoint import write_discriminator
    from gan.distributed import ProcessLostError
    from gan.held_out import write_held_out
    from gan.progress import display
    from gan.tick_writer import forget_after
    from gan.trainer import TrainingInputs, train

    record, state = preparation.record, preparation.state
    if world.writes:
        if record.discriminator_from and state.step == 0:
            # Before the record, which promises it to whoever resumes a run that was killed before its first tick.
            write_discriminator(discriminator_path(run), state.discriminator, kimg=0)
        # The record before the rest: a run that is killed in between can be resumed like any other.
        write_record(run, record)
        if preparation.held_out is not None:
            write_held_out(held_out_path(run), preparation.held_out.images, preparation.held_out.labels)
        forget_after(run, state.step, record.config.images_per_step)
    with ExitStack() as watching:
        watchers: list[Callable[[Tick], None]] = [watching.enter_context(display(output, record.config)).show]

        def on_tick(tick: Tick) -> None:
            for watch in watchers:
                watch(tick)

        try:
            if writes_events and world.writes:
                watchers.append(watching.enter_context(event_files(run, record, state.step)))
            inputs = TrainingInputs(
                run=run,
                config=record.config,
                precision=record.precision,
                images=preparation.images,
                labels=preparation.labels,
                judge=preparation.judge,
                should_stop=lambda: signals.received or output.is_closed or stop_file_exists(run),
                should_pause=lambda: pause_file_exists(run),
                on_tick=on_tick,
                clock=time.perf_counter,
                sleep=time.sleep,
                world=world,
            )
            finished = train(inputs, state)
            # The last rung is still being judged by process 0: torchrun takes those for lost that end long before.
            world.wait_for_all()
        except Exception as error:
            if isinstance(error, ProcessLostError):
                error = ProcessLostError(f"go on with --resume {run}")
            # Without memory another attempt may follow: not the end of the run yet.
            if world.writes and not is_out_of_memory(error):
                _note_failure(run, record, from_here(str(error)) or type(error).__name__)
            raise error
    if world.writes:
        forget_requests(run)
        write_record(run, replace(record, status=RunStatus.DONE if finished else RunStatus.STOPPED))
    place, kimg = from_here(str(run)), state.step * record.config.images_per_step // 1000
    output.say(
        f"Done: {place} has its rung at {kimg} kimg."
        if finished
        else f"Stopped and saved at {kimg} kimg; go on with: python {PROGRAM} --resume {place}"
    )
    return 0
