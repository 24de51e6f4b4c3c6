"""From logits to probabilities: Platt's regression, against scikit-learn's and scipy's, and its closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from gan.calibration import Calibration, fit_calibration, right_verdicts

LOGITS = np.linspace(-5, 5, 11)


def drawn(seed: int, count: int, gap: float, scale: float = 1.0, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Returns logits of real pictures and of fakes, `gap` apart on average."""
    dice = np.random.default_rng(seed)
    # One kind with a long tail, as critics have it.
    real, fake = dice.normal(gap, 1, count), dice.standard_t(3, count)
    return shift + scale * real, shift + scale * fake


def platts_targets(count: int) -> np.ndarray:
    """Returns the targets of so many reals and then as many fakes, as in Platt 1999, §2.2."""
    return np.array([(count + 1) / (count + 2)] * count + [1 / (count + 2)] * count)


@pytest.mark.parametrize("count", [20, 1000])
@pytest.mark.parametrize("gap", [0.2, 1.5, 30.0])
@pytest.mark.parametrize(("scale", "shift"), [(1, 0), (1e-3, 5), (1e4, -3e4)])
def test_it_is_scikit_learns_regression_on_platts_targets(count: int, gap: float, scale: float, shift: float) -> None:
    real, fake = drawn(1, count, gap, scale, shift)
    found = fit_calibration(real, fake)
    # scikit-learn knows no targets between 0 and 1: each picture stands there twice, as both, by weight.
    logits = np.concatenate([real, fake])
    centre, spread = logits.mean(), logits.std()
    points = np.tile((logits - centre) / spread, 2)[:, np.newaxis]
    targets = platts_targets(count)
    weights = np.concatenate([targets, 1 - targets])
    oracle = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000)
    oracle.fit(points, [1] * (2 * count) + [0] * (2 * count), sample_weight=weights)
    asked = centre + spread * np.linspace(-3, 3, 13)
    expected = oracle.predict_proba(((asked - centre) / spread)[:, np.newaxis])[:, 0]
    assert found.slope > 0
    assert found.fake_probabilities(asked) == pytest.approx(expected, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 40), gap=st.floats(-3, 3))
def test_it_is_the_best_of_all_that_don_t_fall(seed: int, count: int, gap: float) -> None:
    real, fake = drawn(seed, count, gap)
    logits, targets = np.concatenate([real, fake]), platts_targets(count)

    def loss(weights: np.ndarray) -> float:
        answers = weights[0] * logits + weights[1]
        return float((np.logaddexp(0, answers) - targets * answers).sum())

    found = fit_calibration(real, fake)
    bounded = minimize(loss, [0.1, 0.0], method="L-BFGS-B", bounds=[(0, None), (None, None)])
    assert found.slope >= 0
    assert loss(np.array([found.slope, found.intercept])) <= bounded.fun + 1e-6


def test_two_logits_have_the_probabilities_of_their_counts() -> None:
    # With as many weights as different logits the fit is exact: 21/22 where 20 of 20 were real.
    probabilities = fit_calibration(np.full(20, 3.0), np.full(20, -1.0)).fake_probabilities(np.array([3.0, -1.0, 1.0]))
    assert probabilities == pytest.approx([1 / 22, 21 / 22, 0.5], abs=1e-9)
    # And 15 of 20 reals, but only 5 of 20 fakes, at the higher one.
    real, fake = np.repeat([1.0, 0.0], [15, 5]), np.repeat([1.0, 0.0], [5, 15])
    expected = (5 * 21 + 15 * 1) / 22 / 20
    assert fit_calibration(real, fake).fake_probabilities(np.array([1.0, 0.0])) == pytest.approx(
        [expected, 1 - expected], abs=1e-9
    )


def test_who_does_worse_than_chance_or_knows_one_answer_only_says_one_half() -> None:
    real, fake = drawn(2, 500, -2.0)
    for calibration in (fit_calibration(real, fake), fit_calibration(np.full(50, 7.0), np.full(50, 7.0))):
        assert calibration.fake_probabilities(LOGITS).tolist() == [0.5] * len(LOGITS)
    assert right_verdicts(real, fake) == 500


def test_probabilities_fall_with_the_logit_and_stay_probabilities_however_large_it_is() -> None:
    calibration = fit_calibration(*drawn(3, 200, 2.0, scale=1e6))
    probabilities = calibration.fake_probabilities(np.array([-1e300, -1e6, 0, 1e6, 1e300]))
    assert (np.diff(probabilities) <= 0).all() and probabilities[0] == 1 and probabilities[-1] == 0
    assert Calibration(2.0, -1.0).fake_probabilities(LOGITS) == pytest.approx(expit(1 - 2 * LOGITS))


def test_other_numbers_of_both_kinds_are_refused() -> None:
    for reals, fakes in ((3, 4), (0, 0)):
        with pytest.raises(ValueError, match=f"{reals} real and {fakes} fake logits"):
            fit_calibration(np.zeros(reals), np.zeros(fakes))


def test_right_verdicts_are_counted_of_both_kinds() -> None:
    assert right_verdicts(np.arange(40.0) + 100, np.arange(40.0)) == 80
    assert right_verdicts(np.zeros(40), np.zeros(40)) == 40
    # 10 of 50 reals look like fakes.
    real = np.where(np.arange(50) % 5 == 0, 0.0, 9.0)
    assert right_verdicts(real, np.zeros(50)) == 90


def test_few_pictures_without_a_difference_prove_nothing() -> None:
    shares = []
    for seed in range(300):
        dice = np.random.default_rng(seed)
        shares.append(right_verdicts(dice.normal(size=20), dice.normal(size=20)) / 40)
    # Judged by what was learnt from the same pictures it would be 0.58.
    assert np.mean(shares) == pytest.approx(0.5, abs=0.02)
