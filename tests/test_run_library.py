"""All runs of a folder, kept up to date: no change of the files is missed, and a bad folder stops nothing."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from bare_runs import write_bare_run
from lab_runs import add_tick, write_grid, write_lab_run
from playing import NOW

from game.lab import Lab
from game.run_library import LOOK_SECONDS, RunLibrary
from game.training_run import RunState
from gan.run_lock import run_lock
from gan.run_log import RunStatus, keep_ticks_until, latest_sample_path, read_record, rung_path, write_record
from gan.run_title import write_title


def library_of(folder: Path) -> RunLibrary:
    library = RunLibrary(folder)
    library.refresh()
    return library


def names(library: RunLibrary) -> list[str]:
    return [run.name for run in library.runs]


def test_shipped_runs_come_first_then_the_newest(tmp_path: Path) -> None:
    for minute, name in enumerate(("old", "fashion-mnist", "new", "mnist", "newest")):
        write_lab_run(tmp_path / name, minute=minute)
    write_bare_run(tmp_path / "undated", (2,))
    library = library_of(tmp_path)
    assert names(library) == ["mnist", "fashion-mnist", "newest", "new", "old", "undated"]
    assert library.problems == ()


def test_a_folder_without_runs_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "judges").mkdir()
    (tmp_path / "notes.txt").touch()
    assert (library_of(tmp_path).runs, library_of(tmp_path).problems) == ((), ())
    assert library_of(tmp_path / "missing").runs == ()


def test_hidden_folders_are_left_out(tmp_path: Path) -> None:
    write_lab_run(tmp_path / "own")
    write_lab_run(tmp_path / ".import-own")
    (tmp_path / ".deleted-own").mkdir()
    (tmp_path / ".deleted-own" / "run.json").write_text("{")
    library = library_of(tmp_path)
    assert (names(library), library.problems) == (["own"], ())


@pytest.mark.parametrize("damage", ["torn", "folder", "newer"])
def test_a_damaged_folder_is_one_sentence_and_the_others_play(tmp_path: Path, damage: str) -> None:
    write_lab_run(tmp_path / "good")
    record = write_lab_run(tmp_path / "bad") / "run.json"
    record.unlink()
    if damage == "folder":
        record.mkdir()
    else:
        record.write_text("{" if damage == "torn" else '{"schema_version": 99, "config": {}}')
    library = library_of(tmp_path)
    assert names(library) == ["good"]
    [problem] = library.problems
    assert str(tmp_path / "bad") in problem and problem.endswith(".") and "\n" not in problem
    shutil.rmtree(tmp_path / "bad")
    assert library.refresh() and library.problems == ()


def test_statistics_that_can_not_be_read_leave_a_run_without_figures(tmp_path: Path) -> None:
    run = write_lab_run(tmp_path / "own")
    (run / "stats.jsonl").unlink()
    (run / "stats.jsonl").mkdir()
    library = library_of(tmp_path)
    assert (library.ticks(library.runs[0]), library.measured(library.runs[0])) == ((), {})


def test_only_runs_of_a_dataset_with_a_rung_are_playable(tmp_path: Path) -> None:
    write_lab_run(tmp_path / "clothes", dataset="fashion-mnist", minute=3)
    write_lab_run(tmp_path / "no-rung", (), minute=2)
    write_lab_run(tmp_path / "digits", minute=1)
    lab = Lab(tmp_path, lambda: NOW)
    lab.look(0.0)
    assert [run.name for run in lab.playable("mnist")] == ["digits"]
    assert [run.name for run in lab.playable("fashion-mnist")] == ["clothes"]


def test_a_judge_distance_belongs_to_the_rung_that_was_saved_with_it(tmp_path: Path) -> None:
    run = write_lab_run(tmp_path / "own", (2, 4, 8, 16))
    (run / "stats.jsonl").unlink()
    for kimg, distance in ((1.5, 15.0), (2.0, 20.0), (4.0, None), (8.0625, 80.0), (12.0, None), (16.0, 160.0)):
        add_tick(run, kimg, distance)
    library = library_of(tmp_path)
    measured = library.measured(library.runs[0])
    assert {kimg: tick.judge_distance for kimg, tick in measured.items()} == {2: 20.0, 8: 80.0, 16: 160.0}


CHANGES = {
    "a rung": lambda run: rung_path(run, 64).touch(),
    "a tick": lambda run: add_tick(run, 99),
    "a title": lambda run: write_title(run, "Monday"),
    "a state": lambda run: (run / "state.safetensors").touch(),
    "a sample": lambda run: write_grid(run / "samples" / "000004.png"),
    "the newest sample": lambda run: write_grid(latest_sample_path(run)),
    "a record": lambda run: write_record(run, read_record(run)),
    "a pause": lambda run: (run / "pause").touch(),
    "a stop": lambda run: (run / "stop").touch(),
    "its end": lambda run: shutil.rmtree(run),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_is_seen_once(tmp_path: Path, change: object) -> None:
    run = write_lab_run(tmp_path / "own")
    for path in (*run.rglob("*"), run):
        os.utime(path, (1e9, 1e9))
    library = library_of(tmp_path)
    version = library.version
    assert not library.refresh() and library.version == version
    change(run)  # type: ignore[operator]
    assert library.refresh() and library.version == version + 1
    assert not library.refresh() and library.version == version + 1


def test_a_new_rung_a_new_tick_and_a_new_title_are_there_at_the_next_look(tmp_path: Path) -> None:
    run = write_lab_run(tmp_path / "own", (2, 4))
    library = library_of(tmp_path)
    assert len(library.ticks(library.runs[0])) == 2
    rung_path(run, 8).touch()
    add_tick(run, 8.0, 3.5)
    write_title(run, "Monday")
    library.refresh()
    [read] = library.runs
    assert (read.rungs, read.title) == ((2, 4, 8), "Monday")
    assert library.measured(read)[8].judge_distance == 3.5


def test_a_new_run_appears_and_a_deleted_one_disappears(tmp_path: Path) -> None:
    library = library_of(tmp_path)
    run = write_lab_run(tmp_path / "own")
    assert library.refresh() and names(library) == ["own"]
    assert library.run("own") is library.runs[0]
    shutil.rmtree(run)
    assert library.refresh() and names(library) == [] and library.run("own") is None


def test_a_resumed_runs_shortened_and_regrown_statistics_are_read_anew(tmp_path: Path) -> None:
    run = write_lab_run(tmp_path / "own", (), RunStatus.STOPPED)
    for step in (16, 32, 48):
        add_tick(run, step * 0.064, step=step)
    library = library_of(tmp_path)
    assert [tick.step for tick in library.ticks(library.runs[0])] == [16, 32, 48]
    keep_ticks_until(run, 16)
    for step in (40, 56, 72):
        add_tick(run, step * 0.064, step=step)
    library.refresh()
    assert [tick.step for tick in library.ticks(library.runs[0])] == [16, 40, 56, 72]


def test_a_state_follows_lock_stop_and_pause(tmp_path: Path) -> None:
    run = write_lab_run(tmp_path / "own", status=RunStatus.RUNNING)
    library = library_of(tmp_path)

    def state() -> RunState:
        assert library.refresh(), "the change was not seen"
        return library.runs[0].state

    assert library.runs[0].state is RunState.INTERRUPTED
    with run_lock(run):
        assert state() is RunState.RUNNING
        (run / "pause").touch()
        assert state() is RunState.PAUSED
        (run / "stop").touch()
        assert state() is RunState.STOPPING
    assert state() is RunState.INTERRUPTED
    write_record(run, replace(read_record(run), status=RunStatus.DONE))
    assert state() is RunState.DONE


def test_a_look_happens_no_more_often_than_it_has_to(tmp_path: Path) -> None:
    library = RunLibrary(tmp_path)
    assert not library.look(100.0)
    write_lab_run(tmp_path / "own")
    assert not library.look(100.0 + LOOK_SECONDS - 0.01) and names(library) == []
    assert library.look(100.0 + LOOK_SECONDS) and names(library) == ["own"]


def test_a_run_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    for place in range(5):
        write_lab_run(tmp_path / f"own-{place}")
    library = library_of(tmp_path)
    before = {run.name: run for run in library.runs}
    rung_path(tmp_path / "own-3", 64).touch()
    library.refresh()
    assert [run.name for run in library.runs if run is not before[run.name]] == ["own-3"]


def test_of_many_idle_runs_some_are_looked_at_each_time_and_an_active_one_always(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("game.run_library.RUNS_PER_LOOK", 3)
    for number in range(9):
        write_bare_run(tmp_path / f"run-{number}", (2,))
    library = RunLibrary(tmp_path)
    library.look(0.0)
    with run_lock(tmp_path / "run-3"):
        library.refresh()
        for turn in range(1, 9):
            rung_path(tmp_path / "run-3", 2 + turn).touch()
            assert library.look(float(turn))
    library.refresh()
    for number in range(9):
        rung_path(tmp_path / f"run-{number}", 1024).touch()
    seen = []
    for turn in range(10, 14):
        library.look(float(turn))
        seen.append(sum(1024 in run.rungs for run in library.runs))
    assert seen[0] < 9 and seen[-1] == 9
