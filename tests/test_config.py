"""What a run can be told, and what it refuses to be told."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from gan.config import BELOW, MAX_WIDTH, TrainingConfig, changed_hyper_parameters, config_from_json
from gan.errors import UserError

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
        ("kimg", BELOW),
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
