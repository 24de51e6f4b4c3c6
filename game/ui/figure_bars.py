"""Figures below each other, each as a bar with its sentence; where there are too few answers for one, that is said."""

import pygame

from game.interval_words import Rate
from game.signal_detection import TOO_FEW_TRIALS, YesNoCriterion, yes_no_criterion, yes_no_sensitivity
from game.statistics import SignalCounts
from game.ui.canvas import Canvas
from game.ui.charts import D_PRIME_ENDS, interval_bar, value_bar
from game.ui.explained import Explanations
from game.ui.theme import MUTED, SMALL
from game.ui.widgets import Focus
from game.words import number

CRITERION_ENDS = (-3.0, 3.0)


class FigureBars:
    """Bars from `box` downwards, each `step` below the one before; `bottom` is where the next one has room."""

    def __init__(
        self, canvas: Canvas, box: pygame.FRect, step: float, explanations: Explanations, focus: Focus
    ) -> None:
        self._canvas = canvas
        self._box = pygame.FRect(box)
        self._step = step
        self._explanations = explanations
        self._focus = focus

    @property
    def bottom(self) -> float:
        """The y below all that has been drawn."""
        return self._box.top

    def rate(self, name: str, rate: Rate, more: str = "") -> None:
        """Draws a share; `more` follows its sentence."""
        self._mark(name, f"{rate.sentence} {more}".rstrip())
        interval_bar(self._canvas, self._box, rate.name, rate.proportion)
        self._box.top += self._step

    def sensitivity(self, label: str, counts: SignalCounts, whom: str = "you") -> None:
        """Draws somebody's d′, or why there is none."""
        found = yes_no_sensitivity(counts)
        if found is None:
            self._say(too_few(counts))
            return
        self._mark(f"d {whom}", found.sentence_for(whom))
        value_bar(self._canvas, self._box, label, found.d_prime, found.interval, D_PRIME_ENDS)
        self._box.top += self._step

    def criterion(self, label: str, counts: SignalCounts) -> None:
        """Draws the player's c; nothing where there is none, as it is missing with d′."""
        found = yes_no_criterion(counts)
        if found is not None:
            self._mark("c", found.sentence)
            value_bar(self._canvas, self._box, label, found.c, found.interval, CRITERION_ENDS)
            self._box.top += self._step

    def _mark(self, name: str, sentence: str) -> None:
        self._explanations.mark(self._canvas, name, pygame.FRect(self._box), sentence, self._focus)

    def _say(self, text: str) -> None:
        box = pygame.FRect(self._box.left, self._box.top, self._box.width, 0)
        self._box.top = self._canvas.paragraph(text, box, SMALL, MUTED) + 12


def leaning_label(criterion: YesNoCriterion) -> str:
    """Returns what a bar of c is called: with the side, where its interval leaves no doubt of it."""
    if criterion.interval.low > 0:
        return "c, leans to “real”"
    return "c, leans to “fake”" if criterion.interval.high < 0 else "c, leaning"


def too_few(counts: SignalCounts) -> str:
    """Returns why d′ and c can't be told."""
    return f"{TOO_FEW_TRIALS} So far there are {number(counts.fakes)} and {number(counts.reals)}."
