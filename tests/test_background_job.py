"""A command in the background: its progress, its result, its failure, its end."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from game.background_job import BackgroundJob, JobState

PATIENCE_SECONDS = 30.0


def job(script: str, wake: Callable[[], None] = lambda: None) -> BackgroundJob:
    return BackgroundJob("a.gif", (sys.executable, "-c", script), wake)


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def ended(made: BackgroundJob) -> BackgroundJob:
    until(lambda: made.state is not JobState.RUNNING)
    return made


def test_a_job_tells_its_progress_and_its_result() -> None:
    news = []
    made = ended(
        job(
            "from gan.job_progress import report_json as r; r(0.5, 'frame 1 of 2'); print('hello');"
            "r(1.0, 'done', {'path': 'a.gif'})",
            lambda: news.append(1),
        )
    )
    assert (made.state, made.share, made.text, made.result) == (JobState.DONE, 1.0, "done", {"path": "a.gif"})
    until(lambda: len(news) == 3)


def test_a_job_that_fails_says_the_last_line_of_its_error() -> None:
    made = ended(job("import sys; print('noise\\nIt is damaged; restore it.', file=sys.stderr); sys.exit(2)"))
    assert (made.state, made.failure) == (JobState.FAILED, "It is damaged; restore it.")


def test_a_job_that_dies_without_a_word_says_at_least_its_status() -> None:
    made = ended(job("import os; os._exit(7)"))
    assert (made.state, made.failure) == (JobState.FAILED, "a.gif ended with status 7.")


def test_a_command_that_can_not_be_started_is_a_failure_not_a_crash(tmp_path: Path) -> None:
    made = BackgroundJob("a.gif", (str(tmp_path / "nowhere"),), lambda: None)
    assert made.state is JobState.FAILED
    assert "can't be started" in made.failure
    made.cancel()
    made.close()


def test_a_cancelled_job_ends_and_stays_cancelled() -> None:
    made = job('import time; print(\'{"share": 0.1, "text": ""}\', flush=True); time.sleep(60)')
    until(lambda: made.share > 0)
    made.cancel()
    made.close()
    assert made.state is JobState.CANCELLED
    time.sleep(0.05)
    assert made.state is JobState.CANCELLED


def test_a_job_that_will_not_end_is_ended_by_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("game.background_job.CANCEL_SECONDS", 0.2)
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    made = job(script + 'print(\'{"share": 0.1, "text": ""}\', flush=True); time.sleep(60)')
    until(lambda: made.share > 0)
    started = time.monotonic()
    made.close()
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("line", ["[]", "{}", "3", "null", '{"share": "x", "text": 1}', "not json"])
def test_a_line_of_another_kind_is_left_out(line: str) -> None:
    made = ended(job(f'print({line!r}); print(\'{{"share": 1, "text": "end"}}\')'))
    assert (made.state, made.text) == (JobState.DONE, "end")


def test_a_full_temporary_folder_is_a_failure_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    made = BackgroundJob("a.gif", (sys.executable, "-c", ""), lambda: None)
    assert made.state is JobState.FAILED and "No space left on device" in made.failure


def test_a_job_lets_the_window_go_first() -> None:
    made = ended(job('import os, time; time.sleep(0.3); print(\'{"share": 1, "text": "%d"}\' % os.nice(0))'))
    assert int(made.text) >= 5
