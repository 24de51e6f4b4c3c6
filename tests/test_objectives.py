"""The losses, against their closed forms and against binary cross-entropy as PyTorch has it."""

import math

import pytest
import torch
import torch.nn.functional as F

from gan.objectives import discriminator_loss, generator_loss


def test_at_logit_0_the_losses_are_2_ln_2_and_ln_2() -> None:
    undecided = torch.zeros(5)
    assert discriminator_loss(undecided, undecided).item() == pytest.approx(2 * math.log(2), rel=1e-6)
    assert generator_loss(undecided).item() == pytest.approx(math.log(2), rel=1e-6)


def test_they_are_binary_cross_entropy_with_real_as_1() -> None:
    noise = torch.Generator().manual_seed(0)
    real, fake = torch.randn(2, 100, generator=noise) * 3
    expected = F.binary_cross_entropy_with_logits(real, torch.ones(100)) + F.binary_cross_entropy_with_logits(
        fake, torch.zeros(100)
    )
    assert discriminator_loss(real, fake).item() == pytest.approx(expected.item(), rel=1e-6)
    assert generator_loss(fake).item() == pytest.approx(
        F.binary_cross_entropy_with_logits(fake, torch.ones(100)).item(), rel=1e-6
    )


def test_a_certain_discriminator_still_gives_the_generator_its_full_gradient() -> None:
    # What “non-saturating” means: at logit −50, log(1 − D) is flat, and −log D has slope −1.
    fake = torch.tensor([-50.0], requires_grad=True)
    generator_loss(fake).backward()
    assert fake.grad is not None
    assert fake.grad.item() == pytest.approx(-1.0, abs=1e-6)


@pytest.mark.parametrize("logit", [-1e4, 1e4])
def test_huge_logits_give_finite_losses(logit: float) -> None:
    logits = torch.full((3,), logit)
    assert discriminator_loss(logits, logits).isfinite()
    assert generator_loss(logits).isfinite()
