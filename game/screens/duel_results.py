"""What came of a duel: who was fooled less, and by what; or of advice: how often it helped."""

from dataclasses import replace

import pygame

from game import statistics
from game.advice import advice_statistics
from game.agreement import TOO_FEW_TRIALS, agreement
from game.confidence_ratings import empirical_roc, rating_counts
from game.destinations import ShowDuel
from game.interval_words import Rate, per_cent
from game.mode_words import mode_title
from game.roc import equal_variance_roc, operating_point
from game.round_outcomes import consulted_trials, discriminator_counts, fooled_counts, judgements
from game.rules import Mode
from game.screen import Transition
from game.screens.after_round import ACTIONS, after_round, way_out
from game.services import Services
from game.signal_detection import yes_no_sensitivity
from game.ui.actions import draw_actions
from game.ui.advice_figures import draw_advice
from game.ui.canvas import Canvas, Span
from game.ui.charts import D_PRIME_ENDS, interval_bar, value_bar
from game.ui.explained import Explanations
from game.ui.fooled_table import draw_fooled_table
from game.ui.inputs import InputEvent
from game.ui.round_head import title_line
from game.ui.square_plot import ROC_TITLE, RocCurve, RocMark, plot_square, roc_plot
from game.ui.theme import BODY, FOCUS, MUTED, PANEL, SMALL, STREAK, TEXT
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words, number

# Of the two who judged; not those of real and fake.
_PLAYER, _DISCRIMINATOR = FOCUS, STREAK
_CURVES = (
    "Up and left is better, the dashed line is guessing. The curves are where other lines between real and fake would "
    "lead each of you"
)
_TRACED = "; the thin one joins what you would have scored by how sure you were."
_SCORE_SIZE = 62


class DuelResultsScreen:
    """The score, then what the figures say; each explains itself."""

    def __init__(self, services: Services, duel: ShowDuel) -> None:
        self._services = services
        self._duel = duel
        self._words = dataset_words(duel.round.setup.dataset)
        self._machine = discriminator_counts(duel.round)
        self._advice = advice_statistics(consulted_trials(duel.round))
        self._explanations = Explanations()
        self._focus = Focus("again")
        self._buttons: list[Button] = []

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Goes where the player wants."""
        leaving = way_out(event)
        if leaving is not None:
            return leaving
        chosen = self._focus.handle(event, self._buttons)
        return after_round(chosen, lambda: replace(self._duel.round.setup, seed=self._services.next_seed()))

    def update(self, now: float) -> Transition | None:
        """Returns None: nothing here changes by itself."""
        return None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the score on the left, what it is made of on the right."""
        page = canvas.page
        self._explanations.clear()
        left = pygame.FRect(page.left + 60, page.top + 34, 420, 540)
        right = pygame.FRect(page.left + 540, page.top + 38, 680, 536)
        self._draw_score(canvas, left)
        if self._duel.round.setup.mode == Mode.CONSULT:
            self._draw_advice(canvas, right)
        else:
            self._draw_fooled(canvas, right)
        self._explanations.draw_line(canvas, pygame.FRect(page.left + 60, page.bottom - 138, 1160, 60), self._focus)
        actions = draw_actions(canvas, ACTIONS, self._focus)
        self._buttons = [*actions, *self._explanations.buttons]
        draw_keys(canvas, (("F1", "help"), ("Esc", "back")), (page.right - 60, page.bottom - 30), "bottomright")

    def _draw_score(self, canvas: Canvas, box: pygame.FRect) -> None:
        setup = self._duel.round.setup
        head = title_line(canvas, f"{mode_title(setup.mode)} · ", self._words.title, setup.kimg, box.width)
        canvas.text(head, box.topleft, BODY, MUTED)
        player, machine = self._duel.round.counts, self._machine
        at, below = (box.left - 2, box.top + 26), (box.left, box.top + 106)
        if setup.mode == Mode.CONSULT:
            before, after = (
                self._advice.before.proportion.estimate or 0.0,
                self._advice.after.proportion.estimate or 0.0,
            )
            canvas.spans([(f"{per_cent(before)} → ", MUTED, "bold"), (per_cent(after), TEXT, "bold")], at, _SCORE_SIZE)
            canvas.text("Right before the advice, and after it.", below, BODY + 1, TEXT, "semibold")
        else:
            score: list[Span] = [
                (str(player.correct), _PLAYER, "bold"),
                (" : ", MUTED, "regular"),
                (str(machine.correct), _DISCRIMINATOR, "bold"),
            ]
            canvas.spans(score, at, _SCORE_SIZE)
            canvas.text(_who_won(player.correct, machine.correct), below, BODY + 1, TEXT, "semibold")
        y = self._draw_shares(canvas, pygame.FRect(box.left, box.top + 150, box.width, 46))
        for name, whom, counts in (("You", "you", player), ("The discriminator", "the discriminator", machine)):
            sensitivity = yes_no_sensitivity(counts)
            if sensitivity is not None:
                bar = pygame.FRect(box.left, y, box.width, 46)
                self._explanations.mark(canvas, f"d {whom}", bar, sensitivity.sentence_for(whom), self._focus)
                value_bar(canvas, bar, f"{name}, d′", sensitivity.d_prime, sensitivity.interval, D_PRIME_ENDS)
                y += 66
        accuracy = self._duel.accuracy
        if accuracy is not None and accuracy.estimate is not None:
            known = f"On {number(accuracy.trials)} other pictures of both kinds the discriminator is right in "
            known += f"{per_cent(accuracy.estimate)}."
            canvas.paragraph(known, pygame.FRect(box.left, y, box.width, 60), SMALL, MUTED)

    def _draw_shares(self, canvas: Canvas, bar: pygame.FRect) -> float:
        """Draws how often each of the two was right, and returns where the next bar has room."""
        for name, whom, counts in (
            ("You", "you", self._duel.round.counts),
            ("The discriminator", "the discriminator", self._machine),
        ):
            rate = Rate(
                f"{name}, right", statistics.accuracy(counts), f"the share of pictures that {whom} judged right"
            )
            self._explanations.mark(canvas, f"right {whom}", bar, rate.sentence, self._focus)
            interval_bar(canvas, bar, rate.name, rate.proportion)
            bar = bar.move(0, 66)
        return bar.top + 14

    def _draw_fooled(self, canvas: Canvas, box: pygame.FRect) -> None:
        fooled = fooled_counts(self._duel.round)
        canvas.text("Who was fooled?", box.topleft, BODY, TEXT, "semibold")
        table = pygame.FRect(box.left, box.top + 36, 310, 240)
        draw_fooled_table(canvas, table, fooled.together, self._explanations, self._focus)
        found = agreement(fooled)
        place = pygame.FRect(box.left, box.top + 304, 310, 46)
        if found is None:
            canvas.paragraph(TOO_FEW_TRIALS, place, SMALL, MUTED)
        else:
            self._explanations.mark(canvas, "kappa", place, found.sentence, self._focus)
            value_bar(canvas, place, "κ, alike", found.kappa, found.interval, (-1.0, 1.0))
        self._draw_curves(canvas, pygame.FRect(box.left + 350, box.top, box.width - 350, 386))
        panel = pygame.FRect(box.left, box.top + 416, box.width, 104)
        canvas.panel(panel, PANEL)
        canvas.paragraph(fooled.together.verdict, panel.inflate(-48, -40), BODY, TEXT, "semibold")

    def _draw_curves(self, canvas: Canvas, box: pygame.FRect) -> None:
        marks, curves = [], []
        for name, counts, colour in (("you", self._duel.round.counts, _PLAYER), ("it", self._machine, _DISCRIMINATOR)):
            point, sensitivity = operating_point(counts), yes_no_sensitivity(counts)
            if point is not None:
                marks.append(RocMark(point, colour, name))
            if sensitivity is not None:
                curves.append(RocCurve(equal_variance_roc(sensitivity.d_prime), colour))
        traced = empirical_roc(rating_counts(judgements(self._duel.round)))
        if traced:
            curves.append(RocCurve(traced, _PLAYER, thin=True))
            marks = [*(RocMark(point, _PLAYER, hollow=True) for point in traced[1:-1]), *marks]
        place = pygame.FRect(box.left, box.top + 36, box.width, box.height - 36)
        canvas.text(ROC_TITLE, (plot_square(place).left, box.top + 2), SMALL + 1, TEXT, "semibold")
        self._explanations.mark(canvas, "roc", place, _CURVES + (_TRACED if traced else "."), self._focus)
        roc_plot(canvas, place, curves, marks)

    def _draw_advice(self, canvas: Canvas, box: pygame.FRect) -> None:
        found = self._advice
        canvas.text("What the advice did", box.topleft, BODY, TEXT, "semibold")
        below = pygame.FRect(box.left, box.top + 44, box.width - 10, box.height - 44)
        draw_advice(canvas, below, found, self._explanations, self._focus)


def _who_won(player: int, machine: int) -> str:
    if player == machine:
        return "A draw with the discriminator."
    if player > machine:
        return "You beat the discriminator."
    return "The discriminator beat you."
