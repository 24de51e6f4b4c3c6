"""Answers as files: saved as tables for others, and the files of others taken in."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pygame

from game.background_job import BackgroundJob, JobState
from game.destinations import ShowHelp
from game.exchange import export_command, merge_command
from game.screen import Back, Open, Stay, Transition
from game.services import Services
from game.training_run import UserError
from game.ui.canvas import Canvas
from game.ui.charts import progress_bar
from game.ui.fitted_text import breakable, visible_start
from game.ui.inputs import Dropped, InputEvent, Key, Shortcut
from game.ui.text_field import TextField, draw_text_field
from game.ui.theme import BODY, EDGE, HEADING, LARGE, MUTED, PANEL, RIGHT, SMALL, TEXT, WRONG
from game.ui.widgets import Button, Focus, draw_button, draw_keys

MAX_PATH_LENGTH = 1000
_NO_FILE = "The answers of this game are not in a file, as the title says: there is nothing to save, or to add to."
_TABLES = (
    "Players, rounds and answers as four tables, and what every column means. Any spreadsheet opens them, and another "
    "game takes them in."
)
_FILES = (
    "Scores files or saved folders, of one student or in a folder those of a whole class. All is checked first, and "
    "what is here already comes no second time. Drop them anywhere on this window, or type a path:"
)


class ExchangeScreen:
    """Two things to do, and how far the one is that is being done."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._path = TextField("", MAX_PATH_LENGTH)
        self._job: BackgroundJob | None = None
        # Dropped and not begun with: a class may come as thirty files at once.
        self._waiting: list[str] = []
        self._said, self._is_wrong = "", False
        self._saves_into: Path | None = None
        self._seen: object = None
        self._focus = Focus("save")
        self._buttons: list[Button] = []

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Begins to save or to take in, or cancels it."""
        if isinstance(event, Dropped):
            self._waiting.append(event.path)
            return Stay()
        if self._job is not None:
            return self._cancel() if event == Key("escape") else None
        if event == Key("escape"):
            return Back()
        if event == Key("f1"):
            return Open(ShowHelp())
        if isinstance(event, Shortcut):
            self._focus.name = "path"
        if self._focus.name == "path" and (typed := self._path.after(event)) is not None:
            self._path, self._said = typed, ""
            return Stay()
        chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        if chosen == "save":
            self._begin("Saving the answers", self._export)
        # With the mouse the field is chosen to type into, and by Enter once something is typed.
        elif chosen != "path" or event == Key("enter"):
            self._take_in([self._path.text])
        return Stay()

    def takes_drop(self, path: str) -> bool:
        """Returns True: whatever is dropped here is meant to be taken in."""
        return True

    def _export(self, scores: Path) -> Sequence[str]:
        self._saves_into, command = export_command(scores, self._services.exports, self._services.wall_clock())
        return command

    def _take_in(self, sources: Sequence[str]) -> None:
        what = Path(sources[0].strip()).name if len(sources) == 1 else f"{len(sources)} files"
        self._begin(f"Taking in {what}", lambda scores: merge_command(scores, sources))

    def _begin(self, title: str, command: Callable[[Path], Sequence[str]]) -> None:
        services, self._saves_into = self._services, None
        store = services.store.get()
        store.flush()
        try:
            if store.path is None:
                raise UserError(_NO_FILE)
            self._job = services.run_job(title, command(store.path))
        except UserError as error:
            self._said, self._is_wrong = str(error), True
            return
        busy = services.job.title if services.job else ""
        self._said = "" if self._job else f"“{busy}” is not done yet; wait for it, then try again."
        self._is_wrong = self._job is None

    def _cancel(self) -> Transition:
        assert self._job is not None
        self._job.cancel()
        self._job, self._waiting = None, []
        self._said, self._is_wrong = "Cancelled.", False
        return Stay()

    def update(self, now: float) -> Transition | None:
        """Shows how far it is, and what came of it; then goes on with what was dropped meanwhile."""
        job = self._job
        if job is not None and job.state is not JobState.RUNNING:
            self._is_wrong = job.state is not JobState.DONE
            done = f"Saved in {self._saves_into}" if self._saves_into else f"{job.text[:1].upper()}{job.text[1:]}."
            self._said, self._job = job.failure if self._is_wrong else done, None
        if self._job is None and self._waiting:
            waiting, self._waiting = self._waiting, []
            self._take_in(waiting)
        seen = (self._job, self._job and (self._job.share, self._job.text), self._said)
        changed, self._seen = seen != self._seen, seen
        return Stay() if changed else None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: the job wakes the app by itself."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws what can be done, or how far it is."""
        page = canvas.page
        left, top = page.left + 60, page.top + 34
        canvas.text("Answers as files", (left, top), HEADING, TEXT, "bold")
        canvas.text("For a table of your own, or to put a class together.", (left, top + 46), LARGE - 4, MUTED)
        save = pygame.FRect(left, top + 100, page.width - 120, 150)
        take = pygame.FRect(left, save.bottom + 20, page.width - 120, 240)
        self._buttons = [
            Button("save", pygame.FRect(save.right - 250, save.top + 28, 220, 56), "Save as CSV", "primary"),
            Button("path", pygame.FRect(take.left + 30, take.bottom - 80, take.width - 300, 52)),
            Button("take", pygame.FRect(take.right - 250, take.bottom - 82, 220, 56), "Take in files"),
        ]
        for box, title, text in ((save, "All answers as tables", _TABLES), (take, "The files of others", _FILES)):
            canvas.panel(box, PANEL, EDGE)
            canvas.text(title, (box.left + 30, box.top + 24), LARGE - 2, TEXT, "bold")
            width = box.width - (310 if box is save else 60)
            canvas.paragraph(text, pygame.FRect(box.left + 30, box.top + 64, width, 0), SMALL, MUTED)
        focused = self._focus.name == "path" and self._job is None
        draw_text_field(canvas, self._path.text, self._buttons[1].box, focused, "a file's or a folder's path")
        draw_button(canvas, self._buttons[0], self._focus)
        draw_button(canvas, self._buttons[2], self._focus)
        self._draw_outcome(canvas, pygame.FRect(left, take.bottom + 18, page.width - 120, 60))
        if self._job is not None:
            self._buttons = []
        escape = (("Esc", "back"), ("F1", "help")) if self._job is None else (("Esc", "cancel"),)
        draw_keys(canvas, escape, (left, page.bottom - 28), "bottomleft")

    def _draw_outcome(self, canvas: Canvas, box: pygame.FRect) -> None:
        if self._job is not None:
            progress_bar(canvas, pygame.FRect(box.left, box.top + 4, box.width, 8), self._job.share)
            text = f"{self._job.title}: {self._job.text or 'starting'} …"
            canvas.text(visible_start(canvas, text, box.width, SMALL), (box.left, box.top + 20), SMALL, MUTED)
        elif self._said:
            # The path of a folder may be longer than a line.
            said = breakable(canvas, self._said, box.width, BODY)
            canvas.paragraph(said, box, BODY, WRONG if self._is_wrong else RIGHT)
