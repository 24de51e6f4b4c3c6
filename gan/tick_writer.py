"""What of a run reaches the disk at a tick, in an order that lets the process end anywhere in it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from gan.atomic_file import write_atomically
from gan.checkpoint import read_dated_discriminator, write_discriminator, write_generator
from gan.class_measures import kl_from_uniform, mode_count
from gan.errors import UserError
from gan.judge import Judge
from gan.networks import Discriminator, to_unit_range
from gan.run_log import (
    Tick,
    append_tick,
    discriminator_path,
    keep_ticks_until,
    latest_sample_path,
    rung_path,
    sample_path,
    unmeasured_rung,
)
from gan.sampler import classes_in_proportion, draw, grid, latents, png_bytes, read_rung
from gan.schedule import step_at
from gan.training_state import TrainingState, write_state

SAMPLE_SEEDS = range(64)
JUDGED_SEEDS = range(10_000)
CALIBRATION_PAIRS = 1024
CALIBRATION_BATCH = 128


def write_tick(
    run: Path,
    state: TrainingState,
    images: Tensor,
    labels: Tensor | None,
    tick: Tick,
    rung: int | None,
    sample: int | None,
) -> None:
    """Writes the newest grid, the tick and the state; at a `rung` or a `sample`, named by its kimg, that too.

    `images` are the real ones, uint8 (count, channels, size, size), and `labels` their classes where the networks know
    classes. The state comes last: after a crash it may be older than the rest, which resuming then trims, never newer.
    The judge, who takes seconds, comes later still (`measure_rung`): who ends the process meanwhile loses nothing that
    was learnt.
    """
    picture = png_bytes(grid(draw(state.average, SAMPLE_SEEDS)))
    write_atomically(latest_sample_path(run), picture)
    if sample is not None:
        write_atomically(sample_path(run, sample), picture)
    if rung is not None:
        write_generator(rung_path(run, rung), state.average)
        write_discriminator(discriminator_path(run), calibrated_discriminator(state, images, labels), rung)
    append_tick(run, tick)
    write_state(run / "state.safetensors", state)


def measure_rung(
    run: Path,
    state: TrainingState,
    labels: Tensor | None,
    judge: Judge,
    rung: int,
    tick: Tick,
    clock: Callable[[], float],
) -> Tick:
    """Returns the tick with the judge's figures of its rung, and writes it once more, to stand for both.

    `labels` are the classes of the real pictures, int64 (count,), where the networks know classes: the fakes are asked
    for in their shares.
    """
    start = clock()
    # From its file: what is measured is what will be played.
    generator = read_rung(rung_path(run, rung), state.average.shape).to(next(judge.network.parameters()).device)
    classes = None
    if labels is not None:
        classes = classes_in_proportion(len(JUDGED_SEEDS), labels, generator.shape.class_count)
    found = judge.measure(draw(generator, JUDGED_SEEDS, classes))
    # A thousand counts in every line would be read by nobody.
    is_stacked = judge.stack > 1
    tick = replace(
        tick,
        judge_distance=round(found.distance, 4),
        judge_floor=round(judge.floor, 4),
        class_counts=None if is_stacked else found.class_counts,
        mode_count=mode_count(found.class_counts) if is_stacked else None,
        mode_kl=round(kl_from_uniform(found.class_counts), 4) if is_stacked else None,
        judge_seconds=round(clock() - start, 3),
    )
    append_tick(run, tick)
    return tick


def measure_missed_rung(
    run: Path, state: TrainingState, labels: Tensor | None, judge: Judge, clock: Callable[[], float]
) -> None:
    """Measures the newest rung where the process before this one ended too early for that."""
    missed = unmeasured_rung(run)
    if missed is not None:
        measure_rung(run, state, labels, judge, *missed, clock)


@torch.no_grad()
def calibrated_discriminator(state: TrainingState, images: Tensor, labels: Tensor | None) -> Discriminator:
    """Returns a copy of the discriminator whose batch norm knows as many reals as fakes, to be used in evaluation.

    `images` are real ones, uint8 (count, channels, size, size), with their `labels` where the networks know classes.
    Training's own statistics lean to fakes, which pass twice a step.
    """
    # Not a copy of the very modules, which might talk to other processes.
    discriminator = Discriminator(state.discriminator.shape).to(images.device)
    discriminator.load_state_dict(state.discriminator.state_dict())
    for module in discriminator.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.reset_running_stats()
            # A plain mean over all batches from here on.
            module.momentum = None
    for start in range(0, min(CALIBRATION_PAIRS, len(images)), CALIBRATION_BATCH):
        real = images[start : start + CALIBRATION_BATCH]
        noise = latents(range(start, start + len(real)), state.average.shape.latent_size).to(images.device)
        classes = None if labels is None else labels[start : start + len(real)]
        both = torch.cat((to_unit_range(real), state.average(noise, classes)))
        discriminator(both, None if classes is None else classes.repeat(2))
    return discriminator


def forget_after(run: Path, step: int, images_per_step: int) -> None:
    """Drops what a crash can leave in a run: what is of steps later than `step`, and half-written files."""
    keep_ticks_until(run, step)
    for path in (*run.glob("ladder/*.safetensors"), *run.glob("samples/*.png")):
        if path.stem.isdecimal() and step_at(int(path.stem), images_per_step) > step:
            path.unlink()
    discriminator = discriminator_path(run)
    # Written before the state: it would be judging pictures of a rung that is gone.
    with suppress(UserError, FileNotFoundError):
        kimg = read_dated_discriminator(discriminator)[1]
        if kimg is not None and step_at(kimg, images_per_step) > step:
            discriminator.unlink()
    for path in run.rglob(".*.tmp"):
        path.unlink()
