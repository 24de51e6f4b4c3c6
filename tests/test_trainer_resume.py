"""Stopping, resuming and failing: nothing that was learnt changes, and what is on disk stays good."""

import errno
import itertools
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_training import CONFIG, CPU, LAST_STEP, assert_same, tiny_inputs, tiny_judge, train_tiny

from gan import objectives, tick_writer
from gan.checkpoint import read_generator, read_tensors
from gan.errors import UserError
from gan.judge import Judge
from gan.networks import GeneratorShape
from gan.run_log import (
    Tick,
    append_tick,
    ladder,
    latest_sample_path,
    measured_rungs,
    read_ticks,
    rung_path,
    sample_marks,
    sample_path,
)
from gan.sampler import read_rung
from gan.tick_writer import forget_after
from gan.trainer import train
from gan.training_state import TrainingState, new_state, read_state


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing interrupted."""
    run = tmp_path_factory.mktemp("whole")
    assert train_tiny(run)
    return run


@pytest.mark.parametrize("stop_at", [1, 20, 31, 32, 63, 64, 100, 125, 130, 187])
def test_stopping_and_resuming_changes_nothing_bit_for_bit(tmp_path: Path, whole: Path, stop_at: int) -> None:
    assert not train_tiny(tmp_path, stop_at=stop_at)
    assert read_tensors(tmp_path / "state.safetensors")[1]["step"] == stop_at
    assert train_tiny(tmp_path, resume=True)
    assert_same(tmp_path, whole)
    assert [tick.step for tick in read_ticks(tmp_path)[0]] == sorted({stop_at, 63, 125, LAST_STEP})


def test_a_run_stopped_many_times_is_the_same_run_too(tmp_path: Path, whole: Path) -> None:
    for index, stop_at in enumerate((5, 6, 62, 93, 126)):
        assert not train_tiny(tmp_path, stop_at=stop_at, resume=index > 0)
    assert train_tiny(tmp_path, resume=True)
    assert_same(tmp_path, whole)


def test_a_lengthened_run_is_the_same_as_one_that_was_long_from_the_start(tmp_path: Path, whole: Path) -> None:
    assert train_tiny(tmp_path, config=replace(CONFIG, kimg=2))
    assert train_tiny(tmp_path, resume=True)
    assert_same(tmp_path, whole)


def test_a_stop_asked_for_before_the_first_step_leaves_a_state_to_go_on_from(tmp_path: Path, whole: Path) -> None:
    assert not train(tiny_inputs(tmp_path, lambda: True), new_state(CONFIG, 0, CPU, "float32"))
    assert train_tiny(tmp_path, resume=True)
    assert_same(tmp_path, whole)


def test_a_stop_keeps_what_was_learnt_as_a_rung_of_its_own(tmp_path: Path) -> None:
    train_tiny(tmp_path, stop_at=100)  # 1.6 kimg
    assert ladder(tmp_path) == [1]
    state = new_state(CONFIG, 0, CPU, "float32")
    read_state(tmp_path / "state.safetensors", state)
    assert torch.equal(
        read_generator(rung_path(tmp_path, 1)).layers[0].weight,
        state.average.layers[0].weight.half().float(),
    )
    assert sample_path(tmp_path, 1).is_file()


def _snapshot(run: Path) -> dict[str, bytes]:
    return {str(path.relative_to(run)): path.read_bytes() for path in run.rglob("*") if path.is_file()}


def test_losses_that_are_no_number_end_the_run_and_leave_its_files_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: Path
) -> None:
    train_tiny(tmp_path, stop_at=70)
    before = _snapshot(tmp_path)
    good = objectives.OBJECTIVES["standard"]
    bad = replace(good, generator_loss=lambda real, fake: good.generator_loss(real, fake) * float("nan"))
    with monkeypatch.context() as patched:
        patched.setitem(objectives.OBJECTIVES, "standard", bad)
        with pytest.raises(UserError, match=r"diverged at 2 kimg.*--learning-rate"):
            train_tiny(tmp_path, resume=True)
    assert _snapshot(tmp_path) == before
    assert train_tiny(tmp_path, resume=True)
    assert_same(tmp_path, whole)


def test_weights_that_half_precision_can_not_hold_never_reach_the_disk(tmp_path: Path) -> None:
    # Adam's first steps are as large as the learning rate, whatever the losses say.
    with pytest.raises(UserError, match="diverged"):
        train_tiny(tmp_path, config=replace(CONFIG, learning_rate=9e5))
    assert _snapshot(tmp_path) == {}


def _fail_on_call(number: int) -> Callable[[int], None]:
    calls = itertools.count()

    def fsync(descriptor: int) -> None:
        # A folder holds no more bytes than before.
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode) and next(calls) == number:
            raise OSError(errno.ENOSPC, "No space left on device")

    return fsync


@pytest.mark.parametrize("number", range(9))
def test_a_full_disk_ends_the_run_in_one_sentence_and_it_can_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: Path, number: int
) -> None:
    train_tiny(tmp_path, stop_at=70)
    # In turn: both grids, the rung, the discriminator, the tick and the state at 2 kimg, then the same at 3 kimg.
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", _fail_on_call(number))
        with pytest.raises(UserError, match=r"No space left on device.*--resume"):
            state = new_state(CONFIG, 0, CPU, "float32")
            read_state(tmp_path / "state.safetensors", state)
            train(tiny_inputs(tmp_path), state)
    assert not list(tmp_path.rglob(".*"))
    for kimg in ladder(tmp_path):
        read_generator(rung_path(tmp_path, kimg))
    assert train_tiny(tmp_path, resume=True)
    assert_same(tmp_path, whole)
    assert [tick.step for tick in read_ticks(tmp_path)[0]] == [63, 70, 125, LAST_STEP]


def test_a_disk_that_fills_in_the_middle_of_a_tick_leaves_a_torn_line_that_resuming_drops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: Path
) -> None:
    train_tiny(tmp_path, stop_at=70)

    def torn(run: Path, tick: Tick) -> None:
        append_tick(run, tick)
        content = (run / "stats.jsonl").read_bytes()
        (run / "stats.jsonl").write_bytes(content[:-30])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(tick_writer, "append_tick", torn)
        with pytest.raises(UserError, match="No space left"):
            train_tiny(tmp_path, resume=True)
    assert [tick.step for tick in read_ticks(tmp_path)[0]] == [63, 70]
    assert train_tiny(tmp_path, resume=True)
    assert_same(tmp_path, whole)
    assert [tick.step for tick in read_ticks(tmp_path)[0]] == [63, 70, 125, LAST_STEP]


def test_after_a_crash_before_the_state_was_written_the_later_ticks_rungs_and_grids_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: Path
) -> None:
    train_tiny(tmp_path, stop_at=70)

    def crash(path: Path, state: TrainingState) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(tick_writer, "write_state", crash)
        with pytest.raises(RuntimeError):
            train_tiny(tmp_path, resume=True)
    (tmp_path / "ladder" / ".000002.safetensors.1.tmp").write_bytes(b"half of it")
    assert [tick.step for tick in read_ticks(tmp_path)[0]] == [63, 70, 125]
    assert ladder(tmp_path) == [1, 2]

    forget_after(tmp_path, 70, CONFIG.images_per_step)
    assert [tick.step for tick in read_ticks(tmp_path)[0]] == [63, 70]
    assert ladder(tmp_path) == [1]
    assert not sample_path(tmp_path, 2).exists()
    assert not list(tmp_path.rglob(".*"))
    # It had judged rung 2, which is gone.
    assert not (tmp_path / "discriminator.safetensors").exists()
    assert train_tiny(tmp_path, resume=True)
    assert_same(tmp_path, whole)


def test_whoever_ends_the_process_while_the_judge_is_at_work_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: Path
) -> None:
    """A rung's judge takes seconds: the tick and the state are there before, and the next process does the judging."""
    monkeypatch.setattr(tick_writer, "JUDGED_SEEDS", range(50))
    judge = tiny_judge()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Judge, "measure", interrupted)
        with pytest.raises(KeyboardInterrupt):
            train(replace(tiny_inputs(tmp_path), judge=judge), new_state(CONFIG, 0, CPU, "float32"))
    state = new_state(CONFIG, 0, CPU, "float32")
    read_state(tmp_path / "state.safetensors", state)
    assert state.step == read_ticks(tmp_path)[0][-1].step == 125
    assert measured_rungs(tmp_path) == {}

    forget_after(tmp_path, state.step, CONFIG.images_per_step)
    assert train(replace(tiny_inputs(tmp_path), judge=judge), state)
    assert list(measured_rungs(tmp_path)) == ladder(tmp_path) == [2, 3]
    assert [tick.step for tick in read_ticks(tmp_path)[0]] == [63, 125, LAST_STEP]
    assert_same(tmp_path, whole)


@pytest.mark.parametrize("at_step", [1, 64])
def test_a_run_that_is_deleted_while_it_trains_ends_in_one_sentence_and_stays_deleted(
    tmp_path: Path, at_step: int
) -> None:
    run, state = tmp_path / "run", new_state(CONFIG, 0, CPU, "float32")

    def delete() -> bool:
        if state.step == at_step:
            shutil.rmtree(run)
        return False

    with pytest.raises(UserError, match="was deleted while it was being trained"):
        train(tiny_inputs(run, delete), state)
    assert not run.exists()


def test_a_run_that_is_deleted_while_it_is_judged_says_so_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tmp_path / "run"

    def delete(path: Path, shape: GeneratorShape) -> None:
        shutil.rmtree(run)
        read_rung(path, shape)

    monkeypatch.setattr(tick_writer, "read_rung", delete)
    with pytest.raises(UserError, match="was deleted while it was being trained"):
        train(replace(tiny_inputs(run), judge=tiny_judge()), new_state(CONFIG, 0, CPU, "float32"))
    assert not run.exists()


def test_the_newest_grid_is_no_mark_of_the_schedule(tmp_path: Path) -> None:
    train_tiny(tmp_path, stop_at=70)
    forget_after(tmp_path, 20, CONFIG.images_per_step)
    assert sample_marks(tmp_path) == []
    assert latest_sample_path(tmp_path).is_file()
