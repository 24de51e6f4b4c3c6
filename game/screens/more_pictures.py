"""All other pictures that can be played or learnt from: stacked digits, photographs, faces, and folders."""

from dataclasses import dataclass

import pygame

from game.destinations import ChooseMode, PlanRun, ShowHelp
from game.screen import Back, Open, Stay, Transition
from game.services import Services
from game.training_run import DATASETS, FOLDER_PREFIX, TrainingRun
from game.ui.canvas import Canvas
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent, Key
from game.ui.picture_frame import picture_row, slot_size, slots_in
from game.ui.sample_grid import SampleGrids, picture_of
from game.ui.scrolling_grid import BAR_WIDTH, ScrollingGrid
from game.ui.theme import BODY, HEADING, LARGE, MUTED, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_card, draw_keys
from game.words import TITLE_DATASETS, dataset_words, number

SHOWN_ROWS = 5
ROW_STEP = 94.0
ROW_HEIGHT = 86.0
STRIP_WIDTH = 360.0
_FOLDER = FOLDER_PREFIX


@dataclass(frozen=True, slots=True)
class Row:
    """A dataset that can be played against one of its runs, or learnt from where it has none."""

    dataset: str
    runs: tuple[TrainingRun, ...]


class MorePicturesScreen:
    """A row for each dataset without a card on the title that has a playable run or lies on this computer."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._here = services.datasets_here()
        self._grid = ScrollingGrid(SHOWN_ROWS)
        self._grids = SampleGrids()
        self._version = -1
        self._rows: list[Row] = []
        self._look()
        self._focus = Focus(self._rows[0].dataset)
        self._buttons: list[Button] = []

    def _look(self) -> None:
        lab = self._services.lab
        self._version = lab.version
        # A published dataset's real pictures must be here to be played with; a folder's run has its own.
        names = [name for name in DATASETS if name in self._here and name not in TITLE_DATASETS]
        names += sorted({run.dataset for run in lab.runs if run.has_own_reals and lab.playable(run.dataset)})
        self._rows = [*(Row(name, tuple(lab.playable(name))) for name in names), Row(_FOLDER, ())]

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Goes on to the rungs of a dataset, or to a plan of its first run."""
        if event == Key("escape"):
            return Back()
        if event == Key("f1"):
            return Open(ShowHelp())
        chosen = self._grid.handle(event, [row.dataset for row in self._rows], self._focus)
        if chosen is None:
            chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        row = next(row for row in self._rows if row.dataset == chosen)
        return Open(ChooseMode(chosen) if row.runs else PlanRun(chosen))

    def update(self, now: float) -> Transition | None:
        """Shows what has become of the runs."""
        if self._version == self._services.lab.version:
            return None
        self._look()
        if self._focus.name not in [row.dataset for row in self._rows]:
            self._focus.name = self._rows[0].dataset
        return Stay()

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: the app looks at the runs' files by itself."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the rows, and what is missing below them."""
        page = canvas.page
        left, top = page.left + 60, page.top + 34
        canvas.text("More pictures", (left, top), HEADING, TEXT, "bold")
        canvas.text("What else can be told from fakes here?", (left, top + 46), LARGE - 4, MUTED)
        box = pygame.FRect(left, top + 98, page.width - 120, 462)
        visible = self._grid.visible(len(self._rows))
        width = box.width - (BAR_WIDTH + 14 if len(visible) < len(self._rows) else 0)
        self._buttons = []
        for line, place in enumerate(visible):
            row = self._rows[place]
            button = Button(row.dataset, pygame.FRect(left, box.top + line * ROW_STEP, width, ROW_HEIGHT))
            self._buttons.append(button)
            draw_card(canvas, button, self._focus)
            self._draw_row(canvas, row, button.box)
        track = pygame.FRect(box.right - BAR_WIDTH, box.top, 0, SHOWN_ROWS * ROW_STEP - ROW_STEP + ROW_HEIGHT)
        self._grid.draw_bar(canvas, track, len(self._rows))
        self._draw_missing(canvas, pygame.FRect(left, box.top + len(visible) * ROW_STEP + 6, box.width, 0))
        draw_keys(canvas, (("Esc", "back"), ("F1", "help")), (left, page.bottom - 28), "bottomleft")
        draw_keys(canvas, (("↑ ↓", "choose"), ("Enter", "go")), (page.right - 60, page.bottom - 28), "bottomright")

    def _draw_row(self, canvas: Canvas, row: Row, box: pygame.FRect) -> None:
        words, newest = dataset_words(row.dataset), row.runs[0] if row.runs else None
        title = "A folder of your own …" if row.dataset == _FOLDER else words.title
        left = box.left + 26
        if newest is not None:
            size = slot_size(newest.config.image_size)
            count, grid = slots_in(STRIP_WIDTH, size, 4), self._grids.newest(newest)
            pictures = None if grid is None else [picture_of(grid, place) for place in range(count)]
            strip = pygame.FRect(box.left + 16, box.centery - size / 2, 0, size)
            picture_row(canvas, pictures, count, strip, 4)
            left = strip.left + STRIP_WIDTH + 18
        action = "Play  ›" if row.runs else "Train  ›"
        room = box.right - 26 - canvas.text_width(action, BODY, "semibold") - 20 - left
        canvas.text(visible_start(canvas, title, room, BODY + 2, "semibold"), (left, box.centery - 14), BODY + 2, TEXT,
                    "semibold", "midleft")  # fmt: skip
        below = visible_start(canvas, _about(row), room, SMALL)
        canvas.text(below, (left, box.centery + 16), SMALL, MUTED, anchor="midleft")
        canvas.text(action, (box.right - 26, box.centery), BODY, TEXT, "semibold", "midright")

    def _draw_missing(self, canvas: Canvas, box: pygame.FRect) -> None:
        missing = [name for name in DATASETS if name not in self._here]
        if not missing or box.top > canvas.page.bottom - 130:
            return
        names = " and ".join(f"{dataset_words(name).title} ({name})" for name in missing)
        text = f"Not on this computer: {names}. “python train.py --dry-run --dataset” and such a name fetches it."
        canvas.paragraph(text, box, SMALL, MUTED)


def _about(row: Row) -> str:
    if row.dataset == _FOLDER:
        return "Drawings or photographs: a forger learns from them, and then you play against it"
    words = dataset_words(row.dataset)
    if not row.runs:
        return f"{words.name} · no forger yet: train one"
    longest = max(run.rungs[-1] for run in row.runs)
    runs = "1 run" if len(row.runs) == 1 else f"{len(row.runs)} runs"
    return f"{words.name} · {runs} · up to {number(longest)} kimg"
