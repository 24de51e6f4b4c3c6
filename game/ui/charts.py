"""Small plots, drawn where a person would rather look than read."""

import pygame

from game.interval_words import with_interval
from game.statistics import Interval, Proportion
from game.ui.canvas import Canvas, Span
from game.ui.theme import BODY, FOCUS, LIGHT_BOX, MUTED, TEXT, TRACK

RANGE_COLOUR = (58, 96, 128)


def percent(share: float) -> str:
    """Returns a share of 1 in whole per cent."""
    return f"{100 * share:.0f} %"


def interval_bar(canvas: Canvas, box: pygame.FRect, label: str, proportion: Proportion) -> None:
    """Draws a proportion on a bar from 0 to 1 with its 95 % Wilson interval and a mark at one half."""
    canvas.text(label, box.topleft, BODY)
    track = pygame.FRect(box.left, box.bottom - 12, box.width, 12)
    canvas.panel(track, TRACK, None, 6)
    interval, estimate = proportion.interval(), proportion.estimate
    if interval is None or estimate is None:
        canvas.text("none shown", box.topright, BODY, MUTED, anchor="topright")
        return
    figures = f"  [{100 * interval.low:.0f}, {100 * interval.high:.0f}]"
    spans: list[Span] = [(percent(estimate), TEXT, "bold"), (figures, MUTED, "regular")]
    canvas.spans(spans, box.topright, BODY, "topright")
    width = max(12.0, (interval.high - interval.low) * track.width)
    left = min(track.left + interval.low * track.width, track.right - width)
    canvas.panel(pygame.FRect(left, track.top, width, 12), RANGE_COLOUR, None, 6)
    canvas.bar(pygame.FRect(track.left + track.width / 2 - 0.75, track.top - 5, 1.5, 22), LIGHT_BOX)
    x = track.left + estimate * (track.width - 5)
    canvas.panel(pygame.FRect(x, track.top - 3, 5, 18), FOCUS, None, 2)


def value_bar(
    canvas: Canvas,
    box: pygame.FRect,
    label: str,
    value: float,
    interval: Interval,
    ends: tuple[float, float],
) -> None:
    """Draws a value with its interval on a bar between two ends, with a mark at 0.

    What lies beyond an end, such as an interval's infinite end, is drawn at that end.
    """
    canvas.text(label, box.topleft, BODY)
    head, _, rest = with_interval(value, interval).partition(" ")
    canvas.spans([(head, TEXT, "bold"), (f"  {rest}", MUTED, "regular")], box.topright, BODY, "topright")
    track = pygame.FRect(box.left, box.bottom - 12, box.width, 12)
    canvas.panel(track, TRACK, None, 6)

    def x(place: float) -> float:
        return track.left + (min(max(place, ends[0]), ends[1]) - ends[0]) / (ends[1] - ends[0]) * track.width

    width = max(12.0, x(interval.high) - x(interval.low))
    left = min(x(interval.low), track.right - width)
    canvas.panel(pygame.FRect(left, track.top, width, 12), RANGE_COLOUR, None, 6)
    canvas.bar(pygame.FRect(x(0.0) - 0.75, track.top - 5, 1.5, 22), LIGHT_BOX)
    canvas.panel(pygame.FRect(min(x(value), track.right - 5), track.top - 3, 5, 18), FOCUS, None, 2)


def progress_bar(canvas: Canvas, box: pygame.FRect, share: float) -> None:
    """Draws how much of something is done, from 0 to 1."""
    canvas.panel(box, TRACK, None, box.height / 2)
    done = pygame.FRect(box.left, box.top, max(box.height, box.width * min(1.0, share)), box.height)
    canvas.panel(done, FOCUS, None, box.height / 2)
