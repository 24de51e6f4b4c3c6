"""A game with a class's database, and a look into both."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from scores import FAKE, NOW, REAL, RESPONSE, SETUP, query
from sqlalchemy import create_engine, text

from game.rules import Choice
from game.services import LazyStore
from game.shared_database import SharedDatabase
from game.store import Store

PATIENCE_SECONDS = 30.0
TABLES = ("players", "rounds", "responses", "shown_pictures")


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Asks the class's database as any other program would."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(sql))]
    engine.dispose()
    return found


def change(url: str, sql: str) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text(sql))
    engine.dispose()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def opened_by(player: str, path: Path, url: str = "") -> LazyStore:
    lazy = LazyStore(path, url)
    lazy.get().play_as(player)
    return lazy


@contextmanager
def game(path: Path, url: str) -> Iterator[tuple[Store, SharedDatabase]]:
    """A game's store and what sends from it."""
    lazy = opened_by("Ada", path, url)
    store = lazy.get()
    assert lazy.shared is not None
    try:
        yield store, lazy.shared
    finally:
        lazy.close()


def sent(path: Path) -> bool:
    return query(path, "SELECT * FROM unsent") == []


def play(store: Store, trials: int = 3, finished: bool = True) -> str:
    round_id = store.begin_round(SETUP, NOW, "0123456789abcdef")
    for number in range(1, trials + 1):
        if number % 2:
            store.record(round_id, number, [REAL], RESPONSE, NOW, ["3"])
        else:
            store.record(round_id, number, [REAL, FAKE], Choice(1, 0.1 + 0.2), NOW)
    if finished:
        store.finish_round(round_id, 300, 2, NOW + timedelta(minutes=1))
    return round_id


def same_rows(path: Path, url: str) -> None:
    """Asserts that both have the same of everything."""
    for table in TABLES:
        here = sorted(query(path, f"SELECT * FROM {table}"), key=repr)
        # PostgreSQL has true and false, which Python takes for 1 and 0, but doesn't write so.
        there = [
            tuple(int(v) if isinstance(v, bool) else v for v in row) for row in rows(url, f"SELECT * FROM {table}")
        ]
        assert sorted(there, key=repr) == here
