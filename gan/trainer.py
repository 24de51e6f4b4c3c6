"""The training loop: sample → discriminator step → generator step → average; once a tick, everything on disk."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan import objectives
from gan.config import Precision, TrainingConfig
from gan.devices import autocast, median_seconds, memory_format
from gan.ema import ema_decay, update_ema
from gan.errors import UserError
from gan.judge import Judge
from gan.networks import IMAGE_CHANNELS, IMAGE_SIZE, to_unit_range
from gan.run_log import Tick, rung_path
from gan.schedule import rung_schedule, sample_schedule, step_at
from gan.tick_writer import measure_missed_rung, measure_rung, write_tick
from gan.training_state import TrainingState, new_state

PAUSE_POLL_SECONDS = 0.1
# Of one probe: the largest networks take a second for a step.
PROBE_SECONDS = 1.5


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
    return median_seconds(lambda: training_step(state, real, config, precision), device, budget_seconds=PROBE_SECONDS)


@dataclass(frozen=True, slots=True)
class TrainingInputs:
    """What a run is given: the same for every step of it, and none of it on disk.

    `images` are the real ones, uint8 (count, 1, 28, 28) on the device; `judge` may be absent; `clock` returns seconds,
    and `sleep` waits as many as it is given.
    """

    run: Path
    config: TrainingConfig
    precision: Precision
    images: Tensor
    judge: Judge | None
    should_stop: Callable[[], bool]
    should_pause: Callable[[], bool]
    on_tick: Callable[[Tick], None]
    clock: Callable[[], float]
    sleep: Callable[[float], None]


def train(inputs: TrainingInputs, state: TrainingState) -> bool:
    """Trains to the end, or until `should_stop`; returns whether the end was reached.

    While `should_pause`, it waits between two steps with everything on disk, until that ends or it should stop.
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

    if inputs.judge is not None:
        with _one_sentence(inputs.run):
            measure_missed_rung(inputs.run, inputs.judge, inputs.clock)
    # Even a run that is stopped before its first step takes that step, so that there is a state to go on from.
    stopped = False
    while state.step < last_step and not stopped:
        while inputs.should_pause() and not inputs.should_stop():
            inputs.sleep(PAUSE_POLL_SECONDS)
        first_step, start = state.step, inputs.clock()
        sums = torch.zeros(4, device=inputs.images.device)
        while True:
            real = inputs.images[next(batches).to(inputs.images.device)]
            sums += training_step(state, real, config, inputs.precision)
            stopped = inputs.should_stop()
            if stopped or state.step in tick_steps or inputs.should_pause():
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
        with _one_sentence(inputs.run):
            write_tick(inputs.run, state, inputs.images, tick, rung, sample)
            if rung is not None and inputs.judge is not None:
                tick = measure_rung(inputs.run, inputs.judge, rung, tick, inputs.clock)
        inputs.on_tick(tick)
    return state.step >= last_step


@contextmanager
def _one_sentence(run: Path) -> Iterator[None]:
    """Turns what the disk refuses into a UserError."""
    try:
        yield
    except (OSError, UserError) as error:
        if not run.is_dir():
            raise UserError(f"{run} was deleted while it was being trained; start a new run.") from error
        if isinstance(error, UserError):
            raise
        raise UserError(
            f"{run} can't be written ({error.strerror or error}); make room, then go on with "
            f"`python train.py --resume {run}`."
        ) from error


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
