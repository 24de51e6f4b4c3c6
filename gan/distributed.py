"""Several processes that train one run: each takes its part of every batch, and all take the same step.

Started by `torchrun --nproc-per-node N train.py …`. All of them hold the same networks and throw the same dice; what
they tell each other are sums. Process 0 alone writes and prints.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed
from torch import Tensor, nn

from gan.errors import UserError

# A process whose computer is gone is waited for that long; one that has ended is noticed at once.
PATIENCE = timedelta(minutes=10)


class ProcessLostError(UserError):
    """Another process of this training has ended, or can't be reached."""


@dataclass(frozen=True, slots=True)
class World:
    """This process among all that train the run."""

    rank: int = 0
    size: int = 1

    @property
    def writes(self) -> bool:
        """Whether this is the one process that writes files and prints."""
        return self.rank == 0

    def part(self, batch: Tensor) -> Tensor:
        """Returns this process's rows of a batch that all of them know; parts differ by one row at most."""
        return batch[self.rank * len(batch) // self.size : (self.rank + 1) * len(batch) // self.size]

    def sum_in_place(self, tensors: Sequence[Tensor]) -> None:
        """Makes each tensor the sum of all processes' tensors of its place, by one message for all of them."""
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

    def told(self, text: str) -> str:
        """Returns the text that process 0 has."""
        if self.size == 1:
            return text
        content = torch.frombuffer(bytearray(text.encode()), dtype=torch.uint8)
        length = torch.tensor([len(content)])
        with _others_answer():
            torch.distributed.broadcast(length, src=0)
            buffer = content if self.rank == 0 else torch.empty(int(length), dtype=torch.uint8)
            torch.distributed.broadcast(buffer, src=0)
        return bytes(buffer.tolist()).decode()


ALONE = World()


@contextmanager
def meeting(world: World, device: torch.device) -> Iterator[None]:
    """Lets the processes talk to each other while it is open; raises UserError where they can't find each other."""
    if world.size == 1:
        yield
        return
    # Through the processors' own group: answers that Python waits for don't go through the graphics card.
    backend = "cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo"
    try:
        torch.distributed.init_process_group(backend, timeout=PATIENCE)
    except (RuntimeError, ValueError) as error:
        reason = str(error).strip().splitlines()[0][:200]
        raise UserError(
            f"The {world.size} processes did not find each other ({reason}); start them with torchrun."
        ) from error
    try:
        yield
    finally:
        torch.distributed.destroy_process_group()


@contextmanager
def _others_answer() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise ProcessLostError("Another process of this training has ended or can't be reached.") from error
