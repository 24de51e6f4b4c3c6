"""What each network minimises: pure functions of logits, for which above 0 means “real”.

An objective is a pair of such functions with one signature, and perhaps a penalty on the discriminator's gradient; the
training loop knows no objective by its name.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from gan.config import ObjectiveName

# Real logits and fake logits, float32 (N,) each, become a loss; it is averaged over the batch.
Loss = Callable[[Tensor, Tensor], Tensor]
# What the discriminator answers to pictures: logits (N,).
Discriminate = Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Answers:
    """A batch as a penalty sees it: real pictures, then as many fakes, which require a gradient; and their logits.

    `shown` is what the discriminator got of them: augmented and noisy, where that is asked for. `mix` is uniform in
    [0, 1), float32 (N, 1, 1, 1) for N of each kind: the dice of a penalty that throws them.
    """

    images: Tensor
    shown: Tensor
    logits: Tensor
    mix: Tensor


# The answers, and the discriminator itself, become a penalty, averaged over the batch.
Penalty = Callable[[Answers, Discriminate], Tensor]


@dataclass(frozen=True, slots=True)
class Objective:
    """Both losses; `generator_sees_reals` says that the generator's depends on the real logits as well."""

    discriminator_loss: Loss
    generator_loss: Loss
    generator_sees_reals: bool = False
    penalty: Penalty | None = None


def cross_entropy(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Returns −log D(x) − log(1 − D(G(z))) (Goodfellow et al. 2014, eq. 1)."""
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


def non_saturating(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Returns −log D(G(z)) (Goodfellow et al. 2014, §3)."""
    return F.softplus(-fake_logits).mean()


def saturating(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Returns log(1 − D(G(z))): flat where the discriminator is sure, so that gradients vanish (ibid., eq. 1)."""
    return -F.softplus(fake_logits).mean()


def critic_difference(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Returns f(G(z)) − f(x), minus the Wasserstein distance for the best f (Arjovsky et al. 2017, eq. 2)."""
    return fake_logits.mean() - real_logits.mean()


def critic_of_fakes(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Returns −f(G(z)) (Arjovsky et al. 2017, algorithm 1)."""
    return -fake_logits.mean()


def relativistic_discriminator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Returns −log σ(f(x) − f(G(z))), pair by pair (RpGAN: Jolicoeur-Martineau 2019; Huang et al. 2024, eq. 2)."""
    return F.softplus(fake_logits - real_logits).mean()


def relativistic_generator(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Returns −log σ(f(G(z)) − f(x)), pair by pair (ibid.)."""
    return F.softplus(real_logits - fake_logits).mean()


def interpolated_penalty(answers: Answers, discriminate: Discriminate) -> Tensor:
    """Returns (‖∇f(x̂)‖ − 1)² at points between pairs of real and fake pictures (Gulrajani et al. 2017, eq. 3)."""
    real, fake = answers.shown.detach().chunk(2)
    between = torch.lerp(fake, real, answers.mix).requires_grad_()
    norms = _gradients(discriminate(between), between).square().sum(dim=1).add(1e-12).sqrt()
    return (norms - 1).square().mean()


def zero_centred_penalty(answers: Answers, discriminate: Discriminate) -> Tensor:
    """Returns ½ ‖∇f‖² at the real pictures plus the same at the fakes: R1 + R2 (Mescheder et al. 2018, eqs. 9, 10).

    With augmentation it is the gradient at the pictures before it, through it (as in the R3GAN of Huang et al. 2024):
    what was cut out of a picture can't make the discriminator steep.
    """
    # The mean over as many of one kind as of the other is half the sum of the two kinds' means.
    return _gradients(answers.logits, answers.images).square().sum(dim=1).mean()


def _gradients(logits: Tensor, images: Tensor) -> Tensor:
    """Returns each picture's gradient of its own logit, float32 (N, values), itself to be differentiated."""
    # The logits' sum: no picture's answer depends on another picture, which is why batch norm is refused.
    (gradients,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    return gradients.float().flatten(1)


OBJECTIVES: dict[ObjectiveName, Objective] = {
    "standard": Objective(cross_entropy, non_saturating),
    "minimax": Objective(cross_entropy, saturating),
    "wasserstein": Objective(critic_difference, critic_of_fakes),
    "wasserstein-gp": Objective(critic_difference, critic_of_fakes, penalty=interpolated_penalty),
    "relativistic": Objective(
        relativistic_discriminator,
        relativistic_generator,
        generator_sees_reals=True,
        penalty=zero_centred_penalty,
    ),
}
