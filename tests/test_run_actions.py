"""What can be done with a run, by what it is doing."""

from dataclasses import replace
from pathlib import Path

import pytest

from game.run_actions import goal_to_go_on_to, keeping_actions, training_actions
from game.training_run import RunState, TrainingConfig, TrainingRun

RUN = TrainingRun("own", Path("own"), "Own", RunState.DONE, TrainingConfig(kimg=100), rungs=(2, 4), resumable=True)


def names(actions: object) -> list[str]:
    return [name for name, _ in actions]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (RunState.STARTING, ["stop"]),
        (RunState.RUNNING, ["pause", "stop"]),
        (RunState.PAUSED, ["go on", "stop"]),
        (RunState.STOPPING, []),
        (RunState.CANCELLED, []),
        *((state, ["resume"]) for state in (RunState.DONE, RunState.STOPPED, RunState.INTERRUPTED, RunState.FAILED)),
    ],
)
def test_training_can_be_told_what_fits_its_state(state: RunState, expected: list[str]) -> None:
    assert names(training_actions(replace(RUN, state=state))) == expected


def test_only_a_run_with_its_state_goes_on_and_never_a_shipped_one() -> None:
    assert training_actions(replace(RUN, resumable=False)) == ()
    assert training_actions(replace(RUN, name="mnist")) == ()


def test_a_finished_run_goes_on_to_twice_its_length_and_a_broken_off_one_to_its_goal() -> None:
    assert goal_to_go_on_to(RUN) == 200
    assert goal_to_go_on_to(replace(RUN, state=RunState.INTERRUPTED)) == 100
    # Rungs are named by six digits.
    assert goal_to_go_on_to(replace(RUN, config=TrainingConfig(kimg=700_000))) == 999_999


def test_a_shipped_run_is_neither_renamed_nor_deleted() -> None:
    assert names(keeping_actions(replace(RUN, name="mnist"))) == ["compare", "film", "figure", "export", "fooled"]


def test_a_run_at_work_is_not_deleted() -> None:
    assert "delete" not in names(keeping_actions(replace(RUN, state=RunState.PAUSED)))
    assert "delete" in names(keeping_actions(RUN))


def test_what_has_left_nothing_can_only_be_cleared_away() -> None:
    assert names(keeping_actions(replace(RUN, state=RunState.CANCELLED, rungs=()))) == ["delete"]
