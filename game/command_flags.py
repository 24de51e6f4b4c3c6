"""The flags of the game's commands: a database's password is in none of their messages."""

import re
from collections.abc import Sequence
from typing import TypeVar

from gan.command_line import parse_arguments
from gan.errors import UserError

Options = TypeVar("Options")


def parse_flags(options_type: type[Options], program: str, arguments: Sequence[str]) -> Options:
    """Returns the options that `arguments` give; raises UserError with one sentence where they can't be used."""
    try:
        return parse_arguments(options_type, program, arguments)
    except UserError:
        # The sentence quotes what it can't use, broken into lines anywhere: said again of flags without a secret.
        parse_arguments(options_type, program, [_without_password(argument) for argument in arguments])
        raise UserError(f"The flags can't be used; see {program} --help.") from None


def _without_password(argument: str) -> str:
    if "://" not in argument:
        return argument
    hidden = re.sub(r"(://[^:/?#]*):.*@", r"\1:***@", argument)
    return re.sub(r"(?i)((pass|secret|token|key)\w*=)[^&]*", r"\1***", hidden)
