"""Small plots, drawn where a person would rather look than read."""

import pygame

from game.interval_words import with_interval
from game.statistics import Interval, Proportion
from game.ui.canvas import Canvas, Span
from game.ui.theme import BODY, FOCUS, LIGHT_BOX, MUTED, TEXT, TRACK

RANGE_COLOUR = (58, 96, 128)
ARROW = 14.0
# Of a bar of d′: from worse than guessing to hardly ever wrong.
D_PRIME_ENDS = (-1.0, 6.0)
_RIGHTWARDS = ((-0.16, -0.36), (0.2, 0.0), (-0.16, 0.36))
_LEFTWARDS = tuple((-x, y) for x, y in _RIGHTWARDS)


def percent(share: float) -> str:
    """Returns a share of 1 in whole per cent."""
    return f"{100 * share:.0f} %"


def interval_bar(
    canvas: Canvas,
    box: pygame.FRect,
    label: str,
    proportion: Proportion,
    without: str = "none shown",
    by_guessing: float | None = 0.5,
) -> None:
    """Draws a proportion on a bar from 0 to 1 with its 95 % Wilson interval and a mark where guessing would lead.

    `without` says what it means that there are no trials.
    """
    canvas.text(label, box.topleft, BODY)
    track = pygame.FRect(box.left, box.bottom - 12, box.width, 12)
    canvas.panel(track, TRACK, None, 6)
    interval, estimate = proportion.interval(), proportion.estimate
    if interval is None or estimate is None:
        canvas.text(without, box.topright, BODY, MUTED, anchor="topright")
        return
    figures = f"  [{100 * interval.low:.0f}, {100 * interval.high:.0f}]"
    spans: list[Span] = [(percent(estimate), TEXT, "bold"), (figures, MUTED, "regular")]
    canvas.spans(spans, box.topright, BODY, "topright")
    width = max(12.0, (interval.high - interval.low) * track.width)
    left = min(track.left + interval.low * track.width, track.right - width)
    canvas.panel(pygame.FRect(left, track.top, width, 12), RANGE_COLOUR, None, 6)
    if by_guessing is not None:
        canvas.bar(pygame.FRect(track.left + by_guessing * track.width - 0.75, track.top - 5, 1.5, 22), LIGHT_BOX)
    x = track.left + estimate * (track.width - 5)
    canvas.panel(pygame.FRect(x, track.top - 3, 5, 18), FOCUS, None, 2)


def value_bar(
    canvas: Canvas,
    box: pygame.FRect,
    label: str,
    value: float,
    interval: Interval,
    ends: tuple[float, float],
    neutral: float = 0.0,
    digits: int = 1,
) -> None:
    """Draws a value with its interval on a bar between two ends, with a mark at the `neutral` value.

    An interval that goes on beyond an end of the bar, such as an infinite one, has an arrow there.
    """
    canvas.text(label, box.topleft, BODY)
    head, _, rest = with_interval(value, interval, digits).partition(" ")
    canvas.spans([(head, TEXT, "bold"), (f"  {rest}", MUTED, "regular")], box.topright, BODY, "topright")
    track = pygame.FRect(box.left, box.bottom - 12, box.width, 12)
    canvas.panel(track, TRACK, None, 6)

    def x(place: float) -> float:
        return track.left + (min(max(place, ends[0]), ends[1]) - ends[0]) / (ends[1] - ends[0]) * track.width

    width = max(12.0, x(interval.high) - x(interval.low))
    left = min(x(interval.low), track.right - width)
    canvas.panel(pygame.FRect(left, track.top, width, 12), RANGE_COLOUR, None, 6)
    canvas.bar(pygame.FRect(x(neutral) - 0.75, track.top - 5, 1.5, 22), LIGHT_BOX)
    for beyond, arrow, end in (
        (interval.low < ends[0], _LEFTWARDS, track.left + ARROW),
        (interval.high > ends[1], _RIGHTWARDS, track.right - ARROW),
    ):
        if beyond:
            canvas.strokes(arrow, (end, track.centery), ARROW, LIGHT_BOX)
    canvas.panel(pygame.FRect(min(x(value), track.right - 5), track.top - 3, 5, 18), FOCUS, None, 2)


def progress_bar(canvas: Canvas, box: pygame.FRect, share: float) -> None:
    """Draws how much of something is done, from 0 to 1."""
    canvas.panel(box, TRACK, None, box.height / 2)
    done = pygame.FRect(box.left, box.top, max(box.height, box.width * min(1.0, share)), box.height)
    canvas.panel(done, FOCUS, None, box.height / 2)
