"""Stopping and resuming changes nothing, bit for bit, whatever is trained and however."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_training import CPU, tiny_inputs

from gan.checkpoint import read_tensors
from gan.config import ObjectiveName, TrainingConfig
from gan.presets import preset
from gan.tick_writer import forget_after
from gan.trainer import train
from gan.training_state import new_state, read_state

CLASS_COUNT = 3
IMAGE_COUNT = 220


def _config(objective: ObjectiveName = "standard", architecture: str = "dcgan", **changes: object) -> TrainingConfig:
    """A run of 1 kimg in batches of 40: 25 steps of one batch; an epoch of the 220 pictures has five batches."""
    config = preset(architecture, objective)  # type: ignore[arg-type]  # one of the names
    tiny = {"kimg": 1, "batch_size": 40, "latent_size": 4, "generator_width": 4, "discriminator_width": 4}
    return replace(config, **tiny, precision="float32", **changes)  # type: ignore[arg-type]  # fields by name


def _train(run: Path, config: TrainingConfig, stop_at: int | None = None, image_count: int = IMAGE_COUNT) -> None:
    dice = torch.Generator().manual_seed(7)
    shape = (image_count, config.channels, config.image_size, config.image_size)
    images = torch.randint(0, 256, shape, dtype=torch.uint8, generator=dice)
    labels = torch.randint(0, CLASS_COUNT, (image_count,), generator=dice) if config.conditional else None
    state = new_state(config, CLASS_COUNT, CPU, "float32")
    if (run / "state.safetensors").is_file():
        read_state(run / "state.safetensors", state)
        forget_after(run, state.step, config.images_per_step)
    inputs = tiny_inputs(run, lambda: state.step == stop_at, config)
    finished = train(replace(inputs, images=images, labels=labels), state)
    assert finished == (stop_at is None)


CASES = {
    "minimax": _config("minimax"),
    "wasserstein": _config("wasserstein"),
    "wasserstein-gp": _config("wasserstein-gp"),
    "relativistic": _config("relativistic"),
    "mlp": _config("standard", "mlp"),
    "mlp relativistic": _config("relativistic", "mlp"),
    "spectral norm": _config(discriminator_normalization="spectral"),
    "spectral norm, conditional": _config("relativistic", discriminator_normalization="spectral", conditional=True),
    "sgd with momentum": _config(optimizer="sgd"),
    "sgd without": _config(optimizer="sgd", adam_beta1=0.0),
    "conditional": _config(conditional=True),
    "conditional mlp": _config("wasserstein-gp", "mlp", conditional=True),
    "three discriminator steps": _config(discriminator_steps=3),
    "augmentation": _config(augmentation="on"),
    "instance noise": _config(instance_noise=0.4, instance_noise_kimg=0.6),
    "label smoothing": _config(label_smoothing=0.1),
    "colour": _config(image_size=32, channels=3),
}


def _assert_same(run: Path, whole: Path) -> None:
    mine, other = (read_tensors(folder / "state.safetensors") for folder in (run, whole))
    assert mine[1]["step"] == other[1]["step"]
    assert mine[0].keys() == other[0].keys()
    assert [name for name in mine[0] if not torch.equal(mine[0][name], other[0][name])] == []
    files = [sorted(path.relative_to(folder) for path in folder.rglob("*.png")) for folder in (run, whole)]
    assert set(files[1]) <= set(files[0])
    for name in files[1]:
        assert (run / name).read_bytes() == (whole / name).read_bytes()
    for name in ("ladder/000001.safetensors", "discriminator.safetensors"):
        pairs = zip(*(sorted(read_tensors(folder / name)[0].items()) for folder in (run, whole)), strict=True)
        assert all(torch.equal(one[1], two[1]) for one, two in pairs), name


@pytest.mark.parametrize("case", CASES)
def test_stopping_and_resuming_changes_nothing_bit_for_bit(tmp_path: Path, case: str) -> None:
    config, whole, broken = CASES[case], tmp_path / "whole", tmp_path / "broken"
    _train(whole, config)
    last_step = -(-1000 // config.images_per_step)
    for stop_at in (1, last_step // 2 + 1):
        _train(broken, config, stop_at)
    _train(broken, config)
    _assert_same(broken, whole)
    assert read_tensors(whole / "state.safetensors")[1]["step"] == last_step


@pytest.mark.parametrize(("image_count", "discriminator_steps"), [(10, 1), (50, 3), (40, 1)])
def test_neither_does_it_where_the_pictures_are_fewer_than_a_step_needs(
    tmp_path: Path, image_count: int, discriminator_steps: int
) -> None:
    config = _config(discriminator_steps=discriminator_steps, conditional=True)
    _train(tmp_path / "whole", config, image_count=image_count)
    for stop_at in (1, 7, None):
        _train(tmp_path / "broken", config, stop_at, image_count)
    _assert_same(tmp_path / "broken", tmp_path / "whole")


def test_another_seed_is_another_run() -> None:
    first, second = (new_state(_config(seed=seed), 0, CPU, "float32") for seed in (0, 1))
    names = [name for name, tensor in first.generator.state_dict().items() if name.endswith(".weight")]
    other = second.generator.state_dict()
    assert not any(torch.equal(first.generator.state_dict()[name], other[name]) for name in names)
    assert not torch.equal(first.random.get_state(), second.random.get_state())


def test_spectral_norms_first_vectors_are_the_seeds_too_and_pytorchs_own_dice_are_left_alone() -> None:
    config = _config(discriminator_normalization="spectral")
    states = []
    for dice in (5, 6):
        torch.manual_seed(dice)
        before = torch.random.get_rng_state()
        states.append(new_state(config, 0, CPU, "float32").discriminator.state_dict())
        assert torch.equal(torch.random.get_rng_state(), before)
    assert any(name.endswith("._u") for name in states[0])
    assert all(torch.equal(tensor, states[1][name]) for name, tensor in states[0].items())
