"""`python train.py` on a device with too little memory: smaller batches, then the CPU, and never a traceback."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_folders import write_pictures

from gan import captured_step, out_of_memory, training_preparation, training_work
from gan.out_of_memory import Attempt
from gan.run_log import RunRecord, RunStatus, ladder, read_record, read_ticks, write_record
from gan.training_command import run_train_command
from gan.training_options import parse
from gan.training_state import TrainingState

pytestmark = pytest.mark.usefixtures("signals_as_before")

TINY = ["--generator-width", "8", "--discriminator-width", "8", "--latent-size", "8", "--precision", "float32"]


class Gpu:
    """Makes the CPU stand in for a GPU that lacks memory wherever `is_full` says so; the CPU itself has enough."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, is_full: Callable[[int, TrainingState], bool]) -> None:
        self.devices: list[str] = []
        self.statuses: list[RunStatus] = []
        find_device, step = training_preparation.find_device, captured_step.training_step
        following = out_of_memory.next_attempt

        def found(name: Any, local_rank: int = 0) -> torch.device:
            self.devices.append(name)
            return find_device("cpu")

        def stepped(state: TrainingState, images: Any, labels: Any, config: Any, *rest: Any) -> torch.Tensor:
            if self.devices[-1] != "cpu" and is_full(config.batch_size, state):
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nSee the manual.")
            return step(state, images, labels, config, *rest)

        def after(asked: Any, failed: Attempt, kind: str, has_state: bool) -> Attempt | None:
            return following(asked, failed, "cpu" if failed.device == "cpu" else "cuda", has_state)

        def noted(run: Path, record: RunRecord) -> None:
            self.statuses.append(record.status)
            write_record(run, record)

        monkeypatch.setattr(training_work, "write_record", noted)
        monkeypatch.setattr(training_preparation, "device_title", lambda device: f"found as {self.devices[-1]}")
        monkeypatch.setattr(training_preparation, "find_device", found)
        # Training and the measurement before it.
        monkeypatch.setattr(captured_step, "training_step", stepped)
        monkeypatch.setattr(training_work, "next_attempt", after)
        monkeypatch.setattr("gan.training_preparation.find_judge", lambda *of: None)


def _said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    output, errors = capsys.readouterr()
    assert errors == ""
    return [line.split(": ")[1] for line in output.splitlines() if line.startswith("Not enough memory on CPU, ")]


def test_a_new_run_is_tried_with_smaller_batches_and_the_record_says_what_was_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    Gpu(monkeypatch, lambda batch_size, state: batch_size > 16)
    assert run_train_command(["--kimg", "1", "--out", str(run), *TINY]) == 0
    assert _said(capsys) == ["trying batch 32.", "trying batch 16."]
    record = read_record(run)
    assert (record.status, record.config.batch_size) == (RunStatus.DONE, 16)
    assert read_ticks(run)[0][-1].step == 63  # 1 kimg in batches of 16


def test_a_gpu_that_can_do_nothing_leaves_it_to_the_cpu_with_the_batch_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    gpu = Gpu(monkeypatch, lambda batch_size, state: True)
    assert run_train_command(["--kimg", "1", "--out", str(run), *TINY]) == 0
    assert _said(capsys) == ["trying batch 32.", "trying batch 16.", "trying batch 8.", "trying the CPU, batch 64."]
    assert gpu.devices == ["auto", "auto", "auto", "auto", "cpu"]
    assert read_record(run).config.batch_size == 64
    assert read_record(run).device == "found as cpu"


def test_memory_that_ends_before_the_first_tick_of_training_counts_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The measurement fits; what comes with training does not. The folder is claimed by then, and stays so."""
    run = tmp_path / "run"
    # The measurement takes seven steps.
    gpu = Gpu(monkeypatch, lambda batch_size, state: batch_size == 64 and state.step == 10)
    assert run_train_command(["--kimg", "1", "--out", str(run), *TINY]) == 0
    assert _said(capsys) == ["trying batch 32."]
    # Who looks meanwhile never sees a run that failed.
    assert gpu.statuses == [RunStatus.RUNNING, RunStatus.RUNNING, RunStatus.DONE]
    assert [tick.step for tick in read_ticks(run)[0]] == [32]


def test_what_was_learnt_goes_on_on_the_cpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    Gpu(monkeypatch, lambda batch_size, state: state.step == 40)
    drawings = write_pictures(tmp_path / "drawings")
    arguments = ["--dataset", f"folder:{drawings}", "--image-size", "28", "--channels", "1", "--kimg", "3", *TINY]
    # Ticks at 1 and 2 kimg, steps 16 and 32; then the memory ends.
    assert run_train_command([*arguments, "--out", str(run)]) == 0
    assert _said(capsys) == ["going on on the CPU."]
    record = read_record(run)
    assert (record.status, record.failure) == (RunStatus.DONE, "")
    # What the flags leave open was settled by the first attempt: so few pictures are augmented.
    assert record.config == replace(parse(arguments).training, augmentation="on")
    assert record.device == "found as cpu"
    assert [tick.step for tick in read_ticks(run)[0]] == [16, 32, 47]
    assert ladder(run) == [2, 3]


def test_a_resumed_run_keeps_its_batch_and_goes_on_on_the_cpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    with monkeypatch.context() as patched:
        Gpu(patched, lambda batch_size, state: False)
        assert run_train_command(["--kimg", "1", "--out", str(run), *TINY]) == 0
    capsys.readouterr()
    Gpu(monkeypatch, lambda batch_size, state: True)
    assert run_train_command(["--resume", str(run), "--kimg", "2"]) == 0
    assert _said(capsys) == ["going on on the CPU."]
    assert read_record(run).config.batch_size == 64
    assert [tick.step for tick in read_ticks(run)[0]] == [16, 32]


@pytest.mark.parametrize("ends_at", [0, 10])
def test_a_computer_without_memory_gets_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ends_at: int
) -> None:
    run, step = tmp_path / "run", captured_step.training_step

    def full(state: TrainingState, *rest: Any) -> torch.Tensor:
        if state.step == ends_at:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")
        return step(state, *rest)

    monkeypatch.setattr(captured_step, "training_step", full)
    assert run_train_command(["--kimg", "1", "--out", str(run), "--device", "cpu", *TINY]) == 2
    errors = capsys.readouterr().err
    assert errors == "Not enough memory on this computer; give a smaller --batch-size, or close other programs.\n"
    if ends_at:
        assert read_record(run).status is RunStatus.FAILED
        assert read_record(run).failure == errors.strip()
    else:
        assert not run.exists()


@pytest.mark.parametrize("resumed", [False, True])
def test_what_has_begun_is_not_told_to_change_its_batch_size_which_resuming_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], resumed: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("gan.training_preparation.find_judge", lambda *of: None)
    new = ["--kimg", "3", "--out", "run", "--device", "cpu", *TINY]
    if resumed:
        assert run_train_command([*new, "--kimg", "1"]) == 0
    step = captured_step.training_step

    def full(state: TrainingState, *rest: Any) -> torch.Tensor:
        if state.step == 40:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")
        return step(state, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(captured_step, "training_step", full)
        assert run_train_command(["--resume", "run", "--kimg", "3", "--device", "cpu"] if resumed else new) == 2
    sentence = "Not enough memory on this computer; close other programs, then go on with --resume run."
    assert capsys.readouterr().err == f"{sentence}\n"
    assert (read_record(Path("run")).status, read_record(Path("run")).failure) == (RunStatus.FAILED, sentence)
    assert run_train_command(["--resume", "run"]) == 0


def test_another_error_is_not_taken_for_one_of_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: Any) -> torch.Tensor:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(captured_step, "training_step", wrong)
    with pytest.raises(RuntimeError, match="mat1"):
        run_train_command(["--kimg", "1", "--out", str(tmp_path / "run"), *TINY])
