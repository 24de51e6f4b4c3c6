"""Pages about latent space, from plain arrays: what lies where, and what is said about it."""

import numpy as np
import pytest
from test_picture_pages import assert_within, numbered, places, words

from gan.figure_page import MUTED, PAGE_PIXELS, Page, page_style
from gan.latent_pages import Judged, PlaneView, Ways, interpolation_page, plane_page, walk_page

SHARES = np.linspace(0, 1, 11)


def ways(first: int, norm: float = 0.7, size: int = 28) -> Ways:
    pictures = numbered(22, size=size) + np.uint8(first)
    bent = 1 - 4 * (1 - norm) * SHARES * (1 - SHARES)
    return Ways(("seed 1 to 4", "class cats"), pictures[:11], pictures[11:], bent, np.ones(11))


def points(page: Page, chart: int, line: int) -> list[list[float]]:
    return page.figure.axes[1 + chart].lines[line].get_xydata().tolist()


@pytest.mark.parametrize("size", [28, 32, 64])
@pytest.mark.parametrize("count", [1, 3, 4])
def test_both_ways_lie_below_each_other_and_their_norms_below_both(count: int, size: int) -> None:
    with page_style():
        page = interpolation_page(
            "A run", "A caption.", [ways(22 * pair, size=size) for pair in range(count)], SHARES, 64
        )
    found = places(page)
    for pair in range(count):
        for step in range(11):
            straight, spherical = found[22 * pair + step], found[22 * pair + 11 + step]
            assert straight[0] == spherical[0] and straight[1] < spherical[1]
            # Each point of the chart is below the middle of its picture.
            axes = page.figure.axes[1 + pair]
            x, _ = axes.transData.transform((SHARES[step], 0))
            assert x == pytest.approx(straight[0] + straight[2] / 2, abs=1)
            assert PAGE_PIXELS[1] - axes.get_window_extent().y1 > spherical[1] + spherical[2]
        assert points(page, pair, 1) == np.stack((SHARES, ways(0).straight_norms), axis=1).tolist()
        assert points(page, pair, 2) == [[share, 1] for share in SHARES]
    assert_within(page)
    assert {"straight", "spherical", "seed 1 to 4", "0 %", "50 %", "100 %", "in multiples of √64,"} <= set(words(page))


def test_norms_above_the_usual_stay_in_the_chart() -> None:
    with page_style():
        page = interpolation_page("", "", [ways(0, norm=2.5)], SHARES, 4)
    assert page.figure.axes[1].get_ylim()[1] > 2.5


def judged(rays: int) -> Judged:
    names = [["7"] * 11] * rays
    many = np.linspace(1, 0.25, 11) * np.ones((256, 1))
    many[:26] = 0.1
    return Judged(names, np.full((rays, 11), 0.97), many, 0.1)


@pytest.mark.parametrize("size", [28, 32, 64])
@pytest.mark.parametrize("rays", [1, 5, 7])
@pytest.mark.parametrize("has_judge", [True, False])
def test_a_walk_says_below_each_picture_what_it_is_taken_for_and_its_norm(
    rays: int, size: int, has_judge: bool
) -> None:
    norms = np.linspace(1.04, 0, 11) * np.ones((rays, 1))
    labels = [(f"seed {ray}", "class sandal") for ray in range(rays)]
    with page_style():
        page = walk_page("", "word " * 60, numbered(rays, 11, size=size), labels, norms, SHARES[::-1],
                         judged(rays) if has_judge else None)  # fmt: skip
    said = words(page)
    assert said.count("1.04 √d") == said.count("0.00 √d") == rays
    assert said.count("7 · 97 %") == (11 * rays if has_judge else 0)
    assert [said.count(head) for head in ("z", "0.5 z", "0")] == [1, 1, 1]
    assert len(page.figure.axes) == (2 if has_judge else 1)
    assert_within(page)
    if has_judge:
        axes = page.figure.axes[1]
        assert axes.lines[0].get_ydata() == pytest.approx(judged(1).many.mean(axis=0))
        assert axes.transData.transform((1, 0))[0] < axes.transData.transform((0, 0))[0]
        assert axes.get_window_extent().y0 > 0


def plane(nearest: tuple[float, float] = (3, 2), size: int = 28) -> PlaneView:
    xs, ys = np.arange(-3.0, 10), np.arange(7.0, -2, -1)
    return PlaneView(
        numbered(9, 13, size=size), xs, ys, np.array([[0, 0], [6, 0], [3, 5.2]]),
        numbered(3, size=size) + np.uint8(200), ["seed 0", "seed 10", "seed 4294901760"],
        np.array(nearest, float), np.array([1, 1.1, 0.9, 0.58]),
    )  # fmt: skip


@pytest.mark.parametrize("size", [28, 32, 64])
def test_latents_are_marked_where_they_lie_on_their_plane(size: int) -> None:
    with page_style():
        page = plane_page("", "A caption.", plane(size=size))
    found = places(page)
    marks = [tuple(line.get_xydata()[0]) for line in page.figure.axes[0].lines[1::2]]
    # A lies at x 0, y 0: column 3 of row 7, from 0.
    left, top, side = found[13 * 7 + 3]
    assert marks[0] == (left + side / 2, top + side / 2)
    left, top, side = found[13 * 7 + 9]
    assert marks[1] == (left + side / 2, top + side / 2)
    above, below = found[13 * 1 + 6], found[13 * 2 + 6]
    assert marks[2] == pytest.approx((above[0] + side / 2, above[1] + side / 2 + 0.8 * (below[1] - above[1])))
    left, top, side = found[13 * 5 + 6]
    assert marks[3] == (left + side / 2, top + side / 2)
    assert {"A", "B", "C", "1.10 √d", "nearest to zero", "0.58 √d"} <= set(words(page))
    assert_within(page)


def test_a_nearest_point_beyond_the_page_is_not_marked() -> None:
    with page_style():
        page = plane_page("", "", plane(nearest=(40, 2)))
    assert "nearest to zero" not in words(page)
    assert MUTED not in [line.get_markeredgecolor() for line in page.figure.axes[0].lines]
