"""What several processes do together in tests: tiny runs of every kind, and messages."""

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import torch
import torch._dynamo  # the optimizers load it, which takes seconds: once for all of them
from torch import Tensor, nn

import gan.training_plan  # noqa: F401 - likewise
from gan.command_line import report_errors
from gan.config import TrainingConfig
from gan.distributed import ALONE, World, meeting
from gan.synced_batch_norm import sync_batch_norm
from gan.torchrun import place_from
from gan.trainer import TrainingInputs, train
from gan.training_state import TrainingState, new_state

CLASS_COUNT = 10
# 32 steps of 63 pictures, of which two processes can't have as many each; ticks after 16 and 32.
BASE = TrainingConfig(
    kimg=2,
    batch_size=63,
    latent_size=4,
    generator_width=4,
    discriminator_width=4,
    tick_kimg=1,
    precision="float32",
    augmentation="off",
    # Sums in another order stay together for longer where steps are small.
    learning_rate=2e-4,
)
CASES = {
    "standard": BASE,
    "wasserstein-gp": replace(
        BASE,
        objective="wasserstein-gp",
        discriminator_normalization="layer",
        penalty_weight=10.0,
        discriminator_steps=2,
        conditional=True,
    ),
    "relativistic": replace(
        BASE, objective="relativistic", discriminator_normalization="none", penalty_weight=1.0, augmentation="on"
    ),
    "mlp, minimax": replace(
        BASE, architecture="mlp", objective="minimax", conditional=True, label_smoothing=0.1, instance_noise=0.2
    ),
    "wasserstein": replace(
        BASE,
        objective="wasserstein",
        discriminator_normalization="spectral",
        weight_clip=0.05,
        optimizer="sgd",
        learning_rate=0.001,
        batch_size=9,
    ),
}
_ONE_AT_A_TIME = threading.Lock()


def pictures() -> tuple[Tensor, Tensor]:
    """Returns 500 real ones and their classes."""
    dice = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (500, 1, 28, 28), dtype=torch.uint8, generator=dice)
    return images, torch.randint(0, CLASS_COUNT, (500,), generator=dice)


def fresh_state(config: TrainingConfig, world: World) -> TrainingState:
    """Returns a state before its first step, with the batch norm of its world."""
    # Threads share PyTorch's own dice, which spectral norm seeds and throws; processes don't.
    with _ONE_AT_A_TIME:
        state = new_state(config, CLASS_COUNT, torch.device("cpu"), "float32")
    for network in (state.generator, state.discriminator):
        sync_batch_norm(network, world)
    return state


def train_case(config: TrainingConfig, run: Path, world: World = ALONE) -> None:
    """Trains to the end."""
    images, labels = pictures()
    if world.writes:
        for folder in ("ladder", "samples"):
            (run / folder).mkdir(parents=True)
    seconds = iter(range(10_000))
    inputs = TrainingInputs(
        run=run,
        config=config,
        precision="float32",
        images=images,
        labels=labels if config.conditional else None,
        judge=None,
        should_stop=lambda: False,
        should_pause=lambda: False,
        on_tick=lambda tick: None,
        clock=lambda: float(next(seconds)),
        sleep=lambda seconds: None,
        world=world,
    )
    assert train(inputs, fresh_state(config, world))


def _own() -> World:
    place = place_from(os.environ)
    return World(place.rank, place.size, place.local_rank)


def train_cases(names: Sequence[str], folder: Path) -> int:
    """Trains all of them as one of those processes that torchrun has told of each other."""
    with meeting(_own()):
        for name in names:
            train_case(CASES[name], folder / name, _own())
    return 0


def meet(seconds_late: float = 0) -> int:
    """Meets the others, and comes later than they do if wanted."""
    time.sleep(seconds_late)
    world = _own()
    with meeting(world):
        assert world.any_of([world.rank == 0, world.rank == 1, False]) == [True, True, False]
    return 0


def come_alone(rank: int) -> int:
    """Comes as one of two, and waits for half a second."""
    return report_errors(partial(_come_alone, rank))


def _come_alone(rank: int) -> int:
    with meeting(World(rank, 2), patience=timedelta(seconds=0.5)):
        return 0


def talk_until_one_is_lost() -> int:
    """Sends each kind of message; then the second of two processes ends without a word."""
    return report_errors(_talk)


def _talk() -> int:
    world = _own()
    with meeting(world):
        assert world.told("Müller" if world.rank == 0 else "") == "Müller"
        assert world.any_of([world.rank == 1, world.rank == 0, False]) == [True, True, False]
        tensors = [torch.full((2, 2), 1.0 + world.rank), torch.tensor(3.0)]
        world.sum_in_place(tensors)
        assert tensors[0].tolist() == [[3, 3], [3, 3]] and tensors[1].item() == 6
        layer = nn.Linear(1, 1)
        layer(torch.full((1, 1), 10.0**world.rank)).sum().backward()
        world.sum_gradients(layer)
        assert layer.weight.grad is not None and layer.weight.grad.tolist() == [[11]]
        norm = nn.BatchNorm1d(1)
        sync_batch_norm(norm, world)
        output = norm(torch.randn(4, 1, requires_grad=True))
        if world.rank == 1:
            # While the other one is on its way back through the network.
            os._exit(9)
        output.sum().backward()
    return 0
