"""The light-box on the desk: the one bright place, with the picture that is to be judged."""

import numpy as np
import pygame
from numpy.typing import NDArray

from game.forger import ForgerStatus
from game.ui.canvas import Canvas
from game.ui.charts import progress_bar
from game.ui.fitted_text import breakable
from game.ui.theme import BODY, DESK, LIGHT_BOX, MUTED, WRONG

PICTURE_SIZE = 394.0
PAPER_EDGE = 26.0


def draw_light_box(
    canvas: Canvas,
    centre: tuple[float, float],
    image_size: int,
    pixels: NDArray[np.uint8] | None,
    picture_size: float = PICTURE_SIZE,
    paper_edge: float = PAPER_EDGE,
) -> tuple[pygame.FRect, pygame.FRect]:
    """Draws the box with a picture on it, or dark where there is none, and returns its box and the picture's.

    `picture_size` is the room for a picture in sheet units; of `image_size` pixels as many fit as whole numbers allow.
    """
    room = pygame.FRect(0, 0, picture_size, picture_size)
    room.center = centre
    inside = canvas.picture_box(room, image_size)
    box = inside.inflate(2 * paper_edge, 2 * paper_edge)
    canvas.glow(box, 3.5 * paper_edge, LIGHT_BOX, 0.30)
    canvas.panel(box, LIGHT_BOX, None, 18)
    if pixels is None:
        canvas.bar(inside, DESK)
    else:
        canvas.picture(pixels, inside)
    return box, inside


def draw_waiting(canvas: Canvas, inside: pygame.FRect, status: ForgerStatus, error: str) -> None:
    """Draws on a dark picture how far the forger is, or why no picture will come."""
    problem = error or status.failure
    text_box = inside.inflate(-48, -140)
    if problem:
        canvas.paragraph(breakable(canvas, problem, text_box.width), text_box, BODY, WRONG)
        return
    centre = (inside.centerx, inside.centery - 24)
    canvas.text(f"{status.text or 'Drawing'} …", centre, BODY, MUTED, anchor="center")
    progress_bar(canvas, pygame.FRect(text_box.left, inside.centery, text_box.width, 8), status.share)
