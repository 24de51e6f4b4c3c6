"""`python train.py`, mostly as a user types it: real processes, real data, tiny networks."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gan.checkpoint import read_tensors
from gan.config import PROJECT_ROOT
from gan.run_log import RunStatus, ladder, read_record, read_ticks

TINY = ["--generator-width", "8", "--discriminator-width", "8", "--latent-size", "8", "--precision", "float32"]
TIMEOUT_SECONDS = 120


@contextmanager
def _start(checkout: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Runs the command; whatever a test finds, no process outlives it."""
    with subprocess.Popen(
        [sys.executable, "train.py", *arguments],
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _run(checkout: Path, *arguments: str) -> tuple[int, str, str]:
    with _start(checkout, *arguments) as process:
        output, errors = process.communicate(timeout=TIMEOUT_SECONDS)
        return process.returncode, output, errors


@pytest.fixture(scope="module")
def finished(checkout: Path) -> tuple[Path, str]:
    """A run of 1 kimg, and what it printed."""
    status, output, errors = _run(checkout, "--kimg", "1", "--out", "runs/[bold] first", *TINY)
    assert (status, errors) == (0, "")
    return checkout / "runs" / "[bold] first", output


def test_a_finished_run_prints_plain_lines_and_leaves_its_files(finished: tuple[Path, str]) -> None:
    run, output = finished
    lines = output.splitlines()
    assert lines[1] == "MNIST, 60,000 pictures · 8,925 + 2,037 parameters"
    assert lines[2] == "dcgan, standard · batch 64 · seed 0"
    assert lines[3].endswith(" · float32")
    assert lines[4] == "1 kimg, rungs at 1"
    assert lines[5].endswith("images/s → runs/[bold] first")
    assert lines[6] == "There is no judge for mnist, so its distances are not measured."
    assert lines[7].startswith("1 of 1 kimg · ")
    assert lines[8] == "Done: runs/[bold] first has its rung at 1 kimg."
    assert "\x1b" not in output
    assert sorted(path.name for path in run.iterdir()) == [
        *("discriminator.safetensors", "ladder", "lock", "run.json", "samples", "state.safetensors", "stats.jsonl")
    ]
    record = read_record(run)
    assert record.status is RunStatus.DONE
    assert (record.config.kimg, record.config.generator_width, record.precision) == (1, 8, "float32")
    # Decided by the dataset: digits are many.
    assert record.config.augmentation == "off"
    assert ladder(run) == [1]
    assert [tick.step for tick in read_ticks(run)[0]] == [16]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, "stop file", "reader gone"], ids=str)
def test_every_way_of_stopping_saves_and_exits_with_0_and_the_run_can_go_on(
    checkout: Path, tmp_path: Path, how: signal.Signals | str
) -> None:
    run = tmp_path / "run"
    with _start(checkout, "--kimg", "500", "--tick-kimg", "1", "--out", str(run), *TINY) as process:
        assert process.stdout is not None and process.stderr is not None
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not read_ticks(run)[0]:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        if how == "reader gone":
            process.stdout.close()
        elif how == "stop file":
            (run / "stop").touch()
        else:
            process.send_signal(how)
        assert process.wait(TIMEOUT_SECONDS) == 0
        assert process.stderr.read() == ""
        output = "" if how == "reader gone" else process.stdout.read()
    record, ticks = read_record(run), read_ticks(run)[0]
    assert record.status is RunStatus.STOPPED
    assert not (run / "stop").exists()
    step = read_tensors(run / "state.safetensors")[1]["step"]
    assert step == ticks[-1].step < 500_000 // 64
    assert ladder(run)[-1] == int(ticks[-1].kimg)
    if output:
        assert output.splitlines()[-1] == (
            f"Stopped and saved at {int(ticks[-1].kimg)} kimg; go on with: python train.py --resume {run}"
        )
    kimg = int(ticks[-1].kimg) + 1
    status, output, errors = _run(checkout, "--resume", str(run), "--kimg", str(kimg))
    assert (status, errors) == (0, "")
    assert output.splitlines()[-1] == f"Done: {run} has its rung at {kimg} kimg."
    assert read_record(run).status is RunStatus.DONE
    assert read_record(run).started_at == record.started_at
    steps = [tick.step for tick in read_ticks(run)[0]]
    assert steps == sorted(set(steps)) and steps[-1] == -(-kimg * 1000 // 64)


def test_a_run_that_was_killed_goes_on_from_its_last_tick(checkout: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with _start(checkout, "--kimg", "500", "--tick-kimg", "1", "--out", str(run), *TINY) as process:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while len(read_ticks(run)[0]) < 2:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        # While it trains, nobody else may: neither beside it nor into its folder.
        status, _, errors = _run(checkout, "--resume", str(run))
        assert (status, errors) == (2, f"{run} is being trained by another process; stop that one first.\n")
        process.kill()
        process.communicate()
    assert read_record(run).status is RunStatus.RUNNING
    kimg = int(read_ticks(run)[0][-1].kimg) + 1
    assert _run(checkout, "--resume", str(run), "--kimg", str(kimg))[0] == 0
    assert read_record(run).status is RunStatus.DONE


def test_the_real_program_measures_its_rung_with_the_shipped_judge(tmp_path: Path) -> None:
    status, output, errors = _run(
        PROJECT_ROOT, "--dataset", "fashion-mnist", "--kimg", "1", "--out", str(tmp_path / "run"), *TINY
    )
    assert (status, errors) == (0, "")
    tick = read_ticks(tmp_path / "run")[0][-1]
    assert tick.judge_distance is not None and tick.judge_floor is not None
    assert tick.judge_distance > 10 * tick.judge_floor
    assert tick.class_counts is not None and sum(tick.class_counts) == 10_000
    assert f"rung 1 kimg: judge distance {tick.judge_distance:.2f} (floor {tick.judge_floor:.2f})" in output


def test_a_real_process_exits_with_2_one_line_and_leaves_no_folder(checkout: Path) -> None:
    status, output, errors = _run(checkout, "--out", "bad", "--batch-size", "huge")
    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert "--batch-size" in errors and "Traceback" not in errors
    assert not (checkout / "bad").exists()


def test_ctrl_c_while_loading_ends_it_and_leaves_nothing(checkout: Path) -> None:
    with _start(checkout, "--out", "interrupted", *TINY) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith("Loading PyTorch")
        process.send_signal(signal.SIGINT)
        assert process.wait(TIMEOUT_SECONDS) == 0
        assert process.stderr.read() == ""
        assert "nothing was written" in process.stdout.read()
    assert not (checkout / "interrupted").exists()
