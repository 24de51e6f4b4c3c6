"""The psychometric curve of a climb: how often the fake is found along the ladder."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pygame

from game.climb import Climb
from game.statistics import Proportion
from game.threshold import ThresholdEstimate
from game.threshold_profile import ClimbsTogether
from game.ui import psychometric_plot as plot
from game.ui.canvas import Canvas
from game.ui.kimg_axis import KimgAxis
from game.ui.psychometric_plot import CURVE, GUESSING, THREE_QUARTERS, THRESHOLD, PsychometricFigure, curve_places
from game.words import number

__all__ = ["CURVE", "GUESSING", "THREE_QUARTERS", "THRESHOLD", "ClimbFigure", "dot_name", "psychometric_plot"]

# Beyond both ends of the ladder, as a factor of kimg.
MARGIN = 1.35


@dataclass(frozen=True)
class ClimbFigure:
    """What is drawn of a climb, or of several together: all that takes a while to find, found once."""

    climb: Climb | ClimbsTogether

    @cached_property
    def tallies(self) -> Mapping[int, Proportion]:
        """The right answers at each rung that was asked at."""
        return self.climb.tallies()

    @cached_property
    def threshold(self) -> ThresholdEstimate:
        """Where the player is right in 75 % of pairs."""
        return self.climb.threshold

    @cached_property
    def drawn(self) -> PsychometricFigure:
        """The figure itself."""
        rungs = self.climb.rungs
        ends = (rungs[0] / MARGIN, rungs[-1] * MARGIN)
        places = curve_places(ends)
        return PsychometricFigure(
            title="Fakes you find",
            unit="kimg",
            ends=ends,
            places=places,
            curve=self.climb.curve(places),
            tallies={float(kimg): tally for kimg, tally in self.tallies.items()},
            threshold=self.threshold,
            ticks=KimgAxis(0, 1, *ends).doublings,
            written=lambda kimg: number(round(kimg)),
            dot_name=lambda kimg: dot_name(round(kimg)),
        )


def dot_name(kimg: int) -> str:
    """Returns the name of the part that stands for the answers at a rung."""
    return f"rung {kimg}"


def psychometric_plot(
    canvas: Canvas, box: pygame.FRect, figure: ClimbFigure, pointed: str = ""
) -> dict[str, pygame.FRect]:
    """Draws the curve with its band, its lines, its dots and its threshold, and returns the boxes of these parts.

    `pointed` is the name of the part that has the focus.
    """
    return plot.psychometric_plot(canvas, box, figure.drawn, pointed)
