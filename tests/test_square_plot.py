"""An ROC plot shows all of its curves, steps at its edges too, and keeps its labels within."""

from itertools import pairwise

import numpy as np
import pygame
import pytest
from playing import Recorder, screenshot

from game.roc import RocPoint
from game.ui.canvas import Canvas
from game.ui.square_plot import RocCurve, RocMark, plot_square, roc_plot
from game.ui.theme import STREAK, TEXT

BOX = pygame.FRect(300, 100, 326, 326)


def drawn(*corners: tuple[float, float]) -> np.ndarray:
    """Returns where a curve's colour is within the square and 4 pixels around it, bool (height, width)."""
    surface = pygame.display.get_surface()
    assert surface is not None
    canvas = Canvas(surface)
    canvas.clear()
    roc_plot(canvas, BOX, [RocCurve(tuple(RocPoint(*corner) for corner in corners), STREAK)], [])
    square = canvas.pixel_box(plot_square(BOX).inflate(8, 8))
    seen = screenshot()[square.top : square.bottom, square.left : square.right].astype(int)
    return np.abs(seen - STREAK).max(axis=2) < 90


@pytest.mark.parametrize(
    ("corners", "on_left", "on_top", "on_right", "on_bottom"),
    [
        (((0, 0), (0, 1), (1, 1)), True, True, False, False),
        (((0, 0), (1, 0), (1, 1)), False, False, True, True),
        (((0, 0), (0, 0.3), (0, 0.8), (0, 1), (1, 1)), True, True, False, False),
    ],
    ids=["never wrong", "always wrong", "in steps"],
)
def test_a_step_at_an_edge_is_drawn_as_well(
    window: None, corners: tuple[tuple[float, float], ...], on_left: bool, on_top: bool, on_right: bool, on_bottom: bool
) -> None:
    curve = drawn(*corners)
    share = {
        "left": curve[:, :8].any(axis=1).mean(),
        "top": curve[:8].any(axis=0).mean(),
        "right": curve[:, -8:].any(axis=1).mean(),
        "bottom": curve[-8:].any(axis=0).mean(),
    }
    whole = {name for name, part in share.items() if part > 0.95}
    wanted = {"left": on_left, "top": on_top, "right": on_right, "bottom": on_bottom}
    assert whole == {name for name, there in wanted.items() if there}


def test_a_step_in_the_middle_goes_straight_up(window: None) -> None:
    curve = drawn((0, 0), (0.5, 0), (0.5, 1), (1, 1))
    middle = curve.shape[1] // 2
    assert curve[10:-10, middle - 3 : middle + 3].any(axis=1).all()
    assert not curve[20:-20, : middle - 4].any() and not curve[20:-20, middle + 4 :].any()


@pytest.mark.parametrize("false_alarms", [0, 0.1, 0.5, 0.9, 1])
@pytest.mark.parametrize("hits", [0, 0.1, 0.5, 0.9, 1])
def test_a_label_stays_beside_its_point_and_within_the_square(
    window: None, texts: Recorder, hits: float, false_alarms: float
) -> None:
    surface = pygame.display.get_surface()
    assert surface is not None
    canvas = Canvas(surface)
    canvas.clear()
    roc_plot(canvas, BOX, [], [RocMark(RocPoint(false_alarms, hits), TEXT, "you")])
    (label,) = [box for text, box in texts.texts if text == "you"]
    square = plot_square(BOX)
    assert canvas.pixel_box(square).inflate(4, 4).contains(label)
    point = (square.left + false_alarms * square.width, square.bottom - hits * square.height)
    assert np.hypot(label.centerx - point[0], label.centery - point[1]) < 50
    assert not label.collidepoint(point)


@pytest.mark.parametrize(("hits", "below"), [(0.9, True), (0.1, False)])
def test_the_labels_of_curves_stand_below_each_other_in_the_corner_that_the_curves_leave(
    window: None, texts: Recorder, hits: float, below: bool
) -> None:
    surface = pygame.display.get_surface()
    assert surface is not None
    canvas = Canvas(surface)
    canvas.clear()
    corners = (RocPoint(0, 0), RocPoint(1 - hits, hits), RocPoint(1, 1))
    roc_plot(
        canvas,
        BOX,
        [RocCurve(corners, TEXT, "one"), RocCurve(corners, STREAK, "two\nmore"), RocCurve(corners, TEXT)],
        [],
    )
    lines = [(text, box) for text, box in texts.texts if text in ("one", "two", "more", "")]
    assert [text for text, _ in lines] == ["one", "two", "more"]
    square = canvas.pixel_box(plot_square(BOX))
    quarter = (
        square.move(square.width // 2, square.height // 2)
        if below
        else square.move(-square.width // 2, -square.height // 2)
    )
    boxes = [box for _, box in lines]
    assert all(square.contains(box) and quarter.contains(box) for box in boxes)
    assert all(upper.bottom <= lower.top + 1 for upper, lower in pairwise(boxes))


def test_the_labels_of_curves_leave_the_labels_of_points_alone(window: None, texts: Recorder) -> None:
    """As in a duel that the player loses to chance, against a discriminator that is far better."""
    surface = pygame.display.get_surface()
    assert surface is not None
    canvas = Canvas(surface)
    canvas.clear()
    better, worse = (
        RocCurve((RocPoint(0, 0), point, RocPoint(1, 1)), TEXT, label)
        for point, label in ((RocPoint(0.02, 0.98), ""), (RocPoint(0.9, 0.6), "thin: by confidence"))
    )
    roc_plot(canvas, BOX, [better, worse], [RocMark(RocPoint(0.6, 0.08), STREAK, "you")])
    (key,), (label,) = ([box for text, box in texts.texts if text == said] for said in ("thin: by confidence", "you"))
    square = canvas.pixel_box(plot_square(BOX))
    assert square.contains(key) and square.contains(label)
    assert not key.colliderect(label)


def test_the_square_leaves_room_for_the_names_of_the_rates() -> None:
    for box in (pygame.FRect(10, 20, 300, 500), pygame.FRect(10, 20, 500, 300)):
        square = plot_square(box)
        assert square.width == square.height == 274
        assert (square.left, square.top) == (36, 20) and box.contains(square)
