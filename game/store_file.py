"""The scores file as a thing that can be locked, damaged, newer, full or gone.

None of this ever stops a game: what can't be written now waits in memory, and what the player should know
becomes a sentence in `notices`. Use a file from one thread only.
"""

import sqlite3
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Executable, Row, Select
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, ProgrammingError, SQLAlchemyError

from game.settings import set_aside
from game.store_migrations import migrate
from game.store_opening import Finding, create_tables, examine, is_locked, open_engine

OPEN_SECONDS = 0.5
CLOSE_SECONDS = 2.0
RETRY_SECONDS = 0.05

# Trying again would never help with these, and one such write must not hold up the others.
HOPELESS_ERRORS = (IntegrityError, InterfaceError, ProgrammingError, ValueError, OverflowError)


class ScoresFile:
    """An SQLite database with the tables of the game, in the file at `path` or else in memory."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self.notices: list[str] = []
        self._path = path
        self._clock = clock
        self._engine: Engine | None = None
        self._identity: tuple[int, int] | None = None  # of the file; None for a database in memory
        self._queue: deque[tuple[Executable, ...]] = deque()
        deadline = time.monotonic() + OPEN_SECONDS
        while not self._connect() and time.monotonic() < deadline:
            time.sleep(RETRY_SECONDS)

    @property
    def path(self) -> Path | None:
        """Return where the database is; None for one in memory, or while there is none to work with."""
        return None if self._engine is None or self._identity is None else self._path

    @property
    def pending(self) -> int:
        """Return how many writes wait for the database."""
        return len(self._queue)

    def write(self, *statements: Executable) -> None:
        """Execute the statements, all or none of them, after all that wait, or let them wait too."""
        self._queue.append(statements)
        self.flush()

    def read(self, query: Select[Any]) -> list[Row[Any]]:
        """Return the rows of a query, or none when the database can't be read now."""
        return self.read_if_possible(query) or []

    def read_if_possible(self, query: Select[Any]) -> list[Row[Any]] | None:
        """Return the rows of a query, or None when the database can't be read now."""
        self.flush()
        if not self._connect():
            return None
        assert self._engine is not None
        try:
            with self._engine.connect() as connection:
                return list(connection.execute(query).all())
        except (SQLAlchemyError, *HOPELESS_ERRORS) as error:
            self._notice_unless_locked(error)
            return None

    def flush(self) -> None:
        """Write what is pending, in order, up to the first write that fails again."""
        while self._queue and self._connect() and self._is_in_place():
            assert self._engine is not None
            try:
                with self._engine.begin() as connection:
                    for statement in self._queue[0]:
                        connection.execute(statement)
            except HOPELESS_ERRORS as error:
                self._notice(f"Something could not be saved in {self._path} and is lost ({_reason(error)}).")
            except SQLAlchemyError as error:
                self._notice_unless_locked(error)
                return
            self._queue.popleft()

    def close(self) -> None:
        """Write what is pending, waiting about 2 seconds at most, and let go of the file."""
        deadline = time.monotonic() + CLOSE_SECONDS
        self.flush()
        while self._queue and time.monotonic() < deadline:
            time.sleep(RETRY_SECONDS)
            self.flush()
        if self._queue:
            self._notice(f"The last answers ({self.pending}) could not be saved in {self._path} and are lost.")
        if self._engine is not None:
            self._engine.dispose()

    def _connect(self) -> bool:
        """Return whether there is a database to work with; False means that the file is locked."""
        if self._engine is not None:
            return True
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.is_dir():
                return self._use_memory("is a folder")
            looked_at = _identity(self._path)
            finding = examine(self._path)
            if finding is Finding.DAMAGED:
                # Another process may have done the same meanwhile: its new file must not be moved.
                if _identity(self._path) == looked_at:
                    self._set_aside()
                finding = Finding.EMPTY
        except OSError as error:
            return self._use_memory(f"can't be used ({error.strerror or error})")
        if finding is Finding.OLDER:
            try:
                migrate(self._path, self._clock())
            except (sqlite3.Error, OSError) as error:
                if is_locked(error):
                    return False
                return self._use_memory(f"comes from an older version and can't be converted ({error})")
        match finding:
            case Finding.LOCKED:
                return False
            case Finding.NEWER:
                return self._use_memory("was written by a newer version of the game")
            case Finding.FOREIGN:
                return self._use_memory("is a database of another program")
            case Finding.UNREADABLE:
                return self._use_memory("can't be read or written")

        engine = open_engine(self._path)
        try:
            create_tables(engine)
            self._identity = _identity(self._path)
        except (SQLAlchemyError, OSError) as error:
            engine.dispose()
            if is_locked(getattr(error, "orig", None)):
                return False
            return self._use_memory(f"can't be used ({_reason(error)})")
        self._engine = engine
        return True

    def _use_memory(self, problem: str) -> bool:
        self._notice(f"{self._path} {problem}: scores of this game are not kept.")
        self._engine = open_engine(None)
        create_tables(self._engine)
        return True

    def _set_aside(self) -> None:
        try:
            aside = set_aside(self._path, self._clock(), companions=("-wal", "-shm"))
        except FileNotFoundError:
            return  # another process was faster
        self._notice(f"{self._path} was damaged: it is kept as {aside.name}, and a new file begins.")

    def _is_in_place(self) -> bool:
        # SQLite goes on writing to a deleted file without a word, and all of it would be lost.
        try:
            in_place = self._identity is None or _identity(self._path) == self._identity
        except OSError:
            in_place = False
        if not in_place:
            self._notice(f"{self._path} was moved or deleted during the game: put it back to save the scores.")
        return in_place

    def _notice_unless_locked(self, error: Exception) -> None:
        if not is_locked(getattr(error, "orig", None)):
            self._notice(f"{self._path} can't be used now ({_reason(error)}): answers wait until it can.")

    def _notice(self, sentence: str) -> None:
        if sentence not in self.notices:
            self.notices.append(sentence)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _reason(error: Exception) -> str:
    return str(error.orig if isinstance(error, DBAPIError) else error)
