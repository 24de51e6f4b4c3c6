"""The pages of a profile, and which of them each way to play has."""

from collections.abc import Sequence
from enum import StrEnum

import pygame

from game.interval_words import Rate
from game.learning import PERMUTATIONS, TRIALS_OF_A_POINT
from game.played_kinds import Instrument
from game.profile import MINIMUM_OF_A_CLASS, ClassRates, Learning, Profile, RungErrors
from game.response_times import TOO_FEW_TIMES
from game.training_run import rung_name
from game.ui.canvas import Canvas
from game.ui.charts import interval_bar
from game.ui.explained import Explanations, figure_name
from game.ui.fitted_text import visible_start
from game.ui.interval_plot import IntervalPlot, Mark, Reference, Shape, interval_plot
from game.ui.profile_duel import draw_consulting, draw_duels
from game.ui.profile_overview import draw_overview
from game.ui.profile_thresholds import draw_climb_curve, draw_climbs, draw_flashes, draw_thresholds
from game.ui.theme import BODY, FAKE, LIGHT_BOX, MUTED, PANEL, REAL_TEXT, RIGHT, SMALL, TEXT, Colour
from game.ui.times_plot import times_plot
from game.ui.widgets import Focus
from game.words import number

COIN = Reference(0.5, "a coin")
# More would be too thin to be told apart.
MOST_CLASSES = 21
_ROWS = 7


class Page(StrEnum):
    """What of a profile is on show."""

    OVERVIEW = "Overview"
    CLASSES = "By class"
    RUNGS = "By rung"
    LEARNING = "Over time"
    TIMES = "Times"


def pages_of(instrument: Instrument) -> Sequence[Page]:
    """Returns the pages that there are for a way to ask."""
    return (Page.OVERVIEW,) if instrument is Instrument.CONSULT else tuple(Page)


def draw_page(
    canvas: Canvas, box: pygame.FRect, page: Page, profile: Profile, explanations: Explanations, focus: Focus
) -> None:
    """Draws a page of a profile; each figure explains itself."""
    match page:
        case Page.OVERVIEW:
            _OVERVIEWS[profile.instrument](canvas, box, profile, explanations, focus)
        case Page.CLASSES:
            _draw_classes(canvas, box, profile.classes, profile.instrument, explanations, focus)
        case Page.RUNGS:
            _draw_rungs(canvas, box, profile, explanations, focus)
        case Page.LEARNING:
            _draw_learning(canvas, box, profile, explanations, focus)
        case Page.TIMES:
            _draw_times(canvas, box, profile, explanations, focus)


_OVERVIEWS = {
    Instrument.SINGLE: draw_overview,
    Instrument.DUEL: draw_duels,
    Instrument.CONSULT: draw_consulting,
    Instrument.PAIRS: draw_climbs,
    Instrument.GLIMPSES: draw_flashes,
}


def _pointed(focus: Focus) -> str:
    """Returns the name of the figure that has the focus, as it was marked."""
    return focus.name.removeprefix(figure_name(""))


def _draw_classes(
    canvas: Canvas,
    box: pygame.FRect,
    classes: ClassRates,
    instrument: Instrument,
    explanations: Explanations,
    focus: Focus,
) -> None:
    what = "pairs with a fake" if instrument is Instrument.PAIRS else "pictures, real and fake,"
    title = f"Right among {what} that the judge takes for …"
    canvas.text(title, box.topleft, SMALL, TEXT, "semibold")
    rates = classes.rates[:MOST_CLASSES]
    columns = 2 if len(rates) <= 2 * _ROWS else 3
    rows = max(5, -(-len(rates) // columns))
    width = (box.width - (columns - 1) * 50) / columns
    step = (box.height - 84) / rows
    for place, rate in enumerate(rates):
        column, row = divmod(place, rows)
        bar = pygame.FRect(box.left + column * (width + 50), box.top + 44 + row * step, width, 44)
        counted = f" {number(rate.proportion.trials)} answers."
        explanations.mark(canvas, f"class {place}", bar, rate.sentence + counted, focus)
        # What a judge or a folder calls a class may be as long as it likes; beside it stand the figures.
        name = visible_start(canvas, rate.name.strip("“”"), width - 180, BODY)
        interval_bar(canvas, bar, name, rate.proportion)
    remarks = _class_remarks(classes, len(classes.rates) - len(rates))
    canvas.paragraph(remarks, pygame.FRect(box.left, box.bottom - 26, box.width, 30), SMALL, MUTED)


def _class_remarks(classes: ClassRates, not_shown: int) -> str:
    remarks = []
    if not classes.rates and not classes.few:
        remarks.append("No judge has named the classes of these pictures.")
    elif classes.few:
        others = "1 class" if classes.few == 1 else f"{classes.few} classes"
        remarks.append(f"{others} with fewer than {MINIMUM_OF_A_CLASS} answers: too few to say anything.")
    if not_shown:
        remarks.append(f"{not_shown} more classes have no room here.")
    if classes.rates and classes.unnamed:
        remarks.append(f"{number(classes.unnamed)} pictures have no class.")
    if len(classes.rates) > 1:
        remarks.append("Of 20 such intervals, one misses the truth.")
    return " ".join(remarks)


def _draw_rungs(canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus) -> None:
    if profile.climbs is not None:
        draw_climb_curve(canvas, box, profile, explanations, focus, _pointed(focus))
    elif profile.flashes is not None:
        draw_thresholds(canvas, box, profile.flashes.rungs, "ms", True, explanations, _pointed(focus))
    elif profile.rungs:
        plot, rates = _rungs_plot(profile.rungs)
        boxes = interval_plot(canvas, box, plot, _pointed(focus))
        for name, rate, rung in rates:
            where = f"{number(rung.kimg)} kimg, “{rung_name(rung.kimg)}”, {number(rate.proportion.trials)} answers: "
            explanations.mark(canvas, name, boxes[name], where + rate.sentence, Focus(""))


def _rungs_plot(rungs: Sequence[RungErrors]) -> tuple[IntervalPlot, list[tuple[str, Rate, RungErrors]]]:
    series: tuple[tuple[str, Colour, float, Shape], ...] = (
        ("error", LIGHT_BOX, 0.0, "disc"),
        ("fake", FAKE, -14.0, "octagon"),
        ("real", REAL_TEXT, 14.0, "square"),
    )
    marks, rates = [], []
    for rung in rungs:
        for (name, colour, shift, shape), rate in zip(
            series, (rung.errors.error, rung.errors.fake_error, rung.errors.real_error), strict=True
        ):
            interval = rate.proportion.interval()
            if interval is not None:
                mark = Mark(
                    f"{name} {rung.kimg}",
                    float(rung.kimg),
                    rate.proportion.estimate,
                    interval.low,
                    interval.high,
                    colour,
                    shift=shift,
                    shape=shape,
                )
                marks.append(mark)
                rates.append((mark.name, rate, rung))
    legend: tuple[tuple[str, Colour, Shape], ...] = (
        ("fakes that fooled you", FAKE, "octagon"),
        ("all answers", LIGHT_BOX, "disc"),
        ("reals you doubted", REAL_TEXT, "square"),
    )
    plot = IntervalPlot("How often you are wrong", tuple(marks), "kimg", references=(COIN,), legend=legend)
    return plot, rates


def _draw_learning(
    canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus
) -> None:
    if profile.climbs is not None:
        draw_thresholds(canvas, box, profile.climbs.rounds, "kimg", False, explanations, _pointed(focus))
    elif profile.flashes is not None:
        if profile.kimg is None and len(profile.flashes.rungs) > 1:
            _say(canvas, box, "Rounds can be compared where the rung is the same: choose one at the top right.")
        else:
            draw_thresholds(canvas, box, profile.flashes.rounds, "ms", False, explanations, _pointed(focus))
    elif profile.learning is None:
        _say(canvas, box, "An easier rung would look like learning, so this page is of one rung: choose one above.")
    else:
        _draw_sittings(canvas, box, profile.learning, explanations, focus)


def _say(canvas: Canvas, box: pygame.FRect, text: str) -> None:
    canvas.paragraph(text, pygame.FRect(box.left, box.top + 8, 700, 0), BODY, MUTED)


def _draw_sittings(
    canvas: Canvas, box: pygame.FRect, learning: Learning, explanations: Explanations, focus: Focus
) -> None:
    marks, labels = [], []
    for place, point in enumerate(learning.points):
        interval = point.right.interval()
        assert interval is not None, "a sitting has answers"
        marks.append(Mark(f"sitting {place}", float(place), point.right.estimate, interval.low, interval.high, RIGHT))
        same = point.first_sitting == point.last_sitting
        labels.append(f"{point.first_sitting}" if same else f"{point.first_sitting}–{point.last_sitting}")
    left = pygame.FRect(box.left, box.top, 790, box.height)
    plot = IntervalPlot(
        "Right, sitting by sitting", tuple(marks), "sitting", tuple(labels), references=(COIN,), joined=True
    )
    boxes = interval_plot(canvas, left, plot, _pointed(focus))
    for mark, point in zip(marks, learning.points, strict=True):
        explanations.mark(canvas, mark.name, boxes[mark.name], point.sentence, Focus(""))
    panel = pygame.FRect(box.right - 340, box.top + 8, 340, 200)
    canvas.panel(panel, PANEL)
    verdict = learning.verdict
    colour = RIGHT if verdict.improved else TEXT
    canvas.paragraph(verdict.sentence, panel.inflate(-44, -40), BODY, colour, "semibold")
    sentence = (
        f"The order of your sittings is shuffled {number(PERMUTATIONS)} times; a rise or fall rarer than 1 in 20 "
        "counts. "
        "Who looks after every sitting will some day be praised by chance."
    )
    explanations.mark(canvas, "verdict", panel, sentence, Focus(""))
    words = (
        f"A sitting is what you play without an hour's break. A point has {TRIALS_OF_A_POINT} answers or more, so "
        "that its interval is narrow enough to be looked at."
    )
    canvas.paragraph(words, pygame.FRect(panel.left, panel.bottom + 18, panel.width, 0), SMALL, MUTED)


def _draw_times(canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus) -> None:
    times = profile.times
    canvas.text("How long you took for an answer", box.topleft, SMALL, TEXT, "semibold")
    plot = pygame.FRect(box.left, box.top + 36, 790, box.height - 36)
    medians = {"right": times.median_right, "wrong": times.median_wrong}
    for name, place in times_plot(canvas, plot, times, _pointed(focus).removeprefix("time ")).items():
        median = medians[name]
        if median is not None:
            explanations.mark(canvas, f"time {name}", place, median.sentence, Focus(""))
    side = pygame.FRect(box.right - 340, box.top + 36, 340, box.height)
    y = side.top
    for name, median in medians.items():
        counted = f"{number(len(times.right if name == 'right' else times.wrong))} {name} answers"
        y = canvas.paragraph(counted, pygame.FRect(side.left, y, side.width, 0), BODY, TEXT, "semibold")
        sentence = median.sentence if median else TOO_FEW_TIMES
        y = canvas.paragraph(sentence, pygame.FRect(side.left, y, side.width, 0), SMALL, MUTED) + 18
    if times.disturbed:
        one = "1 answer is" if times.disturbed == 1 else f"{times.disturbed} answers are"
        text = f"{one} left out: the window was moved, or hung, meanwhile."
        canvas.paragraph(text, pygame.FRect(side.left, y, side.width, 0), SMALL, MUTED)
