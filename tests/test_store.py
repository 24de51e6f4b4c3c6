"""No answer gets lost: not with a killed process, a locked file, or a second game."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from scores import FAKE, NAMES, NOW, REAL, RESPONSE, SETUP, begin, execute, finish, opened, query
from sqlalchemy import event

from game.rules import Advice, Choice, Confidence, Exposure, Picture, RealPicture, Response, Truth
from game.store import HighScore, Store
from game.store_opening import create_tables, open_engine

LINEUP = [REAL, FAKE, RealPicture("mnist", "test", 5)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "scores.sqlite"


# What is stored


def test_a_round_is_stored_with_all_that_is_known_about_it(path: Path) -> None:
    with opened(path) as store:
        elsewhere = timezone(timedelta(hours=2))
        store.play_as(" Ada ")
        round_id = store.begin_round(SETUP, NOW.astimezone(elsewhere), "0123456789abcdef")
        store.record(round_id, 1, [REAL], RESPONSE, NOW)
        store.record(round_id, 2, [FAKE], Response(Truth.REAL, 0.5, disturbed=True), NOW)
        store.finish_round(round_id, 100, 1, NOW)
        store.record(round_id, 3, LINEUP, Choice(1, 2.5, disturbed=False), NOW, ["3", "8", "a\tb"])
        told = Response(
            Truth.REAL,
            0.25,
            confidence=Confidence.SURE,
            exposure=Exposure(asked_frames=3, shown_frames=4, frame_seconds=0.0166),
            advice=Advice(fake_probability=0.75, first_answer=Truth.FAKE),
        )
        store.record(round_id, 4, [RealPicture("folder:/somebody/drawings", "test", 3, "first")], told, NOW)
        store.finish_round(round_id, 100, 1, NOW)
        assert store.pending == 0
        assert store.notices == ()
        assert store.player is not None
        player_id = store.player.id
    moment = "2030-01-02T03:04:05.000000+00:00"
    assert query(path, "SELECT * FROM players") == [(player_id, "Ada", moment, 0)]
    key = "0123456789abcdef"
    assert query(path, "SELECT * FROM rounds") == [
        (round_id, player_id, "mnist", "first", key, 64, 2**31 - 1, "practice", 20, moment, moment, 100, 1, 0)
    ]
    assert query(path, "SELECT * FROM responses ORDER BY number") == [
        (round_id, 1, "fake", None, None, None, None, None, None, None, 1.25, 0, moment),
        (round_id, 2, "real", None, None, None, None, None, None, None, 0.5, 1, moment),
        (round_id, 3, None, 1, None, None, None, None, None, None, 2.5, 0, moment),
        (round_id, 4, "real", None, 3, "fake", 0.75, 3, 4, 0.0166, 0.25, 0, moment),
    ]
    assert query(path, "SELECT * FROM shown_pictures ORDER BY number, place") == [
        (round_id, 1, 0, "real", "", "mnist", "test", 9_999, None, None, None),
        (round_id, 2, 0, "fake", "", None, None, None, "first", 64, 2**31 - 1),
        (round_id, 3, 0, "real", "3", "mnist", "test", 9_999, None, None, None),
        (round_id, 3, 1, "fake", "8", None, None, None, "first", 64, 2**31 - 1),
        (round_id, 3, 2, "real", "ab", "mnist", "test", 5, None, None, None),
        # The folder's path would tell of a person.
        (round_id, 4, 0, "real", "", "folder:drawings", "test", 3, "first", None, None),
    ]
    assert query(path, "SELECT version FROM schema_version") == [(2,)]
    assert query(path, "SELECT * FROM unsent") == []


@pytest.mark.parametrize(
    ("pictures", "answer"),
    [([REAL], Choice(1, 1.0)), ([REAL, FAKE], Choice(-1, 1.0)), ([REAL, FAKE], RESPONSE), ([], RESPONSE)],
)
def test_an_answer_that_does_not_fit_its_pictures_is_refused(
    path: Path, pictures: list[Picture], answer: Response | Choice
) -> None:
    with opened(path) as store:
        round_id = begin(store)
        with pytest.raises(ValueError, match="picture"):
            store.record(round_id, 1, pictures, answer, NOW)


@pytest.mark.parametrize("table", ["responses", "shown_pictures"])
def test_a_trial_is_stored_whole_or_not_at_all(path: Path, table: str) -> None:
    with opened(path) as store:
        round_id = begin(store)
        execute(path, f"ALTER TABLE {table} RENAME TO hidden")
        store.record(round_id, 1, LINEUP, Choice(1, 2.5), NOW)
        assert store.pending == 1
        execute(path, f"ALTER TABLE hidden RENAME TO {table}")
        for other in ("responses", "shown_pictures"):
            assert query(path, f"SELECT count(*) FROM {other}") == [(0,)]
    assert query(path, "SELECT count(*) FROM shown_pictures") == [(3,)]


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
        begin(store, SETUP, "Unfinished")
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


def test_a_round_that_has_its_name_already_does_not_stand_in_its_own_way(path: Path) -> None:
    with opened(path) as store:
        finish(store, 900, "Ada")
        mine = finish(store, 500, "Ada")
        assert store.rank_of("mnist", "first", 64, 500, round_id=mine) == 2


def test_rounds_of_different_lengths_are_no_rivals(path: Path) -> None:
    with opened(path) as store:
        short = finish(store, 900, "Ada", trial_count=8)
        assert store.high_scores("mnist", "first", 64) == []
        assert store.rank_of("mnist", "first", 64, 1) == 1
        assert store.best_score("mnist") is None
        assert [row.round_id for row in store.high_scores("mnist", "first", 64, trial_count=8)] == [short]
        assert store.rank_of("mnist", "first", 64, 900, trial_count=8) == 2
        best = store.best_score("mnist", trial_count=8)
        assert best is not None and best.round_id == short


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
