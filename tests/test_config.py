"""What a run can be told, and what it refuses to be told."""

import json
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gan.config import (
    CHECKPOINTS_ROOT,
    MAX_WIDTH,
    NUMBER_LIMIT,
    TrainingConfig,
    changed_hyper_parameters,
    config_from_json,
)
from gan.errors import UserError
from gan.presets import PRESETS, preset

WHERE = Path("run.json")


def test_a_config_survives_json() -> None:
    config = TrainingConfig(kimg=7, learning_rate=1e-3, seed=2**32 - 1, precision="float32")
    assert config_from_json(json.loads(json.dumps(asdict(config))), WHERE) == config


def test_a_whole_number_is_a_fine_float() -> None:
    assert config_from_json({"ema_half_life_kimg": 20}, WHERE).ema_half_life_kimg == 20


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kimg", 0),
        ("kimg", -5),
        ("kimg", NUMBER_LIMIT),
        ("batch_size", 1),
        ("batch_size", 10**9),
        ("latent_size", 0),
        ("latent_size", 10**6),
        ("generator_width", 7),
        ("generator_width", 0),
        ("discriminator_width", MAX_WIDTH + 2),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("learning_rate", float("inf")),
        ("learning_rate", 10**400),
        ("adam_beta1", 1.0),
        ("adam_beta2", -0.1),
        ("ema_ramp_up", float("nan")),
        ("ema_half_life_kimg", 0.0),
        ("tick_kimg", 0),
        ("image_size", 29),
        ("image_size", 0),
        ("channels", 2),
        ("discriminator_steps", 0),
        ("label_smoothing", 1.0),
        ("instance_noise", -0.1),
        ("instance_noise", float("inf")),
        ("weight_clip", float("nan")),
        ("penalty_weight", -1.0),
        ("discriminator_learning_rate_ratio", 0.0),
        ("seed", -1),
        ("seed", 2**32),
    ],
)
def test_a_value_out_of_range_is_refused_by_the_name_of_its_flag(name: str, value: Any) -> None:
    with pytest.raises(UserError, match=r"^--" + name.replace("_", "-")):
        replace(TrainingConfig(), **{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kimg", "3000"),
        ("kimg", 3.5),
        ("kimg", True),
        ("kimg", None),
        ("dataset", ["mnist"]),
        ("objective", "hinge"),
        ("architecture", "transformer"),
        ("discriminator_normalization", None),
        ("optimizer", {}),
        ("conditional", 1),
        ("conditional", "yes"),
        ("image_size", 28.0),
        ("precision", 16),
        ("learning_rate", "fast"),
        ("learning_rate", {}),
        ("a_new_setting", 1),
        ("a\nb\x1b[31m", 1),
    ],
)
def test_a_wrong_type_in_a_file_is_refused_in_one_line_naming_the_file(name: str, value: Any) -> None:
    with pytest.raises(UserError, match=r"run\.json") as refusal:
        config_from_json({name: value}, WHERE)
    assert str(refusal.value).isprintable()


def test_a_value_out_of_range_in_a_file_names_the_file_too() -> None:
    with pytest.raises(UserError, match=r"run\.json .*--kimg is 0"):
        config_from_json({"kimg": 0}, WHERE)


def test_only_the_length_of_a_run_may_change() -> None:
    old = TrainingConfig()
    assert changed_hyper_parameters(old, replace(old, kimg=9000)) == []
    assert changed_hyper_parameters(old, replace(old, batch_size=128, seed=4)) == [
        "--batch-size 64 → 128",
        "--seed 0 → 4",
    ]


@pytest.mark.parametrize(
    ("changes", "flag", "reason"),
    [
        ({"objective": "wasserstein-gp", "penalty_weight": 10.0}, "--discriminator-normalization batch", "mixes"),
        ({"objective": "relativistic", "penalty_weight": 1.0}, "--discriminator-normalization batch", "mixes"),
        ({"objective": "wasserstein"}, "--weight-clip", "above 0"),
        ({"objective": "wasserstein-gp", "discriminator_normalization": "none"}, "--penalty-weight", "above 0"),
        ({"penalty_weight": 1.0}, "--penalty-weight", "wasserstein-gp or relativistic"),
        ({"objective": "wasserstein", "weight_clip": 0.01, "penalty_weight": 1.0}, "--penalty-weight", "does nothing"),
        ({"weight_clip": 0.01}, "--weight-clip", "does nothing with --objective standard"),
        ({"objective": "minimax", "weight_clip": 0.01}, "--weight-clip", "use --objective wasserstein"),
        (
            {"objective": "wasserstein", "weight_clip": 0.01, "label_smoothing": 0.1},
            "--label-smoothing",
            "standard or minimax",
        ),
        (
            {"objective": "relativistic", "discriminator_normalization": "none", "label_smoothing": 0.1},
            "--label-smoothing",
            "does nothing",
        ),
    ],
    ids=str,
)
def test_what_contradicts_itself_is_refused_in_one_sentence_that_says_why(
    changes: dict[str, Any], flag: str, reason: str
) -> None:
    with pytest.raises(UserError) as refusal:
        TrainingConfig(**changes)
    sentence = str(refusal.value)
    assert flag in sentence and reason in sentence
    assert sentence.endswith(".") and ". " not in sentence and sentence.isprintable()


@pytest.mark.parametrize("normalization", ["layer", "spectral", "none"])
@pytest.mark.parametrize("objective", ["wasserstein-gp", "relativistic"])
def test_every_norm_but_batch_goes_with_a_gradient_penalty(objective: str, normalization: str) -> None:
    config = TrainingConfig(objective=objective, discriminator_normalization=normalization, penalty_weight=1.0)  # type: ignore[arg-type]
    assert config.discriminator_normalization == normalization


def test_the_relativistic_objective_may_do_without_its_penalty() -> None:
    config = TrainingConfig(objective="relativistic", discriminator_normalization="none", penalty_weight=0.0)
    assert config.penalty_weight == 0


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("latent_size", 2, 512),
        ("batch_size", 2, 4096),
        ("discriminator_steps", 1, 100),
        ("generator_width", 2, 256),
        ("discriminator_width", 2, 256),
        ("seed", 0, 2**32 - 1),
        ("kimg", 1, 999_999),
        ("tick_kimg", 1, 999_999),
    ],
)
def test_limits_are_those_of_the_help(name: str, least: int, most: int) -> None:
    step = 2 if "width" in name else 1
    for value in (least, most):
        assert getattr(replace(TrainingConfig(), **{name: value}), name) == value
    for value in (least - step, most + step):
        with pytest.raises(UserError, match=r"^--" + name.replace("_", "-") + rf" is {value};"):
            replace(TrainingConfig(), **{name: value})


@pytest.mark.parametrize(("batch_size", "discriminator_steps"), [(64, 1), (50, 5)])
def test_a_step_shows_a_batch_for_each_step_of_the_discriminator(batch_size: int, discriminator_steps: int) -> None:
    config = TrainingConfig(batch_size=batch_size, discriminator_steps=discriminator_steps)
    assert config.images_per_step == batch_size * discriminator_steps


shares = st.floats(0, 1, exclude_max=True)
lengths = st.floats(0, NUMBER_LIMIT, exclude_max=True)
widths = st.integers(1, MAX_WIDTH // 2).map(lambda half: 2 * half)
configs = st.builds(
    lambda family, changes: replace(preset(*family), **changes),
    st.sampled_from(list(PRESETS)),
    st.fixed_dictionaries(
        {},
        optional={
            "dataset": st.sampled_from(("mnist", "folder:/pictures/Zoë's")),
            "image_size": st.sampled_from((28, 32, 64)),
            "channels": st.sampled_from((1, 3)),
            "conditional": st.booleans(),
            "kimg": st.integers(1, NUMBER_LIMIT - 1),
            "discriminator_steps": st.integers(1, 100),
            "latent_size": st.integers(2, 512),
            "generator_width": widths,
            "discriminator_normalization": st.sampled_from(("layer", "spectral", "none")),
            "optimizer": st.sampled_from(("adam", "sgd")),
            "learning_rate": lengths.filter(bool),
            "adam_beta1": shares,
            "instance_noise": lengths,
            "augmentation": st.sampled_from(("auto", "on", "off")),
            "precision": st.sampled_from(("auto", "float32", "bfloat16")),
        },
    ),
)


@settings(max_examples=150, deadline=None)
@given(config=configs)
def test_every_configuration_that_may_be_comes_back_from_json(config: TrainingConfig) -> None:
    assert config_from_json(json.loads(json.dumps(asdict(config))), WHERE) == config


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from([field.name for field in fields(TrainingConfig)]),
    value=st.none()
    | st.booleans()
    | st.integers(-10, 10**7)
    | st.floats()
    | st.text(max_size=9)
    | st.lists(st.integers(), max_size=2),
)
def test_anything_else_in_a_file_gives_a_configuration_or_one_sentence(name: str, value: Any) -> None:
    try:
        config = config_from_json({name: value}, WHERE)
    except UserError as error:
        assert str(error).isprintable() and str(error).startswith("run.json")
    else:
        assert getattr(config, name) == value
        assert isinstance(value, bool) == isinstance(getattr(TrainingConfig(), name), bool)


def test_a_file_of_the_first_version_describes_a_run_of_today() -> None:
    """The shipped settings of the clothes, written before there were objectives, sizes and classes."""
    values = json.loads((CHECKPOINTS_ROOT / "fashion-mnist" / "run.json").read_bytes())["config"]
    assert "objective" not in values
    config = config_from_json(values, WHERE)
    assert (config.architecture, config.objective, config.conditional) == ("dcgan", "standard", False)
    assert (config.image_size, config.channels, config.images_per_step) == (28, 1, 64)
