"""A threshold with its interval on its whole scale, as a strip."""

from collections.abc import Sequence
from math import log

import pygame

from game.threshold import Place, ThresholdEstimate
from game.ui.canvas import Canvas
from game.ui.charts import RANGE_COLOUR
from game.ui.theme import FOCUS, LIGHT_BOX, MUTED, SMALL, TRACK
from game.words import number

LABEL_SIZE = SMALL - 2
_HEIGHT = 14.0


def threshold_strip(
    canvas: Canvas,
    box: pygame.FRect,
    estimate: ThresholdEstimate,
    scale: Sequence[float],
    unit: str,
    factor: float = 1.0,
) -> None:
    """Draws the levels of a scale, which ascend, with the estimate on it; `factor` brings the estimate into its unit.

    Every doubling is as wide as the one before.
    """
    track = pygame.FRect(box.left, box.top, box.width - 60, _HEIGHT)
    canvas.panel(track, TRACK, None, _HEIGHT / 2)
    # Half an octave of room at both ends.
    first, last = log(scale[0]) - 0.35, log(scale[-1]) + 0.35

    def x(value: float) -> float:
        share = (log(max(value, 1e-9)) - first) / (last - first)
        return track.left + min(max(share, 0.0), 1.0) * track.width

    if estimate.place is not Place.UNKNOWN:
        left = track.left if estimate.low is None else x(factor * estimate.low)
        right = track.right if estimate.high is None else x(factor * estimate.high)
        width = max(_HEIGHT, right - left)
        span = pygame.FRect(min(left, track.right - width), track.top, width, _HEIGHT)
        canvas.panel(span, RANGE_COLOUR, None, _HEIGHT / 2)
    if estimate.median is not None:
        at = x(factor * estimate.median)
        canvas.panel(pygame.FRect(at - 2.5, track.top - 5, 5, _HEIGHT + 10), FOCUS, None, 2)
    free = -float("inf")
    for level in scale:
        label = number(round(level))
        half = canvas.text_width(label, LABEL_SIZE) / 2
        canvas.bar(pygame.FRect(x(level), track.bottom + 4, 1 / canvas.scale, 5), LIGHT_BOX)
        if x(level) - half >= free:
            canvas.text(label, (x(level), track.bottom + 12), LABEL_SIZE, MUTED, anchor="midtop")
            free = x(level) + half + 10
    canvas.text(unit, (track.right + 12, track.bottom + 12), LABEL_SIZE, MUTED)
