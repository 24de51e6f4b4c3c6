"""What students hand in: scores files and exported folders, read with distrust.

Each row comes with its place, such as “line 7 of rounds.csv”, for whoever finds something wrong with it.
"""

import csv
import re
import shutil
import sqlite3
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from game.column_meaning import TableMeaning, checked_row
from game.store_columns import TABLES
from game.store_export import ENCODING
from game.store_migrations import SCHEMA_VERSION, take_steps
from game.training_run import Report, UserError

MAX_BYTES = 2**30
MAX_ROWS = 1_000_000
_MAX_LINE_BYTES = 20_000
_NOTHING_TAKEN = "nothing of it was taken"

# A row of a table, and where it stands.
PlacedRow = tuple[TableMeaning, str, dict[str, Any]]


def refusal(source: Path, words: str) -> UserError:
    """Returns the error for a source with which something is wrong."""
    return UserError(f"{source}: {words}; {_NOTHING_TAKEN}.")


def find_sources(paths: Iterable[Path]) -> list[Path]:
    """Returns the scores files and exported folders that paths name: themselves, or what lies in a folder.

    Raises UserError where there is none.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_file() or _is_export(path):
            found.append(path)
        elif path.is_dir():
            inside = sorted(item for item in path.iterdir() if item.suffix == ".sqlite" or _is_export(item))
            if not inside:
                raise UserError(f"In {path} is no exported folder and no file that ends in .sqlite; name another one.")
            found += inside
        else:
            raise UserError(f"There is no {path}; name a scores file or an exported folder.")
    return list(dict.fromkeys(found))


def source_rows(source: Path, scratch: Path, report: Report) -> Generator[PlacedRow, None, None]:
    """Gives every row of a source, each of them checked by itself, table after table.

    `scratch` is a folder for a copy. Raises UserError with the place of what is wrong.
    """
    if source.is_dir():
        yield from _csv_rows(source, report)
        return
    copy = _copied(source, scratch)
    try:
        with closing(sqlite3.connect(copy)) as connection:
            _make_present(source, connection)
            yield from _sqlite_rows(source, connection, report)
    # Where SQLite complains of what is no Unicode, Python can't read the complaint.
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise refusal(source, f"this is no scores file that can be read ({error})") from error


def _is_export(path: Path) -> bool:
    return path.is_dir() and (path / f"{TABLES[0].name}.csv").is_file()


# Folders of CSV files


def _csv_rows(folder: Path, report: Report) -> Iterator[PlacedRow]:
    files = [(table, folder / f"{table.name}.csv") for table in TABLES]
    for _, path in files:
        if not path.is_file():
            raise refusal(folder, f"{path.name} is missing")
    total = sum(path.stat().st_size for _, path in files)
    if total > MAX_BYTES:
        raise refusal(folder, f"its files have more than {MAX_BYTES / 2**30:g} GiB")
    done = 0
    for table, path in files:
        with path.open("rb") as stream:
            lines = _Lines(stream)
            reader = csv.reader(lines, strict=True)
            names = [column.name for column in table.columns]
            while True:
                # A row may go over several lines.
                first = lines.count + 1
                try:
                    cells = next(reader, None)
                    if cells is None:
                        break
                    if first == 1:
                        if cells != names:
                            raise ValueError(f"the columns are not {', '.join(names)}")
                        continue
                    if lines.count > MAX_ROWS:
                        raise ValueError(f"there are more than {MAX_ROWS:,} rows")
                    if len(cells) != len(names):
                        raise ValueError(f"there are {len(cells)} cells, not {len(names)}")
                    row = checked_row(table, cells, are_texts=True)
                except (ValueError, csv.Error) as error:
                    words = "the text is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
                    raise refusal(folder, f"line {first} of {path.name}: {words}") from error
                yield table, f"line {first} of {path.name}", row
                if lines.count % 1_000 == 0:
                    report((done + lines.bytes) / max(1, total), f"reading {path.name}")
        if not lines.count:
            raise refusal(folder, f"{path.name} is empty")
        done += path.stat().st_size


class _Lines:
    """The lines of a file, none of them without end; `count` of them with so many `bytes` so far."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0
        self.bytes = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._stream.readline(_MAX_LINE_BYTES)
        if not line:
            raise StopIteration
        if len(line) == _MAX_LINE_BYTES:
            raise ValueError(f"it has more than {_MAX_LINE_BYTES} bytes")
        self.count += 1
        self.bytes += len(line)
        # Line by line, so that the line is known in which the text is none.
        return line.decode(ENCODING if self.count == 1 else "utf-8")


# Scores files


def _copied(source: Path, scratch: Path) -> Path:
    """Returns a copy of a scores file with what is in its write-ahead log; the original stays as it is."""
    log = source.with_name(f"{source.name}-wal")
    if source.stat().st_size + (log.stat().st_size if log.is_file() else 0) > MAX_BYTES:
        raise refusal(source, f"it has more than {MAX_BYTES / 2**30:g} GiB")
    copy = scratch / "copy.sqlite"
    if log.is_file():
        try:
            # A game may be using it.
            address = f"{source.absolute().as_uri()}?mode=ro"
            with (
                closing(sqlite3.connect(address, uri=True, timeout=5)) as reader,
                closing(sqlite3.connect(copy)) as writer,
            ):
                reader.backup(writer)
            return copy
        except sqlite3.Error:
            # On a disk that can't be written a log can't be read in its place.
            copy.unlink(missing_ok=True)
            shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
    shutil.copyfile(source, copy)
    return copy


def _make_present(source: Path, connection: sqlite3.Connection) -> None:
    """Brings the copy of a scores file to the present version; raises UserError where it is none."""
    # Texts that are no Unicode become such that the check refuses.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise refusal(source, "it is damaged")
    schema = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_schema").fetchall()
    # What a stranger's file could make run by itself, or take for ever over, when it is read.
    if any(kind in ("view", "trigger") or "virtual" in sql[:30].lower() for kind, _, sql in schema):
        raise refusal(source, "it has views, triggers or virtual tables, which no scores file has")
    ours = {"schema_version", *(table.name for table in TABLES)}
    if any(name in ours and re.search(r"(?i)\bas\s*\(", sql) for _, name, sql in schema):
        raise refusal(source, "it has computed columns, which no scores file has")
    if not any((kind, name) == ("table", "schema_version") for kind, name, _ in schema):
        raise refusal(source, "it is no scores file")
    (version,) = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    if not isinstance(version, int) or version < 1:
        raise refusal(source, "it is no scores file")
    if version > SCHEMA_VERSION:
        raise refusal(source, "it was written by a newer version of the game, so use that one")
    if version < SCHEMA_VERSION:
        connection.execute("BEGIN")
        take_steps(connection, version)
        connection.execute("COMMIT")


def _sqlite_rows(source: Path, connection: sqlite3.Connection, report: Report) -> Iterator[PlacedRow]:
    counts = [connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0] for table in TABLES]
    if max(counts) > MAX_ROWS:
        raise refusal(source, f"there are more than {MAX_ROWS:,} rows")
    done = 0
    for table in TABLES:
        columns = ", ".join(column.name for column in table.columns)
        rows = connection.execute(f"SELECT {columns} FROM {table.name} ORDER BY {', '.join(table.key)}")
        for number, values in enumerate(rows, 1):
            place = f"row {number} of {table.name}"
            try:
                row = checked_row(table, values, are_texts=False)
            except ValueError as error:
                raise refusal(source, f"{place}: {error}") from error
            yield table, place, row
            done += 1
            if done % 1_000 == 0:
                report(done / max(1, sum(counts)), f"reading {table.name}")
