"""Runs of the same time each: trained once, and none is shown that had less."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import timed_runs
from gan.errors import UserError
from gan.presets import preset
from gan.run_log import (
    RunRecord,
    RunStatus,
    Tick,
    append_tick,
    read_record,
    read_ticks,
    rung_path,
    write_record,
    write_ticks,
)

FLAGS = ("--generator-width=2", "--discriminator-width=2", "--latent-size=2", "--device=cpu")


def test_timed_runs_are_trained_once_and_shown_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = timed_runs.TimedOptions(tmp_path, ("mlp/standard",), "fashion-mnist", 0.01, 3, FLAGS)
    assert timed_runs.main(options) == 0
    first = capsys.readouterr().out
    assert first.splitlines()[2].startswith("| mlp | standard | ")
    assert timed_runs.main(options) == 0
    assert capsys.readouterr().out == first
    (run,) = tmp_path.iterdir()
    assert run.name == (
        "fashion-mnist-mlp-standard-generator-width-2-discriminator-width-2-latent-size-2-device-cpu-0.01-s-seed-3"
    )
    # What train.py was asked for; the second time it was not asked.
    config = read_record(run).config
    assert (config.dataset, config.seed, config.generator_width) == ("fashion-mnist", 3, 2)
    assert read_record(run).status is RunStatus.STOPPED

    # One whose end never came, as a killed benchmark leaves it.
    ticks = read_ticks(run)[0]
    write_ticks(run, [replace(tick, seconds=0.004) for tick in ticks])
    with pytest.raises(UserError, match=r"broken off after 0\.004 of 0\.01 s; delete it"):
        timed_runs.main(options)
    write_ticks(run, [])
    with pytest.raises(UserError, match=r"broken off after 0 of 0\.01 s"):
        timed_runs.main(options)


def test_a_row_is_of_the_newest_rung_and_of_64_kimg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "mnist-dcgan-relativistic-conditional-40-s-seed-0"
    (run / "ladder").mkdir(parents=True)
    config = replace(preset("dcgan", "relativistic"), conditional=True)
    write_record(run, RunRecord(config, "", "float32", "a desk", {}, "", RunStatus.STOPPED))
    options = timed_runs.TimedOptions(tmp_path, ("dcgan/relativistic",), seconds=40.0, flags=("--conditional",))
    tick = Tick(130, 130, 40.0, 3250.0, 0.7, 1.4, 0.5, 0.5)
    append_tick(run, tick)
    with pytest.raises(UserError, match="no rung that a judge measured"):
        timed_runs.main(options)
    measured = {16: (90.5, [1] * 10), 64: (30.0, [1] * 10), 130: (12.25, [0, 10, 30, *[0] * 6, 60])}
    write_ticks(run, [])
    for kimg, (distance, counts) in measured.items():
        rung_path(run, kimg).touch()
        measures = {"judge_distance": distance, "class_counts": counts}
        append_tick(run, replace(tick, kimg=kimg, step=kimg, seconds=50 * kimg / 130, **measures))
    capsys.readouterr()
    assert timed_runs.main(options) == 0
    # 130 kimg in 50 s.
    expected = "| dcgan, conditional | relativistic | 130 | 2,600 | 12.25 | 30.00 | 0.0%, 60.0% |"
    assert capsys.readouterr().out.splitlines()[2:] == [expected]
    # Of a thousand classes the counts would fill the page.
    stacked = replace(tick, kimg=130, step=130, seconds=50, judge_distance=12.25, mode_count=993)
    write_ticks(run, [stacked])
    assert timed_runs.main(options) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("| 12.25 |  | 993 modes |")


def test_another_time_seed_or_dataset_is_another_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = []
    monkeypatch.setattr(timed_runs, "_train", lambda command, run, seconds: trained.append(run.relative_to(tmp_path)))
    monkeypatch.setattr(timed_runs, "_row", lambda run, seconds: "")
    options = timed_runs.TimedOptions(tmp_path, ("dcgan/standard",))
    for changes in ({}, {"seconds": 40.0}, {"seed": 1}, {"dataset": "cifar10"}, {"dataset": "folder:/disk/ada/cats"}):
        timed_runs.main(replace(options, **changes))
    assert len(set(trained)) == 5 and all(len(name.parts) == 1 for name in trained)


def test_a_run_that_fails_is_said_to(tmp_path: Path) -> None:
    options = timed_runs.TimedOptions(tmp_path, ("mlp/standard",), seconds=0.01, flags=("--latent-size=0",))
    with pytest.raises(UserError, match="failed"):
        timed_runs.main(options)


def test_a_run_that_ended_by_itself_is_said_to_have_failed(tmp_path: Path) -> None:
    write_record(tmp_path, RunRecord(preset(), "", "float32", "a desk", {}, "", RunStatus.DONE))
    with pytest.raises(UserError, match="failed: no reason given"):
        timed_runs._train([sys.executable, "-c", "pass"], tmp_path, 40.0)
