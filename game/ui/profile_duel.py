"""The overviews of duels and of consulting: the player beside the discriminator."""

import pygame

from game import statistics
from game.agreement import TOO_FEW_TRIALS, agreement
from game.interval_words import Rate
from game.profile import DuelFigures, Profile
from game.signal_detection import yes_no_sensitivity
from game.ui.advice_figures import draw_advice
from game.ui.canvas import Canvas
from game.ui.charts import D_PRIME_ENDS, interval_bar, value_bar
from game.ui.explained import Explanations
from game.ui.fooled_table import draw_fooled_table
from game.ui.profile_overview import columns, curve_of, draw_roc, own_point
from game.ui.theme import BODY, FAKE, FOCUS, MUTED, SMALL, TEXT
from game.ui.widgets import Focus

_MIXED = "κ and d′ belong to one rung, and these pictures are of several: choose one at the top right."
_POINTS = "Up is better, left is better: on the dashed line one guesses."


def draw_duels(canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus) -> None:
    """Draws who was right how often on the left, who was fooled in the middle, both on the ROC plot on the right."""
    duel = profile.duel
    if duel is None or not duel.fooled.together.trials:
        canvas.paragraph("There is no duel to count yet.", box, BODY, MUTED)
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
    verdict = pygame.FRect(box.left, box.top + 332, middle.right - box.left, 60)
    canvas.paragraph(duel.fooled.together.verdict, verdict, SMALL, TEXT)
    marks = [*own_point(profile.counts, FOCUS, "you"), *own_point(duel.discriminator, FAKE, "it")]
    curves = []
    if not profile.mixes_rungs:
        curves = [
            *curve_of(yes_no_sensitivity(profile.counts), FOCUS),
            *curve_of(yes_no_sensitivity(duel.discriminator), FAKE),
        ]
    square = draw_roc(canvas, right, curves, marks, box.height - 10)
    explanations.mark(canvas, "roc", square, _POINTS, Focus(""))


def _draw_sides(
    canvas: Canvas,
    box: pygame.FRect,
    profile: Profile,
    duel: DuelFigures,
    explanations: Explanations,
    focus: Focus,
) -> None:
    sides = (("You", profile.counts), ("The discriminator", duel.discriminator))
    canvas.text("How often right", box.topleft, BODY, TEXT, "semibold")
    for place, (name, counts) in enumerate(sides):
        rate = Rate(name, statistics.accuracy(counts), "the share of pictures that were judged right")
        bar = pygame.FRect(box.left, box.top + 36 + place * 62, box.width, 46)
        explanations.mark(canvas, f"right {place}", bar, rate.sentence, focus)
        interval_bar(canvas, bar, name, rate.proportion)
    sensitivities = [] if profile.mixes_rungs else [(name, yes_no_sensitivity(counts)) for name, counts in sides]
    known = [(name, sensitivity) for name, sensitivity in sensitivities if sensitivity is not None]
    y = box.top + 172
    if known:
        canvas.text("d′, skill", (box.left, y), BODY, TEXT, "semibold")
    for place, (name, sensitivity) in enumerate(known):
        bar = pygame.FRect(box.left, y + 36 + place * 62, box.width, 46)
        sentence = sensitivity.sentence_for("you" if name == "You" else "the discriminator")
        explanations.mark(canvas, f"d {name}", bar, sentence, focus)
        value_bar(canvas, bar, name, sensitivity.d_prime, sensitivity.interval, D_PRIME_ENDS)


def draw_consulting(
    canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus
) -> None:
    """Draws what the discriminator's advice did to the answers."""
    if profile.advice is None or not profile.advice.before.proportion.trials:
        canvas.paragraph("There is no advice to count yet.", box, BODY, MUTED)
        return
    draw_advice(canvas, pygame.FRect(box.left, box.top, 700, box.height), profile.advice, explanations, focus)
    side = pygame.FRect(box.left + 760, box.top, box.width - 760, box.height)
    y = canvas.paragraph("What is counted", side, BODY, TEXT, "semibold") + 6
    words = (
        "Advice can only help where you were wrong and it was right, and only mislead where it was the other way "
        "round. So each share is of those pictures alone in which it could have happened.",
        "How often you change your answer though the discriminator agrees says how much of it is not the advice.",
    )
    for text in words:
        y = canvas.paragraph(text, pygame.FRect(side.left, y, side.width, 0), SMALL, MUTED) + 12
