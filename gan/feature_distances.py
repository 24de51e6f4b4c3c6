"""Distances between two crowds of pictures, measured on their features, in float64; no torch."""

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


@dataclass(frozen=True, slots=True)
class KernelDistance:
    """An unbiased estimate, which may lie below 0, and how much it differs from subset to subset."""

    mean: float
    standard_deviation: float


def kernel_distance(
    a: Features, b: Features, subset_size: int, subset_count: int, generator: np.random.Generator
) -> KernelDistance:
    """Returns mean and standard deviation of `squared_mean_discrepancy` over random subsets of a (n, d) and b (m, d).

    On Inception's features this is the KID (Bińkowski et al. 2018). Raises ValueError where a subset has fewer than 2
    or more rows than there are.
    """
    if not 2 <= subset_size <= min(len(a), len(b)):
        raise ValueError(f"subsets of {subset_size} out of {len(a)} and {len(b)}")
    distances = [
        squared_mean_discrepancy(
            a[generator.choice(len(a), subset_size, replace=False)],
            b[generator.choice(len(b), subset_size, replace=False)],
        )
        for _ in range(subset_count)
    ]
    return KernelDistance(float(np.mean(distances)), float(np.std(distances)))


def squared_mean_discrepancy(a: Features, b: Features) -> float:
    """Returns the unbiased MMD² of a (n, d) and b (m, d) with the kernel (x·y/d + 1)³ (Gretton et al. 2012, eq. 3)."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return float(_mean_of_pairs(a) + _mean_of_pairs(b) - 2 * _cubic_kernel(a, b).mean())


def _mean_of_pairs(features: Features) -> float:
    """Returns the kernel's mean over all pairs of two different rows."""
    kernel = _cubic_kernel(features, features)
    count = len(features)
    return float((kernel.sum() - np.trace(kernel)) / (count * (count - 1)))


def _cubic_kernel(a: Features, b: Features) -> Features:
    base: Features = a @ b.T / a.shape[1] + 1
    # A power of 3 would call the general function, twenty times slower.
    return base * base * base
