"""What a new run shall be: which pictures, how long, and everything else where somebody wants to say it."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray

from game.destinations import WatchRun
from game.hyper_parameters import make_config
from game.pictures import PictureOrder, order_pictures
from game.rules import REAL_SPLIT, RealPicture
from game.run_plan import Length, free_title, lengths
from game.screen import Back, Open, Replace, Stay, Transition
from game.services import Services
from game.speed_probe import MEASURE_COMMAND, SpeedProbe
from game.training_run import (
    DATASETS,
    FOLDER_PREFIX,
    MAX_TITLE_LENGTH,
    Dataset,
    TrainingConfig,
    UserError,
    looks_like_run,
)
from game.ui.canvas import Canvas
from game.ui.computer_panel import draw_computer
from game.ui.fitted_text import breakable
from game.ui.folder_page import FolderPage
from game.ui.hyper_parameter_page import HyperParameterPage
from game.ui.inputs import Dropped, InputEvent, Key
from game.ui.plan_cards import dataset_card, length_card, plan_label
from game.ui.text_field import TextField, draw_text_field
from game.ui.theme import HEADING, MUTED, SMALL, STREAK, TEXT, WRONG
from game.ui.widgets import Button, Focus, draw_button, draw_keys
from game.words import dataset_words

MAX_SEED_DIGITS = 10
# Short enough to be called across a classroom.
THROWN_SEEDS = 10_000
_FOLDER = "folder"
_COLUMNS = 3
_LENGTH_NAMES = ("quick", "lesson", "thorough")


class PlanRunScreen:
    """The choices for a new run on the left, what this computer makes of them on the right."""

    def __init__(self, services: Services, dataset: str) -> None:
        self._services = services
        self._names = services.datasets_here()
        # Where nothing is here, the bundled digits were removed: train.py can fetch them.
        usual = DATASETS[self._names[0] if self._names else "mnist"]
        self._dataset = DATASETS[dataset] if dataset in self._names else usual
        self._folder = FolderPage(services.wake)
        self._length_name = _LENGTH_NAMES[0]
        self._title = TextField("", MAX_TITLE_LENGTH)
        self._seed = TextField("", MAX_SEED_DIGITS, "0123456789".__contains__)
        self._throw_seed()
        self._hyper = HyperParameterPage(self._dataset)
        self._unfolded = False
        self._in_folder = dataset.startswith(FOLDER_PREFIX)
        if path := dataset.removeprefix(FOLDER_PREFIX) if self._in_folder else "":
            self._folder.take(path)
        self._probe = services.probe = SpeedProbe(services.plans, services.wake, MEASURE_COMMAND)
        self._refusal = ""
        self._focus = Focus(self._dataset.name)
        self._buttons: list[Button] = []
        self._examples = {name: self._order_examples(name) for name in self._names}

    def _throw_seed(self) -> None:
        self._seed = self._seed.with_text(str(self._services.next_seed() % THROWN_SEEDS))

    def _order_examples(self, dataset: str) -> PictureOrder:
        picture = RealPicture(dataset, REAL_SPLIT, 0)
        return order_pictures(self._services.forger, self._services.checkpoints, [picture])

    @property
    def _lengths(self) -> dict[str, Length]:
        return {length.name: length for length in lengths(self._probe.measured)}

    @property
    def _length(self) -> Length:
        return self._lengths[self._length_name]

    @property
    def _standard_title(self) -> str:
        words = f"{dataset_words(self._dataset.name).title}, {self._length.title.lower()}"
        return free_title(words, (run.title for run in self._services.lab.runs))

    @property
    def _time_to_come(self) -> str:
        return "not measured" if self._probe.failure or self._services.lab.active else "measuring …"

    def _config(self) -> TrainingConfig:
        return make_config(self._dataset, self._length.kimg, self._seed.text, self._hyper.typed)

    @property
    def _problem(self) -> str:
        """Why nothing can be trained with these hyper-parameters, or nothing."""
        try:
            make_config(self._dataset, self._length.kimg, "0", self._hyper.typed)
        except UserError as error:
            return str(error)
        return ""

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Takes a choice, or starts the run."""
        if self._in_folder or isinstance(event, Dropped):
            self._in_folder = True
            return self._handle_folder(event)
        if self._unfolded:
            return self._handle_unfolded(event)
        if event == Key("escape"):
            self._probe.cancel()
            return Back()
        if self._types(event):
            self._refusal = ""
            return Stay()
        chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        self._refusal = ""
        return self._choose(chosen)

    def _handle_unfolded(self, event: InputEvent) -> Transition | None:
        heard = self._hyper.handle(event)
        if heard == "done":
            self._unfolded = False
        self._refusal = ""
        return None if heard is None else Stay()

    def takes_drop(self, path: str) -> bool:
        """Returns whether it is a folder that may hold pictures, and no run."""
        return Path(path).is_dir() and not looks_like_run(Path(path))

    def _handle_folder(self, event: InputEvent) -> Transition | None:
        heard = self._folder.handle(event)
        if heard == "back":
            self._in_folder = False
        return None if heard is None else Stay()

    def _take_folder(self) -> bool:
        """Takes the folder once it was found good; returns whether anything is new."""
        heard = self._folder.poll()
        if heard == "done" and self._folder.dataset is not None:
            self._choose_dataset(self._folder.dataset)
            self._in_folder, self._focus.name = False, _FOLDER
        return heard is not None

    def _choose_dataset(self, dataset: Dataset) -> None:
        self._dataset = self._hyper.dataset = dataset

    def _types(self, event: InputEvent) -> bool:
        """Changes the line that has the focus where an input is meant for it, and returns whether it was."""
        if self._focus.name not in ("title", "seed"):
            return False
        if event == Key("enter"):
            self._focus.name = self._buttons[-1].name
            return True
        line = self._title if self._focus.name == "title" else self._seed
        typed = line.after(event)
        if typed is None:
            return False
        if self._focus.name == "title":
            self._title = typed
        else:
            self._seed = typed
        return True

    def _choose(self, chosen: str) -> Transition:
        match chosen:
            case "start":
                return self._start()
            case "watch":
                active = self._services.lab.active
                return Open(WatchRun(active.name)) if active else Stay()
            case "hyper":
                self._unfolded = True
            case "dice":
                self._throw_seed()
            case "folder":
                self._in_folder = True
                self._folder.open()
            case _ if chosen in self._names:
                self._choose_dataset(DATASETS[chosen])
            case _ if chosen in _LENGTH_NAMES:
                self._length_name = chosen
        return Stay()

    def _start(self) -> Transition:
        try:
            run = self._services.lab.start(self._title.text.strip() or self._standard_title, self._config())
        except UserError as error:
            self._refusal = str(error)
            return Stay()
        # It would slow the run down, and be measured too slow itself.
        self._probe.cancel()
        return Replace(WatchRun(run.name))

    def update(self, now: float) -> Transition | None:
        """Measures the computer when the choices have come to rest."""
        # Where something is half typed, what was wanted last stays.
        with suppress(UserError):
            self._probe.want(self._config(), now)
        changed = self._take_folder()
        if self._services.lab.active is None:
            changed |= self._probe.look(now)
        return Stay() if changed else None

    def wait_seconds(self, now: float) -> float | None:
        """Returns the time until the next measurement begins."""
        return self._probe.wait_seconds(now) if self._services.lab.active is None else None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the choices, or the hyper-parameters in their place, and the computer."""
        page = canvas.page
        column = pygame.FRect(page.left + 60, page.top + 34, 776, 606)
        if self._in_folder:
            self._folder.draw(canvas, column)
            self._buttons = self._folder.buttons
            hints = [("← →", "other size, other kind"), ("Enter", "use it")]
        elif self._unfolded:
            self._hyper.draw(canvas, column)
            self._buttons = self._hyper.buttons
            act = [("0 – 9", "type")] if self._hyper.is_typed_into else []
            hints = [("↑ ↓", "choose"), *act, ("← →", "less, more"), ("Esc", "done")]
        else:
            self._draw_choices(canvas, column)
            hints = [("↑ ↓ ← →", "choose"), ("Enter", "go"), ("Esc", "back")]
        computer = pygame.FRect(page.right - 60 - 360, page.top + 98, 360, 542)
        draw_computer(
            canvas,
            computer,
            self._probe,
            self._length,
            measures=self._services.lab.active is None,
            refusal=self._problem,
        )
        draw_keys(canvas, hints, (page.right - 60, page.bottom - 28), "bottomright")

    def _draw_choices(self, canvas: Canvas, box: pygame.FRect) -> None:
        canvas.text("Train a new forger", box.topleft, HEADING, TEXT, "bold")
        left, top = box.left, box.top
        self._buttons = []
        self._draw_datasets(canvas, left, top + 88)
        for place, length in enumerate(self._lengths.values()):
            card = pygame.FRect(left + place * 264, top + 258, 248, 108)
            button = self._added(Button(length.name, card))
            length_card(canvas, button, self._focus, length.name == self._length_name, length, self._time_to_come)
        plan_label(canvas, "How long it practises", left, top + 252)
        plan_label(canvas, "Its name", left, top + 396)
        title = self._added(Button("title", pygame.FRect(left, top + 402, 452, 50)))
        draw_text_field(canvas, self._title.text, title.box, self._focus.name == "title", self._standard_title)
        plan_label(canvas, "Seed: to repeat a run", left + 468, top + 396)
        seed = self._added(Button("seed", pygame.FRect(left + 468, top + 402, 192, 50)))
        draw_text_field(canvas, self._seed.text, seed.box, self._focus.name == "seed", "a number")
        changed = len(self._hyper.changed)
        hyper = f"Hyper-parameters: {f'{changed} changed' if changed else 'as usual'}  ›"
        active = self._services.lab.active
        start = ("watch", "Watch it") if active else ("start", "Start training")
        for button in (
            Button("dice", pygame.FRect(left + 672, top + 402, 104, 50), "Dice"),
            Button("hyper", pygame.FRect(left, top + 468, box.width, 52), hyper),
            Button(start[0], pygame.FRect(left + 468, top + 540, 308, 66), start[1], "primary"),
        ):
            draw_button(canvas, self._added(button), self._focus)
        line = pygame.FRect(left, top + 540, 448, 130)
        if self._refusal:
            canvas.paragraph(breakable(canvas, self._refusal, line.width, SMALL), line, SMALL, WRONG)
        elif active:
            text = f"“{active.title}” is still being trained. One run at a time: two would halve the speed of both."
            canvas.paragraph(text, line, SMALL, STREAK)

    def _draw_datasets(self, canvas: Canvas, left: float, top: float) -> None:
        plan_label(canvas, "What it learns to draw", left, top - 6)
        missing = [dataset.title for name, dataset in DATASETS.items() if name not in self._names]
        if missing:
            text = f"not on this computer: {', '.join(missing)}"
            canvas.text(text, (left + 776, top - 6), SMALL - 2, MUTED, anchor="bottomright")
        for place, name in enumerate((*self._names, _FOLDER)):
            row, column = divmod(place, _COLUMNS)
            button = self._added(Button(name, pygame.FRect(left + column * 264, top + row * 70, 248, 62)))
            chosen = self._dataset.name.startswith(FOLDER_PREFIX) if name == _FOLDER else name == self._dataset.name
            dataset_card(canvas, button, self._focus, chosen, self._lines(name), self._example(name))

    def _lines(self, name: str) -> tuple[str, str]:
        if name != _FOLDER:
            words = dataset_words(name)
            return words.title, words.name
        if (folder := self._folder.dataset) is None:
            return "A folder …", "of your own pictures"
        classes = f", {len(folder.class_names)} classes" if folder.class_names else ""
        return folder.title, f"{folder.image_size}×{folder.image_size}{classes}"

    def _example(self, name: str) -> Sequence[NDArray[np.uint8]] | None:
        order = self._examples.get(name)
        # One that can't be had stays away, and so do those of a folder that nobody has named yet.
        if order is None or order.error:
            return ()
        return [picture.pixels for picture in order.shown] if order.shown else None

    def _added(self, button: Button) -> Button:
        self._buttons.append(button)
        return button
