"""Work in a thread: its result, its error in one sentence, how far it is, and its end."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from made_up import MadeUpPlayer, played_round, write_trials
from scores import NOW, SETUP, opened

from game.counting import PATIENCE_SECONDS, Counting
from game.scores_reader import reader
from game.store import Store
from game.training_run import UserError

Tell = Callable[[float, str], None]


def wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_the_result_comes_with_a_wake() -> None:
    woken = threading.Event()
    counting = Counting(lambda tell: 6 * 7, woken.set)
    assert woken.wait(10) and counting.done and counting.result == 42 and counting.error == ""
    assert not counting.is_slow


def test_what_is_wrong_is_one_sentence() -> None:
    def refuse(tell: Tell) -> int:
        raise UserError("The file is gone; put it back.")

    def fail(tell: Tell) -> int:
        return 1 // 0

    for work, sentence in ((refuse, "The file is gone; put it back."), (fail, "can't be counted (ZeroDivisionError")):
        counting = Counting(work, lambda: None)
        wait(lambda counting=counting: counting.done)  # type: ignore[misc]
        assert sentence in counting.error and counting.result is None


def test_slow_work_tells_how_far_it_is_and_ends_at_its_next_word_when_cancelled() -> None:
    go_on, ended = threading.Event(), threading.Event()

    def work(tell: Tell) -> int:
        try:
            tell(0.5, "reading")
            go_on.wait(10)
            tell(0.75, "counting")
        finally:
            ended.set()
        return 1

    counting = Counting(work, lambda: None)
    wait(lambda: counting.share == 0.5)
    assert counting.text == "reading"
    counting.begun_at -= PATIENCE_SECONDS
    assert counting.is_slow
    counting.cancel()
    go_on.set()
    assert ended.wait(10)
    time.sleep(0.01)
    assert not counting.done and counting.result is None and counting.error == ""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "scores.sqlite"
    with opened(path):
        pass
    write_trials(path, played_round(MadeUpPlayer("a" * 32, "Ada")), {"a" * 32: "Ada"})
    return path


def in_a_thread(call: Callable[[], object]) -> object:
    counting = Counting(lambda tell: call(), lambda: None)
    wait(lambda: counting.done)
    return counting.error or counting.result


def test_another_thread_reads_what_the_store_reads(path: Path) -> None:
    with opened(path) as store:
        assert in_a_thread(reader(store, lambda rounds: rounds.trials())) == store.trials()
        assert in_a_thread(reader(store, lambda rounds: rounds.players())) == store.players()


def test_a_store_in_memory_is_read_at_once(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    store = Store.open(tmp_path / "folder")
    assert store.path is None
    store.play_as("Ada")
    store.begin_round(SETUP, NOW)
    assert in_a_thread(reader(store, lambda rounds: rounds.players())) == store.players() != []
    store.close()


def test_a_file_that_was_moved_away_is_not_made_anew(path: Path) -> None:
    with opened(path) as store:
        read = reader(store, lambda rounds: rounds.trials())
        path.unlink()
        assert "can't be read now" in str(in_a_thread(read))
        assert not path.exists()
