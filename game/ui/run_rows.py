"""A list of runs, a row each: what it draws now, what it is called, how good it is, what it is doing."""

from collections.abc import Sequence

import pygame

from game.lab import Lab
from game.training_progress import training_progress
from game.training_run import TrainingRun
from game.ui.canvas import Canvas
from game.ui.charts import progress_bar
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent
from game.ui.picture_frame import picture_row, slot_size, slots_in
from game.ui.run_state import draw_state, state_remark, state_words
from game.ui.sample_grid import SampleGrids, picture_of
from game.ui.scrolling_grid import BAR_WIDTH, ScrollingGrid
from game.ui.theme import BODY, MUTED, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_card
from game.words import dataset_words, day, number

SHOWN_ROWS = 5
ROW_STEP = 94.0
ROW_HEIGHT = 86.0
STRIP_WIDTH = 360.0
STATE_WIDTH = 190.0
_BAR_GAP = 14.0
_ROW = "run/"


def row_name(run: TrainingRun) -> str:
    """Returns what the button of a run's row is called: no other button's name can look like it."""
    return f"{_ROW}{run.name}"


def run_of(row: str) -> str:
    """Returns the name of the run that a row's button stands for; nothing where it is another button."""
    return row.removeprefix(_ROW) if row.startswith(_ROW) else ""


class RunRows:
    """Rows of runs, five at a time."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._grid = ScrollingGrid(SHOWN_ROWS)
        self._grids = SampleGrids()
        # To read a run's figures takes longer than a frame has for a hundred of them.
        self._distances: dict[str, float | None] = {}
        self._distances_version = -1

    def handle(self, event: InputEvent, runs: Sequence[TrainingRun], focus: Focus) -> str | None:
        """Returns "" where the focus or the rows moved, None where the input is for the focus to handle."""
        return self._grid.handle(event, [row_name(run) for run in runs], focus)

    def reveal(self, name: str, runs: Sequence[TrainingRun]) -> None:
        """Scrolls to the row of a run, where there is one."""
        names = [run.name for run in runs]
        if name in names:
            self._grid.reveal(names.index(name), len(names))

    def draw(self, canvas: Canvas, box: pygame.FRect, runs: Sequence[TrainingRun], focus: Focus) -> list[Button]:
        """Draws the rows that can be seen from the top of a box, and returns their buttons."""
        visible = self._grid.visible(len(runs))
        scrolls = len(visible) < len(runs)
        width = box.width - (BAR_WIDTH + _BAR_GAP if scrolls else 0)
        buttons = []
        for line, place in enumerate(visible):
            row = pygame.FRect(box.left, box.top + line * ROW_STEP, width, ROW_HEIGHT)
            buttons.append(Button(row_name(runs[place]), row))
            draw_card(canvas, buttons[-1], focus)
            self._draw_run(canvas, runs[place], row)
        track = pygame.FRect(box.right - BAR_WIDTH, box.top, 0, SHOWN_ROWS * ROW_STEP - ROW_STEP + ROW_HEIGHT)
        self._grid.draw_bar(canvas, track, len(runs))
        return buttons

    def _draw_run(self, canvas: Canvas, run: TrainingRun, row: pygame.FRect) -> None:
        grid, size = self._grids.newest(run), slot_size(run.config.image_size)
        count = slots_in(STRIP_WIDTH, size, 4)
        pictures = None if grid is None else [picture_of(grid, place) for place in range(count)]
        strip = pygame.FRect(row.left + 16, row.centery - size / 2, 0, size)
        picture_row(canvas, pictures, count, strip, 4)
        left = strip.left + STRIP_WIDTH + 18
        room = row.right - STATE_WIDTH - 26 - left
        lines = (_origin(run), self._figures(run))
        canvas.text(visible_start(canvas, run.title, room, BODY, "semibold"), (left, row.top + 19), BODY, TEXT,
                    "semibold", "midleft")  # fmt: skip
        for place, line in enumerate(lines):
            at = (left, row.top + 44 + place * 23)
            canvas.text(visible_start(canvas, line, room, SMALL), at, SMALL, MUTED, anchor="midleft")
        self._draw_state(canvas, run, row)

    def _draw_state(self, canvas: Canvas, run: TrainingRun, row: pygame.FRect) -> None:
        right = row.right - 22
        progress = training_progress(run, self._lab.ticks(run) if run.state.is_active else ())
        remark = state_remark(run, progress)
        # Two or three things under one another, in the middle of the row.
        active = run.state.is_active
        top = row.centery - 11.5 * (bool(remark) + active)
        draw_state(canvas, run, state_words(run, progress), (right, top))
        if remark:
            canvas.text(remark, (right, top + 23), SMALL, MUTED, anchor="midright")
        if active:
            bar_top = top + (43 if remark else 20)
            progress_bar(canvas, pygame.FRect(right - STATE_WIDTH, bar_top, STATE_WIDTH, 6), progress.share)

    def _figures(self, run: TrainingRun) -> str:
        if not run.rungs:
            return "no rung yet"
        rungs = "1 rung at" if len(run.rungs) == 1 else f"{len(run.rungs)} rungs to"
        distance = self._judge_distance(run)
        judged = "" if distance is None else f" · judge distance {distance:.2f}"
        return f"{rungs} {number(run.rungs[-1])} kimg{judged}"

    def _judge_distance(self, run: TrainingRun) -> float | None:
        if self._distances_version != self._lab.version:
            self._distances, self._distances_version = {}, self._lab.version
        if run.name not in self._distances:
            measured = list(self._lab.library.measured(run).values())
            self._distances[run.name] = measured[-1].judge_distance if measured else None
        return self._distances[run.name]


def _origin(run: TrainingRun) -> str:
    parts = (dataset_words(run.dataset).title, day(run.started_at))
    return " · ".join(part for part in parts if part)
