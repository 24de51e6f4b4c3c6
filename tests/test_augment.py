"""Augmentation: what DiffAugment's paper says, for each picture on its own, and differentiable twice."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.ndimage import shift as shifted
from torch.autograd import gradcheck, gradgradcheck

from gan import augment as augment_module
from gan.augment import _cut_out, _translate, augment, default_augmentation, draw_augmentation
from gan.datasets import DATASETS


def _dice(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _draws(images: torch.Tensor) -> torch.Tensor:
    return torch.randint(2**31, (2, len(images), 1), generator=_dice())


def _augmented(images: torch.Tensor, dice: torch.Generator) -> torch.Tensor:
    return augment(images, draw_augmentation(len(images), dice).to(images.device))


def _images(count: int = 300, size: int = 32, channels: int = 3) -> torch.Tensor:
    # No 0 anywhere, so that every 0 was put there.
    return torch.rand(count, channels, size, size, generator=_dice(7)) / 2 + 0.25


@pytest.mark.parametrize("size", [28, 32, 64])
def test_a_picture_is_moved_as_a_whole_by_an_eighth_at_most(size: int) -> None:
    images = _images(200, size)
    reach = {28: 4, 32: 4, 64: 8}[size]  # the authors round a half up: 3.5 to 4
    steps: set[tuple[int, int]] = set()
    for before, after in zip(images.numpy(), _translate(images, *_draws(images)).numpy(), strict=True):
        rows, columns = (np.flatnonzero(after[0].any(axis=axis)) for axis in (1, 0))
        down = rows[0] if rows[0] else rows[-1] - size + 1
        right = columns[0] if columns[0] else columns[-1] - size + 1
        assert np.array_equal(after, shifted(before, (0, down, right), order=0, cval=0))
        steps.add((int(down), int(right)))
    for axis in (0, 1):
        assert {step[axis] for step in steps} == set(range(-reach, reach + 1))
    assert len(steps) > 2 * reach + 1  # down and right are drawn apart


@pytest.mark.parametrize("size", [28, 32, 64])
def test_half_of_each_side_is_cut_out_around_a_middle_inside_the_picture(size: int) -> None:
    images = _images(600, size, 1)
    after = _cut_out(images, *_draws(images))
    changed = (after != images)[:, 0]
    assert (after[:, 0][changed] == 0).all()
    heights, widths = changed.any(dim=2).sum(dim=1), changed.any(dim=1).sum(dim=1)
    assert torch.equal(changed.sum(dim=(1, 2)), heights * widths)  # a rectangle
    # With its middle on the edge half of the hole is outside.
    for lengths in (heights, widths):
        assert (int(lengths.min()), int(lengths.max())) == (size // 4, size // 2)
    assert len({tuple(mask.flatten().tolist()) for mask in changed}) > 400


def test_the_middles_of_the_holes_lie_everywhere_alike() -> None:
    # By hand for 4×4: a hole of 2 begins at -1 to 3 with equal chance, so a row is cut with chance 2/5.
    images = torch.ones(50_000, 1, 4, 4)
    cut = (_cut_out(images, *_draws(images)) == 0)[:, 0]
    assert cut.any(dim=2).float().mean(dim=0).tolist() == pytest.approx([0.4] * 4, abs=0.02)
    assert cut.float().mean(dim=0).flatten().tolist() == pytest.approx([0.16] * 16, abs=0.02)


def test_the_seed_decides_and_batches_are_drawn_apart() -> None:
    images = _images(16)
    dice = _dice(3)
    first, second = _augmented(images, dice), _augmented(images, dice)
    assert not torch.equal(first, second)
    assert torch.equal(first, _augmented(images, _dice(3)))
    assert not torch.equal(first, _augmented(images, _dice(4)))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("shape", [(1, 1, 28, 28), (5, 3, 64, 64), (0, 3, 32, 32)])
def test_shape_type_and_range_stay(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    images = (torch.rand(shape, generator=_dice()) * 2 - 1).to(dtype)
    after = _augmented(images, _dice())
    assert (after.shape, after.dtype) == (images.shape, dtype)
    assert after.abs().max() <= 1 if len(after) else True


def test_a_batch_in_channels_last_comes_out_the_same() -> None:
    images = _images(20)
    assert torch.equal(
        _augmented(images.contiguous(memory_format=torch.channels_last), _dice()), _augmented(images, _dice())
    )


def test_all_is_reckoned_where_the_pictures_are() -> None:
    # Of the meta device nothing can be mixed with a tensor of the CPU.
    after = _augmented(torch.empty(6, 3, 32, 32, device="meta"), _dice())
    assert (after.device.type, after.shape) == ("meta", (6, 3, 32, 32))


def test_where_pictures_are_moved_and_cut_is_drawn_apart() -> None:
    images = torch.ones(20_000, 1, 8, 8)
    after = _augmented(images, _dice())
    gaps = torch.stack([(after[:, 0].sum(dim=axis) == 0).float().argmax(dim=1) for axis in (1, 2)]).double()
    assert abs(np.corrcoef(gaps.numpy())[0, 1]) < 0.03


def test_the_gradient_flows_through_and_through_the_gradient() -> None:
    images = (torch.rand(3, 2, 6, 5, dtype=torch.float64, generator=_dice()) * 2 - 1).requires_grad_()
    # Of a linear function alone the second derivative would be 0 whatever the code does.
    assert gradcheck(lambda batch: _augmented(batch, _dice(1)).pow(3), (images,))
    assert gradgradcheck(lambda batch: _augmented(batch, _dice(1)).pow(3), (images,))


def test_a_gradient_penalty_can_be_taken_through_it_in_float32() -> None:
    images = _images(4).requires_grad_()
    (gradient,) = torch.autograd.grad(_augmented(images, _dice()).pow(2).sum(), images, create_graph=True)
    (second,) = torch.autograd.grad(gradient.pow(2).sum(), images)
    # y = m·x moved, with m 0 or 1: the penalty is Σ 4·m·x², its gradient 8·m·x.
    kept = gradient.detach() != 0
    assert 0.3 < kept.float().mean() < 0.95
    assert torch.allclose(second, torch.where(kept, 8 * images.detach(), 0.0))


def test_the_hole_is_a_half_and_the_way_an_eighth_as_published() -> None:
    assert (augment_module.TRANSLATION, augment_module.CUTOUT) == (0.125, 0.5)


def test_only_folders_with_few_pictures_are_augmented_unasked() -> None:
    folder = replace(DATASETS["cifar10"], name="folder:/disk/ada/drawings", test_count=None)
    assert default_augmentation(folder, 16)
    assert default_augmentation(folder, 4_999)
    assert not default_augmentation(folder, 5_000)
    assert not any(default_augmentation(dataset, 100) for dataset in DATASETS.values())
