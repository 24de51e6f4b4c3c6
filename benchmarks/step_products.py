"""The convolutions and matrix products of a piece of work: written down while it runs, to be done again alone.

Nothing is said here of layers or passes: what PyTorch is really asked to multiply is what counts.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry


@dataclass(frozen=True, slots=True)
class TensorForm:
    """All of a tensor that its speed depends on."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    kind: torch.dtype
    device: torch.device

    def filled(self) -> Tensor:
        """Returns a tensor of this form, with normally distributed numbers."""
        # Not by shape and strides alone: an expanded tensor has one number in several places.
        extent = 1 + sum((size - 1) * stride for size, stride in zip(self.shape, self.strides, strict=True))
        return torch.randn(extent, dtype=self.kind, device=self.device).as_strided(self.shape, self.strides)


@dataclass(frozen=True, slots=True)
class Product:
    """A call of an operation that multiplies: PyTorch's own, and its arguments with forms in the place of tensors."""

    operation: Any
    arguments: tuple[Any, ...]


class _Recorder(TorchDispatchMode):
    """Counts the calls of the operations whose multiplications PyTorch can count."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = Counter[Product]()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func.overloadpacket in flop_registry:
            self.calls[Product(func, _formed(args))] += 1
        return func(*args, **(kwargs or {}))


def _formed(value: Any) -> Any:
    if isinstance(value, Tensor):
        return TensorForm(tuple(value.shape), value.stride(), value.dtype, value.device)
    return tuple(map(_formed, value)) if isinstance(value, list | tuple) else value


def _filled(value: Any) -> Any:
    if isinstance(value, TensorForm):
        return value.filled()
    return [_filled(part) for part in value] if isinstance(value, tuple) else value


def products_of(work: Callable[[], object]) -> Counter[Product]:
    """Returns how often a piece of work calls each convolution, its backward pass and each matrix product.

    Calls with tensors of the same forms are one product: those of real and of fake pictures, say.
    """
    with _Recorder() as recorder:
        work()
    return recorder.calls


def again(products: Counter[Product]) -> Callable[[], None]:
    """Returns what does all of them once more, one after the other, with numbers of its own and nothing in between."""
    calls = [(product.operation, _filled(product.arguments), count) for product, count in products.items()]

    def multiply() -> None:
        for operation, arguments, count in calls:
            for _ in range(count):
                operation(*arguments)

    return multiply
