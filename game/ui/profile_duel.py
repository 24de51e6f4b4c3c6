"""The overviews of duels and of consulting: the player beside the discriminator."""

import pygame

from game import statistics
from game.agreement import TOO_FEW_TRIALS, agreement
from game.interval_words import Rate
from game.luck import luck_verdict
from game.profile import DuelFigures, Profile
from game.signal_detection import yes_no_sensitivity
from game.ui.advice_figures import draw_advice
from game.ui.canvas import Canvas
from game.ui.charts import value_bar
from game.ui.explained import Explanations
from game.ui.figure_bars import FigureBars
from game.ui.fooled_table import draw_fooled_table
from game.ui.profile_overview import columns, curve_of, draw_calibration, draw_roc, own_point, traced_roc
from game.ui.square_plot import RocCurve, RocMark
from game.ui.theme import BODY, FOCUS, MUTED, RIGHT, SMALL, STREAK, TEXT
from game.ui.widgets import Focus

_MIXED = "κ, d′ and c belong to one rung, and these pictures are of several: choose one at the top right."
_MIXED_FIRST = "d′ and c belong to one rung, and these pictures are of several: choose one at the top right."
_OF_ADVICE = "Helped and misled are shares of those pictures alone in which it could have happened."
_STEP = 52.0
_POINTS = "Up is better, left is better: on the dashed line one guesses."
_TRACED = " The thin curve joins what you would have scored by how sure you were."
# Of the two who judged; not those of real and fake.
_PLAYER, _DISCRIMINATOR = FOCUS, STREAK


def draw_duels(canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus) -> None:
    """Draws who was right how often on the left, who was fooled in the middle, both on the ROC plot on the right."""
    duel = profile.duel
    if duel is None or not duel.fooled.together.trials:
        which = "with the run's newest discriminator at this rung" if duel and duel.earlier else "to count"
        canvas.paragraph(f"There is no duel {which} yet.", box, BODY, MUTED)
        return
    left, middle, right = columns(box)
    _draw_sides(canvas, left, profile, duel, explanations, focus)
    canvas.text("Who was fooled?", middle.topleft, BODY, TEXT, "semibold")
    table = pygame.FRect(middle.left, middle.top + 36, middle.width, 186)
    draw_fooled_table(canvas, table, duel.fooled.together, explanations, focus)
    found = None if profile.mixes_rungs else agreement(duel.fooled)
    if found is None:
        sentence = _MIXED if profile.mixes_rungs else TOO_FEW_TRIALS
        canvas.paragraph(sentence, pygame.FRect(middle.left, table.bottom + 14, middle.width, 80), SMALL, MUTED)
    else:
        bar = pygame.FRect(middle.left, table.bottom + 24, middle.width, 46)
        explanations.mark(canvas, "kappa", bar, found.sentence, focus)
        value_bar(canvas, bar, "κ, alike", found.kappa, found.interval, (-1.0, 1.0))
    luck = luck_verdict(duel.player.correct, duel.player.trials)
    verdict = pygame.FRect(box.left, box.top + 316, middle.right - box.left, 60)
    canvas.paragraph(f"{duel.fooled.together.verdict} Against a coin, {luck.headline}", verdict, SMALL, TEXT)
    _draw_curves(canvas, right, profile, duel, explanations, focus)


def _draw_curves(
    canvas: Canvas,
    box: pygame.FRect,
    profile: Profile,
    duel: DuelFigures,
    explanations: Explanations,
    focus: Focus,
) -> None:
    marks = [*own_point(duel.player, _PLAYER, "you"), *own_point(duel.discriminator, _DISCRIMINATOR, "it")]
    curves = []
    if not profile.mixes_rungs:
        curves = [
            *curve_of(yes_no_sensitivity(duel.player), _PLAYER),
            *curve_of(yes_no_sensitivity(duel.discriminator), _DISCRIMINATOR),
        ]
    traced = traced_roc(profile)
    if traced:
        curves.append(RocCurve(traced, _PLAYER, thin=True))
        # The player's own point lies on one of them, and over it.
        marks = [*(RocMark(point, _PLAYER, hollow=True) for point in traced[1:-1]), *marks]
    words = draw_calibration(canvas, box, profile, explanations, focus)
    square = draw_roc(canvas, box, curves, marks, box.height - (words + 44 if words else 10))
    explanations.mark(canvas, "roc", square, _POINTS + (_TRACED if traced else ""), Focus(""))


def _draw_sides(
    canvas: Canvas,
    box: pygame.FRect,
    profile: Profile,
    duel: DuelFigures,
    explanations: Explanations,
    focus: Focus,
) -> None:
    bars = FigureBars(canvas, pygame.FRect(box.left, box.top, box.width, 46), _STEP, explanations, focus)
    you, it = duel.player, duel.discriminator
    luck = luck_verdict(you.correct, you.trials)
    rate = Rate("You, right", statistics.accuracy(you), "the share of pictures that you judged right")
    bars.rate("right you", rate, f"{luck.headline} {luck.explanation}")
    meaning = "the share of pictures that the discriminator judged right"
    bars.rate("right it", Rate("The discriminator, right", statistics.accuracy(it), meaning))
    bars.rate("fooled", Rate("You, fooled", statistics.fooling_rate(you), "the share of fakes that you called real"))
    if profile.mixes_rungs:
        return
    bars.sensitivity("You, d′", you)
    bars.criterion("You, c", you)
    if yes_no_sensitivity(it) is not None:
        bars.sensitivity("The discriminator, d′", it, "the discriminator")


def draw_consulting(
    canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus
) -> None:
    """Draws what the discriminator's advice did to the answers."""
    if profile.advice is None or not profile.advice.before.proportion.trials:
        canvas.paragraph("There is no advice to count yet.", box, BODY, MUTED)
        return
    draw_advice(canvas, pygame.FRect(box.left, box.top, 700, box.height), profile.advice, explanations, focus)
    side = pygame.FRect(box.left + 760, box.top, box.width - 760, box.height)
    first = profile.advice.first
    luck = luck_verdict(first.correct, first.trials)
    y = canvas.paragraph("Your first answers", side, BODY, TEXT, "semibold")
    colour = RIGHT if luck.convincing else MUTED
    y = canvas.paragraph(luck.headline, pygame.FRect(side.left, y, side.width, 0), SMALL, colour) + 12
    bars = FigureBars(canvas, pygame.FRect(side.left, y, side.width, 46), _STEP + 4, explanations, focus)
    meaning = "the share of fakes that you at first called real"
    rate = Rate("You, fooled", statistics.fooling_rate(first), meaning)
    bars.rate("fooled", rate, f"{luck.headline} {luck.explanation}")
    if not profile.mixes_rungs:
        bars.sensitivity("You, d′", first)
        bars.criterion("You, c", first)
    text = _MIXED_FIRST if profile.mixes_rungs else _OF_ADVICE
    canvas.paragraph(text, pygame.FRect(side.left, bars.bottom + 6, side.width, 0), SMALL, MUTED)
