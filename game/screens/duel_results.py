"""What came of a duel: who was fooled less, and by what; or of advice: how often it helped."""

from dataclasses import replace

import pygame

from game.advice import advice_statistics
from game.agreement import TOO_FEW_TRIALS, agreement
from game.calibration import calibration, calibration_verdict
from game.confidence_ratings import empirical_roc, rating_counts
from game.destinations import ShowDuel
from game.interval_words import per_cent
from game.luck import luck_verdict
from game.mode_words import mode_title
from game.round_outcomes import consulted_trials, discriminator_counts, fooled_counts, judgements
from game.rules import Mode
from game.screen import Transition
from game.screens.after_round import ACTIONS, after_round, way_out
from game.services import Services
from game.statistics import SignalCounts
from game.ui.actions import draw_actions
from game.ui.advice_figures import draw_advice
from game.ui.canvas import Canvas, Span
from game.ui.charts import value_bar
from game.ui.duel_figures import DISCRIMINATOR, PLAYER, draw_duel_bars, duel_curves
from game.ui.explained import BARS_HINT, Explanations
from game.ui.figure_bars import FigureBars
from game.ui.fooled_table import draw_fooled_table
from game.ui.inputs import InputEvent
from game.ui.round_head import title_line
from game.ui.square_plot import ROC_TITLE, plot_square, roc_plot
from game.ui.theme import BODY, MUTED, PANEL, RIGHT, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words, number

_CURVES = (
    "Up and left is better, the dashed line is guessing. The curves are where other lines between real and fake would "
    "lead each of you"
)
_TRACED = "; the thin one joins what you would have scored by how sure you were."
_SCORE_SIZE = 62
_STEP = 52.0


class DuelResultsScreen:
    """The score, then what the figures say; each explains itself."""

    def __init__(self, services: Services, duel: ShowDuel) -> None:
        self._services = services
        self._duel = duel
        self._words = dataset_words(duel.round.setup.dataset)
        self._machine = discriminator_counts(duel.round)
        self._judgements = judgements(duel.round)
        self._advice = advice_statistics(consulted_trials(duel.round))
        self._consulted = duel.round.setup.mode == Mode.CONSULT
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
        if self._consulted:
            self._draw_advice(canvas, right)
        else:
            self._draw_fooled(canvas, right)
        self._explanations.draw_line(
            canvas, pygame.FRect(page.left + 60, page.bottom - 138, 1160, 60), self._focus, BARS_HINT
        )
        actions = draw_actions(canvas, ACTIONS, self._focus)
        self._buttons = [*actions, *self._explanations.buttons]
        draw_keys(canvas, (("F1", "help"), ("Esc", "back")), (page.right - 60, page.bottom - 30), "bottomright")

    def _draw_score(self, canvas: Canvas, box: pygame.FRect) -> None:
        setup = self._duel.round.setup
        head = title_line(canvas, f"{mode_title(setup.mode)} · ", self._words.title, setup.kimg, box.width)
        canvas.text(head, box.topleft, BODY, MUTED)
        player, machine = self._duel.round.counts, self._machine
        at, below = (box.left - 2, box.top + 26), (box.left, box.top + 106)
        if self._consulted:
            before, after = (
                self._advice.before.proportion.estimate or 0.0,
                self._advice.after.proportion.estimate or 0.0,
            )
            canvas.spans([(f"{per_cent(before)} → ", MUTED, "bold"), (per_cent(after), TEXT, "bold")], at, _SCORE_SIZE)
            canvas.text("Right before the advice, and after it.", below, BODY + 1, TEXT, "semibold")
        else:
            score: list[Span] = [
                (str(player.correct), PLAYER, "bold"),
                (" : ", MUTED, "regular"),
                (str(machine.correct), DISCRIMINATOR, "bold"),
            ]
            canvas.spans(score, at, _SCORE_SIZE)
            canvas.text(_who_won(player.correct, machine.correct), below, BODY + 1, TEXT, "semibold")
        self._draw_luck(canvas, pygame.FRect(box.left, box.top + 134, box.width, 24))
        place = pygame.FRect(box.left, box.top + 170, box.width, 46)
        bars = FigureBars(canvas, place, _STEP, self._explanations, self._focus)
        draw_duel_bars(bars, self._own, self._machine, first=self._consulted)
        accuracy = self._duel.accuracy
        if accuracy is not None and accuracy.estimate is not None:
            share = per_cent(accuracy.estimate, accuracy.interval()).replace(" ", "\u00a0")
            known = f"On {number(accuracy.trials)} other pictures the discriminator is right in {share}."
            canvas.paragraph(known, pygame.FRect(box.left, bars.bottom + 4, box.width, 60), SMALL, MUTED)

    @property
    def _own(self) -> SignalCounts:
        """The player's outcomes before any advice: afterwards they are not the player's alone."""
        return self._advice.first if self._consulted else self._duel.round.counts

    def _draw_luck(self, canvas: Canvas, line: pygame.FRect) -> None:
        verdict = luck_verdict(self._own.correct, self._own.trials)
        self._explanations.mark(canvas, "luck", line, verdict.explanation, self._focus)
        whose = "First answers: " if self._consulted else ""
        colour = RIGHT if verdict.convincing else MUTED
        canvas.text(f"{whose}{verdict.headline}", line.midleft, SMALL + 1, colour, anchor="midleft")

    def _draw_fooled(self, canvas: Canvas, box: pygame.FRect) -> None:
        fooled = fooled_counts(self._duel.round)
        canvas.text("Who was fooled?", box.topleft, BODY, TEXT, "semibold")
        table = pygame.FRect(box.left, box.top + 36, 310, 186 if self._judgements else 240)
        draw_fooled_table(canvas, table, fooled.together, self._explanations, self._focus)
        found = agreement(fooled)
        place = pygame.FRect(box.left, table.bottom + (20 if self._judgements else 28), 310, 46)
        if found is None:
            below = canvas.paragraph(TOO_FEW_TRIALS, place, SMALL, MUTED)
        else:
            self._explanations.mark(canvas, "kappa", place, found.sentence, self._focus)
            value_bar(canvas, place, "κ, alike", found.kappa, found.interval, (-1.0, 1.0))
            below = place.bottom
        if self._judgements:
            self._draw_calibration(canvas, pygame.FRect(box.left, below + 14, 310, 0))
        self._draw_curves(canvas, pygame.FRect(box.left + 350, box.top, box.width - 350, 386))
        panel = pygame.FRect(box.left, box.top + 408, box.width, 120)
        canvas.panel(panel, PANEL)
        canvas.paragraph(fooled.together.verdict, panel.inflate(-48, -40), BODY, TEXT, "semibold")

    def _draw_calibration(self, canvas: Canvas, box: pygame.FRect) -> None:
        found = calibration(self._judgements)
        said = calibration_verdict(found)
        box.height = canvas.paragraph_height(said, box.width, SMALL)
        sentences = " ".join(rate.sentence for rate in found.by_confidence.values())
        self._explanations.mark(canvas, "calibration", box, sentences, self._focus)
        canvas.paragraph(said, box, SMALL, MUTED)

    def _draw_curves(self, canvas: Canvas, box: pygame.FRect) -> None:
        traced = empirical_roc(rating_counts(self._judgements))
        curves, marks = duel_curves(self._duel.round.counts, self._machine, traced)
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
