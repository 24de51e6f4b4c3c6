"""The stamp with the truth: it comes down on a corner of the light-box, so that the picture stays free to be seen."""

import pygame

from game.rules import Truth
from game.ui.canvas import Canvas
from game.ui.stamps import draw_stamp

STAMP_SECONDS = 0.15


class FallingStamp:
    """Falls once for each answer; `falling` until a frame has shown it where it stays."""

    def __init__(self) -> None:
        self.falling = False
        self._since = 0.0

    def fall(self, now: float) -> None:
        """Begins to come down."""
        self.falling, self._since = True, now

    def draw(self, canvas: Canvas, truth: Truth, light_box: pygame.FRect, now: float, still: bool) -> None:
        """Draws the stamp where it is by now; `still` puts it there at once."""
        share = 1.0 if still else min(1.0, (now - self._since) / STAMP_SECONDS)
        self.falling = share < 1
        draw_stamp(canvas, truth, (light_box.right - 70, light_box.bottom - 14), 1.6 - 0.6 * share)
