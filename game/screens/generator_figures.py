"""Whom a run's fakes fool: its HYPE∞ curve over all players who were measured against it, and its judge distance."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pygame

from game.counting import Counting
from game.generator_figures import MEASURED_MODES, GeneratorFigures, PlayerErrors, RungFigures, generator_figures
from game.human_evaluation import MINIMUM_PLAYERS, TOO_FEW_PLAYERS, PlayersRate
from game.kind_words import run_of, run_title
from game.screen import Back, Open, ShowGeneratorFigures, ShowHelp, Stay, Transition
from game.services import Services
from game.statistics import Proportion
from game.stored_trial import StoredTrial
from game.training_run import rung_name
from game.ui.canvas import Canvas, Point
from game.ui.counting_bar import draw_counting
from game.ui.explained import Explanations, figure_name
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent, Key, PointerMoved, PointerPressed
from game.ui.interval_plot import IntervalPlot, Mark, Reference, Shape, interval_plot
from game.ui.plots import line_chart
from game.ui.run_panels import distance_chart
from game.ui.tabs import draw_tabs, page_of, tab_name
from game.ui.theme import (
    BODY,
    FAKE,
    HEADING,
    LARGE,
    LIGHT_BOX,
    MUTED,
    PANEL,
    REAL_TEXT,
    SMALL,
    STREAK,
    TEXT,
    WRONG,
    Colour,
)
from game.ui.tooltip import Tooltip, draw_tooltip
from game.ui.widgets import Button, Focus, draw_button, draw_keys
from game.words import dataset_words, number

if TYPE_CHECKING:
    from game.stored_rounds import StoredRounds

_LONGER, _SHORTER = "longer", "shorter"
COIN = Reference(0.5, "a coin")


@dataclass(frozen=True, slots=True)
class _Measure:
    """One of the three rates: its tab, the plot's title, and where it is found."""

    name: str
    label: str
    title: str
    colour: Colour
    shape: Shape
    across: Callable[[RungFigures], PlayersRate | None]
    of_player: Callable[[PlayerErrors], Proportion]


_MEASURES = {
    measure.name: measure
    for measure in (
        _Measure(
            "error",
            "All errors",
            "HYPE∞: how often people are wrong",
            LIGHT_BOX,
            "disc",
            lambda rung: rung.across.error,
            lambda player: player.error,
        ),
        _Measure(
            "fake",
            "Fakes taken for real",
            "The fooling rate: how often its fakes are taken for real",
            FAKE,
            "octagon",
            lambda rung: rung.across.fake_error,
            lambda player: player.fake_error,
        ),
        _Measure(
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


@dataclass(frozen=True, slots=True)
class _Counted:
    """The figures, what they were counted from, and a sentence on where that is from."""

    trials: list[StoredTrial]
    figures: GeneratorFigures
    source: str


class GeneratorFiguresScreen:
    """The rates by rung with a point for each player, and the judge's distance beside them."""

    def __init__(self, services: Services, wanted: ShowGeneratorFigures) -> None:
        self._services = services
        self._wanted = wanted
        self._run = run_of(services.lab, wanted.run_key)
        self._measured = services.lab.library.measured(self._run) if self._run else {}
        self._explanations = Explanations()
        self._measure = "error"
        self._length: int | None = None
        self._counted: _Counted | None = None
        self._seen: object = None
        self._pointer: Point | None = None
        self._focus = Focus(tab_name(self._measure))
        self._buttons: list[Button] = []
        self._counting = self._count()

    def _count(self) -> Counting[_Counted]:
        """Begins to count, in the background; what was read once is kept."""
        from game.scores_reader import reader

        store, kept, length = self._services.store, self._counted, self._length
        question = partial(_trials_of, self._wanted)
        here = reader(store.get(), question) if kept is None else None

        def work(tell: Callable[[float, str], None]) -> _Counted:
            if kept is not None or here is None:
                assert kept is not None
                trials, source = kept.trials, kept.source
            else:
                trials, source = here(), ""
            figures = generator_figures(
                trials, length, np.random.Generator(np.random.PCG64(0)), lambda share: tell(share, "counting")
            )
            return _Counted(trials, figures, source)

        return Counting(work, self._services.wake)

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Turns between the rates, and between lengths of rounds."""
        match event:
            case Key(name="escape"):
                self._counting.cancel()
                return Back()
            case Key(name="f1"):
                return Open(ShowHelp())
            case Key(name="tab"):
                names = list(_MEASURES)
                self._measure = names[(names.index(self._measure) + 1) % len(names)]
                self._focus.name = tab_name(self._measure)
                return Stay()
            case PointerMoved(at=at):
                self._pointer = at
        before = self._focus.name
        chosen = self._focus.handle(event, self._buttons)
        if not isinstance(event, PointerMoved) and (page := page_of(self._focus.name)):
            # A tab that has the focus is the one on show. Whoever comes from above or below has not chosen another.
            if page_of(before) or isinstance(event, PointerPressed):
                self._measure = page
            self._focus.name = tab_name(self._measure)
        if chosen in (_LONGER, _SHORTER):
            self._change_length(-1 if chosen == _LONGER else 1)
        # A pointer that moves may lie on the chart.
        return Stay() if chosen is not None or isinstance(event, PointerMoved) else None

    def _change_length(self, steps: int) -> None:
        if self._counted is not None:
            figures = self._counted.figures
            place = figures.lengths.index(figures.length)
            self._length = figures.lengths[(place + steps) % len(figures.lengths)]
            self._counting.cancel()
            self._counting = self._count()

    def update(self, now: float) -> Transition | None:
        """Shows the figures once they are counted."""
        counting = self._counting
        if counting.result is not None:
            self._counted = counting.result
        seen = (counting, counting.done, counting.is_slow, counting.share, counting.text)
        changed, self._seen = seen != self._seen, seen
        return Stay() if changed else None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None, but while figures are counted, as how far that is can be seen."""
        return None if self._counting.done else 0.05

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the curve and what there is to say about it."""
        page = canvas.page
        left, top = page.left + 60, page.top + 26
        self._explanations.clear()
        canvas.text("Whom does it fool?", (left, top), HEADING, TEXT, "bold")
        title = run_title(self._services.lab, self._wanted.run, self._wanted.run_key)
        subtitle = f"{title} · {dataset_words(self._wanted.dataset).title}"
        canvas.text(visible_start(canvas, subtitle, 800, LARGE - 4), (left, top + 44), LARGE - 4, MUTED)
        pages = [(measure.name, measure.label) for measure in _MEASURES.values()]
        tabs = pygame.FRect(left, top + 84, page.width - 120, 44)
        self._buttons = draw_tabs(canvas, tabs, pages, self._measure, self._focus)
        body = pygame.FRect(left, top + 148, page.width - 120, 392)
        tooltip = self._draw_body(canvas, body)
        foot = pygame.FRect(left, page.bottom - 142, page.width - 120, 60)
        self._explanations.draw_line(canvas, foot, self._focus)
        for button in self._buttons:
            if button.name in (_LONGER, _SHORTER):
                draw_button(canvas, button, self._focus)
        self._buttons += self._explanations.buttons
        draw_keys(canvas, (("Esc", "back"), ("F1", "help")), (left, page.bottom - 28), "bottomleft")
        draw_keys(canvas, (("Tab", "next rate"),), (page.right - 60, page.bottom - 28), "bottomright")
        if tooltip is not None:
            draw_tooltip(canvas, tooltip)

    def _draw_body(self, canvas: Canvas, box: pygame.FRect) -> Tooltip | None:
        counting, counted = self._counting, self._counted
        if counting.error:
            canvas.paragraph(counting.error, box, BODY, WRONG)
            return None
        if not counting.done or counted is None:
            if counting.is_slow:
                draw_counting(canvas, box, counting.text, counting.share)
            return None
        self._draw_lengths(canvas, counted.figures, pygame.FRect(box.right - 300, box.top - 150, 300, 60))
        side = pygame.FRect(box.right - 390, box.top, 390, box.height)
        if not counted.figures.rungs:
            canvas.paragraph(_nothing(counted), pygame.FRect(box.left, box.top, 700, 0), BODY, MUTED)
        else:
            self._draw_curve(canvas, pygame.FRect(box.left, box.top, 750, box.height), counted.figures)
        return self._draw_side(canvas, side, counted)

    def _draw_lengths(self, canvas: Canvas, figures: GeneratorFigures, box: pygame.FRect) -> None:
        """Draws how long the rounds are that are counted, and a way to those of another length."""
        if not figures.length:
            return
        half = figures.length // 2
        words = f"{half} + {half}"
        canvas.text(words, (box.centerx, box.top + 20), BODY, TEXT, "semibold", "center")
        short = "a short round" if half < 50 else "pictures"
        canvas.text(short, (box.centerx, box.top + 44), SMALL, MUTED, anchor="center")
        if len(figures.lengths) > 1:
            self._buttons += [
                Button(_LONGER, pygame.FRect(box.left, box.top + 4, 44, 52), "‹"),
                Button(_SHORTER, pygame.FRect(box.right - 44, box.top + 4, 44, 52), "›"),
            ]

    def _draw_curve(self, canvas: Canvas, box: pygame.FRect, figures: GeneratorFigures) -> None:
        measure = _MEASURES[self._measure]
        rates = [(rung, rate) for rung in figures.rungs if (rate := measure.across(rung)) is not None]
        marks = tuple(
            Mark(
                f"rung {rung.kimg}",
                float(rung.kimg),
                rate.estimate,
                rate.interval.low if rate.interval else rate.estimate,
                rate.interval.high if rate.interval else rate.estimate,
                measure.colour,
                faint=tuple(
                    share for player in rung.players if (share := measure.of_player(player).estimate) is not None
                ),
                has_interval=rate.interval is not None,
                shape=measure.shape,
            )
            for rung, rate in rates
        )
        highest = max([value for mark in marks for value in (*mark.faint, mark.high or 0.0)], default=1.0)
        plot = IntervalPlot(
            measure.title,
            marks,
            "kimg",
            highest_share=0.75 if highest <= 0.75 else 1.0,
            references=(COIN,),
            legend=(("across players", measure.colour, measure.shape),),
            joined=True,
        )
        boxes = interval_plot(canvas, box, plot, self._focus.name.removeprefix(figure_name("")))
        for mark, (rung, rate) in zip(marks, rates, strict=True):
            self._explanations.mark(canvas, mark.name, boxes[mark.name], self._sentence(rung, rate), Focus(""))

    def _sentence(self, rung: RungFigures, rate: PlayersRate) -> str:
        tick = self._measured.get(rung.kimg)
        distance = "" if tick is None or tick.judge_distance is None else f" Judge distance {tick.judge_distance:.2f}."
        return f"{number(rung.kimg)} kimg, “{rung_name(rung.kimg)}”: {rate.sentence}{distance}"

    def _draw_side(self, canvas: Canvas, box: pygame.FRect, counted: _Counted) -> Tooltip | None:
        """Draws the judge's distance at the same rungs, and who was counted."""
        tooltip, y, remarks = None, box.top, _remarks(counted)
        words = sum(canvas.paragraph_height(text, box.width, SMALL) + 10 for text, _ in remarks)
        if any(tick.judge_distance is not None for tick in self._measured.values()) and self._run is not None:
            panel = pygame.FRect(box.left, box.top, box.width, min(200.0, max(130.0, box.height - words - 14)))
            canvas.panel(panel, PANEL)
            chart = canvas.kept(
                ("judge distance",),
                (self._run.name, tuple(self._measured)),
                lambda: distance_chart(self._measured, float(max(self._measured)), float(min(self._measured))),
            )
            pointed = self._focus.name.removeprefix(figure_name("rung "))
            cursor = float(pointed) if pointed.isdecimal() else None
            tooltip = line_chart(canvas, panel.inflate(-28, -24), chart, cursor, self._pointer)
            y = panel.bottom + 14
        for text, colour in remarks:
            y = canvas.paragraph(text, pygame.FRect(box.left, y, box.width, 0), SMALL, colour) + 10
        return tooltip


def _trials_of(wanted: ShowGeneratorFigures, rounds: "StoredRounds") -> list[StoredTrial]:
    run = None if wanted.run_key else wanted.run
    return [
        trial
        for mode in MEASURED_MODES
        for trial in rounds.trials(
            dataset=wanted.dataset, run=run, run_key=wanted.run_key, mode=mode, finished_only=True
        )
    ]


def _nothing(counted: _Counted) -> str:
    if counted.figures.guest_rounds:
        return "Measured rounds were played, but all of them without a name: nobody knows how many people that were."
    return "Nobody has finished a measured round against this run yet."


def _remarks(counted: _Counted) -> list[tuple[str, Colour]]:
    """Returns who was counted, and what that is too few for."""
    figures, remarks = counted.figures, []
    if figures.rungs:
        players = "1 player" if figures.players == 1 else f"{figures.players} players"
        answers = number(sum(rung.answers for rung in figures.rungs))
        remarks.append((f"{players}, {answers} answers. Each faint dot is one of them.", MUTED))
    few = [rung for rung in figures.rungs if len(rung.players) < MINIMUM_PLAYERS]
    if few:
        where = "here" if len(few) == len(figures.rungs) else "where dots are hollow"
        remarks.append((f"Too few players {where}. {TOO_FEW_PLAYERS}", STREAK))
    if figures.guest_rounds and figures.rungs:
        left_out = "1 round is" if figures.guest_rounds == 1 else f"{figures.guest_rounds} rounds are"
        remarks.append((f"{left_out} left out: played without a name.", MUTED))
    if counted.source:
        remarks.append((counted.source, MUTED))
    return remarks
