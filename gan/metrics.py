"""Distances between two crowds of pictures, measured on the judge's features, in float64."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gaussian:
    """A normal distribution: mean (d,) and covariance (d, d), float64."""

    mean: Features
    covariance: Features


def fit_gaussian(features: Features) -> Gaussian:
    """Returns the mean and the unbiased covariance of features (count, d)."""
    features = np.asarray(features, np.float64)
    return Gaussian(features.mean(axis=0), np.cov(features, rowvar=False))


def frechet_distance(a: Gaussian, b: Gaussian) -> float:
    """Returns |μa − μb|² + tr(A + B − 2 (A½ B A½)½), never below 0 (Dowson & Landau 1982; Heusel et al. 2017).

    The symmetric form has real, non-negative eigenvalues, so that no complex square root is needed.
    """
    root = _matrix_square_root(a.covariance)
    cross = np.linalg.eigvalsh(root @ b.covariance @ root)
    difference = a.mean - b.mean
    distance = (
        difference @ difference
        + np.trace(a.covariance)
        + np.trace(b.covariance)
        - 2 * np.sqrt(np.clip(cross, 0, None)).sum()
    )
    return max(0.0, float(distance))


def _matrix_square_root(matrix: Features) -> Features:
    values, vectors = np.linalg.eigh(matrix)
    root: Features = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    return root
