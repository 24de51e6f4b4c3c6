"""A round of practice: one picture, REAL or FAKE, and at once whether that was right."""

from dataclasses import dataclass

import pygame

from game.dealer import Dealer
from game.pictures import ShownPicture
from game.rules import (
    POINTS_FOR_RIGHT,
    FakePicture,
    RealPicture,
    Response,
    RoundSetup,
    Truth,
)
from game.screen import Back, Open, Replace, ShowHelp, ShowResults, Stay, Transition
from game.services import Services
from game.training_run import rung_name
from game.ui.canvas import Canvas, Span
from game.ui.charts import progress_bar
from game.ui.dialog import draw_dialog
from game.ui.fitted_text import what_is_played
from game.ui.inputs import Disturbed, InputEvent, Key, PointerPressed
from game.ui.stamps import draw_mark, draw_stamp, draw_stamp_button
from game.ui.theme import (
    BODY,
    DESK,
    LARGE,
    LIGHT_BOX,
    MUTED,
    PANEL,
    RIGHT,
    SMALL,
    STREAK,
    TEXT,
    WRONG,
)
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words, judged, number

PICTURE_SIZE = 394.0
# Of what is played, left of the dots.
HEAD_WIDTH = 240.0
PAPER_EDGE = 26.0
DOT = (76, 84, 95)
STAMP_SECONDS = 0.15
DOUBLE_CLICK_SECONDS = 0.4
_ANSWER_KEYS = {"left": Truth.REAL, "r": Truth.REAL, "right": Truth.FAKE, "f": Truth.FAKE}


@dataclass(frozen=True, slots=True)
class Feedback:
    """The answer just given, and when."""

    response: Response
    since: float


class PracticeScreen:
    """Deals a round, shows its pictures one by one, writes every answer to the store as it is given."""

    # Below the dots.
    badge_top = 60.0

    def __init__(self, services: Services, setup: RoundSetup) -> None:
        self._services = services
        self._words = dataset_words(setup.dataset)
        self._dealer = Dealer(services, setup)
        self._round = self._dealer.round
        self._shown: tuple[ShownPicture, ...] | None = None
        self._round_id = ""
        self._feedback: Feedback | None = None
        self._shown_at: float | None = None
        self._disturbed = False
        self._stamp_lies = False
        self._leaving = False
        self._leave_focus = Focus("stay")
        self._buttons: list[Button] = []

    @property
    def waits_for_answer(self) -> bool:
        """Whether a picture is on show that has not been judged."""
        return self._shown_at is not None and self._feedback is None

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Takes an answer, goes on after the feedback, or asks whether to leave."""
        if event == Disturbed():
            self._disturbed = True
            return None
        if self._leaving:
            return self._handle_leaving(event)
        if event == Key("escape"):
            if self._shown is None or not self._round.responses:
                return Back()
            self._leaving = True
            return Stay()
        if event == Key("f1"):
            # Reading the help is no part of looking at the picture.
            self._disturbed = True
            return Open(ShowHelp())
        if self._feedback is not None:
            return self._next() if _goes_on(event, now - self._feedback.since) else None
        if not self.waits_for_answer:
            return None
        answer = self._answer(event)
        return self._take(answer, now) if answer else None

    def _answer(self, event: InputEvent) -> Truth | None:
        match event:
            case Key(name=name):
                return _ANSWER_KEYS.get(name)
            case PointerPressed(at=at):
                pressed = next((button.name for button in self._buttons if button.box.collidepoint(at)), None)
                return Truth(pressed) if pressed else None
            case _:
                return None

    def _take(self, answer: Truth, now: float) -> Transition:
        assert self._shown_at is not None and self._shown is not None
        trial_number = self._round.number
        shown = self._shown[trial_number - 1]
        response = Response(answer, now - self._shown_at, self._disturbed)
        self._services.store.get().record(
            self._round_id, trial_number, [shown.picture], response, self._services.wall_clock(), [shown.class_name]
        )
        self._round = self._round.answered(response)
        if self._round.finished:
            # With its last answer, not with the look at the results: whoever leaves in between has played it all.
            score, correct = self._round.score, self._round.counts.correct
            self._services.store.get().finish_round(self._round_id, score, correct, self._services.wall_clock())
        self._services.sounds.play("right" if self._round.outcomes[-1] else "wrong")
        self._feedback = Feedback(response, now)
        self._stamp_lies = False
        return Stay()

    def _next(self) -> Transition:
        self._feedback, self._shown_at, self._disturbed = None, None, False
        if not self._round.finished:
            return Stay()
        assert self._shown is not None
        self._services.sounds.play("finish")
        return Replace(ShowResults(self._round, self._shown, self._round_id))

    def _handle_leaving(self, event: InputEvent) -> Transition | None:
        chosen = "stay" if event == Key("escape") else self._leave_focus.handle(event, self._buttons)
        if chosen is None:
            return None
        if chosen == "leave":
            return Back()
        if chosen == "stay":
            self._leaving, self._disturbed = False, True
        return Stay()

    def update(self, now: float) -> Transition | None:
        """Begins the round when its pictures have come."""
        dealt = self._dealer.poll()
        if dealt:
            self._round = self._dealer.round
        if self._shown is not None or self._dealer.shown is None:
            return Stay() if dealt else None
        self._shown = self._dealer.shown
        # Whose round it was is asked once more at its end.
        run = self._services.lab.run(self._round.setup.run)
        self._round_id = self._services.store_of_player().begin_round(
            self._round.setup, self._services.wall_clock(), run.key if run else ""
        )
        return Stay()

    def frame_shown(self, now: float) -> None:
        """Starts the clock of a picture with the first frame that shows it."""
        if self._shown is not None and self._feedback is None and self._shown_at is None:
            # What disturbed before the picture could be seen did not disturb the answer to it.
            self._shown_at, self._disturbed = now, False

    def wait_seconds(self, now: float) -> float | None:
        """Returns 0 while the stamp comes down."""
        if self._services.settings.reduced_motion or self._feedback is None:
            return None
        # Until a frame has shown it where it stays.
        return None if self._stamp_lies else 0

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the picture on its light-box, and the stamps or what the answer was worth."""
        self._buttons = []
        self._draw_head(canvas)
        page = canvas.page
        light_box = self._draw_light_box(canvas, (page.centerx, page.top + 352))
        if self._feedback is None:
            self._draw_stamps(canvas, light_box)
            canvas.text(self._words.question, (page.centerx, page.bottom - 56), BODY, MUTED, anchor="center")
        else:
            self._draw_verdict(canvas, light_box, self._feedback, now)
        draw_keys(canvas, (("Esc", "leave"), ("F1", "help")), (page.left + 40, page.bottom - 38), "bottomleft")
        if self._leaving:
            self._draw_leaving(canvas)

    def _draw_head(self, canvas: Canvas) -> None:
        page, round_ = canvas.page, self._round
        setup = round_.setup
        name = self._services.lab.class_name(setup)
        shown = what_is_played(canvas, self._words.title, name, HEAD_WIDTH, BODY)
        spans: list[Span] = [("Practice", TEXT, "semibold"), (f" · {shown}", MUTED, "regular")]
        canvas.spans(spans, (page.left + 40, page.top + 36), BODY, "midleft")
        rung = f"{rung_name(setup.kimg)}, {number(setup.kimg)} kimg"
        canvas.text(rung, (page.left + 40, page.top + 66), SMALL, MUTED, anchor="midleft")
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

    def _draw_light_box(self, canvas: Canvas, centre: tuple[float, float]) -> pygame.FRect:
        room = pygame.FRect(0, 0, PICTURE_SIZE, PICTURE_SIZE)
        room.center = centre
        inside = canvas.picture_box(room, self._dealer.image_size)
        box = inside.inflate(2 * PAPER_EDGE, 2 * PAPER_EDGE)
        canvas.glow(box, 90, LIGHT_BOX, 0.30)
        canvas.panel(box, LIGHT_BOX, None, 18)
        if self._shown is not None:
            place = len(self._round.responses) - (self._feedback is not None)
            canvas.picture(self._shown[place].pixels, inside)
        else:
            self._draw_waiting(canvas, inside)
        return box

    def _draw_waiting(self, canvas: Canvas, inside: pygame.FRect) -> None:
        canvas.bar(inside, DESK)
        status = self._services.forger.status
        error = self._dealer.error or status.failure
        text_box = inside.inflate(-48, -140)
        if error:
            canvas.paragraph(error, text_box, BODY, WRONG)
        else:
            canvas.text(
                f"{status.text or 'Drawing'} …", (inside.centerx, inside.centery - 24), BODY, MUTED, anchor="center"
            )
            progress_bar(canvas, pygame.FRect(text_box.left, inside.centery, text_box.width, 8), status.share)

    def _draw_stamps(self, canvas: Canvas, light_box: pygame.FRect) -> None:
        for truth, centre_x, keys in (
            (Truth.REAL, light_box.left - 212, (("←", ""), ("R", ""))),
            (Truth.FAKE, light_box.right + 212, (("→", ""), ("F", ""))),
        ):
            box = pygame.FRect(0, 0, 220, 104)
            box.center = (centre_x, light_box.centery)
            self._buttons.append(Button(truth.value, box))
            draw_stamp_button(canvas, truth, box)
            draw_keys(canvas, keys, (box.centerx - 48, box.bottom + 48), "bottomleft")

    def _draw_verdict(self, canvas: Canvas, light_box: pygame.FRect, feedback: Feedback, now: float) -> None:
        assert self._shown is not None
        shown = self._shown[len(self._round.responses) - 1]
        still = self._services.settings.reduced_motion
        share = 1.0 if still else min(1.0, (now - feedback.since) / STAMP_SECONDS)
        self._stamp_lies = share == 1
        # Across the frame's corner: the picture itself stays free to be looked at again.
        draw_stamp(canvas, shown.picture.truth, (light_box.right - 70, light_box.bottom - 14), 1.6 - 0.6 * share)
        answer = pygame.FRect(0, 0, 150, 66)
        answer.center = (light_box.left - 205, light_box.centery)
        canvas.text("You said", (answer.centerx, answer.top - 26), BODY, MUTED, anchor="center")
        draw_stamp_button(canvas, feedback.response.answer, answer)
        right = self._round.outcomes[-1]
        panel = pygame.FRect(light_box.right + 40, light_box.top + 30, canvas.page.right - light_box.right - 80, 306)
        canvas.panel(panel, PANEL)
        left, y = panel.left + 24, panel.top + 44
        draw_mark(canvas, right, (left + 14, y), 28)
        colour = RIGHT if right else WRONG
        text = f"{'Right' if right else 'Wrong'}: it was {shown.picture.truth}"
        canvas.text(text, (left + 40, y), LARGE, colour, "bold", "midleft")
        box = pygame.FRect(left, y + 40, panel.width - 48, 120)
        y = canvas.paragraph(self._story(shown), box, SMALL + 1, MUTED) + 14
        seen = judged(shown.class_name, shown.class_probability)
        if seen:
            y = canvas.paragraph(f"The judge sees {seen}.", pygame.FRect(left, y, box.width, 60), SMALL + 1) + 14
        bonus = self._round.points[-1] - POINTS_FOR_RIGHT
        streak = f" ({bonus} for {self._round.streak} in a row)" if bonus > 0 else ""
        points = f"+{self._round.points[-1]} points{streak}" if right else "No points this time."
        canvas.text(points, (left, y), BODY, STREAK if right else MUTED, "semibold")
        what = "results" if self._round.finished else "next picture"
        draw_keys(canvas, (("Space", what),), (panel.right, panel.bottom + 52), "bottomright")

    def _story(self, shown: ShownPicture) -> str:
        match shown.picture:
            case RealPicture(index=index):
                return f"{self._words.origin}: picture {number(index)} of {self._words.source}."
            case FakePicture(kimg=kimg, seed=seed):
                practice = f"after {number(kimg * 1000)} pictures of training"
                return f"Drawn by the generator “{rung_name(kimg)}”, {practice}, from seed {number(seed)}."

    def _draw_leaving(self, canvas: Canvas) -> None:
        text = "Your answers are kept; the score is not."
        answers = (("stay", "Play on"), ("leave", "Leave"))
        self._buttons = draw_dialog(canvas, "Leave this round?", text, answers, self._leave_focus)


def _goes_on(event: InputEvent, feedback_seconds: float) -> bool:
    if isinstance(event, PointerPressed):
        # The second half of a double click on a stamp is not meant for the feedback.
        return feedback_seconds > DOUBLE_CLICK_SECONDS
    return event in (Key("space"), Key("enter"))
