"""A duel: the player and the discriminator judge the same pictures; or the player may ask it for advice."""

from collections.abc import Sequence
from enum import Enum, auto

import pygame

from game.mode_words import mode_words
from game.pictures import VerdictOrder, order_verdicts
from game.round_play import RoundPlay
from game.rules import Advice, Confidence, Mode, Response, RoundSetup, Truth
from game.screen import Replace, ShowDuel, Stay, Transition
from game.services import Services
from game.training_run import rung_name
from game.ui.answer_stamps import answer_of, draw_answer_stamps
from game.ui.briefing import START, confidence_option, draw_briefing
from game.ui.canvas import Canvas, Span
from game.ui.confidence_buttons import confidence_of, draw_confidence_buttons
from game.ui.inputs import InputEvent, Key, PointerPressed
from game.ui.light_box import draw_light_box, draw_waiting
from game.ui.round_exits import RoundExits
from game.ui.stamps import draw_mark, draw_stamp
from game.ui.theme import BODY, LARGE, MUTED, RIGHT, SMALL, STREAK, TEXT
from game.ui.verdict_panel import draw_advice, draw_said
from game.ui.widgets import Button, Focus, draw_button, draw_keys
from game.words import dataset_words, number

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
# How many outcomes stand beside the score.
LATEST = 6
STAMP_SECONDS = 0.15
DOUBLE_CLICK_SECONDS = 0.4


class Stage(Enum):
    """Where a trial stands."""

    ASKED = auto()
    HOW_SURE = auto()
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
        # The player's first answer, after how many seconds, and whether those mean nothing.
        self._said: tuple[Truth, float, bool] | None = None
        self._since = 0.0
        self._stamp_lies = False
        self._exits = RoundExits("Your answers are kept, and count for nothing.")
        self._focus = Focus(START)
        self._buttons: list[Button] = []

    @property
    def waits_for_answer(self) -> bool:
        """Whether a picture is on show that has not been judged, and can be."""
        return self._stage is Stage.ASKED and self._advice is not None and self._open_question

    @property
    def _open_question(self) -> bool:
        return self._play is not None and self._play.waits_for_answer

    @property
    def _advice(self) -> Advice | None:
        """What the discriminator says of the picture on show."""
        if self._play is None or self._verdicts is None or self._verdicts.verdicts is None:
            return None
        place = len(self._play.round.responses) - (self._stage is Stage.REVEALED)
        return Advice(self._verdicts.verdicts[place])

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Takes the start, then answers, and the keys that go on."""
        taken, transition = self._exits.handle(event, self._play)
        if taken:
            return transition
        if self._play is None:
            return self._handle_briefing(event)
        match self._stage:
            case Stage.ASKED if self.waits_for_answer:
                return self._handle_answer(self._play, event, now)
            case Stage.HOW_SURE:
                return self._handle_confidence(self._play, event, now)
            case Stage.ADVISED:
                return self._handle_second_thought(self._play, event, now)
            case Stage.REVEALED:
                return self._next(self._play) if _goes_on(event, now - self._since) else None
        return None

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
        answer = answer_of(event, self._buttons)
        if answer is None:
            return None
        self._said = (answer, *play.time(now))
        if self._setup.mode == Mode.DUEL and not self._services.settings.ask_confidence:
            return self._reveal(play, answer, now)
        self._stage = Stage.HOW_SURE if self._setup.mode == Mode.DUEL else Stage.ADVISED
        self._focus.name, self._since = "keep", now
        self._services.sounds.play("choose")
        return Stay()

    def _handle_confidence(self, play: RoundPlay, event: InputEvent, now: float) -> Transition | None:
        assert self._said is not None
        if event == Key("backspace"):
            self._stage = Stage.ASKED
            return Stay()
        confidence = confidence_of(event, self._buttons)
        return self._reveal(play, self._said[0], now, confidence) if confidence else None

    def _handle_second_thought(self, play: RoundPlay, event: InputEvent, now: float) -> Transition | None:
        assert self._said is not None
        first = self._said[0]
        if isinstance(event, PointerPressed) and now - self._since < DOUBLE_CLICK_SECONDS:
            # The second half of a double click on a stamp is no second thought.
            return None
        # Left and right belong to the buttons here.
        final = answer_of(event, ()) if event in (Key("r"), Key("f")) else None
        if final is None:
            chosen = self._focus.handle(event, self._buttons)
            if not chosen:
                return None if chosen is None else Stay()
            final = first if chosen == "keep" else first.other
        return self._reveal(play, final, now)

    def _reveal(self, play: RoundPlay, final: Truth, now: float, confidence: Confidence | None = None) -> Transition:
        assert self._said is not None and self._advice is not None
        first, seconds, disturbed = self._said
        asked_twice = self._setup.mode == Mode.CONSULT
        advice = Advice(self._advice.fake_probability, first if asked_twice else None)
        play.take(Response(final, seconds, disturbed, confidence, advice=advice))
        self._stage, self._since, self._stamp_lies = Stage.REVEALED, now, False
        self._services.sounds.play("right" if play.round.outcomes[-1] else "wrong")
        return Stay()

    def _next(self, play: RoundPlay) -> Transition:
        self._stage, self._said = Stage.ASKED, None
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
        if self._services.settings.reduced_motion or self._stage is not Stage.REVEALED:
            return None
        return None if self._stamp_lies else 0

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws what will happen, or the picture between those who judge it."""
        if self._play is None:
            setup = self._setup
            what = f"{self._words.title} · {rung_name(setup.kimg)}, {number(setup.kimg)} kimg"
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
            self._buttons = draw_answer_stamps(canvas, box)
            canvas.text(self._words.question, (page.centerx, page.bottom - 56), BODY, MUTED, anchor="center")
        elif self._stage is Stage.HOW_SURE:
            assert self._said is not None
            self._buttons = draw_confidence_buttons(canvas, box, self._said[0])
        elif self._stage is Stage.ADVISED:
            assert self._said is not None
            draw_said(canvas, "You say", self._said[0], left)
            draw_advice(canvas, advice, right)
            self._buttons = self._draw_second_thought(canvas, box, self._said[0])
        else:
            self._draw_revealed(canvas, play, advice, box, now)
        draw_keys(canvas, (("Esc", "leave"), ("F1", "help")), (page.left + 40, page.bottom - 38), "bottomleft")
        self._exits.draw(canvas)

    def _draw_second_thought(self, canvas: Canvas, box: pygame.FRect, first: Truth) -> list[Button]:
        width, y = 220.0, box.bottom + 22
        keep = Button("keep", pygame.FRect(box.centerx - width - 10, y, width, 54), f"Keep {first.upper()}", "primary")
        change = Button("change", pygame.FRect(box.centerx + 10, y, width, 54), f"Change to {first.other.upper()}")
        for button in (keep, change):
            draw_button(canvas, button, self._focus)
        return [keep, change]

    def _draw_revealed(self, canvas: Canvas, play: RoundPlay, advice: Advice, box: pygame.FRect, now: float) -> None:
        assert play.on_show is not None
        self._buttons = []
        truth, response = play.on_show.picture.truth, play.round.responses[-1]
        still = self._services.settings.reduced_motion
        share = 1.0 if still else min(1.0, (now - self._since) / STAMP_SECONDS)
        self._stamp_lies = share == 1
        draw_stamp(canvas, truth, (box.right - 70, box.bottom - 14), 1.6 - 0.6 * share)
        said = draw_said(
            canvas, "You said", response.answer, (box.left - _ASIDE, box.centery), response.answer is truth
        )
        draw_advice(canvas, advice, (box.right + _ASIDE, box.centery), advice.verdict is truth)
        if response.advice is not None and response.advice.first_answer not in (None, response.answer):
            text, colour = ("Good change.", RIGHT) if response.answer is truth else ("Misled.", STREAK)
            canvas.text(text, (said.centerx, said.bottom + 30), BODY, colour, "semibold", "center")
        what = "results" if play.round.finished else "next picture"
        draw_keys(canvas, (("Space", what),), (canvas.page.right - 40, canvas.page.bottom - 38), "bottomright")

    def _draw_head(self, canvas: Canvas, play: RoundPlay) -> None:
        page, setup, round_ = canvas.page, play.round.setup, play.round
        title = mode_words(setup.mode).title
        spans: list[Span] = [(title, TEXT, "semibold"), (f" · {self._words.title}", MUTED, "regular")]
        canvas.spans(spans, (page.left + 40, page.top + 36), BODY, "midleft")
        rung = f"{rung_name(setup.kimg)}, {number(setup.kimg)} kimg"
        canvas.text(rung, (page.left + 40, page.top + 66), SMALL, MUTED, anchor="midleft")
        truths = [picture.truth for picture in round_.pictures]
        machine = [
            response.advice is not None and response.advice.verdict is truth
            for response, truth in zip(round_.responses, truths, strict=False)
        ]
        score: list[Span] = [
            ("You ", MUTED, "regular"),
            (str(sum(round_.outcomes)), TEXT, "bold"),
            ("  :  ", MUTED, "regular"),
            (str(sum(machine)), TEXT, "bold"),
            (" discriminator", MUTED, "regular"),
        ]
        box = canvas.spans(score, (page.centerx, page.top + 40), LARGE - 2, "center")
        _draw_latest(canvas, round_.outcomes, (box.left - 24, box.centery), -22)
        _draw_latest(canvas, machine, (box.right + 24, box.centery), 22)
        place = len(round_.responses) + (self._stage is not Stage.REVEALED)
        count = f"{place} of {setup.trial_count}"
        canvas.text(count, (page.right - 40, page.top + 36), BODY, TEXT, "semibold", "midright")


def _draw_latest(canvas: Canvas, outcomes: Sequence[bool], at: tuple[float, float], step: float) -> None:
    """Draws the latest outcomes, the newest at a point and older ones ever further away."""
    for age, right in enumerate(reversed(outcomes[-LATEST:])):
        draw_mark(canvas, right, (at[0] + age * step, at[1]), 17)


def _goes_on(event: InputEvent, seconds: float) -> bool:
    if isinstance(event, PointerPressed):
        return seconds > DOUBLE_CLICK_SECONDS
    return event in (Key("space"), Key("enter"))
