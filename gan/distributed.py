"""Several processes that train one run: each takes its part of every batch, and all take the same step.

Started by `torchrun --nproc-per-node N train.py …`. All of them hold the same networks and throw the same dice; what
they tell each other are sums. Process 0 alone writes and prints.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import torch
import torch.distributed
from torch import Tensor, nn
from torch.distributed import PrefixStore, Store  # type: ignore[attr-defined]  # they are there, and public
from torch.distributed.rendezvous import rendezvous

from gan.errors import SaidElsewhereError, UserError

# torchrun starts all of them together; then each has to load PyTorch.
MEETING_PATIENCE = timedelta(minutes=5)
# A process whose computer is gone is waited for that long, as is one that has to download the pictures; one that has
# ended is noticed at once.
PATIENCE = timedelta(minutes=30)


class ProcessLostError(UserError):
    """Another process of this training has ended, or can't be reached."""

    def __init__(self, remedy: str = "start all of them again") -> None:
        super().__init__(f"Another process of this training has ended or can't be reached; {remedy}.")


@dataclass(frozen=True, slots=True)
class World:
    """This process among all that train the run; `local_rank` is its number on its own computer."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0

    @property
    def writes(self) -> bool:
        """Whether this is the one process that writes files and prints."""
        return self.rank == 0

    def part(self, batch: Tensor) -> Tensor:
        """Returns this process's rows of a batch that all of them know; parts differ by one row at most."""
        return batch[self.rank * len(batch) // self.size : (self.rank + 1) * len(batch) // self.size]

    def sum_in_place(self, tensors: Sequence[Tensor]) -> None:
        """Makes each tensor the sum of all processes' tensors of its place, by one message for all of them.

        Raises ProcessLostError, as all of the following do.
        """
        if self.size == 1:
            return
        flat = torch.cat([tensor.flatten() for tensor in tensors])
        with _others_answer():
            torch.distributed.all_reduce(flat)
        sizes = [tensor.numel() for tensor in tensors]
        for tensor, summed in zip(tensors, torch.split(flat, sizes), strict=True):
            tensor.copy_(summed.view_as(tensor))

    def sum_gradients(self, network: nn.Module) -> None:
        """Makes each gradient of the network the sum of all processes' gradients."""
        if self.size > 1:
            self.sum_in_place([p.grad for p in network.parameters() if p.grad is not None])

    def any_of(self, flags: Sequence[bool]) -> list[bool]:
        """Returns which of the flags at least one process has raised; all processes get the same answer."""
        if self.size == 1:
            return list(flags)
        raised = torch.tensor(flags, dtype=torch.int32)
        with _others_answer():
            torch.distributed.all_reduce(raised)
        return [count > 0 for count in raised.tolist()]

    def wait_for_all(self) -> None:
        """Returns when every process has come this far."""
        self.any_of([False])

    def told(self, text: str) -> str:
        """Returns the text that process 0 has."""
        if self.size == 1:
            return text
        content = torch.tensor(list(text.encode()), dtype=torch.uint8)
        length = torch.tensor([len(content)])
        with _others_answer():
            torch.distributed.broadcast(length, src=0)
            buffer = content if self.rank == 0 else torch.empty(int(length), dtype=torch.uint8)
            torch.distributed.broadcast(buffer, src=0)
        return bytes(buffer.tolist()).decode()


ALONE = World()


@contextmanager
def meeting(world: World, patience: timedelta = MEETING_PATIENCE) -> Iterator[None]:
    """Lets the processes talk to each other while it is open; raises UserError where they can't find each other.

    Of several that end with an error it lets one say its sentence: the first, which knows why. The others end with a
    SaidElsewhereError.
    """
    if world.size == 1:
        yield
        return
    store = _meet(world, patience)
    try:
        yield
    except BaseException as error:
        if not _is_first_to_fail(store) and isinstance(error, UserError):
            raise SaidElsewhereError(str(error)) from error
        raise
    finally:
        torch.distributed.destroy_process_group()


def _meet(world: World, patience: timedelta) -> Store:
    # Through the processors' own group: answers that Python waits for don't go through the graphics card.
    has_cards = torch.cuda.is_available() and torch.distributed.is_nccl_available()
    try:
        # Under torchrun the store is torchrun's, which outlives each of the processes.
        shared, _, _ = next(rendezvous("env://", world.rank, world.size, timeout=patience))
        # It also keeps where those were that have ended: who is started again must not look for them there.
        # Before PyTorch waits for the others, which has no second patience of its own.
        store = PrefixStore(_name_of_this_start(PrefixStore("meeting", shared), world, patience), shared)
        torch.distributed.init_process_group(
            "cpu:gloo,cuda:nccl" if has_cards else "gloo",
            store=store,
            rank=world.rank,
            world_size=world.size,
            timeout=PATIENCE,
        )
        # The first message of all: only now is it sure that they reach each other.
        world.wait_for_all()
    except (RuntimeError, ValueError, ProcessLostError) as error:
        if world.local_rank > 0:
            raise SaidElsewhereError(str(error)) from error
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise UserError(
            f"The {world.size} processes did not find each other ({reason}); start them with torchrun."
        ) from error
    return store


def _name_of_this_start(store: Store, world: World, patience: timedelta) -> str:
    """Returns a new name that all of those have who are here now; raises RuntimeError where not all come in time.

    torchrun has none to give: a computer that starts again because another one did doesn't count that as a restart.
    """
    own = uuid4().hex
    if world.rank == 0:
        store.set("name", own)
        # Who has ended can't have answered to a name that didn't exist then.
        answers = [f"{own} answered by {rank}" for rank in range(1, world.size)]
        store.wait(answers, patience)
        store.set(f"{own} agreed with", " ".join(store.get(answer).decode() for answer in answers))
        return own
    deadline = time.monotonic() + patience.total_seconds()
    store.wait(["name"], patience)
    while time.monotonic() < deadline:
        # May be that of a process 0 which has ended, until the new one is here: that one has not heard of us.
        name = store.get("name").decode()
        store.set(f"{name} answered by {world.rank}", own)
        agreed = f"{name} agreed with"
        if store.check([agreed]) and own in store.get(agreed).decode().split():
            return name
        time.sleep(0.05)
    raise RuntimeError("not all of them came in time")


def _is_first_to_fail(store: Store) -> bool:
    try:
        return bool(store.add("failed processes", 1) == 1)
    except RuntimeError:
        # Gone with the computer that it was on: better said twice than not at all.
        return True


@contextmanager
def _others_answer() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise ProcessLostError from error
