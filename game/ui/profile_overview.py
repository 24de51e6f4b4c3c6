"""The overview of answers to single pictures: how often they were wrong, d′ and c, and what of it could be luck."""

from collections.abc import Sequence

import pygame

from game.calibration import calibration, calibration_verdict
from game.confidence_ratings import area_under_roc, empirical_roc, rating_counts
from game.human_evaluation import round_errors
from game.interval_words import per_cent, with_interval
from game.profile import Profile
from game.roc import RocPoint, equal_variance_roc, operating_point
from game.signal_detection import yes_no_criterion, yes_no_sensitivity
from game.statistics import SignalCounts
from game.ui.canvas import Canvas
from game.ui.charts import D_PRIME_ENDS, interval_bar, value_bar
from game.ui.explained import Explanations
from game.ui.figure_bars import CRITERION_ENDS, leaning_label, too_few
from game.ui.luck_panel import draw_luck
from game.ui.square_plot import FROM_CONFIDENCE, FROM_SENSITIVITY, ROC_TITLE, RocCurve, RocMark, plot_square, roc_plot
from game.ui.theme import BODY, FOCUS, LARGE, MUTED, REAL_TEXT, SMALL, STREAK, TEXT
from game.ui.widgets import Focus
from game.words import number

MIXED = "They belong to one rung, and these answers are of several: choose one at the top right."
_CURVE = "The curve is where your d′ would take you with a stricter or a laxer line between real and fake."


def draw_overview(
    canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus
) -> None:
    """Draws errors on the left, d′, c and the luck test in the middle, the ROC curve on the right."""
    left, middle, right = columns(box)
    _draw_errors(canvas, left, profile.counts, explanations, focus)
    draw_sensitivity(canvas, middle, profile, explanations, focus)
    if profile.luck is not None:
        draw_luck(canvas, pygame.FRect(middle.left, box.top + 188, middle.width, 150), profile.luck)
    _draw_roc(canvas, right, profile, explanations, focus)


def columns(box: pygame.FRect) -> tuple[pygame.FRect, pygame.FRect, pygame.FRect]:
    """Returns where the three columns of an overview lie."""
    left, width = box.left, 350.0
    return (
        pygame.FRect(left, box.top, 400, box.height),
        pygame.FRect(left + 446, box.top, 340, box.height),
        pygame.FRect(box.right - width, box.top, width, box.height),
    )


def _draw_errors(
    canvas: Canvas, box: pygame.FRect, counts: SignalCounts, explanations: Explanations, focus: Focus
) -> None:
    errors = round_errors(counts)
    wrong = errors.error.proportion
    explanations.mark(canvas, "error", pygame.FRect(box.left, box.top, 300, 64), errors.error.sentence, focus)
    big = canvas.text(per_cent(wrong.estimate or 0.0), (box.left - 2, box.top - 8), 58, TEXT, "bold")
    canvas.text("wrong", (big.right + 14, big.bottom - 15), LARGE, MUTED, anchor="bottomleft")
    answers = f"{number(wrong.successes)} of {number(wrong.trials)} answers"
    canvas.text(answers, (box.left, box.top + 72), BODY, MUTED)
    rates = (
        ("All answers", errors.error),
        ("Fakes that fooled you", errors.fake_error),
        ("Reals you doubted", errors.real_error),
    )
    for place, (label, rate) in enumerate(rates):
        bar = pygame.FRect(box.left, box.top + 126 + place * 84, box.width, 46)
        counted = f" {number(rate.proportion.trials)} answers." if rate.proportion.trials else ""
        explanations.mark(canvas, f"rate {place}", bar, rate.sentence + counted, focus)
        interval_bar(canvas, bar, label, rate.proportion)


def draw_sensitivity(
    canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus
) -> None:
    """Draws d′ and c, or the sentence that says why they can't be told."""
    sensitivity, criterion = yes_no_sensitivity(profile.counts), yes_no_criterion(profile.counts)
    if profile.mixes_rungs or sensitivity is None or criterion is None:
        canvas.text("d′ and c", box.topleft, BODY, TEXT, "semibold")
        sentence = MIXED if profile.mixes_rungs else too_few(profile.counts)
        canvas.paragraph(sentence, pygame.FRect(box.left, box.top + 34, box.width, 130), SMALL, MUTED)
        return
    bar = pygame.FRect(box.left, box.top, box.width, 46)
    explanations.mark(canvas, "d", bar, sensitivity.sentence, focus)
    value_bar(canvas, bar, "d′, skill", sensitivity.d_prime, sensitivity.interval, D_PRIME_ENDS)
    bar = bar.move(0, 84)
    explanations.mark(canvas, "c", bar, criterion.sentence, focus)
    value_bar(canvas, bar, leaning_label(criterion), criterion.c, criterion.interval, CRITERION_ENDS)


def _draw_roc(canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus) -> None:
    counts = profile.counts
    point = operating_point(counts)
    marks = [] if point is None else [RocMark(point, FOCUS, "you")]
    sensitivity = None if profile.mixes_rungs else yes_no_sensitivity(counts)
    curves = []
    if sensitivity is not None:
        curves.append(RocCurve(equal_variance_roc(sensitivity.d_prime), REAL_TEXT, FROM_SENSITIVITY))
    traced = traced_roc(profile)
    area = area_under_roc(rating_counts(profile.judgements)) if traced else None
    if traced:
        written = "" if area is None else f"\narea {with_interval(area.area, area.interval, 2)}"
        curves.append(RocCurve(traced, STREAK, FROM_CONFIDENCE + written))
        # The player's own point lies on one of them, and over it.
        marks = [*(RocMark(point, STREAK, hollow=True) for point in traced[1:-1]), *marks]
    words = draw_calibration(canvas, box, profile, explanations, focus)
    square = draw_roc(canvas, box, curves, marks, box.height - words - 44)
    explanations.mark(canvas, "roc", square, area.sentence if area else _CURVE, Focus(""))


def traced_roc(profile: Profile) -> tuple[RocPoint, ...]:
    """Returns the ROC curve that the confidences trace; empty where there is none."""
    # Where only some answers came with a confidence, a curve of those would not belong to the player's point.
    all_rated = len(profile.judgements) == profile.counts.trials and not profile.mixes_rungs
    return empirical_roc(rating_counts(profile.judgements)) if all_rated else ()


def draw_calibration(
    canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus
) -> float:
    """Draws at the foot of a box whether being sure went with being right, and returns how high that is."""
    # One is surer at easier rungs and more often right there: over several rungs that would pass for self-knowledge.
    if not profile.judgements or profile.mixes_rungs:
        return 0.0
    found = calibration(profile.judgements)
    said = calibration_verdict(found)
    words = canvas.paragraph_height(said, box.width, SMALL - 1)
    verdict = pygame.FRect(box.left, box.bottom - words - 4, box.width, words)
    sentences = " ".join(rate.sentence for rate in found.by_confidence.values())
    explanations.mark(canvas, "calibration", verdict, sentences, focus)
    canvas.paragraph(said, verdict, SMALL - 1, TEXT)
    return words


def draw_roc(
    canvas: Canvas, box: pygame.FRect, curves: Sequence[RocCurve], marks: Sequence[RocMark], height: float
) -> pygame.FRect:
    """Draws the plot with its title, so high at most, and returns its square."""
    place = pygame.FRect(box.left, box.top + 34, box.width, height - 34)
    square = plot_square(place)
    canvas.text(ROC_TITLE, (square.left, box.top + 2), SMALL + 1, TEXT, "semibold")
    roc_plot(canvas, place, curves, marks)
    return square
