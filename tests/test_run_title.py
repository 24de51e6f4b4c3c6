"""What a run is called: one short line that can be shown, whatever lies in the file."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gan.errors import UserError
from gan.run_title import MAX_TITLE_LENGTH, read_title, write_title


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "mnist-2026").mkdir()
    return tmp_path / "mnist-2026"


def test_a_title_comes_back_with_its_white_space_collapsed(run: Path) -> None:
    write_title(run, "  My \t first\n run ")
    assert read_title(run) == "My first run"
    assert (run / "name.txt").read_bytes() == b"My first run\n"
    assert [path.name for path in run.iterdir()] == ["name.txt"]


def test_a_run_without_a_title_has_its_folders_name(run: Path) -> None:
    assert read_title(run) == "mnist-2026"
    for content in (b"", b" \n\t", b"\xff\xfe", b"\x00\x1b\x07"):
        (run / "name.txt").write_bytes(content)
        assert read_title(run) == "mnist-2026", content


def test_a_title_ends_after_forty_characters(run: Path) -> None:
    assert MAX_TITLE_LENGTH == 40
    write_title(run, "ü" * 39 + " and more")
    assert (run / "name.txt").read_text(encoding="utf-8") == "ü" * 39 + "\n"
    assert read_title(run) == "ü" * 39
    (run / "name.txt").write_text("x" * 10_000_000)
    assert read_title(run) == "x" * 40


def test_what_would_break_a_line_of_text_is_left_out(run: Path) -> None:
    (run / "name.txt").write_bytes("a\u202eb\x1b[31mc\u2028d\u00a0e".encode())
    assert read_title(run) == "ab[31mc d e"


def test_a_title_of_nothing_is_refused(run: Path) -> None:
    with pytest.raises(UserError, match="at least one character"):
        write_title(run, " \n\u200b")
    assert not list(run.iterdir())


def test_a_folder_that_cannot_be_written_is_named(run: Path) -> None:
    with pytest.raises(UserError, match=r"title of .*gone can't be written"):
        write_title(run / "gone", "title")


def test_a_folder_or_a_pipe_called_like_the_file_is_no_title(run: Path) -> None:
    (run / "name.txt").mkdir()
    assert read_title(run) == "mnist-2026"
    if hasattr(os, "mkfifo"):
        (run / "name.txt").rmdir()
        os.mkfifo(run / "name.txt")
        assert read_title(run) == "mnist-2026"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_file_gives_a_short_printable_line(run: Path, content: bytes) -> None:
    (run / "name.txt").write_bytes(content)
    title = read_title(run)
    assert 1 <= len(title) <= 40
    assert title.isprintable()
    assert title == " ".join(title.split())
    write_title(run, title)
    assert read_title(run) == title
