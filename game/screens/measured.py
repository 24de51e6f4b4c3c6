"""A measured round: half of the pictures are fake, and nothing is said about any answer until the end."""

import pygame

from game.round_play import RoundPlay
from game.rules import Confidence, Mode, Response, RoundSetup, Truth
from game.screen import Replace, ShowMeasurement, Stay, Transition
from game.services import Services
from game.training_run import rung_name
from game.ui.answer_stamps import answer_of, draw_answer_stamps
from game.ui.briefing import START, Option, confidence_option, draw_briefing
from game.ui.canvas import Canvas, Span
from game.ui.charts import progress_bar
from game.ui.confidence_buttons import confidence_of, draw_confidence_buttons
from game.ui.inputs import InputEvent, Key
from game.ui.light_box import draw_light_box, draw_waiting
from game.ui.round_exits import RoundExits
from game.ui.theme import BODY, MUTED, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words, number

_SENTENCES = (
    "You will see {count} pictures: {half} are real, {half} are fake, in random order. Take your time.",
    "Nobody tells you whether you are right until the end, because hints would change what is measured.",
    "You can leave at any time; a round that is broken off does not count.",
)


class MeasuredScreen:
    """First says what will happen, then asks picture by picture."""

    # Below the bar.
    badge_top = 60.0

    def __init__(self, services: Services, setup: RoundSetup) -> None:
        self._services = services
        self._setup = setup
        self._words = dataset_words(setup.dataset)
        self._play: RoundPlay | None = None
        # What has been said of the picture on show, after how many seconds, and whether those mean nothing.
        self._said: tuple[Truth, float, bool] | None = None
        self._exits = RoundExits("Your answers are kept, and count for nothing.")
        self._focus = Focus(START)
        self._buttons: list[Button] = []

    @property
    def waits_for_answer(self) -> bool:
        """Whether a picture is on show that has not been judged."""
        return self._play is not None and self._play.waits_for_answer

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Takes switches before the round, and answers during it."""
        taken, transition = self._exits.handle(event, self._play)
        if taken:
            return transition
        if self._play is None:
            return self._handle_briefing(event)
        return self._handle_answer(self._play, event, now) if self._play.waits_for_answer else None

    def _handle_briefing(self, event: InputEvent) -> Transition | None:
        chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        if chosen == START:
            self._play = RoundPlay(self._services, self._setup)
        elif chosen == "short":
            short = self._setup.mode != Mode.SHORT_MEASURED
            self._setup = self._of_length(Mode.SHORT_MEASURED if short else Mode.MEASURED)
        else:
            self._services.toggle_confidence()
        return Stay()

    def _handle_answer(self, play: RoundPlay, event: InputEvent, now: float) -> Transition | None:
        if self._said is None:
            answer = answer_of(event, self._buttons)
            if answer is None:
                return None
            # The time is that of the answer; how sure one is takes another while to say.
            self._said = (answer, *play.time(now))
            self._services.sounds.play("choose")
            return Stay() if self._services.settings.ask_confidence else self._take(play, None)
        if event == Key("backspace"):
            self._said = None
            return Stay()
        confidence = confidence_of(event, self._buttons)
        return self._take(play, confidence) if confidence else None

    def _take(self, play: RoundPlay, confidence: Confidence | None) -> Transition:
        assert self._said is not None and play.shown is not None
        answer, seconds, disturbed = self._said
        play.take(Response(answer, seconds, disturbed, confidence))
        self._said = None
        play.ask_next()
        if not play.round.finished:
            return Stay()
        self._services.sounds.play("finish")
        return Replace(ShowMeasurement(play.round, play.shown, play.round_id))

    def update(self, now: float) -> Transition | None:
        """Begins the round when its pictures have come."""
        return Stay() if self._play is not None and self._play.poll() else None

    def frame_shown(self, now: float) -> None:
        """Starts the clock of a picture."""
        if self._play is not None:
            self._play.frame_shown(now)

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws what will happen, or the picture between the stamps."""
        if self._play is None:
            self._buttons = self._draw_briefing(canvas)
            return
        page, play = canvas.page, self._play
        self._draw_head(canvas, play)
        shown = play.on_show if not play.round.finished else None
        box, inside = draw_light_box(
            canvas, (page.centerx, page.top + 352), play.image_size, shown.pixels if shown else None
        )
        if shown is None:
            draw_waiting(canvas, inside, self._services.forger.status, play.error)
        if self._said is None:
            self._buttons = draw_answer_stamps(canvas, box)
            canvas.text(self._words.question, (page.centerx, page.bottom - 56), BODY, MUTED, anchor="center")
        else:
            self._buttons = draw_confidence_buttons(canvas, box, self._said[0])
        draw_keys(canvas, (("Esc", "leave"), ("F1", "help")), (page.left + 40, page.bottom - 38), "bottomleft")
        self._exits.draw(canvas)

    def _draw_briefing(self, canvas: Canvas) -> list[Button]:
        setup = self._setup
        short = setup.mode == Mode.SHORT_MEASURED
        what = f"{self._words.title} · {rung_name(setup.kimg)}, {number(setup.kimg)} kimg"
        texts = [text.format(count=setup.trial_count, half=setup.trial_count // 2) for text in _SENTENCES]
        options = []
        if self._of_length(Mode.SHORT_MEASURED).trial_count < self._of_length(Mode.MEASURED).trial_count:
            options.append(Option("short", "A short round", "20 + 20 pictures: the figures will be rougher.", short))
        options.append(confidence_option(self._services.settings))
        return draw_briefing(canvas, Mode.MEASURED, what, texts, options, self._focus)

    def _of_length(self, mode: Mode) -> RoundSetup:
        run, setup = self._services.lab.run(self._setup.run), self._setup
        return run.round_setup(setup.kimg, setup.seed, mode=mode) if run else setup

    def _draw_head(self, canvas: Canvas, play: RoundPlay) -> None:
        page, setup = canvas.page, play.round.setup
        title = "Measured, short" if setup.mode == Mode.SHORT_MEASURED else "Measured"
        spans: list[Span] = [(title, TEXT, "semibold"), (f" · {self._words.title}", MUTED, "regular")]
        canvas.spans(spans, (page.left + 40, page.top + 36), BODY, "midleft")
        rung = f"{rung_name(setup.kimg)}, {number(setup.kimg)} kimg"
        canvas.text(rung, (page.left + 40, page.top + 66), SMALL, MUTED, anchor="midleft")
        bar = pygame.FRect(page.centerx - 250, page.top + 32, 500, 8)
        progress_bar(canvas, bar, len(play.round.responses) / max(1, setup.trial_count))
        count = f"{play.round.number} of {setup.trial_count}"
        canvas.text(count, (page.right - 40, page.top + 36), BODY, TEXT, "semibold", "midright")
