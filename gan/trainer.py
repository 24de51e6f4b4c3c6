"""The training loop: sample → discriminator step → generator step → average; once a tick, everything on disk."""

import math
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from gan import objectives
from gan.atomic_file import write_atomically
from gan.checkpoint import write_discriminator, write_generator
from gan.config import Precision, TrainingConfig
from gan.devices import autocast, median_seconds, memory_format
from gan.ema import ema_decay, update_ema
from gan.errors import UserError
from gan.judge import Judge
from gan.networks import IMAGE_CHANNELS, IMAGE_SIZE, Discriminator, to_unit_range
from gan.run_log import Tick, append_tick, keep_ticks_until, rung_path, sample_path
from gan.sampler import draw, grid, latents, load_rung, png_bytes
from gan.training_state import TrainingState, new_state, write_state

FIRST_RUNG_KIMG = 2
SAMPLE_SEEDS = range(64)
JUDGED_SEEDS = range(10_000)
CALIBRATION_PAIRS = 1024
CALIBRATION_BATCH = 128
# The fixed-noise grid is kept this often per doubling of kimg: enough for a smooth film of the whole run.
SAMPLES_PER_DOUBLING = 4


def rung_schedule(kimg: int) -> list[int]:
    """Returns the kimg at which a run of this length saves its generator: 2, 4, 8, … and the end."""
    doublings = [2**power for power in range(1, kimg.bit_length())]
    return [rung for rung in doublings if FIRST_RUNG_KIMG <= rung < kimg] + [kimg]


def sample_schedule(kimg: int) -> list[int]:
    """Returns the kimg at which the fixed-noise grid is saved: at every rung and evenly between, in octaves."""
    count = SAMPLES_PER_DOUBLING * kimg.bit_length()
    between = {round(2 ** (index / SAMPLES_PER_DOUBLING)) for index in range(SAMPLES_PER_DOUBLING, count)}
    return sorted({mark for mark in between if mark < kimg} | set(rung_schedule(kimg)))


def step_at(kimg: int, batch_size: int) -> int:
    """Returns the first step after which `kimg` thousand images have been seen."""
    return -(-kimg * 1000 // batch_size)


def batch_indices(count: int, batch_size: int, seed: int, first_step: int) -> Iterator[Tensor]:
    """Yields the indices of each step's real images from `first_step` (0-based) on, for ever.

    Every epoch is a new permutation without its uneven end, a pure function of seed and epoch: nothing to save.
    """
    steps_per_epoch = count // batch_size
    epoch, first = divmod(first_step, steps_per_epoch)
    while True:
        order = torch.from_numpy(np.random.default_rng((seed, epoch)).permutation(count))
        for step in range(first, steps_per_epoch):
            yield order[step * batch_size : (step + 1) * batch_size]
        epoch, first = epoch + 1, 0


def training_step(state: TrainingState, real: Tensor, config: TrainingConfig, precision: Precision) -> Tensor:
    """Takes one step on real images, uint8 (N, 1, 28, 28), and returns (4,): both losses, D(x), D(G(z)).

    One batch of fakes serves both networks; nothing here waits for the device.
    """
    device = state.noise.device
    latents = torch.randn(len(real), config.latent_size, device=device, generator=state.noise)
    with autocast(device, precision):
        fake = state.generator(latents)
        real_logits = state.discriminator(to_unit_range(real).to(memory_format=memory_format(precision)))
        fake_logits = state.discriminator(fake.detach())
        loss_d = objectives.discriminator_loss(real_logits, fake_logits)
    state.discriminator_optimizer.zero_grad()
    loss_d.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
    state.discriminator_optimizer.step()

    # Without this the generator's backward pass would also work out gradients that nobody uses.
    state.discriminator.requires_grad_(False)
    with autocast(device, precision):
        loss_g = objectives.generator_loss(state.discriminator(fake))
    state.generator_optimizer.zero_grad()
    loss_g.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
    state.generator_optimizer.step()
    state.discriminator.requires_grad_(True)

    state.step += 1
    images_seen = state.step * config.batch_size
    decay = ema_decay(config.batch_size, images_seen, config.ema_half_life_kimg, config.ema_ramp_up)
    update_ema(state.average, state.generator, decay)
    measures = (loss_g, loss_d, real_logits.sigmoid().mean(), fake_logits.sigmoid().mean())
    return torch.stack([measure.detach() for measure in measures])


def seconds_per_step(config: TrainingConfig, device: torch.device, precision: Precision) -> float:
    """Returns the measured time of one training step, from a few steps of throw-away networks."""
    state = new_state(config, device, precision)
    shape = (config.batch_size, IMAGE_CHANNELS, IMAGE_SIZE, IMAGE_SIZE)
    real = torch.randint(0, 256, shape, dtype=torch.uint8, device=device)
    return median_seconds(lambda: training_step(state, real, config, precision), device)


@dataclass(frozen=True, slots=True)
class TrainingInputs:
    """What a run is given: the same for every step of it, and none of it on disk.

    `images` are the real ones, uint8 (count, 1, 28, 28) on the device; `clock` returns seconds; `judge` may be absent.
    """

    run: Path
    config: TrainingConfig
    precision: Precision
    images: Tensor
    judge: Judge | None
    should_stop: Callable[[], bool]
    on_tick: Callable[[Tick], None]
    clock: Callable[[], float]


def train(inputs: TrainingInputs, state: TrainingState) -> bool:
    """Trains to the end, or until `should_stop`; returns whether the end was reached.

    Raises UserError where the losses stop being finite or the disk takes no more: what is on disk then is still good.
    """
    config, batch_size = inputs.config, inputs.config.batch_size
    if len(inputs.images) < batch_size:
        raise UserError(f"The dataset has {len(inputs.images)} pictures; --batch-size {batch_size} needs more.")
    last_step = step_at(config.kimg, batch_size)
    rung_steps = {step_at(rung, batch_size): rung for rung in rung_schedule(config.kimg)}
    sample_steps = {step_at(mark, batch_size): mark for mark in sample_schedule(config.kimg)}
    tick_steps = {step_at(mark, batch_size) for mark in range(config.tick_kimg, config.kimg, config.tick_kimg)}
    tick_steps |= rung_steps.keys() | sample_steps.keys()
    batches = batch_indices(len(inputs.images), batch_size, config.seed, state.step)

    # Even a run that is stopped before its first step takes that step, so that there is a state to go on from.
    stopped = False
    while state.step < last_step and not stopped:
        first_step, start = state.step, inputs.clock()
        sums = torch.zeros(4, device=inputs.images.device)
        while True:
            real = inputs.images[next(batches).to(inputs.images.device)]
            sums += training_step(state, real, config, inputs.precision)
            stopped = inputs.should_stop()
            if stopped or state.step in tick_steps:
                break
        # The first wait for the device since the last tick.
        measures = (sums / (state.step - first_step)).tolist()
        elapsed = inputs.clock() - start
        state.seconds += elapsed
        _refuse_divergence(state, measures, batch_size)
        tick = _tick(state, batch_size, measures, (state.step - first_step) * batch_size / elapsed)
        rung, sample = rung_steps.get(state.step), sample_steps.get(state.step)
        kimg = state.step * batch_size // 1000
        if stopped and rung is None and kimg > 0 and not rung_path(inputs.run, kimg).exists():
            # What was learnt is kept as a rung of its own, wherever the run was stopped.
            rung = sample = kimg
        try:
            tick = _write_tick(inputs, state, tick, rung, sample)
        except OSError as error:
            raise UserError(
                f"{inputs.run} can't be written ({error.strerror or error}); make room, then go on with "
                f"`python train.py --resume {inputs.run}`."
            ) from error
        inputs.on_tick(tick)
    return state.step >= last_step


def _refuse_divergence(state: TrainingState, measures: list[float], batch_size: int) -> None:
    """Raises UserError where a loss or a weight is no longer a finite number, before any of it reaches the disk."""
    # In half precision, which overflows first: rungs are saved in it.
    weights = (t.half() for net in state.networks().values() for t in net.state_dict().values() if t.dim() > 0)
    if not all(map(math.isfinite, measures)) or not all(torch.stack([w.isfinite().all() for w in weights]).tolist()):
        raise UserError(
            f"Training diverged at {state.step * batch_size / 1000:.0f} kimg: a loss or a weight is no longer a finite "
            "number; train again with a lower --learning-rate."
        )


def _tick(state: TrainingState, batch_size: int, measures: list[float], images_per_second: float) -> Tick:
    generator_loss, discriminator_loss, real_probability, fake_probability = (round(value, 5) for value in measures)
    return Tick(
        kimg=state.step * batch_size / 1000,
        step=state.step,
        seconds=round(state.seconds, 3),
        images_per_second=round(images_per_second, 1),
        generator_loss=generator_loss,
        discriminator_loss=discriminator_loss,
        real_probability=real_probability,
        fake_probability=fake_probability,
    )


def _write_tick(inputs: TrainingInputs, state: TrainingState, tick: Tick, rung: int | None, sample: int | None) -> Tick:
    """Writes all that is due and returns the tick, with the judge's figures where a rung was saved.

    The state comes last: after a crash it may be older than the ticks, which resuming then trims, never newer.
    """
    run, judge = inputs.run, inputs.judge
    if sample is not None:
        write_atomically(sample_path(run, sample), png_bytes(grid(draw(state.average, SAMPLE_SEEDS))))
    if rung is not None:
        write_generator(rung_path(run, rung), state.average)
        write_discriminator(run / "discriminator.safetensors", calibrated_discriminator(state, inputs.images))
        if judge is not None:
            # Of the file just written: what is measured is what will be played.
            generator = load_rung(run, rung).to(inputs.images.device)
            distance, counts = judge.measure(draw(generator, JUDGED_SEEDS))
            tick = replace(
                tick,
                judge_distance=round(distance, 4),
                judge_floor=round(judge.floor, 4),
                class_counts=counts,
            )
    append_tick(run, tick)
    write_state(run / "state.safetensors", state)
    return tick


@torch.no_grad()
def calibrated_discriminator(state: TrainingState, images: Tensor) -> Discriminator:
    """Returns a copy of the discriminator whose batch norm knows as many reals as fakes, to be used in evaluation.

    `images` are real ones, uint8 (count, 1, 28, 28). Training's own statistics lean to fakes, which pass twice a step.
    """
    discriminator = deepcopy(state.discriminator)
    for module in discriminator.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            # A plain mean over all batches from here on.
            module.momentum = None
    for start in range(0, min(CALIBRATION_PAIRS, len(images)), CALIBRATION_BATCH):
        real = images[start : start + CALIBRATION_BATCH]
        noise = latents(range(start, start + len(real)), state.average.shape.latent_size).to(images.device)
        discriminator(torch.cat((to_unit_range(real), state.average(noise))))
    return discriminator


def forget_after(run: Path, step: int, batch_size: int) -> None:
    """Drops what a crash can leave in a run: ticks, rungs and grids later than `step`, and half-written files."""
    keep_ticks_until(run, step)
    for path in (*run.glob("ladder/*.safetensors"), *run.glob("samples/*.png")):
        if path.stem.isdecimal() and step_at(int(path.stem), batch_size) > step:
            path.unlink()
    for path in run.rglob(".*.tmp"):
        path.unlink()
