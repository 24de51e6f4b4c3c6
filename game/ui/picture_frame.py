"""Pictures in a row, while they come and when they are there."""

from collections.abc import Sequence

import numpy as np
import pygame
from numpy.typing import NDArray

from game.forger import ForgerStatus
from game.ui.canvas import Canvas
from game.ui.charts import progress_bar
from game.ui.theme import BODY, MUTED, SMALL, TRACK, WRONG

# Each size of a picture goes into its slot a whole number of times, where a sheet unit is a pixel.
_SLOTS = {28: 56.0}
_LARGE_SLOT = 64.0


def slot_size(image_size: int) -> float:
    """Returns how wide the place of a small picture is, in sheet units."""
    return _SLOTS.get(image_size, _LARGE_SLOT)


def slots_in(width: float, slot: float, gap: float) -> int:
    """Returns how many pictures there is room for."""
    return int((width + gap) // (slot + gap))


def picture_row(
    canvas: Canvas, pictures: Sequence[NDArray[np.uint8]] | None, count: int, box: pygame.FRect, gap: float
) -> None:
    """Draws pictures as `Canvas.picture` does, from the left of the box, each as high as it; empty slots until then."""
    for place in range(count):
        slot = pygame.FRect(box.left + place * (box.height + gap), box.top, box.height, box.height)
        if pictures is None:
            canvas.panel(slot, TRACK, None, 4)
        else:
            canvas.picture(pictures[place], slot)


def forger_progress(canvas: Canvas, status: ForgerStatus, box: pygame.FRect) -> None:
    """Draws how far the forger's start is, or the sentence that says why there is none."""
    if status.failure:
        canvas.paragraph(status.failure, box, SMALL, WRONG)
    elif not status.ready:
        canvas.text(f"{status.text} …", box.topleft, BODY, MUTED)
        progress_bar(canvas, pygame.FRect(box.left, box.top + 34, box.width, 8), status.share)
