"""What is played, in words that fit: the corner above a round, and the line above its results."""

from game.training_run import rung_title
from game.ui.canvas import Canvas, Span
from game.ui.fitted_text import what_is_played
from game.ui.theme import BODY, MUTED, SMALL, TEXT

# Up to what stands in the middle of a round's head.
HEAD_WIDTH = 335.0


def draw_round_head(
    canvas: Canvas, mode: str, what: str, kimg: int | None, class_name: str = "", width: float = HEAD_WIDTH
) -> None:
    """Draws the way to play, the pictures and, where only one class comes, that, in the page's upper left corner.

    `kimg` is the rung, None where it would tell too much.
    """
    page = canvas.page
    room = width - canvas.text_width(f"{mode} · ", BODY, "semibold")
    shown = what_is_played(canvas, what, class_name, room, BODY)
    spans: list[Span] = [(mode, TEXT, "semibold"), (f" · {shown}", MUTED, "regular")]
    canvas.spans(spans, (page.left + 40, page.top + 36), BODY, "midleft")
    if kimg is not None:
        canvas.text(rung_title(kimg), (page.left + 40, page.top + 66), SMALL, MUTED, anchor="midleft")


def title_line(canvas: Canvas, before: str, what: str, kimg: int, room: float, size: float = BODY) -> str:
    """Returns pictures and rung in one line after `before`, of the pictures' title as much as there is room for."""
    rung = f" · {rung_title(kimg)}"
    left = room - canvas.text_width(before, size) - canvas.text_width(rung, size)
    return before + what_is_played(canvas, what, "", left, size) + rung
