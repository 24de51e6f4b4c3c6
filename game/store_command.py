"""What `python -m game.store` does: the store as CSV files, and students' files into the store."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, assert_never

import tyro
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from game.command_flags import parse_flags
from game.database_url import Database
from game.round_copy import Copied
from game.store import default_path
from game.store_export import export_rows
from game.store_merge import merge_source
from game.store_migrations import migrate
from game.store_opening import Finding, create_tables, examine, is_locked, open_engine
from game.store_sources import find_sources
from gan.cancelling import cancel_on_sigterm
from gan.command_line import report_errors
from gan.errors import UserError
from gan.job_progress import Report, report_json, report_result, reporter

PROGRAM = "python -m game.store"
# A game writes for milliseconds, another merge for seconds.
BUSY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """Write all players, rounds and answers as CSV files, with a description of every column."""

    out: Path
    """The new folder to write."""
    scores: Path | None = None
    """The scores file; by default that of the game."""
    database: str | None = None
    """URL of a class's database, to read it instead."""
    progress: bool = False
    """Print lines of JSON that say how far it is."""


@dataclass(frozen=True, slots=True)
class MergeOptions:
    """Take students' scores files and exported folders into the store; what is there already comes no second time."""

    sources: tyro.conf.Positional[tuple[Path, ...]]
    """Scores files, exported folders, or folders that hold such."""
    scores: Path | None = None
    """The scores file to take them into; by default that of the game."""
    database: str | None = None
    """URL of a class's database, to take them into that instead."""
    progress: bool = False
    """Print lines of JSON that say how far it is."""


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """Hand on what was played, or put together what several students have played."""

    action: (
        Annotated[ExportOptions, tyro.conf.subcommand("export")]
        | Annotated[MergeOptions, tyro.conf.subcommand("merge")]
    )


def run_store_command() -> int:
    """Exports or merges as the command line says, `import` being another word for merge; returns the exit status."""
    cancel_on_sigterm()
    arguments = ["merge" if word == "import" else word for word in sys.argv[1:2]] + sys.argv[2:]
    return report_errors(lambda: main(parse_flags(StoreOptions, PROGRAM, arguments)))


def main(options: StoreOptions) -> int:
    """Exports or merges and returns 0; raises UserError."""
    match options.action:
        case ExportOptions() as export:
            return _export(export)
        case MergeOptions() as merge:
            return _merge(merge)
        case _:
            assert_never(options.action)


def _export(options: ExportOptions) -> int:
    with _reading(options.scores, options.database) as connection:
        counts = export_rows(connection, options.out, reporter(options.progress))
    text = f"wrote {options.out}: {_count(counts['rounds'], 'round')} with {_count(counts['responses'], 'answer')}"
    report_result(options.progress, text, str(options.out))
    return 0


def _merge(options: MergeOptions) -> int:
    report, failures, total = reporter(options.progress), [], Copied()
    if not options.sources:
        raise UserError("Name the scores files or exported folders to merge.")
    sources = find_sources(options.sources)
    with _writing(options.scores, options.database) as engine:
        for place, source in enumerate(sources):
            try:
                copied = merge_source(source, engine, _part_of(report, place, len(sources), source.name))
            except UserError as error:
                failures.append(str(error))
                continue
            total += copied
            if not options.progress:
                print(f"merged {source}: {_news(copied)}", flush=True)
    if failures:
        others = f" (and {len(failures) - 1} more of {len(sources)} could not be merged)" if len(failures) > 1 else ""
        raise UserError(f"{failures[0].rstrip('.')}{others}.")
    text = f"merged {_count(len(sources), 'file')}: {_news(total)}"
    if options.progress:
        report_json(1.0, text, {"files": len(sources), "rounds": total.rounds, "trials": total.trials})
    elif len(sources) > 1:
        print(text)
    return 0


@contextmanager
def _reading(scores: Path | None, url: str | None) -> Iterator[Connection]:
    """Gives a connection that sees everything as it is at one moment."""
    if url is None:
        path = scores or default_path()
        if not path.is_file():
            raise UserError(f"There are no scores in {path}; name another file by --scores.")
        engine = _open_scores(path, "BEGIN")
        with _errors_as_sentences(str(path)), engine.connect() as connection:
            yield connection
    else:
        database = Database(url)
        with _errors_as_sentences(database.title, database):
            with database.engine.begin() as connection:
                database.prepare(connection)
            level = "REPEATABLE READ" if database.engine.dialect.name == "postgresql" else None
            with database.engine.connect() as connection:
                yield connection.execution_options(isolation_level=level) if level else connection


@contextmanager
def _writing(scores: Path | None, url: str | None) -> Iterator[Engine]:
    """Gives an engine for a database that has its tables."""
    if url is None:
        path = scores or default_path()
        with _errors_as_sentences(str(path)):
            yield _open_scores(path, "BEGIN IMMEDIATE")
    else:
        database = Database(url)
        with _errors_as_sentences(database.title, database):
            with database.engine.begin() as connection:
                database.prepare(connection)
            yield database.engine


def _open_scores(path: Path, begin: str) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    problems = {
        Finding.LOCKED: "is in use; close the other program and try again",
        Finding.DAMAGED: "is damaged; start the game once, which keeps it aside and begins a new one",
        Finding.NEWER: "was written by a newer version of the game; use that one",
        Finding.FOREIGN: "is a database of another program; name another file by --scores",
        Finding.UNREADABLE: "can't be read; check its permissions",
    }
    finding = examine(path)
    if finding in problems:
        raise UserError(f"{path} {problems[finding]}.")
    if finding is Finding.OLDER:
        try:
            migrate(path, datetime.now(UTC))
        except sqlite3.Error as error:
            if is_locked(error):
                raise UserError(f"{path} {problems[Finding.LOCKED]}.") from error
            raise UserError(f"{path} comes from an older version and can't be converted ({error}).") from error
    engine = open_engine(path, BUSY_SECONDS, begin)
    with _errors_as_sentences(str(path)):
        create_tables(engine)
    return engine


@contextmanager
def _errors_as_sentences(place: str, database: Database | None = None) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        reason = database.reason(error) if database else str(getattr(error, "orig", error))
        raise UserError(f"{place} can't be used now ({reason}); check it and try again.") from None


def _part_of(report: Report, place: int, count: int, name: str) -> Report:
    return lambda share, text: report((place + share) / count, f"{name}: {text}")


def _news(copied: Copied) -> str:
    if copied == Copied():
        return "nothing that was not there already"
    return f"{_count(copied.rounds, 'round')} and {_count(copied.trials, 'answer')} that were not there yet"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
