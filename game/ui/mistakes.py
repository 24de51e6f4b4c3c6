"""The pictures that were judged wrong: fakes that fooled, and real ones that were doubted."""

from collections.abc import Sequence

import pygame

from game.pictures import ShownPicture
from game.rules import Response, Truth
from game.ui.canvas import Canvas, Span
from game.ui.theme import BODY, FAKE, MUTED, REAL_TEXT, SMALL, TEXT, Colour
from game.ui.truth_frame import draw_with_truth

GAP = 12.0
HEAD = 38.0
# Sizes to choose from, in sheet units: the largest at which all of them fit.
SIZES = (84.0, 70.0, 56.0, 42.0, 28.0)


def draw_mistakes(canvas: Canvas, box: pygame.FRect, trials: Sequence[tuple[ShownPicture, Response]]) -> None:
    """Draws the misses above and the false alarms below, all of one size, as large as all of them fit."""
    wrong = [shown for shown, response in trials if response.answer != shown.picture.truth]
    fakes = [shown for shown in wrong if shown.picture.truth is Truth.FAKE]
    reals = [shown for shown in wrong if shown.picture.truth is Truth.REAL]
    half = (box.height - 24) / 2
    rows: tuple[tuple[str, Colour, str, Sequence[ShownPicture]], ...] = (
        ("◆ ", FAKE, "Fakes that fooled you", fakes),
        ("■ ", REAL_TEXT, "Real pictures you doubted", reals),
    )
    size = _fitting_size(pygame.FRect(0, 0, box.width, half - HEAD), max(len(fakes), len(reals)))
    for place, (mark, colour, title, pictures) in enumerate(rows):
        part = pygame.FRect(box.left, box.top + place * (half + 24), box.width, half)
        spans: list[Span] = [
            (mark, colour, "regular"),
            (title, TEXT, "semibold"),
            (f"   {len(pictures)}", MUTED, "regular"),
        ]
        canvas.spans(spans, part.topleft, BODY)
        if pictures:
            _draw_pictures(
                canvas, pygame.FRect(part.left, part.top + HEAD, part.width, part.height - HEAD), pictures, size
            )
        else:
            canvas.text("none", (part.left, part.top + 44), SMALL, MUTED)


def _fitting_size(box: pygame.FRect, count: int) -> float:
    fitting = (size for size in SIZES if -(-count // _columns(box, size)) * (size + GAP) - GAP <= box.height)
    return next(fitting, SIZES[-1])


def _columns(box: pygame.FRect, size: float) -> int:
    return int((box.width + GAP) // (size + GAP))


def _draw_pictures(canvas: Canvas, box: pygame.FRect, pictures: Sequence[ShownPicture], size: float) -> None:
    for place, shown in enumerate(pictures):
        row, column = divmod(place, _columns(box, size))
        slot = pygame.FRect(box.left + column * (size + GAP), box.top + row * (size + GAP), size, size)
        if slot.bottom > box.bottom + 1:
            return
        draw_with_truth(canvas, shown, slot)
