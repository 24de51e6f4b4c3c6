"""A duel: the player and the discriminator judge the same pictures; or the player may ask it for advice."""

from dataclasses import replace
from enum import Enum, auto

import pygame

from game.destinations import ShowDuel
from game.mode_words import mode_title
from game.pictures import VerdictOrder, order_verdicts
from game.round_outcomes import discriminator_outcomes
from game.round_play import RoundPlay
from game.rules import Advice, Mode, Response, RoundSetup, Truth
from game.screen import Replace, Stay, Transition
from game.services import Services
from game.ui.answer_stamps import answer_of
from game.ui.answering import Answering
from game.ui.briefing import START, WHAT_WIDTH, confidence_option, draw_briefing
from game.ui.canvas import Canvas
from game.ui.double_clicks import DoubleClicks
from game.ui.duel_score import draw_duel_score
from game.ui.falling_stamp import FallingStamp
from game.ui.inputs import InputEvent, Key, PointerPressed
from game.ui.light_box import draw_light_box, draw_waiting
from game.ui.round_exits import RoundExits
from game.ui.round_head import draw_round_head, title_line
from game.ui.theme import BODY, RIGHT, TEXT, WRONG
from game.ui.verdict_panel import draw_advice, draw_said
from game.ui.widgets import Button, Focus, draw_button, draw_keys
from game.words import dataset_words

_SENTENCES = {
    Mode.DUEL: (
        "You see {count} pictures, real or fake by the toss of a coin. The forger's own opponent, the discriminator, "
        "sees the same ones.",
        "Say what you think; then you learn what it said, and the truth.",
        "At the end: who was fooled less, and whether you were fooled by the same pictures.",
    ),
    Mode.CONSULT: (
        "You see {count} pictures, real or fake by the toss of a coin. Say what you think.",
        "Then the discriminator says what it thinks, and how sure it is. Keep your answer, or change it.",
        "At the end: how often its advice helped you, and how often it misled you.",
    ),
}
# Of the two who speak, beside the light-box.
_ASIDE = 205.0
# Left of the score.
_HEAD_WIDTH = 285.0


class Stage(Enum):
    """Where a trial stands."""

    ASKED = auto()
    ADVISED = auto()
    REVEALED = auto()


class DuelScreen:
    """First says what will happen, then plays both ways: DUEL reveals after the answer, CONSULT asks twice."""

    # Below the score.
    badge_top = 66.0

    def __init__(self, services: Services, setup: RoundSetup) -> None:
        self._services = services
        self._setup = setup
        self._words = dataset_words(setup.dataset)
        self._play: RoundPlay | None = None
        self._verdicts: VerdictOrder | None = None
        self._stage = Stage.ASKED
        self._answering = Answering()
        # What was said before the advice.
        self._first: Response | None = None
        self._stamp = FallingStamp()
        self._double_clicks = DoubleClicks()
        self._exits = RoundExits("Your answers so far are kept and count in your figures.")
        self._focus = Focus(START)
        self._buttons: list[Button] = []

    @property
    def waits_for_answer(self) -> bool:
        """Whether a picture is on show, and what the player thinks of it is asked for."""
        asked = self._stage is Stage.ASKED and self._advice is not None
        return asked and self._play is not None and self._play.waits_for_answer

    @property
    def _advice(self) -> Advice | None:
        """What the discriminator says of the picture on show."""
        if self._play is None or self._verdicts is None or self._verdicts.verdicts is None:
            return None
        place = len(self._play.round.responses) - (self._stage is Stage.REVEALED)
        return Advice(self._verdicts.verdicts[place], discriminator_kimg=self._verdicts.kimg)

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Takes the start, then answers, and the keys that go on."""
        taken, transition = self._exits.handle(event, self._play)
        if taken:
            return transition
        if self._play is None:
            return self._handle_briefing(event)
        if self._double_clicks.is_second(event, now):
            return None
        transition = self._handle_trial(self._play, event, now)
        if transition is not None:
            self._double_clicks.take(event, now)
        return transition

    def _handle_trial(self, play: RoundPlay, event: InputEvent, now: float) -> Transition | None:
        match self._stage:
            case Stage.ASKED:
                return self._handle_answer(play, event, now) if self.waits_for_answer else None
            case Stage.ADVISED:
                return self._handle_second_thought(play, event, now)
            case Stage.REVEALED:
                goes_on = isinstance(event, PointerPressed) or event in (Key("space"), Key("enter"))
                return self._next(play) if goes_on else None

    def _handle_briefing(self, event: InputEvent) -> Transition | None:
        chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        if chosen == START:
            self._play = RoundPlay(self._services, self._setup)
        else:
            self._services.toggle_confidence()
        return Stay()

    def _handle_answer(self, play: RoundPlay, event: InputEvent, now: float) -> Transition | None:
        is_duel = self._setup.mode == Mode.DUEL
        heard = self._answering.handle(event, play, now, is_duel and self._services.settings.ask_confidence)
        if isinstance(heard, Response) and is_duel:
            return self._reveal(play, heard, now)
        if heard is None:
            return None
        self._services.sounds.play("choose")
        if isinstance(heard, Response):
            self._stage, self._first, self._focus.name = Stage.ADVISED, heard, "keep"
        return Stay()

    def _handle_second_thought(self, play: RoundPlay, event: InputEvent, now: float) -> Transition | None:
        assert self._first is not None
        first = self._first.answer
        # Left and right belong to the buttons here.
        final = answer_of(event, ()) if event in (Key("r"), Key("f")) else None
        if final is None:
            chosen = self._focus.handle(event, self._buttons)
            if not chosen:
                return None if chosen is None else Stay()
            final = first if chosen == "keep" else first.other
        return self._reveal(play, replace(self._first, answer=final), now, first)

    def _reveal(self, play: RoundPlay, response: Response, now: float, first: Truth | None = None) -> Transition:
        assert self._advice is not None
        play.take(replace(response, advice=replace(self._advice, first_answer=first)))
        self._stage = Stage.REVEALED
        self._stamp.fall(now)
        self._services.sounds.play("right" if play.round.outcomes[-1] else "wrong")
        return Stay()

    def _next(self, play: RoundPlay) -> Transition:
        self._stage, self._first = Stage.ASKED, None
        play.ask_next()
        if not play.round.finished:
            return Stay()
        assert play.shown is not None and self._verdicts is not None
        self._services.sounds.play("finish")
        return Replace(ShowDuel(play.round, play.shown, play.round_id, self._verdicts.accuracy))

    def update(self, now: float) -> Transition | None:
        """Begins the round when its pictures have come, and asks the discriminator about them."""
        if self._play is None or not self._play.poll():
            return None
        if self._play.shown is not None and self._verdicts is None:
            setup, services = self._play.round.setup, self._services
            self._verdicts = order_verdicts(
                services.forger, services.checkpoints, self._play.round.pictures, setup.run, setup.kimg
            )
        return Stay()

    def frame_shown(self, now: float) -> None:
        """Starts the clock of a picture."""
        if self._play is not None and self._advice is not None:
            self._play.frame_shown(now)

    def wait_seconds(self, now: float) -> float | None:
        """Returns 0 while the stamp comes down."""
        return 0 if self._stage is Stage.REVEALED and self._stamp.falling else None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws what will happen, or the picture between those who judge it."""
        if self._play is None:
            setup = self._setup
            what = title_line(canvas, "", self._words.title, setup.kimg, WHAT_WIDTH)
            texts = [text.format(count=setup.trial_count) for text in _SENTENCES[Mode(setup.mode)]]
            options = [confidence_option(self._services.settings)] if setup.mode == Mode.DUEL else []
            self._buttons = draw_briefing(canvas, Mode(setup.mode), what, texts, options, self._focus)
            return
        page, play, advice = canvas.page, self._play, self._advice
        self._draw_head(canvas, play)
        shown = play.on_show if advice is not None else None
        centre = (page.centerx, page.top + 352)
        box, inside = draw_light_box(canvas, centre, play.image_size, shown.pixels if shown else None)
        left, right = (box.left - _ASIDE, box.centery), (box.right + _ASIDE, box.centery)
        if advice is None:
            error = play.error or (self._verdicts.error if self._verdicts else "")
            draw_waiting(canvas, inside, self._services.forger.status, error)
        if self._stage is Stage.ASKED or advice is None:
            self._buttons = self._answering.draw(canvas, box, self._words.question)
        elif self._stage is Stage.ADVISED:
            assert self._first is not None
            draw_said(canvas, "You say", self._first.answer, left)
            draw_advice(canvas, advice, right)
            self._buttons = self._draw_second_thought(canvas, box, self._first.answer)
        else:
            self._draw_revealed(canvas, play, advice, box, now)
        draw_keys(canvas, (("Esc", "leave"), ("F1", "help")), (page.left + 40, page.bottom - 38), "bottomleft")
        self._buttons = self._exits.draw(canvas) or self._buttons

    def _draw_second_thought(self, canvas: Canvas, box: pygame.FRect, first: Truth) -> list[Button]:
        width, y = 220.0, box.bottom + 22
        keep = Button("keep", pygame.FRect(box.centerx - width - 10, y, width, 54), f"Keep {first.upper()}", "primary")
        change = Button("change", pygame.FRect(box.centerx + 10, y, width, 54), f"Change to {first.other.upper()}")
        for button in (keep, change):
            draw_button(canvas, button, self._focus)
        hints = (("← →", "choose"), ("Enter", "go on"))
        draw_keys(canvas, hints, (canvas.page.right - 40, canvas.page.bottom - 38), "bottomright")
        return [keep, change]

    def _draw_revealed(self, canvas: Canvas, play: RoundPlay, advice: Advice, box: pygame.FRect, now: float) -> None:
        assert play.on_show is not None
        self._buttons = []
        truth, response = play.on_show.picture.truth, play.round.responses[-1]
        self._stamp.draw(canvas, truth, box, now, self._services.settings.reduced_motion)
        said = draw_said(
            canvas, "You said", response.answer, (box.left - _ASIDE, box.centery), response.answer is truth
        )
        draw_advice(canvas, advice, (box.right + _ASIDE, box.centery), advice.verdict is truth)
        if response.advice is not None and response.advice.first_answer not in (None, response.answer):
            good = response.answer is truth
            text = "Good change." if good else "Misled." if response.answer is advice.verdict else "Bad change."
            colour = RIGHT if good else WRONG
            canvas.text(text, (said.centerx, said.bottom + 30), BODY, colour, "semibold", "center")
        what = "results" if play.round.finished else "next picture"
        draw_keys(canvas, (("Space", what),), (canvas.page.right - 40, canvas.page.bottom - 38), "bottomright")

    def _draw_head(self, canvas: Canvas, play: RoundPlay) -> None:
        page, setup, round_ = canvas.page, play.round.setup, play.round
        draw_round_head(canvas, mode_title(setup.mode), self._words.title, setup.kimg, width=_HEAD_WIDTH)
        draw_duel_score(canvas, round_.outcomes, discriminator_outcomes(round_))
        place = len(round_.responses) + (self._stage is not Stage.REVEALED)
        count = f"{place} of {setup.trial_count}"
        canvas.text(count, (page.right - 40, page.top + 36), BODY, TEXT, "semibold", "midright")
