"""One run in few words: which forger is played against."""

from collections.abc import Sequence

import pygame

from game.training_progress import TrainingProgress
from game.training_run import TrainingRun
from game.ui.canvas import Canvas
from game.ui.fitted_text import visible_start
from game.ui.picture_frame import picture_row, slot_size
from game.ui.run_state import state_words
from game.ui.sample_grid import Grid, picture_of
from game.ui.theme import BODY, EDGE, MUTED, PANEL, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_card
from game.words import day, number

PICTURES = 3


def draw_run_strip(
    canvas: Canvas,
    button: Button,
    focus: Focus,
    run: TrainingRun,
    grid: Grid | None,
    progress: TrainingProgress | None,
    place: tuple[int, int] | None,
) -> None:
    """Draws a run's sample, title, state, length and date; `place` is (place, count) where others can be chosen.

    `grid` is its newest one, `progress` how far it is where it is being trained.
    """
    box = button.box
    if place is None:
        canvas.panel(box, PANEL, EDGE)
    else:
        draw_card(canvas, button, focus)
    size = slot_size(run.config.image_size)
    strip = pygame.FRect(box.left + 16, box.centery - size / 2, 0, size)
    pictures = None if grid is None else [picture_of(grid, place) for place in range(PICTURES)]
    picture_row(canvas, pictures, PICTURES, strip, 4)
    left, right = strip.left + PICTURES * (size + 4) + 14, box.right - 20
    room = right - left
    if place is not None:
        which = f"run {place[0] + 1} of {place[1]}  ›"
        canvas.text(which, (right, box.top + 25), SMALL, TEXT, "semibold", "midright")
        room -= canvas.text_width(which, SMALL, "semibold") + 16
    title = visible_start(canvas, run.title, room, BODY, "semibold")
    canvas.text(title, (left, box.top + 25), BODY, TEXT, "semibold", "midleft")
    parts: Sequence[str] = (
        state_words(run, progress) if run.state.is_active else "",
        f"{number(run.rungs[-1])} kimg",
        day(run.started_at),
    )
    line = visible_start(canvas, " · ".join(part for part in parts if part), right - left, SMALL)
    canvas.text(line, (left, box.top + 53), SMALL, MUTED, anchor="midleft")
