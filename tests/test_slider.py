"""The time machine's slider goes to marks that exist, by pointer and by keys, and its labels never touch."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.ui.canvas import Canvas
from game.ui.inputs import Disturbed, InputEvent, Key, PointerMoved, PointerPressed, PointerReleased, Typed
from game.ui.kimg_axis import KimgAxis, kimg_axis
from game.ui.slider import Slider, SliderState, draw_slider, handle_slider, nearest_mark, next_mark, visible_labels
from game.ui.theme import LIGHT_BOX
from game.ui.tooltip import draw_tooltip, tooltip_box

MARKS = (2, 3, 4, 6, 8, 11, 16, 32)
RUNGS = (2, 4, 8, 16, 32)
# From 2 to 32 kimg there are four doublings, here 100 wide each; a knob is 22 wide.
SLIDER = Slider(pygame.FRect(89, 500, 422, 56), MARKS, RUNGS, 32.0)
ON_TRACK = 518.0


def after(state: SliderState, *events: InputEvent) -> SliderState:
    for event in events:
        state = handle_slider(SLIDER, state, event)
    return state


# The axis


def test_each_doubling_is_as_wide_as_the_one_before() -> None:
    axis = KimgAxis(100, 500, 2, 32)
    assert [axis.x(kimg) for kimg in (2, 4, 8, 16, 32)] == pytest.approx([100, 200, 300, 400, 500])
    assert [axis.x(kimg) for kimg in (0.1, 64)] == [100, 500]


@given(st.floats(2, 3000))
def test_a_place_on_the_axis_is_its_kimg(kimg: float) -> None:
    axis = KimgAxis(40, 430, 2, 3000)
    assert axis.kimg(axis.x(kimg)) == pytest.approx(kimg)


def test_labels_are_doublings_evenly_apart() -> None:
    axis = KimgAxis(0, 300, 2, 3000)
    assert axis.doublings(11) == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048]
    assert axis.doublings(6) == [2, 8, 32, 128, 512, 2048]
    assert axis.doublings(0) == [2]


@pytest.mark.parametrize(("marks", "goal"), [((), 1.0), ((1,), 1.0), ((2,), 2.0), ((0, 5), 0.0)])
def test_an_axis_of_a_run_that_has_hardly_begun_has_a_width(marks: tuple[int, ...], goal: float) -> None:
    axis = kimg_axis(0, 100, marks, goal)
    assert 0 < axis.first_kimg < axis.last_kimg


@pytest.mark.parametrize("ends", [(0.0, 5.0), (5.0, 5.0), (5.0, 2.0)])
def test_an_axis_without_a_width_is_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="axis"):
        KimgAxis(0, 100, *ends)


# Pointer


def test_a_press_takes_the_knob_to_the_nearest_mark() -> None:
    assert after(SliderState(2), PointerPressed((305, ON_TRACK))) == SliderState(8, True)
    assert after(SliderState(2), PointerPressed((440, ON_TRACK))) == SliderState(16, True)
    assert after(SliderState(2), PointerPressed((460, ON_TRACK))) == SliderState(32, True)


def test_the_knob_follows_the_pointer_until_it_is_let_go() -> None:
    held = after(SliderState(2), PointerPressed((100, ON_TRACK)), PointerMoved((410, 20)))
    assert held == SliderState(16, True)
    let_go = after(held, PointerReleased((410, 20)), PointerMoved((100, ON_TRACK)))
    assert let_go == SliderState(16, False)


def test_the_knob_is_let_go_where_the_window_loses_the_pointer() -> None:
    assert after(SliderState(8, True), Disturbed(), PointerMoved((100, ON_TRACK))) == SliderState(8, False)


@pytest.mark.parametrize("at", [(300, 470), (300, 560), (60, ON_TRACK), (530, ON_TRACK)])
def test_a_press_beside_the_slider_is_none_of_its_business(at: tuple[float, float]) -> None:
    state = SliderState(2)
    assert after(state, PointerPressed(at)) is state


@given(st.sets(st.integers(1, 5000), min_size=1), st.floats(0, 600))
def test_the_nearest_mark_is_nearest(marks: set[int], x: float) -> None:
    ordered = sorted(marks)
    axis = kimg_axis(100, 500, ordered, 3000)
    near = nearest_mark(ordered, axis, x)
    assert near in marks
    assert abs(axis.x(near) - x) == min(abs(axis.x(mark) - x) for mark in marks)


# Keys


@pytest.mark.parametrize(
    ("key", "expected"),
    [("left", 6), ("right", 11), ("page up", 16), ("page down", 4), ("home", 2), ("end", 32)],
)
def test_keys_go_from_mark_to_mark_and_from_rung_to_rung(key: str, expected: int) -> None:
    assert after(SliderState(8), Key(key)) == SliderState(expected)


def test_between_two_rungs_a_page_goes_to_the_next_on_that_side() -> None:
    assert after(SliderState(11), Key("page up")) == SliderState(16)
    assert after(SliderState(11), Key("page down")) == SliderState(8)


def test_a_page_never_goes_the_other_way_nor_away_from_a_mark_without_rungs() -> None:
    # Samples before the first rung and after the last one.
    slider = Slider(SLIDER.box, (1, 2, 4, 6), (2, 4), 32.0)
    for marks, mark, key in (((2, 4), 6, "page up"), ((2, 4), 1, "page down"), ((), 2, "page up")):
        state = SliderState(mark)
        assert handle_slider(replace(slider, rungs=marks), state, Key(key)) is state


def test_keys_stop_at_the_ends() -> None:
    first, last = SliderState(2), SliderState(32)
    assert after(first, Key("left"), Key("page down"), Key("home")) is first
    assert after(last, Key("right"), Key("page up"), Key("end")) is last


@pytest.mark.parametrize("event", [Key("up"), Key("enter"), Typed("a"), PointerMoved((300, ON_TRACK))])
def test_what_does_not_concern_the_slider_changes_nothing(event: InputEvent) -> None:
    state = SliderState(8)
    assert after(state, event) is state


@given(st.sets(st.integers(1, 5000)), st.none() | st.integers(0, 6000), st.integers(-3, 3))
def test_the_next_mark_exists(marks: set[int], mark: int | None, steps: int) -> None:
    ordered = sorted(marks)
    there = next_mark(ordered, mark, steps)
    assert there in marks if marks else there is None
    if mark is not None and there is not None and ordered[0] < mark < ordered[-1] and steps:
        assert (there - mark) * steps > 0


def test_from_between_two_marks_a_step_goes_to_the_next_on_that_side() -> None:
    assert [next_mark((2, 4, 8, 16), 5, steps) for steps in (-2, -1, 1, 2)] == [2, 4, 8, 16]


def test_a_slider_without_marks_stays_where_it_is() -> None:
    empty, state = Slider(SLIDER.box, (), (), 32.0), SliderState()
    for event in (Key("left"), Key("page up"), Key("home"), PointerMoved((300, ON_TRACK))):
        assert handle_slider(empty, state, event) is state
    assert handle_slider(empty, state, PointerPressed((300, ON_TRACK))).mark is None


def test_a_slider_with_one_mark_is_always_there() -> None:
    one = Slider(SLIDER.box, (1,), (), 32.0)
    for event in (Key("left"), Key("right"), Key("page up"), Key("home"), Key("end"), PointerPressed((500, ON_TRACK))):
        assert handle_slider(one, SliderState(1), event).mark == 1


def test_marks_may_come_and_go_while_the_knob_is_held() -> None:
    held = after(SliderState(2), PointerPressed((500, ON_TRACK)))
    assert held == SliderState(32, True)
    # Then the run goes on beyond its goal, and the axis gets another doubling: 80 each.
    longer = replace(SLIDER, marks=(*MARKS, 64))
    assert handle_slider(longer, held, PointerMoved((500, ON_TRACK))) == SliderState(64, True)
    assert handle_slider(longer, held, PointerMoved((350, ON_TRACK))) == SliderState(16, True)
    # And is resumed from 8 kimg.
    shorter = replace(SLIDER, marks=(2, 4, 8))
    assert handle_slider(shorter, held, PointerMoved((500, ON_TRACK))) == SliderState(8, True)
    assert handle_slider(shorter, held, Key("left")).mark == 8
    assert handle_slider(replace(SLIDER, marks=()), held, PointerMoved((500, ON_TRACK))) == SliderState(None, True)


# Drawing


def canvas_of(size: tuple[int, int]) -> Canvas:
    return Canvas(pygame.Surface(size))


@pytest.mark.parametrize("size", [(800, 600), (1280, 720), (2560, 1440)], ids=str)
@pytest.mark.parametrize("mark", [None, 2, 64, 91, 2896, 3000])
def test_labels_never_touch_and_the_chosen_mark_has_one(window: None, size: tuple[int, int], mark: int | None) -> None:
    rungs = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3000)
    slider = Slider(pygame.FRect(100, 600, 346, 56), tuple(sorted({*rungs, 91, 2896})), rungs, 3000.0)
    labels = sorted(visible_labels(canvas_of(size), slider, mark), key=lambda label: label[1])
    assert mark is None or mark in [kimg for kimg, _, _ in labels]
    assert len(labels) >= 5
    for (_, left, left_width), (_, right, right_width) in pairwise(labels):
        assert right - right_width / 2 - (left + left_width / 2) >= 8
    assert all(x - width / 2 >= 100 and x + width / 2 <= 446 for _, x, width in labels)


def test_labels_of_any_marks_never_touch_nor_leave_the_box(window: None) -> None:
    canvas = canvas_of((1280, 720))

    @given(st.sets(st.integers(1, 10**6)), st.data(), st.floats(100, 1000))
    def look(marks: set[int], data: st.DataObject, width: float) -> None:
        ordered = tuple(sorted(marks))
        rungs = tuple(mark for mark in ordered if data.draw(st.booleans()))
        mark = data.draw(st.sampled_from(ordered)) if ordered else None
        slider = Slider(pygame.FRect(100, 600, width, 56), ordered, rungs, 3000.0)
        draw_slider(canvas, slider, SliderState(mark))
        labels = sorted(visible_labels(canvas, slider, mark), key=lambda label: label[1])
        assert mark is None or mark in [kimg for kimg, _, _ in labels]
        assert {kimg for kimg, _, _ in labels} <= marks
        for (_, left, left_width), (_, right, right_width) in pairwise(labels):
            assert left + left_width / 2 < right - right_width / 2
        for _, x, label_width in labels:
            assert x - label_width / 2 >= 99.99 and x + label_width / 2 <= 100.01 + width

    look()


def test_the_knob_lies_on_its_mark(window: None) -> None:
    canvas = canvas_of((1280, 720))
    draw_slider(canvas, SLIDER, SliderState(8))
    shown = pygame.surfarray.array3d(canvas.surface).astype(int)
    columns, rows = np.nonzero(np.abs(shown - LIGHT_BOX).sum(axis=2) < 10)
    # Two of four doublings, 100 units each, from 100 on.
    assert (columns.mean(), rows.mean()) == pytest.approx((300, ON_TRACK), abs=1)


def test_the_mark_under_the_pointer_is_told_while_nothing_is_held(window: None) -> None:
    canvas = canvas_of((1280, 720))
    tooltip = draw_slider(canvas, SLIDER, SliderState(2), pointer=(305, ON_TRACK))
    assert tooltip is not None
    assert (tooltip.kimg, "".join(text for text, _, _ in tooltip.spans)) == (8, "8 kimg  rung")
    assert draw_slider(canvas, SLIDER, SliderState(2, dragged=True), pointer=(305, ON_TRACK)) is None
    assert draw_slider(canvas, SLIDER, SliderState(8), pointer=(305, ON_TRACK)) is None
    assert draw_slider(canvas, SLIDER, SliderState(2), pointer=(305, 300)) is None
    assert draw_slider(canvas, Slider(SLIDER.box, (), (), 32.0), SliderState(), pointer=(305, ON_TRACK)) is None


@pytest.mark.parametrize("at", [(0, 0), (1279, 0), (0, 719), (1279, 719), (640, 10)])
def test_a_tooltip_stays_inside_the_window(window: None, at: tuple[float, float]) -> None:
    canvas = canvas_of((1280, 720))
    tooltip = draw_slider(canvas, SLIDER, SliderState(2), pointer=(305, ON_TRACK))
    assert tooltip is not None
    moved = replace(tooltip, at=at)
    assert canvas.area.contains(tooltip_box(canvas, moved))
    draw_tooltip(canvas, moved)
