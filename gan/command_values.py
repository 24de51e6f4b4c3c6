"""How values are read from a command line, what help calls them, and what is said where one can't be read."""

from pathlib import Path
from typing import Any

from tyro.constructors import ConstructorRegistry, PrimitiveConstructorSpec, PrimitiveTypeInfo

VALUES = ConstructorRegistry()
_IN_WORDS: dict[Any, str] = {int: "a whole number", float: "a number", str: "text", Path: "a path"}


@VALUES.primitive_rule
def _one_word(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[Any] | None:
    """Returns how a value of one word is read, also where it may be None, which is only said by leaving it out."""
    kind = next((kind for kind in _IN_WORDS if info.type in (kind, kind | None)), None)
    if kind is None:
        return None

    def read(arguments: list[str]) -> object:
        try:
            return kind(arguments[0])
        except ValueError:
            raise ValueError(f"{arguments[0]!r} is not {_IN_WORDS[kind]}") from None

    return PrimitiveConstructorSpec(
        nargs=1,
        metavar=kind.__name__.upper(),
        instance_from_str=read,
        is_instance=lambda value: isinstance(value, info.type),
        str_from_instance=lambda value: ["none" if value is None else str(value)],
    )
