"""Shapes cover the area that geometry says, with smooth edges."""

from math import pi

import numpy as np
import pygame
import pytest

from game.ui import shapes

WHITE = (255, 255, 255)


def cover(surface: pygame.Surface) -> np.ndarray:
    """Returns how much of every pixel is covered, from 0 to 1."""
    return pygame.surfarray.array_alpha(surface).T / 255


@pytest.mark.parametrize(("size", "radius"), [((200, 100), 20), ((57, 91), 14.5), ((40, 40), 20), ((100, 30), 0)])
def test_a_rounded_rectangle_has_its_area(window: None, size: tuple[int, int], radius: float) -> None:
    expected = size[0] * size[1] - (4 - pi) * radius**2
    assert cover(shapes.rounded_rectangle(size, radius, WHITE)).sum() == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("diameter", [15, 32, 101])
def test_a_disc_has_its_area(window: None, diameter: int) -> None:
    assert cover(shapes.disc(diameter, WHITE)).sum() == pytest.approx(pi * diameter**2 / 4, rel=0.01)


def test_a_ring_has_its_area_and_a_hole(window: None) -> None:
    ring = cover(shapes.disc(100, None, WHITE, 8))
    assert ring.sum() == pytest.approx(pi * (50**2 - 42**2), rel=0.01)
    assert ring[50, 50] == 0


def test_an_octagon_has_its_area(window: None) -> None:
    # Each corner loses a right triangle with legs of a third of the height.
    expected = 180 * 90 - 4 * 30**2 / 2
    assert cover(shapes.octagon((180, 90), WHITE)).sum() == pytest.approx(expected, rel=0.01)


def test_a_stroke_has_the_area_of_a_bar_with_round_ends(window: None) -> None:
    stroke = cover(shapes.strokes(100, ((-0.3, 0.0), (0.3, 0.0)), WHITE, 10))
    assert stroke.sum() == pytest.approx(60 * 10 + pi * 5**2, rel=0.01)


def test_an_edge_lies_inside_the_outline(window: None) -> None:
    surface = shapes.rounded_rectangle((60, 40), 0, (10, 20, 30), (200, 100, 50), 5)
    assert cover(surface).min() == 1
    assert surface.get_at((2, 20))[:3] == (200, 100, 50)
    assert surface.get_at((7, 20))[:3] == (10, 20, 30)
    assert surface.get_at((30, 38))[:3] == (200, 100, 50)


def test_the_edges_are_smooth(window: None) -> None:
    levels = np.unique(cover(shapes.disc(60, WHITE)))
    assert len(levels) > 10


def test_the_glow_fades_outwards_and_is_larger_by_its_spread(window: None) -> None:
    glow = shapes.glow((100, 60), 40, 10, WHITE, 0.3)
    assert glow.get_size() == (180, 140)
    row = cover(glow)[70, :40]
    assert (np.diff(row) >= 0).all() and row[0] == 0 and row[-1] == pytest.approx(0.3, abs=0.05)


def test_the_desk_is_the_same_every_time_and_lit_in_the_middle(window: None) -> None:
    first, second = (pygame.surfarray.array3d(shapes.desk((120, 80), (24, 28, 34), (38, 43, 51))) for _ in range(2))
    assert (first == second).all()
    assert (first[60, 40] >= [35, 40, 48]).all() and (first[60, 40] <= [39, 44, 52]).all()
    assert (first[0, 0] >= [24, 28, 34]).all() and (first[0, 0] <= [26, 30, 36]).all()


def test_a_heart_has_its_area_and_as_a_rim_a_hole(window: None) -> None:
    # A square on its corner and two half discs on its sides, in diagonals of the square.
    unit = 201 / (0.5 + 0.5**0.5)
    heart = cover(shapes.heart(201, WHITE))
    assert heart.sum() == pytest.approx((0.5 + pi / 8) * unit**2, rel=0.01)
    assert heart == pytest.approx(heart[:, ::-1])
    assert heart[:100].sum() > heart[101:].sum(), "it stands on its head"
    rim = cover(shapes.heart(201, WHITE, 5))
    assert rim[100, 100] == 0 and 0 < rim.sum() < 0.2 * heart.sum()


def test_an_octagon_is_cut_by_as_much_as_is_asked(window: None) -> None:
    assert cover(shapes.octagon((90, 90), WHITE, cut=10)).sum() == pytest.approx(90 * 90 - 4 * 10**2 / 2, rel=0.01)
