"""Who was fooled by what: four cells, the player across and the discriminator down."""

import pygame

from game.agreement import FooledCounts
from game.ui.canvas import Canvas
from game.ui.explained import Explanations
from game.ui.theme import EDGE, LARGE, MUTED, PANEL, SMALL, TEXT
from game.ui.widgets import Focus
from game.words import number

_GAP = 10.0


def draw_fooled_table(
    canvas: Canvas, box: pygame.FRect, fooled: FooledCounts, explanations: Explanations, focus: Focus
) -> None:
    """Draws the counts; each cell explains itself."""
    width, height = (box.width - _GAP) / 2, (box.height - _GAP) / 2
    for place, rate in enumerate(fooled.rates):
        row, column = divmod(place, 2)
        cell = pygame.FRect(box.left + column * (width + _GAP), box.top + row * (height + _GAP), width, height)
        canvas.panel(cell, PANEL, EDGE)
        explanations.mark(canvas, f"cell {place}", cell.inflate(-14, -10), rate.sentence, focus)
        centre = (cell.centerx, cell.centery - 12)
        canvas.text(number(rate.proportion.successes), centre, LARGE + 8, TEXT, "bold", "center")
        # Whoever shows it asks already who was fooled.
        whom = rate.name.removesuffix(" fooled")
        canvas.text(whom, (cell.centerx, cell.bottom - 22), SMALL, MUTED, anchor="center")
