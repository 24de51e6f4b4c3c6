"""What `python train.py` does: flags in, a run folder out, one sentence where something is wrong."""

import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro
from rich.console import Console

from gan.command_line import report_errors
from gan.config import CHECKPOINTS_ROOT, LaunchOptions, Precision, TrainingConfig, changed_hyper_parameters
from gan.errors import UserError
from gan.run_log import (
    RunRecord,
    RunStatus,
    find_run,
    keep_ticks_until,
    read_record,
    rung_path,
    sample_path,
    write_record,
)

if TYPE_CHECKING:
    import torch

    from gan.judge import Judge


@dataclass(frozen=True, slots=True)
class Options:
    """Train a generator; every rung of its ladder can be played as soon as it is saved."""

    training: Annotated[TrainingConfig, tyro.conf.arg(name="")] = field(default_factory=TrainingConfig)
    launch: Annotated[LaunchOptions, tyro.conf.arg(name="")] = field(default_factory=LaunchOptions)


def parse(arguments: Sequence[str]) -> Options:
    """Returns the options; a resumed run's own settings are the defaults, and only its length may differ.

    Raises UserError where a value can't be used or a setting of the resumed run would change.
    """
    options = _parsed(arguments, Options())
    if options.launch.resume is None:
        return options
    if options.launch.out is not None:
        raise UserError("--out and --resume exclude each other: a resumed run goes on in its own folder.")
    run = find_run(options.launch.resume)
    record = read_record(run)
    options = _parsed(arguments, Options(training=record.config))
    changed = changed_hyper_parameters(record.config, options.training)
    if changed:
        raise UserError(
            f"{run} was trained with other settings ({', '.join(changed)}); leave those flags out to resume it, "
            "or start a new run without --resume."
        )
    return replace(options, launch=replace(options.launch, resume=run))


def _parsed(arguments: Sequence[str], default: Options) -> Options:
    return tyro.cli(
        Options,
        prog="train.py",
        description=Options.__doc__,
        args=list(arguments),
        default=default,
        config=(tyro.conf.OmitSubcommandPrefixes, tyro.conf.OmitArgPrefixes),
    )


def run_train_command(arguments: Sequence[str]) -> int:
    """Trains as the arguments say; returns 0 also where the run was stopped, 2 after one sentence of error."""
    return report_errors(lambda: _train(parse(arguments), Console()))


def _train(options: Options, console: Console) -> int:
    # torch takes seconds to import: --help and wrong flags should not wait for it.
    console.print("Loading PyTorch …", highlight=False)
    import torch

    from gan.datasets import DATASETS, load_split
    from gan.devices import device_title, faster_precision, find_device
    from gan.networks import parameter_count
    from gan.progress import display, duration
    from gan.trainer import (
        Session,
        ladder_after,
        rung_schedule,
        seconds_per_step,
        step_at,
        stop_file_exists,
        train,
    )
    from gan.training_state import new_state, read_state

    config, launch = options.training, options.launch
    device = find_device(launch.device)
    split = load_split(DATASETS[config.dataset], "train", launch.data_root)
    record = read_record(launch.resume) if launch.resume else None
    if record and record.dataset_fingerprint != split.fingerprint:
        raise UserError(f"{launch.resume} was trained on other pictures than those of {config.dataset} found now.")

    precision: Precision
    if record:
        precision = "bfloat16" if record.precision == "bfloat16" else "float32"
    elif config.precision == "auto":
        precision = faster_precision(device, lambda candidate: seconds_per_step(config, device, candidate))
    else:
        precision = config.precision
    state = new_state(config, device, precision)
    step_seconds = seconds_per_step(config, device, precision)
    if launch.resume:
        read_state(launch.resume / "state.safetensors", state)
    steps_left = max(0, step_at(config.kimg, config.batch_size) - state.step)

    run = launch.resume or launch.out or CHECKPOINTS_ROOT / _new_run_name(config.dataset)
    sizes = f"{parameter_count(state.generator):,} + {parameter_count(state.discriminator):,} parameters"
    for line in (
        f"{DATASETS[config.dataset].title}, {len(split.images):,} pictures · {sizes}",
        f"{device_title(device)} · {precision} · batch {config.batch_size} · seed {config.seed}",
        f"{config.kimg} kimg, rungs at {', '.join(map(str, rung_schedule(config.kimg)))}",
        f"about {duration(step_seconds * steps_left)} at {config.batch_size / step_seconds:,.0f} images/s → {run}",
    ):
        console.print(line, highlight=False, soft_wrap=True)
    if launch.dry_run:
        console.print("Dry run: nothing was written.", highlight=False)
        return 0

    judge = _judge(config.dataset, device, console)
    started = record or RunRecord(
        config=config,
        dataset_fingerprint=split.fingerprint,
        precision=precision,
        device=device_title(device),
        versions={"python": sys.version.split()[0], "torch": str(torch.__version__)},
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        status=RunStatus.RUNNING,
    )
    started = replace(started, config=config, status=RunStatus.RUNNING, failure="")
    _prepare_folder(run, is_new=launch.resume is None)
    if launch.resume:
        # A crash between the last tick and the state leaves ticks and rungs from a future that comes again.
        keep_ticks_until(run, state.step)
        for kimg in ladder_after(run, state.step, config.batch_size):
            rung_path(run, kimg).unlink()
            sample_path(run, kimg).unlink(missing_ok=True)
    write_record(run, started)

    signals = _StopSignals()
    with display(console, config.kimg) as shown:
        session = Session(
            run=run,
            config=config,
            precision=precision,
            images=torch.from_numpy(split.images).to(device),
            judge=judge,
            should_stop=lambda: signals.received or stop_file_exists(run),
            on_tick=shown.show,
            clock=_monotonic,
        )
        try:
            finished = train(session, state)
        except Exception as error:
            reason = str(error) or type(error).__name__
            write_record(run, replace(started, status=RunStatus.FAILED, failure=reason))
            raise
    (run / "stop").unlink(missing_ok=True)
    write_record(run, replace(started, status=RunStatus.DONE if finished else RunStatus.STOPPED))
    kimg = state.step * config.batch_size // 1000
    console.print(
        f"Done: {run} has its rung at {kimg} kimg."
        if finished
        else f"Stopped and saved at {kimg} kimg; go on with: python train.py --resume {run}",
        highlight=False,
        soft_wrap=True,
    )
    return 0


def _monotonic() -> float:
    import time

    return time.perf_counter()


def _new_run_name(dataset: str) -> str:
    return f"{dataset}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"


def _prepare_folder(run: Path, is_new: bool) -> None:
    try:
        if is_new and run.exists() and (not run.is_dir() or any(run.iterdir())):
            raise UserError(f"{run} is there already and not empty; name another --out, or go on with --resume {run}.")
        for folder in (run / "ladder", run / "samples"):
            folder.mkdir(parents=True, exist_ok=True)
        (run / "stop").unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"{run} can't be written ({error.strerror}); name another folder with --out.") from error


def _judge(dataset: str, device: "torch.device", console: Console) -> "Judge | None":
    from gan.judge import judge_path, load_judge

    if not judge_path(dataset).is_file():
        console.print(f"No judge for {dataset}: distances are not measured (make one: python -m gan.judge).")
        return None
    return load_judge(dataset, device=device)


class _StopSignals:
    """Remembers Ctrl-C and SIGTERM, so that the loop can finish its step and save; a second Ctrl-C ends at once."""

    def __init__(self) -> None:
        self.received = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._receive)

    def _receive(self, number: int, frame: object) -> None:
        if self.received and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.received = True
