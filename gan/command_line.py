"""The edge of every command: arguments in, one sentence out where something is wrong."""

import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import TypeVar

import tyro

from gan.command_values import VALUES
from gan.errors import SaidElsewhereError, UserError

Options = TypeVar("Options")

EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130
_MAX_SENTENCE_LENGTH = 1000
_RULE = re.compile(r"╭.*|╰.*|─+|-{9,}")
_STYLE = (tyro.conf.OmitSubcommandPrefixes, tyro.conf.OmitArgPrefixes)


def run_command(options_type: type[Options], main: Callable[[Options], int], program: str) -> int:
    """Parses the command line into `options_type`, runs `main`, and returns the exit status."""
    return report_errors(lambda: main(parse_arguments(options_type, program, sys.argv[1:])))


def parse_arguments(
    options_type: type[Options], program: str, arguments: Sequence[str], default: Options | None = None
) -> Options:
    """Returns the options that `arguments` give; raises UserError with one sentence where they can't be used."""
    with _one_sentence(program), VALUES:
        return tyro.cli(  # type: ignore[return-value]  # a default of None means that there is none
            options_type,
            prog=program,
            description=options_type.__doc__,
            args=list(arguments),
            default=default,
            config=_STYLE,
        )


def peek_arguments(
    options_type: type[Options], program: str, arguments: Sequence[str], default: Options | None = None
) -> Options:
    """Returns those of the options that `arguments` give, whatever else stands there; raises UserError as above."""
    words = [word for word in arguments if word not in ("-h", "--help")]
    with _one_sentence(program), VALUES:
        known, _ = tyro.cli(
            options_type, prog=program, args=words, default=default, return_unknown_args=True, config=_STYLE
        )
    return known  # type: ignore[return-value]  # as above


@contextmanager
def _one_sentence(program: str) -> Iterator[None]:
    complaint = io.StringIO()
    try:
        with redirect_stderr(complaint):
            yield
    except SystemExit as ending:
        if ending.code != EXIT_USER_ERROR:
            raise
        complained, *more = _paragraphs(complaint.getvalue())
        meant = re.match(r"Perhaps you meant: (--[\w-]+)", more[0]) if more else None
        remedy = f"did you mean {meant[1]}? See" if meant else "see"
        raise UserError(f"{complained.rstrip('.')}; {remedy} {program} --help.") from None


def _paragraphs(box: str) -> list[str]:
    """Returns what the parser wrote in its box, each part between two rules as one line.

    Where the console knows no lines to draw boxes with, the rules are of hyphens, and a title stands above the first.
    """
    paragraphs: list[list[str]] = [[]]
    for row in box.splitlines():
        text = row.strip("│ ")
        if _RULE.fullmatch(text):
            paragraphs.append([])
        else:
            paragraphs[-1] += text.split()
    return [" ".join(words) for words in paragraphs[1:]]


def report_errors(work: Callable[[], int]) -> int:
    """Returns the status of `work`, or 2 after printing the sentence of a UserError, or 130 after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A console that knows no “→” gets a question mark, not a traceback.
            stream.reconfigure(errors="replace")
    try:
        return work()
    except UserError as error:
        if not isinstance(error, SaidElsewhereError):
            print(_one_line(str(error)), file=sys.stderr)
        return EXIT_USER_ERROR
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`| head`): silence the interpreter's own flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        place = error.filename or "A file"
        reason = error.strerror or error
        print(_one_line(f"{place} can't be read or written ({reason}); check it and try again."), file=sys.stderr)
        return EXIT_USER_ERROR


def _one_line(text: str) -> str:
    """Returns text as a terminal may show it: a file's name, or what a stranger's file says, can hold anything."""
    shown = "".join(character if character.isprintable() else "?" for character in from_here(text))
    half = _MAX_SENTENCE_LENGTH // 2
    return shown if len(shown) <= _MAX_SENTENCE_LENGTH else f"{shown[:half]} … {shown[-half:]}"


def from_here(text: str) -> str:
    """Returns text with every path inside the working directory written relative to it."""
    return text.replace(f"{Path.cwd()}{os.sep}", "")
