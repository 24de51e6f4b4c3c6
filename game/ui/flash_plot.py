"""The psychometric curve of a flash: how often answers are right, by how long the picture was on show."""

from dataclasses import replace

from game.staircase import Flash
from game.threshold import ThresholdEstimate
from game.threshold_reports import rounded
from game.ui.psychometric_plot import PsychometricFigure, curve_places

# Beyond both ends of the exposures, as a factor.
MARGIN = 1.25


def level_name(frames: int) -> str:
    """Returns the name of the part that stands for the answers after so many frames."""
    return f"level {frames}"


def flash_figure(flash: Flash) -> PsychometricFigure | None:
    """Returns what is drawn of a flash, in milliseconds, or None where nothing can be said.

    It takes tens of milliseconds: made once, not in every frame.
    """
    threshold = flash.threshold
    if threshold is None or not flash.clean:
        return None
    frame, levels = 1000 / flash.refresh_rate, flash.levels
    places = curve_places((levels[0] / MARGIN, levels[-1] * MARGIN))
    # Doublings, and the longest.
    ticks = [frame * level for level in levels if level & (level - 1) == 0 or level == levels[-1]]
    return PsychometricFigure(
        title="How often you are right",
        unit="ms",
        ends=(frame * places[0], frame * places[-1]),
        places=[frame * place for place in places],
        curve=flash.curve(places),
        tallies={frame * level: tally for level, tally in flash.tallies().items()},
        threshold=_in_milliseconds(threshold, frame),
        ticks=lambda most: ticks,
        written=rounded,
        dot_name=lambda milliseconds: level_name(round(milliseconds / frame)),
    )


def _in_milliseconds(found: ThresholdEstimate, frame: float) -> ThresholdEstimate:
    low, median, high = (None if value is None else frame * value for value in (found.low, found.median, found.high))
    return replace(found, low=low, median=median, high=high)
