"""Presets: each is a configuration that may be, and what train.py takes where nothing else was said."""

import itertools
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import pytest

from gan.config import ArchitectureName, ObjectiveName, TrainingConfig
from gan.datasets import DATASETS
from gan.errors import UserError
from gan.picture_folder import folder_dataset
from gan.presets import PRESETS, preset, preset_for
from gan.training_options import parse

FAMILIES = pytest.mark.parametrize("family", PRESETS, ids=" ".join)


def test_there_is_a_preset_for_every_pairing() -> None:
    assert set(PRESETS) == set(itertools.product(get_args(ArchitectureName), get_args(ObjectiveName)))


def test_with_nothing_said_it_is_the_plain_default() -> None:
    assert preset() == TrainingConfig() == parse([]).training


@FAMILIES
@pytest.mark.parametrize("dataset", DATASETS)
def test_a_preset_is_of_its_datasets_size_and_differs_in_what_it_says_alone(
    family: tuple[ArchitectureName, ObjectiveName], dataset: str
) -> None:
    config, pictures = preset(*family, dataset), DATASETS[dataset]
    assert (config.image_size, config.channels) == (pictures.image_size, pictures.channels)
    changed = {name for name, value in asdict(config).items() if value != asdict(TrainingConfig())[name]}
    named = {"architecture", "objective", "dataset", "image_size", "channels", "generator_width", "discriminator_width"}
    assert changed - named == set(PRESETS[family])
    # Half as wide where the pictures have four times as many pixels.
    widths = (32, 32) if pictures.image_size == 64 else (64, 64)
    assert (config.generator_width, config.discriminator_width) == widths


@FAMILIES
def test_the_command_takes_the_presets_settings(family: tuple[ArchitectureName, ObjectiveName]) -> None:
    architecture, objective = family
    flags = ["--architecture", architecture, "--objective", objective, "--dataset", "cifar10"]
    assert parse(flags).training == preset(architecture, objective, "cifar10")
    # In any order, with an equals sign, and among flags that it does not look at.
    mixed = ["--seed", "3", f"--objective={objective}", "--dataset", "mnist", "--architecture", architecture]
    assert asdict(parse(mixed).training) == asdict(preset(architecture, objective)) | {"seed": 3}


OTHERS: dict[str, Any] = {
    "discriminator_steps": 2,
    "weight_clip": 0.5,
    "adam_beta1": 0.25,
    "adam_beta2": 0.75,
    "learning_rate": 0.5,
    "penalty_weight": 3.0,
    "discriminator_normalization": "spectral",
}


@FAMILIES
def test_a_flag_that_is_given_wins_over_the_preset(family: tuple[ArchitectureName, ObjectiveName]) -> None:
    flags = ["--architecture", family[0], "--objective", family[1]]
    for name in PRESETS[family]:
        given = [*flags, f"--{name.replace('_', '-')}", str(OTHERS[name])]
        assert asdict(parse(given).training) == asdict(preset(*family)) | {name: OTHERS[name]}


def _help(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ending:
        parse([*arguments, "--help"])
    assert not ending.value.code
    # Without colours and the lines of its boxes.
    return " ".join(re.sub(r"\x1b\[[0-9;]*m|[│╭╮╰╯─]", " ", capsys.readouterr().out).split())


def test_the_help_says_the_presets_defaults(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    plain, penalized = _help(capsys), _help(capsys, "--objective", "wasserstein-gp")
    for text, weight, beta, norm in ((plain, "0.0", "0.5", "batch"), (penalized, "10.0", "0.0", "layer")):
        for flag, value in (("penalty-weight", weight), ("adam-beta1", beta)):
            assert re.search(rf"--{flag} \S+ [^()]*\(default: {re.escape(value)}\)", text), (flag, value)
        assert re.search(rf"--discriminator-normalization \S+ [^()]*\(default: {norm}\)", text)
    assert "(default: wasserstein-gp)" in penalized


@pytest.mark.parametrize(
    ("flags", "conditional"), [([], False), (["--conditional"], True), (["--no-conditional"], False)]
)
def test_classes_are_a_flag_without_a_value(flags: list[str], conditional: bool) -> None:
    assert parse(["--objective", "wasserstein", *flags, "--kimg", "5"]).training.conditional is conditional


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--objective", "hinge"], "hinge"),
        (["--architecture", "unet"], "unet"),
        (["--dataset", "svhn"], "There is no dataset svhn"),
        (["--dataset", "folder:/nowhere/at/all"], "/nowhere/at/all"),
        (["--image-size", "64"], "mnist has pictures of 28×28 in grey; leave --image-size out"),
        (["--dataset", "cifar10", "--channels", "1"], "leave --channels out"),
        (["--objective", "relativistic", "--discriminator-normalization", "batch"], "batch norm mixes"),
        (["--objective", "wasserstein", "--weight-clip", "0"], "needs a --weight-clip"),
        (["--weight-clip", "0.01"], "does nothing with --objective standard"),
        (["--objective"], "--objective"),
        (["--conditional", "yes"], "yes"),
        (["--dataset", "celeba", "--conditional"], "has no classes; leave --conditional out"),
    ],
    ids=str,
)
def test_a_wrong_choice_gets_one_sentence(arguments: list[str], problem: str) -> None:
    with pytest.raises(UserError) as refusal:
        parse(arguments)
    assert problem in str(refusal.value)
    assert str(refusal.value).isprintable()


def test_a_folders_own_size_and_colours_can_be_chosen(tmp_path: Path) -> None:
    from PIL import Image

    for number in range(16):
        Image.new("RGB", (40, 40), (number, 0, 0)).save(tmp_path / f"{number}.png")
    flags = ["--dataset", f"folder:{tmp_path}"]
    assert (parse(flags).training.image_size, parse(flags).training.channels) == (32, 3)
    chosen = parse([*flags, "--image-size", "64", "--channels", "1"]).training
    assert (chosen.image_size, chosen.channels, chosen.dataset) == (64, 1, f"folder:{tmp_path}")
    # As wide as networks of that size are by default, which is what the lab plans with.
    assert chosen == preset_for("dcgan", "standard", folder_dataset(f"folder:{tmp_path}", 64, 1))
    assert (chosen.generator_width, chosen.discriminator_width) == (32, 32)
    for size in ("28", "32"):
        other = parse([f"--image-size={size}", *flags]).training
        assert (other.generator_width, other.discriminator_width) == (64, 64)
    wide = parse([*flags, "--image-size", "64", "--generator-width", "64"]).training
    assert (wide.generator_width, wide.discriminator_width) == (64, 32)
