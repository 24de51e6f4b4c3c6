"""Students' files become one store: nothing twice, in any order, and nothing of a file that is not as it should be."""

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from old_scores import write_version_1
from postgres import Server
from scores import FAKE, NOW, REAL, RESPONSE, begin, execute, opened, query
from sqlalchemy import create_engine, text
from students import ROOT, big_export, content, export, merge, run_store, write_student

from game.background_job import BackgroundJob, JobState
from game.round_copy import Copied
from game.store_sources import find_sources
from game.training_run import UserError

PATIENCE_SECONDS = 30.0


# Together


def test_two_students_of_one_name_stay_two_and_keep_everything(tmp_path: Path) -> None:
    one, two = write_student(tmp_path / "one"), write_student(tmp_path / "two")
    target = tmp_path / "all"
    assert merge(one, target) == merge(two, target) == Copied(rounds=4, trials=6)
    expected = [sorted(rows, key=repr) for rows in map(list.__add__, content(one), content(two))]
    assert [sorted(rows, key=repr) for rows in content(target)] == expected
    with opened(target) as store:
        assert [player.name for player in store.players()] == ["Ada", "Ada"]
        # They are players of other computers.
        assert store.own_players() == []
        store.player_named("Ada")
        assert len(store.players()) == 3
    assert query(target, "SELECT * FROM unsent") == []


def test_files_of_both_versions_and_folders_come_together_in_any_order_and_twice(tmp_path: Path) -> None:
    early, late = write_student(tmp_path / "early"), tmp_path / "late"
    shutil.copy(early, late)
    with opened(late) as store:
        # What has changed since: one more is finished, the guest has a name, Ada another one.
        (unfinished,) = (row[0] for row in query(late, "SELECT id FROM rounds WHERE finished_at IS NULL"))
        (guest,) = (row[0] for row in query(late, "SELECT id FROM rounds WHERE player_id IS NULL"))
        store.record(unfinished, 3, [FAKE], RESPONSE, NOW)
        store.finish_round(unfinished, 300, 3, NOW)
        store.name_round(guest, "Grace")
        store.rename_player(store.player_named("Ada"), "Aaron")
    old = tmp_path / "old"
    write_version_1(old, ["Ada", None, "Bo"])
    folder = export(late, tmp_path / "folder")
    results = []
    for order in itertools.permutations((early, late, old)):
        target = tmp_path / f"target-{len(results)}"
        for source in (*order[: len(results) % 4], folder, *order[len(results) % 4 :]):
            merge(source, target)
        results.append(content(target))
        assert merge(order[0], target) == Copied()
        assert content(target) == results[-1]
    assert all(result == results[0] for result in results)
    names = {row[1] for row in results[0][0]}
    assert names == {"Aaron", "Grace", "Ada", "Bo"}
    assert len(results[0][1]) == 4 + 3 and len(results[0][2]) == 7 + 15
    # The originals are as they were.
    assert query(old, "SELECT version FROM schema_version") == [(1,)]


def test_an_older_file_brings_the_same_players_before_and_after_it_was_brought_up(tmp_path: Path) -> None:
    old, target = tmp_path / "old", tmp_path / "target"
    write_version_1(old, ["Ada", "Bo", None])
    merge(old, target)
    before = content(target)
    with opened(old):
        pass
    assert query(old, "SELECT version FROM schema_version") == [(2,)]
    assert merge(old, target) == Copied()
    assert content(target) == before


def test_a_file_may_be_merged_into_itself_and_while_a_game_uses_it(tmp_path: Path) -> None:
    path = write_student(tmp_path / "scores")
    before = content(path)
    with opened(path) as store:
        assert merge(path, path) == Copied()
        store.record(begin(store), 1, [REAL], RESPONSE, NOW)
        # Its last answers are in the log alone.
        assert merge(path, tmp_path / "other") == Copied(rounds=5, trials=7)
        assert store.pending == 0
    assert content(path)[0] == before[0] and len(content(path)[2]) == len(before[2]) + 1


def test_a_source_stays_as_it_is_and_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    source = write_student(tmp_path / "in" / "scores.sqlite")
    before = source.read_bytes()
    merge(source, tmp_path / "all")
    assert [file.name for file in (tmp_path / "in").iterdir()] == ["scores.sqlite"]
    assert source.read_bytes() == before


def test_a_folder_of_files_stands_for_all_of_them(tmp_path: Path) -> None:
    one, two = write_student(tmp_path / "one.sqlite"), write_student(tmp_path / "two.sqlite")
    (tmp_path / "one.sqlite.version-1-20300102T030405Z").touch()
    folder = export(one, tmp_path / "three")
    assert find_sources([tmp_path, one]) == [one, folder, two]
    assert find_sources([folder]) == [folder]
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "none"):
        with pytest.raises(UserError, match=str(path)):
            find_sources([path])


def test_paths_of_folders_don_t_come_along(tmp_path: Path) -> None:
    source = write_student(tmp_path / "one")
    execute(source, "UPDATE rounds SET dataset = 'folder:C:\\Nowhere\\drawings'")
    execute(source, "UPDATE shown_pictures SET picture_dataset = 'folder:/nowhere/anna/' WHERE truth = 'real'")
    merge(source, tmp_path / "all")
    assert query(tmp_path / "all", "SELECT DISTINCT dataset FROM rounds") == [("folder:drawings",)]
    assert query(tmp_path / "all", "SELECT DISTINCT picture_dataset FROM shown_pictures WHERE truth = 'real'") == [
        ("folder:anna",)
    ]


# The command


def test_several_files_are_merged_though_one_is_wrong(tmp_path: Path) -> None:
    for name in ("a", "c"):
        write_student(tmp_path / "class" / f"{name}.sqlite", name)
    (tmp_path / "class" / "b.sqlite").write_bytes(b"x" * 5_000)
    target = tmp_path / "all.sqlite"
    result = run_store("merge", tmp_path / "class", "--scores", target)
    assert result.returncode == 2 and result.stderr.count("\n") == 1 and "b.sqlite" in result.stderr
    assert result.stdout.count("4 rounds and 6 answers") == 2
    assert {row[1] for row in content(target)[0]} == {"a", "c"}
    (tmp_path / "class" / "b.sqlite").unlink()
    again = run_store("import", tmp_path / "class", "--scores", target)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.endswith("merged 2 files: nothing that was not there already\n")


def test_the_game_can_watch_it(tmp_path: Path) -> None:
    folder = export(write_student(tmp_path / "one.sqlite", rounds=60), tmp_path / "folder")
    command = (
        sys.executable,
        "-m",
        "game.store",
        "merge",
        str(folder),
        "--scores",
        str(tmp_path / "all"),
        "--progress",
    )
    shares: list[float] = []
    job = BackgroundJob("merging", command, lambda: shares.append(job.share))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while job.state is JobState.RUNNING:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert job.state is JobState.DONE, job.failure
    assert job.result == {"files": 1, "rounds": 61, "trials": 120}
    assert shares == sorted(shares) and len(shares) >= 2


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM")
@pytest.mark.parametrize(("share", "ending"), [(0.1, signal.SIGTERM), (0.7, signal.SIGTERM), (0.7, signal.SIGKILL)])
def test_whoever_cancels_has_nothing_of_the_file_and_can_begin_again(
    tmp_path: Path, share: float, ending: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    big_export(tmp_path / "folder", 300)
    target = write_student(tmp_path / "all.sqlite")
    before = content(target)
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    command = [sys.executable, "-m", "game.store", "merge", str(tmp_path / "folder"), "--scores", str(target)]
    with subprocess.Popen([*command, "--progress"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line)["share"] >= share:
                process.send_signal(ending)
                break
        process.stdout.read()
    assert process.returncode == (130 if ending == signal.SIGTERM else -ending)
    assert content(target) == before
    if ending == signal.SIGTERM:
        assert list((tmp_path / "scratch").iterdir()) == []
    result = run_store("merge", tmp_path / "folder", "--scores", target)
    assert result.returncode == 0 and "300 rounds and 6,000 answers" in result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="it takes a shell")
def test_the_readme_s_commands_do_what_it_says(tmp_path: Path) -> None:
    blocks = re.findall(r"(?ms)^```\w*\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"))
    export_command, merge_command = [block for block in blocks if "game.store" in block]
    folder = tmp_path / "class"
    folder.mkdir()
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    home = {**os.environ, "PATH": programs, "PYTHONPATH": str(ROOT)}
    for computer, command in (("pupil", export_command), ("teacher", merge_command)):
        write_student(folder / computer / "scores.sqlite", computer)
        home["REAL_OR_FAKE_HOME"] = str(folder / computer)
        result = subprocess.run(["bash", "-euc", command], cwd=folder, env=home, capture_output=True, text=True)
        assert (result.returncode, result.stderr) == (0, "")
        if computer == "pupil":
            (folder / "collected").mkdir()
            (folder / "answers").rename(folder / "collected" / "pupil")
    assert {row[1] for row in content(folder / "teacher" / "scores.sqlite")[0]} == {"pupil", "teacher"}


def test_students_files_go_into_a_class_s_database_and_out_of_it(tmp_path: Path, server: Server) -> None:
    url = server.new_database()
    one, two = write_student(tmp_path / "one.sqlite"), write_student(tmp_path / "two.sqlite", "Grace")
    for _ in range(2):
        result = run_store("merge", one, two, "--database", url)
        assert result.returncode == 0, result.stderr
    result = run_store("export", "--out", tmp_path / "out", "--database", url)
    assert (result.returncode, result.stderr) == (0, "")
    merge(tmp_path / "out", tmp_path / "all")
    both = [sorted(rows, key=repr) for rows in map(list.__add__, content(one), content(two))]
    assert [sorted(rows, key=repr) for rows in content(tmp_path / "all")] == both
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    engine.dispose()
    for arguments in (("merge", one), ("export", "--out", tmp_path / "new")):
        result = run_store(*arguments, "--database", url)
        assert result.returncode == 2 and "newer version" in result.stderr and result.stderr.count("\n") == 1
    result = run_store("merge", one, "--database", server.url("nowhere"))
    assert result.returncode == 2 and "does not exist" in result.stderr
    result = run_store("merge", one, "--databse", url)
    assert result.returncode == 2 and "w%3Ard" not in result.stderr.replace(" ", "")
