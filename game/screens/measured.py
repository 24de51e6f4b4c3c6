"""A measured round: half of the pictures are fake, and nothing is said about any answer until the end."""

import pygame

from game.destinations import ShowMeasurement
from game.mode_words import mode_title
from game.round_play import RoundPlay
from game.rules import Mode, Response, RoundSetup
from game.screen import Replace, Stay, Transition
from game.services import Services
from game.ui.answering import Answering
from game.ui.briefing import START, WHAT_WIDTH, Option, confidence_option, draw_briefing
from game.ui.canvas import Canvas
from game.ui.charts import progress_bar
from game.ui.double_clicks import DoubleClicks
from game.ui.inputs import InputEvent
from game.ui.light_box import draw_light_box, draw_waiting
from game.ui.round_exits import RoundExits
from game.ui.round_head import draw_round_head, title_line
from game.ui.theme import BODY, TEXT
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words

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
        self._answering = Answering()
        self._double_clicks = DoubleClicks()
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
        if not self._play.waits_for_answer or self._double_clicks.is_second(event, now):
            return None
        heard = self._answering.handle(event, self._play, now, self._services.settings.ask_confidence)
        if heard is None:
            return None
        self._double_clicks.take(event, now)
        # One sound for everything: it says that something was heard, and nothing else.
        self._services.sounds.play("choose")
        return self._take(self._play, heard) if isinstance(heard, Response) else heard

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

    def _take(self, play: RoundPlay, response: Response) -> Transition:
        assert play.shown is not None
        play.take(response)
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
        shown = play.on_show
        box, inside = draw_light_box(
            canvas, (page.centerx, page.top + 352), play.image_size, shown.pixels if shown else None
        )
        if shown is None:
            draw_waiting(canvas, inside, self._services.forger.status, play.error)
        self._buttons = self._answering.draw(canvas, box, self._words.question)
        draw_keys(canvas, (("Esc", "leave"), ("F1", "help")), (page.left + 40, page.bottom - 38), "bottomleft")
        self._buttons = self._exits.draw(canvas) or self._buttons

    def _draw_briefing(self, canvas: Canvas) -> list[Button]:
        setup = self._setup
        short = setup.mode == Mode.SHORT_MEASURED
        what = title_line(canvas, "", self._words.title, setup.kimg, WHAT_WIDTH)
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
        draw_round_head(canvas, mode_title(setup.mode), self._words.title, setup.kimg)
        bar = pygame.FRect(page.centerx - 250, page.top + 32, 500, 8)
        progress_bar(canvas, bar, len(play.round.responses) / max(1, setup.trial_count))
        # Nothing has been dealt where the forger is gone.
        count = f"{max(1, play.round.number)} of {setup.trial_count}"
        canvas.text(count, (page.right - 40, page.top + 36), BODY, TEXT, "semibold", "midright")
