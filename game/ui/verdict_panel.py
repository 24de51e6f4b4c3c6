"""What somebody said of a picture, beside the light-box: a stamp, how sure, and later whether that was right."""

import pygame

from game.rules import Advice, Truth
from game.ui.canvas import Canvas
from game.ui.stamps import draw_mark, draw_stamp_button
from game.ui.theme import BODY, FAKE, LIGHT_BOX, MUTED, REAL, SMALL, TEXT

STAMP_SIZE = (200.0, 94.0)


def draw_said(
    canvas: Canvas, who: str, answer: Truth, centre: tuple[float, float], right: bool | None = None
) -> pygame.FRect:
    """Draws who says what and, where `right` is known, a tick or a cross, and returns the stamp's box."""
    box = pygame.FRect(0, 0, *STAMP_SIZE)
    box.center = centre
    title = canvas.text(who, (box.centerx, box.top - 26), BODY, MUTED, anchor="center")
    draw_stamp_button(canvas, answer, box)
    if right is not None:
        draw_mark(canvas, right, (title.right + 22, title.centery), 24)
    return box


def draw_advice(canvas: Canvas, advice: Advice, centre: tuple[float, float], right: bool | None = None) -> pygame.FRect:
    """Draws what the discriminator says, and on a scale from real to fake how sure it is."""
    box = draw_said(canvas, "The discriminator says", advice.verdict, centre, right)
    scale = pygame.FRect(box.left, box.bottom + 26, box.width, 10)
    canvas.panel(pygame.FRect(scale.left, scale.top, scale.width / 2, scale.height), REAL, None, 5)
    canvas.panel(pygame.FRect(scale.centerx, scale.top, scale.width / 2, scale.height), FAKE, None, 5)
    canvas.bar(pygame.FRect(scale.centerx - 1, scale.top - 4, 2, scale.height + 8), MUTED)
    x = scale.left + advice.fake_probability * scale.width
    canvas.panel(pygame.FRect(x - 4, scale.top - 7, 8, scale.height + 14), LIGHT_BOX, None, 3)
    canvas.text(_how_sure(advice), (scale.centerx, scale.bottom + 24), SMALL + 1, TEXT, "semibold", "center")
    return box


def _how_sure(advice: Advice) -> str:
    if advice.fake_probability == 0.5:
        # What is left of its answers where it does no better than chance.
        return "50 %: it can't tell"
    share = advice.fake_probability if advice.verdict is Truth.FAKE else 1 - advice.fake_probability
    # Nobody is certain.
    return f"{100 * min(0.99, share):.0f} % {advice.verdict}"
