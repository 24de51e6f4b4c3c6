"""Psychometric curves and what answers tell about them: against scipy, and against definitions worked out in full."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, special, stats

from game.psychometric import (
    Floats,
    PsychometricGrid,
    information,
    posterior,
    posterior_of,
    probability_right,
    psychometric_curve,
    psychometric_grid,
    tally,
    threshold_quantiles,
)
from game.statistics import Proportion
from game.threshold import Place, threshold_estimate

LEVELS = (1.0, 2.0, 4.5)
GRID = psychometric_grid(LEVELS, (0.02, 0.1), rising=False)

widths = st.floats(0.5, 20)
lapses = st.floats(0, 0.24)
counts = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=len(LEVELS), max_size=len(LEVELS))


def after(answers: list[tuple[int, int]]) -> Floats:
    """Returns the posterior after (right, wrong) answers at each level."""
    right, wrong = np.array(answers, np.float64).T
    return posterior(GRID, right, wrong)


@given(st.floats(-30, 30), widths, lapses)
def test_the_curve_is_the_logistic_function_between_guessing_and_the_lapses(
    octaves: float, width: float, lapse: float
) -> None:
    share = 0.25 / (0.5 - lapse)
    slope = 2 * special.logit(0.95) / width
    expected = 0.5 + (0.5 - lapse) * special.expit(slope * octaves + special.logit(share))
    assert probability_right(np.array(octaves), width, lapse) == pytest.approx(expected, abs=1e-12)


@given(widths, lapses)
def test_the_threshold_is_where_three_quarters_are_right_whatever_width_and_lapse(width: float, lapse: float) -> None:
    assert probability_right(np.array(0.0), width, lapse) == pytest.approx(0.75, abs=1e-12)


@given(widths, lapses)
def test_the_width_is_the_stretch_from_5_to_95_percent_of_the_height(width: float, lapse: float) -> None:
    def place(share: float) -> float:
        right = 0.5 + share * (0.5 - lapse)
        return optimize.brentq(lambda octaves: probability_right(np.array(octaves), width, lapse) - right, -99, 99)

    assert place(0.95) - place(0.05) == pytest.approx(width, rel=1e-6)


def test_answers_get_harder_or_easier_along_a_scale() -> None:
    for rising, order in ((False, -1), (True, 1)):
        grid = psychometric_grid(LEVELS, (0.02,), rising)
        steps = np.diff(grid.right, axis=0) * order
        assert (steps >= 0).all()
        assert steps.max() > 0.1


def test_thresholds_are_also_looked_for_beyond_both_ends() -> None:
    assert (GRID.thresholds[0], GRID.thresholds[-1]) == (-1.0, 6.5)
    assert np.diff(GRID.thresholds) == pytest.approx(0.125)


@pytest.mark.parametrize(
    ("levels", "lapses"),
    [((), (0.1,)), ((2.0, 1.0), (0.1,)), ((1.0, 1.0), (0.1,)), ((float("nan"),), (0.1,)), ((float("inf"),), (0.1,))]
    + [((1.0,), of) for of in ((), (0.0,), (0.25,), (0.1, -0.1))],
)
def test_impossible_scales_are_refused(levels: tuple[float, ...], lapses: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"ascend|Lapses"):
        psychometric_grid(levels, lapses, rising=True)


@given(counts)
def test_the_posterior_is_bayes_rule_with_every_curve_as_likely_at_first(answers: list[tuple[int, int]]) -> None:
    right, wrong = np.array(answers).T[:, :, np.newaxis, np.newaxis]
    likelihood = stats.binom.pmf(right, right + wrong, GRID.right).prod(axis=0)
    assert after(answers) == pytest.approx(likelihood / likelihood.sum(), rel=1e-9)


def test_many_posteriors_are_each_what_they_are_alone() -> None:
    random = np.random.default_rng(0)
    right, wrong = random.integers(0, 9, (2, 5, len(LEVELS))).astype(np.float64)
    together = posterior(GRID, right, wrong)
    for one, of_right, of_wrong in zip(together, right, wrong, strict=True):
        assert one == pytest.approx(posterior(GRID, of_right, of_wrong), rel=1e-12)
    bits = information(GRID, together)
    assert bits == pytest.approx(np.stack([information(GRID, one) for one in together]), abs=1e-12)


@given(counts)
def test_information_is_how_much_the_entropy_of_the_threshold_is_expected_to_fall(
    answers: list[tuple[int, int]],
) -> None:
    now = after(answers)
    before = stats.entropy(now.sum(axis=1), base=2)
    for level, bits in enumerate(information(GRID, now)):
        expected = 0.0
        for right in (GRID.right[level], 1 - GRID.right[level]):
            joint = now * right
            expected += joint.sum() * stats.entropy((joint / joint.sum()).sum(axis=1), base=2)
        assert bits == pytest.approx(before - expected, abs=1e-9)
        assert bits >= -1e-9


@given(counts, st.floats(0.001, 0.999))
def test_quantiles_are_those_of_the_histogram_around_the_grid(answers: list[tuple[int, int]], share: float) -> None:
    now = after(answers)
    edges = np.append(GRID.thresholds - 0.0625, GRID.thresholds[-1] + 0.0625)
    oracle = stats.rv_histogram((now.sum(axis=1), edges), density=False)
    assert threshold_quantiles(GRID, now, (share,))[0] == pytest.approx(oracle.ppf(share), abs=1e-6)


@given(counts)
def test_the_drawn_curve_is_the_mean_of_all_curves_and_its_band_their_quantiles(answers: list[tuple[int, int]]) -> None:
    now, places = after(answers), np.array([0.0, 2.0, 3.3])
    curve = psychometric_curve(GRID, now, places)
    weights = now.ravel()
    for index, values in enumerate(GRID.right_at(places).reshape(3, -1)):
        assert curve.mean[index] == pytest.approx(np.average(values, weights=weights))
        low, high = np.quantile(values, [0.05, 0.95], weights=weights, method="inverted_cdf")
        assert (curve.low[index], curve.high[index]) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))
        assert curve.low[index] <= curve.high[index]


def test_answers_are_tallied_in_the_order_of_the_levels() -> None:
    tallies = tally((8, 4, 2), [(2, True), (8, False), (2, False), (2, True)])
    assert list(tallies.items()) == [(8, Proportion(0, 1)), (2, Proportion(2, 3))]
    grid = psychometric_grid((1.0, 2.0, 3.0), (0.02,), rising=False)
    expected = posterior(grid, np.array([2.0, 0.0, 0.0]), np.array([1.0, 0.0, 1.0]))
    assert posterior_of(grid, (2, 4, 8), tallies) == pytest.approx(expected)


def concentrated(grid: PsychometricGrid, *places: float) -> Floats:
    """Returns a posterior that has thresholds in these octaves only, each as likely."""
    weights = np.zeros(grid.right.shape[1:])
    for place in places:
        weights[np.abs(grid.thresholds - place).argmin()] += 1 / grid.right.shape[2] / len(places)
    return weights


@pytest.mark.parametrize(
    ("places", "place", "low", "median", "high"),
    [
        ((3.0,), Place.WITHIN, 8.0, 8.0, 8.0),
        ((-0.5,), Place.BELOW, None, None, 2.0),
        ((6.0,), Place.ABOVE, 2**4.5, None, None),
        ((0.0, 3.0, 3.0), Place.WITHIN, None, 8.0, 8.0),
        ((0.0, 0.0, 3.0), Place.BELOW, None, None, 8.0),
        ((3.0, 3.0, 6.0), Place.WITHIN, 8.0, 8.0, None),
        ((3.0, 6.0, 6.0), Place.ABOVE, 8.0, None, None),
        ((0.0, 3.0, 6.0), Place.UNKNOWN, None, None, None),
    ],
)
def test_no_number_is_given_beyond_the_ends_of_the_scale(
    places: tuple[float, ...], place: Place, low: float | None, median: float | None, high: float | None
) -> None:
    estimate = threshold_estimate(GRID, concentrated(GRID, *places))
    assert estimate.place is place
    # A point of the grid stands for an eighth of an octave, 9 %.
    for found, expected in ((estimate.low, low), (estimate.median, median), (estimate.high, high)):
        assert found == (None if expected is None else pytest.approx(expected, rel=0.05))
    assert estimate.holds(2 ** places[len(places) // 2] * 1.001)


def test_an_interval_is_narrow_where_both_of_its_ends_are_known() -> None:
    within = threshold_estimate(GRID, concentrated(GRID, 3.0))
    assert within.narrower_than(1.1)
    assert not within.narrower_than(1.05)
    for place in (-0.5, 6.0):
        assert not threshold_estimate(GRID, concentrated(GRID, place)).narrower_than(1000)
    assert not within.holds(2**3.2)
    assert not within.holds(2**2.8)


def test_a_grid_is_made_once_and_cannot_be_changed() -> None:
    grid = psychometric_grid(LEVELS, (0.03,), rising=False)
    assert psychometric_grid(LEVELS, (0.03,), rising=False) is grid
    for array in (grid.levels, grid.thresholds, grid.widths, grid.lapses, grid.right):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
