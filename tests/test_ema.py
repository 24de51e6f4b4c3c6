"""The moving average of the generator's weights."""

import math

import pytest
import torch
from torch import nn

from gan.ema import ema_decay, update_ema


def test_after_one_half_life_half_of_the_old_average_is_left() -> None:
    # 20 kimg in steps of 64 images: the decays of all the steps multiply to ½.
    decay = ema_decay(64, images_seen=10**9, half_life_kimg=20, ramp_up=0.05)
    assert decay ** (20_000 / 64) == pytest.approx(0.5, rel=1e-12)


def test_early_on_the_half_life_is_a_share_of_the_images_seen() -> None:
    decay = ema_decay(64, images_seen=1280, half_life_kimg=20, ramp_up=0.05)
    assert decay == pytest.approx(0.5, rel=1e-12)  # half-life = 0.05 · 1280 = 64 images = one step


def test_without_ramp_up_the_first_average_is_the_live_network() -> None:
    assert ema_decay(64, images_seen=64, half_life_kimg=20, ramp_up=0.0) == 0.0


def test_parameters_move_by_the_closed_form_and_buffers_are_copied() -> None:
    average, live = nn.BatchNorm1d(1), nn.BatchNorm1d(1)
    live.weight.data.fill_(3.0)
    live.running_mean = torch.tensor([7.0])
    live.num_batches_tracked = torch.tensor(5)
    for _ in range(10):
        update_ema(average, live, decay=0.9)
    # From 1 towards 3: 3 − 2 · 0.9¹⁰.
    assert average.weight.item() == pytest.approx(3 - 2 * math.pow(0.9, 10), rel=1e-6)
    assert average.running_mean is not None and average.running_mean.item() == 7.0
    assert average.num_batches_tracked is not None and average.num_batches_tracked.item() == 5
    assert live.weight.item() == 3.0
