"""Pages that show pictures in rows and columns: a ladder, fakes beside real ones, classes by styles."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gan.figure_page import FAKE, MARGIN, MUTED, PAGE_PIXELS, REAL, Box, Page, line_pixels

GAP = 8
LABEL_WIDTH = 320
LABEL_POINTS = 9.0
NOTE_POINTS = 7.0
TITLE_HEIGHT = 100
MIDDLE_GAP = 130
FEWEST_COLUMNS = 8
MOST_COLUMNS = 20
COLUMN_HEADS = 40
# What a page has for a table, below a caption of two lines.
TABLE_ROOM = Box(0, 0, PAGE_PIXELS[0] - 2 * MARGIN - LABEL_WIDTH, 1980)
# Words at the left of a row, or above a column: in ink, and muted below.
Label = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Where pictures of one size lie on a page: `left` and `top` of each column and row, each picture `side` wide."""

    lefts: tuple[int, ...]
    tops: tuple[int, ...]
    scale: int
    side: int

    @property
    def bottom(self) -> int:
        """The first row of the page below the last row of pictures."""
        return self.tops[-1] + self.side


def lay_out(box: Box, rows: int, columns: int, size: int, below: int = 0) -> Table:
    """Returns the largest table of pictures, `size` pixels a side, that fits into a box: at a whole-number scale.

    `below` is what each row needs below its pictures.
    """
    width = (box.width + GAP) // columns - GAP
    height = (box.height + GAP) // rows - GAP - below
    scale = max(1, min(width, height) // size)
    side = scale * size
    return Table(
        tuple(box.left + column * (side + GAP) for column in range(columns)),
        tuple(box.top + row * (side + below + GAP) for row in range(rows)),
        scale,
        side,
    )


def columns_that_fit(rows: int, size: int) -> int:
    """Returns with how many columns of pictures, `size` pixels a side, a page of so many rows is full."""
    table = lay_out(TABLE_ROOM, rows, FEWEST_COLUMNS, size)
    return min(MOST_COLUMNS, (TABLE_ROOM.width + GAP) // (table.side + GAP))


def put_pictures(page: Page, table: Table, pictures: NDArray[np.uint8]) -> None:
    """Puts pictures, uint8 (count, channels, size, size), on the page, row by row."""
    for place, pixels in enumerate(pictures):
        row, column = divmod(place, len(table.lefts))
        page.picture(pixels, table.lefts[column], table.tops[row], table.scale)


def put_labels(page: Page, table: Table, left: int, rows: Sequence[Label], columns: Sequence[str] = ()) -> None:
    """Writes the rows' labels at the left, beginning at `left`, and the columns' above."""
    room = table.lefts[0] - left - 20
    for (words, more), top in zip(rows, table.tops, strict=True):
        middle = top + table.side / 2
        shift = line_pixels(LABEL_POINTS) / 2 if more else 0
        page.text(words, left, middle - shift, LABEL_POINTS, room, fontweight="bold")
        page.text(more, left, middle + shift, NOTE_POINTS, room, color=MUTED)
    for words, x in zip(columns, table.lefts, strict=bool(columns)):
        page.text(words, x + table.side / 2, table.tops[0] - 26, NOTE_POINTS, table.side, ha="center", color=MUTED)


def table_page(
    headline: str, caption: str, pictures: NDArray[np.uint8], rows: Sequence[Label], columns: Sequence[str]
) -> Page:
    """Returns a page of pictures, uint8 (rows, columns, channels, size, size), with a label for each row and column."""
    page = Page(headline, caption)
    body = page.body
    box = Box(body.left + LABEL_WIDTH, body.top + COLUMN_HEADS, body.width - LABEL_WIDTH, body.height - COLUMN_HEADS)
    table = lay_out(box, len(rows), len(columns), pictures.shape[-1])
    put_pictures(page, table, pictures.reshape(-1, *pictures.shape[2:]))
    put_labels(page, table, body.left, rows, columns)
    return page


def two_halves_page(headline: str, caption: str, real: NDArray[np.uint8], fake: NDArray[np.uint8], rows: int) -> Page:
    """Returns a page with real pictures at the left and as many fakes at the right, in the same layout.

    Both are uint8 (count, channels, size, size).
    """
    page = Page(headline, caption)
    body, columns = page.body, -(-len(real) // rows)
    room = Box(0, body.top + TITLE_HEIGHT, (body.width - MIDDLE_GAP) // 2, body.height - TITLE_HEIGHT)
    table = lay_out(room, rows, columns, real.shape[-1])
    width = table.lefts[-1] + table.side
    left = body.left + (body.width - 2 * width - MIDDLE_GAP) // 2
    for pictures, title, colour in ((real, "Real", REAL), (fake, "Fake", FAKE)):
        page.text(title, left, body.top + 36, 14, fontweight="bold")
        page.rule(left, body.top + TITLE_HEIGHT - 14, width, colour)
        put_pictures(page, replace(table, lefts=tuple(left + x for x in table.lefts)), pictures)
        left += width + MIDDLE_GAP
    return page
