"""Two bell curves, of real pictures and of fakes, and the line beyond which a picture is called fake."""

from dataclasses import dataclass

import numpy as np
import pygame
from numpy.typing import NDArray

from game.criterion_model import BellCurve, bell_curves
from game.interval_words import with_interval
from game.statistics import Interval
from game.ui import curves
from game.ui.canvas import Canvas
from game.ui.theme import EDGE, FAKE, LIGHT_BOX, MUTED, REAL_TEXT, SMALL, TEXT, Colour

# Beyond both means, in standard deviations.
REACH = 3.2
PLACES = 240
LINE_WIDTH = 2.5
KNOB = 20.0
LABEL_SIZE = SMALL - 1


@dataclass(frozen=True, slots=True)
class BellPlot:
    """Where the plot lies and what it shows; places of the axis are in standard deviations from the middle."""

    box: pygame.FRect
    d_prime: float
    interval: Interval

    @property
    def reach(self) -> float:
        """How far the axis goes to either side."""
        return abs(self.d_prime) / 2 + REACH

    def x(self, place: float) -> float:
        """Returns where a place of the axis is drawn; what lies beyond the ends is put there."""
        inside = min(max(place, -self.reach), self.reach)
        return self.box.centerx + inside / self.reach * self.box.width / 2

    def place(self, x: float) -> float:
        """Returns which place of the axis is drawn at x, within its ends."""
        place = (x - self.box.centerx) / (self.box.width / 2) * self.reach
        return min(max(place, -self.reach), self.reach)


def draw_bells(canvas: Canvas, plot: BellPlot, line: float, own_line: float | None) -> None:
    """Draws both curves with what lies on the wrong side of the line filled, the line, and the player's own one."""
    bells = bell_curves(plot.d_prime)
    box = plot.box
    canvas.bar(pygame.FRect(box.left, box.bottom, box.width, 1 / canvas.scale), EDGE)
    for bell, colour, wrong in (
        (bells.real, REAL_TEXT, (line, plot.reach)),
        (bells.fake, FAKE, (-plot.reach, line)),
    ):
        _draw_bell(canvas, plot, bell, colour, wrong)
    for place, colour, label in (
        *(() if own_line is None else ((own_line, MUTED, "your line"),)),
        (line, LIGHT_BOX, ""),
    ):
        x = plot.x(place)
        canvas.bar(pygame.FRect(x - 1, box.top - 6, 2, box.height + 6), colour)
        if label:
            canvas.text(label, (x, box.top - 10), LABEL_SIZE, colour, anchor="midbottom")
    canvas.disc((plot.x(line), box.bottom), KNOB, LIGHT_BOX, EDGE)
    _draw_sides(canvas, box, plot.x(line))
    # The name of each stands on the side that the other one is not on.
    fakes_right = plot.d_prime >= 0
    for bell, name, colour, on_right in (
        (bells.real, "real pictures", REAL_TEXT, not fakes_right),
        (bells.fake, "fakes", FAKE, fakes_right),
    ):
        x = plot.x(bell.mean) + (26 if on_right else -26)
        canvas.text(name, (x, box.top + 10), LABEL_SIZE, colour, "semibold", "midleft" if on_right else "midright")
    canvas.text("how fake it seems →", (box.right, box.bottom + 52), LABEL_SIZE, MUTED, anchor="midright")
    d_prime = f"d′ {with_interval(plot.d_prime, plot.interval)}"
    canvas.text(d_prime, (box.left, box.bottom + 52), LABEL_SIZE, TEXT, anchor="midleft")


def _draw_sides(canvas: Canvas, box: pygame.FRect, x: float) -> None:
    """Draws below the line what pictures on its sides are called; where one side is nearly gone, what is left of it."""
    y = box.bottom + 24
    for label, colour, end, anchor, room in (
        ("← called real", REAL_TEXT, x - 16, "midright", x - box.left),
        ("called fake →", FAKE, x + 16, "midleft", box.right - x),
    ):
        if room > canvas.text_width(label, LABEL_SIZE, "semibold") - 40:
            canvas.text(label, (end, y), LABEL_SIZE, colour, "semibold", anchor)


def _draw_bell(canvas: Canvas, plot: BellPlot, bell: BellCurve, colour: Colour, wrong: tuple[float, float]) -> None:
    frame = canvas.pixel_box(plot.box.inflate(8, 8))
    x, y = _curve(canvas, plot, bell, -plot.reach, plot.reach, frame)
    key = ("bell", tuple(plot.box), plot.d_prime, colour)
    width = max(1.5, LINE_WIDTH * canvas.scale)
    surface = canvas.kept(key, frame.size, lambda: curves.line(frame.size, x, y, width, colour))
    if wrong[1] > wrong[0]:
        x, y = _curve(canvas, plot, bell, *wrong, frame)
        foot = np.full_like(y, plot.box.bottom * canvas.scale - frame.top)
        # Twice: one band alone is as faint as a spread, and this is what the page is about.
        filled = curves.band(frame.size, x, foot, y, colour)
        canvas.surface.blit(filled, frame)
        canvas.surface.blit(filled, frame)
    canvas.surface.blit(surface, frame)


def _curve(
    canvas: Canvas, plot: BellPlot, bell: BellCurve, low: float, high: float, frame: pygame.Rect
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    places = np.linspace(low, high, PLACES)
    highest = bell.height(bell.mean)
    x = [plot.x(place) * canvas.scale - frame.left for place in places]
    tops = [plot.box.bottom - 0.94 * plot.box.height * bell.height(place) / highest for place in places]
    return np.array(x, np.float32), np.array([top * canvas.scale - frame.top for top in tops], np.float32)
