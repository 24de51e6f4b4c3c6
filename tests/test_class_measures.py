"""Class entropy and conditional accuracy, against scipy, scikit-learn and closed forms."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score

from gan.class_measures import (
    class_entropy,
    class_entropy_share,
    conditional_accuracy,
    kl_from_uniform,
    mode_count,
)


def test_entropy_is_scipys_in_bits() -> None:
    counts = np.random.default_rng(0).integers(0, 1000, 10).tolist()
    assert class_entropy(counts) == pytest.approx(scipy.stats.entropy(counts, base=2), rel=1e-12)
    assert class_entropy_share(counts) == pytest.approx(scipy.stats.entropy(counts, base=10), rel=1e-12)


@pytest.mark.parametrize(
    ("counts", "bits", "share"),
    [([5, 5], 1, 1), ([7] * 8, 3, 1), ([9, 0, 0, 0], 0, 0), ([1, 1, 0, 0], 1, 0.5), ([0, 0], 0, 0), ([4], 0, 1)],
)
def test_entropy_of_simple_counts(counts: list[int], bits: float, share: float) -> None:
    assert class_entropy(counts) == pytest.approx(bits, abs=1e-12)
    assert class_entropy_share(counts) == pytest.approx(share, abs=1e-12)
    assert str(class_entropy([3, 0])) == "0.0"  # without a minus


def test_conditional_accuracy_is_the_share_of_classes_as_asked() -> None:
    random = np.random.default_rng(1)
    judged, asked = random.integers(0, 3, 500), np.arange(500) % 3
    assert conditional_accuracy(judged, asked) == pytest.approx(accuracy_score(asked, judged))
    assert conditional_accuracy(asked, asked) == 1


@pytest.mark.parametrize(("judged", "asked"), [([], []), ([1], [1, 2]), ([1, 2], [[1, 2]]), ([1, 2], [[1], [2]])])
def test_classes_that_do_not_pair_up_are_refused(judged: list[int], asked: list[int]) -> None:
    with pytest.raises(ValueError, match="classes judged"):
        conditional_accuracy(np.array(judged, int), np.array(asked, int))


def test_modes_are_the_classes_that_appear() -> None:
    assert mode_count([0, 3, 1, 0]) == 2


@given(st.lists(st.integers(0, 50), min_size=2, max_size=40).filter(any))
def test_the_divergence_from_equal_shares_is_scipys(counts: list[int]) -> None:
    equal = np.full(len(counts), 1 / len(counts))
    assert kl_from_uniform(counts) == pytest.approx(scipy.stats.entropy(counts, equal), abs=1e-9)


def test_one_class_of_a_thousand_diverges_by_the_logarithm_of_a_thousand() -> None:
    assert kl_from_uniform([0] * 999 + [26_000]) == pytest.approx(math.log(1000))


@pytest.mark.parametrize("count", [10_000, 26_000])
def test_fair_fakes_diverge_by_the_floor_that_the_docs_name(count: int) -> None:
    """Twice N times the divergence of a sample is nearly χ² with K − 1 degrees of freedom (Wilks 1938)."""
    samples = np.random.default_rng(0).multinomial(count, [1 / 1000] * 1000, size=50)
    assert np.mean([kl_from_uniform(sample) for sample in samples]) == pytest.approx(999 / (2 * count), rel=0.03)
