"""What strangers hand in is checked: a fault is told of in one sentence with its place, and nothing is taken."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from old_scores import write_version_1
from scores import execute
from students import MOMENT, content, export, merge, write_student

from game.training_run import UserError


def refused(source: Path, target: Path, *words: str) -> None:
    """Asserts that a source is refused in one sentence with these words, and nothing of it taken."""
    before = content(target)
    with pytest.raises(UserError) as refusal:
        merge(source, target)
    message = str(refusal.value)
    assert all(word in message for word in (str(source), *words)), message
    assert message.endswith("nothing of it was taken.") and message.count(".\n") == 0
    assert content(target) == before


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return write_student(tmp_path / "target", "Grace")


def replaced(old: str, new: str) -> Callable[[str], str]:
    def change(content: str) -> str:
        assert old in content
        return content.replace(old, new, 1)

    return change


def doubled(content: str) -> str:
    return content + content.splitlines(True)[1]


@pytest.mark.parametrize(
    ("file", "change", "words"),
    [
        ("players", replaced("Ada", "A\x01da"), "line 2 of players.csv: name"),
        ("players", replaced("Ada", "A\x00da"), "line 2 of players.csv: name"),
        ("players", replaced("Ada", "A" * 256), "255 are the most"),
        ("players", replaced("Ada", "A" * 30_000), "line 2 of players.csv: it has more than"),
        ("players", replaced("Ada", '"Ada'), "line 2 of players.csv"),
        ("players", replaced("id,name", "name,id"), "line 1 of players.csv: the columns are not id, name"),
        ("players", replaced(",0\r\n", ",0,0\r\n"), "line 2 of players.csv: there are 5 cells, not 4"),
        ("players", replaced(",0\r\n", "\r\n"), "line 2 of players.csv: there are 3 cells"),
        ("players", lambda content: "", "players.csv is empty"),
        ("players", doubled, "line 3 of players.csv: there is another"),
        ("players", lambda content: content.splitlines()[0] + "\r\n", "of rounds.csv: there is no player"),
        ("rounds", replaced(",20,", ",0,"), "line 2 of rounds.csv: trial_count is 0, not from 1 to 1000"),
        ("rounds", replaced(",64,", ",sixty-four,"), "kimg is 'sixty-four', which is no whole number"),
        ("rounds", replaced(MOMENT, "yesterday"), "started_at is 'yesterday'"),
        ("rounds", replaced(",900,15,", ",900,,"), "not all there or all empty"),
        ("rounds", replaced(",900,15,", ",-900,15,"), "score is -900"),
        ("responses", lambda content: content.replace(",1.25,", ",nan,", 1), "response_seconds is 'nan'"),
        ("responses", replaced(",fake,,", ",maybe,,"), "line 2 of responses.csv: answer is 'maybe', not one of real"),
        ("responses", replaced(",fake,,", ",fake,1,"), "either answer or chosen_place"),
        ("responses", replaced(",fake,,", ",,,"), "either answer or chosen_place"),
        ("responses", replaced(",,1,", ",,2,"), "there is no picture at the place 2"),
        ("responses", doubled, "of responses.csv: there is another row"),
        ("responses", lambda content: content + "0" * 32 + content.splitlines(True)[1][32:], "there is no round 000"),
        ("shown_pictures", lambda content: "".join(content.splitlines(True)[::2]), "its pictures are not all there"),
        ("shown_pictures", doubled, "there is another row"),
        ("shown_pictures", replaced(",0,real", ",1,real"), "its pictures are not all there"),
        ("shown_pictures", replaced(",mnist,test,9999", ",mnist,,9999"), "a real picture needs picture_dataset"),
        ("shown_pictures", replaced(",real,", ",fake,"), "a fake picture needs picture_run"),
        ("shown_pictures", replaced(",9999,", ",-1,"), "picture_index is -1"),
    ],
)  # fmt: skip
def test_a_folder_with_a_fault_is_refused_with_its_place(
    tmp_path: Path, target: Path, file: str, change: Callable[[str], str], words: str
) -> None:
    folder = export(write_student(tmp_path / "one"), tmp_path / "folder")
    path = folder / f"{file}.csv"
    path.write_bytes(change(path.read_bytes().decode("utf-8-sig")).encode())
    refused(folder, target, words)


def test_a_missing_or_unreadable_file_of_a_folder_is_named(tmp_path: Path, target: Path) -> None:
    folder = export(write_student(tmp_path / "one"), tmp_path / "folder")
    rounds = (folder / "rounds.csv").read_bytes()
    (folder / "rounds.csv").write_bytes(rounds.replace(b"first", b"f\xffrst", 2).replace(b"f\xffrst", b"first", 1))
    refused(folder, target, "line 3 of rounds.csv: the text is not UTF-8")
    (folder / "rounds.csv").unlink()
    refused(folder, target, "rounds.csv is missing")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("UPDATE players SET name = ''", "row 1 of players: name is empty"),
        ("UPDATE rounds SET kimg = 'x'", "row 1 of rounds: kimg is 'x', which is no whole number"),
        ("UPDATE rounds SET kimg = 1.5", "kimg is 1.5"),
        ("UPDATE rounds SET run = x'ff'", "row 1 of rounds: run is b'\\xff', which is no text"),
        ("UPDATE rounds SET run = CAST(x'ff' AS TEXT)", "row 1 of rounds: run is"),
        ("UPDATE responses SET response_seconds = -1", "row 1 of responses: response_seconds is -1"),
        ("UPDATE responses SET response_seconds = 9e999", "which is no number"),
        ("UPDATE responses SET disturbed = 7", "neither 0 nor 1"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM players", "there is no player"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM responses", "row 1 of shown_pictures: there is no trial"),
        ("DELETE FROM shown_pictures WHERE place = 1", "there is no picture at the place 1"),
        ("DROP TABLE shown_pictures", "no such table"),
        ("ALTER TABLE rounds RENAME COLUMN mode TO modus", "no such column"),
        ("UPDATE schema_version SET version = 3", "newer version"),
        ("UPDATE schema_version SET version = 0", "no scores file"),
        ("DROP TABLE schema_version", "no scores file"),
        ("CREATE TRIGGER evil AFTER INSERT ON rounds BEGIN DELETE FROM rounds; END", "triggers"),
        ("CREATE VIEW evil AS SELECT 1", "views"),
        (
            "DROP TABLE shown_pictures; CREATE TABLE shown_pictures (a, b AS (zeroblob(1000000000)))",
            "computed columns",
        ),
    ],
)
def test_a_scores_file_with_a_fault_is_refused(tmp_path: Path, target: Path, script: str, words: str) -> None:
    source = write_student(tmp_path / "one")
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.executescript(script)
    refused(source, target, words)


@pytest.mark.parametrize("damage", ["text", "half", "torn", "empty"])
def test_a_damaged_scores_file_is_refused(tmp_path: Path, target: Path, damage: str) -> None:
    source = write_student(tmp_path / "one", rounds=60)
    whole = source.read_bytes()
    torn = whole[:8192] + b"\xa5" * 8192 + whole[16384:]
    source.write_bytes({"text": b"hello " * 999, "half": whole[: len(whole) // 2], "torn": torn, "empty": b""}[damage])
    refused(source, target)


def test_an_older_file_with_a_fault_is_refused(tmp_path: Path, target: Path) -> None:
    source = tmp_path / "old"
    write_version_1(source, ["Ada"])
    execute(source, "UPDATE rounds SET trial_count = -5")
    refused(source, target, "row 1 of rounds: trial_count is -5")
    execute(source, "DROP TABLE responses")
    refused(source, target, "no such table")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("UPDATE responses SET response_seconds = 99 WHERE number = 1", "trial 1 of round"),
        ("UPDATE shown_pictures SET class_name = 'x' WHERE number = 2", "trial 2 of round"),
        ("UPDATE rounds SET kimg = 65", "round"),
        ("UPDATE rounds SET score = 4711 WHERE score IS NOT NULL", "round"),
    ],
)
def test_what_was_changed_by_hand_is_refused(tmp_path: Path, target: Path, script: str, words: str) -> None:
    copy = tmp_path / "copy"
    shutil.copy(target, copy)
    write_student(copy, "New")
    execute(copy, script)
    refused(copy, target, words, "changed by hand")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_done_to_a_folder_ends_in_a_sentence(handed_in: tuple[Path, Path], data: st.DataObject) -> None:
    _, folder = handed_in
    path = folder / data.draw(st.sampled_from(["players.csv", "rounds.csv", "responses.csv", "shown_pictures.csv"]))
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 5))
    new = data.draw(st.binary(max_size=5) | st.sampled_from([b'"', b",", b"\r\n", b"9"]))
    try:
        path.write_bytes(whole[:place] + new + whole[place + length :])
        merge_or_refuse(folder)
    finally:
        path.write_bytes(whole)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_done_to_a_scores_file_ends_in_a_sentence(
    handed_in: tuple[Path, Path], data: st.DataObject
) -> None:
    whole = bytearray(handed_in[0].read_bytes())
    for place, value in data.draw(st.dictionaries(st.integers(0, len(whole) - 1), st.integers(0, 255))).items():
        whole[place] = value
    path = handed_in[0].with_name("spoilt")
    path.write_bytes(whole)
    merge_or_refuse(path)


@pytest.fixture
def handed_in(tmp_path: Path) -> tuple[Path, Path]:
    """A scores file, and the folder that was exported from it."""
    source = write_student(tmp_path / "one")
    return source, export(source, tmp_path / "folder")


def merge_or_refuse(source: Path) -> None:
    target = source.with_name("all")
    target.unlink(missing_ok=True)
    try:
        merge(source, target)
    except UserError as error:
        assert str(error).endswith("nothing of it was taken.")
        assert content(target) == [[], [], [], []]
