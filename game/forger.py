"""The window's side of the forger process: ask now, look for the answer in a later frame."""

import contextlib
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO, TypeVar, cast

from game.tickets import NearestTicket, Ticket, VerdictTicket
from gan.wire import read_message, write_message

AnyTicket = TypeVar("AnyTicket", Ticket, VerdictTicket, NearestTicket)
PROJECT_ROOT = Path(__file__).resolve().parent.parent
CLOSE_SECONDS = 2.0
IMPATIENT_SECONDS = 0.1
MAX_STARTS = 3


@dataclass(frozen=True, slots=True)
class ForgerStatus:
    """How the forger is: `share` of its start is done, and `failure` is a sentence where it can't work."""

    text: str
    share: float
    ready: bool = False
    failure: str = ""


class Forger:
    """Starts the forger process, sends it requests and collects its answers.

    `wake` is called, from another thread, whenever there is something for `poll` to collect.
    """

    def __init__(
        self, wake: Callable[[], None], command: Sequence[str] = (sys.executable, "-m", "gan.forger_service")
    ) -> None:
        self._wake = wake
        self._command = command
        self._arrived: SimpleQueue[tuple[subprocess.Popen[bytes], dict[str, Any] | None, bytes]] = SimpleQueue()
        self._tickets: dict[int, Ticket | VerdictTicket | NearestTicket] = {}
        self._waiting: list[tuple[int, dict[str, Any]]] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._outbox: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._last_id = 0
        self._starts = 0
        self.status = ForgerStatus("Waking the forger", 0.0)

    def start(self) -> None:
        """Starts the process; a failure shows in `status`."""
        self._starts += 1
        self.status = ForgerStatus("Waking the forger", 0.0)
        # Not closed here: the process writes to it until it ends, and its last words are read then.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            self._process = subprocess.Popen(
                self._command,
                cwd=PROJECT_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                # Ctrl-C in the terminal is for the window, which then closes the forger.
                start_new_session=True,
            )
        except OSError as error:
            self.status = ForgerStatus("", 0.0, failure=f"The forger can't be started ({error.strerror or error}).")
            return
        self._outbox = SimpleQueue()
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        threading.Thread(target=_write, args=(self._process, self._outbox), daemon=True).start()
        # What was asked before the start.
        self._send_waiting()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Runs in a thread of its own: passes on every message, and None when there will be no more."""
        assert process.stdout is not None
        try:
            while message := read_message(cast(BinaryIO, process.stdout)):
                self._arrived.put((process, *message))
                self._wake()
        except (ValueError, OSError):
            pass
        self._arrived.put((process, None, b""))
        self._wake()

    def request(self, pictures: Sequence[dict[str, Any]], judge: str | None) -> Ticket:
        """Asks for pictures and the judge's classes; all of them must be of one size, and grey or in colour.

        Each is {"dataset", "number"}, {"held_out_of", "number"} or {"run", "kimg", "number"}.
        """
        return self._ask({"pictures": list(pictures), "judge": judge}, Ticket())

    def request_labels(self, reals: dict[str, Any]) -> Ticket:
        """Asks for the classes of all real pictures of {"dataset"} or {"held_out_of"}."""
        return self._ask({"labels_of": reals}, Ticket())

    def request_verdicts(self, pictures: Sequence[dict[str, Any]], run: str, kimg: int) -> VerdictTicket:
        """Asks what the discriminator in a run's folder says of pictures, if their fakes are of its rung at `kimg`."""
        return self._ask({"verdicts_of": list(pictures), "run": run, "kimg": kimg}, VerdictTicket())

    def request_nearest(self, pictures: Sequence[dict[str, Any]], reals: dict[str, Any]) -> NearestTicket:
        """Asks for the real picture of {"dataset"} or {"held_out_of"} that is most similar to each, but not itself."""
        return self._ask({"nearest_to": list(pictures), "among": reals}, NearestTicket())

    def _ask(self, request: dict[str, Any], ticket: AnyTicket) -> AnyTicket:
        self._last_id += 1
        self._tickets[self._last_id] = ticket
        self._waiting.append((self._last_id, request))
        if self._process is None and self._starts and self._starts < MAX_STARTS:
            self.start()
        self._send_waiting()
        return ticket

    def _send_waiting(self) -> None:
        if self.status.failure and self._process is None:
            self._fail_all(self.status.failure)
        elif self._process is not None:
            waiting, self._waiting = self._waiting, []
            for number, request in waiting:
                self._outbox.put({"id": number, **request})

    def poll(self) -> bool:
        """Collects what has arrived; returns whether anything has."""
        anything = False
        while not self._arrived.empty():
            process, message, payload = self._arrived.get()
            if process is self._process:
                self._take(message, payload)
                anything = True
        return anything

    def _take(self, message: dict[str, Any] | None, payload: bytes) -> None:
        if message is None:
            # Its output ended: it is gone, or speaks another language.
            self._end(IMPATIENT_SECONDS)
            self._fail_all(self._last_words())
        elif message.get("event") == "stage":
            self.status = ForgerStatus(message["text"], message["share"])
        elif message.get("event") == "ready":
            self.status = ForgerStatus("", 1.0, ready=True)
        elif ticket := self._tickets.pop(message["id"], None):
            ticket.error = message.get("error", "")
            if not ticket.error:
                ticket.take(message, payload)

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        reason = f" ({lines[-1][:200]})" if lines else ""
        return f"The forger stopped{reason}; try again, and if it stays so, reinstall with pip."

    def _fail_all(self, sentence: str) -> None:
        self.status = ForgerStatus("", 0.0, failure=sentence)
        self._waiting.clear()
        while self._tickets:
            self._tickets.popitem()[1].error = sentence

    def close(self) -> None:
        """Ends the process: by closing its input, and where that does not help by force."""
        self._end(CLOSE_SECONDS if self.status.ready else IMPATIENT_SECONDS)

    def _end(self, patience_seconds: float) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        # The writer closes the pipe, which is what the forger ends by.
        self._outbox.put(None)
        try:
            process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _write(process: subprocess.Popen[bytes], outbox: "SimpleQueue[dict[str, Any] | None]") -> None:
    """Runs in a thread of its own, because a pipe holds little: a write to a full one must not stop the window."""
    pipe = cast(BinaryIO, process.stdin)
    # Where the forger just died, the reader's last message tells, and fails every open ticket.
    with contextlib.suppress(OSError):
        while (request := outbox.get()) is not None:
            write_message(pipe, request)
    with contextlib.suppress(OSError):
        pipe.close()
