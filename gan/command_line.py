"""The edge of every command: arguments in, one sentence out where something is wrong."""

import os
import sys
from collections.abc import Callable
from typing import TypeVar

import tyro

from gan.errors import UserError

Options = TypeVar("Options")

EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130


def run_command(options_type: type[Options], main: Callable[[Options], int], program: str) -> int:
    """Parses the command line into `options_type`, runs `main`, and returns the exit status."""
    return report_errors(lambda: main(tyro.cli(options_type, prog=program, description=options_type.__doc__)))


def report_errors(work: Callable[[], int]) -> int:
    """Returns the status of `work`, or 2 after printing the sentence of a UserError, or 130 after Ctrl-C."""
    try:
        return work()
    except UserError as error:
        print(error, file=sys.stderr)
        return EXIT_USER_ERROR
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`| head`): silence the interpreter's own flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
