"""Odd one out, the arcade game: find the fake among real pictures while the clock runs."""

import pygame

from game.arcade_play import ArcadePlay, Feedback
from game.destinations import ShowArcade
from game.odd_one_out import FIRST_KIMG, HEARTS
from game.rules import Mode, RoundSetup
from game.screen import Replace, Stay, Transition
from game.services import Services
from game.ui.briefing import START, draw_briefing
from game.ui.canvas import Canvas, Point, Span
from game.ui.clock import draw_clock
from game.ui.double_clicks import DoubleClicks
from game.ui.hearts import draw_hearts
from game.ui.inputs import InputEvent, Key, PointerPressed
from game.ui.light_box import draw_light_box, draw_waiting
from game.ui.lineup import draw_lineup
from game.ui.round_exits import RoundExits
from game.ui.round_head import draw_round_head
from game.ui.stamps import draw_mark
from game.ui.theme import BODY, LARGE, MUTED, RIGHT, STREAK, TEXT, WRONG
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words, number

_GO_ON = (Key("space"), Key("enter"))

_SENTENCES = (
    "One of four pictures is fake, later one of nine. Click on it, press its number, row by row, or go there with the "
    "arrows and press Enter.",
    "A wrong one costs a heart, and so does a clock that has run out. You have three hearts.",
    "With every fake that you find the clock gets shorter, and with every second one the forger gets better.",
    "This is for fun: a hurry and hints are no way to measure, so the score stays out of all statistics.",
)


class OddOneOutScreen:
    """First says how it goes, then asks until three hearts are lost."""

    def __init__(self, services: Services, setup: RoundSetup) -> None:
        self._services = services
        self._setup = setup
        self._words = dataset_words(setup.dataset)
        best = services.store.get().high_scores(setup.dataset, setup.run, setup.kimg, 1, setup.mode, setup.trial_count)
        self._to_beat = f"To beat here: {number(best[0].score)} points, by {best[0].player}." if best else ""
        self._arcade: ArcadePlay | None = None
        self._exits = RoundExits("The game is over then, and its score does not count.")
        self._double_clicks = DoubleClicks()
        self._focus = Focus(START)
        self._buttons: list[Button] = []

    @property
    def waits_for_answer(self) -> bool:
        """Whether a lineup is on show that has not been judged."""
        return self._arcade is not None and self._arcade.lineup.waits_for_answer

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Takes the start, then choices, and what goes on after them."""
        arcade, was_asking = self._arcade, self._exits.asking
        taken, transition = self._exits.handle(event, arcade.lineup if arcade else None)
        if arcade is None:
            return transition if taken else self._handle_briefing(event, now)
        lineup = arcade.lineup
        if taken:
            if was_asking and not self._exits.asking:
                lineup.resume()
                return transition
            # Nobody looks at the pictures while the clock stands.
            lineup.pause(now)
            return transition or Stay()
        if self._double_clicks.is_second(event, now):
            return None
        if arcade.feedback is not None or lineup.paused:
            if event not in _GO_ON and not isinstance(event, PointerPressed):
                return None
            self._double_clicks.take(event, now)
            arcade.end_feedback(now)
            lineup.resume()
            return Stay()
        return self._handle_choice(arcade, event, now) if lineup.waits_for_answer else None

    def _handle_briefing(self, event: InputEvent, now: float) -> Transition | None:
        chosen = self._focus.handle(event, self._buttons)
        if chosen == START:
            self._services.sounds.play("choose")
            self._double_clicks.take(event, now)
            self._arcade = ArcadePlay(self._services, self._setup)
            self._focus.name = "0"
        return None if chosen is None else Stay()

    def _handle_choice(self, arcade: ArcadePlay, event: InputEvent, now: float) -> Transition | None:
        chosen = _digit(event, len(arcade.lineup.on_show))
        # A space that was meant to go on must not choose.
        if chosen is None and event != Key("space"):
            chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._focus.name = chosen
        if arcade.lineup.can_be_answered(now):
            self._double_clicks.take(event, now)
            arcade.choose(int(chosen), now)
        return Stay()

    def update(self, now: float) -> Transition | None:
        """Shows pictures that have come, ends the feedback, and ends a trial when its time is up."""
        arcade = self._arcade
        if arcade is None:
            return None
        changed = arcade.lineup.poll() | arcade.clock_stepped(now)
        if not self._exits.asking:
            changed |= arcade.pass_time(now)
        if arcade.done:
            self._services.sounds.play("finish")
            return Replace(ShowArcade(self._setup, arcade.game, arcade.lineup.trials, arcade.lineup.round_id))
        return Stay() if changed else None

    def frame_shown(self, now: float) -> None:
        """Starts the clock of a lineup."""
        if self._arcade is not None and not self._exits.asking:
            self._arcade.lineup.frame_shown(now)

    def wait_seconds(self, now: float) -> float | None:
        """Returns 0 while the clock's bar shrinks; without motion, the time until its next step."""
        if self._arcade is None or self._exits.asking:
            return None
        return self._arcade.wait_seconds(now, self._services.settings.reduced_motion)

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws how it goes, or the pictures below the clock and the hearts."""
        page, arcade = canvas.page, self._arcade
        if arcade is None:
            first, last = min(FIRST_KIMG, self._setup.kimg), self._setup.kimg
            what = f"{self._words.title} · {number(first)} to {number(last)} kimg"
            sentences = (*_SENTENCES, self._to_beat) if self._to_beat else _SENTENCES
            self._buttons = draw_briefing(canvas, Mode.ODD_ONE_OUT, what, sentences, (), self._focus)
            return
        self._draw_head(canvas, arcade, now)
        self._buttons = []
        lineup = arcade.lineup
        if not lineup.on_show or (lineup.error and arcade.feedback is None):
            _, inside = draw_light_box(canvas, (page.centerx, page.top + 352), lineup.image_size, None)
            draw_waiting(canvas, inside, self._services.forger.status, lineup.error)
        else:
            self._draw_lineup(canvas, arcade, (page.centerx, page.top + 376))
        draw_keys(canvas, (("Esc", "leave"), ("F1", "help")), (page.left + 40, page.bottom - 38), "bottomleft")
        self._exits.draw(canvas)

    def _draw_lineup(self, canvas: Canvas, arcade: ArcadePlay, centre: Point) -> None:
        page, lineup, feedback = canvas.page, arcade.lineup, arcade.feedback
        count, size = len(lineup.on_show), lineup.image_size
        pixels = [shown.pixels for shown in lineup.on_show]
        foot, corner = (page.centerx, page.bottom - 50), (page.right - 40, page.bottom - 38)
        if feedback is not None:
            draw_lineup(canvas, centre, size, count, pixels, revealed=feedback.trial)
            _draw_verdict(canvas, feedback, foot)
            draw_keys(canvas, (("Space", "results" if arcade.over else "go on"),), corner, "bottomright")
        elif lineup.paused or self._exits.asking:
            draw_lineup(canvas, centre, size, count, None)
            if not self._exits.asking:
                _draw_pause(canvas, centre)
        else:
            focused = int(self._focus.name) if self._focus.name.isdigit() else None
            self._buttons = draw_lineup(canvas, centre, size, count, pixels, focused)
            canvas.text("Which one is the fake?", foot, BODY, MUTED, anchor="center")
            draw_keys(canvas, ((f"1 – {count}", "choose"), ("Enter", "this one")), corner, "bottomright")

    def _draw_head(self, canvas: Canvas, arcade: ArcadePlay, now: float) -> None:
        page, game, feedback = canvas.page, arcade.game, arcade.feedback
        draw_round_head(canvas, "Odd one out", self._words.title, feedback.trial.kimg if feedback else game.kimg)
        points: list[Span] = [(number(game.score), TEXT, "bold"), (" points", MUTED, "regular")]
        canvas.spans(points, (page.right - 40, page.top + 36), LARGE, "midright")
        level = game.level - (feedback is not None and feedback.trial.right)
        canvas.text(f"level {level}", (page.right - 40, page.top + 66), BODY, STREAK, "semibold", "midright")
        left = arcade.time_left(now, in_steps=self._services.settings.reduced_motion)
        draw_clock(canvas, pygame.FRect(page.centerx - 250, page.top + 38, 500, 10), left)
        draw_hearts(canvas, game.hearts, HEARTS, (page.centerx, page.top + 74))


def _draw_verdict(canvas: Canvas, feedback: Feedback, at: Point) -> None:
    trial = feedback.trial
    text, colour = f"Found it: +{number(feedback.points)} points", RIGHT
    if not trial.right:
        what = "Time is up." if trial.chosen is None else "Not this one."
        text, colour = f"{what} The fake has the orange frame.", WRONG
    box = canvas.text(text, at, LARGE - 2, colour, "semibold", "center")
    draw_mark(canvas, trial.right, (box.left - 26, box.centery), 26)


def _draw_pause(canvas: Canvas, centre: Point) -> None:
    box = pygame.FRect(0, 0, 420, 120)
    box.center = centre
    canvas.panel(box)
    canvas.text("Paused", (centre[0], centre[1] - 24), LARGE, TEXT, "bold", "center")
    draw_keys(canvas, (("Space", "go on"),), (centre[0] - 66, centre[1] + 42), "bottomleft")


def _digit(event: InputEvent, count: int) -> str | None:
    """Returns the place that a digit means, row by row from 1, also on the keypad."""
    digit = event.name.strip("[]") if isinstance(event, Key) else ""
    return str(int(digit) - 1) if len(digit) == 1 and digit in "123456789"[:count] else None
