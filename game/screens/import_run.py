"""A run from elsewhere: dropped on the window, chosen among the zip files that were found, or typed."""

import os
import sys
from pathlib import Path

import pygame

from game.background_job import BackgroundJob, JobState
from game.destinations import WatchRun
from game.found_runs import FoundRun, RunSearch, usual_folders
from game.screen import Back, Replace, Stay, Transition
from game.services import Services
from game.ui.canvas import Canvas
from game.ui.charts import progress_bar
from game.ui.fitted_text import visible_start
from game.ui.inputs import Dropped, InputEvent, Key, Shortcut
from game.ui.scrolling_grid import ScrollingGrid
from game.ui.text_field import TextField, draw_text_field
from game.ui.theme import BODY, HEADING, LARGE, MUTED, SMALL, TEXT, WRONG
from game.ui.widgets import Button, Focus, draw_button, draw_card, draw_keys
from game.words import day

SHOWN_ZIPS = 8
MAX_PATH_LENGTH = 1000
# Until the lab has seen the new folder.
LISTING_SECONDS = 0.1
_ROW_STEP = 46.0
_ROW_HEIGHT = 40.0
_ZIP = "zip/"


class ImportRunScreen:
    """Imports a run and opens it; `path` is begun with where it is given."""

    def __init__(self, services: Services, path: str = "") -> None:
        self._services = services
        self._path = TextField(path, MAX_PATH_LENGTH)
        self._search = RunSearch(usual_folders(services.exports), services.wake)
        self._zips = ScrollingGrid(SHOWN_ZIPS)
        self._job: BackgroundJob | None = None
        self._folder = Path()
        self._refusal = ""
        self._seen: object = None
        self._focus = Focus("path")
        self._buttons: list[Button] = []
        if path:
            self._import(path)

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Begins an import, or cancels the one that is under way."""
        if self._job is not None:
            return self._cancel() if event == Key("escape") else None
        if event == Key("escape"):
            self._search.stop()
            return Back()
        if isinstance(event, Dropped):
            self._import(event.path)
            return Stay()
        if isinstance(event, Shortcut):
            self._focus.name = "path"
        if self._focus.name == "path" and (typed := self._path.after(event)) is not None:
            self._path, self._refusal = typed, ""
            return Stay()
        chosen = self._zips.handle(event, [_name(found) for found in self._search.found], self._focus)
        if chosen is None:
            chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        is_zip = chosen.startswith(_ZIP)
        # With the mouse the field is chosen to type into, and by Enter once something is typed.
        if chosen != "path" or event == Key("enter"):
            self._import(chosen.removeprefix(_ZIP) if is_zip else self._path.text)
        return Stay()

    def takes_drop(self, path: str) -> bool:
        """Returns True: whatever is dropped here is meant to be imported."""
        return True

    def _import(self, text: str) -> None:
        # As file managers and terminals copy it.
        cleaned = text.strip().strip("\"'")
        if not cleaned:
            self._refusal = "Type the path of a zip file or of a run's folder first."
            return
        # Absolute: the command runs in another folder, and takes what begins with a hyphen for a flag.
        try:
            path = Path(cleaned).expanduser().absolute()
        except (RuntimeError, ValueError) as error:
            self._refusal = f"That is no path ({error})."
            return
        self._folder = path.parent
        services = self._services
        command = [sys.executable, "-m", "gan.run_archive", "import", str(path)]
        self._job = services.run_job(
            f"Importing {path.name}", [*command, "--checkpoints", str(services.checkpoints), "--progress"]
        )
        busy = services.job.title if services.job else ""
        self._refusal = "" if self._job else f"“{busy}” is not done yet; wait for it, then try again."

    def _cancel(self) -> Transition:
        assert self._job is not None
        self._job.cancel()
        self._job = None
        return Stay()

    def update(self, now: float) -> Transition | None:
        """Opens the run once it is there; shows how far that is, and what was found."""
        job = self._job
        if job is not None and job.state in (JobState.FAILED, JobState.CANCELLED):
            # The folder of the file takes two lines and says nothing new.
            self._refusal, self._job = job.failure.replace(f"{self._folder}{os.sep}", ""), None
        elif job is not None and job.state is JobState.DONE and self._services.lab.run(str(job.result)):
            self._search.stop()
            return Replace(WatchRun(str(job.result)))
        seen = (self._job, job and (job.share, job.text), len(self._search.found), self._search.done)
        changed, self._seen = seen != self._seen, seen
        return Stay() if changed else None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None but for the moment until a new run is listed: job and search wake the app by themselves."""
        return LISTING_SECONDS if self._job is not None and self._job.state is JobState.DONE else None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws where a run can come from, or how far its import is."""
        page = canvas.page
        left, top = page.left + 60, page.top + 34
        canvas.text("Import a run", (left, top), HEADING, TEXT, "bold")
        canvas.text("Drop a zip file or a run's folder anywhere on this window.", (left, top + 46), LARGE - 4, MUTED)
        if self._job is not None:
            self._buttons = []
            self._draw_progress(canvas, self._job, pygame.FRect(left, top + 98, page.width - 120, 150))
            draw_keys(canvas, (("Esc", "cancel"),), (left, page.bottom - 28), "bottomleft")
            return
        field = pygame.FRect(left, top + 92, page.width - 120 - 214, 52)
        self._buttons = [
            Button("path", field),
            Button("import", pygame.FRect(field.right + 14, field.top, 200, 52), "Import", "primary"),
        ]
        focused = self._focus.name == "path"
        draw_text_field(canvas, self._path.text, field, focused, "or type or paste its path here")
        draw_button(canvas, self._buttons[1], self._focus)
        below = pygame.FRect(left, field.bottom + 12, page.width - 120, 60)
        remark = self._refusal or "Its files are checked before they are used, and nothing in them is ever run."
        canvas.paragraph(remark, below, SMALL, WRONG if self._refusal else MUTED)
        self._draw_zips(canvas, pygame.FRect(left, top + 222, page.width - 120, 0))
        draw_keys(canvas, (("Esc", "back"),), (left, page.bottom - 28), "bottomleft")
        draw_keys(canvas, (("Enter", "import"),), (page.right - 60, page.bottom - 28), "bottomright")

    def _draw_progress(self, canvas: Canvas, job: BackgroundJob, box: pygame.FRect) -> None:
        canvas.panel(box)
        inner = box.inflate(-64, 0)
        title = visible_start(canvas, job.title, inner.width, LARGE, "semibold")
        canvas.text(title, (inner.left, box.top + 26), LARGE, TEXT, "semibold")
        progress_bar(canvas, pygame.FRect(inner.left, box.top + 76, inner.width, 10), job.share)
        text = job.text or "starting"
        canvas.text(visible_start(canvas, f"{text} …", inner.width, SMALL), (inner.left, box.top + 102), SMALL, MUTED)

    def _draw_zips(self, canvas: Canvas, box: pygame.FRect) -> None:
        found = self._search.found
        heading = "Found on this computer" if found else "No zip file with a run was found on this computer."
        canvas.text(heading if found or self._search.done else "Looking for runs …", box.topleft, SMALL, MUTED)
        for line, place in enumerate(self._zips.visible(len(found))):
            row = pygame.FRect(box.left, box.top + 32 + line * _ROW_STEP, box.width - 24, _ROW_HEIGHT)
            self._buttons.append(Button(_name(found[place]), row))
            draw_card(canvas, self._buttons[-1], self._focus)
            figures = f"{max(0.1, found[place].size_bytes / 1e6):.1f} MB · {day(found[place].modified)}"
            canvas.text(figures, (row.right - 18, row.centery), SMALL, MUTED, anchor="midright")
            room = row.width - 54 - canvas.text_width(figures, SMALL)
            name = visible_start(canvas, found[place].path.name, room, BODY, "semibold")
            canvas.text(name, (row.left + 18, row.centery), BODY, TEXT, "semibold", "midleft")
        track = pygame.FRect(box.right - 6, box.top + 32, 0, SHOWN_ZIPS * _ROW_STEP - 6)
        self._zips.draw_bar(canvas, track, len(found))


def _name(found: FoundRun) -> str:
    return f"{_ZIP}{found.path}"
