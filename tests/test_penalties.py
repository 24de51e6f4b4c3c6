"""The gradient penalties: exact for critics whose gradient is known, and right to the second derivative."""

import math

import pytest
import torch
from torch import Tensor, nn

from gan.config import ArchitectureName, ObjectiveName
from gan.networks import Discriminator, DiscriminatorShape, initialize_weights
from gan.objectives import OBJECTIVES, Answers, Discriminate, Penalty, interpolated_penalty, zero_centred_penalty

PENALTIES = pytest.mark.parametrize("penalty", [interpolated_penalty, zero_centred_penalty])
SHAPE = (5, 1, 4, 4)


def _answers(discriminate: Discriminate, dtype: torch.dtype = torch.float64, shape: tuple[int, ...] = SHAPE) -> Answers:
    noise = torch.Generator().manual_seed(1)
    both = torch.cat([torch.rand(shape, generator=noise, dtype=dtype).mul(2).sub(1) for _ in range(2)])
    images = both.requires_grad_()
    return Answers(images, images, discriminate(images), torch.rand((shape[0], 1, 1, 1), generator=noise, dtype=dtype))


@pytest.mark.parametrize("length", [0.25, 1.0, 3.0])
def test_of_a_linear_critic_they_are_exact(length: float) -> None:
    # f(x) = w·x has the gradient w everywhere, so that what lies between does not matter.
    direction = torch.randn(16, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    weight = direction / direction.norm() * length

    def linear(pictures: Tensor) -> Tensor:
        return pictures.flatten(1) @ weight

    answers = _answers(linear)
    # Gulrajani et al. 2017, eq. 3 without λ: (‖w‖ − 1)²; Mescheder et al. 2018: ½ ‖w‖² at both kinds.
    assert interpolated_penalty(answers, linear).item() == pytest.approx((length - 1) ** 2, rel=1e-6, abs=1e-9)
    assert zero_centred_penalty(answers, linear).item() == pytest.approx(length**2, rel=1e-6)


def _square(pictures: Tensor) -> Tensor:
    """f(x) = ½ ‖x‖², whose gradient is x itself."""
    return pictures.flatten(1).square().sum(dim=1) / 2


def test_the_zero_centred_one_looks_at_the_reals_and_at_the_fakes() -> None:
    answers = _answers(_square)
    real, fake = (pictures.detach().flatten(1).numpy() for pictures in answers.images.chunk(2))
    expected = ((real**2).sum(axis=1).mean() + (fake**2).sum(axis=1).mean()) / 2
    assert zero_centred_penalty(answers, _square).item() == pytest.approx(expected, rel=1e-6)


def test_of_changed_pictures_the_zero_centred_one_takes_the_slope_at_those_before_the_change() -> None:
    images = _answers(_square).images
    shown = images / 2
    # f = ½ ‖x/2‖² has the gradient x/4 at x, and x/2 at what is shown.
    answers = Answers(images, shown, _square(shown), torch.zeros(()))
    expected = (images.detach().flatten(1).numpy() ** 2).sum(axis=1).mean() / 16
    assert zero_centred_penalty(answers, _square).item() == pytest.approx(expected, rel=1e-6)


def test_the_interpolated_one_looks_between_each_pair_at_a_place_of_its_own() -> None:
    answers = _answers(_square)
    real, fake, mix = (tensor.detach().flatten(1).numpy() for tensor in (*answers.images.chunk(2), answers.mix))
    between = mix * real + (1 - mix) * fake
    expected = ((((between**2).sum(axis=1)) ** 0.5 - 1) ** 2).mean()
    assert interpolated_penalty(answers, _square).item() == pytest.approx(expected, rel=1e-6)


def test_where_a_critic_is_flat_the_interpolated_one_is_1_and_can_still_be_differentiated() -> None:
    scale = torch.zeros((), dtype=torch.float64, requires_grad=True)
    penalty = interpolated_penalty(_answers(lambda x: scale * _square(x)), lambda x: scale * _square(x))
    penalty.backward()
    assert penalty.item() == pytest.approx(1, abs=1e-5)
    # A square root's slope at 0 would be infinite.
    assert scale.grad is not None and math.isfinite(scale.grad.item())


@PENALTIES
def test_their_gradients_in_the_weights_are_those_of_finite_differences(penalty: Penalty) -> None:
    """A second derivative: of a loss in the weights, through a gradient in the pictures."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.Softplus(), nn.Flatten(), nn.Linear(48, 1)).double()
    weights = [parameter for parameter in net.parameters() if parameter.requires_grad]

    def value() -> Tensor:
        def discriminate(pictures: Tensor) -> Tensor:
            logits: Tensor = net(pictures).flatten()
            return logits

        return penalty(_answers(discriminate), discriminate)

    value_at = value()
    # _gradients hands on float32, which is what networks have, and bounds what can be expected here.
    gradients = torch.autograd.grad(value_at, weights, allow_unused=True)
    checked = 0
    for weight, gradient in zip(weights, gradients, strict=True):
        for place in range(0, weight.numel(), 7):
            step, flat = 1e-2, weight.data.view(-1)
            before = flat[place].item()
            sides = []
            for sign in (1, -1):
                flat[place] = before + sign * step
                sides.append(value().item())
            flat[place] = before
            expected = (sides[0] - sides[1]) / (2 * step)
            found = 0.0 if gradient is None else gradient.view(-1)[place].item()
            assert found == pytest.approx(expected, rel=2e-3, abs=2e-4)
            checked += abs(expected) > 1e-3
    assert checked > 5


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("normalization", ["layer", "spectral", "none"])
@pytest.mark.parametrize("architecture", ["dcgan", "mlp"])
@pytest.mark.parametrize("name", ["wasserstein-gp", "relativistic"])
def test_the_double_backward_pass_is_finite_for_every_network_also_under_bfloat16(
    name: ObjectiveName, architecture: ArchitectureName, normalization: str, precision: torch.dtype
) -> None:
    penalty = OBJECTIVES[name].penalty
    assert penalty is not None
    shape = DiscriminatorShape(4, architecture, 28, 1, 3, normalization)  # type: ignore[arg-type]  # one of the names
    discriminator = Discriminator(shape)
    initialize_weights(discriminator, torch.Generator().manual_seed(0))
    labels = torch.tensor([0, 1, 2, 1])

    def discriminate(pictures: Tensor) -> Tensor:
        logits: Tensor = discriminator(pictures, labels.repeat(len(pictures) // len(labels)))
        return logits

    with torch.autocast("cpu", torch.bfloat16, enabled=precision == torch.bfloat16):
        value = penalty(_answers(discriminate, torch.float32, (4, 1, 28, 28)), discriminate)
    value.backward()
    assert value.dtype == torch.float32 and value.isfinite()
    gradients = [p.grad for p in discriminator.parameters() if p.grad is not None]
    assert all(gradient.isfinite().all() for gradient in gradients)
    assert sum(bool(gradient.any()) for gradient in gradients) > 4


def test_only_the_objectives_of_the_papers_that_have_one_have_a_penalty() -> None:
    found = {name: objective.penalty for name, objective in OBJECTIVES.items() if objective.penalty is not None}
    assert found == {"wasserstein-gp": interpolated_penalty, "relativistic": zero_centred_penalty}
