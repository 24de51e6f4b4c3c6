"""The overviews of duels and of consulting: the player beside the discriminator."""

import pygame

from game import statistics
from game.agreement import TOO_FEW_TRIALS, agreement
from game.interval_words import Rate
from game.luck import luck_verdict
from game.profile import DuelFigures, Profile
from game.ui.advice_figures import draw_advice
from game.ui.canvas import Canvas
from game.ui.charts import value_bar
from game.ui.duel_figures import draw_duel_bars, duel_curves
from game.ui.explained import Explanations
from game.ui.figure_bars import FigureBars
from game.ui.fooled_table import draw_fooled_table
from game.ui.profile_overview import columns, draw_calibration, draw_roc, traced_roc
from game.ui.theme import BODY, MUTED, RIGHT, SMALL, TEXT
from game.ui.widgets import Focus

_MIXED = "κ, d′ and c belong to one rung, and these pictures are of several: choose one at the top right."
_MIXED_FIRST = "d′ and c belong to one rung, and these pictures are of several: choose one at the top right."
_OF_ADVICE = "Helped and misled are shares of those pictures alone in which it could have happened."
_STEP = 52.0
_POINTS = "Up is better, left is better: on the dashed line one guesses."
_TRACED = " The thin curve joins what you would have scored by how sure you were."


def draw_duels(canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus) -> None:
    """Draws who was right how often on the left, who was fooled in the middle, both on the ROC plot on the right."""
    duel = profile.duel
    if duel is None or not duel.fooled.together.trials:
        which = "with the run's newest discriminator at this rung" if duel and duel.earlier else "to count"
        canvas.paragraph(f"There is no duel {which} yet.", box, BODY, MUTED)
        return
    left, middle, right = columns(box)
    luck = luck_verdict(duel.player.correct, duel.player.trials)
    bars = FigureBars(canvas, pygame.FRect(left.left, left.top, left.width, 46), _STEP, explanations, focus)
    said = f"{luck.headline} {luck.explanation}"
    draw_duel_bars(bars, duel.player, duel.discriminator, said, mixed=profile.mixes_rungs)
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
    traced = traced_roc(profile)
    curves, marks = duel_curves(duel.player, duel.discriminator, traced, profile.mixes_rungs)
    words = draw_calibration(canvas, box, profile, explanations, focus)
    square = draw_roc(canvas, box, curves, marks, box.height - (words + 44 if words else 10))
    explanations.mark(canvas, "roc", square, _POINTS + (_TRACED if traced else ""), Focus(""))


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
