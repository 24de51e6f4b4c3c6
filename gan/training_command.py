"""What `python train.py` does: flags in, a run folder out, one sentence where something is wrong."""

import os
import re
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from gan.command_line import from_here, parse_arguments, peek_arguments, report_errors
from gan.config import (
    CHECKPOINTS_ROOT,
    ArchitectureName,
    LaunchOptions,
    ObjectiveName,
    TrainingConfig,
    changed_hyper_parameters,
)
from gan.datasets import FOLDER_PREFIX, find_dataset
from gan.errors import UserError
from gan.event_files import event_files, require_tensorboard
from gan.job_progress import Report, report_json, reporter
from gan.out_of_memory import Attempt, attempt_in_words, is_out_of_memory, next_attempt
from gan.presets import preset
from gan.priority import BACKGROUND_NICENESS, lower_priority
from gan.run_lock import run_lock
from gan.run_log import RunRecord, RunStatus, Tick, find_run, read_record, write_record
from gan.stop_requests import (
    Output,
    StopSignals,
    end_at_signals,
    forget_requests,
    pause_file_exists,
    stop_file_exists,
)
from gan.torchrun import Place, end_if_several, place_from, refuse_place, said_once

if TYPE_CHECKING:
    from gan.distributed import World
    from gan.training_preparation import Preparation

PROGRAM = "train.py"
# What a program that starts a run may have put into its new folder, and what is no part of a run.
LAUNCHER_FILES = frozenset({"lock", "train.log", "name.txt", "stop", "pause"})
NO_MEMORY = "Not enough memory on this computer; give a smaller --batch-size, or close other programs."


@dataclass(frozen=True, slots=True)
class Options:
    """Train a generator; every rung of its ladder can be played as soon as it is saved."""

    training: Annotated[TrainingConfig, tyro.conf.arg(name="")] = field(default_factory=TrainingConfig)
    launch: Annotated[LaunchOptions, tyro.conf.arg(name="")] = field(default_factory=LaunchOptions)


@dataclass(frozen=True, slots=True)
class Family:
    """The flags that decide what the others' defaults are."""

    dataset: str = "mnist"
    architecture: ArchitectureName = "dcgan"
    objective: ObjectiveName = "standard"
    resume: Path | None = None


def parse(arguments: Sequence[str]) -> Options:
    """Returns the options, whose defaults are the preset of the chosen family.

    A resumed run's own settings are the defaults instead, and only its length may differ.

    Raises UserError where a value can't be used or a setting of the resumed run would change.
    """
    family = peek_arguments(Family, PROGRAM, arguments)
    # A resumed run's flags make sense only beside its own settings: a weight clip beside its objective.
    run = None if family.resume is None else find_run(family.resume)
    defaults = preset(family.architecture, family.objective, family.dataset) if run is None else read_record(run).config
    options = parse_arguments(Options, PROGRAM, arguments, Options(training=defaults))
    if options.launch.progress and not options.launch.dry_run:
        raise UserError("--progress goes with --dry-run; what a run is doing can be read from its files.")
    if options.launch.tensorboard:
        require_tensorboard()
    if run is None:
        # Refuses a size that the dataset doesn't have; a folder is known by its whole path.
        dataset = find_dataset(options.training.dataset, options.training.image_size, options.training.channels)
        return replace(options, training=replace(options.training, dataset=dataset.name))
    if options.launch.discriminator_from is not None:
        raise UserError("--discriminator-from is for a new run; leave it out to go on with this one.")
    if options.launch.out is not None:
        raise UserError("--out and --resume exclude each other: a resumed run goes on in its own folder.")
    changed = changed_hyper_parameters(defaults, options.training)
    if changed:
        raise UserError(
            f"{run} was trained with other settings ({', '.join(changed)}); leave those flags out to resume it, "
            "or start a new run without --resume."
        )
    return replace(options, launch=replace(options.launch, resume=run))


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
    run = launch.resume or launch.out or CHECKPOINTS_ROOT / _new_run_name(config)
    with ExitStack() as held:
        if place.rank == 0:
            if launch.resume is None:
                _refuse_occupied(run)
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
                if place.size > 1:
                    raise UserError(NO_MEMORY) from error
            # Only now, with the error and so the frames that it knows, its tensors can go.
            attempt = work.attempt_after(attempt, config)
            moved = attempt.resumes


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
        with meeting(world, self.place.restarts):
            if not self.launch.dry_run:
                self.signals.listen()
            # Named by the time of day, which differs from process to process.
            self.run = Path(world.told(str(self.run)))
            return self._train(attempt, moved, world, report)

    def _train(self, attempt: Attempt, moved: bool, world: "World", report: Report) -> int:
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
        return _train(run, preparation, self.signals, output, world, launch.tensorboard)

    def attempt_after(self, failed: Attempt, asked: TrainingConfig) -> Attempt:
        """Returns what follows an attempt that ran out of memory, and says so; raises UserError where nothing does."""
        from gan.devices import device_title, find_device, free_memory

        device = find_device(failed.device)
        free_memory(device)
        has_state = (self.run / "state.safetensors").is_file()
        following = next_attempt(asked, failed, device.type, has_state)
        if following is None:
            if self.is_claimed:
                _note_failure(self.run, read_record(self.run), NO_MEMORY)
            raise UserError(NO_MEMORY)
        self.output.say(f"Not enough memory on {device_title(device)}: {attempt_in_words(failed, following)}.")
        return following

    def _is_stopped(self, world: "World") -> bool:
        if not any(world.any_of([bool(self.signals.received) or stop_file_exists(self.run)])):
            return False
        self.output.say("Stopped before anything was trained; nothing was written.")
        if not self.launch.dry_run and world.writes:
            forget_requests(self.run)
        return True

    def _claim(self) -> None:
        if not self.is_claimed and self.launch.resume is None:
            _make_folders(self.run)
            self.held.enter_context(run_lock(self.run))
            # Another process may have trained into it since this one looked.
            _refuse_occupied(self.run)
        _make_folders(self.run / "ladder", self.run / "samples")
        self.is_claimed = True


def _note_failure(run: Path, record: RunRecord, failure: str) -> None:
    # The disk may be what failed.
    with suppress(OSError):
        forget_requests(run)
        write_record(run, replace(record, status=RunStatus.FAILED, failure=failure))


def _train(
    run: Path,
    preparation: "Preparation",
    signals: StopSignals,
    output: Output,
    world: "World",
    writes_events: bool,
) -> int:
    from gan.distributed import ProcessLostError
    from gan.progress import display
    from gan.tick_writer import forget_after
    from gan.trainer import TrainingInputs, train

    record, state = preparation.record, preparation.state
    if world.writes:
        # The record first: a run that is killed in between can be resumed like any other.
        write_record(run, record)
        forget_after(run, state.step, record.config.images_per_step)
    with ExitStack() as watching:
        watchers: list[Callable[[Tick], None]] = [watching.enter_context(display(output, record.config.kimg)).show]

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


def _new_run_name(config: TrainingConfig) -> str:
    # Of a folder its own name, as far as it may stand in another name.
    dataset = re.sub(r"[^A-Za-z0-9-]+", "-", Path(config.dataset.removeprefix(FOLDER_PREFIX)).name).strip("-")
    return f"{dataset or 'pictures'}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"


def _refuse_occupied(run: Path) -> None:
    if run.is_dir() and all(map(_may_lie_in_a_new_run, run.iterdir())):
        return
    if run.exists():
        raise UserError(f"{run} is there already and not empty; name another --out, or go on with --resume {run}.")


def _may_lie_in_a_new_run(path: Path) -> bool:
    # A process that was killed before it had written its record leaves an empty folder or half a file.
    is_empty_folder = path.is_dir() and next(path.iterdir(), None) is None
    return is_empty_folder or path.name in LAUNCHER_FILES or path.name.endswith(".tmp")


def _make_folders(*folders: Path) -> None:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"{folder} can't be written ({error.strerror}); name another folder with --out.") from error
