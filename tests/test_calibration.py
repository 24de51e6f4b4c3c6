"""Whether confidence means something: the exact test against dealing all cards there are."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from game.calibration import Calibration, calibration, calibration_verdict, rising_probability
from game.confidence_ratings import Judgement
from game.rules import Confidence, Truth
from game.statistics import Proportion

small = st.integers(0, 4).flatmap(lambda trials: st.builds(Proportion, st.integers(0, trials), st.just(trials)))


def judgement(confidence: Confidence, right: bool) -> Judgement:
    return Judgement(Truth.FAKE, Truth.FAKE if right else Truth.REAL, confidence)


def test_answers_are_counted_by_their_confidence() -> None:
    answers = [judgement(Confidence.UNSURE, right) for right in (True, False, False)]
    answers += [judgement(Confidence.SURE, True)]
    found = calibration(answers)
    assert found == Calibration(Proportion(1, 3), Proportion(0, 0), Proportion(1, 1))
    assert [rate.name for rate in found.by_confidence.values()] == ["Unsure", "Fairly sure", "Sure"]
    assert found.by_confidence[Confidence.UNSURE].sentence == (
        "Unsure 33 % [6, 79]: the share right of the answers with this confidence."
    )


@settings(max_examples=60)
@given(small, small, small)
def test_the_probability_is_what_all_deals_give(low: Proportion, middle: Proportion, high: Proportion) -> None:
    scores = [0] * low.trials + [1] * middle.trials + [2] * high.trials
    right = low.successes + middle.successes + high.successes
    observed = middle.successes + 2 * high.successes
    deals = [sum(deal) for deal in combinations(scores, right)]
    expected = sum(deal >= observed for deal in deals) / len(deals)
    assert rising_probability([low, middle, high]) == pytest.approx(expected, rel=1e-9)


def test_of_two_levels_it_is_fishers_exact_test() -> None:
    found = rising_probability([Proportion(12, 30), Proportion(0, 0), Proportion(25, 40)])
    oracle = stats.fisher_exact([[25, 15], [12, 18]], alternative="greater").pvalue
    assert found == pytest.approx(oracle, rel=1e-9)


def test_many_trials_are_no_trouble() -> None:
    found = rising_probability([Proportion(600, 1000), Proportion(700, 1000), Proportion(800, 1000)])
    assert 0 < found < 1e-15


@pytest.mark.parametrize("share_right", [0.55, 0.75, 0.95])
@pytest.mark.parametrize("trials", [(10, 10, 20), (2, 2, 36), (30, 5, 5)])
def test_confidence_without_meaning_is_believed_in_at_most_5_per_cent(
    share_right: float, trials: tuple[int, int, int]
) -> None:
    generator = np.random.default_rng(5)
    found = [
        rising_probability([Proportion(int(right), of) for right, of in zip(row, trials, strict=True)])
        for row in generator.binomial(trials, share_right, (1500, 3))
    ]
    assert np.mean(np.array(found) <= 0.05) <= 0.06  # two standard errors above 5 %


@pytest.mark.parametrize(("rights", "believed"), [((7, 14), False), ((7, 15), True)])
def test_the_verdict_is_two_sided_since_neither_way_was_named_before(rights: tuple[int, int], believed: bool) -> None:
    table = [[rights[1], 20 - rights[1]], [rights[0], 20 - rights[0]]]
    assert (stats.fisher_exact(table, alternative="greater").pvalue <= 0.025) == believed
    low, high = (Proportion(right, 20) for right in rights)
    nothing = Proportion(0, 0)
    assert ("You know what you know" in calibration_verdict(Calibration(low, nothing, high))) == believed
    assert ("Beware of being sure" in calibration_verdict(Calibration(high, nothing, low))) == believed


def test_verdicts() -> None:
    good = Calibration(Proportion(20, 40), Proportion(25, 40), Proportion(38, 40))
    assert calibration_verdict(good).startswith("You know what you know: ")
    bad = Calibration(Proportion(38, 40), Proportion(25, 40), Proportion(20, 40))
    assert calibration_verdict(bad).startswith("Beware of being sure: ")
    open_ = Calibration(Proportion(10, 20), Proportion(10, 20), Proportion(11, 20))
    assert calibration_verdict(open_).startswith("There is no sign yet")
    one = Calibration(Proportion(0, 0), Proportion(0, 0), Proportion(11, 20))
    assert calibration_verdict(one).startswith("All your answers had the same confidence")
    right = Calibration(Proportion(2, 2), Proportion(0, 0), Proportion(20, 20))
    assert calibration_verdict(right) == "All your answers were right, so confidence can't tell them apart."
    wrong = Calibration(Proportion(0, 2), Proportion(0, 0), Proportion(0, 20))
    assert calibration_verdict(wrong) == "All your answers were wrong, so confidence can't tell them apart."
    none = Calibration(Proportion(0, 0), Proportion(0, 0), Proportion(0, 0))
    assert calibration_verdict(none).endswith("so it says nothing about them.")
