"""How fast a training step could be on this computer, and how fast it is: `python -m benchmarks.step_floor`.

The floor is the larger of two times: the step's multiplications and additions at the rate that well-shaped convolutions
reach here, forwards and backwards, and the bytes of every operation's tensors at the rate of plain copying. Not every
convolution is well-shaped: what the step's own ones take without the rest says how much of it is lost to their shapes,
and how much to everything else.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.step_products import again, products_of
from gan.command_line import run_command
from gan.config import ArchitectureName, DeviceName, ObjectiveName, Precision, TrainingConfig
from gan.devices import device_title, find_device, keep_freed_memory, memory_format, synchronize
from gan.presets import preset
from gan.training_state import TrainingState, new_state
from gan.training_step import training_step

# Pictures, channels, side: of the sizes that a small GAN has, those whose convolutions are fastest.
CONVOLUTIONS = ((64, 64, 28), (64, 128, 28), (64, 256, 14), (64, 128, 14))
COPIED_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class FloorOptions:
    """Measure what a step costs, and what it would cost at this computer's own rates."""

    architecture: ArchitectureName = "dcgan"
    """Of which networks."""
    objective: ObjectiveName = "standard"
    """Of which losses."""
    precision: Precision = "bfloat16"
    """In which arithmetic."""
    rounds: int = 9
    """Measurements of each kind, of which the median counts; kinds take turns, so that all see the same machine."""
    device: DeviceName = "auto"
    """Where."""


class _ByteCounter(TorchDispatchMode):
    """Counts the bytes of every operation's tensors, in and out; views cost nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.total = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if not func.is_view:
            self.total += sum(tensor.nbytes for tensor in _tensors((args, result)))
        return result


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    return [tensor for part in value for tensor in _tensors(part)] if isinstance(value, list | tuple) else []


def counted(work: Callable[[], object]) -> tuple[int, int]:
    """Returns the floating-point operations of the work's matrix products, and the bytes of all its tensors."""
    multiply = again(products_of(work))
    # Not of the work itself: PyTorch's counter follows modules, and gives up where a penalty asks for gradients.
    with FlopCounterMode(display=False) as operations:
        multiply()
    with _ByteCounter() as touched:
        work()
    return operations.get_total_flops(), touched.total


def convolution(count: int, channels: int, side: int, precision: Precision, device: torch.device) -> tuple[Any, int]:
    """Returns a 3×3 convolution's forward and backward pass as a function, and its floating-point operations."""
    kind = torch.bfloat16 if precision == "bfloat16" else torch.float32
    layout = memory_format(precision)
    images = torch.randn(count, channels, side, side, dtype=kind, device=device).to(memory_format=layout)
    weight = torch.randn(channels, channels, 3, 3, dtype=kind, device=device).to(memory_format=layout)
    images.requires_grad_()
    weight.requires_grad_()
    seen = torch.ones_like(images)
    return (
        lambda: torch.autograd.grad(F.conv2d(images, weight, padding=1), (images, weight), seen),
        3 * 2 * count * channels**2 * 9 * side**2,
    )


def main(options: FloorOptions) -> int:
    """Prints the table and returns 0."""
    device, config = find_device(options.device), preset(options.architecture, options.objective)
    keep_freed_memory()
    state = new_state(config, 0, device, options.precision)
    step = _step(state, config, options.precision)
    step()
    operations, touched = counted(step)
    copied = torch.empty(COPIED_BYTES, dtype=torch.uint8, device=device)
    copy = torch.empty_like(copied)
    convolutions = [convolution(*shape, options.precision, device) for shape in CONVOLUTIONS]
    own = again(products_of(step))
    works: list[Callable[[], object]] = [step, own, lambda: copy.copy_(copied), *(work for work, _ in convolutions)]
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(1 + options.rounds):
        for work, times in zip(works, seconds, strict=True):
            times.append(_seconds(work, device))
    step_seconds, own_seconds, copy_seconds, *convolution_seconds = (statistics.median(t[1:]) for t in seconds)
    rate = max(count / taken for (_, count), taken in zip(convolutions, convolution_seconds, strict=True))
    bandwidth = 2 * COPIED_BYTES / copy_seconds
    _print(options, config, device, operations, touched, rate, bandwidth, step_seconds, own_seconds)
    return 0


def _step(state: TrainingState, config: TrainingConfig, precision: Precision) -> Callable[[], object]:
    count, device = config.images_per_step, state.random.device
    shape = (count, config.channels, config.image_size, config.image_size)
    images = torch.randint(0, 256, shape, dtype=torch.uint8, device=device)
    return lambda: training_step(state, images, None, config, precision)


def _seconds(work: Callable[[], object], device: torch.device) -> float:
    synchronize(device)
    start = time.perf_counter()
    work()
    synchronize(device)
    return time.perf_counter() - start


def _print(
    options: FloorOptions,
    config: TrainingConfig,
    device: torch.device,
    operations: int,
    touched: int,
    rate: float,
    bandwidth: float,
    step_seconds: float,
    own_seconds: float,
) -> None:
    by_operations, by_bytes = operations / rate, touched / bandwidth
    rows = [
        (
            "operations of a step",
            f"{operations / 1e9:.2f} GFLOP ({operations / config.images_per_step / 1e6:.0f} MFLOP a picture)",
        ),
        ("bytes of a step's tensors", f"{touched / 1e6:.0f} MB"),
        ("convolutions, forwards and backwards", f"{rate / 1e9:.0f} GFLOP/s"),
        ("copying", f"{bandwidth / 1e9:.1f} GB/s"),
        ("floor by operations", f"{1000 * by_operations:.1f} ms"),
        ("floor by bytes, were nothing in the cache", f"{1000 * by_bytes:.1f} ms"),
        ("measured step", f"{1000 * step_seconds:.1f} ms, {config.images_per_step / step_seconds:,.0f} images/s"),
        ("share of the convolutions' rate", f"{by_operations / step_seconds:.0%}"),
        (
            "the step's own convolutions and matrix products, alone",
            f"{1000 * own_seconds:.1f} ms, {operations / own_seconds / 1e9:.0f} GFLOP/s",
        ),
        ("share of the step spent in them", f"{own_seconds / step_seconds:.0%}"),
    ]
    print(
        f"`python -m benchmarks.step_floor`: {options.architecture}, {options.objective}, {options.precision}, batch "
        f"{config.batch_size}, {device_title(device)}, PyTorch {torch.__version__}:\n"
    )
    print("| what | measured |\n|---|---:|")
    for name, value in rows:
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    sys.exit(run_command(FloorOptions, main, "python -m benchmarks.step_floor"))
