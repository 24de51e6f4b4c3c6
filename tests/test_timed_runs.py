"""Runs of the same time each: trained once, and none is shown that had less."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import timed_runs
from gan.errors import UserError
from gan.run_log import read_ticks, write_ticks

FLAGS = ("--generator-width=2", "--discriminator-width=2", "--latent-size=2", "--device=cpu")


def test_timed_runs_are_trained_once_and_shown_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = timed_runs.TimedOptions(tmp_path, ("mlp/standard",), seconds=0.01, flags=FLAGS)
    assert timed_runs.main(options) == 0
    first = capsys.readouterr().out
    assert first.splitlines()[2].startswith("| mlp | standard | ")
    assert timed_runs.main(options) == 0
    assert capsys.readouterr().out == first
    (run,) = tmp_path.iterdir()
    assert run.name == (
        "mnist-mlp-standard-generator-width-2-discriminator-width-2-latent-size-2-device-cpu-0.01-s-seed-0"
    )

    # One whose end never came, as a killed benchmark leaves it.
    ticks = read_ticks(run)[0]
    write_ticks(run, [replace(tick, seconds=0.004) for tick in ticks])
    with pytest.raises(UserError, match=r"broken off after 0\.004 of 0\.01 s; delete it"):
        timed_runs.main(options)
    write_ticks(run, [])
    with pytest.raises(UserError, match=r"broken off after 0 of 0\.01 s"):
        timed_runs.main(options)


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
