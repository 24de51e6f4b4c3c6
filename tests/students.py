"""What students hand in, and a store that it is merged into."""

import csv
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from scores import FAKE, NOW, REAL, RESPONSE, SETUP, finish, opened, query

from game.round_copy import Copied
from game.rules import Choice
from game.store_columns import TABLES
from game.store_export import export_rows
from game.store_merge import merge_source
from game.store_opening import create_tables, open_engine

ROOT = Path(__file__).parents[1]
MOMENT = "2030-01-02T03:04:05.000000+00:00"


def run_store(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "game.store", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def quiet(share: float, text: str) -> None:
    assert 0 <= share <= 1 and text


def content(path: Path) -> list[list[tuple[Any, ...]]]:
    """Returns all rows that can come from elsewhere."""
    return [query(path, f"SELECT * FROM {table.name} ORDER BY {', '.join(table.key)}") for table in TABLES]


def merge(source: Path, target: Path) -> Copied:
    engine = open_engine(target)
    create_tables(engine)
    try:
        return merge_source(source, engine, quiet)
    finally:
        engine.dispose()


def export(path: Path, out: Path) -> Path:
    engine = open_engine(path)
    with engine.connect() as connection:
        export_rows(connection, out, quiet)
    engine.dispose()
    return out


def write_student(path: Path, name: str = "Ada", rounds: int = 3) -> Path:
    """Writes what a student played: rounds of each kind, the last one unfinished, and one of a guest."""
    with opened(path) as store:
        store.play_as(name)
        for place in range(rounds):
            round_id = store.begin_round(SETUP, NOW, "0123456789abcdef")
            store.record(round_id, 1, [REAL], RESPONSE, NOW, ["8"])
            store.record(round_id, 2, [REAL, FAKE], Choice(1, 0.1 + 0.2), NOW)
            if place < rounds - 1:
                store.finish_round(round_id, 100 * place, 1, NOW)
        finish(store, 900, None)
    return path


def big_export(folder: Path, rounds: int) -> None:
    """Writes an export that takes a while."""
    dice = random.Random(1)
    folder.mkdir()
    rows: dict[str, list[list[object]]] = {table.name: [[c.name for c in table.columns]] for table in TABLES}
    for _ in range(rounds):
        round_id = dice.randbytes(16).hex()
        rows["rounds"].append([round_id, "", "mnist", "first", "", 64, 1, "practice", 20, MOMENT, "", "", "", 0])
        for number in range(1, 21):
            rows["responses"].append([round_id, number, "real", *[""] * 8, 1.25, 0, MOMENT])
            rows["shown_pictures"].append([round_id, number, 0, "fake", "", "", "", "", "first", 64, number])
    for name, lines in rows.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows(lines)
