"""A class's database by its URL: opened with short patience, and named without its password."""

import re
from typing import Any
from urllib.parse import quote, quote_plus

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from game.store_migrations import SCHEMA_VERSION
from game.store_opening import Finding, found_version
from game.store_schema import SHARED_TABLES, metadata, schema_version
from game.training_run import UserError

EXAMPLE = "postgresql://user:password@host/name"
# A connection that is not there after this many seconds is not waited for.
CONNECT_SECONDS = 3
STATEMENT_SECONDS = 30
LOCK_SECONDS = 5
# Of a network that was cut, which else takes minutes to notice.
_PATIENCE = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "real-or-fake",
}
# Any number that other programs are not likely to lock by.
_CREATION_LOCK = 7_201_964_550


class Database:
    """A database that rounds can be sent to and read from; `title` names it. Nothing is connected yet."""

    def __init__(self, url: str) -> None:
        """Raises UserError where the URL can't be used, or its driver is not installed."""
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError):
            raise UserError(f"A database is named by a URL like {EXAMPLE}; this one can't be read.") from None
        self._secrets = _secrets(parsed)
        self.title = _title(parsed)
        self.engine = self._open(parsed)

    def prepare(self, connection: Connection) -> None:
        """Makes the tables where there are none; raises UserError where the database is of another version or program.

        Does it within the caller's transaction.
        """
        if connection.dialect.name == "postgresql":
            # A whole class may start at once.
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _CREATION_LOCK})
        if not inspect(connection).has_table(schema_version.name):
            metadata.create_all(connection, tables=SHARED_TABLES, checkfirst=False)
            connection.execute(insert(schema_version).values(version=SCHEMA_VERSION))
        match found_version(connection.scalar(select(schema_version.c.version))):
            case Finding.NEWER:
                raise UserError(f"{self.title} was written by a newer version of the game; use that one.")
            case Finding.OLDER:
                raise UserError(f"{self.title} comes from an older version of the game; name another database.")
            case Finding.FOREIGN:
                raise UserError(f"{self.title} belongs to another program; name another database.")

    def reason(self, error: BaseException) -> str:
        """Returns the first line of what a database said was wrong, without the password."""
        origin = error.orig if isinstance(error, DBAPIError) else error
        lines = str(origin).strip().splitlines() or [type(origin).__name__]
        return self.without_secrets(lines[0].strip(" .:"))

    def without_secrets(self, words: str) -> str:
        """Returns words in which the password is made unreadable."""
        for secret in self._secrets:
            words = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", words)
        return words

    def _open(self, url: URL) -> Engine:
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        try:
            backend = url.get_backend_name()
            if backend == "sqlite":
                return _open_sqlite(url)
            patience = _PATIENCE if url.drivername == "postgresql+psycopg" else {}
            arguments = {name: value for name, value in patience.items() if name not in url.query}
            engine = create_engine(url, connect_args=arguments, pool_size=1, max_overflow=0, pool_pre_ping=True)
        except NoSuchModuleError:
            raise UserError(
                f"No database of the kind {url.drivername} is known; name one by a URL like {EXAMPLE}."
            ) from None
        except ImportError as error:
            if url.drivername == "postgresql+psycopg":
                raise UserError(
                    'A PostgreSQL database needs a package that is not installed: pip install "psycopg[binary]", then '
                    "start again."
                ) from error
            raise UserError(f"This database needs the package {error.name}: install it, then start again.") from error
        except (ArgumentError, TypeError, ValueError) as error:
            raise UserError(f"{self.title} can't be used ({self.reason(error)}); check its URL.") from None
        if backend == "postgresql":
            event.listen(engine, "connect", _limit_patience)
        return engine


def _open_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise UserError("An SQLite database is named by sqlite:/// and the path of a file; this URL names none.")
    engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS})
    event.listen(engine, "connect", _enforce_keys)
    event.listen(engine, "begin", _begin)
    return engine


def _enforce_keys(connection: Any, _record: object) -> None:
    # No write-ahead log: several computers may share the file, which that does not allow.
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")


def _begin(connection: Connection) -> None:
    # Whoever reads first and writes then could else be refused though nobody is in the way for long.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _limit_patience(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{STATEMENT_SECONDS}s'")
        cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    connection.commit()


def _title(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return f"The database {url.database}"
    return f"The database {url.database or ''} on {url.host or 'this computer'}".replace("  ", " ")


def _secrets(url: URL) -> tuple[str, ...]:
    """Returns all forms of all passwords in a URL, the longest first."""
    values: list[str] = [str(url.password)] if url.password else []
    for name, value in url.query.items():
        if any(word in name.lower() for word in ("pass", "secret", "token", "key")):
            values += [value] if isinstance(value, str) else value
    forms = {form for value in values for form in (value, quote(value, safe=""), quote_plus(value)) if form}
    return tuple(sorted(forms, key=len, reverse=True))
