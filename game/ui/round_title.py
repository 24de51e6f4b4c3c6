"""What is being played, at the top left of a round."""

from game.ui.canvas import Canvas, Point, Span
from game.ui.fitted_text import visible_start
from game.ui.theme import BODY, MUTED, TEXT

# As far as the middle of the page is free for what else a round shows there.
_WIDTH = 334.0


def draw_round_title(canvas: Canvas, mode: str, dataset: str, at: Point) -> None:
    """Draws the titles of a mode and of a dataset, as much of them as fits."""
    room = _WIDTH - canvas.text_width(mode, BODY, "semibold")
    spans: list[Span] = [
        (mode, TEXT, "semibold"),
        (visible_start(canvas, f" · {dataset}", room), MUTED, "regular"),
    ]
    canvas.spans(spans, at, BODY, "midleft")
