"""`train.py` as several processes: what each says and writes, how they stop, what is left where one is lost."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
import torch
from worlds import TIMEOUT_SECONDS, TINY, Polled, Started, processes, train, wait_for

from gan.checkpoint import read_tensors
from gan.config import PROJECT_ROOT
from gan.errors import SaidElsewhereError, UserError
from gan.run_lock import is_locked
from gan.run_log import RunStatus, read_record, read_ticks
from gan.torchrun import Place, place_from, refuse_place, said_once

pytestmark = pytest.mark.usefixtures("signals_as_before")

LOST = "Another process of this training has ended or can't be reached; "


def _two(*arguments: str) -> AbstractContextManager[list[Started]]:
    work = partial(train, *arguments)
    return processes(work, work)


def test_a_place_is_what_torchrun_says_and_alone_without_it() -> None:
    assert place_from({}) == Place(0, 1, 0, 0)
    variables = {"RANK": "3", "WORLD_SIZE": "4", "LOCAL_RANK": "1", "TORCHELASTIC_RESTART_COUNT": "2"}
    assert place_from(variables) == Place(3, 4, 1, 2)


@pytest.mark.parametrize("wrong", [{"RANK": "one"}, {"RANK": "1"}, {"RANK": "-1"}, {"WORLD_SIZE": ""}])
def test_other_variables_are_refused_with_their_names(wrong: dict[str, str]) -> None:
    with pytest.raises(UserError, match="=".join(*wrong.items())):
        place_from(wrong)


def test_each_process_needs_two_pictures_and_a_new_run_is_not_begun_twice() -> None:
    refuse_place(Place(1, 2), batch_size=4, resumes=False)
    with pytest.raises(UserError, match="--batch-size is 3; 2 processes need 4 or more"):
        refuse_place(Place(1, 2), batch_size=3, resumes=False)
    refuse_place(Place(1, 2, restarts=1), batch_size=4, resumes=True)
    with pytest.raises(UserError, match="--resume"):
        refuse_place(Place(1, 2, restarts=1), batch_size=4, resumes=False)


def test_what_all_of_them_have_to_say_is_left_to_the_first_of_each_computer(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SaidElsewhereError), said_once(Place(1, 2, local_rank=1)):
        print("usage")
        raise UserError("wrong")
    with pytest.raises(UserError) as caught, said_once(Place(2, 4, local_rank=0)):
        print("usage of the second computer")
        raise UserError("wrong")
    assert type(caught.value) is UserError
    assert capsys.readouterr().out == "usage of the second computer\n"


def test_wrong_flags_and_too_small_batches_are_said_once(tmp_path: Path) -> None:
    for flags, sentence in ((["--batch-size", "3"], "2 processes need 4 or more"), (["--kimg", "soon"], "--kimg")):
        with _two(*TINY, "--out", str(tmp_path / "run"), *flags) as started:
            first, second = (one.ending() for one in started)
        assert (first[:2], first[2].count("\n")) == ((2, ""), 1) and sentence in first[2]
        assert second == (2, "", "")
    assert not (tmp_path / "run").exists()
    # Seen by process 0 alone; the other waits for it, until torchrun ends it.
    (tmp_path / "homework.txt").touch()
    with _two(*TINY, "--out", str(tmp_path)) as (first_process, second_process):
        status, _, errors = first_process.ending()
        assert (status, errors.count("\n")) == (2, 1) and "not empty" in errors
        wait_for(second_process.texts[1].exists)
        second_process.process.terminate()
        assert second_process.ending() == (-signal.SIGTERM, "", "")


def _last_step(run: Path) -> int:
    ticks = read_ticks(run)[0]
    return ticks[-1].step if ticks else 0


def _saved_step(run: Path) -> int:
    step = read_tensors(run / "state.safetensors")[1]["step"]
    assert isinstance(step, int)
    return step


def _wait_for_a_saved_state(run: Path, *started: Polled) -> None:
    """Waits for the second of two ticks, which are 16 steps apart: by then the first one's state is saved."""
    before = _last_step(run)
    wait_for(lambda: _last_step(run) > before + 16, *started)


def _ends_after_a_kill(run: Path, victim: int, *arguments: str) -> None:
    """Trains until something new is saved, kills one of two, and looks at what that leaves."""
    with _two(*arguments) as started:
        _wait_for_a_saved_state(run, *started)
        started[victim].process.kill()
        start = time.monotonic()
        ended = [one.ending() for one in started]
        assert time.monotonic() - start < 20
    assert (ended[victim][0], ended[victim][2]) == (-signal.SIGKILL, "")
    sentence = f"{LOST}go on with --resume {run}."
    assert (ended[1 - victim][0], ended[1 - victim][2]) == (2, f"{sentence}\n")
    record = read_record(run)
    # Whoever looks calls a run interrupted that still says “running” and is not locked.
    assert not is_locked(run)
    assert record.status is (RunStatus.RUNNING if victim == 0 else RunStatus.FAILED)
    assert record.failure == ("" if victim == 0 else sentence)


def test_a_run_of_two_and_of_one_that_was_killed_and_stopped_has_learnt_what_one_process_does(
    tmp_path: Path,
) -> None:
    run, whole = tmp_path / "run", tmp_path / "whole"
    resume = ("--device", "cpu", "--resume", str(run), "--kimg", "500")
    _ends_after_a_kill(run, 1, *TINY, "--kimg", "500", "--out", str(run))
    _ends_after_a_kill(run, 0, *resume)
    kimg = _saved_step(run) * 64 // 1000 + 1
    assert train(*resume, "--kimg", str(kimg)) == 0
    assert (read_record(run).status, read_record(run).failure) == (RunStatus.DONE, "")
    with _two(*resume) as started:
        _wait_for_a_saved_state(run, *started)
        (run / "stop").touch()
        (status, output, errors), helper = (one.ending() for one in started)
    # Only process 0 has anything to say, and nobody knows of an error.
    assert (status, errors, helper) == (0, "", (0, "", ""))
    assert "Stopped and saved at" in output and output.count("Loading PyTorch") == 1
    assert read_record(run).status is RunStatus.STOPPED and not (run / "stop").exists()
    assert read_record(run).device == "2 × CPU, 1 thread"
    # One of them has written: two would have added each tick twice.
    steps = [json.loads(line)["step"] for line in (run / "stats.jsonl").read_text().splitlines()]
    assert steps == sorted(set(steps))

    kimg = steps[-1] * 64 // 1000 + 2
    assert train(*resume, "--kimg", str(kimg)) == 0
    assert train(*TINY, "--kimg", str(kimg), "--out", str(whole)) == 0
    last, expected = read_ticks(run)[0][-1], read_ticks(whole)[0][-1]
    assert last.step == expected.step
    for name in ("generator_loss", "discriminator_loss", "real_logit", "fake_logit"):
        assert getattr(last, name) == pytest.approx(getattr(expected, name), abs=5e-3)
    tensors, others = (read_tensors(folder / "state.safetensors")[0] for folder in (run, whole))
    assert torch.equal(tensors["noise"], others["noise"])
    for name, tensor in tensors.items():
        # Not the last digits: see the test of real processes in test_distributed.py.
        assert "optimizer" in name or torch.allclose(tensor, others[name], rtol=5e-3, atol=5e-3), name


def test_a_full_disk_ends_all_of_them_with_the_sentence_of_the_one_that_writes(
    tmp_path: Path,
) -> None:
    run = tmp_path / "run"
    work = partial(train, *TINY, "--kimg", "500", "--out", str(run))
    # Enough for the record and the first pictures, not for a state.
    with processes(partial(work, file_bytes=6000), work) as started:
        first, second = (one.ending() for one in started)
    assert (first[0], first[2].count("\n")) == (2, 1)
    assert str(run) in first[2] and "make room" in first[2]
    assert second == (2, "", "")


def test_of_several_processes_one_without_memory_ends_all_of_them_and_the_record_says_so(tmp_path: Path) -> None:
    run = tmp_path / "run"
    work = partial(train, *TINY, "--kimg", "500", "--out", str(run))
    with processes(partial(work, memory_ends_at=40), work) as started:
        first, second = (one.ending() for one in started)
    # Its last tick, and so its state, came at step 32.
    sentence = f"Not enough memory on this computer; close other programs, then go on with --resume {run}."
    assert (first[0], first[2]) == (2, f"{sentence}\n")
    assert (second[0], second[2]) == (2, "")
    assert (read_record(run).status, read_record(run).failure) == (RunStatus.FAILED, sentence)


def test_what_only_another_one_than_process_0_finds_out_is_said_by_that_one(tmp_path: Path) -> None:
    """As where one computer of several lacks the data."""
    work = partial(train, *TINY, "--out", str(tmp_path / "run"), "--data-root")
    with processes(partial(work, str(PROJECT_ROOT / "assets")), partial(work, "/nowhere")) as started:
        first, second = (one.ending() for one in started)
    assert (first[0], first[2]) == (2, "")
    assert (second[0], second[2].count("\n")) == (2, 1) and "/nowhere" in second[2]
    assert not (tmp_path / "run").exists()


def _train_started_again(restarts: int, *arguments: str) -> int:
    os.environ["TORCHELASTIC_RESTART_COUNT"] = str(restarts)
    return train(*arguments)


@pytest.mark.parametrize("counts", [(1, 0), (1, 1)])
def test_they_meet_also_where_only_one_computer_counts_the_restart(counts: tuple[int, int], tmp_path: Path) -> None:
    """As torchrun does: who starts again because another one did has not restarted."""
    run = tmp_path / "run"
    assert train(*TINY, "--kimg", "1", "--out", str(run)) == 0
    works = [partial(_train_started_again, count, "--resume", str(run), "--kimg", "2") for count in counts]
    with processes(*works) as started:
        assert [one.ending()[0] for one in started] == [0, 0]
    assert read_record(run).status is RunStatus.DONE


def _torchrun(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"},
    )


def test_torchrun_starts_a_resumed_run_again_after_a_kill_and_sigterm_to_it_stops_and_saves(
    checkout: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    assert train(*TINY, "--kimg", "1", "--out", str(run)) == 0
    with _torchrun(
        "--max-restarts", "1", str(checkout / "train.py"), "--device", "cpu", "--resume", str(run), "--kimg", "500"
    ) as torchrun:
        try:
            _wait_for_a_saved_state(run, torchrun)
            workers = subprocess.check_output(["pgrep", "-P", str(torchrun.pid)], text=True).split()
            os.kill(int(workers[-1]), signal.SIGKILL)
            wait_for(lambda: read_record(run).status is RunStatus.FAILED, torchrun)
            _wait_for_a_saved_state(run, torchrun)
            torchrun.terminate()
            output, errors = torchrun.communicate(timeout=TIMEOUT_SECONDS)
        finally:
            torchrun.kill()
    assert errors.count(LOST) == 1 and output.count("Loading PyTorch") == 2
    assert output.splitlines()[-1].startswith("Stopped and saved at ")
    assert read_record(run).status is RunStatus.STOPPED and not is_locked(run)
    steps = [tick.step for tick in read_ticks(run)[0]]
    assert steps == sorted(set(steps)) and steps[-1] == _saved_step(run)
