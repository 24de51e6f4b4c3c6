"""The hyper-parameters of a run in a person's words: names, sentences, and what was typed for them."""

import ast
import inspect
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, get_args, get_type_hints

from game.training_run import TrainingConfig, UserError

# What has its own place on the screen.
_CHOSEN_ELSEWHERE = ("dataset", "kimg", "seed")


@dataclass(frozen=True, slots=True)
class HyperParameter:
    """A field of TrainingConfig: `default` is what a person would type, `choices` is empty where it is a number."""

    name: str
    default: str
    sentence: str
    kind: type
    choices: tuple[str, ...]

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
    """Returns everything that can be set besides dataset, length and seed, in the order of TrainingConfig."""
    hints, sentences, standard = get_type_hints(TrainingConfig), field_sentences(TrainingConfig), TrainingConfig()
    return tuple(
        HyperParameter(
            name=field.name,
            default=_text(getattr(standard, field.name)),
            sentence=sentences[field.name],
            kind=type(getattr(standard, field.name)),
            choices=get_args(hints[field.name]),
        )
        for field in fields(TrainingConfig)
        if field.name not in _CHOSEN_ELSEWHERE
    )


def make_config(dataset: str, kimg: int, seed: str, typed: Mapping[str, str]) -> TrainingConfig:
    """Returns the configuration of a run; `typed` has hyper-parameters by name. Raises UserError for a wrong one."""
    values: dict[str, Any] = {"dataset": dataset, "kimg": kimg, "seed": _number("seed", int, seed)}
    for parameter in hyper_parameters():
        if parameter.name in typed:
            text = typed[parameter.name]
            values[parameter.name] = text if parameter.choices else _number(parameter.name, parameter.kind, text)
    try:
        return TrainingConfig(**values)
    except UserError as error:
        raise UserError(_without_flags(str(error))) from error


def refusal_of(parameter: HyperParameter, text: str) -> str:
    """Returns why a hyper-parameter can't have a value, in one sentence; nothing where it can."""
    try:
        make_config("mnist", TrainingConfig().kimg, "0", {parameter.name: text})
    except UserError as error:
        return str(error)
    return ""


def stepped(parameter: HyperParameter, text: str, up: bool) -> str:
    """Returns the next choice, or twice or half a number; the text as it is where that can't be used."""
    if parameter.choices:
        place = parameter.choices.index(text) + (1 if up else -1)
        return parameter.choices[place % len(parameter.choices)]
    if refusal_of(parameter, text):
        return text
    value = parameter.kind(text)
    other = _text(parameter.kind(value * 2 if up else value / 2))
    return text if refusal_of(parameter, other) else other


def _number(name: str, kind: type, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        what = "a whole number" if kind is int else "a number"
        raise UserError(f"{_label(name)} is “{text}”; give {what}.") from None


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _label(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").replace("ema", "EMA")
    return words[0].upper() + words[1:]


def _without_flags(sentence: str) -> str:
    return re.sub(r"--([a-z0-9-]+)", lambda flag: _label(flag[1]), sentence)
