"""No answer gets lost: not with a killed process, a locked or damaged file, or a second game."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

import game.store_file
from game.rules import FakePicture, RealPicture, Response, RoundSetup, Truth
from game.store import HighScore, Store, default_path
from game.store_schema import Finding, create_tables, examine, open_engine

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
SETUP = RoundSetup(dataset="mnist", run="first", kimg=64, seed=2**31 - 1)
REAL = RealPicture("mnist", "test", 9_999)
FAKE = FakePicture("first", 64, 2**31 - 1)
RESPONSE = Response(Truth.FAKE, response_seconds=1.25)
ASIDE = "scores.sqlite.damaged-20300102T030405Z"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "scores.sqlite"


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    store = Store.open(path, clock=lambda: NOW)
    try:
        yield store
    finally:
        store.close()


def query(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def execute(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def finish(store: Store, score: int, player: str | None, minutes: int = 0, **fields: Any) -> str:
    round_id = store.begin_round(RoundSetup(**{**SETUP_FIELDS, **fields}), player, NOW)
    store.finish_round(round_id, score, correct=15, finished_at=NOW + timedelta(minutes=minutes))
    return round_id


SETUP_FIELDS = {"dataset": "mnist", "run": "first", "kimg": 64, "seed": 1}


# What is stored


def test_a_round_is_stored_with_all_that_is_known_about_it(path: Path) -> None:
    with opened(path) as store:
        elsewhere = timezone(timedelta(hours=2))
        round_id = store.begin_round(SETUP, " Ada ", NOW.astimezone(elsewhere))
        store.record(round_id, 1, REAL, RESPONSE, NOW)
        store.record(round_id, 2, FAKE, Response(Truth.REAL, 0.5, disturbed=True), NOW)
        store.finish_round(round_id, 100, 1, NOW)
        assert store.pending == 0
        assert store.notices == ()
    moment = "2030-01-02T03:04:05.000000+00:00"
    assert query(path, "SELECT * FROM rounds") == [
        (round_id, "Ada", "mnist", "first", 64, 2**31 - 1, "practice", 20, moment, moment, 100, 1)
    ]
    assert query(path, "SELECT * FROM responses ORDER BY number") == [
        (round_id, 1, "real", "fake", "mnist", "test", 9_999, None, None, None, 1.25, 0, moment),
        (round_id, 2, "fake", "real", None, None, None, "first", 64, 2**31 - 1, 0.5, 1, moment),
    ]
    assert query(path, "SELECT version FROM schema_version") == [(1,)]


def test_what_was_stored_is_there_after_opening_again(path: Path) -> None:
    with opened(path) as store:
        round_id = finish(store, 300, "Ada")
    with opened(path) as store:
        expected = HighScore(round_id, "Ada", 300, 15, 20, NOW, kimg=64)
        assert store.high_scores("mnist", "first", 64) == [expected]


# High scores


def test_high_scores_are_the_named_finished_rounds_in_order(path: Path) -> None:
    with opened(path) as store:
        late = finish(store, 500, "Late", minutes=2)
        early = finish(store, 500, "Early", minutes=1)
        best = finish(store, 900, "Best")
        finish(store, 1_000, None)
        finish(store, 1_000, "  ")
        finish(store, 1_000, "Run", run="second")
        finish(store, 1_000, "Rung", kimg=65)
        finish(store, 1_000, "Dataset", dataset="fashion-mnist")
        measured = finish(store, 1_000, "Mode", mode="measured")
        store.begin_round(SETUP, "Unfinished", NOW)
        named_later = finish(store, 100, None)
        assert [row.round_id for row in store.high_scores("mnist", "first", 64)] == [best, early, late]
        store.name_round(named_later, "Named")
        rows = store.high_scores("mnist", "first", 64)
        assert [row.round_id for row in rows] == [best, early, late, named_later]
        assert [row.round_id for row in store.high_scores("mnist", "first", 64, limit=2)] == [best, early]
        rows = store.high_scores("mnist", "first", 64, mode="measured")
        assert [row.round_id for row in rows] == [measured]


def test_a_rank_is_the_place_behind_all_equals(path: Path) -> None:
    with opened(path) as store:
        assert store.rank_of("mnist", "first", 64, 0) == 1
        for score in (900, 500, 500, 100):
            finish(store, score, "Ada")
        finish(store, 800, None)
        ranks = [store.rank_of("mnist", "first", 64, score) for score in (901, 900, 501, 500, 100, 99)]
        assert ranks == [1, 2, 2, 4, 5, 5]


def test_the_best_score_of_a_dataset_looks_at_all_rungs(path: Path) -> None:
    with opened(path) as store:
        assert store.best_score("mnist") is None
        finish(store, 200, "Ada", kimg=10)
        best = finish(store, 300, None, run="second", kimg=20)
        finish(store, 900, "Ada", dataset="fashion-mnist")
        finish(store, 900, "Ada", mode="measured")
        assert store.best_score("mnist") == HighScore(best, "", 300, 15, 20, NOW, kimg=20)


# Killed, and shared

CHILD = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
import game.store_file
from game.rules import FakePicture, Response, RoundSetup, Truth
from game.store import Store

now = datetime(2030, 1, 2, tzinfo=UTC)
path, go, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
print("ready", flush=True)
while not go.exists():
    time.sleep(0.001)
store = Store.open(path)
round_id = store.begin_round(RoundSetup("mnist", "first", 64, 1), "Ada", now)
for number in range(1, count + 1):
    store.record(round_id, number, FakePicture("first", 64, number), Response(Truth.FAKE, 1.0), now)
print("recorded", store.pending, *store.notices, flush=True)
if len(sys.argv) > 4:
    time.sleep(60)
store.close()
print("closed", store.pending, *store.notices, flush=True)
"""


def start_child(path: Path, go: Path, count: int, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, str(path), str(go), str(count), *more]
    root = Path(__file__).parents[1]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root)


def read_line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def test_a_killed_process_loses_nothing_it_recorded(path: Path, tmp_path: Path) -> None:
    (tmp_path / "go").touch()
    with start_child(path, tmp_path / "go", 7, "stay") as child:
        assert read_line(child) == "ready"
        assert read_line(child) == "recorded 0"
        child.kill()
    with opened(path) as store:
        assert store.notices == ()
        finish(store, 100, "Ada")
    assert query(path, "SELECT count(*) FROM responses") == [(7,)]


def test_processes_may_create_and_write_the_same_file_at_once(path: Path, tmp_path: Path) -> None:
    children = [start_child(path, tmp_path / "go", 40) for _ in range(3)]
    for child in children:
        assert read_line(child) == "ready"
    (tmp_path / "go").touch()
    for child in children:
        with child:
            output = child.communicate()[0].splitlines()
            assert output[-1] == "closed 0"
    counts = query(path, "SELECT count(*) FROM responses GROUP BY round_id")
    assert counts == [(40,)] * 3
    assert query(path, "SELECT version FROM schema_version") == [(1,)]
    assert sorted(tmp_path.glob("*damaged*")) == []


def test_tables_are_created_all_or_none(path: Path) -> None:
    engine = open_engine(path)

    def fail_at_the_last_step(*arguments: Any) -> None:
        if str(arguments[2]).startswith("INSERT"):
            raise RuntimeError("killed")

    event.listen(engine, "before_cursor_execute", fail_at_the_last_step)
    with pytest.raises(RuntimeError, match="killed"):
        create_tables(engine)
    engine.dispose()
    assert query(path, "SELECT name FROM sqlite_schema") == []


# Locked


def test_a_locked_file_queues_and_the_window_does_not_hang(path: Path) -> None:
    with opened(path) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        round_id = store.begin_round(SETUP, "Ada", NOW)
        other.execute("BEGIN EXCLUSIVE")
        start = time.monotonic()
        store.record(round_id, 1, REAL, RESPONSE, NOW)
        assert time.monotonic() - start < 1.0
        store.finish_round(round_id, 100, 1, NOW)
        store.flush()
        assert store.pending == 2
        assert store.high_scores("mnist", "first", 64) == []
        other.execute("ROLLBACK")
        store.record(round_id, 2, FAKE, RESPONSE, NOW)
        assert store.pending == 0
        assert store.notices == ()
    assert query(path, "SELECT number FROM responses ORDER BY rowid") == [(1,), (2,)]
    assert query(path, "SELECT score FROM rounds") == [(100,)]


def test_scores_can_be_read_while_another_game_writes(path: Path) -> None:
    with opened(path) as store:
        finish(store, 100, "Ada")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with opened(path) as store:
            assert [row.player for row in store.high_scores("mnist", "first", 64)] == ["Ada"]


def test_a_file_locked_at_opening_is_waited_for_and_never_set_aside(path: Path) -> None:
    Store.open(path).close()
    # Exclusive locking mode shuts out readers too, as a backup program does.
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE schema_version SET version = version")
        start = time.monotonic()
        store = Store.open(path)
        assert time.monotonic() - start < 2.0
        round_id = store.begin_round(SETUP, "Ada", NOW)
        store.record(round_id, 1, REAL, RESPONSE, NOW)
        assert store.pending == 2
        assert store.high_scores("mnist", "first", 64) == []
        other.execute("COMMIT")
    store.flush()
    assert store.pending == 0
    assert store.notices == ()
    store.close()
    assert query(path, "SELECT count(*) FROM responses") == [(1,)]
    assert list(path.parent.glob("*damaged*")) == []


def test_an_empty_file_locked_by_its_creator_is_waited_for(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        store = Store.open(path)
        store.begin_round(SETUP, "Ada", NOW)
        assert store.pending == 1
        other.execute("ROLLBACK")
    store.close()
    assert (store.pending, store.notices) == (0, ())
    assert query(path, "SELECT player FROM rounds") == [("Ada",)]


def test_closing_gives_up_in_the_end_and_says_so(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        store = Store.open(path)
        other.execute("BEGIN EXCLUSIVE")
        store.begin_round(SETUP, "Ada", NOW)
        start = time.monotonic()
        store.close()
        assert time.monotonic() - start < 5.0
    assert store.pending == 1
    assert len(store.notices) == 1
    assert "could not be saved" in store.notices[0]


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
    assert query(path, "SELECT player FROM rounds") == [("Ada",)]
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
        ("UPDATE schema_version SET version = 2", "newer version of the game"),
        ("INSERT INTO schema_version VALUES (3)", "newer version of the game"),
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
        round_id = store.begin_round(SETUP, "Ada", NOW)
        execute(path, "ALTER TABLE responses RENAME TO hidden")
        for number in (1, 2, 3):
            store.record(round_id, number, REAL, RESPONSE, NOW)
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
        round_id = store.begin_round(SETUP, "Ada", NOW)
        path.rename(tmp_path / "elsewhere")
        store.record(round_id, 1, REAL, RESPONSE, NOW)
        store.record(round_id, 2, REAL, RESPONSE, NOW)
        assert store.pending == 2
        assert len(store.notices) == 1
        assert "moved or deleted" in store.notices[0]
        (tmp_path / "elsewhere").rename(path)
    assert query(path, "SELECT count(*) FROM responses") == [(2,)]


@pytest.mark.parametrize(
    "hopeless",
    [
        lambda store, round_id: store.record(round_id, 1, REAL, RESPONSE, NOW),
        lambda store, round_id: store.record("unknown", 1, REAL, RESPONSE, NOW),
        lambda store, round_id: store.record(round_id, 2, FakePicture("first", 64, 2**64), RESPONSE, NOW),
        lambda store, round_id: store.record(round_id, 2, FakePicture("\udcff", 64, 1), RESPONSE, NOW),
        lambda store, round_id: store.record(round_id, 2, REAL, Response(Truth.REAL, float("nan")), NOW),
    ],
    ids=["twice", "unknown round", "seed too large", "name not in Unicode", "no time"],
)
def test_a_write_that_can_never_succeed_holds_up_no_other(path: Path, hopeless: Any) -> None:
    with opened(path) as store:
        round_id = store.begin_round(SETUP, "Ada", NOW)
        store.record(round_id, 1, REAL, RESPONSE, NOW)
        hopeless(store, round_id)
        store.record(round_id, 3, REAL, RESPONSE, NOW)
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
