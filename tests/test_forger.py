"""The window's side of the forger: it starts and ends the process, and no failure is without a sentence."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from forger_requests import answer, process_of, real
from forgers import ready_forger, wait_for
from playing import PATIENCE_SECONDS

from game.forger import PROJECT_ROOT, Forger


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_request_before_the_start_waits_and_is_answered() -> None:
    forger = Forger(lambda: None)
    try:
        ticket = forger.request([real(0)], None)
        assert not forger.poll() and not ticket.answered
        forger.start()
        shares = [forger.status.share]
        second = forger.request([real(1)], None)
        while not second.answered:
            wait_for(forger, lambda: forger.status.share != shares[-1] or second.answered)
            shares.append(forger.status.share)
        assert ticket.images is not None and second.images is not None
        assert shares == sorted(shares) and shares[0] < 0.5 and shares[-1] == 1
    finally:
        forger.close()


def test_what_was_asked_before_the_start_needs_no_second_request() -> None:
    forger = Forger(lambda: None)
    try:
        ticket = forger.request([real(0)], None)
        forger.start()
        wait_for(forger, lambda: ticket.answered)
        assert ticket.images is not None
    finally:
        forger.close()


def test_a_killed_forger_answers_with_a_sentence_and_starts_anew_on_request() -> None:
    forger = ready_forger()
    try:
        process = process_of(forger)
        # Held, so that the requests are surely open when it dies.
        os.kill(process.pid, signal.SIGSTOP)
        tickets = [forger.request([real(number)], None) for number in range(3)]
        os.kill(process.pid, signal.SIGKILL)
        wait_for(forger, lambda: all(ticket.answered for ticket in tickets))
        assert len({ticket.error for ticket in tickets}) == 1
        assert tickets[0].error.startswith("The forger stopped") and "\n" not in tickets[0].error
        assert forger.status.failure == tickets[0].error
        assert not is_alive(process.pid), "a dead process is left unburied"

        ticket = forger.request([real(9)], None)
        assert not forger.status.failure, "an old failure is shown while it wakes again"
        wait_for(forger, lambda: ticket.answered)
        assert ticket.images is not None
        assert process_of(forger).pid != process.pid
    finally:
        forger.close()


def test_a_command_that_is_none_is_a_sentence_at_once() -> None:
    forger = Forger(lambda: None, ("/nowhere/no-such-program",))
    forger.start()
    assert forger.status.failure == "The forger can't be started (No such file or directory)."
    assert forger.request([real(0)], None).error == forger.status.failure
    forger.close()


def test_a_forger_that_always_dies_is_started_three_times_and_no_more(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    script = f"open({str(starts)!r}, 'a').write('x'); raise SystemExit('ModuleNotFoundError: No module named torch')"
    forger = Forger(lambda: None, (sys.executable, "-c", script))
    forger.start()
    for _ in range(6):
        ticket = answer(forger, [real(0)])
        assert "(ModuleNotFoundError: No module named torch)" in ticket.error
    assert starts.read_text() == "xxx"
    forger.close()


@pytest.mark.parametrize(
    "output", ["b'hello\\n'", 'b\'[{"event": "ready"}, 99999999999]\\n\'', "b'{}\\n'", "b'[[], 0]\\n'"]
)
def test_a_process_that_speaks_another_language_is_ended_with_a_sentence(output: str) -> None:
    script = f"import sys, time; sys.stdout.buffer.write({output}); sys.stdout.flush(); time.sleep(100)"
    forger = Forger(lambda: None, (sys.executable, "-c", script))
    forger.start()
    process_id = process_of(forger).pid
    ticket = answer(forger, [real(0)])
    assert ticket.error.startswith("The forger stopped")
    assert not is_alive(process_id)


def test_whatever_arrives_wakes_the_window_and_closing_leaves_no_process() -> None:
    woken = threading.Semaphore(0)
    forger = Forger(lambda: woken.release())
    forger.start()
    while not forger.status.ready:
        assert woken.acquire(timeout=PATIENCE_SECONDS)
        forger.poll()
    ticket = forger.request([real(0)], None)
    assert woken.acquire(timeout=PATIENCE_SECONDS)
    wait_for(forger, lambda: ticket.answered)

    process_id = process_of(forger).pid
    start = time.monotonic()
    forger.close()
    assert time.monotonic() - start < 3
    assert not is_alive(process_id)
    forger.close()


def test_closing_ends_a_process_that_still_wakes_and_one_that_hangs() -> None:
    waking = Forger(lambda: None)
    waking.start()
    hanging = Forger(lambda: None, (sys.executable, "-c", "import time; time.sleep(100)"))
    hanging.start()
    ids = [process_of(waking).pid, process_of(hanging).pid]
    waking.close()
    hanging.close()
    assert not any(map(is_alive, ids))


def test_a_forger_never_outlives_a_window_that_was_killed() -> None:
    script = """
import os, sys
from game.forger import Forger
forger = Forger(lambda: None)
forger.start()
while not forger.status.ready:
    forger.poll()
print(forger._process.pid, flush=True)
os.kill(os.getpid(), 9)
"""
    window = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True)
    assert window.returncode == -signal.SIGKILL
    process_id, deadline = int(window.stdout), time.monotonic() + PATIENCE_SECONDS
    while is_alive(process_id) and not _is_zombie(process_id):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_zombie(process_id: int) -> bool:
    # Where no init process buries orphans, the dead stay in the table.
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False
