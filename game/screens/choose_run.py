"""The choice of a run to play against."""

import pygame

from game.screen import Back, Stay, Transition
from game.services import Services
from game.training_run import TrainingRun
from game.ui.canvas import Canvas
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent, Key
from game.ui.run_rows import RunRows, row_name, run_of
from game.ui.theme import BODY, HEADING, LARGE, MUTED, TEXT
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words


class ChooseRunScreen:
    """The runs of one dataset that can be played; the chosen one is kept for the choice of a rung below."""

    def __init__(self, services: Services, dataset: str) -> None:
        self._services = services
        self._dataset = dataset
        self._version = services.lab.version
        self._rows = RunRows(services.lab)
        self._focus = Focus("")
        self._buttons: list[Button] = []
        runs = self._runs
        chosen = services.chosen_runs.get(dataset, "")
        run = next((run for run in runs if run.name == chosen), runs[0] if runs else None)
        if run is not None:
            self._focus.name = row_name(run)
            self._rows.reveal(run.name, runs)

    @property
    def _runs(self) -> list[TrainingRun]:
        return self._services.lab.playable(self._dataset)

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Goes back to the rungs, with the chosen run or with the one from before."""
        if event == Key("escape"):
            return Back()
        chosen = self._rows.handle(event, self._runs, self._focus)
        if chosen is None:
            chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        self._services.chosen_runs[self._dataset] = run_of(chosen)
        return Back()

    def update(self, now: float) -> Transition | None:
        """Shows what has become of the runs."""
        if self._version == self._services.lab.version:
            return None
        self._version = self._services.lab.version
        names = [row_name(run) for run in self._runs]
        if names and self._focus.name not in names:
            self._focus.name = names[0]
        return Stay()

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: the app looks at the runs' files by itself."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the rows."""
        page, runs = canvas.page, self._runs
        left, top = page.left + 60, page.top + 34
        title = visible_start(canvas, dataset_words(self._dataset).title, page.width - 120, HEADING, "bold")
        canvas.text(title, (left, top), HEADING, TEXT, "bold")
        canvas.text("Which forger do you want to play against?", (left, top + 46), LARGE - 4, MUTED)
        rows = pygame.FRect(left, top + 98, page.width - 120, 462)
        self._buttons = self._rows.draw(canvas, rows, runs, self._focus)
        if not runs:
            canvas.text("There is none any more.", rows.topleft, BODY, MUTED)
        draw_keys(canvas, (("Esc", "back"),), (left, page.bottom - 28), "bottomleft")
        draw_keys(canvas, (("↑ ↓", "choose"), ("Enter", "take it")), (page.right - 60, page.bottom - 28), "bottomright")
