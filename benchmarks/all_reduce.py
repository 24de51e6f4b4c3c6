"""What several processes cost in messages, and what that means for many GPUs: `python -m benchmarks.all_reduce`."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

import torch
from torch import Tensor

from gan.command_line import run_command
from gan.config import PROJECT_ROOT, TrainingConfig
from gan.devices import median_seconds
from gan.distributed import World, meeting
from gan.errors import UserError
from gan.step_speed import seconds_per_step
from gan.synced_batch_norm import sync_batch_norm
from gan.torchrun import Place, place_from
from gan.training_state import new_state
from gan.training_step import training_step

CPU = torch.device("cpu")


@dataclass(frozen=True, slots=True)
class AllReduceOptions:
    """Measure the messages of two processes on the CPU, and work out 8 and 64 GPUs from assumptions."""

    batch_size: int = 64
    """Real images per step of all processes together, where it is measured; of each GPU, where it is worked out."""
    rounds: int = 15
    """Measurements of each kind, of which the median counts."""
    gpu_step_milliseconds: float = 5.0
    """Assumed: what a step takes one GPU by itself."""
    inside_gigabytes: float = 300.0
    """Assumed: gigabytes a second between two GPUs of one computer (NVLink)."""
    inside_microseconds: float = 3.0
    """Assumed: time for a message of no length between two GPUs of one computer."""
    between_gigabytes: float = 25.0
    """Assumed: gigabytes a second between two computers (InfiniBand, 200 Gbit/s)."""
    between_microseconds: float = 5.0
    """Assumed: time for a message of no length between two computers."""
    computer_gpus: int = 8
    """Assumed: GPUs of one computer."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians of one number of processes, in seconds; a single one has nobody to talk to."""

    step: float
    gradients: float
    batch_norm_message: float


@dataclass(frozen=True)
class _Listening(World):
    """One of two whose messages go nowhere, but are counted, in bytes."""

    sent: list[int] = field(default_factory=list)

    def sum_in_place(self, tensors: Sequence[Tensor]) -> None:
        self.sent.append(sum(tensor.numel() * tensor.element_size() for tensor in tensors))


def messages_of_a_step(config: TrainingConfig) -> list[int]:
    """Returns the bytes of each message that one step sends, in order."""
    world = _Listening(0, 2)
    state = new_state(config, 0, CPU, "float32")
    for network in (state.generator, state.discriminator):
        sync_batch_norm(network, world)
    shape = (config.images_per_step, config.channels, config.image_size, config.image_size)
    training_step(state, torch.zeros(shape, dtype=torch.uint8), None, config, "float32", world)
    return world.sent


def ring_seconds(count: int, size: float, bytes_per_second: float, latency: float) -> float:
    """Returns what a ring of `count` takes to sum `size` bytes: 2 (N − 1)/N · bytes/bandwidth + 2 (N − 1) · latency."""
    return 2 * (count - 1) / count * size / bytes_per_second + 2 * (count - 1) * latency


def main(options: AllReduceOptions) -> int:
    """Prints both tables and returns 0; raises UserError where the processes don't find each other."""
    if options.rounds < 1 or options.gpu_step_milliseconds <= 0:
        raise UserError("--rounds must be 1 or more, --gpu-step-milliseconds above 0; give larger numbers.")
    config = TrainingConfig(batch_size=options.batch_size)
    if "LOCAL_RANK" in os.environ:
        return _measure(config, options.rounds, place_from(os.environ))
    one, two = (_measured_by(count, options) for count in (1, 2))
    messages = messages_of_a_step(config)
    gradients = sorted(messages)[-2:]
    print(f"PyTorch {torch.__version__}, batch {options.batch_size} in all, float32, one thread a process:\n")
    print("| what | 1 process | 2 processes (gloo) | ratio |\n|---|---:|---:|---:|")
    print(f"| one step | {1000 * one.step:.1f} ms | {1000 * two.step:.1f} ms | {two.step / one.step:.2f} |")
    size = sum(gradients) / 1e6
    print(f"| all-reduce of both networks' gradients, {size:.1f} MB | | {1000 * two.gradients:.2f} ms | |")
    print(f"| a message of batch norm | | {1000 * two.batch_norm_message:.2f} ms | |")
    print(f"\nMessages of a step: 2 of gradients, {len(messages) - 2} of batch norm.\n")
    print(f"On paper, batch {options.batch_size} on each GPU, {options.gpu_step_milliseconds:g} ms a step:\n")
    print("| GPUs | gradients | batch norm | images/s | of N times one GPU | without batch norm's messages |")
    print("|---:|---:|---:|---:|---:|---:|")
    for count in (1, 8, 64):
        print(_expected(count, messages, options))
    return 0


def _expected(count: int, messages: Sequence[int], options: AllReduceOptions) -> str:
    is_inside = ceil(count / options.computer_gpus) == 1
    speed = 1e9 * (options.inside_gigabytes if is_inside else options.between_gigabytes)
    latency = 1e-6 * (options.inside_microseconds if is_inside else options.between_microseconds)
    costs = [ring_seconds(count, size, speed, latency) for size in sorted(messages)]
    own, norms, gradients = options.gpu_step_milliseconds / 1000, sum(costs[:-2]), sum(costs[-2:])
    step = own + norms + gradients
    return (
        f"| {count} | {1000 * gradients:.2f} ms | {1000 * norms:.2f} ms | {count * options.batch_size / step:,.0f} | "
        f"{own / step:.0%} | {own / (own + gradients):.0%} |"
    )


def _measured_by(count: int, options: AllReduceOptions) -> Measured:
    flags = ["--batch-size", str(options.batch_size), "--rounds", str(options.rounds)]
    command = ["torch.distributed.run", "--nproc-per-node", str(count), "-m", "benchmarks.all_reduce", *flags]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", *command], cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True
    )
    if ended.returncode:
        raise UserError(f"{count} processes could not be measured ({ended.stderr.strip().splitlines()[0]}); try again.")
    return Measured(**json.loads(ended.stdout))


def _measure(config: TrainingConfig, rounds: int, place: Place) -> int:
    world = World(place.rank, place.size, place.local_rank)
    with meeting(world):
        # Several measurements, each of which is a median already.
        steps = sorted(seconds_per_step(config, 0, CPU, "float32", world) for _ in range(max(1, rounds // 5)))
        state = new_state(config, 0, CPU, "float32")
        networks = (state.generator, state.discriminator)
        for parameter in (parameter for network in networks for parameter in network.parameters()):
            parameter.grad = torch.zeros_like(parameter)
        statistics = torch.zeros(2 * 128 + 1, dtype=torch.float64)
        gradients = median_seconds(lambda: [world.sum_gradients(network) for network in networks], CPU, 2, rounds)
        message = median_seconds(lambda: world.sum_in_place([statistics]), CPU, 2, rounds)
    if world.writes:
        print(json.dumps({"step": steps[len(steps) // 2], "gradients": gradients, "batch_norm_message": message}))
    return 0


if __name__ == "__main__":
    sys.exit(run_command(AllReduceOptions, main, "python -m benchmarks.all_reduce"))
