"""Figures with intervals lie where their values say, at every scale."""

import math

import pygame
import pytest

from game.play_command import open_window
from game.profile import AnswerTimes, answer_times
from game.response_times import median_time
from game.ui.canvas import Canvas
from game.ui.interval_plot import IntervalPlot, Mark, Reference, interval_plot
from game.ui.times_plot import times_plot

BOX = pygame.FRect(60, 160, 800, 400)
WHITE = (255, 255, 255)


@pytest.fixture(params=[(1280, 720), (800, 600)], ids=str)
def canvas(request: pytest.FixtureRequest) -> Canvas:
    open_window(request.param, full_screen=False)
    canvas = Canvas(pygame.display.get_surface())
    canvas.clear()
    return canvas


def mark(
    name: str, place: float, estimate: float | None, low: float | None, high: float | None, **more: object
) -> Mark:
    return Mark(name, place, estimate, low, high, WHITE, **more)  # type: ignore[arg-type]


def test_shares_lie_evenly_and_doublings_of_kimg_too(canvas: Canvas) -> None:
    marks = tuple(mark(f"{kimg}", kimg, share, share, share) for kimg, share in ((8, 0.2), (16, 0.4), (32, 0.6)))
    boxes = interval_plot(canvas, BOX, IntervalPlot("title", marks, "kimg"))
    x, y = [boxes[one.name].centerx for one in marks], [boxes[one.name].centery for one in marks]
    assert x[1] - x[0] == pytest.approx(x[2] - x[1]) and x[1] > x[0]
    assert y[0] - y[1] == pytest.approx(y[1] - y[2]) and y[1] < y[0]
    assert all(BOX.contains(box) for box in boxes.values())


def test_an_interval_is_as_high_as_it_says_and_an_open_one_reaches_the_end(canvas: Canvas) -> None:
    marks = (mark("half", 0, 0.5, 0.25, 0.75), mark("open", 1, 0.5, None, 0.75), mark("all", 2, None, None, None))
    boxes = interval_plot(canvas, BOX, IntervalPlot("title", marks, "round", ("1", "2", "3")))
    assert boxes["all"].height > boxes["open"].height > boxes["half"].height
    # Of 1 + 2 · 0.04 of the height, and 10 more to either end for the pointer.
    assert boxes["half"].height - 20 == pytest.approx((boxes["all"].height - 20) * 0.5 / 1.08)
    assert boxes["half"].top == pytest.approx(boxes["open"].top)


def test_on_a_logarithmic_axis_doublings_are_as_high_as_each_other(canvas: Canvas) -> None:
    marks = tuple(mark(f"{value}", place, value, value, value) for place, value in enumerate((20.0, 40.0, 160.0)))
    plot = IntervalPlot("title", marks, "round", ("1", "2", "3"), highest_share=None)
    boxes = interval_plot(canvas, BOX, plot)
    y = [boxes[one.name].centery for one in marks]
    assert (y[1] - y[2]) / (y[0] - y[1]) == pytest.approx(math.log2(160 / 40) / math.log2(40 / 20))


def test_places_of_marks_never_overlap_so_that_each_can_be_pointed_at(canvas: Canvas) -> None:
    marks = tuple(
        mark(f"{series} {kimg}", kimg, 0.5, 0.1, 0.9, shift=shift)
        for kimg in (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3000)
        for series, shift in (("fake", -14.0), ("all", 0.0), ("real", 14.0))
    )
    boxes = list(interval_plot(canvas, BOX, IntervalPlot("title", marks, "kimg")).values())
    for place, box in enumerate(boxes):
        assert not any(box.colliderect(other) for other in boxes[place + 1 :])


def test_nothing_and_one_alone_can_be_drawn(canvas: Canvas) -> None:
    assert interval_plot(canvas, BOX, IntervalPlot("title", (), "kimg")) == {}
    for labels in (None, ("1",)):
        for highest in (1.0, 0.75, None):
            one = IntervalPlot(
                "title", (mark("one", 1.0 if labels is None else 0.0, 5.0, 5.0, 5.0),), "x", labels, highest
            )
            boxes = interval_plot(canvas, BOX, one, pointed="one")
            assert BOX.contains(boxes["one"])
    plot = IntervalPlot("t", (mark("one", 8, None, None, None, has_interval=False),), "x", None, None, values=(10.0,))
    assert set(interval_plot(canvas, BOX, plot)) == {"one"}


def test_a_reference_and_faint_points_are_drawn(canvas: Canvas) -> None:
    empty = pygame.image.tobytes(canvas.surface, "RGB")
    plot = IntervalPlot(
        "title",
        (mark("one", 8, 0.4, 0.3, 0.5, faint=(0.1, 0.9)),),
        "kimg",
        references=(Reference(0.5, "a coin"),),
        joined=True,
    )
    box = interval_plot(canvas, BOX, plot)["one"]
    assert pygame.image.tobytes(canvas.surface, "RGB") != empty
    # As wide as players' points are scattered, and no wider.
    assert box.width <= 44


def test_medians_of_times_lie_where_they_are(canvas: Canvas) -> None:
    def times(right: float, wrong: float) -> AnswerTimes:
        rights, wrongs = (right,) * 10, (wrong,) * 10
        return AnswerTimes(rights, wrongs, median_time(rights, "right"), median_time(wrongs, "wrong"), 0)

    parts = times_plot(canvas, BOX, times(1.0, 2.0))
    assert parts["right"].centerx < parts["wrong"].centerx
    assert parts["right"].bottom <= parts["wrong"].top + 1
    parts = times_plot(canvas, BOX, times(4.0, 0.5))
    assert parts["right"].centerx > parts["wrong"].centerx


@pytest.mark.parametrize("seconds", [(), (0.0,), (1e9,), (0.5, 0.5), (1e-12, 1e12)])
def test_times_of_every_kind_can_be_drawn(canvas: Canvas, seconds: tuple[float, ...]) -> None:
    assert times_plot(canvas, BOX, AnswerTimes(seconds, (), None, None, 0)) == {}
    assert times_plot(canvas, BOX, answer_times([])) == {}
