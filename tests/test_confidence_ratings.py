"""Ratings, their ROC curve and its area against scikit-learn; the area's interval by simulated players."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score, roc_curve

from game.confidence_ratings import (
    MINIMUM_TRIALS,
    TOO_FEW_TRIALS,
    AreaUnderRoc,
    Judgement,
    RatingCounts,
    StepCounts,
    area_under_roc,
    empirical_roc,
    rating,
    rating_counts,
)
from game.roc import RocPoint, area_below
from game.rules import Confidence, Truth
from game.statistics import Interval

six_counts = st.tuples(*[st.integers(0, 30)] * 6)


def ratings_of(counts: RatingCounts) -> tuple[list[int], list[int]]:
    """Returns truth (1 is fake) and rating of every trial."""
    truths, ratings = [], []
    for truth, steps in ((1, counts.fakes), (0, counts.reals)):
        for step, count in enumerate(steps, start=1):
            truths += [truth] * count
            ratings += [step] * count
    return truths, ratings


def test_the_six_steps_run_from_surely_real_to_surely_fake() -> None:
    order = [(Truth.REAL, confidence) for confidence in reversed(Confidence)]
    order += [(Truth.FAKE, confidence) for confidence in Confidence]
    assert [rating(answer, confidence) for answer, confidence in order] == [1, 2, 3, 4, 5, 6]


@given(st.lists(st.tuples(st.sampled_from(Truth), st.sampled_from(Truth), st.sampled_from(Confidence))))
def test_every_judgement_is_counted_once(answers: list[tuple[Truth, Truth, Confidence]]) -> None:
    counts = rating_counts(Judgement(*answer) for answer in answers)
    truths, ratings = ratings_of(counts)
    expected = sorted((int(truth is Truth.FAKE), rating(answer, confidence)) for truth, answer, confidence in answers)
    assert sorted(zip(truths, ratings, strict=True)) == expected


@given(six_counts, six_counts)
def test_points_are_those_of_scikit_learn(fakes: StepCounts, reals: StepCounts) -> None:
    counts = RatingCounts(fakes, reals)
    points = empirical_roc(counts)
    if not sum(fakes) or not sum(reals):
        assert points == ()
        return
    false_alarm_rates, hit_rates, _ = roc_curve(*ratings_of(counts), drop_intermediate=False)
    expected = set(zip(np.round(false_alarm_rates, 12), np.round(hit_rates, 12), strict=True))
    assert {(round(point.false_alarm_rate, 12), round(point.hit_rate, 12)) for point in points} == expected
    assert (points[0], points[-1]) == (RocPoint(0, 0), RocPoint(1, 1))


@given(six_counts, six_counts)
def test_the_area_is_that_of_scikit_learn_and_of_mann_and_whitney(fakes: StepCounts, reals: StepCounts) -> None:
    counts = RatingCounts(fakes, reals)
    if not sum(fakes) or not sum(reals):
        return
    truths, ratings = ratings_of(counts)
    area = area_below(empirical_roc(counts))
    assert area == pytest.approx(roc_auc_score(truths, ratings))
    statistic = stats.mannwhitneyu(ratings[: sum(fakes)], ratings[sum(fakes) :]).statistic
    assert area == pytest.approx(statistic / (sum(fakes) * sum(reals)))
    found = area_under_roc(counts)
    if min(sum(fakes), sum(reals)) < MINIMUM_TRIALS:
        assert found is None
        return
    assert found is not None
    assert found.area == area
    assert 0 <= found.interval.low <= area <= found.interval.high <= 1


def test_the_area_of_the_published_ratings() -> None:
    # Hanley & McNeil, Radiology 143 (1982), p. 29–36, table 1: 58 normal and 51 abnormal images, area 0.893.
    counts = RatingCounts(fakes=(3, 2, 2, 11, 33, 0), reals=(33, 6, 6, 11, 2, 0))
    found = area_under_roc(counts)
    assert found is not None
    assert found.area == pytest.approx(0.893, abs=5e-4)


def test_the_interval_is_delongs_pair_by_pair_on_the_logit_scale() -> None:
    # DeLong et al. (1988), eq. 4 to 6, by comparing each fake with each real picture. All counts are multiples of 6 and
    # each step has one more, which scaled down by 6 is the trial that is spread over the steps.
    fakes, reals = (6, 0, 12, 30, 48, 60), (54, 36, 24, 12, 6, 18)
    found = area_under_roc(RatingCounts(*(tuple(count // 6 for count in steps) for steps in (fakes, reals))))  # type: ignore[arg-type]  # six each
    assert found is not None
    fake_ratings = np.repeat(np.arange(6), np.array(fakes) + 1)
    real_ratings = np.repeat(np.arange(6), np.array(reals) + 1)
    wins = np.sign(fake_ratings[:, None] - real_ratings[None]) / 2 + 0.5
    area = wins.mean()
    variance = 0.0
    for components in (wins.mean(axis=1), wins.mean(axis=0)):
        trials = len(components) / 6
        variance += components.var() * trials / (trials - 1) / trials
    logit = np.log(area / (1 - area))
    margin = stats.norm.ppf(0.975) * np.sqrt(variance) / (area * (1 - area))
    assert found.interval.low == pytest.approx(1 / (1 + np.exp(margin - logit)))
    assert found.interval.high == pytest.approx(1 / (1 + np.exp(-margin - logit)))


def step_shares(mean: float, criterion: float, spacing: float) -> np.ndarray:
    """Returns how often a normal impression around a mean gets each of the six steps."""
    edges = criterion + spacing * np.arange(-2, 3)
    return np.diff(np.concatenate([[0], stats.norm.cdf(edges - mean), [1]]))


@pytest.mark.parametrize("trials", [20, 50])
def test_the_interval_holds_the_area_as_often_as_it_says(trials: int) -> None:
    generator = np.random.default_rng(20)
    found = []
    for d_prime, criterion, spacing in product((0.0, 0.5, 1.0, 2.0), (0.0, 0.5), (0.3, 1.0)):
        of_fakes = step_shares(d_prime / 2, criterion, spacing)
        of_reals = step_shares(-d_prime / 2, criterion, spacing)
        truth = (of_fakes * (np.cumsum(of_reals) - of_reals / 2)).sum()
        covered = 0
        players = zip(
            generator.multinomial(trials, of_fakes, 3000).tolist(),
            generator.multinomial(trials, of_reals, 3000).tolist(),
            strict=True,
        )
        for fakes, reals in players:
            area = area_under_roc(RatingCounts(tuple(fakes), tuple(reals)))
            assert area is not None
            covered += area.interval.low <= truth <= area.interval.high
        found.append(covered / 3000)
    # 3,000 players leave a standard error of 0.4 percentage points.
    assert 0.93 <= min(found) <= max(found) <= 0.975


def test_who_never_errs_has_an_interval_that_ends_at_1() -> None:
    found = area_under_roc(RatingCounts((0, 0, 0, 0, 0, 20), (20, 0, 0, 0, 0, 0)))
    assert found is not None
    assert found.area == found.interval.high == 1
    assert 0.8 < found.interval.low < 0.95


def test_too_few_trials_of_a_kind_have_no_area() -> None:
    assert area_under_roc(RatingCounts((0, 0, 0, 0, 0, 100), (MINIMUM_TRIALS - 1, 0, 0, 0, 0, 0))) is None
    assert str(MINIMUM_TRIALS) in TOO_FEW_TRIALS


@pytest.mark.parametrize("steps", [(1, 2, 3), (1, 1, 1, 1, 1, -1)])
def test_other_counts_than_six_are_refused(steps: StepCounts) -> None:
    with pytest.raises(ValueError, match="6 counts"):
        RatingCounts(steps, (1, 1, 1, 1, 1, 1))


def test_the_sentence_says_what_the_area_means() -> None:
    assert AreaUnderRoc(0.81, Interval(0.72, 0.88)).sentence == (
        "Area 0.81 [0.72, 0.88]: of a fake and a real picture you would pick the fake 81 % of the time by how sure"
        " you were of each; 0.5 is guessing, 1 is never wrong."
    )
