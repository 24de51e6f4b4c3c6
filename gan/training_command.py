"""What `python train.py` does: flags in, a run folder out, one sentence where something is wrong."""

import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from gan.command_line import from_here, parse_arguments, report_errors
from gan.config import CHECKPOINTS_ROOT, LaunchOptions, TrainingConfig, changed_hyper_parameters
from gan.errors import UserError
from gan.run_lock import run_lock
from gan.run_log import (
    RunRecord,
    RunStatus,
    find_run,
    read_record,
    write_record,
)
from gan.stop_requests import Output, StopSignals, stop_file_exists

if TYPE_CHECKING:
    from gan.datasets import Split
    from gan.judge import Judge
    from gan.training_state import TrainingState

PROGRAM = "train.py"


@dataclass(frozen=True, slots=True)
class Options:
    """Train a generator; every rung of its ladder can be played as soon as it is saved."""

    training: Annotated[TrainingConfig, tyro.conf.arg(name="")] = field(default_factory=TrainingConfig)
    launch: Annotated[LaunchOptions, tyro.conf.arg(name="")] = field(default_factory=LaunchOptions)


def parse(arguments: Sequence[str]) -> Options:
    """Returns the options; a resumed run's own settings are the defaults, and only its length may differ.

    Raises UserError where a value can't be used or a setting of the resumed run would change.
    """
    options = parse_arguments(Options, PROGRAM, arguments, Options())
    if options.launch.resume is None:
        return options
    if options.launch.out is not None:
        raise UserError("--out and --resume exclude each other: a resumed run goes on in its own folder.")
    run = find_run(options.launch.resume)
    record = read_record(run)
    options = parse_arguments(Options, PROGRAM, arguments, Options(training=record.config))
    changed = changed_hyper_parameters(record.config, options.training)
    if changed:
        raise UserError(
            f"{run} was trained with other settings ({', '.join(changed)}); leave those flags out to resume it, "
            "or start a new run without --resume."
        )
    return replace(options, launch=replace(options.launch, resume=run))


def run_train_command(arguments: Sequence[str]) -> int:
    """Trains as the arguments say; returns 0 also where the run was stopped, 2 after one sentence of error."""
    return report_errors(lambda: _run(parse(arguments), Output()))


def _run(options: Options, output: Output) -> int:
    config, launch = options.training, options.launch
    run = launch.resume or launch.out or CHECKPOINTS_ROOT / _new_run_name(config.dataset)
    with ExitStack() as locked:
        if launch.resume is None:
            _refuse_occupied(run)
        elif not launch.dry_run:
            # Before the state is read, which another process might be about to replace.
            locked.enter_context(run_lock(run))
            (run / "stop").unlink(missing_ok=True)
        # Remembered from here on, not raised: an exception in the middle of an import can be lost in it.
        signals = StopSignals()
        # torch takes seconds to import: --help and wrong flags should not wait for it.
        output.say("Loading PyTorch …")
        record, split, state = _load(config, launch)
        if launch.resume and _is_finished(run, record, state):
            output.say(
                f"{from_here(str(run))} is already trained to its {config.kimg} kimg; "
                "give a larger --kimg to train it further."
            )
            if not launch.dry_run:
                write_record(run, replace(record, status=RunStatus.DONE, failure=""))
            return 0
        for line in _plan(record, split, state, run):
            output.say(line)
        if launch.dry_run:
            output.say("Dry run: nothing was written.")
            return 0
        judge = _judge(config.dataset, state, output)
        if signals.received:
            output.say("Stopped before anything was trained; nothing was written.")
            return 0
        _make_folder(run)
        if launch.resume is None:
            locked.enter_context(run_lock(run))
        return _train(run, record, split, state, judge, signals, output)


def _load(config: TrainingConfig, launch: LaunchOptions) -> "tuple[RunRecord, Split, TrainingState]":
    """Returns the record of the run to come, its training pictures, and its first or its saved state."""
    import torch

    from gan.datasets import DATASETS, load_split
    from gan.devices import device_title, faster_precision, find_device
    from gan.trainer import seconds_per_step
    from gan.training_state import new_state, read_state

    device = find_device(launch.device)
    split = load_split(DATASETS[config.dataset], "train", launch.data_root)
    if len(split.images) < config.batch_size:
        raise UserError(f"--batch-size is {config.batch_size}; the dataset has only {len(split.images)} pictures.")
    if launch.resume:
        record = replace(read_record(launch.resume), config=config, status=RunStatus.RUNNING, failure="")
        if record.dataset_fingerprint != split.fingerprint:
            raise UserError(f"{launch.resume} was trained on other pictures than those of {config.dataset} found now.")
        state = new_state(config, device, record.precision)
        read_state(launch.resume / "state.safetensors", state)
        return record, split, state
    precision = config.precision
    if precision == "auto":
        precision = faster_precision(device, lambda candidate: seconds_per_step(config, device, candidate))
    record = RunRecord(
        config=config,
        dataset_fingerprint=split.fingerprint,
        precision=precision,
        device=device_title(device),
        versions={"python": sys.version.split()[0], "torch": str(torch.__version__)},
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        status=RunStatus.RUNNING,
    )
    return record, split, new_state(config, device, precision)


def _is_finished(run: Path, record: RunRecord, state: "TrainingState") -> bool:
    """Returns whether the state has all steps that were asked for; raises UserError where it has more."""
    from gan.trainer import step_at

    config = record.config
    last_step = step_at(config.kimg, config.batch_size)
    if state.step > last_step:
        trained_kimg = state.step * config.batch_size // 1000
        raise UserError(f"--kimg is {config.kimg}, but {run} is already trained to {trained_kimg}; give more.")
    return state.step == last_step


def _plan(record: RunRecord, split: "Split", state: "TrainingState", run: Path) -> tuple[str, ...]:
    """Returns what is about to be trained, in words, with a measured guess of how long it takes."""
    from gan.datasets import DATASETS
    from gan.devices import device_title
    from gan.networks import parameter_count
    from gan.progress import duration
    from gan.trainer import rung_schedule, seconds_per_step, step_at

    config, device = record.config, state.noise.device
    step_seconds = seconds_per_step(config, device, record.precision)
    left_seconds = step_seconds * (step_at(config.kimg, config.batch_size) - state.step)
    sizes = f"{parameter_count(state.generator):,} + {parameter_count(state.discriminator):,} parameters"
    return (
        f"{DATASETS[config.dataset].title}, {len(split.images):,} pictures · {sizes}",
        f"{device_title(device)} · {record.precision} · batch {config.batch_size} · seed {config.seed}",
        f"{config.kimg} kimg, rungs at {', '.join(map(str, rung_schedule(config.kimg)))}",
        f"about {duration(left_seconds)} at {config.batch_size / step_seconds:,.0f} images/s → {from_here(str(run))}",
    )


def _train(
    run: Path,
    record: RunRecord,
    split: "Split",
    state: "TrainingState",
    judge: "Judge | None",
    signals: StopSignals,
    output: Output,
) -> int:
    import torch

    from gan.progress import display
    from gan.trainer import TrainingInputs, forget_after, train

    forget_after(run, state.step, record.config.batch_size)
    write_record(run, record)
    with display(output, record.config.kimg) as shown:
        inputs = TrainingInputs(
            run=run,
            config=record.config,
            precision=record.precision,
            images=torch.from_numpy(split.images).to(state.noise.device),
            judge=judge,
            should_stop=lambda: signals.received or output.is_closed or stop_file_exists(run),
            on_tick=shown.show,
            clock=time.perf_counter,
        )
        try:
            finished = train(inputs, state)
        except Exception as error:
            failure = from_here(str(error)) or type(error).__name__
            # The disk may be what failed.
            with suppress(OSError):
                write_record(run, replace(record, status=RunStatus.FAILED, failure=failure))
            raise
    (run / "stop").unlink(missing_ok=True)
    write_record(run, replace(record, status=RunStatus.DONE if finished else RunStatus.STOPPED))
    place, kimg = from_here(str(run)), state.step * record.config.batch_size // 1000
    output.say(
        f"Done: {place} has its rung at {kimg} kimg."
        if finished
        else f"Stopped and saved at {kimg} kimg; go on with: python {PROGRAM} --resume {place}"
    )
    return 0


def _judge(dataset: str, state: "TrainingState", output: Output) -> "Judge | None":
    from gan.judge import judge_path, load_judge

    if not judge_path(dataset).is_file():
        output.say(f"No judge, so no distances (make one: python -m gan.judge --dataset {dataset}).")
        return None
    return load_judge(dataset, device=state.noise.device)


def _new_run_name(dataset: str) -> str:
    return f"{dataset}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"


def _refuse_occupied(run: Path) -> None:
    if run.is_dir() and not any(path.name != "lock" for path in run.iterdir()):
        return
    if run.exists():
        raise UserError(f"{run} is there already and not empty; name another --out, or go on with --resume {run}.")


def _make_folder(run: Path) -> None:
    try:
        for folder in (run / "ladder", run / "samples"):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{run} can't be written ({error.strerror}); name another folder with --out.") from error
