"""Takes students' files into a store: each of them whole or not at all, in any order, and twice is as good as once."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, insert, select

from game.round_copy import ROUNDS_AT_ONCE, Copied, DifferentRowsError, copy_players, copy_rounds
from game.store_opening import create_tables, open_engine
from game.store_relations import RelationCheck
from game.store_schema import metadata, players, rounds
from game.store_sources import refusal, source_rows
from game.store_values import stored_dataset
from game.training_run import Report

# Of the work on a file, what reading and checking takes.
_READING_SHARE = 0.6
_ROWS_AT_ONCE = 2_000

Item = TypeVar("Item")


def merge_source(source: Path, target: Engine, report: Report) -> Copied:
    """Takes a scores file or an exported folder into a database that has its tables; returns what was new to it.

    Raises UserError where anything in it is not as it should be: then nothing was taken.
    """
    with tempfile.TemporaryDirectory(prefix="real-or-fake-merge-") as folder:
        scratch = Path(folder)
        # Of our own make: whatever the source is, what is copied on has our tables, keys and checks.
        staging = open_engine(scratch / "staging.sqlite")
        try:
            create_tables(staging)
            _stage(source, scratch, staging, lambda share, text: report(_READING_SHARE * share, text))
            with staging.connect() as here, target.begin() as there:
                return _copy(
                    here, there, lambda share, text: report(_READING_SHARE + (1 - _READING_SHARE) * share, text)
                )
        except DifferentRowsError as error:
            words = f"{error} is another one than the store has, so one of the two was changed by hand"
            raise refusal(source, words) from error
        finally:
            staging.dispose()


def _stage(source: Path, scratch: Path, staging: Engine, report: Report) -> None:
    check = RelationCheck()
    with closing(source_rows(source, scratch, report)) as placed_rows, staging.begin() as connection:
        for table, of_table in groupby(placed_rows, key=itemgetter(0)):
            for chunk in _chunks(of_table, _ROWS_AT_ONCE):
                rows: list[dict[str, Any]] = []
                for _, place, row in chunk:
                    try:
                        check.add(table, place, row)
                    except ValueError as error:
                        raise refusal(source, f"{place}: {error}") from error
                    for name in ("dataset", "picture_dataset"):
                        if row.get(name):
                            row[name] = stored_dataset(row[name])
                    rows.append(row)
                connection.execute(insert(metadata.tables[table.name]), rows)
        try:
            check.finish()
        except ValueError as error:
            raise refusal(source, str(error)) from error


def _copy(here: Connection, there: Connection, report: Report) -> Copied:
    # In one order everywhere, so that two who merge at once don't wait for each other for ever.
    for ids in _chunks(here.scalars(select(players.c.id).order_by(players.c.id)).all(), ROUNDS_AT_ONCE):
        copy_players(here, there, ids)
    round_ids: Sequence[str] = here.scalars(select(rounds.c.id).order_by(rounds.c.id)).all()
    copied, done = Copied(), 0
    for ids in _chunks(round_ids, ROUNDS_AT_ONCE):
        copied += copy_rounds(here, there, ids)
        done += len(ids)
        report(done / len(round_ids), "writing")
    return copied


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
