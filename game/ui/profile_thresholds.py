"""The overviews of climbs and of flashes: what was found, in words, with what the pairs or glimpses say besides."""

import pygame

from game.forced_choice import MINIMUM_TRIALS, TOO_FEW_TRIALS, forced_choice_sensitivity
from game.interval_words import Rate
from game.kind_words import counted
from game.luck import luck_verdict
from game.profile import Profile
from game.statistics import Proportion
from game.threshold import Place
from game.threshold_profile import FoundThreshold
from game.threshold_reports import ThresholdReport, climb_report, flash_report
from game.training_run import rung_name
from game.ui.canvas import Canvas
from game.ui.charts import D_PRIME_ENDS, interval_bar, value_bar
from game.ui.climb_plot import ClimbFigure, dot_name, psychometric_plot
from game.ui.explained import Explanations
from game.ui.interval_plot import IntervalPlot, Mark, interval_plot
from game.ui.luck_panel import draw_luck
from game.ui.theme import BODY, FOCUS, HEADING, MUTED, SMALL, TEXT
from game.ui.threshold_strip import threshold_strip
from game.ui.widgets import Focus
from game.words import day, figure, number

_CHOSEN = "The rungs follow your answers, so that most people find about 3 of 4: the threshold says more."


def draw_climbs(canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus) -> None:
    """Draws where the forger starts fooling the player, and what all pairs say."""
    if profile.climbs is None:
        canvas.paragraph("There is no climb to count yet.", box, BODY, MUTED)
        return
    together, rounds = profile.climbs.together, len(profile.climbs.rounds)
    y = _draw_report(canvas, pygame.FRect(box.left, box.top, 660, box.height), climb_report(together, rounds))
    strip = pygame.FRect(box.left, max(y + 20, box.bottom - 96), 660, 60)
    ladder = tuple(float(kimg) for kimg in together.rungs)
    threshold_strip(canvas, strip, together.threshold, ladder, "kimg")
    side = pygame.FRect(box.left + 760, box.top, 400, box.height)
    found = Proportion(sum(pair.right for pair in together.trials), len(together.trials))
    bar = pygame.FRect(side.left, side.top, side.width, 46)
    rate = Rate("Found", found, "the share of pairs in which you found the fake")
    explanations.mark(canvas, "found", bar, f"{rate.sentence} {_CHOSEN}", focus)
    interval_bar(canvas, bar, "Fakes found in pairs", found)
    _draw_forced_choice(canvas, bar.move(0, 84), together.tallies(), explanations, focus)
    draw_luck(
        canvas, pygame.FRect(side.left, box.top + 188, side.width, 150), luck_verdict(found.successes, found.trials)
    )


def _draw_forced_choice(
    canvas: Canvas,
    bar: pygame.FRect,
    tallies: dict[int, Proportion],
    explanations: Explanations,
    focus: Focus,
) -> None:
    """Draws d′ of two pictures at the rung that was asked at most often."""
    kimg, tally = max(tallies.items(), key=lambda one: (one[1].trials, one[0]))
    sensitivity = forced_choice_sensitivity(tally)
    if sensitivity is None:
        text = f"{TOO_FEW_TRIALS} At one rung you have made {tally.trials} of {MINIMUM_TRIALS}."
        canvas.paragraph(text, pygame.FRect(bar.left, bar.top - 6, bar.width, 80), SMALL, MUTED)
        return
    sentence = f"At {number(kimg)} kimg, “{rung_name(kimg)}”, in {tally.trials} pairs: {sensitivity.sentence}"
    explanations.mark(canvas, "d", bar, sentence, focus)
    value_bar(canvas, bar, f"d′ at {number(kimg)} kimg", sensitivity.d_prime, sensitivity.interval, D_PRIME_ENDS)


def draw_climb_curve(
    canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus, pointed: str
) -> None:
    """Draws the psychometric curve of all climbs together, with the answers on it."""
    if profile.climbs is None:
        return
    together = profile.climbs.together
    drawn = canvas.kept(("climb figure",), together, lambda: ClimbFigure(together))
    parts = psychometric_plot(canvas, box, drawn, pointed)
    report = climb_report(together, len(profile.climbs.rounds))
    certainty = " ".join(report.sentences[1:-1]) or report.sentences[0]
    sentences = {dot_name(kimg): _tally_sentence(kimg, tally) for kimg, tally in drawn.tallies.items()}
    for part, place in parts.items():
        if part in PLOT_SENTENCES or part in sentences or part == "threshold":
            sentence = PLOT_SENTENCES.get(part) or sentences.get(part, certainty)
            explanations.mark(canvas, part, place, sentence, Focus(""))


PLOT_SENTENCES = {
    "curve": "The line is how often you find the fake, as far as these answers tell; at each kimg the band around it "
    "holds the truth with 90 % certainty.",
    "three quarters": "Right in 3 of 4 pairs is half-way between knowing and guessing: where your curve crosses this "
    "line, the GAN starts fooling you.",
    "guessing": "Who guesses is right in 1 of 2 pairs, like a coin.",
}


def _tally_sentence(kimg: int, tally: Proportion) -> str:
    pairs = "1 pair" if tally.trials == 1 else f"{number(tally.trials)} pairs"
    return f"At {number(kimg)} kimg, “{rung_name(kimg)}”, you found the fake in {tally.successes} of {pairs}."


def draw_flashes(canvas: Canvas, box: pygame.FRect, profile: Profile, explanations: Explanations, focus: Focus) -> None:
    """Draws how short a look is enough, and what all glimpses say."""
    flashes = profile.flashes
    together = flashes.together if flashes else None
    if flashes is None or together is None:
        text = "One threshold belongs to one rung: choose one at the top right."
        if flashes is None or not flashes.rungs:
            text = "No flash counts yet: where too many frames were dropped, nothing can be said."
        canvas.paragraph(text, pygame.FRect(box.left, box.top, 660, 100), BODY, MUTED)
        return
    report = flash_report(together, len(flashes.rounds) - flashes.other_displays)
    left_out = []
    if flashes.refused:
        left_out.append(f"{counted(flashes.refused, 'more round')} did not count: too many frames were dropped.")
    if flashes.other_displays:
        of_others = counted(flashes.other_displays, "more round")
        left_out.append(f"{of_others} did not count: on a display of another speed.")
    y = _draw_report(canvas, pygame.FRect(box.left, box.top, 660, box.height), report, left_out)
    if together.threshold is not None:
        strip = pygame.FRect(box.left, max(y + 20, box.bottom - 96), 660, 60)
        milliseconds = 1000 / together.refresh_rate
        exposures = tuple(milliseconds * frames for frames in together.levels)
        threshold_strip(canvas, strip, together.threshold, exposures, "ms", milliseconds)
    side = pygame.FRect(box.left + 760, box.top, 400, box.height)
    right = Proportion(sum(glimpse.right for glimpse in together.trials), len(together.trials))
    bar = pygame.FRect(side.left, side.top, side.width, 46)
    rate = Rate("Right", right, "the share of glimpses that you judged right")
    chosen = "Exposures follow your answers, so that most people are right in about 3 of 4: the threshold says more."
    explanations.mark(canvas, "found", bar, f"{rate.sentence} {chosen}", focus)
    interval_bar(canvas, bar, "Right after a glimpse", right)
    draw_luck(
        canvas, pygame.FRect(side.left, box.top + 188, side.width, 150), luck_verdict(right.successes, right.trials)
    )


def _draw_report(canvas: Canvas, box: pygame.FRect, report: ThresholdReport, more: list[str] | None = None) -> float:
    """Draws a report, and returns the y below it."""
    y = canvas.paragraph(report.headline, box, HEADING - 2, TEXT, "bold") + 14
    for sentence in (*report.sentences, *(more or ())):
        y = canvas.paragraph(sentence, pygame.FRect(box.left, y, box.width, 0), BODY, MUTED) + 12
    return y


def thresholds_plot(found: tuple[FoundThreshold, ...], unit: str, by_rung: bool) -> IntervalPlot:
    """Returns the plot of thresholds, in the order in which they were found or by rung, on a logarithmic axis."""
    marks = tuple(
        Mark(
            f"threshold {place}",
            float(one.kimg if by_rung else place),
            one.estimate.median,
            one.estimate.low,
            one.estimate.high,
            FOCUS,
            has_interval=one.estimate.place is not Place.UNKNOWN,
        )
        for place, one in enumerate(found)
    )
    of = "rung" if by_rung else "round"
    title = f"The threshold of each {of}, in {unit}, with its 90 % interval"
    labels = None if by_rung else tuple(str(place + 1) for place in range(len(found)))
    known = [value for one in marks for value in (one.estimate, one.low, one.high) if value is not None]
    return IntervalPlot(
        title, marks, "kimg" if by_rung else of, labels, None, joined=by_rung, values=() if known else (10.0, 1000.0)
    )


def draw_thresholds(
    canvas: Canvas,
    box: pygame.FRect,
    found: tuple[FoundThreshold, ...],
    unit: str,
    by_rung: bool,
    explanations: Explanations,
    pointed: str,
) -> None:
    """Draws thresholds one beside the other; each explains itself."""
    plot = thresholds_plot(found, unit, by_rung)
    boxes = interval_plot(canvas, box, plot, pointed)
    for mark, one in zip(plot.marks, found, strict=True):
        explanations.mark(canvas, mark.name, boxes[mark.name], _threshold_sentence(one, unit), Focus(""))


def _threshold_sentence(one: FoundThreshold, unit: str) -> str:
    estimate = one.estimate
    when = f"{day(one.started_at)}, {number(one.answers)} answers"
    ends = [None if end is None else _rounded(end) for end in (estimate.low, estimate.high)]
    match ends:
        case [None, None]:
            return f"{when}: the answers don't say where the threshold is."
        case [str(low), str(high)]:
            certainty = f"between {low} and {high} {unit} with 90 % certainty"
        case [str(low), _]:
            certainty = f"above {low} {unit} with 95 % certainty"
        case _:
            certainty = f"below {ends[1]} {unit} with 95 % certainty"
    median = "" if estimate.median is None else f"{_rounded(estimate.median)} {unit}, "
    return f"{when}: {median}{certainty}."


def _rounded(value: float) -> str:
    return number(round(value)) if value >= 10 else figure(value)
