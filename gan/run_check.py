"""Whether the files of a run may be trusted: each is read as playing and resuming would read it."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from gan.checkpoint import read_discriminator
from gan.config import MAX_CLASS_COUNT, NUMBER_LIMIT, TrainingConfig
from gan.datasets import DATASETS, refuse_unknown
from gan.errors import UserError
from gan.held_out import read_held_out
from gan.job_progress import Report
from gan.networks import shapes
from gan.run_log import (
    MAX_NUMBER,
    RunRecord,
    Tick,
    discriminator_path,
    held_out_path,
    ladder,
    read_record,
    rung_path,
    sample_marks,
    sample_path,
    tick_from_line,
)
from gan.sample_grid import read_grid
from gan.sampler import classes_of, latents, read_rung
from gan.training_state import new_state, read_state

MAX_TEXT_LENGTH = 500
MAX_TICKS = 300_000
MAX_LINE_BYTES = 2000
# Of runs of the first version, which don't name their classes.
CLASS_COUNT = 10
_CPU = torch.device("cpu")


def check_run(run: Path, report: Report) -> RunRecord:
    """Returns what run.json says after every file of the run was found good; raises UserError for the first that isn't.

    The sizes of the files must have been checked before.
    """
    record = read_record(run)
    config, class_count = record.config, len(record.class_names)
    _check_texts(run, record)
    if config.conditional and not 1 <= class_count <= MAX_CLASS_COUNT:
        raise UserError(f"{run / 'run.json'} knows classes and has {class_count} names of them; the file was altered.")
    _check_dataset(run, config)
    _check_ticks(run, class_count or CLASS_COUNT)
    rungs, marks = ladder(run), sample_marks(run)
    if not rungs:
        raise UserError(f"{run} has no rung, so there is nothing to play; ask for the whole run.")
    for number, kimg in enumerate(rungs):
        report(number / len(rungs), f"checking rung {number + 1} of {len(rungs)}")
        _check_rung(rung_path(run, kimg), config, class_count)
    for kimg in marks:
        read_grid(sample_path(run, kimg), config.image_size, config.channels)
    _check_held_out(run, record)
    report(1.0, "checking the discriminator")
    _check_discriminator(discriminator_path(run), config, class_count)
    _check_state(run / "state.safetensors", config, class_count)
    return record


def _check_dataset(run: Path, config: TrainingConfig) -> None:
    refuse_unknown(config.dataset, run / "run.json")
    dataset = DATASETS.get(config.dataset)
    if dataset and (config.image_size, config.channels) != (dataset.image_size, dataset.channels):
        raise UserError(f"{run / 'run.json'} says that {dataset.title} has another size than it has; it was altered.")


def _check_texts(run: Path, record: RunRecord) -> None:
    texts = (record.dataset_fingerprint, record.device, record.started_at, record.failure, record.discriminator_from)
    for text in (*texts, record.config.dataset, *record.class_names, *record.versions, *record.versions.values()):
        if len(text) > MAX_TEXT_LENGTH or not text.isprintable():
            raise UserError(f"{run / 'run.json'} has a text that can't be shown ({text[:40]!a}); the file was altered.")


def _check_ticks(run: Path, class_count: int) -> None:
    path = run / "stats.jsonl"
    if not path.exists():
        return
    lines = path.read_bytes().split(b"\n")
    if len(lines) > MAX_TICKS:
        raise UserError(f"{path} has more than {MAX_TICKS:,} lines; the file was altered.")
    last_step = 0
    for number, line in enumerate(lines[:-1], start=1):
        tick = tick_from_line(line) if len(line) <= MAX_LINE_BYTES else None
        if tick is None or not _is_possible(tick, class_count) or tick.step < last_step:
            raise UserError(f"{path} is wrong in line {number}, which no training writes; the file was altered.")
        last_step = tick.step


def _is_possible(tick: Tick, class_count: int) -> bool:
    """Returns whether training could have come to these numbers; `read_ticks` must read any run, and asks less."""
    probabilities = (tick.real_probability, tick.fake_probability)
    return (
        min(tick.kimg, tick.step, tick.seconds) >= 0
        and all(0 <= probability <= 1 for probability in probabilities)
        and (tick.class_counts is None or len(tick.class_counts) == class_count)
    )


def _check_held_out(run: Path, record: RunRecord) -> None:
    path, config = held_out_path(run), record.config
    if not path.exists():
        return
    held_out = read_held_out(path)
    if held_out.images.shape != (record.held_out_count, config.channels, config.image_size, config.image_size):
        raise UserError(f"{path} has other pictures than run.json says; the run was put together wrongly.")
    if held_out.labels.max() >= max(1, len(record.class_names)):
        raise UserError(f"{path} has a class that run.json doesn't name; the run was put together wrongly.")


@torch.inference_mode()
def _check_rung(path: Path, config: TrainingConfig, class_count: int) -> None:
    generator = read_rung(path, shapes(config, class_count)[0])
    codes, classes = latents([0], config.latent_size), classes_of([0], generator.shape.class_count)
    if not generator(codes, classes).isfinite().all():
        raise UserError(f"{path} draws pictures that are not made of finite numbers; the file was altered.")


@torch.inference_mode()
def _check_discriminator(path: Path, config: TrainingConfig, class_count: int) -> None:
    if not path.exists():
        return
    discriminator = read_discriminator(path)
    if discriminator.shape != shapes(config, class_count)[1]:
        raise UserError(f"{path} is of another size than run.json says; the run was put together wrongly.")
    picture = torch.zeros(1, config.channels, config.image_size, config.image_size)
    if not discriminator(picture, classes_of([0], discriminator.shape.class_count)).isfinite().all():
        raise UserError(f"{path} answers with numbers that are not finite; the file was altered.")


def _check_state(path: Path, config: TrainingConfig, class_count: int) -> None:
    if not path.exists():
        return
    state = new_state(config, class_count, _CPU, "float32")
    read_state(path, state)
    # A run is stopped at the first step at or after its length.
    last_step = math.ceil(NUMBER_LIMIT * 1000 / config.images_per_step)
    if not 0 <= state.seconds <= MAX_NUMBER or state.step > last_step:
        raise UserError(f"{path} says that the run has come to step {state.step:,}; the file was altered.")


@contextmanager
def told_of(folder: Path, source: Path) -> Iterator[None]:
    """Lets the sentence of a UserError speak of where a run came from, instead of where it lies meanwhile."""
    try:
        yield
    except UserError as error:
        raise UserError(str(error).replace(str(folder), str(source))) from error
