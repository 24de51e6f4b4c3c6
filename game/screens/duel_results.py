"""What came of a duel: who was fooled less, and by what; or of advice: how often it helped."""

from dataclasses import replace

import pygame

from game import statistics
from game.advice import ConsultedTrial, advice_statistics
from game.agreement import TOO_FEW_TRIALS, agreement, count_fooled
from game.confidence_ratings import Judgement, empirical_roc, rating_counts
from game.interval_words import Rate
from game.mode_words import mode_words
from game.roc import RocPoint, equal_variance_roc
from game.rules import Mode, Round, Truth
from game.screen import Back, Home, Open, PlayRound, Replace, ShowDuel, ShowHelp, Stay, Transition
from game.services import Services
from game.signal_detection import yes_no_sensitivity
from game.statistics import SignalCounts
from game.training_run import rung_name
from game.ui.advice_figures import draw_advice
from game.ui.canvas import Canvas, Span
from game.ui.charts import interval_bar, value_bar
from game.ui.explained import Explanations
from game.ui.fooled_table import draw_fooled_table
from game.ui.inputs import InputEvent, Key
from game.ui.square_plot import RocCurve, RocMark, roc_plot
from game.ui.theme import BODY, FAKE, FOCUS, MUTED, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_button, draw_keys
from game.words import dataset_words, number

_ACTIONS = (("again", "Again"), ("change", "Change"), ("menu", "Menu"))
_D_PRIME_ENDS = (-1.0, 4.0)
# Of the two who judged.
_PLAYER, _DISCRIMINATOR = FOCUS, FAKE
_POINTS = "Up is better, left is better: on the dashed line one guesses."


class DuelResultsScreen:
    """The score, then what the figures say; each explains itself."""

    def __init__(self, services: Services, duel: ShowDuel) -> None:
        self._services = services
        self._duel = duel
        self._words = dataset_words(duel.round.setup.dataset)
        self._machine = machine_counts(duel.round)
        self._explanations = Explanations()
        self._focus = Focus("again")
        self._buttons: list[Button] = []

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
                return Replace(PlayRound(replace(self._duel.round.setup, seed=self._services.next_seed())))
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
        actions = [
            Button(name, pygame.FRect(page.left + 60 + place * 170, page.bottom - 72, 156, 52), label, look)
            for place, (name, label) in enumerate(_ACTIONS)
            for look in ("plain" if place else "primary",)
        ]
        for button in actions:
            draw_button(canvas, button, self._focus)
        self._buttons = [*actions, *self._explanations.buttons]
        draw_keys(canvas, (("F1", "help"), ("Esc", "back")), (page.right - 60, page.bottom - 30), "bottomright")

    def _draw_score(self, canvas: Canvas, box: pygame.FRect) -> None:
        round_ = self._duel.round
        setup, player, machine = round_.setup, round_.counts, self._machine
        rung = f"{rung_name(setup.kimg)}, {number(setup.kimg)} kimg"
        canvas.text(f"{mode_words(setup.mode).title} · {self._words.title} · {rung}", box.topleft, BODY, MUTED)
        score: list[Span] = [
            (str(player.correct), _PLAYER, "bold"),
            (" : ", MUTED, "regular"),
            (str(machine.correct), _DISCRIMINATOR, "bold"),
        ]
        canvas.spans(score, (box.left - 2, box.top + 26), 62)
        canvas.text(_who_won(player.correct, machine.correct), (box.left, box.top + 106), BODY + 1, TEXT, "semibold")
        rates = (
            Rate("You", statistics.accuracy(player), "the share of pictures that you judged right"),
            Rate(
                "The discriminator",
                statistics.accuracy(machine),
                "the share of pictures that the discriminator judged right",
            ),
        )
        for place, rate in enumerate(rates):
            bar = pygame.FRect(box.left, box.top + 150 + place * 72, box.width, 46)
            self._explanations.mark(canvas, f"right {place}", bar, rate.sentence, self._focus)
            interval_bar(canvas, bar, f"{rate.name}, right", rate.proportion)
        y = box.top + 310
        for name, counts in (("You", player), ("The discriminator", machine)):
            sensitivity = yes_no_sensitivity(counts)
            bar = pygame.FRect(box.left, y, box.width, 46)
            if sensitivity is not None:
                sentence = sensitivity.sentence if name == "You" else sensitivity.sentence.replace("for you", "for it")
                self._explanations.mark(canvas, f"d {name}", bar, sentence, self._focus)
                value_bar(canvas, bar, f"{name}, d′", sensitivity.d_prime, sensitivity.interval, _D_PRIME_ENDS)
                y += 72
        if self._duel.accuracy is not None and self._duel.accuracy.estimate is not None:
            known = f"On {number(self._duel.accuracy.trials)} pictures like these it is right in "
            known += f"{100 * self._duel.accuracy.estimate:.0f} %."
            canvas.paragraph(known, pygame.FRect(box.left, y, box.width, 60), SMALL, MUTED)

    def _draw_fooled(self, canvas: Canvas, box: pygame.FRect) -> None:
        round_ = self._duel.round
        truths = [picture.truth for picture in round_.pictures]
        verdicts = _verdicts(round_)
        fooled = count_fooled(
            zip(
                round_.outcomes,
                (verdict is truth for verdict, truth in zip(verdicts, truths, strict=True)),
                strict=True,
            )
        )
        canvas.text("Who was fooled?", box.topleft, BODY, TEXT, "semibold")
        table = pygame.FRect(box.left, box.top + 36, 310, 240)
        draw_fooled_table(canvas, table, fooled, self._explanations, self._focus)
        found = agreement(fooled)
        place = pygame.FRect(box.left, box.top + 318, 310, 46)
        if found is None:
            canvas.paragraph(TOO_FEW_TRIALS, pygame.FRect(box.left, box.top + 312, 310, 120), SMALL, MUTED)
        else:
            self._explanations.mark(canvas, "kappa", place, found.sentence, self._focus)
            value_bar(canvas, place, "κ, alike", found.kappa, found.interval, (-1.0, 1.0))
        marks, curves = [], []
        for name, counts, colour in (("you", round_.counts, _PLAYER), ("it", self._machine, _DISCRIMINATOR)):
            false_alarms, misses = statistics.false_alarm_rate(counts), statistics.fooling_rate(counts)
            point = RocPoint(false_alarms.estimate or 0.0, 1 - (misses.estimate or 0.0))
            marks.append(RocMark(point, colour, name))
            sensitivity = yes_no_sensitivity(counts)
            if sensitivity is not None:
                curves.append(RocCurve(equal_variance_roc(sensitivity.d_prime), colour))
        traced = empirical_roc(rating_counts(_judgements(round_)))
        if traced:
            curves.append(RocCurve(traced, _PLAYER, dashed=True))
        canvas.text("Fakes found against reals doubted", (box.left + 376, box.top + 2), SMALL + 1, TEXT, "semibold")
        square = roc_plot(canvas, pygame.FRect(box.left + 350, box.top + 36, box.width - 350, 350), curves, marks)
        self._explanations.mark(canvas, "roc", square, _POINTS, Focus(""))

    def _draw_advice(self, canvas: Canvas, box: pygame.FRect) -> None:
        found = advice_statistics(consulted_trials(self._duel.round))
        canvas.text("What the advice did", box.topleft, BODY, TEXT, "semibold")
        below = pygame.FRect(box.left, box.top + 44, box.width - 10, box.height - 44)
        draw_advice(canvas, below, found, self._explanations, self._focus)


def machine_counts(round_: Round) -> SignalCounts:
    """Returns the discriminator's outcomes on the pictures that were answered."""
    pairs = [(picture.truth, verdict) for picture, verdict in zip(round_.pictures, _verdicts(round_), strict=False)]
    return SignalCounts(
        hits=pairs.count((Truth.FAKE, Truth.FAKE)),
        misses=pairs.count((Truth.FAKE, Truth.REAL)),
        false_alarms=pairs.count((Truth.REAL, Truth.FAKE)),
        correct_rejections=pairs.count((Truth.REAL, Truth.REAL)),
    )


def consulted_trials(round_: Round) -> list[ConsultedTrial]:
    """Returns the trials of a round with advice: what was said before it, the advice, and what was said then."""
    return [
        ConsultedTrial(picture.truth, response.advice.first_answer, response.advice.verdict, response.answer)
        for picture, response in zip(round_.pictures, round_.responses, strict=False)
        if response.advice is not None and response.advice.first_answer is not None
    ]


def _judgements(round_: Round) -> list[Judgement]:
    return [
        Judgement(picture.truth, response.answer, response.confidence)
        for picture, response in zip(round_.pictures, round_.responses, strict=True)
        if response.confidence is not None
    ]


def _verdicts(round_: Round) -> list[Truth]:
    return [response.advice.verdict for response in round_.responses if response.advice is not None]


def _who_won(player: int, machine: int) -> str:
    if player == machine:
        return "A draw with the discriminator."
    if player > machine:
        return "You beat the discriminator."
    return "The discriminator beat you."
