"""The hyper-parameters of a run in a person's words: names, sentences, and what was typed for them."""

import ast
import inspect
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, get_args, get_type_hints

from game.training_run import Dataset, TrainingConfig, UserError, preset_for

# What has its own place on the screen.
_CHOSEN_ELSEWHERE = ("dataset", "image_size", "channels", "kimg", "seed")
_ON, _OFF = "on", "off"
# What the others' defaults depend on.
FAMILY = ("architecture", "objective")
# In the order in which they are shown: the first field of each group, and what the group is called.
_GROUPS = {
    "architecture": "The networks",
    "objective": "The game of the two",
    "optimizer": "The optimizers",
    "instance_noise": "The pictures",
    "ema_half_life_kimg": "What is kept, and how it is computed",
}
_ORDER = (
    *("architecture", "conditional", "generator_width", "discriminator_width", "latent_size"),
    *("discriminator_normalization", "objective", "discriminator_steps", "penalty_weight", "weight_clip"),
    *("label_smoothing", "optimizer", "batch_size", "learning_rate", "discriminator_learning_rate_ratio"),
    *("learning_rate_decay_share", "adam_beta1", "adam_beta2", "instance_noise", "instance_noise_kimg"),
    *("augmentation", "ema_half_life_kimg", "ema_ramp_up", "tick_kimg", "precision"),
)


@dataclass(frozen=True, slots=True)
class HyperParameter:
    """A field of TrainingConfig; `choices` is empty where it is a number, and `group` says what it is about."""

    name: str
    sentence: str
    kind: type
    choices: tuple[str, ...]
    group: str

    @property
    def label(self) -> str:
        """Its name for a person."""
        return _label(self.name)


def field_sentences(configuration: type) -> dict[str, str]:
    """Returns the string below each field in the source of a dataclass, by the field's name."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(configuration))).body
    assert isinstance(definition, ast.ClassDef)
    sentences = {}
    for above, below in zip(definition.body, definition.body[1:], strict=False):
        match above, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(sentence))):
                sentences[name] = sentence
    return sentences


@cache
def hyper_parameters() -> tuple[HyperParameter, ...]:
    """Returns everything that can be set besides pictures, length and seed, group by group."""
    hints, sentences = get_type_hints(TrainingConfig), field_sentences(TrainingConfig)
    names = [field.name for field in fields(TrainingConfig) if field.name not in _CHOSEN_ELSEWHERE]
    # A new field without a place of its own comes last.
    names.sort(key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    found, group = [], ""
    for name in names:
        group = _GROUPS.get(name, group)
        kind = hints[name]
        choices = (_OFF, _ON) if kind is bool else get_args(kind)
        found.append(
            HyperParameter(name, sentences[name], str if choices and kind is not bool else kind, choices, group)
        )
    return tuple(found)


def defaults(dataset: Dataset, typed: Mapping[str, str]) -> dict[str, str]:
    """Returns each hyper-parameter's default as a person would type it: the preset of what is typed for the family."""
    usual, standard = TrainingConfig(), _preset(dataset, typed)
    return {
        parameter.name: _text(getattr(usual if parameter.name in FAMILY else standard, parameter.name))
        for parameter in hyper_parameters()
    }


def _preset(dataset: Dataset, typed: Mapping[str, str]) -> TrainingConfig:
    usual = TrainingConfig()
    # The page offers nothing but what there is.
    architecture, objective = (typed.get(name, getattr(usual, name)) for name in FAMILY)
    return preset_for(architecture, objective, dataset)


def make_config(dataset: Dataset, kimg: int, seed: str, typed: Mapping[str, str]) -> TrainingConfig:
    """Returns the configuration of a run: its preset, but for what is `typed`, by name.

    Raises UserError where something typed can't be used, alone or together.
    """
    values: dict[str, Any] = {"kimg": kimg, "seed": _number("seed", int, seed)}
    for parameter in hyper_parameters():
        if parameter.name in typed:
            values[parameter.name] = _value(parameter, typed[parameter.name])
    if values.get("conditional") and not dataset.class_names:
        raise UserError("Conditional is on, and these pictures have no classes; switch it off.")
    try:
        return replace(_preset(dataset, typed), **values)
    except UserError as error:
        raise UserError(_without_flags(str(error))) from error


def refusal_of(dataset: Dataset, parameter: HyperParameter, text: str, typed: Mapping[str, str]) -> str:
    """Returns why a hyper-parameter can't have a value, given the family that is typed, in one sentence; else nothing.

    Whatever contradicts something else contradicts the family, so that the sentence stands at what can be changed.
    """
    family = {name: typed[name] for name in FAMILY if name in typed}
    try:
        make_config(dataset, TrainingConfig().kimg, "0", {**family, parameter.name: text})
    except UserError as error:
        return str(error)
    return ""


def stepped(dataset: Dataset, parameter: HyperParameter, text: str, up: bool, typed: Mapping[str, str]) -> str:
    """Returns the next choice, or twice or half a number; the text as it is where that can't be used."""
    if parameter.choices:
        place = parameter.choices.index(text) + (1 if up else -1)
        return parameter.choices[place % len(parameter.choices)]
    if refusal_of(dataset, parameter, text, typed):
        return text
    value = parameter.kind(text)
    other = _text(parameter.kind(value * 2 if up else value / 2))
    return text if refusal_of(dataset, parameter, other, typed) else other


def _value(parameter: HyperParameter, text: str) -> Any:
    if parameter.kind is bool:
        return text == _ON
    return text if parameter.choices else _number(parameter.name, parameter.kind, text)


def _number(name: str, kind: type, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        what = "a whole number" if kind is int else "a number"
        raise UserError(f"{_label(name)} is “{text}”; give {what}.") from None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _ON if value else _OFF
    return f"{value:g}" if isinstance(value, float) else str(value)


def _label(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").replace("ema", "EMA")
    return words[0].upper() + words[1:]


def _without_flags(sentence: str) -> str:
    return re.sub(r"--([a-z0-9-]+)", lambda flag: _label(flag[1]), sentence)
