"""Whom a run fools, drawn: a rate by rung with a point for each player, the judge's distance, and who was counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pygame

from game.counted_figures import CountedGenerator
from game.generator_figures import FULL_LENGTH, GeneratorFigures, PlayerErrors, RungFigures
from game.human_evaluation import MINIMUM_PLAYERS, TOO_FEW_PLAYERS, PlayersRate
from game.kind_words import counted
from game.statistics import Proportion
from game.training_run import Tick, rung_name
from game.ui.canvas import Canvas, Point
from game.ui.explained import Explanations, figure_name
from game.ui.interval_plot import IntervalPlot, Mark, Reference, Shape, interval_plot
from game.ui.plots import line_chart
from game.ui.run_panels import distance_chart
from game.ui.theme import FAKE, LIGHT_BOX, MUTED, PANEL, REAL_TEXT, SMALL, STREAK, Colour
from game.ui.tooltip import Tooltip
from game.ui.widgets import Focus
from game.words import number

_SCORE_TITLE = "HYPE∞: how often people are wrong"
_COIN = Reference(0.5, "a coin")
_CHART_HEIGHTS = (130.0, 200.0)


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the three rates: its tab, the plot's title, and where it is found."""

    name: str
    label: str
    title: str
    colour: Colour
    shape: Shape
    across: Callable[[RungFigures], PlayersRate | None]
    of_player: Callable[[PlayerErrors], Proportion]


MEASURES = {
    measure.name: measure
    for measure in (
        Measure(
            "error",
            "All errors",
            "How often people are wrong",
            LIGHT_BOX,
            "disc",
            lambda rung: rung.across.error,
            lambda player: player.error,
        ),
        Measure(
            "fake",
            "Fakes taken for real",
            "The fooling rate: how often its fakes are taken for real",
            FAKE,
            "octagon",
            lambda rung: rung.across.fake_error,
            lambda player: player.fake_error,
        ),
        Measure(
            "real",
            "Reals doubted",
            "How often real pictures are taken for its fakes",
            REAL_TEXT,
            "square",
            lambda rung: rung.across.real_error,
            lambda player: player.real_error,
        ),
    )
}


def draw_curve(
    canvas: Canvas,
    box: pygame.FRect,
    figures: GeneratorFigures,
    measure: Measure,
    measured: Mapping[int, Tick],
    explanations: Explanations,
    focus: Focus,
) -> None:
    """Draws a rate along the ladder; each rung explains itself, with the judge's distance there."""
    rates = [(rung, rate) for rung in figures.rungs if (rate := measure.across(rung)) is not None]
    marks = tuple(_mark(rung, rate, measure) for rung, rate in rates)
    # Rounds of another length are no HYPE∞, nor are fakes and real pictures apart.
    is_score = measure.name == "error" and figures.length == FULL_LENGTH
    highest = max([value for mark in marks for value in (*mark.faint, mark.high or 0.0)], default=1.0)
    plot = IntervalPlot(
        _SCORE_TITLE if is_score else measure.title,
        marks,
        "kimg",
        highest_share=0.75 if highest <= 0.75 else 1.0,
        references=(_COIN,),
        legend=(("across players", measure.colour, measure.shape),),
        joined=True,
    )
    boxes = interval_plot(canvas, box, plot, focus.name.removeprefix(figure_name("")))
    for mark, (rung, rate) in zip(marks, rates, strict=True):
        sentence = _sentence(rung.kimg, rate, measured.get(rung.kimg))
        # What has the focus is lit by the plot itself.
        explanations.mark(canvas, mark.name, boxes[mark.name], sentence, Focus(""))


def _mark(rung: RungFigures, rate: PlayersRate, measure: Measure) -> Mark:
    shares = (measure.of_player(player).estimate for player in rung.players)
    return Mark(
        f"rung {rung.kimg}",
        float(rung.kimg),
        rate.estimate,
        rate.interval.low if rate.interval else rate.estimate,
        rate.interval.high if rate.interval else rate.estimate,
        measure.colour,
        faint=tuple(share for share in shares if share is not None),
        has_interval=rate.interval is not None,
        shape=measure.shape,
    )


def _sentence(kimg: int, rate: PlayersRate, tick: Tick | None) -> str:
    distance = "" if tick is None or tick.judge_distance is None else f" Judge distance {tick.judge_distance:.2f}."
    return f"{number(kimg)} kimg, “{rung_name(kimg)}”: {rate.sentence}{distance}"


def draw_side(
    canvas: Canvas,
    box: pygame.FRect,
    found: CountedGenerator,
    measured: Mapping[int, Tick],
    pointer: Point | None,
    focus: Focus,
) -> Tooltip | None:
    """Draws the judge's distance at the same rungs, where it is known, and who was counted."""
    tooltip, y, remarks = None, box.top, _remarks(found)
    words = sum(canvas.paragraph_height(text, box.width, SMALL) + 10 for text, _ in remarks)
    if any(tick.judge_distance is not None for tick in measured.values()):
        height = min(_CHART_HEIGHTS[1], max(_CHART_HEIGHTS[0], box.height - words - 14))
        panel = pygame.FRect(box.left, box.top, box.width, height)
        canvas.panel(panel, PANEL)
        rungs = tuple(measured)
        chart = canvas.kept(
            ("judge distance",),
            tuple(measured.values()),
            lambda: distance_chart(measured, float(max(rungs)), float(min(rungs))),
        )
        pointed = focus.name.removeprefix(figure_name("rung "))
        cursor = float(pointed) if pointed.isdecimal() else None
        tooltip = line_chart(canvas, panel.inflate(-28, -24), chart, cursor, pointer)
        y = panel.bottom + 14
    for text, colour in remarks:
        y = canvas.paragraph(text, pygame.FRect(box.left, y, box.width, 0), SMALL, colour) + 10
    return tooltip


def nothing_to_show(found: CountedGenerator) -> str:
    """Returns why there is no curve."""
    if found.figures.guest_rounds:
        return "Measured rounds were played, but all of them without a name: nobody knows how many people that were."
    return "Nobody has finished a measured round against this run yet."


def _remarks(found: CountedGenerator) -> list[tuple[str, Colour]]:
    """Returns who was counted, and what that is too few for."""
    figures, remarks = found.figures, []
    if figures.rungs:
        answers = counted(sum(rung.answers for rung in figures.rungs), "answer")
        absent = "" if figures.same_players else ", but not all played at every rung"
        who = f"{counted(figures.players, 'player')}, {answers}. Each faint dot is one of them{absent}."
        remarks.append((who, MUTED))
    few = [rung for rung in figures.rungs if len(rung.players) < MINIMUM_PLAYERS]
    if few:
        where = "here" if len(few) == len(figures.rungs) else "where dots are hollow"
        remarks.append((f"Too few players {where}. {TOO_FEW_PLAYERS}", STREAK))
    if figures.guest_rounds and figures.rungs:
        verb = "is" if figures.guest_rounds == 1 else "are"
        remarks.append((f"{counted(figures.guest_rounds, 'round')} {verb} left out: played without a name.", MUTED))
    if found.source:
        remarks.append((found.source, MUTED))
    return remarks
