"""The ways to ask a run to stop."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from gan.stop_requests import StopSignals, forget_requests, pause_file_exists, stop_file_exists

pytestmark = pytest.mark.usefixtures("signals_as_before")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_remembered(number: signal.Signals) -> None:
    signals = StopSignals()
    assert not signals.received
    os.kill(os.getpid(), number)
    assert signals.received


@pytest.mark.parametrize(
    ("number", "on_terminal"), [(signal.SIGINT, True), (signal.SIGINT, False), (signal.SIGTERM, True)]
)
def test_ctrl_c_on_a_terminal_is_answered_at_once_and_only_once(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals, on_terminal: bool
) -> None:
    reading, writing = os.openpty() if on_terminal else os.pipe()
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr("sys.stderr", stream)
        StopSignals()
        os.kill(os.getpid(), number)
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), number)
        os.write(writing, b"end")
        said = os.read(reading, 10_000).decode()
    os.close(reading)
    assert said.endswith("end")
    assert said.count("Stopping") == (1 if on_terminal and number == signal.SIGINT else 0)


def test_a_second_ctrl_c_ends_at_once_and_a_second_sigterm_does_not() -> None:
    signals = StopSignals()
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
    assert signals.received
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)


def test_a_stop_file_is_seen(tmp_path: Path) -> None:
    assert not stop_file_exists(tmp_path)
    (tmp_path / "stop").touch()
    assert stop_file_exists(tmp_path)
    assert not pause_file_exists(tmp_path)


def test_a_pause_file_is_seen(tmp_path: Path) -> None:
    assert not pause_file_exists(tmp_path)
    (tmp_path / "pause").touch()
    assert pause_file_exists(tmp_path)
    assert not stop_file_exists(tmp_path)


def test_requests_can_be_forgotten_whether_or_not_there_are_any(tmp_path: Path) -> None:
    for name in ("stop", "pause", "run.json"):
        (tmp_path / name).touch()
    for _ in range(2):
        forget_requests(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
