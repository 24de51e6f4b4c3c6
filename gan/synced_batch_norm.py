"""Batch norm over the batches of all processes, so that several of them learn what one would.

PyTorch has the same for graphics cards only.
"""

from typing import Any

import torch
import torch.distributed
from torch import Tensor, nn

from gan.distributed import World


class _SumOverProcesses(torch.autograd.Function):
    """The sum of all processes' tensors; a process's gradient is the sum of what all of them send back."""

    @staticmethod
    def forward(context: Any, tensor: Tensor, world: World) -> Tensor:
        context.world = world
        summed = tensor.clone()
        world.sum_in_place([summed])
        return summed

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        summed = gradients[0].clone()
        context.world.sum_in_place([summed])
        return summed, None


class _Synced(nn.modules.batchnorm._BatchNorm):
    world: World

    def forward(self, input: Tensor) -> Tensor:
        if not self.training:
            return super().forward(input)
        values = input.float()
        others = [axis for axis in range(values.dim()) if axis != 1]
        shape = (1, -1, *[1] * (values.dim() - 2))
        count = values.numel() / values.shape[1]
        own_mean = values.mean(others)
        own_squares = (values - own_mean.view(shape)).square().sum(others)
        # Sums of squares around 0, in float64: the squares of a large mean would swallow the variance in float32.
        own_mean, own_squares = own_mean.double(), own_squares.double()
        own_sums = (count * own_mean, own_squares + count * own_mean.square(), own_mean.new_full((1,), count))
        sums: Tensor = _SumOverProcesses.apply(torch.cat(own_sums), self.world)
        total = sums[-1].detach()
        mean, mean_square = sums[:-1].div(total).chunk(2)
        variance = mean_square - mean.square()
        self._remember(mean.detach().float(), (variance.detach() * total / (total - 1)).float())
        scale = self.weight * torch.rsqrt(variance + self.eps).float()
        # The mean first: together with the scale, a large one would swallow the differences between the values.
        return ((values - mean.float().view(shape)) * scale.view(shape) + self.bias.view(shape)).to(input.dtype)

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor) -> None:
        assert self.running_mean is not None and self.running_var is not None
        assert self.num_batches_tracked is not None and self.momentum is not None
        self.num_batches_tracked.add_(1)
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance, self.momentum)


class _SyncedBatchNorm1d(_Synced, nn.BatchNorm1d):
    pass


class _SyncedBatchNorm2d(_Synced, nn.BatchNorm2d):
    pass


def sync_batch_norm(network: nn.Module, world: World) -> None:
    """Makes every batch norm of the network one over all processes; names and numbers of its tensors stay."""
    if world.size == 1:
        return
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            # The very module changes its class, so that optimizers and names keep what they know.
            module.__class__ = _SyncedBatchNorm1d if isinstance(module, nn.BatchNorm1d) else _SyncedBatchNorm2d
            module.world = world  # type: ignore[assignment]  # mypy takes every attribute for a submodule
