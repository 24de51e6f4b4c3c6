"""How far a run is, and how long it still takes."""

from dataclasses import replace
from pathlib import Path

import pytest

from game.training_progress import training_progress
from game.training_run import RunState, Tick, TrainingConfig, TrainingRun

RUN = TrainingRun("own", Path("own"), "Own", RunState.RUNNING, TrainingConfig(kimg=100))


def tick(kimg: float, speed: float = 1000.0, judge_seconds: float | None = None) -> Tick:
    return Tick(kimg, round(kimg * 10), 1.0, speed, 1.0, 1.0, 0.5, 0.5, judge_seconds=judge_seconds)


def test_before_the_first_tick_nothing_is_known() -> None:
    progress = training_progress(RUN, ())
    assert (progress.kimg, progress.share, progress.images_per_second, progress.seconds_left) == (0, 0, None, None)


def test_time_left_is_what_is_left_at_the_speed_of_late() -> None:
    # 60,000 pictures at 1,000 a second; one slow tick among many does not matter.
    ticks = [tick(kimg, 100.0 if kimg == 30 else 1000.0) for kimg in (10, 20, 30, 40)]
    progress = training_progress(RUN, ticks)
    assert (progress.share, progress.images_per_second, progress.seconds_left) == (0.4, 1000.0, 60.0)


def test_judging_the_rungs_to_come_takes_its_time() -> None:
    # After 40 kimg come the rungs at 64 and at 100.
    assert training_progress(RUN, [tick(32, judge_seconds=5.0), tick(40)]).seconds_left == 60 + 2 * 5


@pytest.mark.parametrize(
    ("goal", "kimg", "rungs"), [(64, 40, 1), (64, 64, 0), (128, 64, 1), (100, 64, 1), (3000, 1, 12)]
)
def test_the_rungs_to_come_are_the_powers_of_two_and_the_end(goal: int, kimg: int, rungs: int) -> None:
    run = replace(RUN, config=TrainingConfig(kimg=goal))
    left = training_progress(run, [tick(kimg, judge_seconds=1.0)]).seconds_left
    assert left == pytest.approx(goal - kimg + rungs)


def test_a_run_that_was_lengthened_or_passed_its_goal_is_never_more_than_done() -> None:
    progress = training_progress(RUN, [tick(100.5, judge_seconds=5.0)])
    assert (progress.share, progress.seconds_left) == (1.0, 0.0)


def test_a_time_that_nobody_lives_to_see_is_no_figure() -> None:
    assert training_progress(RUN, [tick(40, speed=5e-324)]).seconds_left is None
