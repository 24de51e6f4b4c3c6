"""A flash: a glimpse of a picture, then masks, then the question; the next glimpse is shorter or longer."""

from dataclasses import replace
from enum import Enum, auto

import numpy as np
import pygame
from numpy.typing import NDArray

from game.countdown import BEAT_SECONDS, FIRST_BEAT_SECONDS, Countdown
from game.destinations import ShowFlash
from game.glimpse import BLANK, MASK_COUNT, PICTURE, Glimpse
from game.masks import mean_colour, scrambled_masks
from game.mode_words import mode_title
from game.round_play import RoundPlay
from game.rules import Exposure, Mode, Response, RoundSetup, Truth
from game.screen import Replace, Stay, Transition
from game.services import Services
from game.staircase import TRIAL_COUNT, Flash, FlashTrial
from game.ui.answer_stamps import answer_of, draw_answer_stamps
from game.ui.briefing import START, WHAT_WIDTH, Option, draw_briefing
from game.ui.canvas import Canvas
from game.ui.charts import progress_bar
from game.ui.inputs import Disturbed, InputEvent, Key, PointerPressed
from game.ui.light_box import draw_light_box, draw_waiting
from game.ui.round_exits import RoundExits
from game.ui.round_head import draw_round_head, title_line
from game.ui.theme import BODY, DESK, HEADING, INK, MUTED, SMALL, TEXT, Colour
from game.ui.widgets import Button, Focus, draw_keys
from game.ui.window import refresh_rate
from game.words import dataset_words

_WARNING = (
    "Pictures flicker: not for people with photosensitive epilepsy. Stop at once if you feel unwell; Esc ends the "
    "flicker."
)
_SENTENCES = (
    "Each picture is on show for a moment, then scrambled ones hide it. Say whether it was real or fake; a coin was "
    "tossed for each.",
    "After a right answer the next moment is shorter, after a wrong one longer, until you are right in 3 of 4. Nobody "
    "tells you which it was until the end.",
    "Your display shows {rate:.0f} frames a second: the shortest moment is {shortest:.0f} ms. "
    "A round that is broken off does not count.",
)
_SWITCHED_OFF = ("You have switched flickering pictures off, so this way to play is closed until you switch them on.",)
_NUMBER_SIZE = 150.0
# From here on dark letters are easier to read.
_BRIGHT = 128


class Stage(Enum):
    """Where a trial stands."""

    WAITING = auto()
    COUNTDOWN = auto()
    PAUSED = auto()
    FLASHING = auto()
    ASKED = auto()


class FlashScreen:
    """First warns and says what will happen; then trial by trial, in which nothing changes but the picture's place."""

    # Below the bar.
    badge_top = 60.0

    def __init__(self, services: Services, setup: RoundSetup) -> None:
        self._services = services
        self._setup = setup
        self._words = dataset_words(setup.dataset)
        self._play: RoundPlay | None = None
        self._flash = Flash(refresh_rate(), most_trials=setup.trial_count)
        self._stage = Stage.WAITING
        # Whether the player may be looking at something else while the pictures are made.
        self._away = False
        self._countdown: Countdown | None = None
        self._beat = FIRST_BEAT_SECONDS
        self._number_drawn = 0
        self._glimpse: Glimpse | None = None
        self._masks: tuple[NDArray[np.uint8], ...] = ()
        self._blank: Colour = DESK
        self._inside = pygame.FRect(0, 0, 1, 1)
        self._exits = RoundExits("Your answers are kept, and count for nothing.")
        self._focus = Focus(START if services.settings.flashing else "flashing")
        self._buttons: list[Button] = []

    @property
    def waits_for_answer(self) -> bool:
        """Whether a picture has been on show that has not been judged, and can be."""
        return self._stage is Stage.ASKED and self._play is not None and self._play.waits_for_answer

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Takes the start, answers, and whatever interrupts."""
        interrupted = event in (Disturbed(), Key("escape"), Key("f1")) and self._interrupt()
        taken, transition = self._exits.handle(event, self._play)
        if taken:
            return transition or (Stay() if interrupted else None)
        if self._play is None:
            return self._handle_briefing(event)
        if self._stage is Stage.PAUSED and (isinstance(event, PointerPressed) or event in (Key("space"), Key("enter"))):
            self._count_down(self._play, FIRST_BEAT_SECONDS)
            return Stay()
        return self._handle_answer(self._play, event, now) if self.waits_for_answer else None

    def _interrupt(self) -> bool:
        """Ends the flicker at once; a glimpse that has begun is asked about, but nobody knows how much was seen."""
        if self._stage is Stage.WAITING:
            self._away = self._play is not None
        if self._stage not in (Stage.COUNTDOWN, Stage.FLASHING):
            return False
        self._stage = Stage.ASKED if self._glimpse is not None and self._glimpse.begun else Stage.PAUSED
        self._glimpse = None
        return True

    def _handle_briefing(self, event: InputEvent) -> Transition | None:
        chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        if chosen == START:
            self._flash = Flash(refresh_rate(), most_trials=self._setup.trial_count)
            self._play = RoundPlay(self._services, self._setup)
        else:
            settings = self._services.settings
            self._services.change_settings(replace(settings, flashing=not settings.flashing))
        return Stay()

    def _handle_answer(self, play: RoundPlay, event: InputEvent, now: float) -> Transition | None:
        answer = answer_of(event, self._buttons)
        if answer is None:
            return None
        self._services.sounds.play("choose")
        return self._take(play, answer, now)

    def _take(self, play: RoundPlay, answer: Truth, now: float) -> Transition:
        frames, picture = self._flash.next_frames, play.round.current
        assert frames is not None and picture is not None
        shown_frames = self._glimpse.shown_frames if self._glimpse else 0
        flash = self._flash = self._flash.answered(FlashTrial(frames, shown_frames, answer is picture.truth))
        ended = flash.finished or play.round.number == len(play.round.pictures)
        exposure = Exposure(frames, shown_frames, 1 / flash.refresh_rate)
        # What says nothing is no finished round.
        play.take(Response(answer, *play.time(now), exposure=exposure), finishes=ended and not flash.refused)
        play.ask_next()
        if ended:
            self._services.sounds.play("finish")
            return Replace(ShowFlash(play.round.setup, flash))
        self._count_down(play, BEAT_SECONDS)
        return Stay()

    def _count_down(self, play: RoundPlay, beat_seconds: float) -> None:
        """Prepares a trial: its countdown begins when it can be seen."""
        assert play.shown is not None
        self._stage, self._countdown, self._glimpse, self._beat = Stage.COUNTDOWN, None, None, beat_seconds
        self._masks = scrambled_masks(play.shown, len(play.round.responses), MASK_COUNT, self._setup.seed)

    def update(self, now: float) -> Transition | None:
        """Begins the round when its pictures have come, and leads from the countdown to the question."""
        play = self._play
        if play is None:
            return None
        if play.poll():
            if play.shown is not None:
                self._blank = mean_colour(play.shown)
                self._count_down(play, FIRST_BEAT_SECONDS)
                if self._away:
                    self._stage = Stage.PAUSED
            return Stay()
        if self._stage is Stage.COUNTDOWN and self._countdown is not None:
            frames = self._flash.next_frames
            if now < self._countdown.end or frames is None:
                return Stay() if self._countdown.number(now) != self._number_drawn else None
            self._stage = Stage.FLASHING
            self._glimpse = Glimpse(frames, self._flash.refresh_rate, now + 1 / self._flash.refresh_rate)
        elif self._stage is Stage.FLASHING and self._glimpse is not None and self._glimpse.over:
            self._stage = Stage.ASKED
            return Stay()
        return None

    def frame_shown(self, now: float) -> None:
        """Starts the countdown, and later the clock of the question."""
        if self._play is None:
            return
        if self._stage is Stage.COUNTDOWN and self._countdown is None:
            self._countdown = Countdown(now, self._beat)
        elif self._stage is Stage.ASKED:
            self._play.frame_shown(now)

    def frame_due(self) -> float | None:
        """Returns when the next frame of a glimpse is due."""
        flashing = self._stage is Stage.FLASHING and self._glimpse is not None and not self._glimpse.over
        return self._glimpse.due if flashing and self._glimpse else None

    def frame_sent(self, start: float, end: float) -> None:
        """Notes when a frame of the glimpse was shown."""
        if self._glimpse is not None:
            self._glimpse.sent(start, end)

    def wait_seconds(self, now: float) -> float | None:
        """Returns how long the countdown's number stays, and 0 during a glimpse."""
        if self._stage is Stage.COUNTDOWN and self._countdown is not None:
            return self._countdown.seconds_to_change(now)
        return 0 if self._stage is Stage.FLASHING else None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws what will happen, or the light-box between the stamps, which are there all the time."""
        if self._play is None:
            self._buttons = self._draw_briefing(canvas)
            return
        page, play = canvas.page, self._play
        self._draw_head(canvas, play)
        box, self._inside = draw_light_box(canvas, (page.centerx, page.top + 352), play.image_size, None)
        self._buttons = draw_answer_stamps(canvas, box)
        if play.shown is None:
            draw_waiting(canvas, self._inside, self._services.forger.status, play.error)
        else:
            self._draw_place(canvas, play, now)
        draw_keys(canvas, (("Esc", "leave"), ("F1", "help")), (page.left + 40, page.bottom - 38), "bottomleft")
        self._buttons = self._exits.draw(canvas) or self._buttons

    def draw_part(self, canvas: Canvas) -> pygame.FRect:
        """Draws the picture's place as it is in the next frame of the glimpse, and returns it."""
        part = self._glimpse.part if self._glimpse is not None else BLANK
        if part == BLANK or self._play is None or self._play.on_show is None:
            canvas.bar(self._inside, self._blank)
        else:
            pixels = self._play.on_show.pixels if part == PICTURE else self._masks[part]
            canvas.large_picture(pixels, self._inside, layer=part)
        return self._inside

    def _draw_place(self, canvas: Canvas, play: RoundPlay, now: float) -> None:
        """Draws what is where the pictures come."""
        page, inside = canvas.page, self._inside
        colour = INK if sum(self._blank) > 3 * _BRIGHT else TEXT
        if self._stage is Stage.FLASHING:
            self.draw_part(canvas)
            return
        if self._stage is Stage.COUNTDOWN and play.on_show is not None:
            # Made now and covered, so that to show them later takes next to no time.
            for layer, pixels in ((PICTURE, play.on_show.pixels), *enumerate(self._masks)):
                canvas.large_picture(pixels, inside, layer)
        canvas.bar(inside, self._blank)
        if self._stage is Stage.COUNTDOWN:
            self._number_drawn = self._countdown.number(now) if self._countdown else 3
            still = self._services.settings.reduced_motion
            shown = "+" if still else str(self._number_drawn)
            if self._number_drawn:
                canvas.text(shown, inside.center, HEADING if still else _NUMBER_SIZE, colour, "semibold", "center")
        elif self._stage is Stage.ASKED:
            canvas.text("?", inside.center, _NUMBER_SIZE, colour, "semibold", "center")
            canvas.text(self._words.question, (page.centerx, page.bottom - 56), BODY, MUTED, anchor="center")
        elif self._stage is Stage.PAUSED:
            canvas.text("Ready?", inside.center, HEADING, colour, "semibold", "center")
            draw_keys(canvas, (("Space", "go on"),), (page.right - 40, page.bottom - 38), "bottomright")

    def _draw_briefing(self, canvas: Canvas) -> list[Button]:
        setup, on = self._setup, self._services.settings.flashing
        what = title_line(canvas, "", self._words.title, setup.kimg, WHAT_WIDTH)
        rate = self._flash.refresh_rate
        texts = [text.format(rate=rate, shortest=1000 / rate) for text in _SENTENCES] if on else _SWITCHED_OFF
        switch = Option("flashing", "Flickering pictures", "Off: none are shown to you, until you switch them on.", on)
        return draw_briefing(canvas, Mode.FLASH, what, texts, [switch], self._focus, _WARNING, ready=on)

    def _draw_head(self, canvas: Canvas, play: RoundPlay) -> None:
        page, setup, flash = canvas.page, play.round.setup, self._flash
        draw_round_head(canvas, mode_title(setup.mode), self._words.title, setup.kimg)
        clean, trials = len(flash.clean), min(TRIAL_COUNT, setup.trial_count)
        bar = pygame.FRect(page.centerx - 250, page.top + 32, 500, 8)
        progress_bar(canvas, bar, clean / max(1, trials))
        count = f"{min(clean + 1, trials)} of {trials}"
        canvas.text(count, (page.right - 40, page.top + 36), BODY, TEXT, "semibold", "midright")
        if flash.dropped:
            spoilt = f"{flash.dropped} did not count: frames were dropped"
            canvas.text(spoilt, (page.right - 40, page.top + 66), SMALL, MUTED, anchor="midright")
