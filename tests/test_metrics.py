"""The Fréchet distance, against scipy and against closed forms."""

import numpy as np
import pytest
import scipy.linalg

from gan.metrics import Gaussian, fit_gaussian, frechet_distance


def _by_scipy(a: Gaussian, b: Gaussian) -> float:
    root = scipy.linalg.sqrtm(a.covariance @ b.covariance)
    difference = a.mean - b.mean
    return float(difference @ difference + np.trace(a.covariance + b.covariance - 2 * np.real(root)))


@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_scipys_matrix_square_root(seed: int) -> None:
    random = np.random.default_rng(seed)
    a, b = (fit_gaussian(random.normal(size=(400, 24)) @ random.normal(size=(24, 24)) + shift) for shift in (0, 1))
    assert frechet_distance(a, b) == pytest.approx(_by_scipy(a, b), rel=1e-9)


def test_in_one_dimension_it_is_the_difference_of_means_and_of_deviations_squared() -> None:
    a = Gaussian(np.array([1.0]), np.array([[4.0]]))
    b = Gaussian(np.array([4.0]), np.array([[25.0]]))
    assert frechet_distance(a, b) == pytest.approx((1 - 4) ** 2 + (2 - 5) ** 2, rel=1e-12)


def test_it_is_zero_from_itself_and_symmetric() -> None:
    random = np.random.default_rng(0)
    a = fit_gaussian(random.normal(size=(300, 16)))
    b = fit_gaussian(random.normal(size=(300, 16)) * 2 + 1)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a), rel=1e-9)


def test_a_covariance_without_full_rank_gives_a_real_distance() -> None:
    # A collapsed generator: every picture the same, so no variance at all.
    random = np.random.default_rng(0)
    crowd = fit_gaussian(random.normal(size=(300, 16)))
    collapsed = fit_gaussian(np.ones((300, 16)))
    expected = ((crowd.mean - 1) ** 2).sum() + np.trace(crowd.covariance)
    assert frechet_distance(collapsed, crowd) == pytest.approx(expected, rel=1e-9)


def test_the_fit_is_the_mean_and_the_unbiased_covariance() -> None:
    gaussian = fit_gaussian(np.array([[0.0, 0.0], [2.0, 4.0]]))
    assert gaussian.mean.tolist() == [1.0, 2.0]
    assert gaussian.covariance.tolist() == [[2.0, 4.0], [4.0, 8.0]]
