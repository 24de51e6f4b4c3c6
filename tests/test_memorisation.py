"""Copies are noticed: distances to the nearest training picture, compared as Mann and Whitney do."""

import numpy as np
import pytest
import scipy.stats
from scipy.spatial.distance import cdist

from gan.memorisation import compare_distances, distances_in_features, distances_in_pixels


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32)])
def test_pixel_distances_are_root_mean_squares_of_grey_levels(shape: tuple[int, int, int]) -> None:
    random = np.random.default_rng(0)
    images, training = (random.integers(0, 256, (count, *shape), np.uint8) for count in (10, 20))
    differences = images[:, np.newaxis].astype(float) - training
    expected = np.sqrt((differences**2).mean(axis=(2, 3, 4))).min(axis=1)
    assert distances_in_pixels(images, training) == pytest.approx(expected, rel=1e-12)
    one_level = np.full((1, *shape), 7, np.uint8)
    assert distances_in_pixels(one_level + 1, one_level).tolist() == [1]


def test_feature_distances_are_euclidean() -> None:
    random = np.random.default_rng(1)
    features, training = random.normal(size=(10, 8)), random.normal(size=(20, 8))
    assert distances_in_features(features, training) == pytest.approx(cdist(features, training).min(axis=1))


@pytest.mark.parametrize("decimals", [8, 1])  # with one decimal many are equal
def test_the_probability_is_mann_and_whitneys(decimals: int) -> None:
    random = np.random.default_rng(2)
    fake, held_out = random.normal(size=300).round(decimals), (random.normal(size=200) + 0.3).round(decimals)
    # scipy's statistic counts the pairs in which the first is larger, ties half.
    expected = scipy.stats.mannwhitneyu(held_out, fake).statistic / (300 * 200)
    assert compare_distances(fake, held_out).nearer_probability == pytest.approx(expected, rel=1e-12)


def test_copies_are_certainly_nearer_and_strangers_certainly_farther() -> None:
    held_out = np.random.default_rng(3).random(1000) + 1
    copies, strangers = compare_distances(np.zeros(50), held_out), compare_distances(np.full(50, 9.0), held_out)
    assert (copies.nearer_share, copies.nearer_probability, copies.fake_median) == (1, 1, 0)
    assert (strangers.nearer_share, strangers.nearer_probability, strangers.fake_median) == (0, 0, 9)


def test_real_pictures_are_as_near_as_real_pictures() -> None:
    held_out = np.random.default_rng(4).random(1000)
    same = compare_distances(held_out, held_out)
    assert (same.nearer_share, same.nearer_probability) == (0.01, 0.5)
    assert same.fake_median == same.held_out_median == np.median(held_out)


def test_a_tenth_of_copies_shows_in_the_share() -> None:
    random = np.random.default_rng(5)
    held_out, fake = random.random(10_000) + 1, random.random(10_000) + 1
    fake[:1000] = 0.01
    assert compare_distances(fake, held_out).nearer_share == pytest.approx(0.1 + 0.9 * 0.01, abs=0.005)
