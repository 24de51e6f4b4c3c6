"""The rows of a store as CSV files, each column explained beside them."""

import csv
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from game.column_meaning import ColumnMeaning, TableMeaning
from game.store_columns import TABLES
from game.store_migrations import SCHEMA_VERSION
from game.store_schema import metadata
from game.training_run import Report, UserError

DICTIONARY = "datapackage.json"
README = "README.txt"
# With the mark that Excel needs to read letters like “é”; other programs know it, or are told of it in the README.
ENCODING = "utf-8-sig"
_ROWS_AT_ONCE = 2_000

_TYPES = {"text": "string", "integer": "integer", "number": "number", "boolean": "integer"}
_README_HEAD = """What was played in “Real or Fake?”, as four tables.
datapackage.json says the same for programs (Table Schema).

The files are UTF-8 with a byte order mark, separated by commas. Python: pandas.read_csv("rounds.csv");
R: read.csv("rounds.csv", fileEncoding = "UTF-8-BOM"). An empty cell means that there is no value. Times are UTC.
Where a part of a text could be a formula, an apostrophe stands before it: before =, +, -, @ and an apostrophe, at the
start of a text and after a comma, semicolon, bar or quotation mark.
Don't save these files with a spreadsheet program: it changes numbers and times.

python -m game.store merge FOLDER takes them into another store.
"""


def export_rows(connection: Connection, out: Path, report: Report) -> dict[str, int]:
    """Writes the folder `out`, all of it or nothing, and returns how many rows each table has.

    Raises UserError where there is something at `out` already.
    """
    counts = {table.name: connection.scalar(select(func.count()).select_from(_rows(table))) or 0 for table in TABLES}
    done, total = 0, max(1, sum(counts.values()))
    with _new_folder(out) as folder:
        for table in TABLES:
            with (folder / f"{table.name}.csv").open("w", encoding=ENCODING, newline="") as stream:
                writer = csv.writer(stream)
                writer.writerow(column.name for column in table.columns)
                for rows in _chunks(connection, table):
                    writer.writerows(rows)
                    done += len(rows)
                    report(min(1.0, done / total), f"writing {table.name}")
        dictionary = json.dumps(data_dictionary(), indent=2, ensure_ascii=False)
        (folder / DICTIONARY).write_text(dictionary + "\n", encoding="utf-8")
        (folder / README).write_text(readme(), encoding="utf-8")
    return counts


def data_dictionary() -> dict[str, Any]:
    """Returns what every column means, as a Data Package of Table Schemas (specs.frictionlessdata.io)."""
    return {
        "name": "real-or-fake",
        "version": str(SCHEMA_VERSION),
        "resources": [
            {
                "name": table.name,
                "path": f"{table.name}.csv",
                "description": table.meaning,
                "encoding": "utf-8",
                "schema": {
                    "fields": [_field(column) for column in table.columns],
                    "missingValues": [""],
                    "primaryKey": list(table.key),
                    "foreignKeys": [
                        {"fields": list(columns), "reference": {"resource": other, "fields": _key_of(other)}}
                        for columns, other in table.references.items()
                    ],
                },
            }
            for table in TABLES
        ],
    }


def readme() -> str:
    """Returns the same for a person to read."""
    lines = [_README_HEAD]
    for table in TABLES:
        lines += [f"{table.name}.csv", "-" * (len(table.name) + 4), table.meaning, ""]
        lines += [f"  {column.name}: {column.meaning}{_details(column)}" for column in table.columns]
        lines += [f"  Together, {' and '.join(table.key)} are different in every row.", ""]
    return "\n".join(lines)


def _field(column: ColumnMeaning) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": not (column.optional or column.emptiable)}
    if column.allowed:
        constraints["enum"] = list(column.allowed)
    if column.kind == "boolean":
        constraints["enum"] = [0, 1]
    if column.pattern:
        constraints["pattern"] = column.pattern
    for name, limit in (("minimum", column.low), ("maximum", column.high)):
        if limit is not None:
            constraints[name] = limit
    field = {"name": column.name, "type": _TYPES[column.kind], "description": column.meaning}
    return {**field, **({"unit": column.unit} if column.unit else {}), "constraints": constraints}


def _details(column: ColumnMeaning) -> str:
    parts = [column.unit] if column.unit else []
    if column.kind == "boolean":
        parts.append("0 or 1")
    if column.allowed:
        parts.append(" or ".join(column.allowed))
    if column.low is not None and column.high is not None and column.high < 2**63 - 1:
        parts.append(f"from {column.low} to {column.high}")
    return f" ({'; '.join(parts)})" if parts else ""


def _key_of(name: str) -> list[str]:
    return next(list(table.key) for table in TABLES if table.name == name)


def _chunks(connection: Connection, table: TableMeaning) -> Iterator[list[list[str]]]:
    rows = _rows(table)
    query = select(rows).order_by(*rows.primary_key).execution_options(yield_per=_ROWS_AT_ONCE)
    for chunk in connection.execute(query).partitions():
        yield [[column.written(value) for column, value in zip(table.columns, row, strict=True)] for row in chunk]


def _rows(table: TableMeaning) -> Any:
    return metadata.tables[table.name]


@contextmanager
def _new_folder(out: Path) -> Iterator[Path]:
    """Gives a folder that becomes `out` when the work is done; nothing of it is left when the work fails."""
    out = out.absolute()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"--out is {out}, which is there already; name a new folder.")
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        temporary.mkdir(parents=True)
        yield temporary
        if out.exists():
            out.rmdir()
        temporary.rename(out)
    except OSError as error:
        raise UserError(f"{out} can't be written ({error.strerror or error}); choose another place.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
