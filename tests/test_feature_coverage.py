"""Precision, recall, density and coverage, against the package of those who defined the last two, and by hand."""

import tracemalloc
from dataclasses import asdict

import numpy as np
import pytest
from prdc import compute_prdc

from gan import nearest_neighbours
from gan.feature_coverage import Coverage, fit_manifold, measure_coverage


@pytest.mark.parametrize("block_elements", [2**22, 1000])
@pytest.mark.parametrize("neighbour_count", [3, 5])
@pytest.mark.parametrize(("shift", "scale"), [(0.0, 1.0), (0.4, 0.8), (3.0, 0.2)])
def test_they_agree_with_prdc(
    monkeypatch: pytest.MonkeyPatch, block_elements: int, neighbour_count: int, shift: float, scale: float
) -> None:
    monkeypatch.setattr(nearest_neighbours, "BLOCK_ELEMENTS", block_elements)
    random = np.random.default_rng(neighbour_count)
    real, fake = random.normal(size=(300, 8)), random.normal(size=(200, 8)) * scale + shift
    expected = compute_prdc(real, fake, neighbour_count)
    found = measure_coverage(fit_manifold(real, neighbour_count), fit_manifold(fake, neighbour_count))
    assert asdict(found) == pytest.approx(expected, abs=1e-6)


def test_on_a_line_they_can_be_counted_by_hand() -> None:
    real = fit_manifold(np.array([[0.0], [1.0], [10.0]]), 1)
    fake = fit_manifold(np.array([[1.5], [1.75], [30.0]]), 1)
    assert real.squared_radii.tolist() == [1, 1, 81]
    assert fake.squared_radii.tolist() == [0.0625, 0.0625, 28.25**2]
    # Of the real balls [−1, 1], [0, 2] and [1, 19] the last two hold the fakes 1.5 and 1.75, none holds 30.
    # Of the fakes' balls [1.25, 1.75], [1.5, 2] and [1.75, 58.25] the last one holds the real 10.
    assert measure_coverage(real, fake) == Coverage(precision=2 / 3, recall=1 / 3, density=4 / 3, coverage=2 / 3)


def test_a_rim_belongs_to_its_ball() -> None:
    real = fit_manifold(np.array([[0.0], [1.0], [100.0], [101.0]]), 1)
    fake = fit_manifold(np.array([[-1.0], [-60.0]]), 1)
    assert measure_coverage(real, fake).precision == 0.5


def test_the_same_crowd_covers_itself_and_a_distant_one_not_at_all() -> None:
    crowd = np.random.default_rng(0).normal(size=(100, 4))
    here, far = fit_manifold(crowd), fit_manifold(crowd + 1000)
    itself = measure_coverage(here, here)
    assert (itself.precision, itself.recall, itself.coverage) == (1, 1, 1)
    assert measure_coverage(here, far) == Coverage(0, 0, 0, 0)


def test_a_collapsed_generator_has_precision_without_recall() -> None:
    random = np.random.default_rng(1)
    real = random.normal(size=(500, 4))
    found = measure_coverage(fit_manifold(real), fit_manifold(np.repeat(random.normal(size=(1, 4)) * 0.1, 500, axis=0)))
    assert found.precision == 1 and found.recall == 0 and found.coverage < 0.2


def test_memory_stays_below_200_mb() -> None:
    random = np.random.default_rng(2)
    # All distances at once would be 392 MB.
    manifold = fit_manifold(random.normal(size=(7000, 2)))
    tracemalloc.start()
    measure_coverage(manifold, manifold)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200e6
