"""The choice of a rung: how long the forger has practised."""

from typing import TYPE_CHECKING

import pygame

from game.destinations import ChooseRun, PlayRound, ShowHelp, ShowHighScores
from game.mode_words import mode_words
from game.pictures import PictureOrder, order_pictures
from game.rules import TRIAL_COUNTS, FakePicture, Mode
from game.screen import Back, Open, Stay, Transition
from game.services import Services
from game.training_progress import training_progress
from game.training_run import FIRST_CHOICE_KIMG, Tick, TrainingRun, nearest_rung
from game.ui.canvas import Canvas
from game.ui.class_choice import CLASS_BUTTON, ClassChoice, draw_class_choice
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent, Key
from game.ui.picture_frame import forger_progress
from game.ui.run_strip import draw_run_strip
from game.ui.rung_card import CARD_HEIGHT, SAMPLES_PER_RUNG, draw_rung_card, rung_explanation
from game.ui.sample_grid import SampleGrids
from game.ui.scrolling_grid import ScrollingGrid
from game.ui.theme import BODY, HEADING, LARGE, MUTED, SMALL, STREAK, TEXT
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words, number

if TYPE_CHECKING:
    from game.store import HighScore

ROWS = 2
COLUMNS = 6
# Where there are more rungs than two rows of six.
MANY_COLUMNS = 7
GAP = 14.0
RUN_BUTTON = "run"
CLASS_WIDTH = 300.0


class DifficultyScreen:
    """The rungs of one run, each with a sample of what it draws; those that are saved meanwhile appear."""

    def __init__(self, services: Services, dataset: str, mode: Mode = Mode.PRACTICE) -> None:
        self._services = services
        self._dataset = dataset
        self._mode = mode
        self._seen: object = None
        self._runs: list[TrainingRun] = []
        self._run: TrainingRun | None = None
        self._measured: dict[int, Tick] = {}
        self._samples: dict[int, PictureOrder] = {}
        self._arrived = 0
        # Asked of the store once, not for every frame.
        self._best: dict[tuple[str, int], HighScore | None] = {}
        self._grids = SampleGrids()
        self._cards = ScrollingGrid(ROWS, COLUMNS)
        self._kimg = FIRST_CHOICE_KIMG
        self._buttons: list[Button] = []
        self._focus = Focus("")
        self._class = ClassChoice(())
        self._look()
        self._order_samples()

    @property
    def _rungs(self) -> tuple[int, ...]:
        return self._run.rungs if self._run else ()

    @property
    def _has_scores(self) -> bool:
        """Whether rounds of this way to play are for points."""
        return self._mode is Mode.PRACTICE

    @property
    def _trial_count(self) -> int:
        return self._run.round_setup(0, 0, mode=self._mode).trial_count if self._run else TRIAL_COUNTS[self._mode]

    def _look(self) -> bool:
        """Takes in what has become of the runs, and which of them is chosen; returns whether anything has."""
        lab, chosen = self._services.lab, self._services.chosen_runs.get(self._dataset)
        if self._seen == (lab.version, chosen):
            return False
        self._seen = lab.version, chosen
        self._runs = lab.playable(self._dataset)
        before = self._run.name if self._run else ""
        self._run = self._services.chosen_run(self._dataset)
        self._measured = lab.library.measured(self._run) if self._run else {}
        self._cards.columns = COLUMNS if len(self._rungs) <= ROWS * COLUMNS else MANY_COLUMNS
        changed_run = self._run is None or self._run.name != before
        if changed_run:
            by_class = self._mode is Mode.PRACTICE and self._run is not None and self._run.class_count
            names = self._run.class_names if self._run and by_class else ()
            self._class = ClassChoice(names)
        # A rung's samples stay as they are; those of rungs that are gone would come back wrong with a resumed run.
        kept = {} if changed_run else self._samples
        self._samples = {kimg: order for kimg, order in kept.items() if kimg in self._rungs}
        self._keep_focus(changed_run)
        return True

    def _keep_focus(self, changed_run: bool) -> None:
        """Leaves the focus where it is, where that is still there."""
        on_run = self._focus.name == RUN_BUTTON and len(self._runs) > 1
        on_run |= self._focus.name == CLASS_BUTTON and bool(self._class.names)
        if not self._rungs or (not changed_run and (on_run or self._focus.name in map(str, self._rungs))):
            return
        kimg = nearest_rung(self._rungs, self._kimg)
        self._focus.name = str(kimg)
        self._cards.reveal(self._rungs.index(kimg), len(self._rungs))

    @property
    def _sample_seeds(self) -> range:
        # A fake of seed s is of class s mod the number of classes.
        step = 1 if self._class.number is None else len(self._class.names)
        first = self._class.number or 0
        return range(first, first + SAMPLES_PER_RUNG * step, step)

    def _order_samples(self) -> None:
        if self._run is None:
            return
        services = self._services
        for place in self._cards.visible(len(self._rungs)):
            kimg = self._rungs[place]
            if kimg not in self._samples:
                # One order a rung: a damaged one must not take the others' samples along.
                pictures = [FakePicture(self._run.name, kimg, seed) for seed in self._sample_seeds]
                self._samples[kimg] = order_pictures(services.forger, services.checkpoints, pictures)

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Starts a round at the chosen rung."""
        if self._focus.name == CLASS_BUTTON and (turned := self._class.after(event)) is not None:
            return self._ask_for(turned)
        match event:
            case Key(name="escape"):
                return Back()
            case Key(name="f1"):
                return Open(ShowHelp())
            case Key(name="h") if self._has_scores and self._run and self._focus.name.isdecimal():
                return Open(ShowHighScores(self._dataset, self._run.name, int(self._focus.name)))
            case Key(name="c") if len(self._runs) > 1:
                return self._choose(RUN_BUTTON)
        chosen = self._cards.handle(event, [str(kimg) for kimg in self._rungs], self._focus)
        if chosen is None:
            chosen = self._focus.handle(event, self._buttons)
        if chosen is None and event == Key("up") and self._focus.name.isdecimal() and len(self._runs) > 1:
            # It lies too far aside for the focus to find it from the cards on the left.
            self._focus.name = RUN_BUTTON
            return Stay()
        if chosen is None and event == Key("down") and self._focus.name.isdecimal() and self._class.names:
            self._focus.name = CLASS_BUTTON
            return Stay()
        if self._focus.name.isdecimal():
            self._kimg = int(self._focus.name)
        if not chosen:
            return None if chosen is None else Stay()
        return self._choose(chosen)

    def _choose(self, chosen: str) -> Transition | None:
        self._services.sounds.play("choose")
        if chosen == RUN_BUTTON:
            return Open(ChooseRun(self._dataset))
        if chosen == CLASS_BUTTON:
            return self._ask_for(self._class.turned(1))
        if self._run is None:
            return None
        self._services.chosen_runs[self._dataset] = self._run.name
        # The round may become a high score.
        self._best.clear()
        setup = self._run.round_setup(int(chosen), self._services.next_seed(), self._class.number, self._mode)
        return Open(PlayRound(setup))

    def _ask_for(self, choice: ClassChoice) -> Transition:
        """Takes another class, whose samples the rungs then show."""
        if choice.number != self._class.number:
            self._samples, self._arrived = {}, 0
        self._class = choice
        return Stay()

    def update(self, now: float) -> Transition | None:
        """Shows rungs as they are saved, and samples as they come."""
        changed = self._look()
        self._order_samples()
        arrived = sum(order.shown is not None or bool(order.error) for order in self._samples.values())
        changed |= arrived != self._arrived
        self._arrived = arrived
        return Stay() if changed else None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: the forger's answers wake the app, and it looks at the runs' files by itself."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the run, and a card for every rung that can be seen."""
        page = canvas.page
        left, top = page.left + 60, page.top + 34
        mode = "" if self._has_scores else f" · {mode_words(self._mode).title}"
        room = 390 - canvas.text_width(mode, HEADING)
        title = visible_start(canvas, dataset_words(self._dataset).title, room, HEADING, "bold")
        canvas.spans([(title, TEXT, "bold"), (mode, MUTED, "regular")], (left, top), HEADING)
        canvas.text("How long has the forger practised?", (left, top + 46), LARGE - 4, MUTED)
        self._buttons = []
        hints = [("Esc", "back"), *([("H", "high scores")] if self._has_scores else []), ("F1", "help")]
        if self._run is None:
            text = "There is no forger to play against yet. Train one in the lab."
            canvas.text(text, (left, top + 100), BODY, MUTED)
        else:
            self._draw_run(canvas, self._run, pygame.FRect(left + 410, top + 2, page.width - 530, 76))
            self._draw_rungs(canvas, self._run, left, top + 90)
            if len(self._runs) > 1:
                hints.insert(1, ("C", "another run"))
        draw_keys(canvas, hints, (left, page.bottom - 28), "bottomleft")
        enter = "choose a run" if self._focus.name == RUN_BUTTON else f"play {self._trial_count} pictures"
        by_name = (("← →", "class"), ("A – Z", "type its name"))
        keys = by_name if self._focus.name == CLASS_BUTTON else (("Enter", enter),)
        draw_keys(canvas, keys, (page.right - 60, page.bottom - 28), "bottomright")

    def _draw_run(self, canvas: Canvas, run: TrainingRun, box: pygame.FRect) -> None:
        progress = training_progress(run, self._services.lab.ticks(run)) if run.state.is_active else None
        place, button = None, Button(RUN_BUTTON, box)
        if len(self._runs) > 1:
            place = (self._runs.index(run), len(self._runs))
            self._buttons.append(button)
        draw_run_strip(canvas, button, self._focus, run, self._grids.newest(run), progress, place)

    def _draw_rungs(self, canvas: Canvas, run: TrainingRun, left: float, top: float) -> None:
        columns, rungs = self._cards.columns, run.rungs
        width = (canvas.page.width - 120 - GAP * (columns - 1)) / columns
        for slot, place in enumerate(self._cards.visible(len(rungs))):
            row, column = divmod(slot, columns)
            box = pygame.FRect(left + column * (width + GAP), top + row * (CARD_HEIGHT + GAP), width, CARD_HEIGHT)
            self._buttons.append(Button(str(rungs[place]), box))
            order, tick = self._samples.get(rungs[place]), self._measured.get(rungs[place])
            draw_rung_card(canvas, self._buttons[-1], self._focus, rungs[place], run.config.image_size, order, tick)
        height = ROWS * (CARD_HEIGHT + GAP) - GAP
        self._cards.draw_bar(canvas, pygame.FRect(canvas.page.right - 42, top, 0, height), len(rungs))
        line = pygame.FRect(left, top + height + 12, canvas.page.width - 120, 60)
        if self._class.names:
            line.width -= CLASS_WIDTH + 20
            box = pygame.FRect(line.right + 20, line.top - 2, CLASS_WIDTH, 44)
            self._buttons.append(draw_class_choice(canvas, box, self._class, self._focus))
        if not self._services.forger.status.ready:
            forger_progress(canvas, self._services.forger.status, line)
        elif self._focus.name.isdecimal():
            self._draw_explanation(canvas, run, int(self._focus.name), line)

    def _draw_explanation(self, canvas: Canvas, run: TrainingRun, kimg: int, line: pygame.FRect) -> None:
        order = self._samples.get(kimg)
        if order is not None and order.error:
            canvas.paragraph(order.error, line, SMALL, STREAK)
            return
        explanation = rung_explanation(kimg, self._measured.get(kimg))
        canvas.text(visible_start(canvas, explanation, line.width, BODY), line.topleft, BODY, MUTED)
        best = self._best_score(run, kimg) if self._has_scores else None
        if best is not None:
            record = f"Best: {number(best.score)} points, {best.player}"
            canvas.text(record, (line.left, line.top + 30), SMALL, STREAK)

    def _best_score(self, run: TrainingRun, kimg: int) -> "HighScore | None":
        if (run.name, kimg) not in self._best:
            trial_count = run.round_setup(kimg, 0).trial_count
            scores = self._services.store.get().high_scores(
                self._dataset, run.name, kimg, limit=1, trial_count=trial_count
            )
            self._best[run.name, kimg] = scores[0] if scores else None
        return self._best[run.name, kimg]
