"""One step of a GAN: the discriminator's steps, the generator's, the average. Nothing here waits for the device."""

import torch
from torch import Tensor

from gan.augment import augment, draw_augmentation
from gan.config import Precision, TrainingConfig
from gan.devices import autocast, memory_format
from gan.distributed import ALONE, World
from gan.ema import ema_decay, update_ema
from gan.networks import Discriminator, to_unit_range
from gan.objectives import OBJECTIVES, Answers
from gan.training_state import TrainingState

# What a step returns, in this order; each is a mean over the batch.
MEASURES = ("generator_loss", "discriminator_loss", "real_probability", "fake_probability", "real_logit", "fake_logit")


def training_step(
    state: TrainingState,
    images: Tensor,
    labels: Tensor | None,
    config: TrainingConfig,
    precision: Precision,
    world: World = ALONE,
) -> Tensor:
    """Takes one step and returns its MEASURES, float32 (6,): this process's part of them.

    `images` are uint8 (images_per_step, channels, size, size), `labels` their classes where the networks know classes.
    The last batch of fakes serves both networks; fakes are asked to be of the classes of the real pictures.
    """
    device, size = state.noise.device, config.batch_size
    if config.learning_rate_decay_share:
        _decay_learning_rates(state, config)
    for first in range(0, config.images_per_step, size):
        classes = None if labels is None else world.part(labels[first : first + size])
        real = to_unit_range(world.part(images[first : first + size])).to(memory_format=memory_format(precision))
        latents = torch.randn(size, config.latent_size, device=device, generator=state.noise)
        # Only the last fakes are needed by the generator's own step.
        with torch.set_grad_enabled(first + size == config.images_per_step), autocast(device, precision):
            fake = state.generator(world.part(latents), classes)
        measures = _discriminator_step(state, real, fake.detach(), classes, config, precision, world)
    generator_loss = _generator_step(state, real, fake, classes, config, precision, world)

    state.step += 1
    images_seen = state.step * config.images_per_step
    decay = ema_decay(config.images_per_step, images_seen, config.ema_half_life_kimg, config.ema_ramp_up)
    update_ema(state.average, state.generator, decay)
    return torch.stack([generator_loss, *measures]) * (len(real) / size)


def _decay_learning_rates(state: TrainingState, config: TrainingConfig) -> None:
    left_share = 1 - state.step * config.images_per_step / (1000 * config.kimg)
    decay = min(1.0, max(0.0, left_share) / config.learning_rate_decay_share)
    for optimizer, ratio in (
        (state.generator_optimizer, 1.0),
        (state.discriminator_optimizer, config.discriminator_learning_rate_ratio),
    ):
        optimizer.param_groups[0]["lr"] = config.learning_rate * ratio * decay


def _discriminator_step(
    state: TrainingState,
    real: Tensor,
    fake: Tensor,
    classes: Tensor | None,
    config: TrainingConfig,
    precision: Precision,
    world: World,
) -> list[Tensor]:
    objective, device = OBJECTIVES[config.objective], state.noise.device
    real, fake = _as_shown(real, state, config, world), _as_shown(fake, state, config, world)
    with autocast(device, precision):
        if config.discriminator_normalization == "batch":
            # Each kind is normalised by its own statistics: together they would give each other away.
            real_logits, fake_logits = state.discriminator(real, classes), state.discriminator(fake, classes)
        else:
            images = torch.cat((real, fake)).requires_grad_(objective.penalty is not None)
            logits = state.discriminator(images, None if classes is None else classes.repeat(2))
            real_logits, fake_logits = logits.chunk(2)
        total = loss = objective.discriminator_loss(real_logits, fake_logits)
        if config.label_smoothing:
            # The cross-entropy with a target of 1 − s instead of 1: −(1 − s) log D − s log (1 − D).
            total = loss = loss + config.label_smoothing * real_logits.mean()
        if objective.penalty is not None:
            # No such objective has batch norm: both kinds went through together.
            answers = Answers(images, logits, _mix(state, config, world))
            penalty = objective.penalty(answers, lambda pictures: state.discriminator(pictures, classes))
            total = loss + config.penalty_weight * penalty
    state.discriminator_optimizer.zero_grad()
    (total * (len(real) / config.batch_size)).backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
    world.sum_gradients(state.discriminator)
    state.discriminator_optimizer.step()
    if config.weight_clip:
        _clip(state.discriminator, config.weight_clip)
    means = (loss, real_logits.sigmoid().mean(), fake_logits.sigmoid().mean(), real_logits.mean(), fake_logits.mean())
    return [mean.detach() for mean in means]


def _generator_step(
    state: TrainingState,
    real: Tensor,
    fake: Tensor,
    classes: Tensor | None,
    config: TrainingConfig,
    precision: Precision,
    world: World,
) -> Tensor:
    objective, device = OBJECTIVES[config.objective], state.noise.device
    # Without this the generator's backward pass would also work out gradients that nobody uses.
    state.discriminator.requires_grad_(False)
    with autocast(device, precision):
        fake_logits = state.discriminator(_as_shown(fake, state, config, world), classes)
        real_logits = fake_logits
        if objective.generator_sees_reals:
            real_logits = state.discriminator(_as_shown(real, state, config, world), classes)
        loss = objective.generator_loss(real_logits, fake_logits)
    state.generator_optimizer.zero_grad()
    (loss * (len(real) / config.batch_size)).backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
    world.sum_gradients(state.generator)
    state.generator_optimizer.step()
    state.discriminator.requires_grad_(True)
    return loss.detach()


def _as_shown(pictures: Tensor, state: TrainingState, config: TrainingConfig, world: World) -> Tensor:
    """Returns pictures as the discriminator gets them: augmented and noisy where that is asked for."""
    count, device, dice = config.batch_size, pictures.device, state.noise
    if config.augmentation == "on":
        pictures = augment(pictures, world.part(draw_augmentation(count, device, dice)))
    # Salimans et al. 2016 and Sønderby et al. 2017: both kinds overlap while the generator is still far off.
    seen_share = state.step * config.images_per_step / max(1.0, 1000 * config.instance_noise_kimg)
    if config.instance_noise and seen_share < 1:
        noise = torch.randn(count, *pictures.shape[1:], device=device, generator=dice)
        pictures = pictures + config.instance_noise * (1 - seen_share) * world.part(noise)
    return pictures


def _mix(state: TrainingState, config: TrainingConfig, world: World) -> Tensor:
    shape = (config.batch_size, 1, 1, 1)
    return world.part(torch.rand(shape, device=state.noise.device, generator=state.noise))


@torch.no_grad()
def _clip(discriminator: Discriminator, limit: float) -> None:
    """Keeps every weight within ±limit, which bounds how steep the critic can be (Arjovsky et al. 2017)."""
    weights: list[Tensor] = list(discriminator.parameters())
    torch._foreach_clamp_min_(weights, -limit)
    torch._foreach_clamp_max_(weights, limit)
