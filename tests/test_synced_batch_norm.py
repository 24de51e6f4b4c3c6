"""Batch norm over several processes is PyTorch's over the whole batch."""

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from worlds import in_threads

from gan.distributed import ALONE, World
from gan.synced_batch_norm import sync_batch_norm

Whole = dict[str, Tensor]


def _batch_norm(dimensions: int) -> nn.Module:
    dice = torch.Generator().manual_seed(1)
    norm = nn.BatchNorm1d(3) if dimensions == 1 else nn.BatchNorm2d(3)
    for parameter in norm.parameters():
        nn.init.normal_(parameter, 1.0, 0.5, generator=dice)
    return norm


def _learn(norm: nn.Module, batches: list[Tensor], slopes: list[Tensor]) -> list[Whole]:
    """Returns output, the gradients of a weighted sum of it, and statistics, for each batch that passes in turn."""
    passes = []
    for batch, slope in zip(batches, slopes, strict=True):
        inputs = batch.clone().requires_grad_()
        norm.zero_grad()
        output = norm(inputs)
        (output * slope).sum().backward()
        assert inputs.grad is not None
        gradients = {f"gradient of {name}": p.grad.clone() for name, p in norm.named_parameters() if p.grad is not None}
        buffers = {name: buffer.clone() for name, buffer in norm.named_buffers()}
        passes.append({"output": output.detach(), "gradient of input": inputs.grad, **gradients, **buffers})
    return passes


@settings(max_examples=40, deadline=None)
@given(
    dimensions=st.sampled_from([1, 2]),
    size=st.integers(2, 4),
    count=st.integers(8, 23),
    mean=st.floats(-100, 100),
    spread=st.floats(0.01, 100),
    seed=st.integers(0, 2**31),
)
def test_it_is_batch_norm_over_the_whole_batch(
    dimensions: int, size: int, count: int, mean: float, spread: float, seed: int
) -> None:
    """Also for parts of unequal size; the oracle works in float64, of which PyTorch's own float32 is as far off."""
    dice = torch.Generator().manual_seed(seed)
    shape = (count, 3) if dimensions == 1 else (count, 3, 4, 5)
    batches = [mean + spread * torch.randn(shape, generator=dice) for _ in range(2)]
    slopes = [torch.randn(shape, generator=dice) for _ in range(2)]
    whole = _batch_norm(dimensions)
    oracle, shared = copy.deepcopy(whole).double(), copy.deepcopy(whole)

    def of_one(world: World) -> list[Whole]:
        own = copy.deepcopy(shared)
        sync_batch_norm(own, world)
        return _learn(own, [world.part(batch) for batch in batches], [world.part(slope) for slope in slopes])

    # Of numbers around a mean that is large beside their spread, float32 itself keeps few digits.
    rounding = 1e-5 + 2e-6 * abs(mean) / spread
    parts = in_threads(size, of_one)
    exact = _learn(oracle, [batch.double() for batch in batches], [slope.double() for slope in slopes])
    for number, (expected, usual) in enumerate(zip(exact, _learn(whole, batches, slopes), strict=True)):
        found = [part[number] for part in parts]
        for name, value in expected.items():
            if name in ("output", "gradient of input"):
                ours = torch.cat([part[name] for part in found])
            elif name.startswith("gradient"):
                # Of what all processes hold: the flat sum over them is the caller's.
                ours = sum((part[name] for part in found), torch.zeros(3))
            else:
                assert all(torch.equal(part[name], found[0][name]) for part in found)
                ours = found[0][name]
            size_of_values = float(value.abs().max())
            usual_error = float((usual[name].double() - value.double()).abs().max())
            error = float((ours.double() - value.double()).abs().max())
            assert error <= 4 * usual_error + rounding * size_of_values, name


class _Mirror(World):
    """A world whose other process has the very same batch."""

    def sum_in_place(self, tensors: list[Tensor]) -> None:  # type: ignore[override]  # a list is all it is given
        for tensor in tensors:
            tensor.detach().mul_(2)


def test_two_equal_halves_have_the_closed_form() -> None:
    """Batch norm of a batch with itself: the same output, and n / (n − 1) of twice the count in the variance."""
    norm = nn.BatchNorm1d(1)
    sync_batch_norm(norm, _Mirror(0, 2))
    output = norm(torch.tensor([[1.0], [3.0]]))
    # Mean 2, variance 1, unbiased 4 / 3.
    assert output.flatten().tolist() == pytest.approx([-1, 1], abs=1e-4)
    assert norm.running_mean is not None and norm.running_var is not None
    assert norm.running_mean.tolist() == pytest.approx([0.1 * 2])
    assert norm.running_var.tolist() == pytest.approx([0.9 + 0.1 * 4 / 3])


def test_in_evaluation_it_uses_what_it_remembers_and_asks_nobody() -> None:
    norm = _batch_norm(2)
    plain = copy.deepcopy(norm)
    # A real world of two, which nobody has joined: any message would raise.
    sync_batch_norm(norm, World(0, 2))
    pictures = torch.randn(4, 3, 5, 5)
    assert torch.equal(norm.eval()(pictures), plain.eval()(pictures))


def test_names_tensors_and_optimizers_stay_and_one_process_keeps_pytorchs_own() -> None:
    network = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1))
    before, parameters = network.state_dict(), list(network.parameters())
    sync_batch_norm(network, ALONE)
    assert type(network[1]) is nn.BatchNorm1d and type(network[3]) is nn.BatchNorm2d
    sync_batch_norm(network, World(1, 2))
    assert list(network.state_dict()) == list(before)
    assert all(mine is other for mine, other in zip(network.parameters(), parameters, strict=True))
    assert isinstance(network[1], nn.BatchNorm1d) and type(network[1]) is not nn.BatchNorm1d
    assert isinstance(network[3], nn.BatchNorm2d) and type(network[3]) is not nn.BatchNorm2d


def test_in_half_precision_the_statistics_are_those_of_float32() -> None:
    pictures = torch.randn(6, 3, 4, 4).bfloat16()

    def of_one(world: World) -> tuple[Tensor, Tensor]:
        norm = nn.BatchNorm2d(3)
        sync_batch_norm(norm, world)
        assert norm.running_mean is not None
        return norm(world.part(pictures)), norm.running_mean

    (first, mean), (second, _) = in_threads(2, of_one)
    whole = nn.BatchNorm2d(3)
    expected = whole(pictures.float())
    assert first.dtype == torch.bfloat16
    assert torch.allclose(torch.cat((first, second)).float(), expected, atol=0.02)
    assert whole.running_mean is not None and torch.allclose(mean, whole.running_mean, atol=1e-6)
