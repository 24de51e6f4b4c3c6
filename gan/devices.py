"""Which device and which arithmetic a run uses, found by asking and by a short measured probe."""

import ctypes
import gc
import math
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

import torch

from gan.config import DeviceName, Precision
from gan.errors import UserError

# bfloat16 costs accuracy: it has to earn it.
BFLOAT16_MIN_SPEED_UP = 1.15


def find_device(name: DeviceName, local_rank: int = 0) -> torch.device:
    """Returns the device to train on; raises UserError where the named one is not there.

    Of several graphics cards each process of a computer, known by its `local_rank`, gets its own.
    """
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    kind = next(kind for kind, is_there in available.items() if is_there) if name == "auto" else name
    if not available[kind]:
        raise UserError(f"--device {name}: this computer has no such device for PyTorch; use --device auto.")
    if kind != "cuda" or local_rank == 0:
        return torch.device(kind)
    if local_rank >= torch.cuda.device_count():
        raise UserError(
            f"There are {torch.cuda.device_count()} graphics cards here; start no more processes than that."
        )
    return torch.device(kind, local_rank)


def device_title(device: torch.device) -> str:
    """Returns the device's name for a person."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}"


def autocast(device: torch.device, precision: Precision) -> AbstractContextManager[None]:
    """Returns the context in which networks run in `precision`."""
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16")


def memory_format(precision: Precision) -> torch.memory_format:
    """Returns the layout that is fastest for convolutions in `precision`."""
    return torch.channels_last if precision == "bfloat16" else torch.contiguous_format


def faster_precision(device: torch.device, time_steps: Callable[[Precision], float]) -> Precision:
    """Returns bfloat16 where `time_steps`, which returns seconds for a few steps, shows that it pays."""
    if device.type == "mps" or (device.type == "cuda" and not torch.cuda.is_bf16_supported()):
        return "float32"
    seconds = {precision: time_steps(precision) for precision in ("float32", "bfloat16")}
    return "bfloat16" if seconds["float32"] > BFLOAT16_MIN_SPEED_UP * seconds["bfloat16"] else "float32"


def synchronize(device: torch.device) -> None:
    """Waits until the device has done all that was asked of it."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def median_seconds(
    work: Callable[[], object],
    device: torch.device,
    warm_up: int = 2,
    runs: int = 5,
    budget_seconds: float = math.inf,
) -> float:
    """Returns the median time of `work` in seconds, after `warm_up` runs that don't count.

    Where `budget_seconds` are spent before that, the fastest run so far has to do.
    """
    seconds: list[float] = []
    while len(seconds) < warm_up + runs:
        if sum(seconds) > budget_seconds:
            return min(seconds)
        synchronize(device)
        start = time.perf_counter()
        work()
        synchronize(device)
        seconds.append(time.perf_counter() - start)
    return sorted(seconds[warm_up:])[runs // 2]


def free_memory(device: torch.device) -> None:
    """Gives back to the device what tensors that are gone have left."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


def keep_freed_memory() -> None:
    """Makes this process keep the memory of tensors that are gone, for the next ones, where its C library can.

    glibc gives large blocks back to the system at once and gets them again, page by page, in every layer of every step:
    4,000 page faults a step, a fifth of its time.
    """
    with suppress(OSError, AttributeError):
        set_option = ctypes.CDLL("libc.so.6").mallopt
        trim_threshold, mmap_threshold = -1, -3
        set_option(mmap_threshold, 2**30)
        set_option(trim_threshold, 2**31 - 1)


def leave_a_core() -> None:
    """Makes PyTorch use one thread less than it would, unless OMP_NUM_THREADS says how many.

    Threads that train wait for each other at every layer: one that has to share its core stops them all.
    """
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(max(1, torch.get_num_threads() - 1))
