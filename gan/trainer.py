"""The training loop: sample → discriminator step → generator step → average; once a tick, everything on disk."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan.captured_step import best_step
from gan.config import Precision, TrainingConfig
from gan.distributed import ALONE, World
from gan.errors import UserError
from gan.judge import Judge
from gan.run_log import Tick, rung_path
from gan.schedule import rung_steps, sample_schedule, step_at
from gan.tick_writer import measure_missed_rung, measure_rung, write_tick
from gan.training_state import TrainingState
from gan.training_step import MEASURES

PAUSE_POLL_SECONDS = 0.1
STEPS_PER_AGREEMENT = 16


def batch_indices(
    count: int, images_per_step: int, seed: int, first_step: int, device: torch.device | None = None
) -> Iterator[Tensor]:
    """Yields the indices of each step's real images from `first_step` (0-based) on, for ever, on the device.

    Every epoch is a new permutation without its uneven end, a pure function of seed and epoch: nothing to save. Where
    a step needs more pictures than there are, an epoch has as many permutations as fill a step.
    """
    permutations = -(-images_per_step // count)
    steps_per_epoch = permutations * count // images_per_step
    epoch, first = divmod(first_step, steps_per_epoch)
    while True:
        dice = np.random.default_rng((seed, epoch))
        order = torch.from_numpy(np.concatenate([dice.permutation(count) for _ in range(permutations)])).to(device)
        for step in range(first, steps_per_epoch):
            yield order[step * images_per_step : (step + 1) * images_per_step]
        epoch, first = epoch + 1, 0


@dataclass(frozen=True, slots=True)
class TrainingInputs:
    """What a run is given: the same for every step of it, and none of it on disk.

    `images` are the real ones, uint8 (count, channels, size, size), and `labels` their classes, int64 (count,), where
    the networks know classes, both on the device; `judge` may be absent; `clock` returns seconds, and `sleep` waits as
    many as it is given.
    """

    run: Path
    config: TrainingConfig
    precision: Precision
    images: Tensor
    labels: Tensor | None
    judge: Judge | None
    should_stop: Callable[[], bool]
    should_pause: Callable[[], bool]
    on_tick: Callable[[Tick], None]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    world: World = ALONE

    @property
    def agreement_steps(self) -> int:
        """After how many steps the processes ask each other whether to stop."""
        return 1 if self.world.size == 1 else STEPS_PER_AGREEMENT


def train(inputs: TrainingInputs, state: TrainingState) -> bool:
    """Trains to the end, or until `should_stop`; returns whether the end was reached.

    While `should_pause`, it waits between two steps with everything on disk, until that ends or it should stop.
    Raises UserError where the losses stop being finite or the disk takes no more: what is on disk then is still good.
    """
    config, world, images_per_step = inputs.config, inputs.world, inputs.config.images_per_step
    last_step = step_at(config.kimg, images_per_step)
    rungs = rung_steps(config.kimg, images_per_step)
    sample_steps = {step_at(mark, images_per_step): mark for mark in sample_schedule(config.kimg)}
    tick_steps = {step_at(mark, images_per_step) for mark in range(config.tick_kimg, config.kimg, config.tick_kimg)}
    tick_steps |= rungs.keys() | sample_steps.keys()
    batches = batch_indices(len(inputs.images), images_per_step, config.seed, state.step, inputs.images.device)
    take_step = best_step(state, config, inputs.precision, world)

    if inputs.judge is not None and world.writes:
        with _one_sentence(inputs.run):
            measure_missed_rung(inputs.run, state, inputs.labels, inputs.judge, inputs.clock)
    # Even a run that is stopped before its first step takes that step, so that there is a state to go on from.
    should_stop = False
    while state.step < last_step and not should_stop:
        should_stop = _wait_while_paused(inputs)
        first_step, start = state.step, inputs.clock()
        sums = torch.zeros(len(MEASURES), device=inputs.images.device)
        while True:
            chosen = next(batches)
            labels = None if inputs.labels is None else inputs.labels[chosen]
            sums += take_step(inputs.images[chosen], labels)
            is_due = state.step in tick_steps
            # Alone, one looks after every step; several have to agree, which takes them longer than to look.
            if is_due or state.step % inputs.agreement_steps == 0:
                should_stop, should_pause = world.any_of((inputs.should_stop(), inputs.should_pause()))
                if is_due or should_stop or should_pause:
                    break
        # The first wait for the device since the last tick.
        world.sum_in_place([sums])
        measures = (sums / (state.step - first_step)).tolist()
        elapsed = inputs.clock() - start
        state.seconds += elapsed
        _refuse_divergence(state, measures, images_per_step)
        tick = _tick(state, images_per_step, measures, (state.step - first_step) * images_per_step / elapsed)
        rung, sample = rungs.get(state.step), sample_steps.get(state.step)
        kimg = state.step * images_per_step // 1000
        if should_stop and rung is None and kimg > 0 and not rung_path(inputs.run, kimg).exists():
            # What was learnt is kept as a rung of its own, wherever the run was stopped.
            rung = sample = kimg
        if world.writes:
            with _one_sentence(inputs.run):
                write_tick(inputs.run, state, inputs.images, inputs.labels, tick, rung, sample)
                if rung is not None and inputs.judge is not None:
                    tick = measure_rung(inputs.run, state, inputs.labels, inputs.judge, rung, tick, inputs.clock)
            inputs.on_tick(tick)
    return state.step >= last_step


def _wait_while_paused(inputs: TrainingInputs) -> bool:
    """Returns whether the run should stop, once it should no longer wait."""
    while True:
        should_stop, should_pause = inputs.world.any_of((inputs.should_stop(), inputs.should_pause()))
        if should_stop or not should_pause:
            return should_stop
        inputs.sleep(PAUSE_POLL_SECONDS)


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


def _refuse_divergence(state: TrainingState, measures: list[float], images_per_step: int) -> None:
    """Raises UserError where a loss or a weight is no longer a finite number, before any of it reaches the disk."""
    # In half precision, which overflows first: rungs are saved in it.
    weights = (t.half() for net in state.networks().values() for t in net.state_dict().values() if t.dim() > 0)
    if not all(map(math.isfinite, measures)) or not all(torch.stack([w.isfinite().all() for w in weights]).tolist()):
        raise UserError(
            f"Training diverged at {state.step * images_per_step / 1000:.0f} kimg: a loss or a weight is no longer a "
            "finite number; train again with a lower --learning-rate."
        )


def _tick(state: TrainingState, images_per_step: int, measures: list[float], images_per_second: float) -> Tick:
    means: dict[str, Any] = {name: round(value, 5) for name, value in zip(MEASURES, measures, strict=True)}
    return Tick(
        kimg=state.step * images_per_step / 1000,
        step=state.step,
        seconds=round(state.seconds, 3),
        images_per_second=round(images_per_second, 1),
        **means,
    )
