"""One step of a GAN: the discriminator's steps, the generator's, the average. Nothing here waits for the device."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor

from gan.augment import augment
from gan.config import Precision, TrainingConfig
from gan.devices import autocast, memory_format
from gan.dice import BatchDice, StepDice, ViewDice, throw_dice
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
    """
    set_learning_rates(state, config)
    dice = throw_dice(config, state.step, state.random, world)
    measures = learn(state, images, labels, dice, config, precision, world)
    finish_step(state, config)
    return measures


def set_learning_rates(state: TrainingState, config: TrainingConfig) -> None:
    """Gives both optimizers the step sizes that are due."""
    if not config.learning_rate_decay_share:
        return
    left_share = 1 - state.step * config.images_per_step / (1000 * config.kimg)
    decay = min(1.0, max(0.0, left_share) / config.learning_rate_decay_share)
    for optimizer, ratio in (
        (state.generator_optimizer, 1.0),
        (state.discriminator_optimizer, config.discriminator_learning_rate_ratio),
    ):
        optimizer.param_groups[0]["lr"] = config.learning_rate * ratio * decay


def learn(
    state: TrainingState,
    images: Tensor,
    labels: Tensor | None,
    dice: StepDice,
    config: TrainingConfig,
    precision: Precision,
    world: World = ALONE,
) -> Tensor:
    """Takes the discriminator's steps and the generator's, and returns the MEASURES: the same for the same dice.

    The last batch of fakes serves both networks; fakes are asked to be of the classes of the real pictures.
    """
    size = config.batch_size
    for number, thrown in enumerate(dice.batches):
        rows = slice(number * size, (number + 1) * size)
        classes = None if labels is None else world.part(labels[rows])
        real = to_unit_range(world.part(images[rows])).to(memory_format=memory_format(precision))
        # Only the last fakes are needed by the generator's own step.
        is_last = number + 1 == len(dice.batches)
        with torch.set_grad_enabled(is_last), autocast(state.random.device, precision):
            fake = state.generator(thrown.latents, classes)
        measures = _discriminator_step(state, real, fake.detach(), classes, thrown, config, precision, world)
    generator_loss = _generator_step(state, real, fake, classes, dice, config, precision, world)
    return torch.stack([generator_loss, *measures]) * (len(real) / size)


def finish_step(state: TrainingState, config: TrainingConfig) -> None:
    """Counts the step and moves the average."""
    state.step += 1
    images_seen = state.step * config.images_per_step
    decay = ema_decay(config.images_per_step, images_seen, config.ema_half_life_kimg, config.ema_ramp_up)
    update_ema(state.average, state.generator, decay)


def _discriminator_step(
    state: TrainingState,
    real: Tensor,
    fake: Tensor,
    classes: Tensor | None,
    dice: BatchDice,
    config: TrainingConfig,
    precision: Precision,
    world: World,
) -> list[Tensor]:
    objective, device = OBJECTIVES[config.objective], state.random.device
    views = (dice.real_view, dice.fake_view)
    with autocast(device, precision):
        if config.discriminator_normalization == "batch":
            # Each kind is normalised by its own statistics: together they would give each other away.
            real_logits, fake_logits = (
                state.discriminator(_as_shown(pictures, view), classes)
                for pictures, view in zip((real, fake), views, strict=True)
            )
        else:
            images = torch.cat((real, fake)).requires_grad_(objective.penalty is not None)
            shown = [_as_shown(pictures, view) for pictures, view in zip(images.chunk(2), views, strict=True)]
            seen = torch.cat(shown)
            logits = state.discriminator(seen, None if classes is None else classes.repeat(2))
            real_logits, fake_logits = logits.chunk(2)
        total = loss = objective.discriminator_loss(real_logits, fake_logits)
        if config.label_smoothing:
            # The cross-entropy with a target of 1 − s instead of 1: −(1 − s) log D − s log (1 − D).
            total = loss = loss + config.label_smoothing * real_logits.mean()
        if objective.penalty is not None and dice.mix is not None:
            # No such objective has batch norm: both kinds went through together.
            answers = Answers(images, seen, logits, dice.mix)
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
    dice: StepDice,
    config: TrainingConfig,
    precision: Precision,
    world: World,
) -> Tensor:
    objective, device = OBJECTIVES[config.objective], state.random.device
    with _frozen(state.discriminator):
        with autocast(device, precision):
            fake_logits = state.discriminator(_as_shown(fake, dice.fake_view), classes)
            real_logits = fake_logits
            if dice.real_view is not None:
                real_logits = state.discriminator(_as_shown(real, dice.real_view), classes)
            loss = objective.generator_loss(real_logits, fake_logits)
        state.generator_optimizer.zero_grad()
        (loss * (len(real) / config.batch_size)).backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
    world.sum_gradients(state.generator)
    state.generator_optimizer.step()
    return loss.detach()


@contextmanager
def _frozen(discriminator: Discriminator) -> Iterator[None]:
    """Keeps the generator's backward pass from working out gradients of the discriminator, which nobody uses."""
    discriminator.requires_grad_(False)
    try:
        yield
    finally:
        # Also where memory ended or a graph could not be captured: the step is then tried again in another way.
        discriminator.requires_grad_(True)


def _as_shown(pictures: Tensor, view: ViewDice) -> Tensor:
    """Returns pictures as the discriminator gets them: augmented and noisy where that is asked for."""
    if view.augmentation is not None:
        pictures = augment(pictures, view.augmentation)
    return pictures if view.noise is None else pictures + view.noise


@torch.no_grad()
def _clip(discriminator: Discriminator, limit: float) -> None:
    """Keeps every weight within ±limit, which bounds how steep the critic can be (Arjovsky et al. 2017)."""
    weights: list[Tensor] = list(discriminator.parameters())
    torch._foreach_clamp_min_(weights, -limit)
    torch._foreach_clamp_max_(weights, limit)
