"""A climb: of two pictures, which one is the fake? Every answer decides how good the next fake is."""

import pygame

from game.climb import Climb, ClimbTrial
from game.destinations import ShowClimb
from game.lineup_play import LineupPlay
from game.rules import Mode, RoundSetup
from game.screen import Replace, Stay, Transition
from game.services import Services
from game.ui.briefing import START, draw_briefing
from game.ui.canvas import Canvas, Span
from game.ui.charts import progress_bar
from game.ui.double_clicks import DoubleClicks
from game.ui.inputs import InputEvent, Key, PointerMoved, PointerPressed
from game.ui.light_box import draw_light_box, draw_waiting
from game.ui.lineup import draw_lineup
from game.ui.round_exits import RoundExits
from game.ui.round_head import draw_round_head
from game.ui.theme import BODY, MUTED, TEXT
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words, number

_PAIR = 2
_KEYS = {"left": 0, "1": 0, "right": 1, "2": 1}
_SENTENCES = (
    "You will see pairs of pictures: one is real, one is fake. Say which one is the fake. Take your time.",
    "Every answer decides how good the next fake is. That finds the point at which this GAN starts fooling you, in "
    "at most {count} pairs.",
    "Nobody tells you whether you are right until the end, because hints would change what is measured.",
    "You can leave at any time; a climb that is broken off does not count.",
)


class ClimbScreen:
    """First says what will happen, then asks pair by pair, and never says how it is going."""

    # Below the bar.
    badge_top = 60.0

    def __init__(self, services: Services, setup: RoundSetup) -> None:
        self._services = services
        self._setup = setup
        self._words = dataset_words(setup.dataset)
        self._play: LineupPlay | None = None
        self._climb: Climb | None = None
        # The side that has an edge: what the pointer is on, and after an answer what was chosen.
        self._marked: int | None = None
        self._exits = RoundExits("Your answers are kept, and count for nothing.")
        self._double_clicks = DoubleClicks()
        self._focus = Focus(START)
        self._buttons: list[Button] = []

    @property
    def waits_for_answer(self) -> bool:
        """Whether a pair is on show that has not been judged."""
        return self._play is not None and self._play.waits_for_answer

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Takes the start, then answers."""
        taken, transition = self._exits.handle(event, self._play)
        if taken:
            return transition
        if self._play is None:
            return self._handle_briefing(event, now)
        if not self._play.asks:
            return None
        if isinstance(event, PointerMoved):
            before, self._marked = self._marked, self._under(event.at)
            return Stay() if self._marked != before else None
        place = self._answer_of(event)
        if place is None or self._double_clicks.is_second(event, now) or not self._play.can_be_answered(now):
            return None
        self._double_clicks.take(event, now)
        return self._take(self._play, place, now)

    def _handle_briefing(self, event: InputEvent, now: float) -> Transition | None:
        chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        self._double_clicks.take(event, now)
        self._play = LineupPlay(self._services, self._setup)
        if self._play.rungs:
            self._climb = Climb(self._play.rungs, self._setup.seed)
            self._play.order(self._climb.next_kimg or self._setup.kimg, _PAIR)
        return Stay()

    def _under(self, at: tuple[float, float]) -> int | None:
        return next((int(button.name) for button in self._buttons if button.box.collidepoint(at)), None)

    def _answer_of(self, event: InputEvent) -> int | None:
        match event:
            case Key(name=name):
                return _KEYS.get(name)
            case PointerPressed(at=at):
                return self._under(at)
        return None

    def _take(self, play: LineupPlay, place: int, now: float) -> Transition:
        assert self._climb is not None
        trial = play.take(place, now)
        self._climb = self._climb.answered(ClimbTrial(trial.kimg, trial.right))
        kimg = self._climb.next_kimg
        if kimg is None:
            # A climb has no points; it has a threshold, which follows from its answers.
            play.finish(score=0)
            self._services.sounds.play("finish")
            return Replace(ShowClimb(self._setup, self._climb, play.trials, play.round_id))
        play.order(kimg, _PAIR)
        self._marked = place
        self._services.sounds.play("choose")
        return Stay()

    def update(self, now: float) -> Transition | None:
        """Shows a pair when it has come."""
        play = self._play
        if play is None:
            return None
        changed = play.poll()
        if play.ready and not play.asks and not self._exits.asking:
            play.show_next()
            self._marked = None
            return Stay()
        return Stay() if changed else None

    def frame_shown(self, now: float) -> None:
        """Starts the clock of a pair."""
        if self._play is not None:
            self._play.frame_shown(now)

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws what will happen, or the pair."""
        if self._play is None:
            count = self._setup.trial_count
            what = f"{self._words.title} · up to {number(self._setup.kimg)} kimg"
            texts = [text.format(count=count) for text in _SENTENCES]
            self._buttons = draw_briefing(canvas, Mode.CLIMB, what, texts, (), self._focus)
            return
        page, play = canvas.page, self._play
        self._draw_head(canvas, play)
        centre = (page.centerx, page.top + 332)
        if not play.on_show or play.error:
            self._buttons = []
            _, inside = draw_light_box(canvas, (page.centerx, page.top + 352), play.image_size, None)
            draw_waiting(canvas, inside, self._services.forger.status, play.error)
        else:
            pixels = [shown.pixels for shown in play.on_show]
            self._buttons = draw_lineup(canvas, centre, play.image_size, _PAIR, pixels, self._marked)
            for key, button in zip("←→", self._buttons, strict=True):
                draw_keys(canvas, ((key, ""),), (button.box.centerx - 19, button.box.bottom + 56), "bottomleft")
            canvas.text("Which one is the fake?", (page.centerx, page.bottom - 56), BODY, MUTED, anchor="center")
        draw_keys(canvas, (("Esc", "leave"), ("F1", "help")), (page.left + 40, page.bottom - 38), "bottomleft")
        self._exits.draw(canvas)

    def _draw_head(self, canvas: Canvas, play: LineupPlay) -> None:
        # Neither rung nor kimg: they would say how the answers were.
        page, count = canvas.page, self._setup.trial_count
        draw_round_head(canvas, "Climb", self._words.title, None)
        progress_bar(canvas, pygame.FRect(page.centerx - 250, page.top + 32, 500, 8), len(play.trials) / count)
        pair: list[Span] = [
            (f"pair {min(len(play.trials) + 1, count)}", TEXT, "semibold"),
            (f", at most {count}", MUTED, "regular"),
        ]
        canvas.spans(pair, (page.right - 40, page.top + 36), BODY, "midright")
