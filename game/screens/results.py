"""What came of a round: the score, what it proves, and every picture with its truth beside the answer."""

from collections.abc import Sequence
from dataclasses import replace

import pygame

from game import statistics
from game.destinations import PlanRun, ShowHighScores, ShowResults
from game.interval_words import Rate
from game.luck import luck_verdict
from game.pictures import ShownPicture
from game.rules import MAX_STREAK_STEPS, POINTS_FOR_RIGHT, POINTS_PER_STREAK_STEP, Response, Truth
from game.screen import Open, Stay, Transition
from game.screens.after_round import after_round, way_out
from game.services import Services
from game.training_run import rung_name
from game.ui.canvas import Canvas, Span
from game.ui.explained import Explanations
from game.ui.figure_bars import FigureBars
from game.ui.fitted_text import first_that_fits, what_is_played
from game.ui.inputs import InputEvent, Key, PointerPressed
from game.ui.luck_panel import draw_luck
from game.ui.name_entry import NameEntry
from game.ui.stamps import draw_mark
from game.ui.text_field import draw_text_field
from game.ui.theme import BODY, FAKE, LARGE, MUTED, REAL, REAL_TEXT, RIGHT, SMALL, STREAK, TEXT, WRONG
from game.ui.widgets import Button, Focus, draw_button, draw_card, draw_keys
from game.words import dataset_words, number

COLUMNS = 7
_POINTS = (
    f"{POINTS_FOR_RIGHT} points for a right answer, and {POINTS_PER_STREAK_STEP} more for each right one just before, "
    f"up to {MAX_STREAK_STEPS * POINTS_PER_STREAK_STEP} more."
)
_LUCK = "How often a coin, tossed for each picture, gets so far: more rarely than once in 20 tries is no luck."
_INTERVAL_LEGENDS = ("[ ] and bar: where your true rate may well lie (95 %)", "[ ]: your true rate, 95 %")

_ACTIONS = (("again", "Again"), ("change", "Change"), ("scores", "High scores"), ("menu", "Menu"))


class ResultsScreen:
    """The results of one round; asks a guest for a name where the score belongs among the best."""

    def __init__(self, services: Services, results: ShowResults) -> None:
        self._services = services
        self._results = results
        setup = results.round.setup
        self._entry = NameEntry(services, setup, results.round_id, results.round.score)
        self._class_name = services.lab.class_name(setup)
        self._explanations = Explanations()
        self._focus = Focus("again")
        self._buttons: list[Button] = []

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Takes the name first, then goes where the player wants."""
        if self._entry.asking:
            return self._handle_name(event)
        leaving = way_out(event)
        if leaving is not None:
            return leaving
        setup = self._results.round.setup
        match chosen := self._focus.handle(event, self._buttons):
            case "scores":
                return Open(ShowHighScores(setup.dataset, setup.run, setup.kimg, setup.mode, setup.trial_count))
            case "train":
                return Open(PlanRun(setup.dataset))
            case _:
                return after_round(chosen, lambda: replace(setup, seed=self._services.next_seed()))

    def _handle_name(self, event: InputEvent) -> Transition | None:
        pressed = isinstance(event, PointerPressed) and self._focus.handle(event, self._buttons) == "keep"
        changed = self._entry.handle(Key("enter") if pressed else event)
        if not self._entry.asking:
            self._focus.name = "again"
        return Stay() if changed else None

    def update(self, now: float) -> Transition | None:
        """Returns None: nothing here changes by itself."""
        return None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the figures on the left, the pictures on the right."""
        self._entry.seen = True
        page = canvas.page
        self._explanations.clear()
        self._draw_figures(canvas, pygame.FRect(page.left + 60, page.top + 34, 420, page.height - 60))
        self._draw_pictures(canvas, pygame.FRect(page.left + 540, page.top + 38, 690, 500))
        place = pygame.FRect(page.left + 540, page.top + 600, 682, 58)
        if self._entry.asking:
            self._buttons = [Button("keep", pygame.FRect(place.right - 110, place.top + 5, 100, 48), "Keep")]
            self._draw_name(canvas, place)
            hints = [("Enter", "keep"), ("Esc", "no name")]
        else:
            self._buttons = [
                Button(
                    name,
                    pygame.FRect(place.left + index * 174, place.top, 160, 58),
                    label,
                    "plain" if index else "primary",
                )
                for index, (name, label) in enumerate(_ACTIONS)
            ]
            for button in self._buttons:
                draw_button(canvas, button, self._focus)
            self._draw_challenge(canvas, Button("train", pygame.FRect(page.left + 60, page.bottom - 90, 420, 66)))
            self._explanations.draw_line(canvas, pygame.FRect(place.left, page.top + 534, place.width, 60), self._focus)
            self._buttons += self._explanations.buttons
            hints = [("← →", "choose"), ("Enter", "go"), ("F1", "help"), ("Esc", "back")]
        draw_keys(canvas, hints, (page.right - 58, page.bottom - 24), "bottomright")

    def _draw_challenge(self, canvas: Canvas, button: Button) -> None:
        self._buttons.append(button)
        draw_card(canvas, button, self._focus)
        left, middle = button.box.left + 24, button.box.centery
        canvas.text("Think you can beat a better forger?", (left, middle - 14), SMALL, MUTED, anchor="midleft")
        canvas.text("Train one  ›", (left, middle + 14), SMALL + 1, TEXT, "semibold", "midleft")

    def _draw_figures(self, canvas: Canvas, box: pygame.FRect) -> None:
        round_ = self._results.round
        counts = round_.counts
        setup = round_.setup
        rung = f" · {rung_name(setup.kimg)}, {number(setup.kimg)} kimg"
        room, title = box.width - canvas.text_width(rung), dataset_words(setup.dataset).title
        canvas.text(what_is_played(canvas, title, self._class_name, room, BODY) + rung, box.topleft, BODY, MUTED)
        score = f"{number(round_.score)} points"
        if self._entry.listed:
            score += f" · {self._entry.praise}"
        self._explanations.mark(canvas, "points", pygame.FRect(box.left, box.top + 32, 300, 100), _POINTS, self._focus)
        canvas.text(f"{counts.correct} of {counts.trials}", (box.left - 2, box.top + 26), 62, TEXT, "bold")
        canvas.text(score, (box.left, box.top + 106), BODY + 1, STREAK)
        bars = FigureBars(
            canvas, pygame.FRect(box.left, box.top + 158, box.width, 46), 72, self._explanations, self._focus
        )
        bars.rate("right", Rate("Right", statistics.accuracy(counts), "the share of pictures that you judged right"))
        meaning = "the share of fakes that you called real"
        bars.rate("fooled", Rate("Fakes that fooled you", statistics.fooling_rate(counts), meaning))
        meaning = "the share of real pictures that you called fake"
        bars.rate("doubted", Rate("Reals you doubted", statistics.false_alarm_rate(counts), meaning))
        outcomes = (
            f"hits {counts.hits} of {counts.fakes}",
            f"false alarms {counts.false_alarms} of {counts.reals}",
            f"fooling rate {counts.misses} of {counts.fakes}",
        )
        # In the smallest windows texts are larger than the rest: the fooling rate is the bar's, and goes first.
        counted = (" · ".join(outcomes), " · ".join(outcomes[:2]))
        # Between the columns there is some air.
        room = box.width + 6
        canvas.text(first_that_fits(canvas, counted, room, SMALL - 2), (box.left, box.top + 362), SMALL - 2, MUTED)
        legend = first_that_fits(canvas, _INTERVAL_LEGENDS, room, SMALL - 2)
        canvas.text(legend, (box.left, box.top + 384), SMALL - 2, MUTED)
        verdict = luck_verdict(counts.correct, counts.trials)
        panel = pygame.FRect(box.left, box.top + 424, box.width, 158)
        self._explanations.mark(canvas, "luck", panel, _LUCK, self._focus)
        draw_luck(canvas, panel, verdict)

    def _draw_pictures(self, canvas: Canvas, box: pygame.FRect) -> None:
        # Where the judge's class is short enough to stand beside the truth.
        reading = "; grey: the judge" if any(len(shown.class_name) == 1 for shown in self._results.shown) else ""
        words = (f"fake   ·   below: the truth, your answer{reading}", "fake   ·   below: the truth, you")
        room = box.width - canvas.text_width("Your round   ■ real   ◆ ", SMALL, "semibold")
        legend: Sequence[Span] = (
            ("Your round   ", TEXT, "semibold"),
            ("■ ", REAL_TEXT, "regular"),
            ("real   ", MUTED, "regular"),
            ("◆ ", FAKE, "regular"),
            (first_that_fits(canvas, words, room, SMALL), MUTED, "regular"),
        )
        canvas.spans(legend, box.topleft, SMALL)
        step = box.width / COLUMNS
        trials = zip(self._results.shown, self._results.round.responses, self._results.round.outcomes, strict=True)
        for place, (shown, response, right) in enumerate(trials):
            row, column = divmod(place, COLUMNS)
            _draw_trial(canvas, shown, response, right, (box.left + column * step, box.top + 36 + row * 156), 90)

    def _draw_name(self, canvas: Canvas, box: pygame.FRect) -> None:
        canvas.panel(box)
        title = f"{self._entry.praise.capitalize()}. Your name:"
        asked = canvas.text(title, (box.left + 22, box.centery), BODY, TEXT, "semibold", "midleft")
        field = pygame.FRect(asked.right + 18, box.top + 7, box.right - asked.right - 138, 44)
        draw_text_field(canvas, self._entry.field.text, field, focused=True, size=LARGE - 4)
        for button in self._buttons:
            draw_button(canvas, button, self._focus)


def _draw_trial(
    canvas: Canvas, shown: ShownPicture, response: Response, right: bool, at: tuple[float, float], width: float
) -> None:
    fake = shown.picture.truth is Truth.FAKE
    room = pygame.FRect(at[0] + 2, at[1] + 2, width, width)
    frame = canvas.picture_box(room, len(shown.pixels)).inflate(5, 5)
    # Real: a round frame; fake: one with cut corners, like its stamp.
    if fake:
        canvas.bar(frame, FAKE)
    else:
        canvas.panel(frame, REAL, None, 10)
    canvas.picture(shown.pixels, frame.inflate(-5, -5))
    left, y = frame.left + 2, frame.bottom + 15
    canvas.text("◆" if fake else "■", (left, y), SMALL - 1, FAKE if fake else REAL_TEXT, anchor="midleft")
    colour = FAKE if fake else REAL_TEXT
    truth = canvas.text(shown.picture.truth, (left + 20, y), SMALL - 1, colour, "semibold", "midleft")
    draw_mark(canvas, right, (left + 7, y + 24), 15)
    canvas.text(response.answer, (left + 20, y + 24), SMALL - 1, RIGHT if right else WRONG, anchor="midleft")
    # What the judge sees, where there is room for it: a digit.
    if len(shown.class_name) == 1:
        # A frame may be narrower than the words below it.
        end = max(frame.right - 6, left + 68)
        if truth.right + canvas.text_width(shown.class_name, SMALL - 1) < end:
            canvas.text(shown.class_name, (end, y), SMALL - 1, MUTED, anchor="midright")
