"""The page: whole dots for each pixel, words that fit, and a size that printers know."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from gan.figure_page import MARGIN, PAGE_PIXELS, Box, Page, page_style, write_page


def printed(page: Page) -> Image.Image:
    stream = BytesIO()
    write_page(stream, page.figure)
    return Image.open(stream)


@pytest.mark.parametrize("channels", [1, 3])
def test_each_pixel_becomes_a_square_of_whole_dots_where_it_was_put(channels: int) -> None:
    dice = np.random.default_rng(0)
    pixels = dice.integers(0, 256, (channels, 28, 28), np.uint8)
    with page_style():
        page = Page("", "")
        page.picture(pixels, 301, 507, 7)
        sheet = np.array(printed(page).convert("RGB"))
    assert sheet.shape == (PAGE_PIXELS[1], PAGE_PIXELS[0], 3)
    inside = sheet[507 : 507 + 196, 301 : 301 + 196]
    expected = np.kron(np.broadcast_to(pixels, (3, 28, 28)), np.ones((1, 7, 7), np.uint8)).transpose(1, 2, 0)
    assert np.array_equal(inside, expected)
    sheet[507 : 507 + 196, 301 : 301 + 196] = 255
    assert (sheet == 255).all()


def test_a_page_says_how_large_it_is_to_be_printed() -> None:
    with page_style():
        picture = printed(Page("", ""))
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.01)
    # A4 on its side, to a quarter of a millimetre.
    assert [pixels / 300 * 25.4 for pixels in picture.size] == pytest.approx([297, 210], abs=0.25)


def test_a_long_headline_is_written_smaller_and_a_long_caption_in_lines() -> None:
    with page_style():
        short, long = Page("W", "w"), Page("W" * 130, "word " * 80)
    room = PAGE_PIXELS[0] - 2 * MARGIN
    assert short.headline.get_fontsize() == 12 > long.headline.get_fontsize()
    assert long.headline.get_window_extent().width <= room + 1
    assert long.caption.get_window_extent().width <= room
    assert long.caption.get_text().count("\n") == 2
    assert long.body.top > short.body.top and long.body.bottom == short.body.bottom == PAGE_PIXELS[1] - MARGIN
    # The body begins below the caption.
    assert PAGE_PIXELS[1] - long.caption.get_window_extent().y0 < long.body.top


def test_even_the_widest_letters_of_a_caption_stay_on_the_page() -> None:
    with page_style():
        page = Page("", "MNIST and Fashion-MNIST at 3,000 kimg, WGAN-GP " * 8)
    assert page.caption.get_window_extent().x1 < PAGE_PIXELS[0]


def test_a_chart_has_its_frame_where_it_was_asked_for() -> None:
    with page_style():
        axes = Page("", "").chart(Box(300, 600, 900, 450))
    left, bottom, right, top = axes.get_window_extent().extents
    assert (left, right, PAGE_PIXELS[1] - top, PAGE_PIXELS[1] - bottom) == pytest.approx((300, 1200, 600, 1050))


def test_charts_keep_all_of_their_words_in_their_part_of_the_page() -> None:
    with page_style():
        page = Page("", "")
        box = Box(200, 400, 1500, 1800)
        for axes in page.charts(box, [["a", "b"], ["c", "d"]]).values():
            axes.set(title="a title", xlabel="below", ylabel="beside", ylim=(0, 1000))
        page.figure.canvas.draw()
        extents = [axes.get_tightbbox().extents for axes in page.figure.axes[1:]]
    for left, bottom, right, top in extents:
        assert box.left <= left and right <= box.right
        assert PAGE_PIXELS[1] - box.bottom <= bottom and top <= PAGE_PIXELS[1] - box.top


def test_words_are_made_smaller_to_fit_and_never_larger() -> None:
    with page_style():
        page = Page("", "")
        assert page.text("i", 0, 0, 7, max_width=500).get_fontsize() == 7
        assert page.text("W" * 30, 0, 0, 7, max_width=500).get_window_extent().width <= 501
