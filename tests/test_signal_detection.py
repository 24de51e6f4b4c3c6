"""d′ and criterion against other programs and textbooks; their intervals by counting every outcome there can be."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import integrate, stats

from game.forced_choice import MINIMUM_TRIALS as MINIMUM_CHOICES
from game.forced_choice import ForcedChoiceSensitivity, forced_choice_sensitivity
from game.interval_words import Rate, decimal, per_cent, with_interval
from game.normal_distribution import normal_quantile
from game.signal_detection import (
    MINIMUM_TRIALS,
    TOO_FEW_TRIALS,
    YesNoCriterion,
    YesNoSensitivity,
    yes_no_criterion,
    yes_no_sensitivity,
)
from game.statistics import Interval, Proportion, SignalCounts

D_PRIMES = (0.0, 0.5, 1.0, 2.0)
CRITERIA = (-0.5, 0.0, 0.5)

counts_of_enough = st.tuples(st.integers(MINIMUM_TRIALS, 120), st.integers(MINIMUM_TRIALS, 120)).flatmap(
    lambda sizes: st.tuples(
        st.integers(0, sizes[0]), st.just(sizes[0]), st.integers(0, sizes[1]), st.just(sizes[1])
    ).map(lambda n: SignalCounts(n[0], n[1] - n[0], n[2], n[3] - n[2]))
)


def both(counts: SignalCounts) -> tuple[YesNoSensitivity, YesNoCriterion]:
    sensitivity, criterion = yes_no_sensitivity(counts), yes_no_criterion(counts)
    assert sensitivity is not None
    assert criterion is not None
    return sensitivity, criterion


def test_d_prime_and_c_are_those_of_another_program() -> None:
    # signal(82, 46, 100, 100) of the R package statpsych, on the counts of Wickens, Elementary Signal Detection
    # Theory (2002): d-prime 1.002793, bias −0.4019603, with the same correction.
    sensitivity, criterion = both(SignalCounts(82, 18, 46, 54))
    assert sensitivity.d_prime == pytest.approx(1.002793, abs=1e-6)
    assert criterion.c == pytest.approx(-0.4019603, abs=1e-6)


def test_with_many_trials_they_are_those_of_the_textbook() -> None:
    # Macmillan & Creelman, Detection Theory (2nd ed. 2005), ch. 1 and 2: H = .8, F = .4; d′ = 1.095, c = −0.294.
    sensitivity, criterion = both(SignalCounts(80_000, 20_000, 40_000, 60_000))
    assert sensitivity.d_prime == pytest.approx(1.095, abs=5e-4)
    assert criterion.c == pytest.approx(-0.294, abs=5e-4)


@given(counts_of_enough)
def test_estimates_are_finite_and_lie_in_their_intervals(counts: SignalCounts) -> None:
    sensitivity, criterion = both(counts)
    for estimate, interval in ((sensitivity.d_prime, sensitivity.interval), (criterion.c, criterion.interval)):
        assert -inf < estimate < inf
        assert interval.low <= estimate <= interval.high


@given(counts_of_enough)
def test_calling_everything_the_other_way_round_turns_both_about(counts: SignalCounts) -> None:
    sensitivity, criterion = both(counts)
    turned = SignalCounts(counts.misses, counts.hits, counts.correct_rejections, counts.false_alarms)
    turned_sensitivity, turned_criterion = both(turned)
    assert turned_sensitivity.d_prime == pytest.approx(-sensitivity.d_prime)
    assert turned_criterion.c == pytest.approx(-criterion.c)
    assert turned_sensitivity.interval.low == pytest.approx(-sensitivity.interval.high)
    assert turned_criterion.interval.high == pytest.approx(-criterion.interval.low)


def test_without_errors_the_interval_is_open_upwards_only() -> None:
    sensitivity, criterion = both(SignalCounts(50, 0, 0, 50))
    assert sensitivity.interval.high == inf
    assert 3 < sensitivity.interval.low < sensitivity.d_prime
    assert (criterion.interval.low, criterion.interval.high) == (-inf, inf)
    assert criterion.c == pytest.approx(0)
    assert sensitivity.sentence.startswith("d′ 4.7 [3.4 or more], from ")
    assert criterion.sentence.startswith("c 0.0 [or any other], from ")


def test_who_always_says_fake_leans_and_shows_nothing_else() -> None:
    sensitivity, criterion = both(SignalCounts(50, 0, 50, 0))
    assert (sensitivity.interval.low, sensitivity.d_prime, sensitivity.interval.high) == (-inf, 0, inf)
    assert criterion.interval.low == -inf
    assert criterion.interval.high < -1.3
    assert criterion.sentence.startswith("c −2.3 [−1.7 or less], from ")


@pytest.mark.parametrize(("fakes", "reals"), [(0, 0), (MINIMUM_TRIALS, MINIMUM_TRIALS - 1), (0, 500)])
def test_too_few_trials_of_a_kind_give_nothing(fakes: int, reals: int) -> None:
    assert yes_no_sensitivity(SignalCounts(fakes, 0, reals, 0)) is None
    assert yes_no_criterion(SignalCounts(fakes, 0, reals, 0)) is None
    assert str(MINIMUM_TRIALS) in TOO_FEW_TRIALS


def all_intervals(fakes: int, reals: int) -> NDArray[np.float64]:
    """Returns low and high of d′ and low and high of c, (4, fakes + 1, reals + 1), of every outcome there can be."""
    ends = np.empty((4, fakes + 1, reals + 1))
    for hits in range(fakes + 1):
        for false_alarms in range(reals + 1):
            sensitivity, criterion = both(SignalCounts(hits, fakes - hits, false_alarms, reals - false_alarms))
            intervals = (sensitivity.interval, criterion.interval)
            ends[:, hits, false_alarms] = [end for one in intervals for end in (one.low, one.high)]
    return ends


def coverages(fakes: int, reals: int) -> NDArray[np.float64]:
    """Returns how often the intervals of d′ and of c hold the truth, (2, players), by the exact binomial weights."""
    low_d, high_d, low_c, high_c = all_intervals(fakes, reals)
    found = []
    for d_prime in D_PRIMES:
        for c in CRITERIA:
            of_hits = stats.binom.pmf(np.arange(fakes + 1), fakes, stats.norm.cdf(d_prime / 2 - c))
            of_alarms = stats.binom.pmf(np.arange(reals + 1), reals, stats.norm.cdf(-d_prime / 2 - c))
            weights = np.outer(of_hits, of_alarms)
            covers_d = (low_d <= d_prime) & (d_prime <= high_d)
            covers_c = (low_c <= c) & (c <= high_c)
            found.append([(weights * covers_d).sum(), (weights * covers_c).sum()])
    return np.array(found).T


@pytest.mark.parametrize(("fakes", "reals"), [(15, 15), (20, 20), (15, 25), (50, 50), (20, 80)])
def test_intervals_hold_the_truth_as_often_as_they_say(fakes: int, reals: int) -> None:
    found = coverages(fakes, reals)
    assert 0.93 <= found.min() <= found.max() <= 0.97


def test_fewer_trials_than_the_minimum_would_break_the_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("game.signal_detection.MINIMUM_TRIALS", 10)
    assert coverages(10, 10).max() > 0.975
    guessing = yes_no_sensitivity(SignalCounts(5, 5, 5, 5))
    assert guessing is not None
    assert guessing.interval.high > 1


def test_at_the_minimum_guessing_is_told_from_a_d_prime_of_1() -> None:
    half = MINIMUM_TRIALS // 2
    guessing, _ = both(SignalCounts(half, MINIMUM_TRIALS - half, half, MINIMUM_TRIALS - half))
    assert guessing.interval.high < 1
    forced = forced_choice_sensitivity(Proportion(MINIMUM_CHOICES // 2, MINIMUM_CHOICES))
    assert forced is not None
    assert forced.interval.high < 1


@pytest.mark.parametrize("d_prime", [-0.5, 0.0, 0.5, 1.0, 2.0, 3.0])
def test_d_prime_of_two_pictures_is_how_far_apart_their_curves_lie(d_prime: float) -> None:
    # Right is who finds the fake more fake than the real one: ∫ φ(x − d′) Φ(x) dx (Green & Swets 1966, ch. 2).
    share, _ = integrate.quad(lambda x: stats.norm.pdf(x - d_prime) * stats.norm.cdf(x), -10, 10)
    found = forced_choice_sensitivity(Proportion(round(share * 1_000_000), 1_000_000))
    assert found is not None
    assert found.d_prime == pytest.approx(d_prime, abs=1e-4)


@given(st.integers(MINIMUM_CHOICES, 300).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_a_forced_choice_takes_its_interval_from_wilson(case: tuple[int, int]) -> None:
    found, wilson = forced_choice_sensitivity(Proportion(*case)), Proportion(*case).interval()
    assert found is not None
    assert wilson is not None
    with np.errstate(divide="ignore"):
        expected = stats.norm.ppf([wilson.low, wilson.high]) * 2**0.5
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(expected), abs=1e-9)
    assert found.interval.low <= found.d_prime <= found.interval.high


@pytest.mark.parametrize("trials", [20, 40, 50, 100])
def test_the_interval_of_a_forced_choice_holds_the_truth_as_often_as_it_says(trials: int) -> None:
    found = [forced_choice_sensitivity(Proportion(right, trials)) for right in range(trials + 1)]
    ends = np.array([(one.interval.low, one.interval.high) for one in found if one is not None])
    for d_prime in D_PRIMES:
        weights = stats.binom.pmf(np.arange(trials + 1), trials, stats.norm.cdf(d_prime / 2**0.5))
        covered = weights[(ends[:, 0] <= d_prime) & (d_prime <= ends[:, 1])].sum()
        assert 0.93 <= covered <= 0.97


def test_too_few_choices_give_nothing() -> None:
    assert forced_choice_sensitivity(Proportion(10, MINIMUM_CHOICES - 1)) is None


def test_single_pictures_and_pairs_have_no_type_in_common() -> None:
    assert set(YesNoSensitivity.__mro__) & set(ForcedChoiceSensitivity.__mro__) == {object}


def test_sentences_say_what_the_figures_mean() -> None:
    sensitivity, criterion = both(SignalCounts(36, 14, 14, 36))
    assert sensitivity.sentence == (
        "d′ 1.1 [0.6, 1.7], from 50 fakes and 50 real pictures: how far apart real and fake lie for you; 0 is guessing,"
        " 1 is 69 % right without leaning."
    )
    assert criterion.sentence == (
        "c 0.0 [−0.3, 0.3], from 50 fakes and 50 real pictures: how you lean when in doubt;"
        " above 0 you rather say “real”, below 0 “fake”,"
        " and 0 is no leaning."
    )
    forced = ForcedChoiceSensitivity(1.0, Interval(0.4, inf))
    assert forced.sentence == (
        "d′ 1.0 [0.4 or more]: how far apart real and fake lie for you side by side; 0 is guessing, 1 is 76 % right."
    )
    # What the sentences say of d′ = 1: Φ(1/2) = 0.6915 without leaning, Φ(1/√2) = 0.7602 side by side.
    assert per_cent(stats.norm.cdf(0.5)) == "69 %"
    assert per_cent(stats.norm.cdf(0.5**0.5)) == "76 %"
    # Who rather says “real” has few hits and few false alarms.
    assert both(SignalCounts(10, 40, 2, 48))[1].c > 0


@pytest.mark.parametrize(("value", "written"), [(-0.04, "0.0"), (-0.3, "−0.3"), (1.25, "1.2"), (12.0, "12.0")])
def test_figures_have_a_true_minus_and_no_negative_zero(value: float, written: str) -> None:
    assert decimal(value) == written


def test_a_figure_without_an_interval_stands_alone() -> None:
    assert with_interval(0.25, None, 2) == "0.25"
    assert Rate("Kept", Proportion(0, 0), "whatever").sentence == "Kept: nothing to count yet."
    assert Rate("Kept", Proportion(30, 50), "how many").sentence == "Kept 60 % [46, 72]: how many."


def test_quantiles_have_ends_and_only_probabilities_have_quantiles() -> None:
    assert (normal_quantile(0), normal_quantile(1)) == (-inf, inf)
    assert normal_quantile(0.975) == pytest.approx(stats.norm.ppf(0.975))
    with pytest.raises(ValueError, match="probability"):
        normal_quantile(1.1)
