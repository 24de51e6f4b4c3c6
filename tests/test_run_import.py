"""Runs from strangers: a wrong one is refused in one sentence, writes nowhere, and leaves nothing behind."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_run import contents, quiet, refusal, with_entries, zip_of

from gan.config import PROJECT_ROOT
from gan.errors import UserError
from gan.run_files import kind_of
from gan.run_import import import_run
from gan.run_lock import run_lock
from gan.run_source import looks_like_run, open_source
from gan.run_title import read_title


@pytest.fixture
def run(good_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good_run, tmp_path / "run"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(good_zip: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(good_zip)
    (tmp_path / "a.zip").chmod(0)
    with pytest.raises(PermissionError, match=r"a\.zip"):
        import_run(tmp_path / "a.zip", tmp_path / "checkpoints", quiet)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("mnist", "mnist-2"),
        ("fashion-mnist", "fashion-mnist-2"),
        ("judges", "judges-2"),
        ("CON", "con-2"),
        ("Klasse 7b (Ümlaut)", "klasse-7b-mlaut"),
        ("…", "run"),
        ("y" * 59 + " z", "y" * 59),
        ("x" * 80, "x" * 60),
        ("taken", "taken-2"),
        ("t" * 60, "t" * 58 + "-2"),
    ],
)
def test_a_run_gets_a_plain_name_that_nobody_has(run: Path, tmp_path: Path, source: str, name: str) -> None:
    for taken in ("taken", "t" * 60):
        (tmp_path / "checkpoints" / taken).mkdir(parents=True)
    assert import_run(run.rename(tmp_path / source), tmp_path / "checkpoints", quiet) == name
    assert (tmp_path / "checkpoints" / name / "run.json").is_file()


def test_a_run_keeps_its_title_or_gets_its_old_folders_name(good_zip: bytes, run: Path, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(good_zip)
    checkpoints = tmp_path / "checkpoints"
    assert read_title(checkpoints / import_run(tmp_path / "a.zip", checkpoints, quiet)) == "My first run"
    (run / "name.txt").unlink()
    untitled = run.rename(tmp_path / "Runs of 7b")
    assert read_title(checkpoints / import_run(untitled, checkpoints, quiet)) == "Runs of 7b"


def test_leftovers_of_a_killed_import_are_removed_and_one_at_work_is_not(run: Path, tmp_path: Path) -> None:
    checkpoints = tmp_path / "checkpoints"
    for name in (".import-dead", ".import-busy"):
        (checkpoints / name / "run").mkdir(parents=True)
        (checkpoints / name / "lock").touch()
    (checkpoints / ".import-new").mkdir()
    # Just made, and about to be locked.
    (checkpoints / ".import-newer").mkdir()
    (checkpoints / ".import-newer" / "lock").touch()
    (checkpoints / ".import-link").symlink_to(run)
    with run_lock(checkpoints / ".import-busy"):
        import_run(run, checkpoints, quiet)
    assert {path.name for path in checkpoints.iterdir()} == {
        *("run", ".import-busy", ".import-new", ".import-newer", ".import-link")
    }
    assert (run / "run.json").is_file()


def test_a_name_that_is_taken_at_the_last_moment_is_passed_over(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def too_late(self: Path, target: Path) -> Path:
        if target.name == "run":
            target.mkdir()
            (target / "run.json").touch()
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", too_late)
    assert import_run(run, tmp_path / "checkpoints", quiet) == "run-2"
    assert {path.name for path in (tmp_path / "checkpoints").iterdir()} == {"run", "run-2"}
    assert (tmp_path / "checkpoints" / "run" / "run.json").read_bytes() == b""


def test_a_full_disk_is_noticed_before_anything_is_copied(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")(10, 10, 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert "1 MB left; make room there" in refusal(run, tmp_path)


def test_two_imports_of_one_file_at_once_get_two_names(good_zip: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(good_zip)
    names: list[str] = []
    work = [
        threading.Thread(target=lambda: names.append(import_run(tmp_path / "a.zip", tmp_path / "c", quiet)))
        for _ in range(2)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert sorted(names) == ["a", "a-2"]


def test_a_run_is_told_from_other_files_at_a_glance(good_run: Path, good_zip: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(good_zip)
    (tmp_path / "cut.zip").write_bytes(good_zip[:-10])
    (tmp_path / "other.zip").write_bytes(zip_of(("a.txt", b"")))
    (tmp_path / "trap.zip").write_bytes(with_entries(good_zip, ("../x", b"")))
    assert looks_like_run(tmp_path / "a.zip")
    assert looks_like_run(good_run)
    for name in ("cut.zip", "other.zip", "trap.zip", "nothing.zip", "."):
        assert not looks_like_run(tmp_path / name), name


def test_looking_at_a_source_loads_nothing_heavy() -> None:
    script = "import gan.run_source, gan.run_title, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert not {"torch", "safetensors", "PIL", "numpy", "tyro"} & set(done.stdout.split())


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("workshop")


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_random_damage_gives_a_sentence_or_a_good_run(good_zip: bytes, workshop: Path, data: st.DataObject) -> None:
    content = bytearray(good_zip)
    places = st.integers(0, len(content) - 1) | st.integers(len(content) - 1200, len(content) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=6)):
        content[place] = byte
    folder = Path(tempfile.mkdtemp(dir=workshop))
    try:
        import_or_refuse(bytes(content), folder)
    finally:
        shutil.rmtree(folder)


@settings(max_examples=100, deadline=None)
@given(names=st.lists(st.text(max_size=12) | st.from_regex(r"[./\\a:]{1,12}", fullmatch=True), max_size=3))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_no_name_leads_out_of_the_folder(good_zip: bytes, workshop: Path, names: list[str]) -> None:
    entries: list[tuple[str | zipfile.ZipInfo, bytes]] = []
    for name in names:
        entry = zipfile.ZipInfo("x")
        entry.filename = name.encode("utf-8", "replace").decode()
        entries.append((entry, b"stranger"))
    folder = Path(tempfile.mkdtemp(dir=workshop))
    try:
        import_or_refuse(with_entries(good_zip, *entries), folder)
        assert b"stranger" not in contents(folder / "checkpoints").values()
    finally:
        shutil.rmtree(folder)


def import_or_refuse(content: bytes, folder: Path) -> None:
    """Imports a zip; whatever comes of it, the folder then holds the zip and at most one whole run."""
    (folder / "a.zip").write_bytes(content)
    try:
        name = import_run(folder / "a.zip", folder / "checkpoints", quiet)
    except UserError as error:
        assert "\n" not in str(error)
        assert not list((folder / "checkpoints").iterdir())
    else:
        assert [path.name for path in (folder / "checkpoints").iterdir()] == [name]
        assert all(kind_of(file) for file in contents(folder / "checkpoints" / name))
    assert {path.name for path in folder.iterdir()} == {"a.zip", "checkpoints"}


def test_the_source_is_closed_again(good_zip: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(good_zip)
    with open_source(tmp_path / "a.zip") as source:
        assert b"".join(source.chunks("name.txt")) == b"My first run\n"
        assert source.old_name == "old"
    with pytest.raises(UserError):
        list(source.chunks("name.txt"))
