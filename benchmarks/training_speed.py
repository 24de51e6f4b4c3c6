"""How many images a second one training step learns from: `python -m benchmarks.training_speed`."""

import statistics
import sys
import time
from dataclasses import dataclass, replace
from itertools import product
from typing import get_args

import torch

from gan.command_line import run_command
from gan.config import DeviceName, Precision, TrainingConfig
from gan.devices import device_title, find_device, keep_freed_memory, synchronize
from gan.errors import UserError
from gan.training_state import new_state
from gan.training_step import training_step


@dataclass(frozen=True, slots=True)
class SpeedOptions:
    """Measure the images a second of training, in each arithmetic and batch size."""

    batch_sizes: tuple[int, ...] = (64, 128)
    """Real images per step."""
    steps: int = 20
    """Steps timed together."""
    rounds: int = 15
    """Measurements of each kind, of which the median counts; kinds take turns, so that all see the same machine."""
    width: int = 64
    """Width of both networks; 64 is what train.py uses."""
    device: DeviceName = "auto"
    """Where to train."""


def main(options: SpeedOptions) -> int:
    """Prints the table and returns 0."""
    if options.steps < 1 or options.rounds < 1:
        raise UserError("--steps and --rounds must be 1 or more; give larger numbers.")
    device = find_device(options.device)
    keep_freed_memory()
    defaults = TrainingConfig(generator_width=options.width, discriminator_width=options.width)
    kinds = {
        (precision, size): replace(defaults, batch_size=size)
        for precision, size in product(get_args(Precision), options.batch_sizes)
    }
    states = {kind: new_state(config, 0, device, kind[0]) for kind, config in kinds.items()}
    images_per_second: dict[tuple[Precision, int], list[float]] = {kind: [] for kind in kinds}
    # One round more than counts: the first warms up.
    for _ in range(1 + options.rounds):
        for (precision, size), config in kinds.items():
            shape = (size, config.channels, config.image_size, config.image_size)
            real = torch.randint(0, 256, shape, dtype=torch.uint8, device=device)
            synchronize(device)
            start = time.perf_counter()
            for _ in range(options.steps):
                training_step(states[precision, size], real, None, config, precision)
            synchronize(device)
            speed = options.steps * size / (time.perf_counter() - start)
            images_per_second[precision, size].append(speed)
    print(f"`python -m benchmarks.training_speed` on {device_title(device)}, PyTorch {torch.__version__}:\n")
    print("| arithmetic | batch size | images/s (median) | lowest | highest |\n|---|---:|---:|---:|---:|")
    for (precision, size), speeds in images_per_second.items():
        speeds = speeds[1:]
        print(f"| {precision} | {size} | {statistics.median(speeds):,.0f} | {min(speeds):,.0f} | {max(speeds):,.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(run_command(SpeedOptions, main, "python -m benchmarks.training_speed"))
