"""A round of practice: one picture, REAL or FAKE, and at once whether that was right."""

from dataclasses import dataclass

import pygame

from game.destinations import ShowResults
from game.explanations import Explanation, Explanations
from game.pictures import ShownPicture
from game.round_play import RoundPlay
from game.rules import POINTS_FOR_RIGHT, FakePicture, RealPicture, Response, Round, RoundSetup, Truth
from game.screen import Replace, Stay, Transition
from game.services import Services
from game.training_run import rung_name
from game.ui.answering import Answering
from game.ui.canvas import Canvas, Span
from game.ui.double_clicks import DoubleClicks
from game.ui.falling_stamp import FallingStamp
from game.ui.feedback_panel import draw_feedback_panel
from game.ui.inputs import InputEvent, Key, PointerPressed
from game.ui.light_box import draw_light_box, draw_waiting
from game.ui.round_exits import RoundExits
from game.ui.round_head import draw_round_head
from game.ui.similar_picture import draw_similar_picture
from game.ui.stamps import draw_mark, draw_stamp_button
from game.ui.theme import BODY, LARGE, MUTED, STREAK, TEXT
from game.ui.widgets import Button, draw_keys
from game.words import dataset_words, discriminator_said, judged, number

DOT = (76, 84, 95)


@dataclass(frozen=True, slots=True)
class Feedback:
    """The answer just given, and what explains it where it was wrong."""

    response: Response
    explanation: Explanation


class PracticeScreen:
    """Asks picture by picture, and says after each answer whether it was right."""

    # Below the dots.
    badge_top = 60.0

    def __init__(self, services: Services, setup: RoundSetup) -> None:
        self._services = services
        self._words = dataset_words(setup.dataset)
        self._play = RoundPlay(services, setup)
        self._explanations: Explanations | None = None
        self._order_explanations()
        self._feedback: Feedback | None = None
        self._answering = Answering()
        self._double_clicks = DoubleClicks()
        self._stamp = FallingStamp()
        self._exits = RoundExits("Your answers so far are kept and count in your figures.")
        self._buttons: list[Button] = []

    @property
    def waits_for_answer(self) -> bool:
        """Whether a picture is on show that has not been judged."""
        return self._play.waits_for_answer

    @property
    def _round(self) -> Round:
        return self._play.round

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Takes an answer, goes on after the feedback, or asks whether to leave."""
        taken, transition = self._exits.handle(event, self._play)
        if taken or self._double_clicks.is_second(event, now):
            return transition
        if self._feedback is not None:
            goes_on = isinstance(event, PointerPressed) or event in (Key("space"), Key("enter"))
            transition = self._next() if goes_on else None
        elif self.waits_for_answer:
            heard = self._answering.handle(event, self._play, now, asks_confidence=False)
            transition = self._take(heard, now) if isinstance(heard, Response) else heard
        if transition is not None:
            self._double_clicks.take(event, now)
        return transition

    def _take(self, response: Response, now: float) -> Transition:
        self._play.take(response)
        right = self._round.outcomes[-1]
        self._services.sounds.play("right" if right else "wrong")
        # What has come by now: nothing moves while it is read.
        place = len(self._round.responses) - 1
        known = None if right or self._explanations is None else self._explanations.of(place)
        self._feedback = Feedback(response, known or Explanation())
        self._stamp.fall(now)
        return Stay()

    def _next(self) -> Transition:
        self._feedback = None
        self._play.ask_next()
        if not self._round.finished:
            return Stay()
        assert self._play.shown is not None
        self._services.sounds.play("finish")
        return Replace(ShowResults(self._round, self._play.shown, self._play.round_id))

    def update(self, now: float) -> Transition | None:
        """Begins the round when its pictures have come."""
        if not self._play.poll():
            return None
        self._order_explanations()
        return Stay()

    def _order_explanations(self) -> None:
        """Asks as soon as it is known which pictures come."""
        if self._explanations is None and self._round.pictures:
            self._explanations = Explanations(self._services, self._round)

    def frame_shown(self, now: float) -> None:
        """Starts the clock of a picture with the first frame that shows it."""
        self._play.frame_shown(now)

    def wait_seconds(self, now: float) -> float | None:
        """Returns 0 while the stamp comes down."""
        return 0 if self._feedback is not None and self._stamp.falling else None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the picture on its light-box, and the stamps or what the answer was worth."""
        page, play = canvas.page, self._play
        self._draw_head(canvas)
        shown = play.on_show
        centre = (page.centerx, page.top + 352)
        box, inside = draw_light_box(canvas, centre, play.image_size, shown.pixels if shown else None)
        if shown is None:
            draw_waiting(canvas, inside, self._services.forger.status, play.error)
        if self._feedback is None:
            self._buttons = self._answering.draw(canvas, box, self._words.question)
        elif shown is not None:
            self._buttons = []
            self._draw_feedback(canvas, box, shown, self._feedback, now)
        draw_keys(canvas, (("Esc", "leave"), ("F1", "help")), (page.left + 40, page.bottom - 38), "bottomleft")
        self._buttons = self._exits.draw(canvas) or self._buttons

    def _draw_head(self, canvas: Canvas) -> None:
        page, round_ = canvas.page, self._round
        setup = round_.setup
        draw_round_head(canvas, "Practice", self._words.title, setup.kimg, self._services.lab.class_name(setup))
        current = len(round_.outcomes) if self._feedback is None else None
        for place in range(setup.trial_count):
            centre = (page.centerx + (place - (setup.trial_count - 1) / 2) * 25, page.top + 36)
            if place < len(round_.outcomes):
                draw_mark(canvas, round_.outcomes[place], centre, 19)
            else:
                canvas.disc(centre, 17, None, TEXT if place == current else DOT)
        points: list[Span] = [(number(round_.score), TEXT, "bold"), (" points", MUTED, "regular")]
        canvas.spans(points, (page.right - 40, page.top + 36), LARGE, "midright")
        if round_.streak > 1:
            at = (page.right - 40, page.top + 66)
            canvas.text(f"{round_.streak} in a row", at, BODY, STREAK, "semibold", "midright")

    def _draw_feedback(
        self, canvas: Canvas, light_box: pygame.FRect, shown: ShownPicture, feedback: Feedback, now: float
    ) -> None:
        self._stamp.draw(canvas, shown.picture.truth, light_box, now, self._services.settings.reduced_motion)
        answer = pygame.FRect(0, 0, 150, 66)
        answer.center = (light_box.left - 205, light_box.centery)
        canvas.text("You said", (answer.centerx, answer.top - 26), BODY, MUTED, anchor="center")
        draw_stamp_button(canvas, feedback.response.answer, answer)
        if feedback.explanation.similar is not None:
            below = (answer.centerx, answer.bottom + 36)
            draw_similar_picture(canvas, feedback.explanation.similar, shown.picture.truth, below)
        right, truth = self._round.outcomes[-1], shown.picture.truth
        texts = [self._story(shown)]
        seen = judged(shown.class_name, shown.class_probability)
        if seen:
            texts.append(f"The judge sees {seen}.")
        fake_probability = feedback.explanation.fake_probability
        if fake_probability is not None:
            texts.append(discriminator_said(fake_probability, truth is Truth.FAKE))
        bonus = self._round.points[-1] - POINTS_FOR_RIGHT
        streak = f" ({bonus} for {self._round.streak} in a row)" if bonus > 0 else ""
        points = f"+{self._round.points[-1]} points{streak}" if right else "No points this time."
        panel = draw_feedback_panel(canvas, light_box, right, truth, texts, points)
        what = "results" if self._round.finished else "next picture"
        draw_keys(canvas, (("Space", what),), (panel.right, panel.bottom + 52), "bottomright")

    def _story(self, shown: ShownPicture) -> str:
        match shown.picture:
            case RealPicture(index=index):
                return f"{self._words.origin}: picture {number(index)} of {self._words.source}."
            case FakePicture(kimg=kimg, seed=seed):
                practice = f"after {number(kimg * 1000)} pictures of training"
                return f"Drawn by the generator “{rung_name(kimg)}”, {practice}, from seed {number(seed)}."
