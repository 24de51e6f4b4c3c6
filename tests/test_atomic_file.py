"""Files that are either whole or not there."""

import errno
import os
import stat
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from gan.atomic_file import write_atomically
from gan.errors import UserError
from gan.output_file import new_output


def test_writes_the_content_and_leaves_nothing_else(tmp_path: Path) -> None:
    write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_replaces_an_older_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a longer old content")
    write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_before_the_end_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    (tmp_path / "file").write_bytes(b"old")

    def fail(descriptor: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(type(error)) as failure:
        write_atomically(tmp_path / "file", b"new")
    assert getattr(failure.value, "filename", str(tmp_path / "file")) == str(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_file_has_its_name_only_once_it_is_on_the_disk_and_then_the_name_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[tuple[bool, bool]] = []

    def fsync(descriptor: int) -> None:
        flushed.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), (tmp_path / "file").exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    write_atomically(tmp_path / "file", b"new")
    folder = [] if sys.platform == "win32" else [(True, True)]
    assert flushed == [(False, False), *folder]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can't flush a folder")
def test_a_folder_that_refuses_to_be_flushed_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(path: object, flags: int) -> int:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "open", refusing)
    write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


@pytest.mark.parametrize(("platform", "tries"), [("win32", 3), ("linux", 1)])
def test_a_file_that_another_program_reads_is_replaced_as_soon_as_windows_lets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, tries: int
) -> None:
    calls = []
    replace = Path.replace

    def refuse_twice(self: Path, target: Path) -> Path:
        calls.append(self)
        if len(calls) < 3:
            raise PermissionError(errno.EACCES, "Access is denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse_twice)
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("gan.atomic_file.RETRY_SECONDS", 0)
    if platform == "win32":
        write_atomically(tmp_path / "file", b"new")
        assert (tmp_path / "file").read_bytes() == b"new"
    else:
        with pytest.raises(PermissionError):
            write_atomically(tmp_path / "file", b"new")
    assert len(calls) == tries
    # A file that a command was asked for, too.
    calls.clear()
    with pytest.raises(UserError, match=r"grid\.png can't be written") if platform != "win32" else nullcontext():
        with new_output(tmp_path / "grid.png", ".png") as stream:
            stream.write(b"new")
        assert (tmp_path / "grid.png").read_bytes() == b"new"
    assert len(calls) == tries


def test_a_folder_that_is_a_file_is_named_by_the_file_that_was_wanted(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"Not a directory") as failure:
        write_atomically(tmp_path / "file" / "inner", b"new")
    assert failure.value.filename == str(tmp_path / "file" / "inner")
