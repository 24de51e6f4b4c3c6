"""The losses, against closed forms worked out with `math` and against binary cross-entropy as PyTorch has it."""

import math
from typing import get_args

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from gan.config import ObjectiveName
from gan.objectives import OBJECTIVES, Loss, cross_entropy, non_saturating, saturating

# Real and fake logits at which everything below is worked out by hand.
REAL, FAKE = [0.0, 2.0, -1.0], [0.5, -3.0, 1.0]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _softplus(value: float) -> float:
    return math.log(1 + math.exp(value))


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


CRITIC_D = _mean(FAKE) - _mean(REAL)
STANDARD_D = -_mean([math.log(_sigmoid(real)) for real in REAL]) - _mean([math.log(1 - _sigmoid(f)) for f in FAKE])
EXPECTED: dict[ObjectiveName, tuple[float, float]] = {
    "standard": (STANDARD_D, -_mean([math.log(_sigmoid(fake)) for fake in FAKE])),
    "minimax": (STANDARD_D, _mean([math.log(1 - _sigmoid(fake)) for fake in FAKE])),
    "wasserstein": (CRITIC_D, -_mean(FAKE)),
    "wasserstein-gp": (CRITIC_D, -_mean(FAKE)),
    "relativistic": (
        _mean([_softplus(fake - real) for real, fake in zip(REAL, FAKE, strict=True)]),
        _mean([_softplus(real - fake) for real, fake in zip(REAL, FAKE, strict=True)]),
    ),
}


def test_every_objective_that_can_be_asked_for_is_there() -> None:
    assert set(OBJECTIVES) == set(EXPECTED) == set(get_args(ObjectiveName))


@pytest.mark.parametrize("name", EXPECTED)
def test_losses_are_their_closed_forms(name: ObjectiveName) -> None:
    real, fake = torch.tensor(REAL, dtype=torch.float64), torch.tensor(FAKE, dtype=torch.float64)
    objective = OBJECTIVES[name]
    expected = EXPECTED[name]
    assert objective.discriminator_loss(real, fake).item() == pytest.approx(expected[0], rel=1e-12)
    assert objective.generator_loss(real, fake).item() == pytest.approx(expected[1], rel=1e-12)


@pytest.mark.parametrize("name", EXPECTED)
def test_gradients_are_those_of_finite_differences(name: ObjectiveName) -> None:
    noise = torch.Generator().manual_seed(0)
    logits = [(3 * torch.randn(6, dtype=torch.float64, generator=noise)).requires_grad_() for _ in range(2)]
    for loss in (OBJECTIVES[name].discriminator_loss, OBJECTIVES[name].generator_loss):
        assert torch.autograd.gradcheck(loss, logits)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_objective_says_rightly_whether_its_generator_needs_the_real_logits(name: ObjectiveName) -> None:
    fake, loss = torch.tensor(FAKE), OBJECTIVES[name].generator_loss
    depends = loss(torch.tensor(REAL), fake) != loss(torch.tensor(REAL) + 1, fake)
    assert bool(depends) == OBJECTIVES[name].generator_sees_reals == (name == "relativistic")


def test_at_logit_0_the_losses_are_2_ln_2_and_ln_2() -> None:
    undecided = torch.zeros(5)
    assert cross_entropy(undecided, undecided).item() == pytest.approx(2 * math.log(2), rel=1e-6)
    assert non_saturating(undecided, undecided).item() == pytest.approx(math.log(2), rel=1e-6)
    # The relativistic pair can't tell two equal pictures apart either.
    relativistic = OBJECTIVES["relativistic"]
    assert relativistic.discriminator_loss(undecided, undecided).item() == pytest.approx(math.log(2), rel=1e-6)


def test_they_are_binary_cross_entropy_with_real_as_1() -> None:
    noise = torch.Generator().manual_seed(0)
    real, fake = torch.randn(2, 100, generator=noise) * 3
    expected = F.binary_cross_entropy_with_logits(real, torch.ones(100)) + F.binary_cross_entropy_with_logits(
        fake, torch.zeros(100)
    )
    assert cross_entropy(real, fake).item() == pytest.approx(expected.item(), rel=1e-6)
    assert non_saturating(real, fake).item() == pytest.approx(
        F.binary_cross_entropy_with_logits(fake, torch.ones(100)).item(), rel=1e-6
    )


def _slope(loss: Loss, logit: float) -> float:
    fake = torch.tensor([logit], dtype=torch.float64, requires_grad=True)
    loss(torch.zeros(1), fake).backward()
    assert fake.grad is not None
    return fake.grad.item()


@given(logit=st.floats(-30, 30))
@settings(deadline=None)
def test_minimax_pulls_with_d_itself_and_the_non_saturating_loss_with_1_minus_d(logit: float) -> None:
    # PyTorch takes softplus for its argument from 20 on, which is 2e-9 off.
    # d/dl log(1 − σ(l)) = −σ(l) and d/dl −log σ(l) = −(1 − σ(l)).
    assert _slope(saturating, logit) == pytest.approx(-_sigmoid(logit), rel=1e-8)
    assert _slope(non_saturating, logit) == pytest.approx(-_sigmoid(-logit), rel=1e-8, abs=1e-8)


def test_where_the_discriminator_is_sure_minimax_has_no_gradient_and_the_non_saturating_loss_its_full_one() -> None:
    assert 0 > _slope(saturating, -20) > -3e-9
    assert _slope(non_saturating, -20) == pytest.approx(-1, abs=3e-9)


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("logit", [-1e4, 1e4])
def test_huge_logits_give_finite_losses(name: ObjectiveName, logit: float) -> None:
    logits = torch.full((3,), logit)
    for loss in (OBJECTIVES[name].discriminator_loss, OBJECTIVES[name].generator_loss):
        assert loss(logits, logits).isfinite()
        assert loss(logits, -logits).isfinite()
