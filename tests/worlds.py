"""Several processes at one training: as threads of this process, which is fast, and as real ones that talk by gloo."""

import multiprocessing
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing import forkserver
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol, TypeVar
from unittest.mock import patch

import torch
from torch import Tensor
from torch.distributed import TCPStore

from gan import captured_step
from gan.distributed import World
from gan.training_command import run_train_command
from gan.training_state import TrainingState

Result = TypeVar("Result")
Work = Callable[[], int]
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["world_runs"])
TIMEOUT_SECONDS = 120
# Networks so small that a step takes as long as its messages, on a device that every computer has.
TINY = [
    *("--generator-width", "4", "--discriminator-width", "4", "--latent-size", "4"),
    *("--precision", "float32", "--device", "cpu", "--tick-kimg", "1"),
    # Sums in another order stay together for longer where steps are small.
    *("--learning-rate", "2e-4"),
]


class Polled(Protocol):
    """What ends some time, with a status."""

    def poll(self) -> int | None:
        """Returns the status, None while it runs."""


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


class Started:
    """One of the processes that `processes` has started: what subprocess.Popen would be for a program."""

    def __init__(self, rank: int, work: Work, environment: dict[str, str], folder: Path) -> None:
        self.texts = (folder / f"{rank}.out", folder / f"{rank}.err")
        self.process = _FORKS.Process(target=_run, args=(work, environment, self.texts))
        self.process.start()

    def poll(self) -> int | None:
        """Returns the status, None while it runs."""
        return self.process.exitcode

    def ending(self) -> tuple[int | None, str, str]:
        """Waits; returns status, output and errors."""
        self.process.join(TIMEOUT_SECONDS)
        return (self.process.exitcode, *(text.read_text(encoding="utf-8") for text in self.texts))


def _run(work: Work, environment: dict[str, str], texts: tuple[Path, Path]) -> None:
    os.environ.update(environment)
    for descriptor, text in zip((1, 2), texts, strict=True):
        os.dup2(os.open(text, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    sys.exit(work())


def new_store() -> TCPStore:
    """Returns what torchrun keeps for its processes: in this process, so that it outlives each of them."""
    return TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)


@contextmanager
def processes(*works: Work, store: TCPStore | None = None) -> Iterator[list[Started]]:
    """Starts a process for each of the works, which must be picklable, and tells it what torchrun would.

    With the store of others before them they are those that torchrun starts again.
    They are copies of one that has loaded PyTorch, so that they start fast; none outlives the block.
    """
    # Where the one that is copied finds what it is to load; its own list of folders comes too late for that.
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)):
        forkserver.ensure_running()
    store = store or new_store()
    common = {
        "WORLD_SIZE": str(len(works)),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(store.port),
        "TORCHELASTIC_USE_AGENT_STORE": "True",
        "PYTHONIOENCODING": "utf-8",
    }
    with TemporaryDirectory() as folder, ExitStack() as held:
        started = []
        for rank, work in enumerate(works):
            own = {"RANK": str(rank), "LOCAL_RANK": str(rank)}
            started.append(Started(rank, work, common | own, Path(folder)))
            held.callback(started[-1].process.join)
            held.callback(started[-1].process.kill)
        yield started


def train(*arguments: str, file_bytes: int | None = None, memory_ends_at: int | None = None) -> int:
    """Does what `python train.py` with these arguments does, without a judge.

    If wanted, on a disk for small files, or with a memory that ends before a step.
    """
    if file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    step = captured_step.training_step

    def taken(state: TrainingState, *rest: Any) -> Tensor:
        if state.step == memory_ends_at:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")
        return step(state, *rest)

    with (
        patch("gan.training_preparation.find_judge", lambda dataset, device: None),
        patch.object(captured_step, "training_step", taken),
    ):
        return run_train_command(arguments)


def wait_for(what: Callable[[], object], *started: Polled) -> None:
    """Waits until something holds; fails where a process ends before."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not what():
        assert all(process.poll() is None for process in started) and time.monotonic() < deadline
        time.sleep(0.05)
