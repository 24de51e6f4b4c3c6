"""How values are read from a command line, what help calls them, and what is said where one can't be read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from tyro.constructors import ConstructorRegistry, PrimitiveConstructorSpec, PrimitiveTypeInfo

VALUES = ConstructorRegistry()
_READERS: dict[type, tuple[Callable[[str], object], str, str]] = {
    int: (int, "INT", "a whole number"),
    float: (float, "FLOAT", "a number"),
    str: (str, "STR", "text"),
    Path: (Path, "PATH", "a path"),
}


@VALUES.primitive_rule
def _one_word(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[Any] | None:
    """Returns how a value of one word is read, also where it may be None, which is only said by leaving it out."""
    kind = next((part for part in get_args(info.type) if part is not type(None)), info.type)
    if kind not in _READERS or set(get_args(info.type)) not in (set(), {kind, type(None)}):
        return None
    reader, name, words = _READERS[kind]

    def read(arguments: list[str]) -> object:
        try:
            return reader(arguments[0])
        except ValueError:
            raise ValueError(f"{arguments[0]!r} is not {words}") from None

    return PrimitiveConstructorSpec(
        nargs=1,
        metavar=name,
        instance_from_str=read,
        is_instance=lambda value: isinstance(value, info.type),
        str_from_instance=lambda value: ["none" if value is None else str(value)],
    )
