"""No answer gets lost and nothing is overwritten: not with a damaged file, or one that is not ours to write."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from scores import ASIDE, NAMES, NOW, REAL, RESPONSE, begin, execute, finish, opened, query

import game.store_file
from game.rules import FakePicture, Response, Truth
from game.store import Store, default_path
from game.store_opening import Finding, examine

# Damaged


def damaged_contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield files that are no database, no whole one, or one with a torn page."""
    with opened(path) as store:
        for number in range(60):
            finish(store, number, "A" * 200)
    whole = path.read_bytes()
    path.unlink()
    yield "text", b"these are not the scores you are looking for" * 50
    yield "one byte", b"x"
    yield "truncated", whole[: len(whole) // 2]
    # The name of a table, of which SQLite then complains in words that are no Unicode.
    place = whole.index(b"tableplayersplayers") + 5
    yield "no Unicode", whole[:place] + b"\x80" + whole[place + 1 :]
    yield "first page", whole[:100] + b"\xff" * 3_996 + whole[4_096:]
    yield "last pages", whole[:-8_192] + b"\xa5" * 8_192


def test_a_damaged_file_is_set_aside_byte_for_byte(path: Path) -> None:
    for name, content in list(damaged_contents(path)):
        path.write_bytes(content)
        with opened(path) as store:
            assert len(store.notices) == 1, name
            assert str(path) in store.notices[0]
            assert ASIDE in store.notices[0]
            round_id = finish(store, 100, "Ada")
            assert [row.round_id for row in store.high_scores("mnist", "first", 64)] == [round_id]
        assert (path.parent / ASIDE).read_bytes() == content, name
        assert query(path, "SELECT count(*) FROM rounds") == [(1,)]
        path.unlink()
        (path.parent / ASIDE).unlink()


def copy_while_running(path: Path) -> dict[str, bytes]:
    """Return the bytes of a file and of its write-ahead log, neither of which has all rows."""
    source = path.with_name("source.sqlite")
    with opened(source) as store:
        for number in range(60):
            finish(store, number, "A" * 200)
        execute(source, "PRAGMA wal_checkpoint(TRUNCATE)")
        finish(store, 100, "Ada")
        return {"": source.read_bytes(), "-wal": Path(f"{source}-wal").read_bytes()}


@pytest.mark.parametrize("torn_bytes", [0, 8_192])
def test_a_file_is_judged_and_kept_together_with_its_log(path: Path, torn_bytes: int) -> None:
    contents = copy_while_running(path)
    whole = contents[""]
    contents[""] = whole[:4_096] + b"\xa5" * torn_bytes + whole[4_096 + torn_bytes :]
    for suffix, content in contents.items():
        Path(f"{path}{suffix}").write_bytes(content)
    with opened(path) as store:
        assert len(store.notices) == (1 if torn_bytes else 0)
        players = {row.player for row in store.high_scores("mnist", "first", 64, limit=100)}
        assert players == (set() if torn_bytes else {"Ada", "A" * 200})
    if torn_bytes:
        for suffix, content in contents.items():
            assert Path(f"{path.parent / ASIDE}{suffix}").read_bytes() == content


def test_two_damaged_files_in_one_second_are_both_kept(path: Path) -> None:
    for content in (b"first", b"second"):
        path.write_bytes(content)
        with opened(path):
            pass
        for file in path.parent.glob("scores.sqlite*"):
            if "damaged" not in file.name:
                file.unlink()
    kept = sorted(file.read_bytes() for file in path.parent.glob("*damaged*"))
    assert kept == [b"first", b"second"]


def test_the_new_file_of_another_game_is_not_set_aside(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(b"damaged")

    def examine_too_slowly(path: Path) -> Finding:
        finding = examine(path)
        if finding is Finding.DAMAGED:
            path.rename(path.with_name("old"))
            with closing(sqlite3.connect(path)) as other:
                other.execute("CREATE TABLE made_by_the_other_game (number)")
        return finding

    monkeypatch.setattr(game.store_file, "examine", examine_too_slowly)
    with opened(path) as store:
        finish(store, 100, "Ada")
        assert store.notices == ()
    assert query(path, NAMES) == [("Ada",)]
    assert query(path, "SELECT * FROM made_by_the_other_game") == []


# Not ours to write


def assert_works_in_memory(path: Path, words: str) -> None:
    with opened(path) as store:
        assert len(store.notices) == 1
        assert words in store.notices[0]
        assert str(path) in store.notices[0]
        finish(store, 100, "Ada")
        assert [row.player for row in store.high_scores("mnist", "first", 64)] == ["Ada"]
        assert store.pending == 0
        assert len(store.notices) == 1


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("UPDATE schema_version SET version = 3", "newer version of the game"),
        ("INSERT INTO schema_version VALUES (4)", "newer version of the game"),
        ("DROP TABLE schema_version", "another program"),
        ("DELETE FROM schema_version", "another program"),
    ],
)
def test_a_file_of_another_version_or_program_is_left_untouched(path: Path, script: str, words: str) -> None:
    Store.open(path).close()
    execute(path, script)
    before = path.read_bytes()
    assert_works_in_memory(path, words)
    assert path.read_bytes() == before
    assert list(path.parent.glob("*damaged*")) == []


def test_a_folder_in_the_place_of_the_file_leaves_the_store_in_memory(path: Path) -> None:
    path.mkdir()
    assert_works_in_memory(path, "is a folder")


def test_a_file_in_the_place_of_the_folder_leaves_the_store_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert_works_in_memory(tmp_path / "file" / "scores.sqlite", "can't be used")


def test_a_folder_that_cannot_be_written_leaves_the_store_in_memory(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write everywhere")
    assert_works_in_memory(folder / "scores.sqlite", "can't be used")


def test_missing_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "ä % # ?" / "scores.sqlite"
    with opened(path) as store:
        finish(store, 100, "Ada")
        assert store.notices == ()
    assert path.is_file()


# Trouble during the game


def test_an_error_during_the_game_queues_with_one_notice(path: Path) -> None:
    with opened(path) as store:
        round_id = begin(store)
        execute(path, "ALTER TABLE responses RENAME TO hidden")
        for number in (1, 2, 3):
            store.record(round_id, number, [REAL], RESPONSE, NOW)
        assert store.pending == 3
        assert len(store.notices) == 1
        assert "can't be used now" in store.notices[0]
        execute(path, "ALTER TABLE hidden RENAME TO responses")
        store.flush()
        assert store.pending == 0
    assert query(path, "SELECT count(*) FROM responses") == [(3,)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps open files in their place")
def test_a_deleted_file_is_noticed_and_its_return_too(path: Path, tmp_path: Path) -> None:
    with opened(path) as store:
        round_id = begin(store)
        path.rename(tmp_path / "elsewhere")
        store.record(round_id, 1, [REAL], RESPONSE, NOW)
        store.record(round_id, 2, [REAL], RESPONSE, NOW)
        assert store.pending == 2
        assert len(store.notices) == 1
        assert "moved or deleted" in store.notices[0]
        (tmp_path / "elsewhere").rename(path)
    assert query(path, "SELECT count(*) FROM responses") == [(2,)]


@pytest.mark.parametrize(
    "hopeless",
    [
        lambda store, round_id: store.record(round_id, 1, [REAL], RESPONSE, NOW),
        lambda store, round_id: store.record("unknown", 1, [REAL], RESPONSE, NOW),
        lambda store, round_id: store.record(round_id, 2, [FakePicture("first", 64, 2**64)], RESPONSE, NOW),
        lambda store, round_id: store.record(round_id, 2, [FakePicture("\udcff", 64, 1)], RESPONSE, NOW),
        lambda store, round_id: store.record(round_id, 2, [REAL], Response(Truth.REAL, float("nan")), NOW),
    ],
    ids=["twice", "unknown round", "seed too large", "name not in Unicode", "no time"],
)
def test_a_write_that_can_never_succeed_holds_up_no_other(path: Path, hopeless: Any) -> None:
    with opened(path) as store:
        round_id = begin(store)
        store.record(round_id, 1, [REAL], RESPONSE, NOW)
        hopeless(store, round_id)
        store.record(round_id, 3, [REAL], RESPONSE, NOW)
        assert store.pending == 0
        assert len(store.notices) == 1
        assert "is lost" in store.notices[0]
    assert query(path, "SELECT number FROM responses ORDER BY number") == [(1,), (3,)]


def test_half_a_surrogate_pair_in_a_name_costs_no_round(path: Path) -> None:
    with opened(path) as store:
        finish(store, 100, "A\ud83d")
        assert store.notices == ()
        assert [row.player for row in store.high_scores("mnist", "first", 64)] == ["A?"]


def test_the_environment_chooses_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REAL_OR_FAKE_HOME", str(tmp_path))
    assert default_path() == tmp_path / "scores.sqlite"
    monkeypatch.delenv("REAL_OR_FAKE_HOME")
    assert default_path().name == "scores.sqlite"
