"""No answer gets lost: not with a killed process, a locked file, or a second game."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from scores import FAKE, NAMES, NOW, REAL, RESPONSE, SETUP, begin, finish, opened, query
from sqlalchemy import event

from game.store import Store
from game.store_opening import create_tables, open_engine

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
store.play_as("Ada")
round_id = store.begin_round(RoundSetup("mnist", "first", 64, 1), now)
for number in range(1, count + 1):
    store.record(round_id, number, [FakePicture("first", 64, number)], Response(Truth.FAKE, 1.0), now)
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
    assert query(path, "SELECT version FROM schema_version") == [(2,)]
    assert query(path, "SELECT count(*) FROM shown_pictures") == [(120,)]
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
        round_id = begin(store)
        other.execute("BEGIN EXCLUSIVE")
        start = time.monotonic()
        store.record(round_id, 1, [REAL], RESPONSE, NOW)
        assert time.monotonic() - start < 1.0
        store.finish_round(round_id, 100, 1, NOW)
        store.flush()
        assert store.pending == 2
        assert store.high_scores("mnist", "first", 64) == []
        other.execute("ROLLBACK")
        store.record(round_id, 2, [FAKE], RESPONSE, NOW)
        assert store.pending == 0
        assert store.notices == ()
    assert query(path, "SELECT number FROM responses ORDER BY number") == [(1,), (2,)]
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
        round_id = begin(store, SETUP, None)
        store.record(round_id, 1, [REAL], RESPONSE, NOW)
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
        begin(store)
        assert store.pending == 2  # the player and the round
        other.execute("ROLLBACK")
    store.close()
    assert (store.pending, store.notices) == (0, ())
    assert query(path, NAMES) == [("Ada",)]


def test_closing_gives_up_in_the_end_and_says_so(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        store = Store.open(path)
        other.execute("BEGIN EXCLUSIVE")
        begin(store, SETUP, None)
        start = time.monotonic()
        store.close()
        assert time.monotonic() - start < 5.0
    assert store.pending == 1
    assert len(store.notices) == 1
    assert "could not be saved" in store.notices[0]
