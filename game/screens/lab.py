"""The lab: every run there is, and the way to a new one."""

import os
from collections.abc import Sequence

import pygame

from game.destinations import ImportRun, PlanRun, ShowHelp, WatchRun
from game.screen import Back, Open, Stay, Transition
from game.services import Services
from game.ui.canvas import Canvas
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent, Key
from game.ui.run_rows import RunRows, run_of
from game.ui.theme import BODY, EDGE, HEADING, LARGE, MUTED, PANEL, SMALL, STREAK, TEXT
from game.ui.widgets import Button, Focus, draw_button, draw_keys

SHOWN_PROBLEMS = 2


class LabScreen:
    """Every run as a row; a chosen one can be watched, played against, taken further."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lab = services.lab
        self._version = self._lab.version
        self._rows = RunRows(self._lab)
        self._focus = Focus("train")
        self._buttons: list[Button] = []

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Opens a run, or what makes a new one."""
        if event == Key("escape"):
            return Back()
        if event == Key("f1"):
            return Open(ShowHelp())
        runs = self._lab.runs
        chosen = self._rows.handle(event, runs, self._focus)
        if chosen is None:
            chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        match chosen:
            case "train":
                return Open(PlanRun())
            case "import":
                return Open(ImportRun())
            case row:
                return Open(WatchRun(run_of(row)))

    def update(self, now: float) -> Transition | None:
        """Shows what has become of the runs."""
        if self._version == self._lab.version:
            return None
        self._version = self._lab.version
        if run_of(self._focus.name) and self._lab.run(run_of(self._focus.name)) is None:
            self._focus.name = "train"
        return Stay()

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: the app looks at the runs' files by itself."""
        return None

    def training_shown(self) -> str:
        """Returns no name: the rows show all training, and each run has a screen of its own to go to."""
        return ""

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the rows."""
        page = canvas.page
        left, top = page.left + 60, page.top + 34
        canvas.text("The lab", (left, top), HEADING, TEXT, "bold")
        canvas.text("Train a forger, watch it learn, play against it.", (left, top + 46), LARGE - 4, MUTED)
        self._buttons = [
            Button("train", pygame.FRect(page.right - 60 - 460, top + 6, 250, 60), "Train a new forger", "primary"),
            Button("import", pygame.FRect(page.right - 60 - 194, top + 6, 194, 60), "Import a run"),
        ]
        for button in self._buttons:
            draw_button(canvas, button, self._focus)
        runs = self._lab.runs
        rows = pygame.FRect(left, top + 98, page.width - 120, 462)
        self._buttons += self._rows.draw(canvas, rows, runs, self._focus)
        if not any(not run.shipped for run in runs):
            self._draw_hint(canvas, pygame.FRect(left, rows.top + 94 * len(runs), rows.width, 124))
        self._draw_problems(canvas, pygame.FRect(left, rows.bottom + 8, rows.width, 0))
        hints = (("Esc", "back"), ("F1", "help"))
        draw_keys(canvas, hints, (left, page.bottom - 28), "bottomleft")
        enter = {"train": "plan a run", "import": "choose a file"}.get(self._focus.name, "open")
        draw_keys(canvas, (("Enter", enter),), (page.right - 60, page.bottom - 28), "bottomright")

    def _draw_hint(self, canvas: Canvas, box: pygame.FRect) -> None:
        canvas.panel(box, PANEL, EDGE)
        canvas.text("Nothing of your own yet", (box.left + 26, box.top + 20), BODY, TEXT, "semibold")
        text = (
            "Train a forger: after a few seconds it has its first rung, and every rung can be played at once. "
            "The rows then show how far it is, and each opens to its curves and pictures."
        )
        canvas.paragraph(text, pygame.FRect(box.left + 26, box.top + 52, box.width - 52, 60), SMALL, MUTED)

    def _draw_problems(self, canvas: Canvas, box: pygame.FRect) -> None:
        for line, sentence in enumerate(_few(self._lab.library.problems)):
            # Each begins with the damaged file; where the folder of all of them lies, the title has said.
            text = sentence.replace(f"{self._services.checkpoints}{os.sep}", "")
            at = (box.left, box.top + line * canvas.line_height(SMALL))
            canvas.text(visible_start(canvas, text, box.width, SMALL), at, SMALL, STREAK)


def _few(problems: Sequence[str]) -> list[str]:
    """Returns at most two sentences; the last one says how many there are besides."""
    shown = list(problems[:SHOWN_PROBLEMS])
    if len(problems) > SHOWN_PROBLEMS:
        shown[-1] = f"… and {len(problems) - SHOWN_PROBLEMS + 1} more damaged folders"
    return shown
