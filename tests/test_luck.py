"""What a score proves against tables, against scipy, and against counting all cases."""

import re
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from game.luck import balanced_luck_verdict, convincing_score, how_often, luck_probability, luck_verdict, two_sided
from game.statistics import SignalCounts

successes_and_trials = st.integers(1, 400).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


@pytest.mark.parametrize("trials", [0, 1, 2, 5, 10])
def test_luck_is_what_counting_all_coin_tosses_gives(trials: int) -> None:
    games = [sum(tosses) for tosses in product((0, 1), repeat=trials)]
    for correct in range(trials + 1):
        at_least = sum(heads >= correct for heads in games)
        assert luck_probability(correct, trials) == float(Fraction(at_least, len(games)))


@given(successes_and_trials)
def test_luck_agrees_with_scipy(case: tuple[int, int]) -> None:
    oracle = stats.binomtest(*case, p=0.5, alternative="greater").pvalue
    assert luck_probability(*case) == pytest.approx(oracle, rel=1e-9)


def test_luck_of_a_very_long_game_does_not_overflow() -> None:
    # The 95 % point of the binomial distribution is the last score that is not convincing.
    assert convincing_score(5_000) == stats.binom.ppf(0.95, 5_000, 0.5) + 1
    assert luck_probability(2_500, 5_000) == pytest.approx(stats.binom.sf(2_499, 5_000, 0.5), rel=1e-9)


@pytest.mark.parametrize(
    ("trials", "score"), [(10, 9), (15, 12), (20, 15), (50, 32), (100, 59), (5, 5), (4, None), (0, None)]
)
def test_convincing_scores_known_from_tables(trials: int, score: int | None) -> None:
    assert convincing_score(trials) == score


@given(st.integers(0, 120), st.sampled_from([0.2, 0.05, 0.01, 0.001, 1.0]))
def test_a_convincing_score_is_the_smallest_one(trials: int, alpha: float) -> None:
    enough = [k for k in range(trials + 1) if stats.binom.sf(k - 1, trials, 0.5) <= alpha * (1 + 1e-12)]
    assert convincing_score(trials, alpha) == (enough[0] if enough else None)


@pytest.mark.parametrize(
    ("correct", "trials", "headline", "explanation"),
    [
        # P(X ≥ 14) = 0.0577, P(X ≥ 15) = 0.0207, P(X ≥ 17) = 0.00129 of 20 in printed binomial tables.
        (
            14,
            20,
            "14 of 20 could be luck.",
            "A coin gets this far about once in 17 tries. 15 of 20 would have been news.",
        ),
        (15, 20, "15 of 20 is hardly luck.", "A coin gets this far about once in 48 tries."),
        (17, 20, "17 of 20 is no luck.", "A coin gets this far about once in 780 tries."),
        (20, 20, "20 of 20 is no luck.", "A coin gets this far about once in 1\u202f000\u202f000 tries."),
        (50, 50, "50 of 50 is no luck.", "A coin gets this far less than once in a billion tries."),
        (
            11,
            20,
            "11 of 20 could be luck.",
            "A coin gets this far about once in 2 tries. 15 of 20 would have been news.",
        ),
        (
            10,
            20,
            "10 of 20 is what a coin gets.",
            "Half right is what guessing brings on average. 15 of 20 would have been news.",
        ),
        (
            8,
            20,
            "8 of 20: no better than a coin.",
            "A coin gets about half of them right. 15 of 20 would have been news.",
        ),
        (
            3,
            20,
            "3 of 20: worse than a coin.",
            "A coin does this badly about once in 780 tries."
            " Perhaps you see a difference, but call it the wrong way round.",
        ),
        (
            3,
            3,
            "3 of 3 could be luck.",
            "A coin gets this far about once in 8 tries. 3 answers are too few to tell.",
        ),
        (
            1,
            1,
            "1 of 1 could be luck.",
            "A coin gets this far about once in 2 tries. 1 answer is too few to tell.",
        ),
        (0, 0, "Nothing to judge yet.", "Play a round first."),
    ],
)
def test_what_the_results_screen_says(correct: int, trials: int, headline: str, explanation: str) -> None:
    verdict = luck_verdict(correct, trials)
    assert (verdict.headline, verdict.explanation) == (headline, explanation)


@given(successes_and_trials)
def test_only_an_unlikely_high_score_convinces(case: tuple[int, int]) -> None:
    correct, trials = case
    verdict = luck_verdict(correct, trials)
    assert verdict.convincing == (stats.binom.sf(correct - 1, trials, 0.5) <= 0.05)
    too_low_for_luck = stats.binom.cdf(correct, trials, 0.5) <= 0.05
    assert ("wrong way round" in verdict.explanation) == too_low_for_luck


few = st.integers(0, 40)


# All three right of each, in 1 of the 20 ways to call three of six fake; all wrong; and one short of either.
@example(3, 0, 0, 3)
@example(0, 3, 3, 0)
@example(2, 1, 1, 2)
@example(1, 2, 2, 1)
@given(few, few, few, few)
def test_where_half_are_fake_only_what_balanced_guessing_seldom_reaches_convinces(
    hits: int, misses: int, false_alarms: int, correct_rejections: int
) -> None:
    counts = SignalCounts(hits, misses, false_alarms, correct_rejections)
    verdict = balanced_luck_verdict(counts)
    table = [[hits, misses], [false_alarms, correct_rejections]]
    high, low = (float(stats.fisher_exact(table, alternative=side).pvalue) for side in ("greater", "less"))
    assert verdict.convincing == (high <= 0.05 + 1e-12)
    if verdict.convincing and high > 1e-6:
        assert f"Guessing gets this far {how_often(high)}" in verdict.explanation
    turned_round = "wrong way round" in verdict.explanation
    assert turned_round == (low <= 0.05 + 1e-12 and 2 * counts.correct < counts.trials)
    if turned_round and low > 1e-6:
        assert f"Guessing does this badly {how_often(low)}" in verdict.explanation


def test_a_guesser_who_balances_calls_gets_further_than_a_coin() -> None:
    # C(20, 13)² + … over C(40, 20) by hand: 5.6 %, where a coin's 26 of 40 or more is 4.0 %.
    balanced = SignalCounts(hits=13, misses=7, false_alarms=7, correct_rejections=13)
    assert luck_verdict(26, 40).convincing and not balanced_luck_verdict(balanced).convincing
    explained = balanced_luck_verdict(balanced).explanation
    assert explained == "Guessing gets this far about once in 18 tries. 28 of 40 would have been news."


def test_of_a_player_who_calls_everything_fake_no_score_would_have_been_news() -> None:
    verdict = balanced_luck_verdict(SignalCounts(hits=20, misses=0, false_alarms=20, correct_rejections=0))
    assert not verdict.convincing and "proves nothing" in verdict.explanation
    assert balanced_luck_verdict(SignalCounts(0, 0, 0, 0)).headline == "Nothing to judge yet."


@given(st.integers(0, 20), st.integers(0, 12), st.sampled_from([12, 20]))
def test_what_would_have_been_news_is_news_and_two_fewer_is_not(hits: int, false_alarms: int, reals: int) -> None:
    counts = SignalCounts(hits, 20 - hits, false_alarms, reals - false_alarms)
    named = re.search(rf"(\d+) of {20 + reals} would have been news", balanced_luck_verdict(counts).explanation)
    if named is None:
        return
    called, needed = hits + false_alarms, int(named[1])
    found = (needed - reals + called) // 2

    def tail(hits: int) -> float:
        return float(stats.hypergeom.sf(hits - 1, 20 + reals, 20, called))

    assert needed == reals - called + 2 * found and tail(found) <= 0.05 < tail(found - 1)


@pytest.mark.parametrize("half", [20, 50])
def test_several_rounds_together_convince_hardly_more_than_5_per_cent_of_those_who_guess(half: int) -> None:
    """In each round half are fake; of all together the test knows no more than that. Added up round by round."""
    for called in (half // 2, half - 1, half, 3 * half // 2):
        of_a_round, chances = stats.hypergeom.pmf(np.arange(half + 1), 2 * half, half, called), np.ones(1)
        for rounds in range(1, 6):
            chances = np.convolve(chances, of_a_round)
            fakes, all_called = rounds * half, rounds * called
            believed = 0.0
            for hits in range(max(0, all_called - fakes), min(fakes, all_called) + 1):
                false_alarms = all_called - hits
                counts = SignalCounts(hits, fakes - hits, false_alarms, fakes - false_alarms)
                believed += chances[hits] * balanced_luck_verdict(counts).convincing
            assert believed <= (0.05 if rounds == 1 else 0.052)


def test_a_probability_of_either_side_is_one_at_most() -> None:
    assert [two_sided(probability) for probability in (0.01, 0.5, 0.7)] == [0.02, 1.0, 1.0]
