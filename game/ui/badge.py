"""The badge that says, on every screen but its own, that training goes on and how far it is."""

import pygame

from game.training_progress import TrainingProgress
from game.training_run import RunState, TrainingRun
from game.ui.canvas import Canvas, Span
from game.ui.charts import progress_bar
from game.ui.fitted_text import visible_start
from game.ui.run_state import state_words
from game.ui.theme import DESK, EDGE, FOCUS, MUTED, RIGHT, SMALL, STREAK, TEXT
from game.words import duration

HEIGHT = 28.0
# Of its place on the page.
BADGE_TOP = 3.0
BAR_WIDTH = 90.0
MAX_TITLE_WIDTH = 180.0
LAB_KEY = "f2"
_ENDINGS = {
    RunState.DONE: "is trained: play against it",
    RunState.STOPPED: "has stopped",
    RunState.FAILED: "has failed",
    RunState.INTERRUPTED: "was interrupted: go on with it?",
}


def draw_training_badge(canvas: Canvas, run: TrainingRun, progress: TrainingProgress, top: float) -> None:
    """Draws what is being trained and how far it is, at the top of the sheet; a click on it is as good as F2."""
    waiting = run.state is not RunState.RUNNING
    words = state_words(run) if waiting else _left(progress)
    spans: list[Span] = [
        _title(canvas, run),
        (f"  {words}", MUTED, "regular"),
    ]
    box = _pill(canvas, spans, BAR_WIDTH + 14, top)
    bar = pygame.FRect(box.right - BAR_WIDTH - 52, box.centery - 3, BAR_WIDTH, 6)
    progress_bar(canvas, bar, progress.share)


def draw_news_badge(canvas: Canvas, run: TrainingRun, top: float) -> None:
    """Draws that a run has ended, until somebody looks at it."""
    colour = RIGHT if run.state is RunState.DONE else STREAK
    ending = _ENDINGS.get(run.state, state_words(run))
    _pill(canvas, [_title(canvas, run), (f"  {ending}", colour, "regular")], 0, top)


def _pill(canvas: Canvas, spans: list[Span], extra: float, top: float) -> pygame.FRect:
    """Draws the badge's face with its text and its key, room for `extra` between them; returns its box."""
    width = sum(canvas.text_width(text, SMALL - 2, weight) for text, _, weight in spans)
    box = pygame.FRect(0, 0, width + extra + 82, HEIGHT)
    box.midtop = (canvas.page.centerx, canvas.page.top + top)
    canvas.panel(box, DESK, EDGE, 12)
    canvas.disc((box.left + 18, box.centery), 9, FOCUS)
    canvas.spans(spans, (box.left + 30, box.centery + 1), SMALL - 2, "midleft")
    canvas.text("F2", (box.right - 14, box.centery + 1), SMALL - 2, MUTED, "semibold", "midright")
    canvas.add_key_cap(box, LAB_KEY)
    return box


def _left(progress: TrainingProgress) -> str:
    percent = f"{100 * progress.share:.0f} %"
    if progress.seconds_left is None:
        return percent
    return f"{percent} · {duration(progress.seconds_left)} left"


def _title(canvas: Canvas, run: TrainingRun) -> Span:
    return visible_start(canvas, run.title, MAX_TITLE_WIDTH, SMALL - 2, "semibold"), TEXT, "semibold"
