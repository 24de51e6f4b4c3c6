"""What came of an arcade game: the score, what cost the hearts, and the best ten."""

from dataclasses import replace

import pygame

from game.destinations import ShowArcade
from game.lineup import LineupTrial
from game.lineup_play import setup_of_another
from game.screen import Stay, Transition
from game.screens.after_round import ACTIONS, after_round, way_out
from game.services import Services
from game.training_run import rung_name
from game.ui.actions import draw_actions
from game.ui.canvas import Canvas, Span
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent, Key, PointerPressed
from game.ui.leaderboard import Entry, draw_leaderboard
from game.ui.name_entry import LISTED_PLACES, NameEntry
from game.ui.picture_frame import slot_size
from game.ui.stamps import draw_mark
from game.ui.theme import BODY, DESK, FAKE, LARGE, MUTED, REAL_TEXT, SMALL, STREAK, TEXT
from game.ui.truth_frame import FRAME, draw_with_truth
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words, number

_GAP = 2.0


class OddOneOutResultsScreen:
    """The score and the pictures that fooled on the left, the list on the right; a name is typed right into it."""

    def __init__(self, services: Services, arcade: ShowArcade) -> None:
        self._services = services
        self._arcade = arcade
        self._words = dataset_words(arcade.setup.dataset)
        self._entry = NameEntry(services, arcade.setup, arcade.round_id, arcade.game.score)
        self._entries = self._listed()
        self._focus = Focus("again")
        self._buttons: list[Button] = []

    def _listed(self) -> list[Entry]:
        """Returns the best ten as the store has them; while a name is being typed, with a place for it."""
        setup, own, asking = self._arcade.setup, self._arcade.round_id, self._entry.asking
        scores = self._services.store.get().high_scores(
            setup.dataset, setup.run, setup.kimg, LISTED_PLACES, setup.mode, setup.trial_count
        )
        entries = [
            Entry(score.player, score.correct, score.score, score.round_id == own)
            for score in scores
            if not (asking and score.round_id == own)
        ]
        if asking:
            game = self._arcade.game
            entries.insert(self._entry.place - 1, Entry("", game.found, game.score, own=True, typed=True))
        return entries[:LISTED_PLACES]

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Takes the name first, then goes where the player wants."""
        if self._entry.asking:
            return self._handle_name(event)
        leaving = way_out(event)
        if leaving is not None:
            return leaving
        chosen = self._focus.handle(event, self._buttons)
        return after_round(chosen, lambda: setup_of_another(self._services, self._arcade.setup))

    def _handle_name(self, event: InputEvent) -> Transition | None:
        pressed = isinstance(event, PointerPressed) and self._focus.handle(event, self._buttons) == "keep"
        changed = self._entry.handle(Key("enter") if pressed else event)
        if not self._entry.asking:
            self._focus.name = "again"
            self._entries = self._listed()
        return Stay() if changed else None

    def update(self, now: float) -> Transition | None:
        """Returns None: nothing here changes by itself."""
        return None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the score and the mistakes on the left, the list on the right."""
        self._entry.seen = True
        page, asking = canvas.page, self._entry.asking
        self._draw_score(canvas, (page.left + 60, page.top + 34))
        self._draw_mistakes(canvas, pygame.FRect(page.left + 60, page.top + 222, 640, 400))
        self._draw_list(canvas, pygame.FRect(page.left + 740, page.top + 84, 480, 500))
        self._buttons = draw_actions(canvas, (("keep", "Keep"),) if asking else ACTIONS, self._focus)
        hints = (("Enter", "keep"), ("Esc", "no name")) if asking else (("F1", "help"), ("Esc", "back"))
        draw_keys(canvas, hints, (page.right - 60, page.bottom - 30), "bottomright")

    def _draw_score(self, canvas: Canvas, at: tuple[float, float]) -> None:
        game, (left, top) = self._arcade.game, at
        canvas.text(visible_start(canvas, f"Odd one out · {self._words.title}", 640), at, BODY, MUTED)
        big = canvas.text(number(game.score), (left - 2, top + 26), 62, TEXT, "bold")
        canvas.text("points", (big.right + 14, big.bottom - 16), LARGE, MUTED, anchor="bottomleft")
        if any(entry.own for entry in self._entries):
            praise = f"{self._entry.praise[0].upper()}{self._entry.praise[1:]}"
            canvas.text(praise, (left + 640, top + 80), BODY + 1, STREAK, "semibold", "bottomright")
        kimg = self._arcade.trials[-1].kimg
        fakes = {0: "no fake", 1: "1 fake"}.get(game.found, f"{game.found} fakes")
        far = f"You found {fakes}, and came as far as {rung_name(kimg)}, {number(kimg)} kimg."
        canvas.text(far, (left, top + 110), BODY, TEXT)

    def _draw_mistakes(self, canvas: Canvas, box: pygame.FRect) -> None:
        mistakes = [(place, trial) for place, trial in enumerate(self._arcade.trials, start=1) if not trial.right]
        legend: list[Span] = [
            ("What fooled you   ", TEXT, "semibold"),
            ("◆ ", FAKE, "regular"),
            ("the fake   ", MUTED, "regular"),
            ("■ ", REAL_TEXT, "regular"),
            ("real", MUTED, "regular"),
        ]
        if not mistakes:
            canvas.text("Nothing fooled you.", box.topleft, BODY, TEXT, "semibold")
            return
        canvas.spans(legend, box.topleft, SMALL + 1)
        for row, (place, trial) in enumerate(mistakes):
            self._draw_mistake(canvas, place, trial, pygame.FRect(box.left, box.top + 42 + row * 116, box.width, 110))

    def _draw_mistake(self, canvas: Canvas, place: int, trial: LineupTrial, box: pygame.FRect) -> None:
        what = "time was up" if trial.chosen is None else f"you took number {trial.chosen + 1}"
        words = f"Lineup {place} · {rung_name(trial.kimg)}, {number(trial.kimg)} kimg · {what}"
        canvas.text(words, box.topleft, SMALL, MUTED)
        slot = slot_size(len(trial.shown[0].pixels))
        step = slot + 2 * FRAME + _GAP
        frames = [
            draw_with_truth(canvas, shown, pygame.FRect(box.left + FRAME + column * step, box.top + 34, slot, slot))
            for column, shown in enumerate(trial.shown)
        ]
        if trial.chosen is not None:
            corner = (frames[trial.chosen].right - 5, frames[trial.chosen].top + 5)
            canvas.disc(corner, 26, DESK)
            draw_mark(canvas, False, corner, 21)

    def _draw_list(self, canvas: Canvas, box: pygame.FRect) -> None:
        title: list[Span] = [("The best ten here", TEXT, "semibold")]
        if self._entry.asking:
            title.append(("  ·  type your name", MUTED, "regular"))
        canvas.spans(title, (box.left, box.top - 34), BODY)
        entries = [replace(entry, player=self._entry.field.text) if entry.typed else entry for entry in self._entries]
        draw_leaderboard(canvas, box, entries, "Nobody yet.")
