"""Odd one out, the arcade game: find the fake among real pictures while the clock runs."""

import math
from dataclasses import dataclass

import pygame

from game.lineup import LineupTrial
from game.lineup_play import LineupPlay
from game.odd_one_out import FIRST_KIMG, HEARTS, ArcadeGame, Outcome
from game.rules import Mode, RoundSetup
from game.screen import Replace, ShowArcade, Stay, Transition
from game.services import Services
from game.training_run import rung_name
from game.ui.briefing import START, draw_briefing
from game.ui.canvas import Canvas, Span
from game.ui.clock import draw_clock
from game.ui.hearts import draw_hearts
from game.ui.inputs import InputEvent, Key, PointerPressed
from game.ui.light_box import draw_light_box, draw_waiting
from game.ui.lineup import draw_lineup
from game.ui.round_exits import RoundExits
from game.ui.stamps import draw_mark
from game.ui.theme import BODY, LARGE, MUTED, RIGHT, SMALL, STREAK, TEXT, WRONG
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words, number

FEEDBACK_SECONDS = 1.0
# The second click of a double one goes on to nothing.
DOUBLE_CLICK_SECONDS = 0.4
# Without motion the clock's bar goes in steps.
STEP_SECONDS = 0.25

_SENTENCES = (
    "One of four pictures is fake, later one of nine. Click on it, press its number, row by row, or go there with the "
    "arrows and press Enter.",
    "A wrong one costs a heart, and so does a clock that has run out. You have three hearts.",
    "With every fake that you find the clock gets shorter, and with every second one the forger gets better.",
    "This is for fun: a hurry and hints are no way to measure, so the score stays out of all statistics.",
)


@dataclass(frozen=True, slots=True)
class _Feedback:
    """What a trial brought, and how much of its time was left, from 0 to 1; on show since a time."""

    trial: LineupTrial
    points: int
    time_left: float
    since: float


class OddOneOutScreen:
    """First says how it goes, then asks until three hearts are lost."""

    def __init__(self, services: Services, setup: RoundSetup) -> None:
        self._services = services
        self._setup = setup
        self._words = dataset_words(setup.dataset)
        best = services.store.get().high_scores(setup.dataset, setup.run, setup.kimg, 1, setup.mode, setup.trial_count)
        self._to_beat = f"To beat here: {number(best[0].score)} points, by {best[0].player}." if best else ""
        self._play: LineupPlay | None = None
        self._game: ArcadeGame | None = None
        self._limit = 0.0
        self._feedback: _Feedback | None = None
        self._clock_step = 0
        self._exits = RoundExits("The game is over then, and its score does not count.")
        self._focus = Focus(START)
        self._buttons: list[Button] = []

    @property
    def waits_for_answer(self) -> bool:
        """Whether a lineup is on show that has not been judged."""
        return self._play is not None and self._play.waits_for_answer

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Takes the start, then choices, and what goes on after them."""
        play, was_asking = self._play, self._exits.asking
        taken, transition = self._exits.handle(event, play)
        if taken:
            # Nobody looks at the pictures while the clock stands.
            if play is not None and was_asking and not self._exits.asking:
                play.resume()
            elif play is not None:
                play.pause(now)
                return transition or Stay()
            return transition
        if play is None:
            return self._handle_briefing(event)
        if self._feedback is not None:
            return self._go_on(now) if _goes_on(event, now - self._feedback.since) else None
        if play.paused:
            if event not in (Key("space"), Key("enter")) and not isinstance(event, PointerPressed):
                return None
            play.resume()
            return Stay()
        return self._handle_choice(play, event, now) if play.waits_for_answer else None

    def _handle_briefing(self, event: InputEvent) -> Transition | None:
        chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        self._play = LineupPlay(self._services, self._setup)
        if self._play.rungs:
            self._game = ArcadeGame(self._play.rungs)
            self._play.order(self._game.kimg, self._game.picture_count)
        self._focus.name = "0"
        return Stay()

    def _handle_choice(self, play: LineupPlay, event: InputEvent, now: float) -> Transition | None:
        chosen = _digit(event, len(play.on_show))
        if chosen is None:
            # A space that was meant to go on must not choose.
            chosen = None if event == Key("space") else self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._focus.name = chosen
        if not play.can_be_answered(now):
            return Stay()
        return self._end_trial(play, int(chosen) if play.seconds(now) < self._limit else None, now)

    def _end_trial(self, play: LineupPlay, place: int | None, now: float) -> Transition:
        assert self._game is not None
        time_left = max(0.0, 1 - play.seconds(now) / self._limit)
        trial = play.take(place, now)
        self._game = self._game.played(Outcome(trial.right, time_left))
        self._feedback = _Feedback(trial, self._game.points[-1], time_left, now)
        self._services.sounds.play("right" if trial.right else "wrong")
        if self._over:
            play.finish(self._game.score)
        else:
            play.order(self._game.kimg, self._game.picture_count)
        return Stay()

    @property
    def _over(self) -> bool:
        game = self._game
        return game is not None and (game.over or len(game.outcomes) >= self._setup.trial_count)

    def _go_on(self, now: float) -> Transition | None:
        """Shows the next pictures, or the results; stays at the feedback while there is neither."""
        play, game = self._play, self._game
        assert play is not None and game is not None
        if self._over:
            self._services.sounds.play("finish")
            return Replace(ShowArcade(self._setup, game, play.trials, play.round_id))
        if play.error:
            self._feedback = None
        elif play.ready:
            self._feedback, self._limit = None, game.seconds
            play.show_next()
        return Stay()

    def update(self, now: float) -> Transition | None:
        """Shows pictures that have come, ends the feedback, and ends a trial when its time is up."""
        play = self._play
        if play is None:
            return None
        changed = play.poll()
        if not self._exits.asking and (transition := self._pass_time(play, now)) is not None:
            return transition
        step = math.floor(play.seconds(now) / STEP_SECONDS)
        changed |= play.waits_for_answer and step != self._clock_step
        self._clock_step = step
        return Stay() if changed else None

    def _pass_time(self, play: LineupPlay, now: float) -> Transition | None:
        if self._feedback is not None:
            over = now - self._feedback.since >= FEEDBACK_SECONDS
            return self._go_on(now) if over and (play.ready or play.error or self._over) else None
        if play.asks:
            return self._end_trial(play, None, now) if play.seconds(now) >= self._limit else None
        return self._go_on(now) if play.ready else None

    def frame_shown(self, now: float) -> None:
        """Starts the clock of a lineup."""
        if self._play is not None and not self._exits.asking:
            self._play.frame_shown(now)

    def wait_seconds(self, now: float) -> float | None:
        """Returns 0 while the clock's bar shrinks; without motion, the time until its next step."""
        play = self._play
        if play is None or self._exits.asking:
            return None
        if self._feedback is not None:
            left = FEEDBACK_SECONDS - (now - self._feedback.since)
            return left if left > 0 else None
        if not play.waits_for_answer:
            return None
        if not self._services.settings.reduced_motion:
            return 0
        seconds = play.seconds(now)
        next_step = (math.floor(seconds / STEP_SECONDS) + 1) * STEP_SECONDS
        return max(0.001, min(next_step, self._limit) - seconds)

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws how it goes, or the pictures below the clock and the hearts."""
        if self._play is None or self._game is None:
            self._draw_before(canvas)
            return
        page, play = canvas.page, self._play
        self._draw_head(canvas, play, self._game, now)
        centre = (page.centerx, page.top + 376)
        if not play.on_show or (play.error and self._feedback is None):
            _, inside = draw_light_box(canvas, (page.centerx, page.top + 352), play.image_size, None)
            draw_waiting(canvas, inside, self._services.forger.status, play.error)
            self._buttons = []
        else:
            self._draw_pictures(canvas, play, centre)
        hints = (("Esc", "leave"), ("F1", "help"))
        draw_keys(canvas, hints, (page.left + 40, page.bottom - 38), "bottomleft")
        self._exits.draw(canvas)

    def _draw_before(self, canvas: Canvas) -> None:
        if self._play is not None:
            centre = (canvas.page.centerx, canvas.page.top + 352)
            _, inside = draw_light_box(canvas, centre, self._play.image_size, None)
            draw_waiting(canvas, inside, self._services.forger.status, self._play.error)
            return
        first, last = min(FIRST_KIMG, self._setup.kimg), self._setup.kimg
        what = f"{self._words.title} · {number(first)} to {number(last)} kimg"
        sentences = (*_SENTENCES, self._to_beat) if self._to_beat else _SENTENCES
        self._buttons = draw_briefing(canvas, Mode.ODD_ONE_OUT, what, sentences, (), self._focus)

    def _draw_pictures(self, canvas: Canvas, play: LineupPlay, centre: tuple[float, float]) -> None:
        page, feedback = canvas.page, self._feedback
        hidden = feedback is None and (play.paused or self._exits.asking)
        pixels = None if hidden else [shown.pixels for shown in play.on_show]
        count = len(play.on_show)
        focused = int(self._focus.name) if feedback is None and not hidden and self._focus.name.isdigit() else None
        revealed = feedback.trial if feedback else None
        buttons = draw_lineup(canvas, centre, play.image_size, count, pixels, focused, revealed)
        self._buttons = buttons if feedback is None and not hidden else []
        foot = (page.centerx, page.bottom - 50)
        corner = (page.right - 40, page.bottom - 38)
        if feedback is not None:
            _draw_verdict(canvas, feedback, foot)
            draw_keys(canvas, (("Space", "results" if self._over else "go on"),), corner, "bottomright")
        elif play.paused and not self._exits.asking:
            box = pygame.FRect(0, 0, 420, 120)
            box.center = centre
            canvas.panel(box)
            canvas.text("Paused", (centre[0], centre[1] - 24), LARGE, TEXT, "bold", "center")
            draw_keys(canvas, (("Space", "go on"),), (centre[0] - 66, centre[1] + 42), "bottomleft")
        else:
            canvas.text("Which one is the fake?", foot, BODY, MUTED, anchor="center")
            hints = ((f"1 – {count}", "choose"), ("Enter", "this one"))
            draw_keys(canvas, hints, corner, "bottomright")

    def _draw_head(self, canvas: Canvas, play: LineupPlay, game: ArcadeGame, now: float) -> None:
        page, feedback = canvas.page, self._feedback
        spans: list[Span] = [("Odd one out", TEXT, "semibold"), (f" · {self._words.title}", MUTED, "regular")]
        canvas.spans(spans, (page.left + 40, page.top + 36), BODY, "midleft")
        kimg = feedback.trial.kimg if feedback else game.kimg
        rung = f"{rung_name(kimg)}, {number(kimg)} kimg"
        canvas.text(rung, (page.left + 40, page.top + 66), SMALL, MUTED, anchor="midleft")
        points: list[Span] = [(number(game.score), TEXT, "bold"), (" points", MUTED, "regular")]
        canvas.spans(points, (page.right - 40, page.top + 36), LARGE, "midright")
        level = game.level - (feedback is not None and feedback.trial.right)
        canvas.text(f"level {level}", (page.right - 40, page.top + 66), BODY, STREAK, "semibold", "midright")
        draw_hearts(canvas, game.hearts, HEARTS, (page.centerx, page.top + 74))
        draw_clock(canvas, pygame.FRect(page.centerx - 250, page.top + 38, 500, 10), self._time_left(play, now))

    def _time_left(self, play: LineupPlay, now: float) -> float:
        """Returns how much of the clock's bar is left, from 0 to 1."""
        if self._feedback is not None:
            return self._feedback.time_left
        seconds = play.seconds(now)
        if self._services.settings.reduced_motion:
            seconds = math.floor(seconds / STEP_SECONDS) * STEP_SECONDS
        return 1 - seconds / self._limit if self._limit else 1.0


def _draw_verdict(canvas: Canvas, feedback: _Feedback, at: tuple[float, float]) -> None:
    trial = feedback.trial
    text, colour = f"Found it: +{number(feedback.points)} points", RIGHT
    if not trial.right:
        what = "Time is up." if trial.chosen is None else "Not this one."
        text, colour = f"{what} The fake has the orange frame.", WRONG
    box = canvas.text(text, at, LARGE - 2, colour, "semibold", "center")
    draw_mark(canvas, trial.right, (box.left - 26, box.centery), 26)


def _digit(event: InputEvent, count: int) -> str | None:
    """Returns the place that a digit means, row by row from 1, also on the keypad."""
    digit = event.name.strip("[]") if isinstance(event, Key) else ""
    return str(int(digit) - 1) if digit in "123456789"[:count] and len(digit) == 1 else None


def _goes_on(event: InputEvent, seconds: float) -> bool:
    if isinstance(event, PointerPressed):
        return seconds > DOUBLE_CLICK_SECONDS
    return event in (Key("space"), Key("enter"))
