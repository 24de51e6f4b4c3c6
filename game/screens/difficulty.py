"""The choice of a rung: how long the forger has practised."""

from dataclasses import replace

import pygame

from game.pictures import PictureOrder, order_pictures
from game.rules import FakePicture, RoundSetup
from game.screen import Back, Open, PlayRound, ShowHelp, ShowHighScores, Stay, Transition
from game.services import Services
from game.training_run import FIRST_CHOICE_KIMG, TrainingRun, list_runs, nearest_rung, rung_name
from game.ui.canvas import Canvas
from game.ui.inputs import InputEvent, Key
from game.ui.picture_frame import forger_progress
from game.ui.theme import BODY, HEADING, LARGE, MUTED, SMALL, STREAK, TEXT, TRACK
from game.ui.widgets import Button, Focus, draw_button, draw_card, draw_keys
from game.words import DATASET_WORDS, number

SAMPLES_PER_RUNG = 4
ROWS = 2
MIN_COLUMNS = 6
MAX_RUNGS = 14
RUN_BUTTON = "run"


class DifficultyScreen:
    """The rungs of one run, each with its name and a sample of what it draws."""

    def __init__(self, services: Services, dataset: str) -> None:
        self._services = services
        self._words = DATASET_WORDS[dataset]
        runs = [run for run in list_runs(services.checkpoints)[0] if run.dataset == dataset]
        self._runs = [replace(run, rungs=playable_rungs(run.rungs)) for run in runs]
        self._place = 0
        self._samples: dict[int, PictureOrder] = {}
        self._arrived = 0
        self._buttons: list[Button] = []
        self._focus = Focus("")
        if self._runs:
            self._focus.name = str(nearest_rung(self._run.rungs, FIRST_CHOICE_KIMG))
            self._order_samples()

    @property
    def _run(self) -> TrainingRun:
        return self._runs[self._place]

    def _order_samples(self) -> None:
        services = self._services
        # One order a rung: a damaged one must not take the others' samples along.
        self._samples = {
            kimg: order_pictures(
                services.forger,
                services.checkpoints,
                [FakePicture(self._run.name, kimg, seed) for seed in range(SAMPLES_PER_RUNG)],
            )
            for kimg in self._run.rungs
        }
        self._arrived = 0

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Starts a round at the chosen rung."""
        match event:
            case Key(name="escape"):
                return Back()
            case Key(name="f1"):
                return Open(ShowHelp())
            case Key(name="h") if self._focus.name.isdecimal():
                return Open(ShowHighScores(self._run.dataset, self._run.name, int(self._focus.name)))
        chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        if chosen == RUN_BUTTON:
            self._place = (self._place + 1) % len(self._runs)
            self._order_samples()
            return Stay()
        seed = self._services.next_seed()
        return Open(PlayRound(RoundSetup(self._run.dataset, self._run.name, int(chosen), seed)))

    def update(self, now: float) -> Transition | None:
        """Shows samples as they come."""
        arrived = sum(order.shown is not None or bool(order.error) for order in self._samples.values())
        changed, self._arrived = arrived != self._arrived, arrived
        return Stay() if changed else None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: only the forger's answers change anything."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws a card for every rung."""
        page = canvas.page
        left, top = page.left + 60, page.top + 34
        canvas.text(self._words.title, (left, top), HEADING, TEXT, "bold")
        canvas.text("How long has the forger practised?", (left, top + 46), LARGE - 4, MUTED)
        self._buttons = []
        if self._runs:
            self._draw_rungs(canvas, left, top + 100)
        draw_keys(
            canvas, (("Esc", "back"), ("H", "high scores"), ("F1", "help")), (left, page.bottom - 28), "bottomleft"
        )
        enter = "next run" if self._focus.name == RUN_BUTTON else "play 20 pictures"
        draw_keys(canvas, (("Enter", enter),), (page.right - 60, page.bottom - 28), "bottomright")
        if len(self._runs) > 1:
            label = f"Run {self._place + 1} of {len(self._runs)}  ›  {self._run.name}"
            button = Button(RUN_BUTTON, pygame.FRect(page.right - 60 - 380, top + 6, 380, 52), label)
            self._buttons.append(button)
            draw_button(canvas, button, self._focus, SMALL)

    def _draw_rungs(self, canvas: Canvas, left: float, top: float) -> None:
        rungs, gap = self._run.rungs, 14.0
        columns = max(MIN_COLUMNS, -(-len(rungs) // ROWS))
        width = (canvas.page.width - 120 - gap * (columns - 1)) / columns
        for place, kimg in enumerate(rungs):
            row, column = divmod(place, columns)
            box = pygame.FRect(left + column * (width + gap), top + row * 226, width, 212)
            button = Button(str(kimg), box)
            self._buttons.append(button)
            draw_card(canvas, button, self._focus)
            self._draw_samples(canvas, kimg, pygame.FRect(box.centerx - 58, box.top + 16, 116, 116))
            canvas.text(rung_name(kimg), (box.centerx, box.top + 154), BODY, TEXT, "semibold", "center")
            canvas.text(f"{number(kimg)} kimg", (box.centerx, box.top + 182), SMALL, MUTED, anchor="center")
        line = pygame.FRect(left, top + 470, canvas.page.width - 120, 60)
        if not self._services.forger.status.ready:
            forger_progress(canvas, self._services.forger.status, line)
        elif self._focus.name.isdecimal() and int(self._focus.name) in rungs:
            self._draw_explanation(canvas, int(self._focus.name), line)

    def _draw_samples(self, canvas: Canvas, kimg: int, box: pygame.FRect) -> None:
        order = self._samples[kimg]
        if order.error:
            canvas.text("damaged", box.center, SMALL, STREAK, anchor="center")
            return
        for place in range(SAMPLES_PER_RUNG):
            row, column = divmod(place, 2)
            slot = pygame.FRect(box.left + column * 60, box.top + row * 60, 56, 56)
            if order.shown is None:
                canvas.panel(slot, TRACK, None, 4)
            else:
                canvas.picture(order.shown[place].pixels, slot)

    def _draw_explanation(self, canvas: Canvas, kimg: int, line: pygame.FRect) -> None:
        error = self._samples[kimg].error
        if error:
            canvas.paragraph(error, line, SMALL, STREAK)
            return
        text = f"After {number(kimg * 1000)} pictures of training."
        distance, floor = self._run.judge_distances.get(kimg), self._run.judge_floor
        if distance is not None and floor is not None:
            text += f" Judge distance {distance:.2f}: 0 is perfect, and real pictures score {floor:.2f}."
        canvas.text(text, line.topleft, BODY, MUTED)
        best = self._services.store.get().high_scores(self._run.dataset, self._run.name, kimg, limit=1)
        if best:
            record = f"Best: {number(best[0].score)} points, {best[0].player}"
            canvas.text(record, (line.left, line.top + 30), SMALL, STREAK)


def playable_rungs(rungs: tuple[int, ...]) -> tuple[int, ...]:
    """Returns the rungs that find room on the screen: of too many, the ones where a run was once stopped give way."""
    kept = [kimg for kimg in rungs if len(rungs) <= MAX_RUNGS or kimg.bit_count() == 1 or kimg == rungs[-1]]
    return tuple(kept[-MAX_RUNGS:])
