"""What other criteria would score: closed forms, integrals and searches; ROC curves against their areas."""

from math import inf, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from game.criterion_model import BellCurve, bell_curves, best_criterion, expected_outcome
from game.roc import (
    RocPoint,
    area_below,
    equal_variance_area,
    equal_variance_hit_rate,
    equal_variance_roc,
    operating_point,
)
from game.statistics import SignalCounts

d_primes = st.floats(-1, 4)
shares = st.floats(0.05, 0.95)


def test_a_criterion_leads_to_the_rates_of_the_textbook() -> None:
    # Macmillan & Creelman, Detection Theory (2nd ed. 2005), ch. 2: d′ = 1.095, c = −0.294 come from H = .8, F = .4.
    outcome = expected_outcome(1.095, -0.294)
    assert outcome.hit_rate == pytest.approx(0.8, abs=5e-4)
    assert outcome.false_alarm_rate == pytest.approx(0.4, abs=5e-4)
    assert outcome.accuracy == pytest.approx(0.7, abs=5e-4)
    assert outcome.sentence == (
        "With the line at −0.3 you would call about 80 % of the fakes and 40 % of the real pictures fake,"
        " and be right in 70 %, if the curves are right."
    )


@given(d_primes, st.floats(-3, 3), shares)
def test_rates_are_what_lies_beyond_the_line_of_the_drawn_curves(d_prime: float, c: float, share: float) -> None:
    curves, outcome = bell_curves(d_prime), expected_outcome(d_prime, c, share)
    beyond_fake, _ = integrate.quad(curves.fake.height, c, 12, points=[d_prime / 2] if c < d_prime / 2 else None)
    beyond_real, _ = integrate.quad(curves.real.height, c, 12, points=[-d_prime / 2] if c < -d_prime / 2 else None)
    assert outcome.hit_rate == pytest.approx(beyond_fake, abs=1e-7)
    assert outcome.false_alarm_rate == pytest.approx(beyond_real, abs=1e-7)
    assert outcome.accuracy == pytest.approx(share * beyond_fake + (1 - share) * (1 - beyond_real), abs=1e-7)


def test_bell_curves_are_normal_densities_d_prime_apart() -> None:
    curves = bell_curves(1.5)
    assert curves.fake.mean - curves.real.mean == 1.5
    assert BellCurve(1.0, 2.0).height(0.3) == pytest.approx(stats.norm.pdf(0.3, 1, 2))
    assert "1.5 standard deviations" in curves.sentence
    assert "no more fake" in bell_curves(-0.2).sentence


@given(st.floats(0.1, 4), shares)
def test_no_criterion_beats_the_best_one(d_prime: float, share: float) -> None:
    best = expected_outcome(d_prime, best_criterion(d_prime, share), share).accuracy
    reach = abs(log((1 - share) / share)) / d_prime + 5
    found = optimize.minimize_scalar(
        lambda c: -expected_outcome(d_prime, c, share).accuracy, bounds=(-reach, reach), method="bounded"
    )
    assert best >= -found.fun - 1e-9
    assert best >= max(share, 1 - share) - 1e-9


@pytest.mark.parametrize(
    ("d_prime", "share", "criterion"),
    [
        (1.0, 0.5, 0.0),
        (2.0, 0.25, log(3) / 2),
        (0.0, 0.5, 0.0),
        (0.0, 0.7, -inf),
        (-0.5, 0.3, inf),
        (-0.5, 0.5, inf),
        (1.0, 1.0, -inf),
        (1.0, 0.0, inf),
    ],
)
def test_best_criteria_known_in_closed_form(d_prime: float, share: float, criterion: float) -> None:
    assert best_criterion(d_prime, share) == pytest.approx(criterion)


def test_without_sensitivity_the_best_is_the_commoner_answer() -> None:
    always_fake = expected_outcome(0.0, best_criterion(0.0, 0.7), 0.7)
    assert (always_fake.hit_rate, always_fake.false_alarm_rate, always_fake.accuracy) == (1, 1, 0.7)
    assert "the far left" in always_fake.sentence
    assert "the far right" in expected_outcome(0.0, inf).sentence


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_lies_between_0_and_1(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        expected_outcome(1, 0, share)
    with pytest.raises(ValueError, match="share"):
        best_criterion(1, share)


@given(st.floats(0, 4))
def test_the_curve_has_the_area_of_the_closed_form(d_prime: float) -> None:
    points = equal_variance_roc(d_prime, 401)
    assert (points[0], points[-1]) == (RocPoint(0, 0), RocPoint(1, 1))
    # The straight pieces at both ends are shorter than a pixel.
    assert points[1].hit_rate < 1e-3
    assert points[-2].false_alarm_rate > 1 - 1e-3
    assert area_below(points) == pytest.approx(stats.norm.cdf(d_prime / sqrt(2)), abs=1e-4)
    assert equal_variance_area(d_prime) == pytest.approx(stats.norm.cdf(d_prime / sqrt(2)))


@given(d_primes, st.integers(3, 50))
def test_points_rise_and_lie_on_the_curve(d_prime: float, count: int) -> None:
    points = equal_variance_roc(d_prime, count)
    assert len(points) == count
    assert np.all(np.diff([point.false_alarm_rate for point in points]) >= 0)
    assert np.all(np.diff([point.hit_rate for point in points]) >= 0)
    for point in points:
        assert point.hit_rate == pytest.approx(equal_variance_hit_rate(d_prime, point.false_alarm_rate), abs=1e-6)


def test_a_curve_of_two_points_is_refused() -> None:
    with pytest.raises(ValueError, match="3 points"):
        equal_variance_roc(1.0, 2)


def test_somebodys_own_point_is_their_two_rates_and_there_is_none_without_both_kinds() -> None:
    assert operating_point(SignalCounts(30, 10, 5, 15)) == RocPoint(0.25, 0.75)
    assert operating_point(SignalCounts(30, 10, 0, 0)) is None
    assert operating_point(SignalCounts(0, 0, 5, 15)) is None
