"""All that chance decides in a training step, thrown before it: the step itself is a pure function of it."""

from dataclasses import dataclass

import torch
from torch import Tensor

from gan.augment import draw_augmentation
from gan.config import TrainingConfig
from gan.distributed import ALONE, World
from gan.objectives import OBJECTIVES


@dataclass(frozen=True, slots=True)
class ViewDice:
    """How the discriminator sees a batch of N pictures; None where it sees them as they are.

    `augmentation` is that of `gan.augment`, int64 (N, 4); `noise` is added, float32 (N, channels, size, size).
    """

    augmentation: Tensor | None
    noise: Tensor | None


@dataclass(frozen=True, slots=True)
class BatchDice:
    """For one step of the discriminator: latents, float32 (N, latent_size), and where a penalty looks, (N, 1, 1, 1)."""

    latents: Tensor
    real_view: ViewDice
    fake_view: ViewDice
    mix: Tensor | None


@dataclass(frozen=True, slots=True)
class StepDice:
    """For a whole step: each batch of the discriminator's, and what it sees when the generator learns from it."""

    batches: tuple[BatchDice, ...]
    fake_view: ViewDice
    real_view: ViewDice | None


def throw_dice(config: TrainingConfig, step: int, random: torch.Generator, world: World = ALONE) -> StepDice:
    """Returns the dice of step number `step` (0-based), on the generator's device: this process's part of them."""
    objective, device, count = OBJECTIVES[config.objective], random.device, config.batch_size
    # Salimans et al. 2016 and Sønderby et al. 2017: both kinds overlap while the generator is still far off.
    seen_share = step * config.images_per_step / max(1.0, 1000 * config.instance_noise_kimg)
    noise_deviation = config.instance_noise * max(0.0, 1 - seen_share)
    shape = (count, config.channels, config.image_size, config.image_size)

    def view() -> ViewDice:
        augmentation = draw_augmentation(count, random) if config.augmentation == "on" else None
        added = torch.randn(shape, device=device, generator=random) * noise_deviation if noise_deviation else None
        return ViewDice(*(None if dice is None else world.part(dice) for dice in (augmentation, added)))

    def batch() -> BatchDice:
        latents = world.part(torch.randn(count, config.latent_size, device=device, generator=random))
        real_view, fake_view = view(), view()
        mix = torch.rand(count, 1, 1, 1, device=device, generator=random) if objective.penalty is not None else None
        return BatchDice(latents, real_view, fake_view, None if mix is None else world.part(mix))

    batches = tuple(batch() for _ in range(config.discriminator_steps))
    return StepDice(batches, view(), view() if objective.generator_sees_reals else None)
