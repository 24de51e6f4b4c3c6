"""The pictures that were judged wrong: fakes that fooled, and real ones that were doubted."""

from collections.abc import Sequence

import pygame

from game.pictures import ShownPicture
from game.rules import Response, Truth
from game.ui.canvas import Canvas, Span
from game.ui.theme import BODY, FAKE, MUTED, REAL, REAL_TEXT, SMALL, TEXT

GAP = 12.0
FRAME = 3.0
# Sizes to choose from, in sheet units: the largest at which all of them fit.
SIZES = (84.0, 70.0, 56.0, 42.0, 28.0)


def draw_mistakes(canvas: Canvas, box: pygame.FRect, trials: Sequence[tuple[ShownPicture, Response]]) -> None:
    """Draws the misses above and the false alarms below, as large as all of them fit."""
    wrong = [shown for shown, response in trials if response.answer != shown.picture.truth]
    fakes = [shown for shown in wrong if shown.picture.truth is Truth.FAKE]
    reals = [shown for shown in wrong if shown.picture.truth is Truth.REAL]
    half = (box.height - 24) / 2
    rows: tuple[tuple[str, str, Sequence[ShownPicture], Truth], ...] = (
        ("◆ ", "Fakes that fooled you", fakes, Truth.FAKE),
        ("■ ", "Real pictures you doubted", reals, Truth.REAL),
    )
    for place, (mark, title, pictures, truth) in enumerate(rows):
        part = pygame.FRect(box.left, box.top + place * (half + 24), box.width, half)
        colour = FAKE if truth is Truth.FAKE else REAL_TEXT
        spans: list[Span] = [
            (mark, colour, "regular"),
            (title, TEXT, "semibold"),
            (f"   {len(pictures)}", MUTED, "regular"),
        ]
        canvas.spans(spans, part.topleft, BODY)
        if pictures:
            _draw_pictures(
                canvas, pygame.FRect(part.left, part.top + 38, part.width, part.height - 38), pictures, truth
            )
        else:
            canvas.text("none", (part.left, part.top + 44), SMALL, MUTED)


def _draw_pictures(canvas: Canvas, box: pygame.FRect, pictures: Sequence[ShownPicture], truth: Truth) -> None:
    for size in SIZES:
        columns = int((box.width + GAP) // (size + GAP))
        if -(-len(pictures) // columns) * (size + GAP) - GAP <= box.height:
            break
    for place, shown in enumerate(pictures):
        row, column = divmod(place, columns)
        slot = pygame.FRect(box.left + column * (size + GAP), box.top + row * (size + GAP), size, size)
        if slot.bottom > box.bottom + 1:
            return
        inside = canvas.picture_box(slot, len(shown.pixels))
        frame = inside.inflate(2 * FRAME, 2 * FRAME)
        # Real: a round frame; fake: one with square corners.
        if truth is Truth.FAKE:
            canvas.bar(frame, FAKE)
        else:
            canvas.panel(frame, REAL, None, 8)
        canvas.picture(shown.pixels, inside)
