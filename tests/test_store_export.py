"""The store as CSV: every column explained, nothing that a spreadsheet could run, and all of it reads back exactly."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from old_scores import write_version_1
from scores import FAKE, NOW, REAL, RESPONSE, SETUP, execute, finish, opened, query
from sqlalchemy import BigInteger, Boolean, Float, Integer, String
from sqlalchemy.types import TypeEngine
from students import run_store

from game.column_meaning import ColumnMeaning
from game.csv_guards import with_guards, without_guards
from game.rules import Choice, Confidence, Truth
from game.store_columns import TABLES
from game.store_export import data_dictionary, readme
from game.store_schema import ROUND_TABLES
from gan.config import NUMBER_LIMIT, TrainingConfig

TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
KINDS: dict[str, tuple[type[TypeEngine[object]], ...]] = {
    "text": (String,),
    "integer": (Integer, BigInteger),
    "number": (Float,),
    "boolean": (Boolean,),
}


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, strict=True))


# The dictionary


def test_the_dictionary_has_every_column_of_the_schema_as_it_is() -> None:
    assert [table.name for table in TABLES] == [table.name for table in ROUND_TABLES]
    for told, table in zip(TABLES, ROUND_TABLES, strict=True):
        assert [column.name for column in told.columns] == [column.name for column in table.columns]
        assert told.key == tuple(column.name for column in table.primary_key)
        references = {tuple(key.column_keys): key.referred_table.name for key in table.foreign_key_constraints}
        assert dict(told.references) == references
        for meaning, column in zip(told.columns, table.columns, strict=True):
            assert meaning.optional == column.nullable, f"{table.name}.{column.name}"
            assert isinstance(column.type, KINDS[meaning.kind]), f"{table.name}.{column.name}"
            if isinstance(column.type, Integer) and not isinstance(column.type, BigInteger):
                assert meaning.high is not None and meaning.high < 2**31, "PostgreSQL's integers end there"


def test_what_may_be_is_what_the_rules_know() -> None:
    by_name = {column.name: column for table in TABLES for column in table.columns}
    for name in ("answer", "first_answer", "truth"):
        assert by_name[name].allowed == tuple(Truth)
    assert (by_name["confidence"].low, by_name["confidence"].high) == (min(Confidence), max(Confidence))


def test_every_number_has_its_limits_and_every_measure_its_unit() -> None:
    for table in TABLES:
        for column in table.columns:
            assert column.meaning.endswith(".")
            if column.kind in ("integer", "number"):
                assert column.low is not None and column.high is not None
            for word in ("seconds", "frames", "kimg", "probability", "_at"):
                assert word not in column.name or column.unit, f"{table.name}.{column.name}"


def test_the_dictionary_is_written_for_programs_and_for_people() -> None:
    told, text = json.loads(json.dumps(data_dictionary())), readme()
    assert [resource["path"] for resource in told["resources"]] == [f"{table.name}.csv" for table in TABLES]
    for resource, table in zip(told["resources"], TABLES, strict=True):
        section = text[text.index(f"{table.name}.csv\n---") :]
        for field, column in zip(resource["schema"]["fields"], table.columns, strict=True):
            assert field["name"] == column.name and field["description"] == column.meaning
            assert field["constraints"]["required"] == (not (column.optional or column.emptiable))
            assert f"  {column.name}: {column.meaning}" in section


# Guards


@given(st.text(st.sampled_from([*TRIGGERS, *"'\",;|x é"]), max_size=12))
@example("=cmd|'/C calc'!A0")
@example(';"=1+1"')
def test_no_part_of_a_text_begins_like_a_formula_and_it_reads_back(text: str) -> None:
    guarded = with_guards(text)
    assert without_guards(guarded) == text
    # Whatever a program takes for the end of a cell.
    for part in re.split('[,;|\t\r\n"]', guarded):
        assert not part.startswith(TRIGGERS)


def test_an_innocent_text_stays_as_it_is() -> None:
    for text in ("", "Ada", "Jean-Luc", "O'Neill", "a+b=c", "folder:drawings", "mnist-2"):
        assert with_guards(text) == text


# Values


@given(st.floats(0, 1e7))
def test_a_number_reads_back_exactly(value: float) -> None:
    column = next(column for table in TABLES for column in table.columns if column.name == "response_seconds")
    assert column.read(column.written(value)) == value


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("score", ["1.0", "1e3", "-1", " 1", "1_0", "١", "0x1", "1" * 30, "1000000001", "", "true"]),
        ("response_seconds", ["nan", "inf", "-0.5", "1e999", "1,5", "1e7.", "", "10000001", "0x1p3", "1" * 40]),
        ("disturbed", ["2", "-1", "true", "", "0.0"]),
        ("answer", ["Real", "fake ", "0"]),
        ("id", ["", "x" * 32, "0" * 31, "0" * 33, "A" * 32, "٠" * 32]),
        ("started_at", ["2030-01-02", "2030-13-02T03:04:05.000000+00:00", "2030-01-02T03:04:05.000000+01:00", ""]),
        ("run", ["", "x" * 256, "a\x00b", "a\nb", "a\u202eb"]),
        ("run_key", ["0" * 15, "0" * 17, "x" * 16]),
        ("confidence", ["0", "4", "1.5"]),
    ],
)
def test_what_a_column_may_not_hold_is_refused(name: str, texts: list[str]) -> None:
    column = next(column for table in TABLES for column in table.columns if column.name == name)
    required = replace(column, optional=False)
    for text in texts:
        with pytest.raises(ValueError, match=r"^(is|has)"):
            required.read(text)


@pytest.mark.parametrize("name", ["kimg", "picture_kimg", "discriminator_kimg"])
def test_the_longest_training_that_there_may_be_can_be_handed_on(name: str) -> None:
    column = next(column for table in TABLES for column in table.columns if column.name == name)
    longest = int(NUMBER_LIMIT) - 1
    assert TrainingConfig(kimg=longest).kimg == column.read(column.written(longest)) == longest


def test_empty_means_none_where_there_may_be_none() -> None:
    assert ColumnMeaning("a", "integer", "", optional=True).read("") is None
    assert ColumnMeaning("a", "text", "", optional=True).read("") is None
    assert ColumnMeaning("a", "text", "", emptiable=True).read("") == ""


# The command


def write_store(path: Path) -> None:
    with opened(path) as store:
        store.play_as('=HYPERLINK("evil");=1, "Ä"')
        round_id = store.begin_round(SETUP, NOW, "0123456789abcdef")
        store.record(round_id, 1, [REAL], RESPONSE, NOW, ["8"])
        store.record(round_id, 2, [REAL, FAKE], Choice(1, 0.1 + 0.2), NOW, ["@", "+1"])
        finish(store, 300, "Grace")
        finish(store, 200, None)


def test_an_export_has_all_rows(tmp_path: Path) -> None:
    write_store(tmp_path / "scores.sqlite")
    result = run_store("export", "--out", tmp_path / "new" / "out", "--scores", tmp_path / "scores.sqlite")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"wrote {tmp_path / 'new' / 'out'}: 3 rounds with 2 answers\n"
    out = tmp_path / "new" / "out"
    assert sorted(file.name for file in out.iterdir()) == [
        "README.txt", "datapackage.json", "players.csv", "responses.csv", "rounds.csv", "shown_pictures.csv",
    ]  # fmt: skip
    for table in TABLES:
        header, *rows = read_csv(out / f"{table.name}.csv")
        assert header == [column.name for column in table.columns]
        read = [tuple(column.read(cell) for column, cell in zip(table.columns, row, strict=True)) for row in rows]
        key = ", ".join(table.key)
        assert read == query(tmp_path / "scores.sqlite", f"SELECT * FROM {table.name} ORDER BY {key}")
        for row in rows:
            for cell in row:
                assert not any(part.startswith(TRIGGERS) for part in re.split('[,;|"]', cell))
    assert json.loads((out / "datapackage.json").read_text()) == json.loads(json.dumps(data_dictionary()))


def test_exporting_twice_gives_the_same_bytes_and_never_overwrites(tmp_path: Path) -> None:
    write_store(tmp_path / "scores.sqlite")
    for name in ("one", "two"):
        (tmp_path / "two").mkdir(exist_ok=True)
        assert run_store("export", "--out", tmp_path / name, "--scores", tmp_path / "scores.sqlite").returncode == 0
    for file in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / file.name).read_bytes() == file.read_bytes()
    (tmp_path / "one" / "players.csv").write_text("mine")
    again = run_store("export", "--out", tmp_path / "one", "--scores", tmp_path / "scores.sqlite")
    assert (again.returncode, again.stderr.count("\n")) == (2, 1) and "is there already" in again.stderr
    assert (tmp_path / "one" / "players.csv").read_text() == "mine"


def test_what_can_not_be_exported_is_told_of_in_one_sentence(tmp_path: Path) -> None:
    for name, content in (("none", None), ("damaged", b"x" * 5_000), ("foreign", None), ("newer", None)):
        path = tmp_path / name
        if content:
            path.write_bytes(content)
        elif name == "foreign":
            execute(path, "CREATE TABLE other (a)")
        elif name == "newer":
            with opened(path):
                pass
            execute(path, "UPDATE schema_version SET version = 99")
        result = run_store("export", "--out", tmp_path / "out", "--scores", path)
        assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.stderr
        assert str(path) in result.stderr and result.stderr.endswith(".\n")
        assert not (tmp_path / "out").exists()
    (tmp_path / "file").touch()
    write_store(tmp_path / "scores.sqlite")
    result = run_store("export", "--out", tmp_path / "file" / "out", "--scores", tmp_path / "scores.sqlite")
    assert result.returncode == 2 and "choose another place" in result.stderr


def test_an_older_file_is_exported_as_the_game_would_open_it(tmp_path: Path) -> None:
    write_version_1(tmp_path / "scores.sqlite", ["Ada", None])
    result = run_store("export", "--progress", "--out", tmp_path / "out", "--scores", tmp_path / "scores.sqlite")
    assert result.returncode == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert lines[-1]["result"] == str(tmp_path / "out") and lines[-1]["share"] == 1
    shares = [line["share"] for line in lines]
    assert shares == sorted(shares)
    assert len(read_csv(tmp_path / "out" / "responses.csv")) == 11
