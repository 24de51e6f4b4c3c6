"""What a run is doing, as a shape and a word."""

from game.training_progress import TrainingProgress
from game.training_run import RunState, TrainingRun
from game.ui.canvas import Canvas, Point
from game.ui.stamps import draw_mark
from game.ui.theme import FOCUS, MUTED, SMALL, STREAK, TEXT, WRONG, Colour
from game.words import duration

MARK_SIZE = 16.0

_WORDS = {
    RunState.STARTING: "starting",
    RunState.RUNNING: "training",
    RunState.PAUSED: "paused",
    RunState.STOPPING: "stopping",
    RunState.DONE: "done",
    RunState.STOPPED: "stopped",
    RunState.FAILED: "failed",
    RunState.INTERRUPTED: "interrupted",
    RunState.CANCELLED: "cancelled",
}
_COLOURS: dict[RunState, Colour] = {
    RunState.INTERRUPTED: STREAK,
    RunState.FAILED: WRONG,
    RunState.STOPPED: MUTED,
    RunState.CANCELLED: MUTED,
}


def state_words(run: TrainingRun, progress: TrainingProgress | None = None) -> str:
    """Returns what a run is doing, such as `training, 41 %`; of one that has ended only how it ended."""
    words = _WORDS[run.state]
    return f"{words}, {100 * progress.share:.0f} %" if progress and run.state.is_active else words


def state_remark(run: TrainingRun, progress: TrainingProgress) -> str:
    """Returns what else is to be said of a state in few words; nothing where it speaks for itself."""
    if run.state is RunState.RUNNING:
        return f"{duration(progress.seconds_left)} left" if progress.seconds_left else ""
    if run.state in (RunState.INTERRUPTED, RunState.STOPPED, RunState.FAILED) and run.resumable:
        return "can go on"
    return "came with the game" if run.shipped else ""


def draw_state(canvas: Canvas, run: TrainingRun, words: str, right: Point) -> float:
    """Draws a state's mark before its words, the end of which lies at a point; returns the x where the mark begins."""
    colour = _COLOURS.get(run.state, TEXT)
    box = canvas.text(words, right, SMALL, colour, "semibold", "midright")
    _draw_mark(canvas, run.state, (box.left - 8 - MARK_SIZE / 2, box.centery))
    return box.left - 8 - MARK_SIZE


def _draw_mark(canvas: Canvas, state: RunState, centre: Point) -> None:
    match state:
        case RunState.DONE:
            draw_mark(canvas, True, centre, MARK_SIZE)
        case RunState.FAILED:
            draw_mark(canvas, False, centre, MARK_SIZE)
        case RunState.STARTING | RunState.RUNNING | RunState.STOPPING:
            canvas.disc(centre, MARK_SIZE - 4, FOCUS)
        case RunState.PAUSED:
            for x in (-0.2, 0.2):
                canvas.strokes(((x, -0.3), (x, 0.3)), centre, MARK_SIZE, FOCUS)
        case RunState.STOPPED:
            corners = ((-0.28, -0.28), (0.28, -0.28), (0.28, 0.28), (-0.28, 0.28), (-0.28, -0.28))
            canvas.strokes(corners, centre, MARK_SIZE, MUTED)
        case RunState.INTERRUPTED:
            canvas.strokes(((0.0, -0.38), (0.0, 0.12)), centre, MARK_SIZE, STREAK)
            canvas.strokes(((0.0, 0.36), (0.0, 0.38)), centre, MARK_SIZE, STREAK)
        case RunState.CANCELLED:
            canvas.disc(centre, MARK_SIZE - 4, None, MUTED)
