"""What a measured round says: how often the forger fooled its player, and what that proves."""

from dataclasses import replace

import pygame

from game.calibration import calibration, calibration_verdict
from game.confidence_ratings import area_under_roc, empirical_roc, rating_counts
from game.destinations import ShowMeasurement, ShowSignalDetection
from game.human_evaluation import round_errors
from game.interval_words import Rate, per_cent, with_interval
from game.luck import balanced_luck_verdict
from game.mode_words import mode_title
from game.response_times import response_times
from game.roc import equal_variance_roc, operating_point
from game.round_outcomes import judgements
from game.screen import Open, Transition
from game.screens.after_round import after_round, way_out
from game.services import Services
from game.signal_detection import TOO_FEW_TRIALS, yes_no_criterion, yes_no_sensitivity
from game.training_run import rung_title
from game.ui.actions import draw_actions
from game.ui.canvas import Canvas
from game.ui.charts import D_PRIME_ENDS, interval_bar, value_bar
from game.ui.explained import BARS_HINT, Explanations
from game.ui.figure_bars import CRITERION_ENDS, leaning_label
from game.ui.inputs import InputEvent, Key
from game.ui.luck_panel import draw_luck
from game.ui.mistakes import draw_mistakes
from game.ui.round_head import title_line
from game.ui.square_plot import FROM_CONFIDENCE, FROM_SENSITIVITY, ROC_TITLE, RocCurve, RocMark, plot_square, roc_plot
from game.ui.theme import BODY, FOCUS, LARGE, MUTED, REAL_TEXT, SMALL, STREAK, TEXT
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words

_CURVE = (
    "Up and left is better, the dashed line is guessing. The curve is where other lines between real and fake would "
    "lead you"
)
_TRACED = "; the yellow one joins what you would have scored by how sure you were."


class MeasurementScreen:
    """The figures on the left; on the right d′, its curve and times, or the pictures that were judged wrong."""

    def __init__(self, services: Services, measured: ShowMeasurement) -> None:
        self._services = services
        self._measured = measured
        self._words = dataset_words(measured.round.setup.dataset)
        self._judgements = judgements(measured.round)
        self._sensitivity = yes_no_sensitivity(measured.round.counts)
        self._shows_pictures = False
        self._explanations = Explanations()
        self._focus = Focus("again")
        self._buttons: list[Button] = []

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Goes where the player wants; Tab turns the page."""
        leaving = way_out(event)
        if leaving is not None:
            return leaving
        chosen = "turn" if event == Key("tab") else self._focus.handle(event, self._buttons)
        setup = self._measured.round.setup
        match chosen:
            case "line":
                title = f"This round: {self._words.title} · {rung_title(setup.kimg)}"
                return Open(ShowSignalDetection(self._measured.round.counts, title))
            case "turn":
                self._shows_pictures = not self._shows_pictures
        return after_round(chosen, lambda: replace(setup, seed=self._services.next_seed()))

    def update(self, now: float) -> Transition | None:
        """Returns None: nothing here changes by itself."""
        return None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the figures, and the page on the right."""
        page = canvas.page
        self._explanations.clear()
        self._draw_errors(canvas, pygame.FRect(page.left + 60, page.top + 34, 420, 560))
        right = pygame.FRect(page.left + 540, page.top + 38, 680, 536)
        if self._shows_pictures:
            trials = list(zip(self._measured.shown, self._measured.round.responses, strict=True))
            draw_mistakes(canvas, right, trials)
        else:
            self._draw_figures(canvas, right)
        self._explanations.draw_line(
            canvas, pygame.FRect(page.left + 60, page.bottom - 138, 1160, 60), self._focus, BARS_HINT
        )
        other_page = "Figures" if self._shows_pictures else "Mistakes"
        # Without d′ there is no line to draw.
        line = [("line", "Your line")] if self._sensitivity else []
        names = [("again", "Again"), ("change", "Change"), ("turn", other_page), *line, ("menu", "Menu")]
        actions = draw_actions(canvas, names, self._focus)
        self._buttons = [*actions, *self._explanations.buttons]
        hints = (("Tab", other_page.lower()), ("F1", "help"), ("Esc", "back"))
        draw_keys(canvas, hints, (page.right - 60, page.bottom - 30), "bottomright")

    def _draw_errors(self, canvas: Canvas, box: pygame.FRect) -> None:
        round_ = self._measured.round
        setup, counts = round_.setup, round_.counts
        errors = round_errors(counts)
        head = title_line(canvas, f"{mode_title(setup.mode)} · ", self._words.title, setup.kimg, box.width)
        canvas.text(head, box.topleft, BODY, MUTED)
        wrong = errors.error.proportion.estimate or 0.0
        self._explanations.mark(
            canvas, "error", pygame.FRect(box.left, box.top + 32, 360, 72), errors.error.sentence, self._focus
        )
        big = canvas.text(per_cent(wrong), (box.left - 2, box.top + 26), 62, TEXT, "bold")
        canvas.text("wrong", (big.right + 16, big.bottom - 16), LARGE, MUTED, anchor="bottomleft")
        canvas.text(
            f"{counts.trials - counts.correct} of {counts.trials} answers", (box.left, box.top + 108), BODY, MUTED
        )
        rates: tuple[tuple[str, Rate], ...] = (
            ("All answers", errors.error),
            ("Fakes that fooled you", errors.fake_error),
            ("Reals you doubted", errors.real_error),
        )
        for place, (label, rate) in enumerate(rates):
            bar = pygame.FRect(box.left, box.top + 152 + place * 72, box.width, 46)
            self._explanations.mark(canvas, f"rate {place}", bar, rate.sentence, self._focus)
            interval_bar(canvas, bar, label, rate.proportion)
        draw_luck(canvas, pygame.FRect(box.left, box.top + 368, box.width, 0), balanced_luck_verdict(counts))

    def _draw_figures(self, canvas: Canvas, box: pygame.FRect) -> None:
        counts = self._measured.round.counts
        sensitivity, criterion = self._sensitivity, yes_no_criterion(counts)
        left = pygame.FRect(box.left, box.top, 320, box.height)
        if sensitivity is None or criterion is None:
            canvas.paragraph(TOO_FEW_TRIALS, pygame.FRect(left.left, left.top, 320, 100), BODY, MUTED)
        else:
            bar = pygame.FRect(left.left, left.top, left.width, 46)
            self._explanations.mark(canvas, "d", bar, sensitivity.sentence, self._focus)
            value_bar(canvas, bar, "d′, skill", sensitivity.d_prime, sensitivity.interval, D_PRIME_ENDS)
            bar = bar.move(0, 72)
            self._explanations.mark(canvas, "c", bar, criterion.sentence, self._focus)
            value_bar(canvas, bar, leaning_label(criterion), criterion.c, criterion.interval, CRITERION_ENDS)
        self._draw_times(canvas, pygame.FRect(left.left, left.top + 160, left.width, 130))
        self._draw_confidence(canvas, pygame.FRect(left.left, left.top + 290, left.width, 230))
        self._draw_roc(canvas, pygame.FRect(box.left + 350, box.top, box.width - 350, 360))

    def _draw_times(self, canvas: Canvas, box: pygame.FRect) -> None:
        times = response_times(zip(self._measured.round.responses, self._measured.round.outcomes, strict=True))
        canvas.text("Time for an answer", box.topleft, BODY, TEXT, "semibold")
        for place, (label, time) in enumerate((("right", times.right), ("wrong", times.wrong))):
            y = box.top + 48 + place * 34
            canvas.text(label, (box.left, y), BODY, MUTED, anchor="midleft")
            if time is None:
                canvas.text("too few answers", (box.right, y), BODY, MUTED, anchor="midright")
                continue
            row = pygame.FRect(box.left, y - 14, box.width, 28)
            self._explanations.mark(canvas, f"time {label}", row, time.sentence, self._focus)
            written = f"{with_interval(time.seconds, time.interval)} s"
            canvas.text(written, (box.right, y), BODY, TEXT, "semibold", "midright")

    def _draw_confidence(self, canvas: Canvas, box: pygame.FRect) -> None:
        if not self._judgements:
            text = "Say how sure you are, and next time you see here whether you know what you know."
            canvas.paragraph(text, box, SMALL, MUTED)
            return
        found = calibration(self._judgements)
        canvas.text("Right when you were …", box.topleft, BODY, TEXT, "semibold")
        for place, rate in enumerate(found.by_confidence.values()):
            bar = pygame.FRect(box.left, box.top + 36 + place * 58, box.width, 44)
            self._explanations.mark(canvas, f"sure {place}", bar, rate.sentence, self._focus)
            interval_bar(canvas, bar, rate.name.lower(), rate.proportion, "never said")
        beside = pygame.FRect(box.right + 56, box.top + 156, 304, 80)
        canvas.paragraph(calibration_verdict(found), beside, SMALL, MUTED)

    def _draw_roc(self, canvas: Canvas, box: pygame.FRect) -> None:
        own = operating_point(self._measured.round.counts)
        marks = [] if own is None else [RocMark(own, FOCUS, "you")]
        curves = []
        if self._sensitivity is not None:
            curves.append(RocCurve(equal_variance_roc(self._sensitivity.d_prime), REAL_TEXT, FROM_SENSITIVITY))
        ratings = rating_counts(self._judgements)
        traced = empirical_roc(ratings)
        if traced:
            curves.append(RocCurve(traced, STREAK, FROM_CONFIDENCE))
            # The player's own point lies on one of them, and over it.
            marks = [*(RocMark(point, STREAK, hollow=True) for point in traced[1:-1]), *marks]
        place = pygame.FRect(box.left, box.top + 34, box.width, box.height - 34)
        square = plot_square(place)
        canvas.text(ROC_TITLE, (square.left, box.top + 2), SMALL + 1, TEXT, "semibold")
        self._explanations.mark(canvas, "roc", place, _CURVE + (_TRACED if traced else "."), self._focus)
        roc_plot(canvas, place, curves, marks)
        area = area_under_roc(ratings) if traced else None
        if area is not None:
            below = pygame.FRect(square.left, place.bottom + 22, square.width, 46)
            self._explanations.mark(canvas, "area", below, area.sentence, self._focus)
            value_bar(canvas, below, "Area", area.area, area.interval, (0.0, 1.0), digits=2, neutral=0.5)
