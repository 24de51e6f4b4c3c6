"""A command that takes a while, watched from the window: `share` of it is done, and then there is a result."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import IO, Any

from game.training_run import PROJECT_ROOT

CANCEL_SECONDS = 3.0
NICENESS = 5
# The same on Windows.
if sys.platform == "win32":
    _CREATION_FLAGS = subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
else:
    _CREATION_FLAGS = 0


class JobState(StrEnum):
    """How a job is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class BackgroundJob:
    """Runs a command that prints `gan.job_progress` lines; `wake` is called, from another thread, when there is news.

    `state`, `share` (0 to 1), `text`, `result` and `failure`, one sentence, can be read at any time.
    """

    def __init__(self, title: str, command: Sequence[str], wake: Callable[[], None]) -> None:
        self.title = title
        self.state = JobState.RUNNING
        self.share = 0.0
        self.text = ""
        self.result: Any = None
        self.failure = ""
        self._wake = wake
        self._process: subprocess.Popen[bytes] | None = None
        try:
            # Closed by the thread that reads it.
            errors = tempfile.TemporaryFile()  # noqa: SIM115
            self._process = subprocess.Popen(
                command,
                cwd=PROJECT_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                creationflags=_CREATION_FLAGS,
            )
            _let_others_go_first(self._process)
        except OSError as error:
            self.state, self.failure = JobState.FAILED, f"{title} can't be started ({error.strerror or error})."
            return
        threading.Thread(target=self._watch, args=(self._process, errors), daemon=True).start()

    @property
    def has_ended(self) -> bool:
        """Whether its process is gone."""
        return self._process is None or self._process.poll() is not None

    def cancel(self) -> None:
        """Ends the command where it still runs; it takes its half-written files along."""
        if self.state is JobState.RUNNING and self._process is not None:
            self.state = JobState.CANCELLED
            self._process.terminate()

    def close(self) -> None:
        """Ends the command and waits for that, by force where it takes too long."""
        self.cancel()
        if self._process is not None:
            try:
                self._process.wait(CANCEL_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _watch(self, process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout as lines, errors:
            for line in lines:
                # A line of another kind is somebody's greeting.
                with suppress(ValueError, TypeError, KeyError):
                    news = json.loads(line)
                    self.share, self.text = float(news["share"]), str(news["text"])
                    self.result = news.get("result", self.result)
                    self._wake()
            status = process.wait()
            # The state comes last: whoever sees it changed reads the rest.
            if status != 0:
                self.failure = _last_line(errors) or f"{self.title} ended with status {status}."
            if self.state is JobState.RUNNING:
                self.state = JobState.DONE if status == 0 else JobState.FAILED
        self._wake()


def _let_others_go_first(process: subprocess.Popen[bytes]) -> None:
    # The window above all, which shares two cores with a training and this.
    if sys.platform != "win32":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    return lines[-1][:400] if lines else ""
