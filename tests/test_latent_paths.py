"""Paths through latent space: closed forms in the plane, SciPy's slerp on the sphere, and every edge case."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import geometric_slerp

from gan.config import PROJECT_ROOT
from gan.latent_paths import (
    norm_multiples,
    path_to_zero,
    plane_grid,
    plane_through,
    spherical_path,
    straight_path,
)

SHARES = np.linspace(0, 1, 11)
sizes = st.integers(2, 64)
seeds = st.integers(0, 2**32 - 1)


def normal(seed: int, count: int, size: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, size))


def test_the_middle_of_a_straight_path_is_the_mean_and_short() -> None:
    path = straight_path([3, 0], [0, 3], [0, 0.5, 1])
    assert path.tolist() == [[3, 0], [1.5, 1.5], [0, 3]]
    assert np.linalg.norm(path[1]) == pytest.approx(3 / math.sqrt(2))


def test_a_quarter_of_a_circle_is_cut_into_equal_angles() -> None:
    path = spherical_path([2, 0], [0, 2], [0, 1 / 3, 2 / 3, 1])
    expected = [[2, 0], [math.sqrt(3), 1], [1, math.sqrt(3)], [0, 2]]
    assert np.allclose(path, expected, atol=1e-15)


def test_norms_go_evenly_where_the_ends_differ() -> None:
    path = spherical_path([1, 0], [0, 3], [0.25, 0.5])
    assert np.linalg.norm(path, axis=1) == pytest.approx([1.5, 2.0])
    assert path[1] == pytest.approx([math.sqrt(2), math.sqrt(2)])


@given(seeds, sizes)
def test_on_the_unit_sphere_it_is_the_slerp_of_scipy(seed: int, size: int) -> None:
    ends = normal(seed, 2, size)
    ends /= np.linalg.norm(ends, axis=1, keepdims=True)
    expected = geometric_slerp(ends[0], ends[1], SHARES)
    assert np.allclose(spherical_path(*ends, SHARES), expected, atol=1e-9)


@given(seeds, sizes)
def test_both_ends_are_kept_to_the_last_bit_and_no_latent_is_shorter_than_both(seed: int, size: int) -> None:
    ends = normal(seed, 2, size)
    path = spherical_path(*ends, SHARES)
    assert np.array_equal(path[[0, -1]], ends)
    assert np.array_equal(straight_path(*ends, SHARES)[[0, -1]], ends)
    norms = np.linalg.norm(ends, axis=1)
    assert np.linalg.norm(path, axis=1) == pytest.approx(norms[0] + SHARES * (norms[1] - norms[0]))


@given(seeds, sizes, st.floats(0.5, 2))
def test_latents_that_point_the_same_way_have_the_straight_line(seed: int, size: int, factor: float) -> None:
    start = normal(seed, 1, size)[0]
    assert np.allclose(
        spherical_path(start, factor * start, SHARES), straight_path(start, factor * start, SHARES), rtol=1e-6
    )


@pytest.mark.parametrize("tilt", [0.0, 1e-13, 1e-9, 1e-5])
@given(seed=seeds, size=sizes)
def test_opposite_latents_are_joined_by_half_a_circle(tilt: float, seed: int, size: int) -> None:
    start = normal(seed, 1, size)[0]
    end = -start + tilt * np.roll(start, 1)
    path = spherical_path(start, end, SHARES)
    turned = path @ start / np.linalg.norm(path, axis=1) / np.linalg.norm(start)
    assert np.allclose(turned, np.cos(np.pi * SHARES), atol=1e-4)
    # It stays in one plane, and every step is as long as the others.
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    assert np.allclose(steps, 2 * np.linalg.norm(start) * math.sin(math.pi / 20), rtol=1e-4)


def test_to_and_from_zero_the_path_is_straight() -> None:
    assert spherical_path([0, 0], [2, 4], [0, 0.5, 1]).tolist() == [[0, 0], [1, 2], [2, 4]]
    assert spherical_path([2, 4], [0, 0], [0, 0.5, 1]).tolist() == [[2, 4], [1, 2], [0, 0]]


def test_a_walk_to_zero_keeps_its_direction_and_its_norms_are_told_in_square_roots_of_the_dimension() -> None:
    path = path_to_zero([3.0] * 4, [1, 0.5, 0])
    assert path.tolist() == [[3] * 4, [1.5] * 4, [0] * 4]
    # ‖(3, 3, 3, 3)‖ = 6 = 3 √4.
    assert norm_multiples(path).tolist() == [3, 1.5, 0]


def test_standard_normal_latents_lie_near_one_multiple() -> None:
    multiples = norm_multiples(normal(0, 2000, 64))
    # E‖z‖² = d, and Var ‖z‖ < 1/2.
    assert (multiples**2).mean() == pytest.approx(1, abs=0.02)
    assert multiples.std() < math.sqrt(0.5 / 64) * 1.1


def test_a_plane_has_its_three_latents_where_a_triangle_has_them() -> None:
    # A triangle of sides 3, 4 and 5, somewhere in space.
    plane = plane_through([1, 1, 1], [1, 4, 1], [1, 1, 5])
    assert plane.coordinates([[1, 1, 1], [1, 4, 1], [1, 1, 5]]).tolist() == [[0, 0], [3, 0], [0, 4]]
    assert plane.latent(3, 4).tolist() == [1, 4, 5]
    # What lies beside the plane is told by its nearest point.
    assert plane.coordinates([9, 1, 1]).tolist() == [0, 0]


@given(seeds, sizes)
def test_a_plane_is_orthonormal_and_goes_through_all_three(seed: int, size: int) -> None:
    latents = normal(seed, 3, size)
    plane = plane_through(*latents)
    basis = np.stack((plane.across, plane.up))
    assert np.allclose(basis @ basis.T, np.eye(2), atol=1e-12)
    places = plane.coordinates(latents)
    assert np.allclose(plane.latent(places[:, 0], places[:, 1]), latents, atol=1e-9)
    assert places[0].tolist() == [0, 0] and abs(places[1, 1]) < 1e-9 and places[1, 0] > 0 and places[2, 1] > -1e-9


@pytest.mark.parametrize("third", [[5.0, 5, 5], [1.0, 1, 1], [0.0, 0, 0]])
def test_latents_on_one_line_still_have_a_plane(third: list[float]) -> None:
    plane = plane_through([1, 1, 1], [2, 2, 2], third)
    assert plane.across @ plane.up == pytest.approx(0, abs=1e-12)
    assert np.linalg.norm(plane.up) == pytest.approx(1)
    assert plane.latent(*plane.coordinates(third)) == pytest.approx(third)


def test_a_plane_whose_first_two_latents_are_one_goes_through_the_third() -> None:
    plane = plane_through([1, 0], [1, 0], [1, 2])
    assert plane.latent(*plane.coordinates([1, 2])) == pytest.approx([1, 2])


def test_the_grid_of_an_equilateral_triangle_lies_around_it() -> None:
    xs, ys = plane_grid([(0, 0), (6, 0), (3, 3 * math.sqrt(3))], 13, 9)
    assert xs == pytest.approx(np.arange(-3, 10))
    assert ys == pytest.approx(np.arange(7, -2, -1))


@given(st.floats(0.01, 100), st.floats(-100, 100), st.floats(0, 100), st.integers(3, 15), st.integers(3, 12))
def test_a_grid_is_square_and_holds_all_marks(right: float, x: float, y: float, columns: int, rows: int) -> None:
    xs, ys = plane_grid([(0, 0), (right, 0), (x, y)], columns, rows)
    assert (len(xs), len(ys)) == (columns, rows)
    step = xs[1] - xs[0]
    assert np.diff(xs) == pytest.approx(step) and np.diff(ys) == pytest.approx(-step) and step > 0
    slack = 1e-6 * step * (columns + rows)
    assert xs[0] - slack <= min(0, x) and max(right, x) <= xs[-1] + slack
    assert ys[-1] - slack <= 0 and y <= ys[0] + slack


def test_marks_that_are_all_one_have_no_grid() -> None:
    with pytest.raises(ValueError, match="one place"):
        plane_grid([(0, 0), (0, 0), (0, 0)], 5, 5)


def test_latent_paths_load_no_torch() -> None:
    script = "import gan.latent_paths, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert "torch" not in done.stdout.split()
