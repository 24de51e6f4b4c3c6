"""How far two crowds of pictures cover each other, measured on their features; no torch."""

from dataclasses import dataclass

import numpy as np

from gan.feature_distances import Features
from gan.nearest_neighbours import blocks, squared_distances, squared_radii

NEIGHBOUR_COUNT = 5


@dataclass(frozen=True, slots=True)
class Manifold:
    """The space that a crowd fills: a ball around each of its features (n, d), up to its k-th nearest neighbour.

    `squared_radii` is float64 (n,).
    """

    features: Features
    squared_radii: Features
    neighbour_count: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares from 0 to 1 (density can be larger).

    Precision and recall (Kynkäänniemi et al. 2019): the share of fakes inside the manifold of the real ones, and of
    real ones inside that of the fakes. Density and coverage (Naeem et al. 2020): how many real balls hold a fake, per
    k, and the share of real balls that hold a fake; neither knows a manifold of the fakes, so that an odd
    fake adds little.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def fit_manifold(features: Features, neighbour_count: int = NEIGHBOUR_COUNT) -> Manifold:
    """Returns the manifold of features (n, d); raises ValueError where there are not more than `neighbour_count`."""
    features = np.asarray(features, np.float64)
    return Manifold(features, squared_radii(features, neighbour_count), neighbour_count)


def measure_coverage(real: Manifold, fake: Manifold) -> Coverage:
    """Returns how far fakes and real pictures cover each other; a ball's rim belongs to it."""
    fakes_inside = fake_balls = 0
    is_recalled = np.zeros(len(real.features), bool)
    is_covered = np.zeros(len(real.features), bool)
    for rows in blocks(len(fake.features), len(real.features)):
        distances = squared_distances(fake.features[rows], real.features)
        is_inside_real = distances <= real.squared_radii
        fakes_inside += int(is_inside_real.any(axis=1).sum())
        fake_balls += int(is_inside_real.sum())
        is_covered |= is_inside_real.any(axis=0)
        is_recalled |= (distances <= fake.squared_radii[rows, np.newaxis]).any(axis=0)
    count = len(fake.features)
    return Coverage(
        precision=fakes_inside / count,
        recall=float(is_recalled.mean()),
        density=fake_balls / (count * real.neighbour_count),
        coverage=float(is_covered.mean()),
    )
