"""One step of training, for every pairing of architecture and objective, and against a slow one written out plainly."""

import copy
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from tiny_training import CPU
from torch import Tensor

import gan.training_step
from gan.config import ObjectiveName, TrainingConfig
from gan.networks import Discriminator, Generator, to_unit_range
from gan.objectives import OBJECTIVES, Answers
from gan.presets import PRESETS, preset
from gan.training_state import TrainingState, new_state
from gan.training_step import MEASURES, training_step

BATCH, CLASSES = 8, 10
TINY = {"batch_size": BATCH, "latent_size": 4, "generator_width": 4, "discriminator_width": 4, "precision": "float32"}


def _tiny(family: tuple[str, str], **changes: object) -> TrainingConfig:
    return replace(preset(*family), **TINY, **changes)  # type: ignore[arg-type]  # pairings and fields by name


def _images(config: TrainingConfig, seed: int = 0) -> Tensor:
    noise = torch.Generator().manual_seed(seed)
    shape = (config.images_per_step, config.channels, config.image_size, config.image_size)
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=noise)


def _labels(config: TrainingConfig) -> Tensor | None:
    return torch.arange(config.images_per_step) % CLASSES if config.conditional else None


def _tensors(state: TrainingState) -> dict[str, Tensor]:
    return {f"{net}.{name}": t.clone() for net, m in state.networks().items() for name, t in m.state_dict().items()}


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.parametrize("family", PRESETS, ids=" ".join)
def test_a_step_of_every_pairing_moves_all_networks_and_leaves_them_finite(
    family: tuple[str, str], conditional: bool, precision: str
) -> None:
    # Wasserstein's critic takes five steps in its paper.
    steps = 5 if family[1] == "wasserstein" else 1
    config = _tiny(family, conditional=conditional, discriminator_steps=steps)
    state = new_state(config, CLASSES, CPU, precision)  # type: ignore[arg-type]  # one of the names
    before = _tensors(state)
    measures = training_step(state, _images(config), _labels(config), config, precision)  # type: ignore[arg-type]
    assert measures.shape == (len(MEASURES),) and measures.dtype == torch.float32 and measures.isfinite().all()
    after = _tensors(state)
    assert all(tensor.isfinite().all() for tensor in after.values())
    for network in ("generator", "discriminator", "average"):
        weights = [name for name in after if name.startswith(f"{network}.") and name.endswith((".weight", "original"))]
        assert [name for name in weights if torch.equal(before[name], after[name])] == []
    taken = {name: {int(it["step"]) for it in adam.state.values()} for name, adam in state.optimizers().items()}
    assert taken == {"generator_optimizer": {1}, "discriminator_optimizer": {steps}}
    assert all(parameter.requires_grad for parameter in state.discriminator.parameters())
    assert state.step == 1


class PlainAdam:
    """Kingma & Ba 2015, algorithm 1, weight by weight in float64."""

    def __init__(self, config: TrainingConfig, rate: float) -> None:
        self.rate, self.betas, self.count = rate, (config.adam_beta1, config.adam_beta2), 0
        self.moments: dict[int, tuple[Tensor, Tensor]] = {}

    def step(self, parameters: list[Tensor], gradients: tuple[Tensor, ...]) -> None:
        self.count += 1
        for index, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
            g = gradient.double()
            mean, square = self.moments.get(index, (torch.zeros_like(g), torch.zeros_like(g)))
            mean = self.betas[0] * mean + (1 - self.betas[0]) * g
            square = self.betas[1] * square + (1 - self.betas[1]) * g * g
            self.moments[index] = (mean, square)
            corrected = mean / (1 - self.betas[0] ** self.count)
            root = torch.sqrt(square / (1 - self.betas[1] ** self.count))
            parameter.data = (parameter.data.double() - self.rate * corrected / (root + 1e-8)).float()


class PlainDescent:
    """One step down the gradient, without momentum."""

    def __init__(self, config: TrainingConfig, rate: float) -> None:
        self.rate = rate

    def step(self, parameters: list[Tensor], gradients: tuple[Tensor, ...]) -> None:
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.data = parameter.data - self.rate * gradient


def _penalty(config: TrainingConfig, critic: Discriminator, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Picture by picture."""
    squares: list[Tensor] = []
    if config.objective == "wasserstein-gp":
        places = [mix[i] * real[i] + (1 - mix[i]) * fake[i] for i in range(BATCH)]
    else:
        places = [*real, *fake]
    for place in places:
        one = place.detach()[None].requires_grad_()
        (gradient,) = torch.autograd.grad(critic(one)[0], one, create_graph=True)
        squares.append(gradient.square().sum())
    if config.objective == "wasserstein-gp":
        return sum((s.sqrt() - 1) ** 2 for s in squares) / BATCH  # type: ignore[return-value]  # a sum of tensors
    return sum(squares) / BATCH / 2  # type: ignore[return-value]  # as above


def _plain_step(
    config: TrainingConfig, generator: Generator, critic: Discriminator, dice: torch.Generator, images: Tensor
) -> list[float]:
    """The same step, without anything of the program's but its networks; dice are thrown in the program's order."""
    name = config.objective
    ratio = config.discriminator_learning_rate_ratio
    optimizer = PlainAdam if config.optimizer == "adam" else PlainDescent
    optimizer_g, optimizer_d = optimizer(config, config.learning_rate), optimizer(config, config.learning_rate * ratio)
    weights_g, weights_d = list(generator.parameters()), list(critic.parameters())

    def noisy(pictures: Tensor) -> Tensor:
        return pictures + config.instance_noise * torch.randn(pictures.shape, generator=dice)

    for first in range(0, config.images_per_step, BATCH):
        real = to_unit_range(images[first : first + BATCH])
        fake = generator(torch.randn(BATCH, config.latent_size, generator=dice))
        shown_real, shown_fake = noisy(real), noisy(fake.detach())
        real_logits, fake_logits = critic(shown_real), critic(shown_fake)
        if config.discriminator_normalization != "batch":
            # The same numbers but for their last bits, which Adam's first steps make as large as any others.
            real_logits, fake_logits = critic(torch.cat((shown_real, shown_fake))).chunk(2)
        if name == "standard":
            # One-sided label smoothing (Salimans et al. 2016, §3.4).
            target = torch.full((BATCH,), 1 - config.label_smoothing)
            loss_d = F.binary_cross_entropy_with_logits(real_logits, target)
            loss_d = loss_d + F.binary_cross_entropy_with_logits(fake_logits, torch.zeros(BATCH))
        elif name == "relativistic":
            loss_d = F.binary_cross_entropy_with_logits(real_logits - fake_logits, torch.ones(BATCH))
        else:
            loss_d = fake_logits.mean() - real_logits.mean()
        total = loss_d
        if config.penalty_weight:
            mix = torch.rand(BATCH, 1, 1, 1, generator=dice)
            total = loss_d + config.penalty_weight * _penalty(config, critic, shown_real, shown_fake, mix)
        optimizer_d.step(weights_d, torch.autograd.grad(total, weights_d))
        for weight in weights_d if config.weight_clip else []:
            weight.data = weight.data.clip(-config.weight_clip, config.weight_clip)
    shown = critic(noisy(fake))
    if name == "standard":
        loss_g = F.binary_cross_entropy_with_logits(shown, torch.ones(BATCH))
    elif name == "relativistic":
        loss_g = F.binary_cross_entropy_with_logits(shown - critic(noisy(real)), torch.ones(BATCH))
    else:
        loss_g = -shown.mean()
    optimizer_g.step(weights_g, torch.autograd.grad(loss_g, weights_g))
    means = (real_logits.sigmoid(), fake_logits.sigmoid(), real_logits, fake_logits)
    return [float(value.detach().mean()) for value in (loss_g, loss_d, *means)]


@pytest.mark.parametrize("architecture", ["dcgan", "mlp"])
@pytest.mark.parametrize("objective", ["standard", "wasserstein", "wasserstein-gp", "relativistic"])
def test_a_step_is_what_a_plain_one_computes(architecture: str, objective: ObjectiveName) -> None:
    config = _tiny(
        (architecture, objective), instance_noise=0.3, discriminator_learning_rate_ratio=1.5, learning_rate=2e-4
    )
    config = replace(config, label_smoothing=0.1 if objective == "standard" else 0.0)
    if objective == "relativistic":
        # Adam's first step is as large for a gradient that is nothing but rounding as for any other.
        config = replace(config, optimizer="sgd", adam_beta1=0.0, learning_rate=0.01)
    state = new_state(config, 0, CPU, "float32")
    generator, critic = copy.deepcopy(state.generator), copy.deepcopy(state.discriminator)
    first = _tensors(state)
    expected = _plain_step(config, generator, critic, torch.Generator().manual_seed(config.seed), _images(config))
    measures = training_step(state, _images(config), None, config, "float32")
    assert measures.tolist() == pytest.approx(expected, abs=1e-5)
    for plain, mine in ((generator, state.generator), (critic, state.discriminator)):
        for name, tensor in plain.state_dict().items():
            assert torch.allclose(mine.state_dict()[name].double(), tensor.double(), rtol=0, atol=1e-6), name
    # The average, after its closed form: a half-life of a twentieth of the images seen.
    decay = 0.5 ** (1 / 0.05)
    for name, parameter in generator.named_parameters():
        moved = decay * first[f"average.{name}"] + (1 - decay) * parameter.detach()
        assert torch.allclose(state.average.get_parameter(name), moved, rtol=0, atol=1e-6), name


def test_a_clipped_critics_weights_stay_within_the_limit_and_only_a_clipped_ones() -> None:
    config = _tiny(("dcgan", "wasserstein"), learning_rate=0.1, weight_clip=0.02)
    state = new_state(config, 0, CPU, "float32")
    for step in range(3):
        training_step(state, _images(config, step), None, config, "float32")
    largest = max(p.abs().max().item() for p in state.discriminator.parameters())
    assert largest == pytest.approx(0.02, rel=1e-6)
    assert max(p.abs().max().item() for p in state.generator.parameters()) > 0.05


def _seen(config: TrainingConfig, step: int) -> list[Tensor]:
    """Returns what the discriminator is shown in a step, in order."""
    state = new_state(config, 0, CPU, "float32")
    state.step = step
    shown: list[Tensor] = []
    hook = state.discriminator.register_forward_pre_hook(lambda module, inputs: shown.append(inputs[0].detach()))
    training_step(state, _images(config), None, config, "float32")
    hook.remove()
    return shown


@pytest.mark.parametrize(("step", "share_left"), [(0, 1.0), (125, 0.75), (250, 0.5), (499, 0.002)])
def test_instance_noise_fades_in_a_straight_line(step: int, share_left: float) -> None:
    # 4 kimg in batches of 8 are 500 steps.
    config = _tiny(("dcgan", "standard"), instance_noise=0.5, instance_noise_kimg=4.0)
    noise = _seen(config, step)[0] - to_unit_range(_images(config))
    assert noise.std().item() == pytest.approx(0.5 * share_left, rel=0.03)
    assert noise.mean().item() == pytest.approx(0, abs=0.02)
    # Every picture and every pixel has its own, and both networks see the fakes with noise.
    assert len(noise.unique()) > 0.9 * noise.numel() or share_left < 0.1
    quiet = _seen(replace(config, instance_noise=0.0), step)
    assert len(quiet) == 3
    assert quiet[2].std() < _seen(config, step)[2].std() or share_left < 0.1


@pytest.mark.parametrize("step", [500, 501, 10_000])
def test_when_its_time_is_over_a_step_is_the_same_as_without_noise(step: int) -> None:
    config = _tiny(("dcgan", "standard"), instance_noise=0.5, instance_noise_kimg=4.0)
    states = []
    for one in (config, replace(config, instance_noise=0.0)):
        state = new_state(one, 0, CPU, "float32")
        state.step = step
        training_step(state, _images(one), None, one, "float32")
        # Not even dice are thrown for it.
        states.append(_tensors(state) | {"noise": state.random.get_state()})
    assert all(torch.equal(tensor, states[1][name]) for name, tensor in states[0].items())


def test_augmentation_covers_part_of_all_that_the_discriminator_sees() -> None:
    config = _tiny(("dcgan", "relativistic"), augmentation="on")
    shown = _seen(config, 0)
    # Reals and fakes together; then fakes and reals once more, for the generator.
    assert [len(pictures) for pictures in shown] == [2 * BATCH, BATCH, BATCH]
    for pictures in shown:
        # No pixel of 256 levels is 0; of a square of 14×14 at least a quarter lies inside the picture.
        assert ((pictures == 0).flatten(1).sum(dim=1) >= 49).all()
    assert not torch.equal(shown[0][:BATCH] == 0, shown[2] == 0)
    assert all((pictures != 0).all() for pictures in _seen(replace(config, augmentation="off"), 0))


@pytest.mark.parametrize("augmentation", ["on", "off"])
def test_a_zero_centred_penalty_is_of_the_pictures_before_their_augmentation(
    monkeypatch: pytest.MonkeyPatch, augmentation: str
) -> None:
    config = _tiny(("dcgan", "relativistic"), augmentation=augmentation)
    gradients: list[Tensor] = []

    def looked_at(images: Tensor, shown: Tensor, logits: Tensor, mix: Tensor) -> Answers:
        assert torch.equal(images[:BATCH], to_unit_range(_images(config)))
        gradients.extend(torch.autograd.grad(logits.sum(), images, retain_graph=True))
        return Answers(images, shown, logits, mix)

    monkeypatch.setattr(gan.training_step, "Answers", looked_at)
    training_step(new_state(config, 0, CPU, "float32"), _images(config), None, config, "float32")
    # What the hole hides of a picture has no slope: at least a quarter of a square of 14×14.
    (hidden,) = ((slope == 0).flatten(1).sum(dim=1) for slope in gradients)
    assert (hidden >= 49).all() if augmentation == "on" else (hidden == 0).all()


def test_fakes_are_asked_to_be_of_the_classes_of_the_reals() -> None:
    config = _tiny(("dcgan", "wasserstein"), conditional=True)
    state = new_state(config, CLASSES, CPU, "float32")
    asked: list[Tensor] = []
    for network in (state.generator, state.discriminator):
        network.register_forward_pre_hook(lambda module, inputs: asked.append(inputs[1]))
    training_step(state, _images(config), _labels(config), config, "float32")
    parts = torch.arange(config.images_per_step).remainder(CLASSES).split(BATCH)
    # A fake batch, reals and fakes; five times; then the last fakes once more.
    assert torch.equal(torch.stack(asked), torch.stack([p for p in parts for _ in range(3)] + [parts[-1]]))


def test_gradient_descent_without_momentum_is_one_step_down_the_gradient() -> None:
    config = _tiny(("mlp", "wasserstein"), optimizer="sgd", learning_rate=0.01, weight_clip=100.0)
    config = replace(config, discriminator_steps=1)
    state = new_state(config, 0, CPU, "float32")
    critic = copy.deepcopy(state.discriminator)
    dice = torch.Generator().manual_seed(config.seed)
    fake = copy.deepcopy(state.generator)(torch.randn(BATCH, 4, generator=dice)).detach()
    loss = critic(fake).mean() - critic(to_unit_range(_images(config))).mean()
    gradients = torch.autograd.grad(loss, list(critic.parameters()))
    training_step(state, _images(config), None, config, "float32")
    for mine, old, gradient in zip(state.discriminator.parameters(), critic.parameters(), gradients, strict=True):
        assert torch.allclose(mine, old - 0.01 * gradient, rtol=0, atol=1e-6)


def test_a_step_that_fails_while_the_generator_learns_leaves_a_discriminator_that_can_learn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As where memory ends: the step is then tried again, in another way."""

    def fails(real: Tensor, fake: Tensor) -> Tensor:
        assert not any(parameter.requires_grad for parameter in state.discriminator.parameters())
        raise torch.OutOfMemoryError("CUDA out of memory.")

    config = _tiny(("dcgan", "standard"))
    state = new_state(config, 0, CPU, "float32")
    with monkeypatch.context() as patched, pytest.raises(torch.OutOfMemoryError):
        patched.setitem(OBJECTIVES, "standard", replace(OBJECTIVES["standard"], generator_loss=fails))
        training_step(state, _images(config), None, config, "float32")
    assert all(parameter.requires_grad for parameter in state.discriminator.parameters())
    before = _tensors(state)
    training_step(state, _images(config), None, config, "float32")
    assert not torch.equal(before["discriminator.layers.0.weight"], _tensors(state)["discriminator.layers.0.weight"])
