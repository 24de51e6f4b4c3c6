"""The course of a staircase: what was asked in trial after trial, and whether the answer was right."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pygame

from game.ui.canvas import Canvas, Point
from game.ui.psychometric_plot import LEFT, RIGHT
from game.ui.stamps import draw_mark
from game.ui.theme import DESK, EDGE, MUTED, SMALL, TEXT, WRONG
from game.ui.theme import RIGHT as RIGHT_COLOUR

LABEL_SIZE = SMALL - 2
_RIM = 13.0
_LARGEST_MARK = 15.0
# In pixels: in anything smaller a tick and a cross look alike, but a disc and a ring don't.
_SMALLEST_MARK = 9


@dataclass(frozen=True, slots=True)
class Step:
    """A trial at a level, by its place from 0; `right` is None where it does not count."""

    level: int
    right: bool | None


def staircase_plot(
    canvas: Canvas, box: pygame.FRect, title: str, steps: Sequence[Step], levels: Sequence[str], pointed: bool = False
) -> pygame.FRect:
    """Draws a course below its title, later levels higher, and returns the title's box; `pointed` lights the title."""
    line = canvas.line_height(LABEL_SIZE)
    colour = TEXT if pointed else MUTED
    titled = canvas.text(title, box.topleft, SMALL, TEXT, "semibold")
    hint = canvas.text(
        "how long each was on show, in ms", (box.right - RIGHT, titled.centery), LABEL_SIZE, colour, anchor="midright"
    )
    inside = pygame.FRect(box.left + LEFT, titled.bottom + 8, box.width - LEFT - RIGHT, 0)
    inside.height = box.bottom - line - inside.top
    canvas.panel(inside, DESK, EDGE, 4, 1)
    room = inside.inflate(-2 * _RIM, -2 * _RIM)
    across, down = room.width / max(1, len(steps) - 1), room.height / max(1, len(levels) - 1)
    _draw_levels(canvas, inside, [(room.bottom - place * down, level) for place, level in enumerate(levels)])
    points = [(room.left + place * across, room.bottom - step.level * down) for place, step in enumerate(steps)]
    _draw_stairs(canvas, points)
    # The marks of two neighbours may just touch.
    size = min(_LARGEST_MARK, across)
    for step, point in zip(steps, points, strict=True):
        _draw_step(canvas, step.right, point, size)
    _draw_legend(canvas, inside, [step.right for step in steps])
    for place, point in enumerate(points, 1):
        if place == 1 or place % 10 == 0:
            canvas.text(str(place), (point[0], inside.bottom + 4), LABEL_SIZE, MUTED, anchor="midtop")
    return hint


def _draw_stairs(canvas: Canvas, points: Sequence[Point]) -> None:
    for (left, top), (right, bottom) in pairwise(points):
        canvas.bar(pygame.FRect(left, top, right - left, 1.5), EDGE)
        canvas.bar(pygame.FRect(right, min(top, bottom), 1.5, abs(bottom - top) + 1.5), EDGE)


def _draw_step(canvas: Canvas, right: bool | None, centre: Point, size: float) -> None:
    """Draws a trial: the marks for right and wrong, and a grey square for one that does not count."""
    if right is None:
        box = pygame.FRect(0, 0, 0.7 * size, 0.7 * size)
        box.center = centre
        canvas.panel(box, DESK, MUTED, 1, 1.5)
    elif canvas.pixels(size) < _SMALLEST_MARK:
        canvas.disc(centre, size, RIGHT_COLOUR if right else None, None if right else WRONG)
    else:
        draw_mark(canvas, right, centre, size)


def _draw_legend(canvas: Canvas, inside: pygame.FRect, outcomes: Sequence[bool | None]) -> None:
    """Draws beside the plot what its marks mean: of those that do not count only where there are some."""
    labels: dict[bool | None, str] = {True: "right", False: "wrong"}
    if None in outcomes:
        labels[None] = "dropped"
    for place, (right, label) in enumerate(labels.items()):
        y = inside.top + _RIM + place * max(24.0, canvas.line_height(LABEL_SIZE))
        _draw_step(canvas, right, (inside.right + 16, y), _LARGEST_MARK)
        canvas.text(label, (inside.right + 28, y), LABEL_SIZE, MUTED, anchor="midleft")


def _draw_levels(canvas: Canvas, inside: pygame.FRect, rows: Sequence[tuple[float, str]]) -> None:
    free = inside.bottom + inside.height
    for y, label in rows:
        canvas.bar(pygame.FRect(inside.left, y, inside.width, 1 / canvas.scale), EDGE)
        if y <= free:
            canvas.text(label, (inside.left - 8, y), LABEL_SIZE, MUTED, anchor="midright")
            free = y - canvas.line_height(LABEL_SIZE)
