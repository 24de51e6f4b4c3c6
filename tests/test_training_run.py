"""Runs as the window finds them: in order, with their figures, and a bad folder never stops the game."""

import os
from pathlib import Path

import pytest
from playing import write_bare_run

from game.training_run import list_runs, read_run, rung_name
from gan.run_log import Tick, append_tick

NAMES = [
    (1, "Static"),
    (2, "Static"),
    (4, "Fog"),
    (8, "Smudge"),
    (16, "Scribble"),
    (32, "Toddler"),
    (64, "Beginner"),
    (128, "Student"),
    (256, "Apprentice"),
    (512, "Copyist"),
    (1024, "Craftsman"),
    (2048, "Forger"),
    (4096, "Master forger"),
    (8192, "Master forger"),
    (524_288, "Master forger"),
]


@pytest.mark.parametrize(("kimg", "name"), NAMES)
def test_every_doubling_has_its_name(kimg: int, name: str) -> None:
    assert rung_name(kimg) == name


def test_a_longer_training_never_has_an_earlier_name() -> None:
    order = list(dict.fromkeys(name for _, name in NAMES))
    places = [order.index(rung_name(kimg)) for kimg in range(5000)]
    assert places == sorted(places)


def bare_run(run: Path, rungs: tuple[int, ...], age_seconds: int = 0, batch_size: int = 64) -> Path:
    """Writes a run that was never measured, `age_seconds` old."""
    write_bare_run(run, rungs, batch_size=batch_size)
    (run / "stats.jsonl").unlink(missing_ok=True)
    os.utime(run, (2e9 - age_seconds, 2e9 - age_seconds))
    return run


def tick(run: Path, kimg: float, distance: float | None = None, floor: float | None = None) -> None:
    append_tick(run, Tick(kimg, 1, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, judge_distance=distance, judge_floor=floor))


def test_a_run_is_read_with_its_rungs_ascending(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "own", (64, 2), dataset="fashion-mnist")
    run = read_run(tmp_path / "own")
    assert (run.name, run.folder, run.dataset, run.rungs) == ("own", tmp_path / "own", "fashion-mnist", (2, 64))
    assert run.judge_distances == {2: 8.75, 64: 8.75}
    assert run.judge_floor == 0.25


def test_a_judge_distance_belongs_to_the_rung_that_was_saved_with_it(tmp_path: Path) -> None:
    run = bare_run(tmp_path / "own", (2, 4, 8, 16))
    tick(run, 1.5, 15.0, 0.5)  # before the first rung
    tick(run, 2.0, 20.0, 0.5)
    tick(run, 4.0)  # not measured
    tick(run, 8.0625, 80.0, 0.5)  # at the first whole step after the rung
    tick(run, 12.0)
    tick(run, 16.0, 160.0, 0.5)
    read = read_run(run)
    assert read.judge_distances == {2: 20.0, 8: 80.0, 16: 160.0}
    assert read.judge_floor == 0.5


def test_a_run_without_measurements_has_no_figures(tmp_path: Path) -> None:
    run = bare_run(tmp_path / "own", (2,))
    tick(run, 2.0)
    assert (read_run(run).judge_distances, read_run(run).judge_floor) == ({}, None)


def test_shipped_runs_come_first_then_the_newest(tmp_path: Path) -> None:
    for name, age_seconds in (("old", 30), ("mnist", 40), ("new", 10), ("fashion-mnist", 20), ("newest", 0)):
        bare_run(tmp_path / name, (2,), age_seconds)
    runs, problems = list_runs(tmp_path)
    assert [run.name for run in runs] == ["fashion-mnist", "mnist", "newest", "new", "old"]
    assert problems == []


def test_runs_without_a_rung_and_folders_without_a_record_are_left_out_silently(tmp_path: Path) -> None:
    bare_run(tmp_path / "first", (2,))
    bare_run(tmp_path / "no-rungs-yet", ())
    (tmp_path / "judges").mkdir()
    (tmp_path / "notes.txt").touch()
    runs, problems = list_runs(tmp_path)
    assert ([run.name for run in runs], problems) == (["first"], [])


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00", b"{}", b'{"schema_version": 2}', b"[" * 99_999])
def test_a_record_that_can_not_be_used_is_one_sentence_and_the_others_play(tmp_path: Path, content: bytes) -> None:
    bare_run(tmp_path / "good", (2,))
    bare_run(tmp_path / "bad", (2,))
    (tmp_path / "bad" / "run.json").write_bytes(content)
    runs, problems = list_runs(tmp_path)
    assert [run.name for run in runs] == ["good"]
    assert len(problems) == 1
    assert str(tmp_path / "bad") in problems[0] and "\n" not in problems[0] and problems[0].endswith(".")


def test_files_that_are_folders_are_a_sentence(tmp_path: Path) -> None:
    bare_run(tmp_path / "good", (2,))
    (tmp_path / "odd" / "run.json").mkdir(parents=True)
    (bare_run(tmp_path / "statistics", (2,)) / "stats.jsonl").mkdir()
    runs, problems = list_runs(tmp_path)
    assert [run.name for run in runs] == ["good"]
    assert len(problems) == 2


def test_a_folder_without_runs_is_no_problem(tmp_path: Path) -> None:
    assert list_runs(tmp_path) == ([], [])
