"""How long a training step takes on this computer: measured on throw-away networks."""

import math

import torch

from gan.captured_step import best_step
from gan.config import Precision, TrainingConfig
from gan.devices import median_seconds
from gan.distributed import ALONE, World
from gan.synced_batch_norm import sync_batch_norm
from gan.training_state import new_state

# Of one probe: the largest networks take a second for a step.
PROBE_SECONDS = 1.5


def seconds_per_step(
    config: TrainingConfig, class_count: int, device: torch.device, precision: Precision, world: World = ALONE
) -> float:
    """Returns the measured time of one training step, in seconds; several processes measure it together."""
    state = new_state(config, class_count, device, precision)
    for network in (state.generator, state.discriminator):
        sync_batch_norm(network, world)
    count = config.images_per_step
    shape = (count, config.channels, config.image_size, config.image_size)
    images = torch.randint(0, 256, shape, dtype=torch.uint8, device=device)
    labels = torch.zeros(count, dtype=torch.int64, device=device) if config.conditional else None
    # One of several that took fewer steps than the others would leave them waiting.
    budget_seconds = PROBE_SECONDS if world.size == 1 else math.inf
    take_step = best_step(state, config, precision, world)
    return median_seconds(lambda: take_step(images, labels), device, budget_seconds=budget_seconds)
