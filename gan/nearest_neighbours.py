"""Nearest neighbours among many points, by brute force in blocks that fit into little memory; no torch."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Distances held at once: 32 MB in float64.
BLOCK_ELEMENTS = 2**22


def squared_distances(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns |x − y|² for all x of a (n, d) and y of b (m, d), float64 (n, m), never below 0."""
    distances: NDArray[np.float64] = a @ b.T
    distances *= -2
    distances += np.einsum("nd,nd->n", a, a)[:, np.newaxis]
    distances += np.einsum("md,md->m", b, b)
    return np.maximum(distances, 0, out=distances)


def squared_radii(points: NDArray[np.float64], neighbour_count: int) -> NDArray[np.float64]:
    """Returns each point's squared distance to its k-th nearest neighbour among the others, float64 (n,).

    Raises ValueError where there are not more than k points.
    """
    if not 1 <= neighbour_count < len(points):
        raise ValueError(f"neighbour {neighbour_count} of {len(points)} points")
    radii = np.empty(len(points))
    for rows in blocks(len(points), len(points)):
        # The nearest of all is the point itself, hence not `neighbour_count - 1`.
        radii[rows] = np.partition(squared_distances(points[rows], points), neighbour_count, axis=1)[:, neighbour_count]
    return radii


def nearest(queries: NDArray[Any], references: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Returns the index of each query's nearest reference, int64 (n,), and its Euclidean distance, float64 (n,).

    Queries (n, d) and references (m, d) may be uint8 or floating point. The search is in float32, so that of two
    references whose squared distances differ by less than its rounding (1e-7 of the largest squared norm) either may be
    taken; the distance to the one taken is exact.
    """
    # Whole numbers, so that float32 adds up grey levels without any rounding while sums stay below 2²⁴.
    centre = np.rint(references.mean(axis=0, dtype=np.float64)).astype(np.float32)
    centred = queries.astype(np.float32) - centre
    best_scores = np.full(len(queries), -np.inf, np.float32)
    best = np.zeros(len(queries), np.int64)
    for columns in blocks(len(references), len(queries)):
        block = references[columns].astype(np.float32) - centre
        # |q − r|² is smallest where q·r − |r|²/2 is largest: |q|² is the same for all references.
        scores = centred @ block.T
        scores -= np.einsum("md,md->m", block, block) / 2
        found = scores.argmax(axis=1)
        found_scores = np.take_along_axis(scores, found[:, np.newaxis], axis=1)[:, 0]
        is_better = found_scores > best_scores
        best_scores[is_better] = found_scores[is_better]
        best[is_better] = found[is_better] + columns.start
    return best, _paired_distances(queries, references, best)


def nearest_other(
    queries: NDArray[np.uint8], references: NDArray[np.uint8], own: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Returns the index of each query's nearest reference but its own, int64 (n,), and the distance, float64 (n,).

    Queries (n, d) and references (m, d) are grey levels; `own` is the index of the reference that each query is itself,
    −1 where it is none, int64 (n,). Exact, of several at one distance the first: squared distances are whole numbers,
    which float64 adds up without rounding. Raises ValueError where a query has no other reference.
    """
    if len(references) < 2 and (len(references) == 0 or (own >= 0).any()):
        raise ValueError(f"no other one among {len(references)} references")
    best_squares = np.full(len(queries), np.inf)
    best = np.zeros(len(queries), np.int64)
    points = queries.astype(np.float64)
    for columns in blocks(len(references), max(references.shape[1], len(queries))):
        squares = squared_distances(points, references[columns].astype(np.float64))
        own_here = (columns.start <= own) & (own < columns.stop)
        squares[own_here, own[own_here] - columns.start] = np.inf
        found = squares.argmin(axis=1)
        found_squares = np.take_along_axis(squares, found[:, np.newaxis], axis=1)[:, 0]
        is_better = found_squares < best_squares
        best_squares[is_better] = found_squares[is_better]
        best[is_better] = found[is_better] + columns.start
    return best, np.sqrt(best_squares)


def _paired_distances(
    queries: NDArray[Any], references: NDArray[Any], chosen: NDArray[np.int64]
) -> NDArray[np.float64]:
    distances = np.empty(len(queries))
    for rows in blocks(len(queries), queries.shape[1]):
        differences = queries[rows].astype(np.float64) - references[chosen[rows]]
        distances[rows] = np.sqrt(np.einsum("nd,nd->n", differences, differences))
    return distances


def blocks(count: int, row_elements: int) -> Iterator[slice]:
    """Yields slices that cover `count` rows: each has `BLOCK_ELEMENTS` elements at most, and at least one row."""
    size = max(1, BLOCK_ELEMENTS // max(1, row_elements))
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
