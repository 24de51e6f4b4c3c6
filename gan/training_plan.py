"""What is about to be trained, and how long it will take: measured before anything is trained."""

from copy import deepcopy
from dataclasses import dataclass

import torch

from gan.config import Precision, TrainingConfig
from gan.datasets import dataset_title
from gan.devices import device_title, median_seconds
from gan.distributed import ALONE, World
from gan.judge import Judge
from gan.networks import Generator, parameter_count
from gan.picture_folder import FOLDER_PREFIX
from gan.progress import duration
from gan.sampler import draw
from gan.schedule import rung_schedule, rung_steps, step_at
from gan.step_speed import seconds_per_step
from gan.tick_writer import JUDGED_SEEDS
from gan.training_preparation import Preparation
from gan.training_state import TrainingState

# Enough of them for a measurement, few enough for a second of waiting.
MEASURED_SEEDS = range(256)


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Where a run is trained, how fast, and for how long still; `rungs` are those to come, in kimg.

    `seconds` has the training steps and the judging of the rungs; what is written to disk is not counted.
    """

    device: str
    device_kind: str
    precision: Precision
    images_per_second: float
    seconds_per_rung: float
    rungs: tuple[int, ...]
    seconds: float


def measure_plan(
    config: TrainingConfig, precision: Precision, state: TrainingState, judge: Judge | None, world: World = ALONE
) -> TrainingPlan:
    """Returns the plan of a run that goes on from `state`, which stays as it is."""
    device = state.random.device
    step_seconds = seconds_per_step(config, state.generator.shape.class_count, device, precision, world)
    rung_seconds = 0.0 if judge is None else seconds_per_rung(state.average, judge)
    return make_plan(config, precision, device, state.step, step_seconds, rung_seconds)


def make_plan(
    config: TrainingConfig,
    precision: Precision,
    device: torch.device,
    first_step: int,
    step_seconds: float,
    rung_seconds: float,
) -> TrainingPlan:
    """Returns the plan that follows from what one step and one rung take."""
    images_per_step = config.images_per_step
    steps = step_at(config.kimg, images_per_step) - first_step
    rungs = tuple(rung for step, rung in rung_steps(config.kimg, images_per_step).items() if step > first_step)
    return TrainingPlan(
        device=device_title(device),
        device_kind=device.type,
        precision=precision,
        images_per_second=images_per_step / step_seconds,
        seconds_per_rung=rung_seconds,
        rungs=rungs,
        seconds=steps * step_seconds + len(rungs) * rung_seconds,
    )


def seconds_per_rung(average: Generator, judge: Judge) -> float:
    """Returns how long it takes to draw and judge the 10,000 pictures of a rung, from a few of them."""
    device = next(average.parameters()).device
    # In the layout of a rung that was read from its file.
    generator = deepcopy(average).to(memory_format=torch.contiguous_format)
    images = draw(generator, MEASURED_SEEDS)
    drawing = median_seconds(lambda: draw(generator, MEASURED_SEEDS), device, warm_up=0, runs=1)
    judging = median_seconds(lambda: judge.features(images), device, warm_up=1, runs=1)
    return (drawing + judging) * len(JUDGED_SEEDS) / len(MEASURED_SEEDS)


def plan_lines(plan: TrainingPlan, config: TrainingConfig, preparation: Preparation, place: str) -> list[str]:
    """Returns the plan in words; `place` is where the run will lie."""
    state = preparation.state
    sizes = f"{parameter_count(state.generator):,} + {parameter_count(state.discriminator):,} parameters"
    # A published dataset's are no part of those that one would count.
    kept = ""
    if config.dataset.startswith(FOLDER_PREFIX):
        kept = f" to learn from, {preparation.record.held_out_count:,} kept for play"
    return [
        *preparation.skipped,
        f"{dataset_title(config.dataset)}, {len(preparation.images):,} pictures{kept} · {sizes}",
        f"{config.family} · batch {config.batch_size} · seed {config.seed}",
        f"{plan.device} · {plan.precision}",
        f"{config.kimg} kimg, rungs at {', '.join(map(str, rung_schedule(config.kimg, config.images_per_step)))}",
        f"about {duration(plan.seconds)} at {plan.images_per_second:,.0f} images/s → {place}",
    ]
