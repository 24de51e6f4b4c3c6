"""Several processes at one training: as threads of this process, which is fast, and as real ones that talk by gloo."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import torch
from torch import Tensor
from torch.distributed import TCPStore

from gan.config import PROJECT_ROOT
from gan.distributed import World

Result = TypeVar("Result")
TIMEOUT_SECONDS = 120
# Networks so small that a step takes as long as its messages, on a device that every computer has.
TINY = [
    *("--generator-width", "4", "--discriminator-width", "4", "--latent-size", "4"),
    *("--precision", "float32", "--device", "cpu", "--tick-kimg", "1"),
]


@dataclass
class Board:
    """Where the threads of one world put what they have to say."""

    size: int
    said: dict[int, list[Tensor]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.barrier = threading.Barrier(self.size, timeout=TIMEOUT_SECONDS)


@dataclass(frozen=True)
class ThreadWorld(World):
    """A world whose processes are threads; sums are made one by one, in the order of the ranks."""

    board: Board = field(default_factory=lambda: Board(1))

    def sum_in_place(self, tensors: Sequence[Tensor]) -> None:
        self.board.said[self.rank] = [tensor.detach().clone() for tensor in tensors]
        self.board.barrier.wait()
        for place, tensor in enumerate(tensors):
            total = sum(self.board.said[rank][place] for rank in range(self.size))
            tensor.detach().copy_(total)
        self.board.barrier.wait()

    def any_of(self, flags: Sequence[bool]) -> list[bool]:
        raised = torch.tensor(flags, dtype=torch.int32)
        self.sum_in_place([raised])
        return [count > 0 for count in raised.tolist()]


def in_threads(size: int, work: Callable[[World], Result]) -> list[Result]:
    """Returns what each process of a world has worked out, by rank."""
    board = Board(size)

    def of_one(rank: int) -> Result:
        try:
            return work(ThreadWorld(rank, size, rank, board))
        except BaseException:
            board.barrier.abort()
            raise

    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(of_one, range(size)))


@contextmanager
def processes(
    count: int, command: Sequence[str], prepare: Callable[[int], object] | None = None
) -> Iterator[list[subprocess.Popen[str]]]:
    """Starts what torchrun would, without its own start and its reports; no process outlives the block.

    `prepare` is called in each process with its rank before anything else is.
    """
    # Here, so that it outlives each of them, as torchrun's own does.
    store = TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)
    common = {
        "WORLD_SIZE": str(count),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(store.port),
        "TORCHELASTIC_USE_AGENT_STORE": "True",
        "OMP_NUM_THREADS": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": str(PROJECT_ROOT),
    }
    with ExitStack() as held:
        started = []
        for rank in range(count):
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=PROJECT_ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env={**os.environ, **common, "RANK": str(rank), "LOCAL_RANK": str(rank)},
                preexec_fn=None if prepare is None else partial(prepare, rank),
            )
            started.append(held.enter_context(process))
            held.callback(process.kill)
        yield started


def endings(started: Sequence[subprocess.Popen[str]]) -> list[tuple[int, str, str]]:
    """Returns status, output and errors of each process."""
    with ThreadPoolExecutor(len(started)) as pool:
        said = list(pool.map(lambda process: process.communicate(timeout=TIMEOUT_SECONDS), started))
    return [(process.returncode, *texts) for process, texts in zip(started, said, strict=True)]


def wait_for(what: Callable[[], object], *started: subprocess.Popen[str]) -> None:
    """Waits until something holds; fails where a process ends before."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not what():
        assert all(process.poll() is None for process in started) and time.monotonic() < deadline
        time.sleep(0.05)
