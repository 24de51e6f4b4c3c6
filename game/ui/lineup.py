"""Several pictures on small light-boxes side by side, to choose one from; and which one was the fake."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pygame
from numpy.typing import NDArray

from game.lineup import LineupTrial
from game.ui.canvas import Canvas, Point
from game.ui.stamps import draw_mark
from game.ui.theme import DESK, FAKE, FOCUS, LIGHT_BOX
from game.ui.widgets import Button

_RING_WIDTH = 5.0
_MARK_SIZE = 32.0


@dataclass(frozen=True, slots=True)
class _Grid:
    """How so many pictures lie: in columns, each one in so much room, on so much paper, so far from the next."""

    columns: int
    picture_size: float
    paper_edge: float
    step: float
    radius: float


_GRIDS = {2: _Grid(2, 364, 24, 472, 18), 4: _Grid(2, 224, 14, 280, 14), 9: _Grid(3, 150, 9, 182, 11)}


def draw_lineup(
    canvas: Canvas,
    centre: Point,
    image_size: int,
    count: int,
    pictures: Sequence[NDArray[np.uint8]] | None,
    focused: int | None = None,
    revealed: LineupTrial | None = None,
) -> list[Button]:
    """Draws pictures around a point, row by row, or dark boxes where there are none, and returns their buttons.

    The buttons are named by their places, from 0. `revealed` puts the fake into an octagon, and a mark at what was
    said of it.
    """
    grid = _GRIDS[count]
    insides = _insides(canvas, centre, image_size, count, grid)
    papers = [inside.inflate(2 * grid.paper_edge, 2 * grid.paper_edge) for inside in insides]
    # All of them first: a light must not fall on a picture.
    for paper in papers:
        canvas.glow(paper, 3.5 * grid.paper_edge, LIGHT_BOX, 0.28, grid.radius)
    for place, (inside, paper) in enumerate(zip(insides, papers, strict=True)):
        ring = paper.inflate(2 * _RING_WIDTH, 2 * _RING_WIDTH)
        if revealed is not None and place == revealed.fake_place:
            # Cut by as much as leaves the picture whole.
            canvas.octagon(ring, FAKE, cut=1.7 * (grid.paper_edge + _RING_WIDTH))
        else:
            if place == focused:
                canvas.panel(ring, FOCUS, None, grid.radius + _RING_WIDTH)
            canvas.panel(paper, LIGHT_BOX, None, grid.radius)
        if pictures is None:
            canvas.bar(inside, DESK)
        else:
            canvas.picture(pictures[place], inside)
    if revealed is not None and revealed.chosen is not None:
        corner = (papers[revealed.chosen].right - 8, papers[revealed.chosen].top + 8)
        canvas.disc(corner, _MARK_SIZE + 8, DESK)
        draw_mark(canvas, revealed.right, corner, _MARK_SIZE)
    return [Button(str(place), paper) for place, paper in enumerate(papers)]


def _insides(canvas: Canvas, centre: Point, image_size: int, count: int, grid: _Grid) -> list[pygame.FRect]:
    """Returns where the pictures themselves lie."""
    rows, insides = count // grid.columns, []
    for place in range(count):
        row, column = divmod(place, grid.columns)
        room = pygame.FRect(0, 0, grid.picture_size, grid.picture_size)
        across, down = column - (grid.columns - 1) / 2, row - (rows - 1) / 2
        room.center = (centre[0] + across * grid.step, centre[1] + down * grid.step)
        insides.append(canvas.picture_box(room, image_size))
    return insides
