"""What can be done with a run, as it is now."""

from collections.abc import Sequence

from game.training_run import RunState, TrainingRun
from game.words import number

# As long again: whoever trains on wants to see a difference.
LENGTHENING = 2
MAX_KIMG = 999_999


def goal_to_go_on_to(run: TrainingRun) -> int:
    """Returns the kimg that a run would go on to: its own goal, or twice as far where it has reached that."""
    return min(MAX_KIMG, run.config.kimg * LENGTHENING) if run.state is RunState.DONE else run.config.kimg


def training_actions(run: TrainingRun) -> Sequence[tuple[str, str]]:
    """Returns what can be done about the run's training, as (name, label)."""
    match run.state:
        case RunState.STARTING:
            return (("stop", "Cancel"),)
        case RunState.RUNNING:
            return (("pause", "Pause"), ("stop", "Stop and keep"))
        case RunState.PAUSED:
            return (("go on", "Go on"), ("stop", "Stop and keep"))
        case RunState.STOPPING | RunState.CANCELLED:
            return ()
        case _ if run.resumable and not run.shipped:
            verb = "Train on" if run.state is RunState.DONE else "Go on"
            return (("resume", f"{verb} to {number(goal_to_go_on_to(run))} kimg"),)
        case _:
            return ()


def keeping_actions(run: TrainingRun) -> Sequence[tuple[str, str]]:
    """Returns what can be done with what the run has left, as (name, label)."""
    actions = []
    if run.rungs:
        actions += [("compare", "Compare"), ("film", "Save as GIF"), ("figure", "Save figure"), ("export", "Export")]
        actions.append(("fooled", "Whom it fools"))
    if not run.shipped and run.state is not RunState.CANCELLED:
        actions.append(("rename", "Rename"))
    if not run.shipped and not run.state.is_active:
        actions.append(("delete", "Delete"))
    return actions
