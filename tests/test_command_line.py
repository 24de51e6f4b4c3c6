"""The edge of every command: one line on stderr and the right exit status."""

import io
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from gan.command_line import from_here, parse_arguments, report_errors
from gan.config import PROJECT_ROOT
from gan.errors import UserError


@dataclass(frozen=True)
class Options:
    """Count something."""

    count: int
    """How many."""
    kind: str = "sheep"
    """What."""
    share: float = 1.0
    """How much of them."""
    limit: int | None = None
    """The most."""
    field: Path | None = None
    """Where they are."""
    name: str | None = None
    """Whose they are."""


def test_arguments_become_options() -> None:
    assert parse_arguments(Options, "count.py", ["--count", "3"]) == Options(3)
    assert parse_arguments(Options, "count.py", [], Options(5, "stars")) == Options(5, "stars")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--count", "many"], "--count: 'many' is not a whole number"),
        (["--count", "0.5"], "--count: '0.5' is not a whole number"),
        (["--count", "1", "--share", "much"], "--share: 'much' is not a number"),
        (["--count"], "--count"),
        ([], "--count"),
        (["--count", "1", "--colour", "red"], "--colour"),
        (["--count", "1", "stray"], "stray"),
        (
            ["--count", "1", "--kindd", "an argument so long that no box of eighty columns has room for it " * 3],
            "--kindd",
        ),
    ],
)
def test_a_wrong_argument_is_named_in_one_line(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UserError) as refusal:
        parse_arguments(Options, "count.py", arguments)
    sentence = str(refusal.value)
    assert named in sentence
    assert sentence.isprintable()
    assert not set(sentence) & set("│╭╰─")
    suggestion = "did you mean --kind? See" if "--kindd" in arguments else "see"
    assert sentence.endswith(f"; {suggestion} count.py --help.")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--count", "0.5"], "Error parsing --count: '0.5' is not a whole number; see count.py --help."),
        (["--count", "1", "stray", "-"], "Unrecognized options: stray, -; see count.py --help."),
        # A flag that nearly exists is suggested.
        (
            ["--count", "1", "--kindd", "cows"],
            "Unrecognized options: --kindd, cows; did you mean --kind? See count.py --help.",
        ),
    ],
)
def test_the_sentence_is_the_same_whatever_boxes_a_console_can_draw(
    arguments: list[str], expected: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding))
    with pytest.raises(UserError) as refusal:
        parse_arguments(Options, "count.py", arguments)
    assert str(refusal.value) == expected


def test_what_may_be_left_out_is_read_as_what_it_is() -> None:
    given = parse_arguments(Options, "count.py", ["--count", "1", "--limit", "7", "--field", "a/b", "--share", "1e-3"])
    assert given == Options(1, share=0.001, limit=7, field=Path("a/b"))


def test_help_is_printed_and_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        parse_arguments(Options, "count.py", ["--help"])
    assert not ending.value.code
    text = capsys.readouterr().out
    assert "Count something." in text
    assert "--limit INT " in text
    assert "--field PATH " in text
    assert "--name STR " in text
    assert "default: none" in text


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (UserError("The cat is gone; call it."), 2, "The cat is gone; call it.\n"),
        (KeyboardInterrupt(), 130, ""),
        (
            PermissionError(13, "Permission denied", "secret"),
            2,
            "secret can't be read or written (Permission denied); check it and try again.\n",
        ),
        (UserError("A\x1b[2J\nb \u202ec."), 2, "A?[2J?b ?c.\n"),
        (UserError("a" * 900 + "b" * 900), 2, "a" * 500 + " … " + "b" * 500 + "\n"),
        (OSError("strange"), 2, "A file can't be read or written (strange); check it and try again.\n"),
    ],
    ids=["user", "ctrl-c", "file", "escapes", "long", "nameless file"],
)
def test_errors_become_a_line_and_a_status(
    error: BaseException, status: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> int:
        raise error

    assert report_errors(fail) == status
    assert capsys.readouterr() == ("", line)
    assert report_errors(lambda: 7) == 7


def test_a_mistake_of_ours_is_not_hidden() -> None:
    def fail() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        report_errors(fail)


def test_paths_are_told_as_they_would_be_typed_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert from_here(f"{tmp_path / 'runs' / 'a'} and /elsewhere/b") == f"{Path('runs') / 'a'} and /elsewhere/b"


def test_a_stream_that_knows_few_letters_gets_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding="ascii"))

    def fail() -> int:
        raise UserError("a → b")

    assert report_errors(fail) == 2
    sys.stderr.flush()
    assert raw.getvalue() == b"a ? b\n"


def test_a_reader_that_goes_away_is_no_error() -> None:
    program = (
        "import sys; from gan.command_line import report_errors\n"
        "def work():\n    [print('x' * 1000, flush=True) for _ in range(1000)]\n    return 1\n"
        "sys.exit(report_errors(work))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0
