"""The score of a duel: how often each of the two was right, and how the latest pictures went."""

from collections.abc import Sequence

from game.ui.canvas import Canvas, Span
from game.ui.stamps import draw_mark
from game.ui.theme import LARGE, MUTED, TEXT

# How many outcomes stand beside the score.
LATEST = 6
_STEP = 22.0


def draw_duel_score(canvas: Canvas, player: Sequence[bool], discriminator: Sequence[bool]) -> None:
    """Draws the score at the middle of the page's top, and on both sides the latest outcomes, the newest inside."""
    score: list[Span] = [
        ("You ", MUTED, "regular"),
        (str(sum(player)), TEXT, "bold"),
        ("  :  ", MUTED, "regular"),
        (str(sum(discriminator)), TEXT, "bold"),
        (" discriminator", MUTED, "regular"),
    ]
    box = canvas.spans(score, (canvas.page.centerx, canvas.page.top + 40), LARGE - 2, "center")
    for outcomes, newest, step in ((player, box.left - 24, -_STEP), (discriminator, box.right + 24, _STEP)):
        for age, right in enumerate(reversed(outcomes[-LATEST:])):
            draw_mark(canvas, right, (newest + age * step, box.centery), 17)
