"""What came of a flash: how long a look the player needs, the curve that says so, and how the trials went."""

from dataclasses import replace

import numpy as np
import pygame

from game.interval_words import per_cent
from game.screen import Back, Home, Open, PlayRound, Replace, ShowFlash, ShowHelp, Stay, Transition
from game.services import Services
from game.staircase import STEPS_DOWN, STEPS_UP
from game.statistics import Proportion
from game.threshold import Place, ThresholdEstimate
from game.threshold_reports import flash_report, rounded
from game.training_run import rung_name
from game.ui.canvas import Canvas
from game.ui.explained import Explanations
from game.ui.inputs import InputEvent, Key
from game.ui.psychometric_plot import PsychometricPlot, psychometric_plot
from game.ui.staircase_plot import Step, draw_step, staircase_plot
from game.ui.theme import BODY, LARGE, MUTED, PANEL, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_button, draw_keys
from game.words import dataset_words, number

_ACTIONS = (("again", "Again"), ("change", "Change"), ("menu", "Menu"))
# Of the curve; more can't be told from it.
_PLACES = 120
_COURSE = (
    f"Each mark is one picture, and how high it lies how long it was on show: {STEPS_DOWN} step less after a right "
    f"answer, {STEPS_UP} steps more after a wrong one."
)
_THRESHOLD = (
    "After so long on show you are right in 3 of 4 pictures: half-way between guessing, which is right in 2 of 4, and "
    "never being wrong."
)
_MEANING = (
    "Shorter is better: what the forger gets wrong, you see sooner. Practise, or take an earlier rung, and compare."
)
_CERTAINTY = "60 pictures leave it open by so much; more rounds against the same rung would narrow it."
_COUNT = "This share is near 75 % for most players: the time on show follows your answers until it is."
_BAND = (
    "The line is how often you are right after each time on show, as far as these answers tell; with 90 % certainty it "
    "runs inside the band."
)


class FlashResultsScreen:
    """The time on the left with what it means; on the right the curve, and below it the course of the trials."""

    def __init__(self, services: Services, shown: ShowFlash) -> None:
        self._services = services
        self._setup, flash = shown.setup, shown.flash
        self._flash = flash
        self._words = dataset_words(self._setup.dataset)
        self._report = flash_report(flash)
        self._threshold = flash.threshold
        # Made once: it takes longer than a frame.
        self._plot = self._make_plot()
        self._explanations = Explanations()
        self._focus = Focus("again")
        self._buttons: list[Button] = []

    def _make_plot(self) -> PsychometricPlot | None:
        flash, frame = self._flash, 1000 / self._flash.refresh_rate
        if flash.refused or not flash.clean:
            return None
        # A little beyond both ends, so that the dots there lie inside.
        frames = np.geomspace(flash.levels[0] / 1.2, flash.levels[-1] * 1.2, _PLACES).tolist()
        return PsychometricPlot(
            places=[frame * place for place in frames],
            curve=flash.curve(frames),
            tallies={frame * level: tally for level, tally in flash.tallies().items()},
            threshold=_in_milliseconds(self._threshold, frame),
            ticks=[frame * level for level in flash.levels],
            written=rounded,
            unit="milliseconds on show",
        )

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Goes where the player wants."""
        match event:
            case Key(name="escape"):
                return Back()
            case Key(name="f1"):
                return Open(ShowHelp())
        match self._focus.handle(event, self._buttons):
            case None:
                return None
            case "again":
                return Replace(PlayRound(replace(self._setup, seed=self._services.next_seed())))
            case "change":
                return Back()
            case "menu":
                return Home()
            case _:
                return Stay()

    def update(self, now: float) -> Transition | None:
        """Returns None: nothing here changes by itself."""
        return None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws what was found, and what it was found from."""
        page = canvas.page
        self._explanations.clear()
        self._draw_found(canvas, pygame.FRect(page.left + 60, page.top + 34, 420, 540))
        self._draw_curve(canvas, pygame.FRect(page.left + 530, page.top + 30, 690, 312))
        self._draw_course(canvas, pygame.FRect(page.left + 530, page.top + 356, 690, 212))
        self._explanations.draw_line(canvas, pygame.FRect(page.left + 60, page.bottom - 138, 1160, 60), self._focus)
        actions = [
            Button(
                name,
                pygame.FRect(page.left + 60 + place * 170, page.bottom - 72, 156, 52),
                label,
                "plain" if place else "primary",
            )
            for place, (name, label) in enumerate(_ACTIONS)
        ]
        for button in actions:
            draw_button(canvas, button, self._focus)
        self._buttons = [*actions, *self._explanations.buttons]
        draw_keys(canvas, (("F1", "help"), ("Esc", "back")), (page.right - 60, page.bottom - 30), "bottomright")

    def _draw_found(self, canvas: Canvas, box: pygame.FRect) -> None:
        setup, report = self._setup, self._report
        rung = f"{rung_name(setup.kimg)}, {number(setup.kimg)} kimg"
        canvas.text(f"Flash · {self._words.title} · {rung}", box.topleft, BODY, MUTED)
        y, found = box.top + 46, self._found()
        if found:
            place = pygame.FRect(box.left, box.top + 32, 300, 72)
            self._explanations.mark(canvas, "found", place, _THRESHOLD, self._focus)
            big = canvas.text(found, (box.left - 2, box.top + 26), 62, TEXT, "bold")
            canvas.text("ms", (big.right + 14, big.bottom - 16), LARGE, MUTED, anchor="bottomleft")
            y = big.bottom + 14
        y = canvas.paragraph(report.headline, pygame.FRect(box.left, y, box.width, 0), BODY + 2, TEXT, "semibold") + 14
        meanings = (_MEANING, *[_CERTAINTY] * (len(report.sentences) - 2), _COUNT)
        for place_of_sentence, sentence in enumerate(report.sentences):
            height = canvas.paragraph_height(sentence, box.width, BODY - 1)
            line = pygame.FRect(box.left, y, box.width, height)
            if found:
                meaning = meanings[place_of_sentence]
                self._explanations.mark(canvas, f"sentence {place_of_sentence}", line, meaning, self._focus)
            y = canvas.paragraph(sentence, line, BODY - 1, MUTED) + 14

    def _found(self) -> str:
        """Returns the time in milliseconds as the largest figure of the page, or nothing where there is none."""
        found, frame, levels = self._threshold, 1000 / self._flash.refresh_rate, self._flash.levels
        if found is None or not self._flash.clean:
            return ""
        match found.place:
            case Place.BELOW:
                return f"< {rounded(frame * levels[0])}"
            case Place.ABOVE:
                return f"> {rounded(frame * levels[-1])}"
            case Place.WITHIN if found.high is None and found.low is not None:
                return f"> {rounded(frame * found.low)}"
            case Place.WITHIN if found.median is not None:
                return rounded(frame * found.median)
            case _:
                return ""

    def _draw_curve(self, canvas: Canvas, box: pygame.FRect) -> None:
        canvas.text("How often you are right, by how long you look", box.topleft, SMALL + 1, TEXT, "semibold")
        below = pygame.FRect(box.left, box.top + 26, box.width, box.height - 26)
        if self._plot is None:
            canvas.panel(below, PANEL)
            canvas.text("No curve: too few answers count.", below.center, BODY, MUTED, anchor="center")
            return
        frame, levels = 1000 / self._flash.refresh_rate, self._flash.levels
        focused = next((level for level in levels if self._explanations.explains(f"level {level}", self._focus)), None)
        dots = psychometric_plot(canvas, below, self._plot, frame * focused if focused else None)
        for level, tally in self._flash.tallies().items():
            sentence = _level_sentence(level, frame * level, tally)
            # Its ring is drawn with the dot.
            self._explanations.mark(canvas, f"level {level}", dots[frame * level], sentence, Focus(""))
        self._explanations.mark(canvas, "curve", below, _BAND, Focus(""))

    def _draw_course(self, canvas: Canvas, box: pygame.FRect) -> None:
        title = canvas.text("Picture by picture", box.topleft, SMALL + 1, TEXT, "semibold")
        x = box.right - 14
        legend: tuple[tuple[bool | None, str], ...] = ((True, "right"), (False, "wrong"))
        if self._flash.dropped:
            legend = (*legend, (None, "frames were dropped"))
        for right, label in reversed(legend):
            written = canvas.text(label, (x, title.centery), SMALL - 2, MUTED, anchor="midright")
            draw_step(canvas, right, (written.left - 14, title.centery), 15)
            x = written.left - 38
        levels, frame = self._flash.levels, 1000 / self._flash.refresh_rate
        steps = [
            Step(levels.index(trial.frames), None if trial.dropped else trial.right) for trial in self._flash.trials
        ]
        below = pygame.FRect(box.left, box.top + 26, box.width, box.height - 26)
        staircase_plot(canvas, below, steps, levels, lambda level: rounded(frame * level))
        self._explanations.mark(canvas, "course", below, _COURSE, Focus(""))


def _in_milliseconds(found: ThresholdEstimate | None, frame: float) -> ThresholdEstimate | None:
    if found is None:
        return None
    low, median, high = (None if value is None else frame * value for value in (found.low, found.median, found.high))
    return replace(found, low=low, median=median, high=high)


def _level_sentence(frames: int, milliseconds: float, tally: Proportion) -> str:
    of_frames = "1 frame" if frames == 1 else f"{frames} frames"
    share = per_cent(tally.estimate or 0.0, tally.interval())
    return (
        f"After {rounded(milliseconds)} ms ({of_frames} of your display) you were right in {tally.successes} of "
        f"{tally.trials} pictures: {share}, with a 95 % interval."
    )
