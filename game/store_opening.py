"""What a look at a scores file can find, and how it is opened."""

import sqlite3
from contextlib import closing
from enum import Enum, auto
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, insert, select
from sqlalchemy.engine import URL
from sqlalchemy.pool import StaticPool

from game.store_migrations import BUSY_SECONDS, SCHEMA_VERSION
from game.store_schema import metadata, schema_version

SMALLEST_PAGE_BYTES = 512


class Finding(Enum):
    """What a look at a scores file found."""

    READY = auto()
    EMPTY = auto()
    LOCKED = auto()
    DAMAGED = auto()
    OLDER = auto()
    NEWER = auto()
    FOREIGN = auto()
    UNREADABLE = auto()


def examine(path: Path, access: str = "ro") -> Finding:
    """Return what the file at `path` is, without changing a byte of it; raises OSError."""
    if not path.exists():
        return Finding.EMPTY
    try:
        # Read-only, because the last connection that may write folds the write-ahead log into the file
        # when it closes, and a damaged file must stay as it is.
        address = f"{path.absolute().as_uri()}?mode={access}"
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as connection:
            finding = _examine(connection)
    except UnicodeDecodeError:
        # SQLite complains of a torn description, in words that hold what is torn.
        return Finding.DAMAGED
    except sqlite3.Error as error:
        if is_locked(error):
            return Finding.LOCKED
        if _primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return Finding.DAMAGED
        # A process killed at the wrong moment leaves a journal that only a writer can roll back.
        if _primary_code(error) == sqlite3.SQLITE_READONLY and access == "ro":
            return examine(path, "rw")
        return Finding.UNREADABLE
    # SQLite takes a file of a few bytes for a new one and would overwrite it.
    if finding is Finding.EMPTY and 0 < path.stat().st_size < SMALLEST_PAGE_BYTES:
        return Finding.DAMAGED
    return finding


def _examine(connection: sqlite3.Connection) -> Finding:
    # A file that opens can still hold torn pages; quick_check reports the ones it finds as rows.
    if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        return Finding.DAMAGED
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not tables:
        return Finding.EMPTY
    if "schema_version" not in tables:
        return Finding.FOREIGN
    (version,) = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    return found_version(version)


def found_version(version: object) -> Finding:
    """Return what a database is that calls itself of a version."""
    if not isinstance(version, int) or version < 1:
        return Finding.FOREIGN
    if version == SCHEMA_VERSION:
        return Finding.READY
    return Finding.NEWER if version > SCHEMA_VERSION else Finding.OLDER


def open_engine(path: Path | None, busy_seconds: float = BUSY_SECONDS, begin: str = "BEGIN") -> Engine:
    """Return an engine for the file, or for a database in memory; no file is touched yet.

    It waits so long for another process's write, and begins transactions with `begin`. Left to itself, sqlite3 begins
    none for CREATE TABLE, and a killed game could leave half a schema behind. With a plain BEGIN the write lock is only
    taken by the first change, so that reading needs none.
    """
    if path is None:
        engine = create_engine("sqlite://", poolclass=StaticPool)
    else:
        # A URL object, since a path may hold characters that mean something in a URL.
        url = URL.create("sqlite", database=str(path.absolute()))
        engine = create_engine(url, connect_args={"timeout": busy_seconds})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _configure(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    # With a write-ahead log a killed process loses nothing; only a power cut can cost the last answers.
    connection.execute("PRAGMA synchronous = NORMAL")
    # Of a player who is deleted nothing stays in the file.
    connection.execute("PRAGMA secure_delete = ON")


def create_tables(engine: Engine) -> None:
    """Create what is missing, all or nothing; raises sqlalchemy.exc.DBAPIError.

    Where nothing is missing it needs no write lock. Of two processes that create at once, one may find the
    file locked, and has to try again.
    """
    with engine.begin() as connection:
        metadata.create_all(connection)
        if connection.scalar(select(schema_version.c.version)) is None:
            connection.execute(insert(schema_version).values(version=SCHEMA_VERSION))


def is_locked(error: BaseException | None) -> bool:
    """Return whether an sqlite3 error only says that another process holds the database."""
    return _primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _primary_code(error: BaseException | None) -> int | None:
    # The low byte is the primary code; errors of the sqlite3 module itself have none at all.
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None
