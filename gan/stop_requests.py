"""How a person asks a run to stop or to wait.

Stop: Ctrl-C, SIGTERM, a stop file, or closing what reads its output. Wait: a pause file.
"""

import os
import signal
import sys
from pathlib import Path

from rich.console import Console

_STOPPING = (
    b"\r\nStopping: what was learnt is saved and judged, which takes seconds. Ctrl-C once more ends at once; then\r\n"
    b"--resume goes on from what was saved last.\r\n"
)


class Output(Console):
    """A console that remembers that its reader went away (`| head`), instead of ending the process."""

    def __init__(self) -> None:
        # No markup: a path may well hold brackets.
        super().__init__(highlight=False, markup=False, emoji=False)
        self.is_closed = False

    def say(self, text: str) -> None:
        """Prints one line, unwrapped."""
        self.print(text, soft_wrap=True)

    def on_broken_pipe(self) -> None:
        """Drops all further output."""
        self.is_closed = self.quiet = True
        # What the interpreter flushes at its end must go somewhere too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class StopSignals:
    """Remembers Ctrl-C and SIGTERM, so that the loop can finish its step and save; a second Ctrl-C ends at once.

    On a terminal the first Ctrl-C is answered at once, as saving and judging takes seconds.
    Until it is `listening`, nothing is received, and the signals do what they always do.
    """

    def __init__(self, listening: bool = True) -> None:
        self.received = False
        if listening:
            self.listen()

    def listen(self) -> None:
        """Remembers the signals from here on."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._receive)

    def _receive(self, number: int, frame: object) -> None:
        if self.received and number == signal.SIGINT:
            raise KeyboardInterrupt
        if number == signal.SIGINT and not self.received and sys.stderr.isatty():
            # Not printed: the signal may have come in the middle of a print.
            os.write(sys.stderr.fileno(), _STOPPING)
        self.received = True


def end_at_signals() -> None:
    """Lets Ctrl-C and SIGTERM end this process at once, also while it waits for another one."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def stop_file_exists(run: Path) -> bool:
    """Returns whether someone asked the run to stop."""
    return os.path.exists(run / "stop")  # noqa: PTH110 - called every step, and several times faster than Path's


def pause_file_exists(run: Path) -> bool:
    """Returns whether someone asked the run to wait."""
    return os.path.exists(run / "pause")  # noqa: PTH110 - called every step, and several times faster than Path's


def forget_requests(run: Path) -> None:
    """Deletes what asks the run to stop or to wait; a run that is gone has nothing to delete."""
    for name in ("stop", "pause"):
        (run / name).unlink(missing_ok=True)
