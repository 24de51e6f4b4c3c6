"""The step that is captured where a graphics card is, and plain elsewhere; what can be seen of it without a card."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from tiny_training import CONFIG
from torch import Tensor

from gan import captured_step
from gan.captured_step import Snapshot, _CapturedStep, _tensors, best_step
from gan.config import ArchitectureName, ObjectiveName, Precision, TrainingConfig
from gan.dice import throw_dice
from gan.distributed import ALONE
from gan.presets import PRESETS, preset
from gan.training_state import TrainingState, new_state
from gan.training_step import MEASURES, finish_step, learn, training_step

CPU = torch.device("cpu")
IMAGES = torch.arange(16 * 28 * 28, dtype=torch.int32).remainder(251).to(torch.uint8).view(16, 1, 28, 28)
LABELS = torch.arange(16).remainder(10)


def _state_tensors(state: TrainingState) -> list[Tensor]:
    networks = [tensor.clone() for network in state.networks().values() for tensor in network.state_dict().values()]
    remembered = [
        tensor.clone()
        for optimizer in state.optimizers().values()
        for values in optimizer.state.values()
        for tensor in values.values()
    ]
    return [*networks, *remembered, state.random.get_state()]


@pytest.mark.parametrize("conditional", [False, True])
def test_without_a_card_it_is_the_plain_step(conditional: bool) -> None:
    config = replace(CONFIG, conditional=conditional)
    one, other = (new_state(config, 10, CPU, "float32") for _ in range(2))
    take_step = best_step(one, config, "float32")
    for _ in range(3):
        measures = take_step(IMAGES, LABELS)
        assert torch.equal(measures, training_step(other, IMAGES, LABELS, config, "float32"))
    assert all(map(torch.equal, _state_tensors(one), _state_tensors(other)))


class _DiceOfACard(torch.Generator):
    """Dice that say they are a card's until a step is captured or not, and are the processor's."""

    device = torch.device("cuda")


def _chosen(
    monkeypatch: pytest.MonkeyPatch, config: TrainingConfig, fails: str = "", world_size: int = 1
) -> tuple[bool, TrainingState]:
    """Returns whether the captured step is taken where there seems to be a card, and the state after one step."""

    class Captured:
        def __init__(self, state: TrainingState, config: TrainingConfig, precision: Precision) -> None:
            dice.device = CPU
            # What warming up does to it.
            learn(state, IMAGES, None, throw_dice(config, 0, state.random), config, precision)
            if fails == "to be captured":
                raise RuntimeError("CUDA out of memory")

        def agrees(self, saved: Snapshot) -> bool:
            return fails != "to agree"

        def __call__(self, images: Tensor, labels: Tensor | None) -> Tensor:
            return training_step(state, images, labels, config, "float32")

    monkeypatch.setattr(captured_step, "_CapturedStep", Captured)
    state, dice = new_state(config, 0, CPU, "float32"), _DiceOfACard()
    dice.set_state(state.random.get_state())
    state.random = dice
    take_step = best_step(state, config, "float32", replace(ALONE, size=world_size))
    dice.device = CPU
    is_captured = isinstance(take_step, Captured)
    if world_size == 1:
        take_step(IMAGES, None)
    return is_captured, state


@pytest.mark.parametrize("fails", ["", "to be captured", "to agree"])
def test_trying_to_capture_a_step_leaves_the_state_as_it_was(monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    is_captured, state = _chosen(monkeypatch, CONFIG, fails)
    assert is_captured is not bool(fails)
    untouched = new_state(CONFIG, 0, CPU, "float32")
    training_step(untouched, IMAGES, None, CONFIG, "float32")
    assert state.step == 1
    assert all(map(torch.equal, _state_tensors(state), _state_tensors(untouched)))


def test_steps_that_are_not_all_alike_or_not_alone_are_not_captured(monkeypatch: pytest.MonkeyPatch) -> None:
    for changes in ({"learning_rate_decay_share": 0.5}, {"instance_noise": 0.1}):
        assert not _chosen(monkeypatch, replace(CONFIG, **changes))[0]
    assert not _chosen(monkeypatch, CONFIG, world_size=2)[0]


def test_a_snapshot_puts_everything_back_into_the_same_tensors() -> None:
    state = new_state(CONFIG, 0, CPU, "float32")
    training_step(state, IMAGES, None, CONFIG, "float32")
    before, places = _state_tensors(state), [p.data_ptr() for p in state.discriminator.parameters()]
    saved = Snapshot(state)
    training_step(state, IMAGES, None, CONFIG, "float32")
    assert not all(map(torch.equal, _state_tensors(state), before))
    saved.restore()
    assert all(map(torch.equal, _state_tensors(state), before))
    assert [p.data_ptr() for p in state.discriminator.parameters()] == places


def test_a_snapshot_of_a_new_state_makes_the_optimizers_forget() -> None:
    state, untouched = (new_state(CONFIG, 0, CPU, "float32") for _ in range(2))
    saved = Snapshot(state)
    dice = throw_dice(CONFIG, 0, state.random)
    learn(state, IMAGES, None, dice, CONFIG, "float32")
    saved.restore()
    # As if nothing had been: the next step is a first step.
    first = training_step(state, IMAGES, None, CONFIG, "float32")
    assert torch.equal(first, training_step(untouched, IMAGES, None, CONFIG, "float32"))
    assert all(map(torch.equal, _state_tensors(state), _state_tensors(untouched)))


@pytest.mark.parametrize(("architecture", "objective"), PRESETS)
def test_the_dice_are_all_that_a_step_leaves_to_chance(
    architecture: ArchitectureName, objective: ObjectiveName
) -> None:
    small = {"generator_width": 4, "discriminator_width": 4, "latent_size": 4, "batch_size": 4}
    config = replace(preset(architecture, objective), augmentation="on", instance_noise=0.1, **small)
    images = IMAGES.repeat(2, 1, 1, 1)[: config.images_per_step]
    dice = throw_dice(config, 0, torch.Generator().manual_seed(3))
    states = [new_state(config, 0, CPU, "float32") for _ in range(2)]
    states[1].random.manual_seed(99)
    measures = [learn(state, images, None, dice, config, "float32") for state in states]
    assert torch.equal(*measures)
    for state in states:
        finish_step(state, config)
    assert all(map(torch.equal, _state_tensors(states[0])[:-1], _state_tensors(states[1])[:-1]))
    # Latents and both views of each batch, where a penalty looks, and the views of the generator's step.
    counts = {"standard": 5, "minimax": 5, "wasserstein": 5, "wasserstein-gp": 6, "relativistic": 6}
    views = 4 if objective == "relativistic" else 2
    assert len(_tensors(dice)) == config.discriminator_steps * counts[objective] + views


def _captured(config: TrainingConfig, steps: int, precision: Precision, **shares: float) -> _CapturedStep:
    """Returns a captured step that needs no card, on a state after some steps.

    Its graph is the plain step in a precision; of the update of each network named it makes a share.
    """
    captured, state = _CapturedStep.__new__(_CapturedStep), new_state(config, 10, CPU, "float32")
    captured._state, captured._config, captured._precision = state, config, "float32"
    captured._images = torch.zeros(config.images_per_step, 1, 28, 28, dtype=torch.uint8).random_(256, generator=_dice())
    captured._labels = torch.zeros(config.images_per_step, dtype=torch.int64) if config.conditional else None
    # A graph writes to the same memory every time.
    captured._dice, captured._measures = throw_dice(config, 0, state.random), torch.zeros(len(MEASURES))
    for _ in range(steps):
        training_step(state, captured._images, None, config, "float32")

    def replay() -> None:
        before = {name: [weight.clone() for weight in getattr(state, name).parameters()] for name in shares}
        found = learn(state, captured._images, captured._labels, captured._dice, config, precision)
        captured._measures.copy_(found)
        with torch.no_grad():
            for name, share in shares.items():
                for weight, old in zip(getattr(state, name).parameters(), before[name], strict=True):
                    weight.copy_(old + share * (weight - old))

    captured._graph = SimpleNamespace(replay=replay)  # type: ignore[assignment]  # what a card would do
    return captured


def _dice() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("steps", [0, 2])
@pytest.mark.parametrize(("architecture", "objective"), PRESETS)
def test_a_graph_that_rounds_differently_agrees(
    architecture: ArchitectureName, objective: ObjectiveName, steps: int
) -> None:
    # The narrower the networks, the more of an update is rounding.
    small = {"generator_width": 32, "discriminator_width": 32, "batch_size": 16}
    captured = _captured(replace(preset(architecture, objective), **small), steps, "bfloat16")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        assert captured.agrees(Snapshot(captured._state))


@pytest.mark.parametrize("network", ["generator", "discriminator"])
@pytest.mark.parametrize("share", [0.0, -1.0, 2.0, float("nan")])
@pytest.mark.parametrize("steps", [0, 2])
def test_a_graph_that_updates_a_network_wrongly_does_not_agree_though_its_measures_are_right(
    network: str, share: float, steps: int
) -> None:
    captured = _captured(CONFIG, steps, "float32", **{network: share})
    saved = Snapshot(captured._state)
    assert not captured.agrees(saved)
    saved.restore()
    assert torch.equal(captured._measures, captured._learn())
    right = _captured(CONFIG, steps, "float32", **{network: 1.0})
    assert right.agrees(Snapshot(right._state))


@pytest.mark.parametrize("conditional", [False, True])
def test_each_captured_step_has_pictures_labels_and_dice_of_its_own(conditional: bool) -> None:
    config = replace(CONFIG, conditional=conditional, augmentation="on")
    captured, state = _captured(config, 0, "float32"), new_state(config, 10, CPU, "float32")
    captured._state.random.set_state(state.random.get_state())
    found, expected = [], []
    for number in range(3):
        step = (IMAGES + number, LABELS.roll(number) if conditional else None)
        found.append(captured(*step))
        expected.append(training_step(state, *step, config, "float32"))
    assert all(map(torch.equal, found, expected))
    assert captured._state.step == state.step == 3
    assert all(map(torch.equal, _state_tensors(captured._state), _state_tensors(state)))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a graphics card")
@pytest.mark.parametrize(("architecture", "objective"), PRESETS)
def test_on_a_card_the_captured_step_learns_what_the_plain_one_does(
    architecture: ArchitectureName, objective: ObjectiveName
) -> None:
    config, card = preset(architecture, objective), torch.device("cuda")
    states = [new_state(config, 0, card, "float32") for _ in range(2)]
    captured = best_step(states[0], config, "float32")
    assert type(captured).__name__ == "_CapturedStep"
    images = torch.randint(0, 256, (config.images_per_step, 1, 28, 28), dtype=torch.uint8, device=card)
    for _ in range(5):
        measures = captured(images, None)
        plain = training_step(states[1], images, None, config, "float32")
        assert torch.allclose(measures, plain, rtol=1e-2, atol=1e-2)
