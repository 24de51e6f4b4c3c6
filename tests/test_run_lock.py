"""One process at a time trains into a folder."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from gan.config import PROJECT_ROOT
from gan.errors import UserError
from gan.run_lock import is_locked, run_lock

HOLDER = """
import sys, time
from pathlib import Path
from gan.run_lock import run_lock
with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_refused_until_the_first_is_gone_even_when_it_was_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        try:
            assert holder.stdout is not None and holder.stdout.readline() == "held\n"
            assert is_locked(tmp_path)
            with pytest.raises(UserError, match="another process"), run_lock(tmp_path):
                pass
        finally:
            holder.kill()
        assert holder.wait() != 0
    assert not is_locked(tmp_path)
    with run_lock(tmp_path):
        pass


def test_the_lock_is_given_back_and_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with run_lock(tmp_path), pytest.raises(UserError), run_lock(tmp_path):
            pass


def test_a_folder_that_is_not_there_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be written"), run_lock(tmp_path / "nowhere"):
        pass


def test_looking_creates_nothing_and_takes_nothing(tmp_path: Path) -> None:
    assert not is_locked(tmp_path)
    assert not is_locked(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []
    with run_lock(tmp_path):
        assert is_locked(tmp_path)
        assert is_locked(tmp_path)
    assert not is_locked(tmp_path)
    with run_lock(tmp_path, sleep=lambda seconds: pytest.fail("had to wait")):
        pass


def test_a_trainer_that_starts_while_someone_looks_waits_for_an_instant(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    (tmp_path / "lock").touch()
    with (tmp_path / "lock").open("rb") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        # Others that look are no trainers.
        assert not is_locked(tmp_path)
        waits: list[float] = []

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 3:
                fcntl.flock(looking, fcntl.LOCK_UN)

        with run_lock(tmp_path, sleep):
            assert len(waits) == 3


def test_a_lock_that_is_kept_is_waited_for_half_a_second(tmp_path: Path) -> None:
    waits: list[float] = []
    with run_lock(tmp_path), pytest.raises(UserError, match="another process"), run_lock(tmp_path, waits.append):
        pass
    assert sum(waits) == pytest.approx(0.5)


def test_a_disk_that_knows_no_locks_is_told_apart_from_another_trainer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(UserError, match="can't be locked"), run_lock(tmp_path):
        pass
    assert (tmp_path / "lock").exists() and not is_locked(tmp_path)
