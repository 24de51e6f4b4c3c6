"""Whether the files of a run may be trusted: each is read as playing and resuming would read it."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from gan.checkpoint import read_discriminator, read_generator
from gan.config import BELOW, TrainingConfig
from gan.errors import UserError
from gan.job_progress import Report
from gan.networks import IMAGE_CHANNELS, IMAGE_SIZE, DiscriminatorShape, GeneratorShape
from gan.run_log import (
    MAX_NUMBER,
    RunRecord,
    Tick,
    ladder,
    read_record,
    rung_path,
    sample_marks,
    sample_path,
    tick_from_line,
)
from gan.sample_grid import read_grid
from gan.sampler import latents
from gan.training_state import new_state, read_state

MAX_TEXT_LENGTH = 500
MAX_TICKS = 300_000
MAX_LINE_BYTES = 2000
CLASS_COUNT = 10
_CPU = torch.device("cpu")


def check_run(run: Path, report: Report) -> RunRecord:
    """Returns what run.json says after every file of the run was found good; raises UserError for the first that isn't.

    The sizes of the files must have been checked before.
    """
    record = read_record(run)
    _check_texts(run, record)
    _check_ticks(run)
    rungs, marks = ladder(run), sample_marks(run)
    if not rungs:
        raise UserError(f"{run} has no rung, so there is nothing to play; ask for the whole run.")
    for number, kimg in enumerate(rungs):
        report(number / len(rungs), f"checking rung {number + 1} of {len(rungs)}")
        _check_rung(rung_path(run, kimg), record.config)
    for kimg in marks:
        read_grid(sample_path(run, kimg))
    report(1.0, "checking the discriminator")
    _check_discriminator(run / "discriminator.safetensors", record.config)
    _check_state(run / "state.safetensors", record.config)
    return record


def _check_texts(run: Path, record: RunRecord) -> None:
    texts = (record.dataset_fingerprint, record.device, record.started_at, record.failure)
    for text in (*texts, *record.versions, *record.versions.values()):
        if len(text) > MAX_TEXT_LENGTH or not text.isprintable():
            raise UserError(f"{run / 'run.json'} has a text that can't be shown ({text[:40]!a}); the file was altered.")


def _check_ticks(run: Path) -> None:
    path = run / "stats.jsonl"
    if not path.exists():
        return
    lines = path.read_bytes().split(b"\n")
    if len(lines) > MAX_TICKS:
        raise UserError(f"{path} has more than {MAX_TICKS:,} lines; the file was altered.")
    last_step = 0
    for number, line in enumerate(lines[:-1], start=1):
        tick = tick_from_line(line) if len(line) <= MAX_LINE_BYTES else None
        if tick is None or not _is_possible(tick) or tick.step < last_step:
            raise UserError(f"{path} is wrong in line {number}, which no training writes; the file was altered.")
        last_step = tick.step


def _is_possible(tick: Tick) -> bool:
    """Returns whether training could have come to these numbers; `read_ticks` must read any run, and asks less."""
    probabilities = (tick.real_probability, tick.fake_probability)
    return (
        min(tick.kimg, tick.step, tick.seconds) >= 0
        and all(0 <= probability <= 1 for probability in probabilities)
        and (tick.class_counts is None or len(tick.class_counts) == CLASS_COUNT)
    )


@torch.inference_mode()
def _check_rung(path: Path, config: TrainingConfig) -> None:
    generator = read_generator(path)
    if generator.shape != GeneratorShape(config.latent_size, config.generator_width):
        raise UserError(f"{path} is a generator of another size than run.json says; the run was put together wrongly.")
    if not generator(latents([0], config.latent_size)).isfinite().all():
        raise UserError(f"{path} draws pictures that are not made of finite numbers; the file was altered.")


@torch.inference_mode()
def _check_discriminator(path: Path, config: TrainingConfig) -> None:
    if not path.exists():
        return
    discriminator = read_discriminator(path)
    if discriminator.shape != DiscriminatorShape(config.discriminator_width):
        raise UserError(f"{path} is of another size than run.json says; the run was put together wrongly.")
    if not discriminator(torch.zeros(1, IMAGE_CHANNELS, IMAGE_SIZE, IMAGE_SIZE)).isfinite().all():
        raise UserError(f"{path} answers with numbers that are not finite; the file was altered.")


def _check_state(path: Path, config: TrainingConfig) -> None:
    if not path.exists():
        return
    state = new_state(config, _CPU, "float32")
    read_state(path, state)
    # A run is stopped at the first step at or after its length.
    last_step = math.ceil(BELOW * 1000 / config.batch_size)
    if not 0 <= state.seconds <= MAX_NUMBER or state.step > last_step:
        raise UserError(f"{path} says that the run has come to step {state.step:,}; the file was altered.")


@contextmanager
def told_of(folder: Path, source: Path) -> Iterator[None]:
    """Lets the sentence of a UserError speak of where a run came from, instead of where it lies meanwhile."""
    try:
        yield
    except UserError as error:
        raise UserError(str(error).replace(str(folder), str(source))) from error
