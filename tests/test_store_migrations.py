"""A file of version 1 becomes one of the present version: all of it, also where the process is killed meanwhile."""

import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from old_scores import write_version_1
from scores import NOW, execute, finish, opened, query

from game.store import Store
from game.store_migrations import SCHEMA_VERSION, migrate
from game.store_schema import metadata

PLAYERS = ["Ada", None, "Ada", "Grace", "Ada", "Grace", None, "  ", "B\x07o"]
COPY = "scores.sqlite.version-1-20300102T030405Z"
ROOT = Path(__file__).parents[1]


def content(path: Path, version: int) -> list[list[Any]]:
    """Returns what both versions have of rounds and trials, with the names of players."""
    if version == 1:
        rounds = "SELECT id, trim(player), run, kimg, seed, mode, trial_count, started_at, finished_at, score, correct"
        trials = (
            "SELECT round_id, number, truth, answer, picture_split, picture_index, picture_run, picture_kimg,"
            " picture_seed, response_seconds, disturbed, answered_at FROM responses"
        )
        tables = [rounds + " FROM rounds", trials]
    else:
        rounds = "SELECT rounds.id, name, run, kimg, seed, mode, trial_count, started_at, finished_at, score, correct"
        trials = (
            "SELECT round_id, number, truth, answer, picture_split, picture_index, picture_run, picture_kimg,"
            " picture_seed, response_seconds, disturbed, answered_at FROM responses"
            " JOIN shown_pictures USING (round_id, number)"
        )
        tables = [rounds + " FROM rounds LEFT JOIN players ON players.id = player_id", trials]
    return [sorted(query(path, sql), key=repr) for sql in tables]


def test_everything_of_version_1_is_there_afterwards(path: Path) -> None:
    ids = write_version_1(path, PLAYERS)
    before = content(path, 1)
    with opened(path) as store:
        assert store.notices == ()
        assert [player.name for player in store.own_players()] == ["Ada", "Bo", "Grace"]
        assert len(store.trials()) == 5 * len(ids)
        assert {trial.class_name for one in store.trials() for trial in one.pictures} == {""}
        ada = store.player_named("Ada")
        assert {trial.round_id for trial in store.trials(player_id=ada)} == {ids[0], ids[2], ids[4]}
    rounds, trials = before
    named = [(row[0], {"B\x07o": "Bo", "": None}.get(row[1], row[1]), *row[2:]) for row in rounds]
    assert content(path, 2) == [sorted(named, key=repr), trials]
    assert query(path, "SELECT DISTINCT dataset FROM rounds ORDER BY 1") == [("folder:drawings",), ("mnist",)]
    assert query(path, "SELECT DISTINCT picture_dataset FROM shown_pictures ORDER BY 1") == [
        (None,),
        ("folder:drawings",),
        ("mnist",),
    ]
    assert query(path, "SELECT DISTINCT run_key FROM rounds") == [("",)]
    assert query(path, "PRAGMA foreign_key_check") == []
    assert query(path, "SELECT version FROM schema_version") == [(SCHEMA_VERSION,)]
    assert content(path.with_name(COPY), 1) == before


def test_a_file_that_was_brought_up_is_one_that_was_made_so(path: Path, tmp_path: Path) -> None:
    write_version_1(path, ["Ada"])
    Store.open(path).close()
    Store.open(tmp_path / "new.sqlite").close()

    def schema(path: Path) -> dict[str, str]:
        rows = query(path, "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        return {name: re.sub(r"\s+", "", sql).replace('"', "") for name, sql in rows}

    assert schema(path) == schema(tmp_path / "new.sqlite")
    assert set(metadata.tables) <= set(schema(path))


def test_the_same_players_come_of_a_file_and_of_a_later_copy_of_it(path: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.sqlite"
    write_version_1(path, PLAYERS[:4])
    write_version_1(later, PLAYERS[:4])
    execute(later, "UPDATE rounds SET player = 'Grace' WHERE player IS NULL")
    for file in (path, later):
        Store.open(file).close()
    assert query(path, "SELECT id, name FROM players ORDER BY id") != []
    ada = "SELECT id FROM players WHERE name = 'Ada'"
    assert query(path, ada) == query(later, ada)
    other = tmp_path / "other.sqlite"
    write_version_1(other, PLAYERS, seed=2)
    Store.open(other).close()
    assert query(path, ada) != query(other, ada)


def test_orphans_stay_in_the_copy(path: Path) -> None:
    ids = write_version_1(path, ["Ada", "Grace"])
    execute(path, f"DELETE FROM rounds WHERE id = '{ids[0]}'")
    with opened(path) as store:
        assert len(store.trials()) == 5
    assert len(query(path.with_name(COPY), "SELECT * FROM responses")) == 10


def test_what_is_in_the_log_alone_is_copied_too(path: Path) -> None:
    write_version_1(path, ["Ada"])
    with closing(sqlite3.connect(path)) as other:
        # Open meanwhile, so that nothing is folded into the file.
        other.execute("UPDATE rounds SET score = 4711")
        other.commit()
        with opened(path) as store:
            assert store.high_scores("mnist", "first", 64, trial_count=5)[0].score == 4711
        assert query(path.with_name(COPY), "SELECT score FROM rounds") == [(4711,)]


def test_a_locked_file_is_brought_up_when_it_is_free(path: Path) -> None:
    write_version_1(path, ["Ada"])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        store = Store.open(path, clock=lambda: NOW)
        finish(store, 100, "Grace")
        assert store.pending and store.notices == ()
        assert query(path, "SELECT version FROM schema_version") == [(1,)]
        other.execute("COMMIT")
    store.close()
    assert (store.pending, store.notices) == (0, ())
    assert query(path, "SELECT count(*) FROM rounds") == [(2,)]


def test_a_file_that_can_not_be_brought_up_stays_as_it_is(path: Path) -> None:
    write_version_1(path, ["Ada"])
    execute(path, "CREATE TABLE players (somebody_else)")
    before = content(path, 1)
    with opened(path) as store:
        assert len(store.notices) == 1 and "can't be converted" in store.notices[0]
        finish(store, 100, "Ada")
        assert len(store.high_scores("mnist", "first", 64)) == 1
    assert content(path, 1) == before
    assert query(path, "SELECT * FROM players") == []


KILLED = """
import os, signal, sqlite3, sys
from datetime import UTC, datetime
from pathlib import Path
import game.store_migrations as migrations

left = int(sys.argv[2])

def count(statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

class Connection(sqlite3.Connection):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.set_trace_callback(count)

connect = sqlite3.connect
sqlite3.connect = lambda *arguments, **named: connect(*arguments, factory=Connection, **named)
migrations.migrate(Path(sys.argv[1]), datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC))
print("done")
"""


def killed_at(path: Path, statement: int) -> bool:
    """Begins to bring a file up and is killed just before a statement; returns whether there were so many."""
    command = [sys.executable, "-c", KILLED, str(path), str(statement)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode in (0, -signal.SIGKILL), result.stderr
    return result.returncode != 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_whoever_is_killed_meanwhile_loses_nothing(path: Path, tmp_path: Path) -> None:
    original = tmp_path / "original.sqlite"
    write_version_1(original, PLAYERS[:4])
    before = content(original, 1)
    statement = 0
    while True:
        statement += 1
        for file in tmp_path.glob("scores.sqlite*"):
            file.unlink()
        path.write_bytes(original.read_bytes())
        if not killed_at(path, statement):
            break
        version = query(path, "SELECT version FROM schema_version")[0][0]
        assert version == 1
        assert content(path, 1) == before
        with opened(path) as store:
            assert store.notices == ()
            finish(store, 100, "Ada")
        assert len(content(path, 2)[0]) == len(before[0]) + 1
        assert content(path, 2)[1] == before[1]
    assert statement > 20
    assert content(path, 2)[1] == before[1]


def test_of_two_that_come_at_once_one_does_it(path: Path) -> None:
    write_version_1(path, ["Ada"])
    migrate(path, NOW)
    migrate(path, NOW + timedelta(seconds=1))
    assert [file.name for file in path.parent.glob("*version-1*")] == [COPY]
    assert list(path.parent.glob("*.tmp")) == []
