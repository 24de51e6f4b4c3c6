"""The benchmarks' own arithmetic, and that each of them runs."""

import random
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from benchmarks import (
    batch_growth,
    lab,
    ladder_quality,
    pixel_cues,
    plain_way,
    speed_targets,
    step_floor,
    training_kills,
    training_speed,
)
from gan.checkpoint import write_generator
from gan.config import TrainingConfig
from gan.errors import UserError
from gan.networks import Generator, GeneratorShape
from gan.presets import preset
from gan.run_log import RunRecord, RunStatus, Tick, append_tick, read_record, rung_path, write_record
from gan.training_state import TrainingState


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "ladder").mkdir()
    torch.manual_seed(0)
    write_generator(rung_path(tmp_path, 2), Generator(GeneratorShape(4, 4)))
    write_record(
        tmp_path,
        RunRecord(TrainingConfig(latent_size=4, generator_width=4), "", "float32", "a desk", {}, "", RunStatus.DONE),
    )
    return tmp_path


@pytest.mark.parametrize("levels", [3, 10_000])
def test_the_auc_is_scikit_learns_also_with_ties(levels: int) -> None:
    random = np.random.default_rng(0)
    real = random.integers(0, levels, 300).astype(float)
    fake = random.integers(0, levels, 200) + levels / 5
    truth = np.repeat([0, 1], [300, 200])
    assert pixel_cues.auc(real, fake) == pytest.approx(roc_auc_score(truth, np.concatenate([real, fake])), abs=1e-12)


def test_cues_of_pictures_worked_out_by_hand() -> None:
    images = np.zeros((3, 28, 28), np.uint8)
    images[1] = 200
    images[2, 20, 3] = 255
    expected = {
        "mean": [0, 200, 255 / 784],
        "background: share of pixels exactly 0": [1, 0, 783 / 784],
        "background: median of the border": [0, 200, 0],
        # The middle is at 13.5.
        "centre of mass: |x| from the middle": [0, 0, 10.5],
        "centre of mass: |y| from the middle": [0, 0, 6.5],
        "stroke mass: share of pixels above 127": [0, 1, 1 / 784],
        "distinct grey levels": [1, 1, 2],
    }
    for title, values in expected.items():
        assert pixel_cues.CUES[title](images) == pytest.approx(values, rel=0.005), title


def test_pixel_cues_prints_a_table(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pixel_cues.main(pixel_cues.CueOptions(runs=(run,), count=50)) == 0
    output = capsys.readouterr().out
    assert "MNIST, rung 2 kimg, 50 fakes against 50 test pictures" in output
    # An untrained generator draws grey: its border alone tells it from a digit.
    assert "| background: median of the border | 1.000 | 1.000 |" in output
    with pytest.raises(UserError, match="--count"):
        pixel_cues.main(pixel_cues.CueOptions(runs=(run,), count=0))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"dataset": "folder:/disk/ada/cats"}, "a folder's pictures"),
        ({"dataset": "cifar10", "image_size": 32, "channels": 3}, "CIFAR-10, which is in colour"),
        ({"dataset": "stacked-mnist", "channels": 3}, "Stacked MNIST, which is in colour"),
    ],
)
def test_pixel_cues_of_other_pictures_are_refused(run: Path, changes: dict[str, Any], problem: str) -> None:
    record = read_record(run)
    write_record(run, replace(record, config=replace(record.config, **changes)))
    with pytest.raises(UserError, match=f"{problem}: .*; name another run"):
        pixel_cues.main(pixel_cues.CueOptions(runs=(run,), count=50))


def test_ladder_quality_prints_the_rungs_that_were_measured(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match="no rung that a judge measured"):
        ladder_quality.main(ladder_quality.LadderOptions((run,)))
    append_tick(run, Tick(1.0, 16, 5.0, 1000.0, 0.7, 1.4, 0.5, 0.5))
    append_tick(run, Tick(2.048, 32, 70.0, 1000.0, 0.7, 1.4, 0.5, 0.5, 12.345, 0.06, [1] * 10))
    assert ladder_quality.main(ladder_quality.LadderOptions((run,))) == 0
    assert capsys.readouterr().out.splitlines()[-2] == "| 2 | 12.35 | 0.06 | 1 min 10 s |"


def test_training_speed_prints_a_row_for_each_kind(capsys: pytest.CaptureFixture[str]) -> None:
    options = training_speed.SpeedOptions(batch_sizes=(4, 8), steps=1, rounds=2, width=4, device="cpu")
    assert training_speed.main(options) == 0
    rows = capsys.readouterr().out.splitlines()[4:]
    assert [row.split("|")[1:3] for row in rows] == [
        [f" {precision} ", f" {size} "] for precision in ("float32", "bfloat16") for size in (4, 8)
    ]


def test_training_kills_prints_what_each_kill_left(capsys: pytest.CaptureFixture[str]) -> None:
    """Three real processes, killed at random: none loses more than the tick that was being written."""
    assert training_kills.main(training_kills.KillOptions(kills=3, seed=1)) == 0
    rows = [row.split("|")[1:-1] for row in capsys.readouterr().out.splitlines()[2:5]]
    assert [int(row[0]) for row in rows] == [1, 2, 3]
    assert all(int(row[4]) <= 1 for row in rows)
    assert int(rows[-1][3]) > 0


def test_a_run_that_lost_more_than_a_tick_is_found_out(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = training_kills.Kill("", 64, 32, 2, 1)
    monkeypatch.setattr(training_kills, "_kill", lambda run, dice: lost)
    with pytest.raises(UserError, match="lost 2 ticks"):
        list(training_kills.kills(run, 1, random.Random(0)))


def test_what_a_kill_left_is_read_in_full(run: Path) -> None:
    append_tick(run, Tick(2.048, 32, 5.0, 1000.0, 0.7, 1.4, 0.5, 0.5))
    # There is no state: the tick is lost.
    assert training_kills.left_by_a_kill(run, "then") == training_kills.Kill("then", 32, 0, 1, 1)
    rung_path(run, 2).write_bytes(rung_path(run, 2).read_bytes()[:-1])
    with pytest.raises(UserError, match="damaged"):
        training_kills.left_by_a_kill(run, "then")


def test_lab_prints_frames_and_speeds_of_all_starts_together(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    frames = [0.001 * number for number in range(1, 101)]
    measured = {"alone": frames, "training": frames, "film": [0.002], "first_tick": 6.0, "idle_speed": 900.0}
    monkeypatch.setattr(lab, "_measured", lambda folder, options: {**measured, "play_speed": 800.0})
    monkeypatch.setattr(lab, "_bare_speed", lambda folder, seconds: 1234.5)
    assert lab.main(lab.LabOptions(runs=3)) == 0
    output = capsys.readouterr().out
    # Of 300 frames the median is the 151st, the 99th hundredth the 298th.
    assert "| frame in play, p50 | 51.0 ms | 51.0 ms |  |" in output
    assert "| frame in play, p99 | 100.0 ms | 100.0 ms | ≤ 16.7 ms |" in output
    assert "| images/s, `train.py` alone | 1,234 | | |" in output


def test_every_batch_size_of_a_schedule_has_an_equal_part_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = 0.0
    shown: list[tuple[int, int]] = []
    weights: list[float] = []

    def step(state: TrainingState, images: torch.Tensor, labels: None, config: TrainingConfig, precision: str) -> None:
        nonlocal seconds
        seconds += 0.5
        assert len(images) == config.batch_size
        shown.append((len(images), state.step))
        weights.append(next(state.generator.parameters()).sum().item())

    monkeypatch.setattr(batch_growth, "training_step", step)
    monkeypatch.setattr(batch_growth, "JUDGED_COUNT", 100)
    monkeypatch.setattr(batch_growth, "time", SimpleNamespace(perf_counter=lambda: seconds))
    images = np.zeros((512, 1, 28, 28), np.uint8)
    judge = SimpleNamespace(distance=lambda fakes: float(len(fakes)))
    end = batch_growth.train_growing((32, 128), preset(), images, 8.0, 0, judge)  # type: ignore[arg-type]  # a stub
    # 8 steps of 32 pictures are 2 of 128: from there on the average's ramp and the order of pictures go on.
    assert shown == [(32, 0)] * 8 + [(128, 2)] * 8
    assert (end.kimg, end.seconds, end.distance) == (8 * 160 / 1000, 8.0, 100.0)
    for seed in (0, 1):
        batch_growth.train_growing((32,), preset(), images, 0.5, seed, judge)  # type: ignore[arg-type]  # as above
    assert weights[0] == weights[-2] != weights[-1]


def test_the_targets_of_speed_are_measured_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(step_floor, "main", lambda options: print(f"floor {options.architecture}") or 0)
    monkeypatch.setattr(plain_way, "main", lambda options: print(f"plain {options.distance:g}") or 0)
    assert speed_targets.main(plain_way.PlainOptions(distance=7.0)) == 0
    assert capsys.readouterr().out.split() == ["floor", "dcgan", "plain", "7"]
