"""Hearts that are left and hearts that are lost: full ones, and rims."""

from game.ui.canvas import Canvas, Point
from game.ui.theme import MUTED, WRONG

_WIDTH = 26.0
_STEP = 36.0


def draw_hearts(canvas: Canvas, left: int, count: int, centre: Point) -> None:
    """Draws `count` hearts in a row around a point, the first `left` of them full."""
    for place in range(count):
        at = (centre[0] + (place - (count - 1) / 2) * _STEP, centre[1])
        canvas.heart(at, _WIDTH, WRONG if place < left else MUTED, place < left)
