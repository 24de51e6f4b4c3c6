"""Nearest neighbours in blocks, against scipy's and scikit-learn's."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.neighbors import NearestNeighbors

from gan import nearest_neighbours
from gan.nearest_neighbours import blocks, nearest, nearest_other, squared_distances, squared_radii


@pytest.fixture(params=[2**22, 100, 1])
def any_block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest_neighbours, "BLOCK_ELEMENTS", request.param)


def test_squared_distances_agree_with_scipy() -> None:
    random = np.random.default_rng(0)
    a, b = random.normal(size=(30, 7)) * 10 + 3, random.normal(size=(20, 7))
    assert squared_distances(a, b) == pytest.approx(cdist(a, b, "sqeuclidean"), rel=1e-9)
    assert squared_distances(a * 1e6, a * 1e6).min() == 0


@pytest.mark.parametrize("neighbour_count", [1, 5])
def test_radii_reach_to_the_kth_neighbour_beside_the_point_itself(any_block: None, neighbour_count: int) -> None:
    points = np.random.default_rng(1).normal(size=(60, 4))
    model = NearestNeighbors(n_neighbors=neighbour_count).fit(points)
    expected = model.kneighbors()[0][:, -1]
    assert np.sqrt(squared_radii(points, neighbour_count)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("neighbour_count", [0, 5])
def test_a_point_without_so_many_neighbours_is_refused(neighbour_count: int) -> None:
    with pytest.raises(ValueError, match=f"neighbour {neighbour_count} of 5 points"):
        squared_radii(np.zeros((5, 2)), neighbour_count)


def test_the_nearest_of_pictures_is_exactly_scipys(any_block: None) -> None:
    random = np.random.default_rng(2)
    queries, references = (random.integers(0, 256, (count, 784), np.uint8) for count in (40, 70))
    queries[3] = references[50]
    distances = cdist(queries.astype(float), references.astype(float))
    indices, found = nearest(queries, references)
    assert indices.tolist() == distances.argmin(axis=1).tolist()
    assert found == pytest.approx(distances.min(axis=1), rel=1e-12)
    assert (indices[3], found[3]) == (50, 0)


def test_the_nearest_of_features_far_from_the_origin_is_scipys(any_block: None) -> None:
    random = np.random.default_rng(3)
    queries, references = (random.normal(size=(count, 16)) + 1000 for count in (50, 80))
    indices, found = nearest(queries, references)
    distances = cdist(queries, references)
    assert indices.tolist() == distances.argmin(axis=1).tolist()
    assert found == pytest.approx(distances.min(axis=1), abs=1e-9)


def test_the_brightest_and_the_darkest_pictures_do_not_overflow() -> None:
    # 32×32 in colour: squared norms beyond 2²⁴, where float32 can't count any more.
    references = np.stack([np.zeros(3072, np.uint8), np.full(3072, 255, np.uint8)])
    queries = references.copy()
    queries[:, 0] ^= 1
    indices, found = nearest(queries, references)
    assert indices.tolist() == [0, 1] and found.tolist() == [1, 1]


@pytest.mark.parametrize("size", [784, 3072])
def test_the_nearest_other_picture_is_scipys_and_never_itself(any_block: None, size: int) -> None:
    random = np.random.default_rng(5)
    references = random.integers(0, 256, (60, size), np.uint8)
    # Copies, and pictures that differ by one level: nearer than float32 could tell.
    references[40] = references[7]
    references[41] = references[8] ^ np.eye(1, size, dtype=np.uint8)[0]
    strangers = references[:5] ^ np.eye(5, size, dtype=np.uint8)
    queries = np.concatenate([references[[7, 40, 8, 41, 59]], strangers])
    own = np.array([7, 40, 8, 41, 59] + [-1] * 5)
    distances = cdist(queries.astype(float), references.astype(float))
    distances[range(5), own[:5]] = np.inf
    indices, found = nearest_other(queries, references, own)
    assert indices.tolist() == distances.argmin(axis=1).tolist()
    assert indices[:4].tolist() == [40, 7, 41, 8] and indices[5:].tolist() == [0, 1, 2, 3, 4]
    assert found == pytest.approx(distances.min(axis=1), rel=1e-12)
    assert found[[0, 2, 5]].tolist() == [0, 1, 1]


def test_of_several_at_one_distance_the_first_is_taken(any_block: None) -> None:
    references = np.zeros((9, 4), np.uint8)
    assert nearest_other(references[[0, 5]], references, np.array([0, -1]))[0].tolist() == [1, 0]


def test_without_another_picture_there_is_no_nearest() -> None:
    one = np.zeros((1, 4), np.uint8)
    assert nearest_other(one, one, np.array([-1]))[0].tolist() == [0]
    for references, own in ((one, 0), (one[:0], -1)):
        with pytest.raises(ValueError, match="no other one"):
            nearest_other(one, references, np.array([own]))


@settings(max_examples=50, deadline=None)
@given(count=st.integers(0, 50), row_elements=st.integers(0, 3 * 2**22))
def test_blocks_cover_all_rows_once_and_stay_small(count: int, row_elements: int) -> None:
    slices = list(blocks(count, row_elements))
    assert [row for rows in slices for row in range(rows.start, rows.stop)] == list(range(count))
    assert all(rows.stop - rows.start == 1 or (rows.stop - rows.start) * row_elements <= 2**22 for rows in slices)


def test_memory_stays_below_200_mb() -> None:
    points = np.random.default_rng(4).normal(size=(7000, 2))
    # All distances at once would be 392 MB.
    tracemalloc.start()
    squared_radii(points, 5)
    nearest(points, points)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200e6
