"""The best rounds, for each dataset and difficulty."""

import pygame

from game.destinations import ShowHighScores
from game.rules import Mode, RoundSetup
from game.screen import Back, Stay, Transition
from game.services import Services
from game.training_run import FIRST_CHOICE_KIMG, TrainingRun, nearest_rung, rung_name
from game.ui.canvas import Canvas
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent, Key
from game.ui.theme import BODY, EDGE, HEADING, LARGE, MUTED, PANEL, SMALL, STREAK, TEXT
from game.ui.widgets import Button, Focus, draw_button, draw_keys
from game.words import dataset_words, number

LISTED_PLACES = 10


class HighScoresScreen:
    """Ten places for one rung; the arrows change the rung, Tab the run."""

    def __init__(self, services: Services, wanted: ShowHighScores) -> None:
        self._services = services
        runs = [run for run in services.lab.library.runs if run.rungs and run.real_count]
        self._runs: list[TrainingRun] = runs
        self._place = next((place for place, run in enumerate(runs) if run.name == wanted.run), -1)
        if self._place < 0:
            self._place = next((place for place, run in enumerate(runs) if run.dataset == wanted.dataset), 0)
        kimg = wanted.kimg or FIRST_CHOICE_KIMG
        self._rung = self._nearest_rung(kimg) if runs else 0
        self._mode, self._trial_count = wanted.mode, wanted.trial_count
        self._focus = Focus("")
        self._buttons: list[Button] = []

    def _nearest_rung(self, kimg: int) -> int:
        rungs = self._runs[self._place].rungs
        return rungs.index(nearest_rung(rungs, kimg))

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Leafs through rungs and runs."""
        match event:
            case Key(name="escape" | "enter" | "space"):
                return Back()
            case Key(name="left"):
                return self._turn("previous")
            case Key(name="right"):
                return self._turn("next")
            case Key(name="tab" | "up" | "down"):
                return self._turn("run")
        chosen = self._focus.handle(event, self._buttons)
        return None if chosen is None else self._turn(chosen)

    def _turn(self, what: str) -> Transition | None:
        if not self._runs:
            return None
        rungs = self._runs[self._place].rungs
        if what == "run":
            kimg, self._mode, self._trial_count = rungs[self._rung], Mode.PRACTICE, 0
            self._place = (self._place + 1) % len(self._runs)
            self._rung = self._nearest_rung(kimg)
        elif what in ("previous", "next"):
            self._rung = (self._rung + (1 if what == "next" else -1)) % len(rungs)
        return Stay()

    def update(self, now: float) -> Transition | None:
        """Returns None: nothing here changes by itself."""
        return None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the list of one rung."""
        page = canvas.page
        left, top = page.left + 190, page.top + 44
        title = canvas.text("High scores", (left, top), HEADING, TEXT, "bold")
        draw_keys(
            canvas,
            (("← →", "difficulty"), ("Tab", "another run"), ("Esc", "back")),
            (page.right - 190, page.bottom - 38),
            "bottomright",
        )
        if not self._runs:
            canvas.text("There is no generator to play against yet.", (left, top + 80), BODY, MUTED)
            return
        run = self._runs[self._place]
        kimg = run.rungs[self._rung]
        width = page.width - 380
        name = self._services.lab.class_name(RoundSetup(run.dataset, run.name, kimg, 0, self._mode))
        if name:
            only = visible_start(canvas, f"only “{name}”", left + width - title.right - 20, LARGE)
            canvas.text(only, (title.right + 20, title.centery), LARGE, MUTED, anchor="midleft")
        self._buttons = [
            Button("previous", pygame.FRect(left, top + 66, 56, 56), "‹"),
            Button("next", pygame.FRect(left + 470, top + 66, 56, 56), "›"),
            Button(
                "run",
                pygame.FRect(left + width - 300, top + 66, 300, 56),
                f"{dataset_words(run.dataset).title} · {run.title}",
            ),
        ]
        for button in self._buttons:
            draw_button(canvas, button, self._focus, LARGE if len(button.label) == 1 else SMALL + 1)
        centre = (left + 263, top + 94)
        canvas.text(f"{rung_name(kimg)}, {number(kimg)} kimg", centre, LARGE, TEXT, "semibold", "center")
        panel = pygame.FRect(left, top + 142, width, 440)
        canvas.panel(panel, PANEL)
        trial_count = self._trial_count or run.round_setup(kimg, 0).trial_count
        scores = self._services.store.get().high_scores(
            run.dataset, run.name, kimg, LISTED_PLACES, self._mode, trial_count
        )
        if not scores:
            canvas.text("Nobody yet. Play a round and be the first.", panel.center, BODY, MUTED, anchor="center")
        for place in range(LISTED_PLACES if scores else 0):
            y = panel.top + 31 + place * 42
            if place:
                canvas.bar(pygame.FRect(panel.left + 28, y - 21, panel.width - 56, 1), EDGE)
            canvas.text(str(place + 1), (panel.left + 56, y), BODY, MUTED, anchor="midright")
        for place, score in enumerate(scores):
            y = panel.top + 31 + place * 42
            colour = STREAK if place == 0 else TEXT
            canvas.text(score.player, (panel.left + 86, y), BODY, colour, "semibold", "midleft")
            right_of = f"{score.correct} of {score.trial_count}"
            canvas.text(right_of, (panel.left + 520, y), BODY, MUTED, anchor="midright")
            canvas.text(
                f"{score.finished_at.astimezone():%Y-%m-%d}", (panel.left + 680, y), SMALL, MUTED, anchor="midright"
            )
            canvas.text(number(score.score), (panel.right - 32, y), BODY, colour, "bold", "midright")
