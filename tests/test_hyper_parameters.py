"""A planned run can be everything that train.py can be told, in the words of its own source."""

from dataclasses import dataclass, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.hyper_parameters import defaults, field_sentences, hyper_parameters, make_config, refusal_of, stepped
from game.training_run import DATASETS, TrainingConfig, UserError
from gan.presets import PRESETS, preset

DIGITS, FACES = DATASETS["mnist"], DATASETS["celeba"]
BY_NAME = {parameter.name: parameter for parameter in hyper_parameters()}


@dataclass
class Example:
    """Something with fields."""

    first: int = 1
    """One sentence."""
    second: int = 2
    third: str = ""
    """Another."""

    def method(self) -> None:
        """No field."""


def test_a_fields_sentence_is_the_string_below_it() -> None:
    assert field_sentences(Example) == {"first": "One sentence.", "third": "Another."}


def test_every_field_of_a_run_has_a_place_to_be_chosen_at() -> None:
    assert set(BY_NAME) == {field.name for field in fields(TrainingConfig)} - {
        *("dataset", "image_size", "channels", "kimg", "seed")
    }
    assert BY_NAME["batch_size"].sentence == "Real images per step of the discriminator."
    assert all(parameter.sentence.endswith(".") for parameter in hyper_parameters())
    assert all(parameter.group for parameter in hyper_parameters())
    assert BY_NAME["conditional"].choices == ("off", "on")
    assert BY_NAME["precision"].choices == ("auto", "float32", "bfloat16")


def test_the_defaults_as_they_are_typed_give_the_standard_run() -> None:
    typed = defaults(DIGITS, {})
    assert make_config(DIGITS, 3000, "0", typed) == TrainingConfig()
    assert (typed["learning_rate"], typed["ema_half_life_kimg"], typed["batch_size"]) == ("0.002", "20", "64")


def test_typed_values_arrive_in_the_run() -> None:
    typed = {"batch_size": "128", "learning_rate": "1e-3", "precision": "float32"}
    expected = TrainingConfig(
        dataset="fashion-mnist", kimg=8, batch_size=128, seed=7, learning_rate=1e-3, precision="float32"
    )
    assert make_config(DATASETS["fashion-mnist"], 8, "7", typed) == expected


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("batch_size", "1", "Batch size is 1; give a whole number from 2 to 4096."),
        ("batch_size", "6.4", "Batch size is “6.4”; give a whole number."),
        ("generator_width", "7", "Generator width is 7; give an even number from 2 to 256."),
        ("ema_half_life_kimg", "", "EMA half life kimg is “”; give a number."),
        ("learning_rate", "-1", "Learning rate is -1.0; give a number above 0 and below 1000000."),
        ("adam_beta1", "1e999", "Adam beta1 is inf; give a number from 0 to below 1."),
        ("batch_size", "64", ""),
    ],
)
def test_a_wrong_value_is_refused_in_words_without_flags(name: str, text: str, sentence: str) -> None:
    assert refusal_of(DIGITS, BY_NAME[name], text, {}) == sentence


@pytest.mark.parametrize("seed", ["", "x", "4294967296"])
def test_a_wrong_seed_is_refused(seed: str) -> None:
    with pytest.raises(UserError, match=r"^Seed is .*; give a whole number"):
        make_config(DIGITS, 8, seed, {})


def test_a_step_doubles_or_halves_and_choices_go_round() -> None:
    assert stepped(DIGITS, BY_NAME["batch_size"], "64", True, {}) == "128"
    assert stepped(DIGITS, BY_NAME["learning_rate"], "0.0002", False, {}) == "0.0001"
    assert stepped(DIGITS, BY_NAME["precision"], "bfloat16", True, {}) == "auto"
    assert stepped(DIGITS, BY_NAME["precision"], "auto", False, {}) == "bfloat16"


@given(st.sampled_from(hyper_parameters()), st.text("0123456789.e-", max_size=12), st.lists(st.booleans(), max_size=30))
def test_steps_never_lead_to_a_value_that_is_refused(parameter: Any, typed: str, steps: list[bool]) -> None:
    # Few random texts are numbers that can be used.
    typed = defaults(DIGITS, {})[parameter.name] if parameter.choices or "e" in typed else typed
    text = typed
    usable = not refusal_of(DIGITS, parameter, text, {})
    for up in steps:
        text = stepped(DIGITS, parameter, text, up, {})
    assert refusal_of(DIGITS, parameter, text, {}) == "" if usable else text == typed


@pytest.mark.parametrize(("architecture", "objective"), PRESETS)
@pytest.mark.parametrize("dataset", ["mnist", "celeba"])
def test_a_choice_of_the_family_rebases_what_nobody_typed(architecture: Any, objective: Any, dataset: str) -> None:
    typed = {"architecture": architecture, "objective": objective, "batch_size": "32"}
    expected = replace(preset(architecture, objective, dataset), batch_size=32, kimg=8, seed=1)
    assert make_config(DATASETS[dataset], 8, "1", typed) == expected
    usual = defaults(DATASETS[dataset], typed)
    assert usual["learning_rate"] == f"{expected.learning_rate:g}"
    assert usual["discriminator_normalization"] == expected.discriminator_normalization
    assert (usual["architecture"], usual["objective"], usual["batch_size"]) == ("dcgan", "standard", "64")
    assert make_config(DATASETS[dataset], 8, "1", usual | typed) == expected


def test_what_contradicts_the_objective_is_refused_with_the_reason() -> None:
    typed = {"objective": "wasserstein-gp", "discriminator_normalization": "batch"}
    sentence = refusal_of(DIGITS, BY_NAME["discriminator_normalization"], "batch", typed)
    assert sentence.startswith(
        "Discriminator normalization batch can't go with Objective wasserstein-gp, whose penalty"
    )
    assert "--" not in sentence
    # At what can be changed, and nowhere else.
    assert refusal_of(DIGITS, BY_NAME["learning_rate"], "0.1", typed) == ""
    with pytest.raises(UserError, match="batch norm mixes the pictures"):
        make_config(DIGITS, 8, "0", typed)
    assert refusal_of(DIGITS, BY_NAME["objective"], "wasserstein-gp", {"objective": "wasserstein-gp"}) == ""


def test_a_run_without_classes_can_not_be_conditional() -> None:
    assert make_config(DIGITS, 8, "0", {"conditional": "on"}).conditional
    assert not make_config(DIGITS, 8, "0", {"conditional": "off"}).conditional
    with pytest.raises(UserError, match="no classes"):
        make_config(FACES, 8, "0", {"conditional": "on"})
