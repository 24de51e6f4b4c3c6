"""Waiting on request: nothing that was learnt changes, waits don't count, and everything is on disk meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tiny_training import CONFIG, CPU, LAST_STEP, assert_same, tiny_inputs, train_tiny

from gan.checkpoint import read_tensors
from gan.run_log import ladder, read_ticks
from gan.trainer import PAUSE_POLL_SECONDS, train
from gan.training_state import TrainingState, new_state


@dataclass
class Pause:
    """Someone who asks for a pause after one step, for so many looks, and sees what is on disk meanwhile."""

    state: TrainingState
    run: Path
    at_step: int
    looks: int = 3
    stops: Callable[[], bool] = lambda: False
    slept: list[float] = field(default_factory=list)
    now: float = 0.0

    def wanted(self) -> bool:
        return self.state.step == self.at_step and len(self.slept) < self.looks

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += 1000.0
        # Switched off now, nothing is lost.
        assert read_tensors(self.run / "state.safetensors")[1]["step"] == self.at_step
        assert read_ticks(self.run)[0][-1].step == self.at_step

    def clock(self) -> float:
        self.now += 1.0
        return self.now


def _train(run: Path, at_step: int, should_stop: Callable[[Pause], bool] = lambda pause: False) -> tuple[Pause, bool]:
    pause = Pause(new_state(CONFIG, 0, CPU, "float32"), run, at_step)
    inputs = replace(
        tiny_inputs(run, lambda: should_stop(pause)), should_pause=pause.wanted, sleep=pause.sleep, clock=pause.clock
    )
    return pause, train(inputs, pause.state)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("whole")
    assert train_tiny(run)
    return run


@pytest.mark.parametrize("at_step", [1, 31, 63, 100, 187])
def test_a_pause_changes_nothing_bit_for_bit_and_makes_no_rung(tmp_path: Path, whole: Path, at_step: int) -> None:
    pause, finished = _train(tmp_path, at_step)
    assert finished
    assert pause.slept == [PAUSE_POLL_SECONDS] * 3
    assert_same(tmp_path, whole)
    assert ladder(tmp_path) == ladder(whole) == [2, 3]
    assert [tick.step for tick in read_ticks(tmp_path)[0]] == sorted({at_step, 63, 125, LAST_STEP})


def test_time_spent_waiting_counts_neither_in_seconds_nor_in_images_per_second(tmp_path: Path) -> None:
    _train(tmp_path, 100)
    # One second between the two looks at the clock that each tick takes, whatever the wait.
    assert [(tick.seconds, tick.images_per_second) for tick in read_ticks(tmp_path)[0]] == [
        *((1, 63 * 16), (2, 37 * 16), (3, 25 * 16), (4, 63 * 16))
    ]


def test_a_pause_before_the_first_step_is_kept_too(tmp_path: Path, whole: Path) -> None:
    run, slept = tmp_path, []
    inputs = replace(tiny_inputs(run), should_pause=lambda: len(slept) < 2, sleep=slept.append)
    assert train(inputs, new_state(CONFIG, 0, CPU, "float32"))
    assert len(slept) == 2
    assert_same(run, whole)


def test_a_stop_ends_a_pause(tmp_path: Path, whole: Path) -> None:
    pause, finished = _train(tmp_path, 100, should_stop=lambda pause: len(pause.slept) == 2)
    assert not finished
    assert len(pause.slept) == 2
    assert pause.state.step == 101
    assert ladder(tmp_path) == [1]
    assert train_tiny(tmp_path, resume=True)
    assert_same(tmp_path, whole)


def test_a_stop_that_is_there_first_wins(tmp_path: Path) -> None:
    pause, finished = _train(tmp_path, 100, should_stop=lambda pause: pause.state.step == 100)
    assert not finished
    assert pause.slept == []
    assert pause.state.step == 100
