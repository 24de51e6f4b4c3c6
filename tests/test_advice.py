"""What advice did: every kind of trial in its own denominator, and the sign test against scipy."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from game.advice import AdviceStatistics, ConsultedTrial, advice_statistics
from game.rules import Truth
from game.statistics import Proportion, SignalCounts

REAL, FAKE = Truth.REAL, Truth.FAKE
EVERY_KIND = [ConsultedTrial(*case) for case in product(Truth, repeat=4)]


def test_each_rate_counts_only_where_it_could_happen() -> None:
    found = advice_statistics(
        [
            ConsultedTrial(FAKE, REAL, FAKE, FAKE),  # wrong, right advice, taken
            ConsultedTrial(FAKE, REAL, FAKE, REAL),  # wrong, right advice, not taken
            ConsultedTrial(REAL, FAKE, REAL, REAL),  # the same of a real picture, taken
            ConsultedTrial(REAL, REAL, FAKE, FAKE),  # right, wrong advice, taken
            ConsultedTrial(FAKE, FAKE, REAL, FAKE),  # right, wrong advice, not taken
            ConsultedTrial(FAKE, FAKE, FAKE, FAKE),  # both right from the beginning
            ConsultedTrial(FAKE, FAKE, FAKE, REAL),  # the same, and changed for no reason
            ConsultedTrial(REAL, FAKE, FAKE, REAL),  # both wrong, and changed for no reason
        ]
    )
    assert found.helped.proportion == Proportion(2, 3)
    assert found.misled.proportion == Proportion(1, 2)
    assert found.kept.proportion == Proportion(2, 5)
    assert found.unprompted.proportion == Proportion(2, 3)
    assert found.before.proportion == Proportion(4, 8)
    assert found.after.proportion == Proportion(5, 8)
    # Of five fakes three were found at first, of three real pictures two doubted.
    assert found.first == SignalCounts(hits=3, misses=2, false_alarms=2, correct_rejections=1)


@given(st.lists(st.sampled_from(EVERY_KIND), max_size=60))
def test_what_is_counted_adds_up(trials: list[ConsultedTrial]) -> None:
    found = advice_statistics(trials)
    contradicted = found.helped.proportion.trials + found.misled.proportion.trials
    assert found.kept.proportion.trials == contradicted
    assert contradicted + found.unprompted.proportion.trials == len(trials)
    taken = found.helped.proportion.successes + found.misled.proportion.successes
    assert found.kept.proportion.successes == contradicted - taken
    final = sum(trial.final is trial.truth for trial in trials)
    assert found.after.proportion == Proportion(final, len(trials))
    assert found.before.proportion == Proportion(sum(trial.first is trial.truth for trial in trials), len(trials))
    assert f" {taken} times" in found.verdict or taken == 0
    assert found.verdict.count(".") == 1


def statistics_of(corrected: int, spoilt: int) -> AdviceStatistics:
    taken = [ConsultedTrial(FAKE, REAL, FAKE, FAKE)] * corrected + [ConsultedTrial(FAKE, FAKE, REAL, REAL)] * spoilt
    return advice_statistics(taken)


@given(st.integers(0, 40), st.integers(0, 40))
def test_the_verdict_is_that_of_the_exact_sign_test(corrected: int, spoilt: int) -> None:
    verdict = statistics_of(corrected, spoilt).verdict
    if corrected + spoilt == 0:
        assert verdict == "You never took advice against your own answer, so that it changed nothing."
        assert not statistics_of(corrected, spoilt).paid
        return
    told = stats.binomtest(corrected, corrected + spoilt).pvalue <= 0.05
    assert ("helped you" in verdict) == (told and corrected > spoilt) == statistics_of(corrected, spoilt).paid
    assert ("harmed you" in verdict) == (told and corrected < spoilt)


@pytest.mark.parametrize(
    ("corrected", "spoilt", "verdict"),
    [
        (
            6,
            0,
            " 6 times you took advice against your answer, 6 made it right and 0 wrong: taking advice helped you,"
            " since a coin is that one-sided about once in 32 tries.",
        ),
        (
            1,
            9,
            " 10 times you took advice against your answer, 1 made it right and 9 wrong: taking advice harmed you,"
            " since a coin is that one-sided about once in 47 tries.",
        ),
        (5, 0, " 5 times you took advice against your answer, 5 made it right and 0 wrong, which could be luck."),
        (4, 2, " 6 times you took advice against your answer, 4 made it right and 2 wrong, which could be luck."),
    ],
)
def test_verdicts(corrected: int, spoilt: int, verdict: str) -> None:
    assert statistics_of(corrected, spoilt).verdict.startswith(f"Of the{verdict}")


def test_sentences_name_their_denominator() -> None:
    found = statistics_of(3, 1)
    assert found.helped.sentence.endswith(": how often you took right advice when you were wrong before.")
    assert found.misled.sentence.endswith(": how often you took wrong advice when you were right before.")
    assert found.unprompted.sentence == "Changed anyway: nothing to count yet."
