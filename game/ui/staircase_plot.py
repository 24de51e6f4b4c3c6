"""The course of a staircase: what was asked in trial after trial, and whether the answer was right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pygame

from game.ui.canvas import Canvas
from game.ui.stamps import draw_mark
from game.ui.theme import DESK, EDGE, MUTED, SMALL

LABEL_SIZE = SMALL - 3
_GUTTER = 50.0
_RIM = 14.0
_LARGEST_MARK = 17.0


@dataclass(frozen=True, slots=True)
class Step:
    """A trial at a level, by its place from 0; `right` is None where it does not count."""

    level: int
    right: bool | None


def staircase_plot(
    canvas: Canvas, box: pygame.FRect, steps: Sequence[Step], levels: Sequence[float], written: Callable[[float], str]
) -> None:
    """Draws a course from left to right; easier levels, which are the later ones, lie higher."""
    line = canvas.line_height(LABEL_SIZE)
    inside = pygame.FRect(box.left + _GUTTER, box.top, box.width - _GUTTER - _RIM, box.height - line - 6)
    canvas.panel(inside, DESK, EDGE, 4, 1)
    room = inside.inflate(-2 * _RIM, -2 * _RIM)
    across, down = room.width / max(1, len(steps) - 1), room.height / max(1, len(levels) - 1)
    # The marks of two neighbours may just touch.
    size = min(_LARGEST_MARK, 0.95 * across)
    _draw_levels(canvas, inside, [(room.bottom - place * down, written(level)) for place, level in enumerate(levels)])
    points = [(room.left + place * across, room.bottom - step.level * down) for place, step in enumerate(steps)]
    for (left, top), (right, bottom) in pairwise(points):
        canvas.bar(pygame.FRect(left, top, right - left, 1.5), EDGE)
        canvas.bar(pygame.FRect(right, min(top, bottom), 1.5, abs(bottom - top) + 1.5), EDGE)
    for step, point in zip(steps, points, strict=True):
        draw_step(canvas, step.right, point, size)
    for place in range(0, len(steps), 10):
        number, x = str(place + 1 if place == 0 else place), points[max(0, place - 1)][0]
        canvas.text(number, (x, inside.bottom + 4), LABEL_SIZE, MUTED, anchor="midtop")


def draw_step(canvas: Canvas, right: bool | None, centre: tuple[float, float], size: float) -> None:
    """Draws a trial: the marks for right and wrong, and a grey square for one that does not count."""
    if right is None:
        box = pygame.FRect(0, 0, 0.7 * size, 0.7 * size)
        box.center = centre
        canvas.panel(box, DESK, MUTED, 1, 1.5)
    else:
        draw_mark(canvas, right, centre, size)


def _draw_levels(canvas: Canvas, inside: pygame.FRect, rows: Sequence[tuple[float, str]]) -> None:
    free = inside.bottom + inside.height
    for y, label in rows:
        canvas.bar(pygame.FRect(inside.left, y, inside.width, 1 / canvas.scale), EDGE)
        if y <= free:
            canvas.text(label, (inside.left - 8, y), LABEL_SIZE, MUTED, anchor="midright")
            free = y - canvas.line_height(LABEL_SIZE)
