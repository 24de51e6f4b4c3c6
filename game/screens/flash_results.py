"""What came of a flash: how long a look the player needs, the curve that says so, and how the trials went."""

from dataclasses import replace

import pygame

from game.destinations import ShowFlash
from game.interval_words import per_cent
from game.mode_words import mode_title
from game.screen import Transition
from game.screens.after_round import ACTIONS, after_round, way_out
from game.services import Services
from game.staircase import STEPS_DOWN, STEPS_UP, TRIAL_COUNT
from game.statistics import Proportion
from game.threshold import Place
from game.threshold_reports import flash_report, rounded
from game.ui.actions import draw_actions
from game.ui.canvas import Canvas
from game.ui.explained import Explanations, figure_name
from game.ui.flash_plot import flash_figure, level_name
from game.ui.inputs import InputEvent
from game.ui.psychometric_plot import CURVE, GUESSING, THREE_QUARTERS, THRESHOLD, psychometric_plot
from game.ui.round_head import title_line
from game.ui.staircase_plot import Step, staircase_plot
from game.ui.theme import BODY, LARGE, MUTED, PANEL, TEXT
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words

_SENTENCES = {
    CURVE: "The line is how often you are right after each time on show, as far as these answers tell; the band around "
    "it holds the truth with 90 % certainty.",
    THREE_QUARTERS: "Right in 3 of 4 pictures is half-way between knowing and guessing: where your curve crosses this "
    "line is the time that you need.",
    GUESSING: "Who guesses is right in 1 of 2 pictures, like a coin.",
}
_COURSE = (
    f"Each mark is one picture, and how high it lies how long it was on show: {STEPS_DOWN} step less after a right "
    f"answer, {STEPS_UP} steps more after a wrong one."
)
# What the sentences that are there in any case leave out.
_MEANING = (
    "Less is better. Against an earlier rung you should need less, against a later one more, if it forges better."
)
_CERTAINTY = f"{TRIAL_COUNT} pictures leave it open by so much; more rounds against the same rung would narrow it."
_COUNT = "This share is near 75 % for most players: the time on show follows your answers until it is."


class FlashResultsScreen:
    """The time on the left with what it means; on the right the curve, and below it the course of the trials."""

    def __init__(self, services: Services, shown: ShowFlash) -> None:
        self._services = services
        self._setup, self._flash = shown.setup, shown.flash
        self._words = dataset_words(self._setup.dataset)
        self._report = flash_report(self._flash)
        self._figure = flash_figure(self._flash)
        self._explanations = Explanations()
        self._focus = Focus("again")
        self._buttons: list[Button] = []

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Goes where the player wants."""
        leaving = way_out(event)
        if leaving is not None:
            return leaving
        chosen = self._focus.handle(event, self._buttons)
        return after_round(chosen, lambda: replace(self._setup, seed=self._services.next_seed()))

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
        self._draw_curve(canvas, pygame.FRect(page.left + 520, page.top + 34, 720, 326))
        self._draw_course(canvas, pygame.FRect(page.left + 520, page.top + 376, 720, 196))
        self._explanations.draw_line(canvas, pygame.FRect(page.left + 60, page.bottom - 138, 1160, 60), self._focus)
        actions = draw_actions(canvas, ACTIONS, self._focus)
        self._buttons = [*actions, *self._explanations.buttons]
        draw_keys(canvas, (("F1", "help"), ("Esc", "back")), (page.right - 60, page.bottom - 30), "bottomright")

    def _draw_found(self, canvas: Canvas, box: pygame.FRect) -> None:
        setup, report = self._setup, self._report
        head = title_line(canvas, f"{mode_title(setup.mode)} · ", self._words.title, setup.kimg, box.width)
        canvas.text(head, box.topleft, BODY, MUTED)
        y, found = box.top + 46, self._found()
        if found:
            big = canvas.text(found, (box.left - 2, box.top + 26), 62, TEXT, "bold")
            canvas.text("ms", (big.right + 14, big.bottom - 16), LARGE, MUTED, anchor="bottomleft")
            y = big.bottom + 14
        y = (
            canvas.paragraph(
                _unbroken(report.headline), pygame.FRect(box.left, y, box.width, 0), BODY + 2, TEXT, "semibold"
            )
            + 14
        )
        meanings = (_MEANING, *[_CERTAINTY] * (len(report.sentences) - 2), _COUNT)
        for place, sentence in enumerate(map(_unbroken, report.sentences)):
            line = pygame.FRect(box.left, y, box.width, canvas.paragraph_height(sentence, box.width, BODY - 1))
            if self._figure is not None:
                self._explanations.mark(canvas, f"sentence {place}", line, meanings[place], self._focus)
            y = canvas.paragraph(sentence, line, BODY - 1, MUTED) + 14

    def _found(self) -> str:
        """Returns the time in milliseconds as the largest figure of the page, or nothing where there is none."""
        if self._figure is None:
            return ""
        found = self._figure.threshold
        if found.place is Place.BELOW and found.high is not None:
            return f"< {rounded(found.high)}"
        # Without an upper end no time may be enough.
        if found.high is None and found.low is not None:
            return f"> {rounded(found.low)}"
        return "" if found.median is None else rounded(found.median)

    def _draw_curve(self, canvas: Canvas, box: pygame.FRect) -> None:
        figure = self._figure
        if figure is None:
            canvas.panel(box, PANEL)
            canvas.text("No curve: too few answers count.", box.center, BODY, MUTED, anchor="center")
            return
        frame = 1000 / self._flash.refresh_rate
        certainty = " ".join(self._report.sentences[1:-1]) or self._report.sentences[0]
        sentences = {**_SENTENCES, THRESHOLD: certainty}
        for level, tally in self._flash.tallies().items():
            sentences[level_name(level)] = _tally_sentence(level, frame * level, tally)
        pointed = next((part for part in sentences if figure_name(part) == self._focus.name), "")
        for part, place in psychometric_plot(canvas, box, figure, pointed).items():
            # What has the focus is lit by the plot itself.
            self._explanations.mark(canvas, part, place, sentences[part], Focus(""))

    def _draw_course(self, canvas: Canvas, box: pygame.FRect) -> None:
        flash, frame = self._flash, 1000 / self._flash.refresh_rate
        steps = [
            Step(flash.levels.index(trial.frames), None if trial.dropped else trial.right) for trial in flash.trials
        ]
        pointed = self._focus.name == figure_name("course")
        title = staircase_plot(
            canvas, box, "Picture by picture", steps, [rounded(frame * level) for level in flash.levels], pointed
        )
        self._explanations.mark(canvas, "course", title, _COURSE, Focus(""))


def _unbroken(sentence: str) -> str:
    """Returns a sentence in which no line ends between a figure and its unit."""
    return sentence.replace(" ms", "\u00a0ms")


def _tally_sentence(frames: int, milliseconds: float, tally: Proportion) -> str:
    of_frames = "1 frame" if frames == 1 else f"{frames} frames"
    pictures = "1 picture" if tally.trials == 1 else f"{tally.trials} pictures"
    return (
        f"After {rounded(milliseconds)} ms, which is {of_frames} of your display, you were right in {tally.successes} "
        f"of {pictures}: {per_cent(tally.estimate or 0.0, tally.interval())}."
    )
