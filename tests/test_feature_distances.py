"""Distances of crowds of features, against scipy, torchmetrics and closed forms."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.linalg
import torch
from torchmetrics.image.fid import _compute_fid
from torchmetrics.image.kid import KernelInceptionDistance, poly_mmd

from gan.config import PROJECT_ROOT
from gan.feature_distances import (
    Gaussian,
    KernelDistance,
    fit_gaussian,
    frechet_distance,
    kernel_distance,
    squared_mean_discrepancy,
)


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


def test_it_agrees_with_torchmetrics() -> None:
    random = np.random.default_rng(5)
    a, b = (fit_gaussian(random.normal(size=(500, 16)) @ random.normal(size=(16, 16))) for _ in "ab")
    tensors = [torch.from_numpy(array) for array in (a.mean, a.covariance, b.mean, b.covariance)]
    assert frechet_distance(a, b) == pytest.approx(float(_compute_fid(*tensors)), abs=1e-6)


@pytest.mark.parametrize(("count", "shift"), [(50, 0.0), (80, 0.5)])
def test_the_mean_discrepancy_agrees_with_torchmetrics(count: int, shift: float) -> None:
    random = np.random.default_rng(count)
    a, b = random.normal(size=(count, 12)), random.normal(size=(count, 12)) + shift
    expected = float(poly_mmd(torch.from_numpy(a), torch.from_numpy(b)))
    assert squared_mean_discrepancy(a, b) == pytest.approx(expected, abs=1e-9)


def test_the_mean_discrepancy_is_the_papers_sum_over_pairs() -> None:
    # Gretton et al. 2012, equation 3, term by term, with crowds of different sizes.
    random = np.random.default_rng(0)
    a, b = random.normal(size=(7, 3)), random.normal(size=(5, 3))

    def kernel(x: np.ndarray, y: np.ndarray) -> float:
        return float((x @ y / 3 + 1) ** 3)

    within = [
        sum(kernel(crowd[i], crowd[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
        for crowd, n in ((a, 7), (b, 5))
    ]
    between = sum(kernel(x, y) for x in a for y in b) / (7 * 5)
    assert squared_mean_discrepancy(a, b) == pytest.approx(sum(within) - 2 * between, rel=1e-12)


# Of the memory that it would need for large datasets.
@pytest.mark.filterwarnings("ignore:Metric `Kernel Inception Distance`")
def test_with_subsets_of_all_rows_the_kernel_distance_is_torchmetrics_kid() -> None:
    class Identity(torch.nn.Module):
        num_features = 12

        def forward(self, features: torch.Tensor) -> torch.Tensor:
            return features

    random = np.random.default_rng(1)
    a, b = random.normal(size=(60, 12)), random.normal(size=(60, 12)) + 0.3
    kid = KernelInceptionDistance(Identity(), subsets=4, subset_size=60)
    kid.update(torch.from_numpy(a), real=True)
    kid.update(torch.from_numpy(b), real=False)
    mean, deviation = kid.compute()
    found = kernel_distance(a, b, 60, 4, np.random.default_rng(0))
    assert found.mean == pytest.approx(float(mean), abs=1e-6)
    assert found.standard_deviation == pytest.approx(float(deviation), abs=1e-6)


def test_subsets_are_drawn_without_replacement_by_the_generator_and_summarised_as_a_population() -> None:
    random = np.random.default_rng(2)
    a, b = random.normal(size=(40, 6)), random.normal(size=(30, 6)) + 0.3
    dice = np.random.default_rng(7)
    values = [
        squared_mean_discrepancy(a[dice.choice(40, 10, replace=False)], b[dice.choice(30, 10, replace=False)])
        for _ in range(5)
    ]
    found = kernel_distance(a, b, 10, 5, np.random.default_rng(7))
    assert found == KernelDistance(float(np.mean(values)), float(np.std(values)))
    assert found.standard_deviation > 0


def test_the_kernel_distance_of_one_distribution_from_itself_is_zero_on_average() -> None:
    random = np.random.default_rng(3)
    a, b = random.normal(size=(4000, 8)), random.normal(size=(4000, 8))
    found = kernel_distance(a, b, 100, 200, random)
    # Five standard errors; a biased estimate would be larger than the deviation itself.
    assert abs(found.mean) < 5 * found.standard_deviation / np.sqrt(200)


@pytest.mark.parametrize("size", [1, 31])
def test_subsets_that_cannot_be_drawn_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"subsets of {size} out of 40 and 30"):
        kernel_distance(np.ones((40, 2)), np.ones((30, 2)), size, 2, np.random.default_rng(0))


def test_the_measures_of_features_load_no_torch() -> None:
    names = "feature_distances", "feature_coverage", "nearest_neighbours", "memorisation", "class_measures"
    script = "".join(f"import gan.{name}\n" for name in names) + "import sys; print('torch' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "False\n"
