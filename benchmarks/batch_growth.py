"""Whether a batch that grows learns more in the same time: `python -m benchmarks.batch_growth`.

A larger batch at the same step size does what a smaller step size does (Smith et al. 2018, “Don't decay the learning
rate, increase the batch size”), and makes more pictures a second. Every schedule gets equal parts of the time.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.plain_way import JUDGED_COUNT, Look
from gan.command_line import run_command
from gan.config import TrainingConfig
from gan.datasets import DATASETS, load_split
from gan.devices import device_title, keep_freed_memory
from gan.errors import UserError
from gan.judge import Judge, find_judge
from gan.presets import preset
from gan.sampler import draw
from gan.trainer import batch_indices
from gan.training_state import new_state
from gan.training_step import training_step

SCHEDULES = ((64,), (32, 64), (64, 128), (32, 64, 128), (64, 128, 256))


@dataclass(frozen=True, slots=True)
class GrowthOptions:
    """Train by every schedule of batches for the same time and print the table."""

    seconds: float = 110.0
    """Training time of each schedule; judging is not counted."""
    seeds: int = 3
    """How many: 0, 1, …"""


def train_growing(
    batches: Sequence[int], config: TrainingConfig, images: NDArray[np.uint8], seconds: float, seed: int, judge: Judge
) -> Look:
    """Returns what `seconds` of training come to where each batch size in turn has an equal part of them."""
    config = replace(config, seed=seed)
    state = new_state(config, 0, torch.device("cpu"), "bfloat16")
    pictures = torch.from_numpy(images)
    shown, spent = 0, 0.0
    for part, batch_size in enumerate(batches, start=1):
        config = replace(config, batch_size=batch_size)
        # The average's first half-lives and the order of pictures go by the pictures shown, counted in steps.
        state.step = shown // config.images_per_step
        order = batch_indices(len(pictures), config.images_per_step, seed, state.step)
        start = time.perf_counter()
        while spent + time.perf_counter() - start < seconds * part / len(batches):
            training_step(state, pictures[next(order)], None, config, "bfloat16")
            shown += config.images_per_step
        spent += time.perf_counter() - start
    return Look(shown / 1000, spent, judge.distance(draw(state.average, range(JUDGED_COUNT))))


def main(options: GrowthOptions) -> int:
    """Prints the table and returns 0; raises UserError where there is nothing to judge by."""
    judge = find_judge(DATASETS["mnist"])
    if judge is None:
        raise UserError("There is no judge of MNIST in checkpoints/judges; restore it.")
    images = load_split(DATASETS["mnist"], "train").images
    keep_freed_memory()
    threads = torch.get_num_threads()
    print(f"`python -m benchmarks.batch_growth`, {threads} threads, {device_title(torch.device('cpu'))}:\n")
    seeds = range(options.seeds)
    ends: dict[tuple[int, ...], list[Look]] = {batches: [] for batches in SCHEDULES}
    # One seed after the other: a computer that gets slower does so for every schedule.
    for seed in seeds:
        for batches in SCHEDULES:
            ends[batches].append(train_growing(batches, preset(), images, options.seconds, seed, judge))
            print(f"seed {seed}, {_in_words(batches)}: {ends[batches][-1].distance:.2f}", file=sys.stderr, flush=True)
    print("| batches | images/s | " + " | ".join(f"judge distance, seed {seed}" for seed in seeds) + " |")
    print("|---|---:|" + "---:|" * len(seeds))
    for batches, looks in ends.items():
        rate = 1000 * sum(look.kimg for look in looks) / sum(look.seconds for look in looks)
        print(f"| {_in_words(batches)} | {rate:,.0f} | " + " | ".join(f"{look.distance:.2f}" for look in looks) + " |")
    return 0


def _in_words(batches: Sequence[int]) -> str:
    return ", then ".join(map(str, batches))


if __name__ == "__main__":
    sys.exit(run_command(GrowthOptions, main, "python -m benchmarks.batch_growth"))
