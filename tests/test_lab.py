"""The lab with real training: started, watched, paused, stopped, resumed, killed, deleted."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bare_runs import write_bare_run
from playing import PATIENCE_SECONDS, live_processes

from game.lab import Lab
from game.training_run import RunState, TrainingConfig, TrainingRun, UserError
from gan.run_lock import run_lock
from gan.run_log import rung_path
from gan.training_state import read_state

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
# So small that a thousand pictures take less than a second; so long that it never ends by itself.
TINY = TrainingConfig(
    kimg=100_000, batch_size=64, latent_size=4, generator_width=4, discriminator_width=4, precision="float32", seed=7
)


class Watched(Lab):
    """A lab that remembers what it started, so that nothing outlives a test."""

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, self.runs
            time.sleep(0.02)
            self.look(time.monotonic())

    def state(self, run: TrainingRun) -> RunState | None:
        found = self.run(run.name)
        return found.state if found else None

    def pids(self) -> list[int]:
        return [process.pid for process in live_processes(self)]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Watched]:
    lab = Watched(tmp_path, lambda: NOW)
    yield lab
    for pid in lab.pids():
        os.kill(pid, signal.SIGKILL)


def broken(tmp_path: Path, script: str) -> Watched:
    """Returns a lab whose train.py is another program."""
    return Watched(tmp_path, lambda: NOW, (sys.executable, "-c", script))


def test_a_run_from_its_start_to_its_end(lab: Watched) -> None:
    run = lab.start("Monday", TINY)
    assert (run.title, run.state, lab.active) == ("Monday", RunState.STARTING, run)
    lab.until(lambda: lab.state(run) is RunState.RUNNING)

    # While it runs it can't be started twice, nor deleted.
    with pytest.raises(UserError, match="“Monday” is still being trained"):
        lab.start("Tuesday", TINY)
    with pytest.raises(UserError, match="stop it first"):
        lab.delete(run)

    lab.until(lambda: len(lab.library.ticks(run)) > 2)
    assert lab.run(run.name).rungs  # type: ignore[union-attr]
    assert lab.run(run.name).config == replace(TINY, augmentation="off")  # type: ignore[union-attr]

    lab.pause(run)
    lab.until(lambda: lab.state(run) is RunState.PAUSED)
    time.sleep(1.0)
    before = lab.ticks(run)
    time.sleep(1.0)
    assert lab.ticks(run) == before
    lab.go_on(run)
    lab.until(lambda: len(lab.ticks(run)) > len(before))

    lab.stop(lab.run(run.name))  # type: ignore[arg-type]
    lab.until(lambda: lab.state(run) is RunState.STOPPED)
    lab.until(lambda: not lab.pids())
    stopped = lab.run(run.name)
    assert stopped is not None and stopped.resumable and lab.active is None
    assert lab.news == run.name

    learnt_kimg = lab.ticks(run)[-1].kimg
    resumed = lab.resume(stopped, round(learnt_kimg) + 2)
    assert resumed.state is RunState.STARTING
    lab.until(lambda: lab.state(run) is RunState.DONE)
    assert lab.ticks(run)[-1].kimg > learnt_kimg

    lab.until(lambda: not lab.pids())
    lab.rename(run, "  A   better name ")
    assert lab.run(run.name).title == "A better name"  # type: ignore[union-attr]
    lab.delete(lab.run(run.name))  # type: ignore[arg-type]
    assert lab.runs == ()
    assert list(lab.library.checkpoints.iterdir()) == []


def test_a_killed_run_is_offered_again_and_loses_one_tick_at_most(lab: Watched) -> None:
    import torch

    from gan.training_state import new_state

    run = lab.start("", TINY)
    lab.until(lambda: len(lab.ticks(run)) > 3)
    [pid] = lab.pids()
    os.kill(pid, signal.SIGKILL)
    lab.until(lambda: not lab.pids())

    # Another start of the game knows only the files.
    later = Watched(lab.library.checkpoints, lambda: NOW)
    later.look(0.0)
    found = later.run(run.name)
    assert found is not None and found.state is RunState.INTERRUPTED and found.resumable
    ticks = later.ticks(found)
    state = new_state(TINY, 10, torch.device("cpu"), "float32")
    read_state(found.folder / "state.safetensors", state)
    assert state.step >= ticks[-2].step

    later.resume(found, found.config.kimg)
    later.until(lambda: later.state(found) is RunState.RUNNING and later.ticks(found)[-1].step > ticks[-1].step)
    later.stop(later.run(found.name))  # type: ignore[arg-type]
    later.until(lambda: not later.pids())


def test_a_run_that_another_game_started_is_shown_and_can_be_stopped(lab: Watched) -> None:
    run = lab.start("", TINY)
    lab.until(lambda: lab.state(run) is RunState.RUNNING)
    other = Watched(lab.library.checkpoints, lambda: NOW)
    other.look(0.0)
    found = other.active
    assert found is not None and found.name == run.name and found.from_lab
    # The same folder is never trained into twice.
    with pytest.raises(UserError, match="still being trained"):
        other.resume(found, 200_000)
    other.stop(found)
    lab.until(lambda: lab.state(run) is RunState.STOPPED)


def test_cancelled_before_it_has_learnt_anything_it_leaves_nothing(lab: Watched) -> None:
    run = lab.start("", TINY)
    lab.stop(run)
    assert lab.state(run) is RunState.STOPPING
    lab.until(lambda: lab.state(run) is RunState.CANCELLED)
    assert not run.folder.exists()
    lab.delete(lab.run(run.name))  # type: ignore[arg-type]
    assert lab.runs == ()


def test_two_runs_of_one_second_get_two_folders(tmp_path: Path) -> None:
    first, second = (broken(tmp_path, "import time; time.sleep(60)") for _ in range(2))
    names = {lab.start("", TINY).name for lab in (first, second)}
    assert len(names) == 2
    for pid in (*first.pids(), *second.pids()):
        os.kill(pid, signal.SIGKILL)


def test_what_fails_before_it_writes_shows_its_last_lines_and_leaves_no_folder(tmp_path: Path) -> None:
    lab = broken(tmp_path, "import sys; print('Loading …'); sys.exit('CUDA is out of order; restart.')")
    run = lab.start("Doomed", TINY)
    lab.until(lambda: lab.state(run) is RunState.FAILED)
    failed = lab.run(run.name)
    assert failed is not None and failed.failure == "Loading …\nCUDA is out of order; restart."
    assert (failed.title, failed.rungs) == ("Doomed", ())
    assert list(tmp_path.iterdir()) == []


def test_what_fails_on_resuming_shows_its_last_lines_and_keeps_the_run(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "own", (2, 4))
    lab = broken(tmp_path, "import sys; sys.exit('It was trained on other pictures.')")
    lab.look(0.0)
    run = lab.run("own")
    assert run is not None
    lab.resume(run, 5000)
    lab.until(lambda: lab.state(run) is RunState.FAILED)
    failed = lab.run("own")
    assert failed is not None and (failed.failure, failed.rungs) == ("It was trained on other pictures.", (2, 4))


def test_a_run_whose_record_can_not_be_read_at_the_end_is_not_touched(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "own", (2, 4))
    lab = broken(tmp_path, "import pathlib, sys; pathlib.Path(sys.argv[2], 'run.json').write_text('{'); sys.exit(3)")
    lab.look(0.0)
    run = lab.run("own")
    assert run is not None
    lab.resume(run, 5000)
    lab.until(lambda: not lab.pids())
    assert rung_path(tmp_path / "own", 4).exists()


def test_what_a_new_run_has_written_is_not_removed_though_its_process_failed(tmp_path: Path) -> None:
    script = "import pathlib, sys; pathlib.Path(sys.argv[2], 'stats.jsonl').write_text('{}'); sys.exit(3)"
    lab = broken(tmp_path, script)
    run = lab.start("", TINY)
    lab.until(lambda: lab.state(run) is RunState.FAILED)
    assert [path.name for path in run.folder.iterdir()] == ["stats.jsonl"]


def test_a_run_that_another_window_went_on_with_is_not_deleted(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "own", (2,))
    lab = Watched(tmp_path, lambda: NOW)
    lab.look(0.0)
    seen = lab.run("own")
    assert seen is not None
    with run_lock(tmp_path / "own"), pytest.raises(UserError, match="stop it first"):
        lab.delete(seen)
    lab.delete(seen)
    assert list(tmp_path.iterdir()) == []


def test_where_another_window_was_first_its_success_is_shown_not_our_failure(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "own", (2,))
    lab = broken(tmp_path, "import sys; sys.exit('It is being trained by another process.')")
    lab.look(0.0)
    run = lab.run("own")
    assert run is not None
    lab.resume(run, 5000)
    lab.until(lambda: lab.state(run) is RunState.FAILED)
    rung_path(tmp_path / "own", 4).touch()
    lab.until(lambda: lab.state(run) is RunState.DONE)


def test_killed_before_our_eyes_it_is_interrupted_not_failed(lab: Watched) -> None:
    run = lab.start("", TINY)
    lab.until(lambda: len(lab.ticks(run)) > 2)
    [pid] = lab.pids()
    os.kill(pid, signal.SIGKILL)
    lab.until(lambda: not lab.pids())
    killed = lab.run(run.name)
    assert killed is not None and killed.state is RunState.INTERRUPTED and killed.resumable


def test_a_failure_shows_only_what_the_last_start_has_printed(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "own", (2,))
    (tmp_path / "own" / "train.log").write_text("4 of 64 kimg\n" * 3)
    lab = broken(tmp_path, "import sys; sys.exit('No.')")
    lab.look(0.0)
    run = lab.run("own")
    assert run is not None
    lab.resume(run, 5000)
    lab.until(lambda: lab.state(run) is RunState.FAILED)
    assert lab.run("own").failure == "No."  # type: ignore[union-attr]


def test_what_a_deletion_left_is_cleared_at_the_next_start_and_hinders_nobody(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "own", (2,))
    write_bare_run(tmp_path / ".deleted-own", (2,))
    lab = Watched(tmp_path, lambda: NOW)
    lab.look(0.0)
    assert not (tmp_path / ".deleted-own").exists()
    write_bare_run(tmp_path / ".deleted-own", (2,))
    lab.delete(lab.runs[0])
    assert not (tmp_path / "own").exists()


def test_an_empty_title_gives_the_folders_name_back(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "own", (2,))
    lab = Watched(tmp_path, lambda: NOW)
    lab.look(0.0)
    lab.rename(lab.runs[0], "Mine")
    assert lab.runs[0].title == "Mine"
    lab.rename(lab.runs[0], "  ")
    assert lab.runs[0].title == "own"


def test_a_shipped_run_is_never_deleted(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "mnist", (2,))
    lab = Watched(tmp_path, lambda: NOW)
    lab.look(0.0)
    with pytest.raises(UserError, match="came with the game"):
        lab.delete(lab.runs[0])
    assert rung_path(tmp_path / "mnist", 2).exists()


def test_a_folder_that_can_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    lab = Watched(tmp_path / "file", lambda: NOW)
    with pytest.raises(UserError, match="can't be written"):
        lab.start("", TINY)


def test_training_survives_the_window(tmp_path: Path) -> None:
    lab = Watched(tmp_path, lambda: NOW)
    run = lab.start("", TINY)
    [pid] = lab.pids()
    # In a group of its own: what the terminal sends to the game does not reach it.
    assert os.getpgid(pid) != os.getpgid(0)
    lab.until(lambda: lab.state(run) is RunState.RUNNING)
    assert os.getpriority(os.PRIO_PROCESS, pid) >= 10
    other = Watched(tmp_path, lambda: NOW)
    other.until(lambda: other.active is not None and len(other.ticks(other.active)) > 1)
    other.stop(other.active)  # type: ignore[arg-type]
    other.until(lambda: other.active is None)
    assert os.waitpid(pid, 0)[1] == 0
