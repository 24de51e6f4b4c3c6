"""`python train.py` where the world fails it: full disks, deleted folders, two of it at once, a launcher's folder."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gan import training_command, training_work
from gan.checkpoint import read_tensors
from gan.run_lock import is_locked
from gan.run_log import RunStatus, ladder, latest_sample_path, read_record, read_ticks
from gan.training_command import run_train_command

pytestmark = pytest.mark.usefixtures("signals_as_before")

TINY = ["--generator-width", "8", "--discriminator-width", "8", "--latent-size", "8", "--precision", "float32"]
TIMEOUT_SECONDS = 120


@contextmanager
def _start(
    checkout: Path, *arguments: str, prepare: Callable[[], object] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Runs the command; whatever a test finds, no process outlives it."""
    with subprocess.Popen(
        [sys.executable, "train.py", *arguments],
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"},
        preexec_fn=prepare,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _wait_for(what: Callable[[], object], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not what():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)


def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gan.training_preparation.find_judge", lambda *of: None)


def test_of_two_that_start_into_one_new_folder_exactly_one_trains(checkout: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    arguments = ["--kimg", "1", "--out", str(run), *TINY]
    with _start(checkout, *arguments) as first, _start(checkout, *arguments) as second:
        endings = [(*process.communicate(timeout=TIMEOUT_SECONDS), process.returncode) for process in (first, second)]
    (_, no_error, done), (_, refusal, refused) = sorted(endings, key=lambda ending: ending[2])
    assert (done, no_error, refused) == (0, "", 2)
    assert refusal.count("\n") == 1 and str(run) in refusal
    assert read_record(run).status is RunStatus.DONE
    assert [tick.step for tick in read_ticks(run)[0]] == [16]


def test_a_run_that_was_trained_while_this_one_loaded_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other process is done, so its lock is free again: the folder itself must say it."""
    run = tmp_path / "run"
    _quiet(monkeypatch)
    make_folders = training_work.make_folders

    def overtaken(*folders: Path) -> None:
        make_folders(*folders)
        (run / "run.json").write_text("another's")

    monkeypatch.setattr(training_work, "make_folders", overtaken)
    assert run_train_command(["--kimg", "1", "--out", str(run), *TINY]) == 2
    assert "is there already and not empty" in capsys.readouterr().err
    assert (run / "run.json").read_text() == "another's"
    assert sorted(path.name for path in run.iterdir()) == ["lock", "run.json"]


def test_a_folder_that_a_launcher_has_prepared_is_trained_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tmp_path / "run"
    run.mkdir()
    _quiet(monkeypatch)
    (run / "train.log").write_text("Loading PyTorch …\n")
    (run / "name.txt").write_text("My first forger\n")
    # What a process leaves that was killed before it had written its record.
    (run / "ladder").mkdir()
    (run / ".run.json.4711.tmp").write_text("{")
    # Of someone who could not wait for the process before.
    (run / "stop").touch()
    (run / "pause").touch()
    assert run_train_command(["--kimg", "1", "--out", str(run), *TINY]) == 0
    assert read_record(run).status is RunStatus.DONE
    assert (run / "name.txt").read_text() == "My first forger\n"
    assert not (run / "stop").exists() and not (run / "pause").exists()
    assert not list(run.rglob(".*"))


def test_any_other_file_makes_a_folder_occupied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "train.log").touch()
    (tmp_path / "homework.txt").touch()
    assert run_train_command(["--out", str(tmp_path)]) == 2
    assert "not empty" in capsys.readouterr().err


def test_a_stop_that_comes_while_it_loads_leaves_the_folder_as_the_launcher_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "train.log").touch()
    _quiet(monkeypatch)
    from gan import training_preparation

    prepare = training_preparation.prepare

    def slowly(*arguments: object) -> object:
        (run / "stop").touch()
        return prepare(*arguments)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(training_preparation, "prepare", slowly)
    assert run_train_command(["--kimg", "1", "--out", str(run), *TINY]) == 0
    assert "Stopped before anything was trained; nothing was written." in capsys.readouterr().out
    assert [path.name for path in run.iterdir()] == ["train.log"]


def test_a_run_that_was_killed_before_its_first_tick_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    _quiet(monkeypatch)
    assert run_train_command(["--kimg", "1", "--out", str(run), *TINY]) == 0
    whole = (run / "samples" / "000001.png").read_bytes()
    for path in (*run.rglob("*.safetensors"), *run.rglob("*.png"), run / "stats.jsonl"):
        path.unlink()
    assert run_train_command(["--resume", str(run)]) == 0
    assert read_record(run).status is RunStatus.DONE
    assert (run / "samples" / "000001.png").read_bytes() == whole


def test_a_paused_process_waits_with_everything_on_disk_and_goes_on(checkout: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with _start(checkout, "--kimg", "4000", "--tick-kimg", "500", "--out", str(run), *TINY) as process:
        _wait_for(lambda: read_ticks(run)[0], process)
        assert latest_sample_path(run).is_file()
        (run / "pause").touch()
        # The pause makes a tick, unless it comes while one is being written; none comes while it lasts.
        _wait_for(lambda: _is_still(run), process)
        assert is_locked(run)
        assert read_record(run).status is RunStatus.RUNNING
        assert read_tensors(run / "state.safetensors")[1]["step"] == read_ticks(run)[0][-1].step
        # No rung of its own: all are where they always are.
        assert all(kimg.bit_count() == 1 for kimg in ladder(run))
        paused = len(read_ticks(run)[0])
        (run / "pause").unlink()
        _wait_for(lambda: len(read_ticks(run)[0]) > paused, process)
        (run / "pause").touch()
        (run / "stop").touch()
        assert process.wait(TIMEOUT_SECONDS) == 0
        assert process.stderr is not None and process.stderr.read() == ""
    assert read_record(run).status is RunStatus.STOPPED
    assert not (run / "stop").exists() and not (run / "pause").exists()
    assert not is_locked(run)


def _is_still(run: Path) -> bool:
    before = (run / "stats.jsonl").stat()
    time.sleep(1.0)
    return (run / "stats.jsonl").stat() == before


def test_a_run_that_is_deleted_while_it_trains_ends_with_2_and_one_line(checkout: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with _start(checkout, "--kimg", "4000", "--tick-kimg", "1", "--out", str(run), *TINY) as process:
        _wait_for(lambda: len(read_ticks(run)[0]) >= 2, process)
        # Moved first: a tick written meanwhile would otherwise get in the way of deleting.
        shutil.rmtree(run.rename(tmp_path / "deleted"), ignore_errors=True)
        _, errors = process.communicate(timeout=TIMEOUT_SECONDS)
    assert (process.returncode, errors) == (
        2,
        f"{run} was deleted while it was being trained; start a new run.\n",
    )
    assert not run.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a limit of POSIX")
def test_a_file_that_the_system_cuts_short_ends_with_2_and_one_line_and_the_run_goes_on(
    checkout: Path, tmp_path: Path
) -> None:
    """A real refusal in the middle of a write: no file may grow beyond 100 kB, and the state has more."""
    import resource

    run = tmp_path / "run"
    with _start(checkout, "--kimg", "1", "--out", str(run), *TINY) as process:
        process.communicate(timeout=TIMEOUT_SECONDS)
        assert process.returncode == 0
    state = (run / "state.safetensors").read_bytes()
    assert len(state) > 100_000
    with _start(
        checkout,
        *("--resume", str(run), "--kimg", "2"),
        prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    ) as process:
        _, errors = process.communicate(timeout=TIMEOUT_SECONDS)
    assert (process.returncode, errors) == (
        2,
        f"{run} can't be written (File too large); make room, then go on with `python train.py --resume {run}`.\n",
    )
    record = read_record(run)
    assert record.status is RunStatus.FAILED
    assert record.failure == errors.strip()
    assert (run / "state.safetensors").read_bytes() == state
    assert not list(run.rglob(".*"))
    with _start(checkout, "--resume", str(run)) as process:
        assert process.wait(TIMEOUT_SECONDS) == 0
    assert read_record(run).status is RunStatus.DONE
    assert [tick.step for tick in read_ticks(run)[0]] == [16, 32]


def test_a_watched_dry_run_prints_its_progress_and_its_plan_as_json(checkout: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    with _start(checkout, "--dry-run", "--progress", "--kimg", "5", "--out", str(run), *TINY) as process:
        output, errors = process.communicate(timeout=TIMEOUT_SECONDS)
    assert (process.returncode, errors) == (0, "")
    lines = [json.loads(line) for line in output.splitlines()]
    assert [set(line) for line in lines] == [{"share", "text"}] * 3 + [{"share", "text", "result"}]
    shares = [line["share"] for line in lines]
    assert shares == sorted(shares) and shares[-1] == 1
    plan = lines[-1]["result"]
    assert (plan["device"], plan["device_kind"], plan["precision"]) == ("CPU, 1 thread", "cpu", "float32")
    assert (plan["rungs"], plan["seconds_per_rung"]) == ([2, 4, 5], 0)
    # 5 kimg in batches of 64: 79 steps.
    assert plan["seconds"] == pytest.approx(79 * 64 / plan["images_per_second"])
    assert not run.exists()


def test_progress_is_for_dry_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_train_command(["--progress"]) == 2
    assert "--progress goes with --dry-run" in capsys.readouterr().err


@pytest.mark.parametrize("background", [True, False])
def test_a_run_in_the_background_goes_last_and_leaves_a_core(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, background: bool
) -> None:
    done: list[object] = []
    monkeypatch.setattr(training_command, "lower_priority", done.append)
    monkeypatch.setattr("gan.devices.leave_a_core", lambda: done.append("core"))
    flags = ["--background"] if background else []
    assert run_train_command(["--dry-run", "--kimg", "1", "--out", str(tmp_path / "run"), *flags, *TINY]) == 0
    assert done == ([19, "core"] if background else [])
