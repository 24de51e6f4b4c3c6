"""Reads the scores file in another thread than the one that writes it: many answers take longer than a frame."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from game.store import Store
from game.stored_rounds import StoredRounds
from game.training_run import UserError

Result = TypeVar("Result")

LOCK_SECONDS = 2.0


def reader(store: Store, question: Callable[[StoredRounds], Result]) -> Callable[[], Result]:
    """Returns what answers a question about a store when it is called, from any thread; it then raises UserError.

    A store that has no file is asked at once: it has little more than the rounds of this evening.
    """
    store.flush()
    if store.path is None:
        answer = question(store)
        return lambda: answer
    path = store.path
    return lambda: _read(path, question)


def _read(path: Path, question: Callable[[StoredRounds], Result]) -> Result:
    def connect() -> sqlite3.Connection:
        # A file that was moved away is not made anew.
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=LOCK_SECONDS)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return question(StoredRounds(lambda query: _rows(connection, query)))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error)
        raise UserError(f"{path} can't be read now ({reason}); go back and try again.") from error


def _rows(connection: Connection, query: Select[Any]) -> list[Row[Any]]:
    return list(connection.execute(query).all())
