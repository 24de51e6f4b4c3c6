"""What advice did to somebody's answers: six shares and a verdict."""

import pygame

from game.advice import AdviceStatistics
from game.ui.canvas import Canvas
from game.ui.charts import interval_bar
from game.ui.explained import Explanations
from game.ui.theme import BODY, PANEL, RIGHT, TEXT
from game.ui.widgets import Focus

_GAP = 30.0


def draw_advice(
    canvas: Canvas, box: pygame.FRect, found: AdviceStatistics, explanations: Explanations, focus: Focus
) -> None:
    """Draws the shares in two columns, each of which explains itself, and the verdict below them."""
    rates = (found.before, found.after, found.helped, found.misled, found.kept, found.unprompted)
    width, top = (box.width - _GAP) / 2, min(306.0, box.height - 120)
    step = (top - 18) / 3
    for place, rate in enumerate(rates):
        row, column = divmod(place, 2)
        bar = pygame.FRect(box.left + column * (width + _GAP), box.top + row * step, width, 46)
        explanations.mark(canvas, f"advice {place}", bar, rate.sentence, focus)
        # Only the first row is of answers that guessing would get half right.
        interval_bar(canvas, bar, rate.name, rate.proportion, "no occasion", 0.5 if row == 0 else None)
    panel = pygame.FRect(box.left, box.top + top, box.width, 120)
    canvas.panel(panel, PANEL)
    canvas.paragraph(found.verdict, panel.inflate(-48, -40), BODY, RIGHT if found.paid else TEXT, "semibold")
