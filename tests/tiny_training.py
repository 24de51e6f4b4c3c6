"""A training run so small that it takes a second: what the tests of the trainer share."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from gan.checkpoint import read_tensors
from gan.config import TrainingConfig
from gan.datasets import Split
from gan.judge import Judge, JudgeNetwork
from gan.judge_training import make_judge
from gan.tick_writer import forget_after
from gan.trainer import TrainingInputs, train
from gan.training_state import new_state, read_state

CPU = torch.device("cpu")
# 188 steps; ticks after steps 63, 125 and 188; an epoch has 31 steps; rungs at 2 and 3 kimg.
CONFIG = TrainingConfig(
    kimg=3,
    batch_size=16,
    latent_size=4,
    generator_width=4,
    discriminator_width=4,
    # Small steps keep two ways to the same sums together for longer.
    learning_rate=2e-4,
    tick_kimg=1,
    precision="float32",
)
IMAGE_COUNT = 500
LAST_STEP = 188


def tiny_images() -> torch.Tensor:
    noise = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (IMAGE_COUNT, 1, 28, 28), dtype=torch.uint8, generator=noise)


def tiny_inputs(
    run: Path, should_stop: Callable[[], bool] = lambda: False, config: TrainingConfig = CONFIG
) -> TrainingInputs:
    for folder in ("ladder", "samples"):
        (run / folder).mkdir(parents=True, exist_ok=True)
    seconds = itertools.count()
    return TrainingInputs(
        run=run,
        config=config,
        precision="float32",
        images=tiny_images(),
        labels=None,
        judge=None,
        should_stop=should_stop,
        should_pause=lambda: False,
        on_tick=lambda tick: None,
        clock=lambda: float(next(seconds)),
        sleep=lambda seconds: None,
    )


def tiny_judge() -> Judge:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (200, 1, 28, 28), dtype=np.uint8)
    split = Split(images, random.integers(0, 10, 200, dtype=np.uint16), "")
    return make_judge("mnist", JudgeNetwork().eval(), split, split)


def train_tiny(run: Path, stop_at: int | None = None, resume: bool = False, config: TrainingConfig = CONFIG) -> bool:
    state = new_state(config, 0, CPU, "float32")
    if resume:
        read_state(run / "state.safetensors", state)
        forget_after(run, state.step, config.images_per_step)
    return train(tiny_inputs(run, lambda: state.step == stop_at, config), state)


def assert_same(run: Path, whole: Path) -> None:
    """Everything learnt is the same bit for bit; seconds on the clock and the ticks cut by a stop are not."""
    mine, other = (read_tensors(folder / "state.safetensors") for folder in (run, whole))
    assert mine[1]["step"] == other[1]["step"] == LAST_STEP
    assert mine[0].keys() == other[0].keys()
    assert [name for name in mine[0] if not torch.equal(mine[0][name], other[0][name])] == []
    names = ["discriminator.safetensors", "samples/000002.png", "samples/000003.png"]
    for name in [*names, "ladder/000002.safetensors", "ladder/000003.safetensors"]:
        # Safetensors writes metadata in no fixed order, so that files are compared by what they hold.
        if name.endswith("png"):
            assert (run / name).read_bytes() == (whole / name).read_bytes()
        else:
            pairs = zip(*(sorted(read_tensors(folder / name)[0].items()) for folder in (run, whole)), strict=True)
            assert all(torch.equal(first[1], second[1]) for first, second in pairs), name
