"""What the tests of the store share: a round, an answer, and another program's look at the file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from game.rules import FakePicture, RealPicture, Response, RoundSetup, Truth
from game.store import Store

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
SETUP = RoundSetup(dataset="mnist", run="first", kimg=64, seed=2**31 - 1)
REAL = RealPicture("mnist", "test", 9_999)
FAKE = FakePicture("first", 64, 2**31 - 1)
RESPONSE = Response(Truth.FAKE, response_seconds=1.25)
ASIDE = "scores.sqlite.damaged-20300102T030405Z"


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


NAMES = "SELECT name FROM rounds LEFT JOIN players ON players.id = player_id"


def execute(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def begin(store: Store, setup: RoundSetup = SETUP, player: str | None = "Ada") -> str:
    return store.begin_round(setup, NOW, player_id=store.player_named(player or ""))


def finish(store: Store, score: int, player: str | None, minutes: int = 0, **fields: Any) -> str:
    round_id = begin(store, RoundSetup(**{**SETUP_FIELDS, **fields}), player)
    store.finish_round(round_id, score, correct=15, finished_at=NOW + timedelta(minutes=minutes))
    return round_id


SETUP_FIELDS = {"dataset": "mnist", "run": "first", "kimg": 64, "seed": 1}
