"""`python train.py` where it resumes, refuses or fails: one line, exit status 2, and every file as it was."""

import itertools
import json
import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gan import training_command
from gan.config import PROJECT_ROOT
from gan.run_lock import run_lock
from gan.run_log import RunStatus, ladder, read_record
from gan.training_command import run_train_command

pytestmark = pytest.mark.usefixtures("module_signals_as_before")

TINY = ["--generator-width", "8", "--discriminator-width", "8", "--latent-size", "8", "--precision", "float32"]
TIMEOUT_SECONDS = 120


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 1 kimg."""
    run = tmp_path_factory.mktemp("finished") / "run"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("gan.training_preparation.find_judge", lambda *of: None)
        assert run_train_command(["--kimg", "1", "--out", str(run), *TINY]) == 0
    return run


@pytest.fixture
def copy(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished run to do harm to; without a judge, so that a rung costs little."""
    monkeypatch.setattr("gan.training_preparation.find_judge", lambda *of: None)
    return Path(shutil.copytree(finished, tmp_path / "run"))


def _refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Runs the command in this process and returns its one line of error."""
    assert run_train_command(arguments) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and line.endswith(".\n")
    assert "Traceback" not in line
    return line


def _snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_writes_nothing(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = _snapshot(tmp_path)
    assert run_train_command(["--dry-run", "--out", "new", "--kimg", "5", *TINY]) == 0
    assert run_train_command(["--dry-run", "--resume", "run", "--kimg", "5"]) == 0
    output = capsys.readouterr().out
    assert output.count("5 kimg, rungs at 2, 4, 5\n") == 2
    assert output.count("→ new\n") == output.count("→ run\n") == 1
    assert output.count("Dry run: nothing was written.\n") == 2
    assert _snapshot(tmp_path) == before
    assert not (tmp_path / "new").exists()


def test_resuming_a_finished_run_says_so_and_changes_nothing(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = _snapshot(copy)
    assert run_train_command(["--resume", str(copy)]) == 0
    assert "is already trained to its 1 kimg; give a larger --kimg to train it further." in capsys.readouterr().out
    assert _snapshot(copy) == before


def test_a_run_can_not_be_made_shorter_than_it_is(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_train_command(["--resume", str(copy), "--kimg", "3"]) == 0
    before = _snapshot(copy)
    assert "already trained to 3" in _refused(capsys, "--resume", str(copy), "--kimg", "2")
    assert _snapshot(copy) == before
    assert ladder(copy) == [1, 2, 3]


def test_other_settings_are_refused_by_name(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = _refused(
        capsys,
        *("--resume", str(copy), "--kimg", "2", "--seed", "3", "--batch-size", "32", "--dataset", "fashion-mnist"),
    )
    assert "(--dataset mnist → fashion-mnist, --batch-size 64 → 32, --seed 0 → 3)" in line


def test_the_runs_own_settings_may_be_repeated(copy: Path) -> None:
    assert run_train_command(["--resume", str(copy), *TINY, "--seed", "0"]) == 0


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"precision": "float64"}, "wrong kind"),
        ({"device": 5}, "wrong kind"),
        ({"schema_version": 9}, "format 9"),
        ({"config": {"kimg": "1"}}, "kimg = '1'"),
        ({"config": {"kimg": 0}}, "--kimg is 0"),
        ({"dataset_fingerprint": "0" * 64}, "other pictures"),
    ],
    ids=str,
)
def test_a_damaged_record_is_refused(
    copy: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], problem: str
) -> None:
    path = copy / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **changes}))
    before = _snapshot(copy)
    assert problem in _refused(capsys, "--resume", str(copy), "--kimg", "2")
    assert _snapshot(copy) == before


def test_a_record_of_no_json_and_a_state_that_is_damaged_or_missing_are_refused(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state, record = copy / "state.safetensors", copy / "run.json"
    good = record.read_bytes()
    record.write_bytes(good[:50])
    assert "run.json is damaged" in _refused(capsys, "--resume", str(copy))
    record.write_bytes(good)
    state.write_bytes(state.read_bytes()[:1000])
    assert "state.safetensors is damaged" in _refused(capsys, "--resume", str(copy))
    state.unlink()
    assert "played but not resumed" in _refused(capsys, "--resume", str(copy))


def test_a_folder_that_is_in_use_is_refused_before_anything_is_loaded(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_command.Work, "do", lambda *_: pytest.fail("loaded"))
    monkeypatch.chdir(tmp_path)
    # Told as it would be typed from here.
    assert _refused(capsys, "--out", str(copy)).endswith(
        "run is there already and not empty; name another --out, or go on with --resume run.\n"
    )
    with run_lock(copy):
        assert "another process" in _refused(capsys, "--resume", str(copy))
    (copy / "run.json").rename(copy.parent / "file")
    assert _refused(capsys, "--out", str(copy)) == "run is there already and not empty; name another --out.\n"
    assert _refused(capsys, "--out", str(copy.parent / "file")) == "file is a file; name a folder with --out.\n"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--resume", "nowhere"], "no run nowhere"),
        (["--resume", "gan"], "gan has no run.json"),
        (["--resume", "mnist", "--out", "there"], "exclude each other"),
        (["--kimg", "many"], "--kimg"),
        (["--kimg", "0"], "--kimg is 0"),
        (["--batch-size", "1"], "--batch-size is 1"),
        (["--generator-width", "7"], "--generator-width is 7"),
        (["--learning-rate", "nan"], "--learning-rate is nan"),
        (["--seed", "-1"], "--seed is -1"),
        (["--dataset", "cifar"], "cifar"),
        (["--device", "tpu"], "tpu"),
        (["--architecture", "vae"], "Expected one of ('dcgan', 'mlp');"),
        (["--objective", "None"], "one of ('standard', 'minimax', 'wasserstein', 'wasserstein-gp', 'relativistic');"),
        (["--colour"], "--colour"),
        (["stray"], "stray"),
        (["--data-root", "/dev/null"], "/dev/null"),
        (["--out", "/dev/null/run", *TINY], "can't be written"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_flags_get_one_line(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROJECT_ROOT)
    assert named in _refused(capsys, *arguments)


def test_a_run_that_diverges_says_so_in_its_record(
    copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from gan import objectives

    good = objectives.OBJECTIVES["standard"]
    bad = replace(good, generator_loss=lambda real, fake: good.generator_loss(real, fake) * float("inf"))
    with monkeypatch.context() as patched:
        patched.setitem(objectives.OBJECTIVES, "standard", bad)
        assert "diverged at 2 kimg" in _refused(capsys, "--resume", str(copy), "--kimg", "2")
    record = read_record(copy)
    assert record.status is RunStatus.FAILED
    assert record.failure.startswith("Training diverged")
    assert run_train_command(["--resume", str(copy), "--kimg", "2"]) == 0
    assert read_record(copy).status is RunStatus.DONE
    assert read_record(copy).failure == ""


def test_a_disk_that_is_full_from_the_start_gets_one_line(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _snapshot(copy)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    line = _refused(capsys, "--resume", str(copy), "--kimg", "2")
    assert "run.json" in line and "No space left on device" in line
    assert "No space left on device" in _refused(capsys, "--out", str(tmp_path / "new"), "--kimg", "1", *TINY)
    assert _snapshot(copy) == before


def test_a_disk_that_fills_up_on_the_way_gets_one_line_though_not_even_the_failure_can_be_noted(
    copy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = itertools.count()

    def fills(descriptor: int) -> None:
        # The record and the ticks are still written, the first grid no more; a folder's names take no room.
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode) and next(calls) >= 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fills)
    assert "make room, then go on with `python train.py --resume" in _refused(
        capsys, "--resume", str(copy), "--kimg", "2"
    )
    monkeypatch.undo()
    assert read_record(copy).status is RunStatus.RUNNING
