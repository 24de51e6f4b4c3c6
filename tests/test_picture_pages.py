"""Pages of pictures in rows and columns: each picture in its place, at a whole-number scale, within the page."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan.figure_page import PAGE_PIXELS, Box, Page, page_style
from gan.picture_pages import FEWEST_COLUMNS, GAP, MOST_COLUMNS, columns_that_fit, lay_out, table_page, two_halves_page


def numbered(*shape: int, size: int = 28, channels: int = 1) -> np.ndarray:
    """Returns pictures of one shade each, all of them different: uint8 (*shape, channels, size, size)."""
    shades = np.arange(int(np.prod(shape)), dtype=np.uint8).reshape(*shape, 1, 1, 1)
    return np.broadcast_to(shades, (*shape, channels, size, size)).copy()


def places(page: Page) -> dict[int, tuple[int, int, int]]:
    """Returns left, top and side of each picture on the page, by its shade."""
    found = {}
    for image in page.figure.images:
        pixels = image.get_array()
        assert pixels.shape[0] == pixels.shape[1]
        found[int(pixels[0, 0, 0])] = (int(image.ox), PAGE_PIXELS[1] - int(image.oy) - len(pixels), len(pixels))
    return found


def words(page: Page) -> list[str]:
    return [text.get_text() for text in page.figure.axes[0].texts]


def assert_within(page: Page) -> None:
    for text in page.figure.axes[0].texts:
        box = text.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= PAGE_PIXELS[0] and box.y0 >= 0 and box.y1 <= PAGE_PIXELS[1], text
    found = sorted(places(page).values())
    for left, top, side in found:
        assert left >= 0 and top >= 0 and left + side <= PAGE_PIXELS[0] and top + side <= PAGE_PIXELS[1]
    for left, top, side in found:
        for other_left, other_top, _ in found:
            apart = max(abs(left - other_left), abs(top - other_top))
            assert (left, top) == (other_left, other_top) or apart >= side + GAP


@given(
    st.integers(100, 3500), st.integers(100, 2400), st.integers(1, 12), st.integers(1, 20),
    st.sampled_from((28, 32, 64)), st.integers(0, 90),
)  # fmt: skip
def test_a_table_is_as_large_as_fits(width: int, height: int, rows: int, columns: int, size: int, below: int) -> None:
    table = lay_out(Box(10, 20, width, height), rows, columns, size, below)
    assert table.side == table.scale * size and (len(table.lefts), len(table.tops)) == (columns, rows)

    def fits(side: int) -> bool:
        return columns * (side + GAP) - GAP <= width and rows * (side + below + GAP) - GAP <= height

    assert fits(table.side) or table.scale == 1
    assert not fits(table.side + size)
    assert table.lefts[0] == 10 and table.tops[0] == 20
    assert table.bottom == table.tops[-1] + table.side


@pytest.mark.parametrize("size", [28, 32, 64])
@pytest.mark.parametrize("rows", [1, 2, 3, 10, 12, 16])
def test_a_full_page_of_pictures_stays_on_the_page(rows: int, size: int) -> None:
    columns = columns_that_fit(rows, size)
    assert FEWEST_COLUMNS <= columns <= MOST_COLUMNS
    labels = [("1,000,000 kimg and some words", "judge distance 123,456.789 and more")] * rows
    with page_style():
        page = table_page("", "word " * 60, numbered(rows, columns)[..., :1, :1].repeat(size, -1).repeat(size, -2),
                          labels, ["seed 4294901760"] * columns)  # fmt: skip
    assert_within(page) if rows * columns <= 256 else None
    lefts = [int(image.ox) + image.get_array().shape[1] for image in page.figure.images]
    assert len(page.figure.images) == rows * columns
    assert max(lefts) <= PAGE_PIXELS[0] and min(int(image.oy) for image in page.figure.images) >= 0


def test_rows_and_columns_are_as_they_were_given() -> None:
    with page_style():
        page = table_page("A run", "A caption.", numbered(2, 3), [("2 kimg", "far"), ("4 kimg", "")], ["a", "b", "c"])
    found = places(page)
    assert found[0][0] < found[1][0] < found[2][0] and found[0][1] == found[1][1] == found[2][1]
    assert found[3][0] == found[0][0] and found[3][1] > found[0][1]
    assert words(page) == ["A run", "A caption.", "2 kimg", "far", "4 kimg", "", "a", "b", "c"]
    assert_within(page)


@pytest.mark.parametrize(("count", "rows"), [(48, 8), (1, 1), (7, 2), (8, 8), (192, 16)])
def test_reals_and_fakes_lie_in_the_same_layout(count: int, rows: int) -> None:
    pictures = numbered(2 * min(count, 100))
    real, fake = pictures[: len(pictures) // 2], pictures[len(pictures) // 2 :]
    with page_style():
        page = two_halves_page("", "", real, fake, rows)
    found = places(page)
    half = len(real)
    offsets = {(found[half + place][0] - found[place][0], found[half + place][1] - found[place][1])
               for place in range(half)}  # fmt: skip
    assert len(offsets) == 1 and next(iter(offsets))[1] == 0
    assert max(left + side for left, _, side in list(found.values())[:half]) < found[half][0]
    assert words(page)[2:] == ["Real", "Fake"]
    assert_within(page)
    # In the middle of the page.
    left, right = found[0][0], max(left + side for left, _, side in found.values())
    assert left - (PAGE_PIXELS[0] - right) == pytest.approx(0, abs=1)
