"""A few words beside the pointer, drawn last so that nothing lies on them."""

from dataclasses import dataclass

import pygame

from game.ui.canvas import Canvas, Point, Span
from game.ui.theme import FOCUS, INK, SMALL

TEXT_SIZE = SMALL - 1
MARGIN = 10.0
# From the pointer, so that its arrow does not cover the words.
DISTANCE = 16.0


@dataclass(frozen=True, slots=True)
class Tooltip:
    """One line about what the pointer is on; `kimg` is the time it stands for, where it stands for one."""

    at: Point
    spans: tuple[Span, ...]
    kimg: float | None = None


def tooltip_box(canvas: Canvas, tooltip: Tooltip) -> pygame.FRect:
    """Returns the box of a tooltip: above the pointer, or below it where there is no room, inside the window."""
    width = sum(canvas.text_width(text, TEXT_SIZE, weight) for text, _, weight in tooltip.spans) + 2 * MARGIN
    box = pygame.FRect(0, 0, width, canvas.line_height(TEXT_SIZE) + MARGIN)
    box.midbottom = (tooltip.at[0], tooltip.at[1] - DISTANCE)
    if box.top < 0:
        box.top = tooltip.at[1] + DISTANCE
    return box.clamp(canvas.area)


def draw_tooltip(canvas: Canvas, tooltip: Tooltip) -> None:
    """Draws a tooltip."""
    box = tooltip_box(canvas, tooltip)
    canvas.panel(box, INK, FOCUS, 8, 1)
    canvas.spans(tooltip.spans, box.center, TEXT_SIZE, "center")
