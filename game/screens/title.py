"""The title: what the game is, and which pictures to play with."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from game.deal import FAKE_SEED_COUNT
from game.destinations import ChooseMode, ShowHelp, ShowHighScores, ShowLab, ShowMorePictures, ShowPlayers, ShowSettings
from game.pictures import PictureOrder, order_pictures
from game.rules import REAL_SPLIT, FakePicture, RealPicture
from game.screen import Open, Quit, Stay, Transition
from game.services import Services
from game.training_run import TrainingRun
from game.ui.canvas import Canvas, Span
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent, Key
from game.ui.picture_frame import forger_progress, picture_row
from game.ui.theme import (
    BODY,
    FAKE,
    HEADING,
    LARGE,
    MUTED,
    PANEL,
    REAL_TEXT,
    RIGHT,
    SMALL,
    STREAK,
    TEXT,
    TITLE,
    WRONG,
)
from game.ui.widgets import Button, Focus, draw_button, draw_card, draw_keys
from game.words import TITLE_DATASETS, dataset_words, number

STRIP_LENGTH = 6
STRIP_SECONDS = 3.0
STRIP_SIZE = 56.0
# How many notices fit under the cards.
SHOWN_NOTICES = 2

_MENU = (("scores", "High scores"), ("settings", "Settings"), ("help", "How to play"), ("quit", "Quit"))
_LAB = "Train a forger of your own and watch it learn."
_MORE = "Other pictures, also your own"


@dataclass(slots=True)
class Strip:
    """A dataset's live examples: those on show, and those on their way."""

    run: TrainingRun | None
    shown: PictureOrder | None = None
    coming: PictureOrder | None = None


class TitleScreen:
    """Two datasets as cards with live examples, and the way to everything else."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._focus = Focus(TITLE_DATASETS[0])
        self._buttons: list[Button] = []
        self._next_strips_at = 0.0
        self._leaving = False
        # Decoration, not a deal: nobody has to see the same strip twice.
        self._dice = random.Random()
        for sentence in services.lab.library.problems:
            services.notice(sentence)
        self._strips = {dataset: Strip(None) for dataset in TITLE_DATASETS}
        self._version = -1
        self._take_runs()
        missing = [dataset_words(dataset).title for dataset in TITLE_DATASETS if self._strips[dataset].run is None]
        if missing:
            services.notice(
                f"{services.checkpoints} has no generator for {' and '.join(missing)}; "
                "restore the folder, or train one in the lab."
            )

    def _take_runs(self) -> None:
        """Takes the examples from each dataset's first run, as it is now."""
        lab = self._services.lab
        self._version = lab.version
        for dataset, strip in self._strips.items():
            strip.run = next(iter(lab.playable(dataset)), None)

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Opens what is chosen; Esc asks once before it quits."""
        if event == Key("escape"):
            if self._leaving:
                return Quit()
            self._leaving, self._focus.name = True, "quit"
            return Stay()
        if event == Key("p"):
            return Open(ShowPlayers())
        if event == Key("f1"):
            return Open(ShowHelp())
        chosen = self._focus.handle(event, self._buttons)
        if chosen is None:
            return None
        self._leaving = False
        if chosen:
            self._services.sounds.play("choose")
        match chosen:
            case "":
                return Stay()
            case "lab":
                return Open(ShowLab())
            case "more":
                return Open(ShowMorePictures())
            case "player":
                return Open(ShowPlayers())
            case "quit":
                return Quit()
            case "settings":
                return Open(ShowSettings())
            case "help":
                return Open(ShowHelp())
            case "scores":
                return Open(ShowHighScores(TITLE_DATASETS[0]))
            case dataset:
                return Open(ChooseMode(dataset)) if self._strips[dataset].run else None

    def update(self, now: float) -> Transition | None:
        """Orders the next examples when it is time, and shows them when all of them have come."""
        changed = self._services.lab.version != self._version
        if changed:
            self._take_runs()
        for strip in self._strips.values():
            if strip.coming is not None and (strip.coming.shown is not None or strip.coming.error):
                self._services.notice(strip.coming.error)
                strip.shown, strip.coming = strip.coming, None
                changed = True
            # After an error it is not asked again: each request to a dead forger would use up one of its starts.
            moving = strip.shown is None or not (strip.shown.error or self._services.settings.reduced_motion)
            if now >= self._next_strips_at and strip.coming is None and moving and strip.run is not None:
                strip.coming = self._order(strip.run)
        if now >= self._next_strips_at:
            self._next_strips_at = now + STRIP_SECONDS
        return Stay() if changed else None

    def _order(self, run: TrainingRun) -> PictureOrder:
        indices = self._dice.sample(range(run.real_count), STRIP_LENGTH)
        seeds = [self._dice.randrange(FAKE_SEED_COUNT) for _ in range(STRIP_LENGTH)]
        reals = [RealPicture(run.dataset, REAL_SPLIT, index) for index in indices]
        fakes = [FakePicture(run.name, run.rungs[-1], seed) for seed in seeds]
        return order_pictures(self._services.forger, self._services.checkpoints, [*reals, *fakes])

    def wait_seconds(self, now: float) -> float | None:
        """Returns the time until the next examples are due."""
        if self._services.settings.reduced_motion:
            return None
        return max(0.05, self._next_strips_at - now)

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the title."""
        page = canvas.page
        left, top = page.left + 80, page.top
        title: list[Span] = [("Real", TEXT, "bold"), (" or ", MUTED, "regular"), ("Fake", TEXT, "bold")]
        title.append(("?", FAKE, "bold"))
        canvas.spans(title, (left - 4, top + 34), TITLE)
        subtitle = "A machine learnt to draw. You are the discriminator: can you tell?"
        canvas.text(subtitle, (left, top + 126), LARGE - 3, MUTED)
        cards = [
            Button(dataset, pygame.FRect(left + place * 460, top + 178, 440, 302))
            for place, dataset in enumerate(TITLE_DATASETS)
        ]
        column = pygame.FRect(left + 920, top + 178, 200, 302)
        menu = [
            Button(name, pygame.FRect(column.left + 10, column.top + 14 + place * 58, 180, 50), label, "bare")
            for place, (name, label) in enumerate(_MENU)
        ]
        lab = Button("lab", pygame.FRect(left, top + 494, 660, 56))
        more = Button("more", pygame.FRect(left + 680, top + 494, 440, 56))
        self._buttons = [*cards, *menu, lab, more]
        for card in cards:
            self._draw_card(canvas, card)
        canvas.panel(column, PANEL)
        for button in menu:
            draw_button(canvas, button, self._focus)
        self._draw_way(canvas, lab, "The lab", _LAB)
        self._draw_way(canvas, more, "More", _MORE)
        self._draw_foot(canvas)

    def _draw_way(self, canvas: Canvas, button: Button, name: str, about: str) -> None:
        draw_card(canvas, button, self._focus)
        left, right, y = button.box.left + 26, button.box.right - 26, button.box.centery
        title = canvas.text(name, (left, y), LARGE - 3, TEXT, "bold", "midleft")
        arrow = canvas.text("›", (right, y), BODY, TEXT, "semibold", "midright")
        shown = visible_start(canvas, about, arrow.left - title.right - 32, SMALL + 1)
        canvas.text(shown, (title.right + 20, y), SMALL + 1, MUTED, anchor="midleft")

    def _draw_card(self, canvas: Canvas, card: Button) -> None:
        words, strip = dataset_words(card.name), self._strips[card.name]
        draw_card(canvas, card, self._focus)
        left, top = card.box.left + 26, card.box.top + 20
        canvas.text(words.title, (left, top), HEADING, TEXT, "bold")
        if strip.run is None:
            box = pygame.FRect(left, top + 56, card.box.width - 52, 200)
            canvas.paragraph("No generator yet. Train one in the lab, or restore the folder.", box, BODY, MUTED)
            return
        rungs = f"{words.name} · {number(strip.run.rungs[-1])} kimg · {len(strip.run.rungs)} rungs"
        canvas.text(rungs, (left, top + 48), SMALL, MUTED)
        shown = strip.shown.shown if strip.shown else None
        for row, (label, colour) in enumerate((("real", REAL_TEXT), ("fake", FAKE))):
            y = top + 88 + row * 68
            canvas.text(label, (left, y + STRIP_SIZE / 2), SMALL, colour, "semibold", "midleft")
            pictures = None
            if shown is not None:
                half = shown[row * STRIP_LENGTH : (row + 1) * STRIP_LENGTH]
                pictures = [picture.pixels for picture in half]
            box = pygame.FRect(left + 46, y, 0, STRIP_SIZE)
            picture_row(canvas, pictures, STRIP_LENGTH, box, 2)
        best = self._services.store.best_if_open(card.name)
        record = "No practice yet"
        if best:
            record = f"Best: {best.correct} of {best.trial_count} at {number(best.kimg)} kimg"
        canvas.text(record, (left, card.box.bottom - 26), SMALL, MUTED, anchor="midleft")
        canvas.text("Play  ›", (card.box.right - 26, card.box.bottom - 26), BODY, TEXT, "semibold", "midright")

    def _draw_foot(self, canvas: Canvas) -> None:
        page, services = canvas.page, self._services
        left, y = page.left + 80, page.top + 560
        # Lost scores matter most; silence only where sound is wanted.
        silence = (services.sounds.notice,) if services.sounds.on and services.sounds.notice else ()
        sentences = [*services.store.notices, *services.notices, *silence]
        room = pygame.FRect(left, y, page.width - 160, page.bottom - 92 - y)
        for sentence in _fitting(canvas, sentences, room):
            room.top = canvas.paragraph(sentence, room, SMALL, STREAK) + 4
        status = services.forger.status
        foot = page.bottom - 48
        if status.ready:
            canvas.disc((left + 7, foot - 15), 12, RIGHT)
            awake = canvas.text("forger awake", (left + 22, foot - 15), SMALL, MUTED, anchor="midleft")
            self._draw_player(canvas, (awake.right + 26, foot))
        else:
            top = foot - (84 if status.failure else 50)
            forger_progress(canvas, status, pygame.FRect(left, top, 520, 60))
        if self._leaving:
            canvas.text("Esc again to quit", (page.right - 80, foot - 15), BODY, WRONG, "semibold", "midright")
        else:
            hints = (("↑ ↓ ← →", "choose"), ("Enter", "play"), ("F11", "full screen"))
            draw_keys(canvas, hints, (page.right - 80, foot), "bottomright")

    def _draw_player(self, canvas: Canvas, at: tuple[float, float]) -> None:
        """Draws who plays, as the way to the choice of another one."""
        name = self._services.settings.player_name
        words = f"player {name}" if name else "who plays?"
        width = canvas.text_width("P", SMALL, "semibold") + canvas.text_width(words, SMALL) + 28
        button = Button("player", pygame.FRect(at[0] - 10, at[1] - 36, width + 20, 44), look="bare")
        self._buttons.append(button)
        draw_card(canvas, button, self._focus)
        draw_keys(canvas, (("P", words),), at, "bottomleft")


def _fitting(canvas: Canvas, sentences: Sequence[str], room: pygame.FRect) -> Sequence[str]:
    """Returns as many sentences as the room holds, at least one, the last with how many are left out."""
    for count in range(min(SHOWN_NOTICES, len(sentences)), 0, -1):
        shown = list(sentences[:count])
        if count < len(sentences):
            shown[-1] += f" (… and {len(sentences) - count} more)"
        height = sum(canvas.paragraph_height(sentence, room.width, SMALL) + 4 for sentence in shown)
        if count == 1 or height <= room.height:
            return shown
    return ()
