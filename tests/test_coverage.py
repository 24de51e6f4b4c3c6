"""How often intervals hold: what is counted against scipy, what is simulated against closed forms."""

from collections.abc import Callable
from itertools import pairwise, product
from math import inf

import numpy as np
import pytest
from scipy import integrate, stats
from sklearn.metrics import cohen_kappa_score

from benchmarks import counted_coverage, coverage, players_coverage, simulated_coverage
from benchmarks.simulated_coverage import JudgePair, Simulation
from game.agreement import FooledByTruth, FooledCounts, agreement
from game.human_evaluation import players_rate
from game.learning import LearningVerdict
from game.statistics import Interval, Proportion
from gan.errors import UserError

ALWAYS, NEVER = Interval(-inf, inf), Interval(inf, -inf)


def simulation(repeats: int) -> Simulation:
    return Simulation(repeats, np.random.default_rng(1))


def wilson(trials: int) -> np.ndarray:
    """Returns the ends of Wilson's intervals of 0 to `trials` successes, (trials + 1, 2)."""
    return np.array([stats.binomtest(k, trials).proportion_ci(method="wilson") for k in range(trials + 1)])


def test_what_always_holds_has_a_coverage_of_1_and_what_never_does_of_0() -> None:
    weights = np.array([0.25, 0.75])
    assert counted_coverage.coverage([ALWAYS, ALWAYS], 3.0, weights) == 1
    assert counted_coverage.coverage([NEVER, NEVER], 3.0, weights) == 0
    assert counted_coverage.coverage([ALWAYS, NEVER], 3.0, weights) == 0.25
    assert counted_coverage.coverage([ALWAYS, ALWAYS, NEVER], 3.0) == pytest.approx(2 / 3)
    # Both ends are within.
    assert counted_coverage.coverage([Interval(1.0, 3.0), Interval(3.0, 5.0)], 3.0) == 1
    # Outcomes without an interval are left out, and those that have one are all there is.
    assert counted_coverage.coverage([None, ALWAYS, NEVER], 3.0, np.array([0.5, 0.4, 0.1])) == pytest.approx(0.8)


@pytest.mark.parametrize(("trials", "share"), [(20, 0.5), (100, 0.76), (200, 0.01)])
def test_weights_are_the_binomial_distribution(trials: int, share: float) -> None:
    expected = stats.binom.pmf(np.arange(trials + 1), trials, share)
    assert counted_coverage.binomial_weights(trials, share) == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize("trials", [20, 57])
def test_d_prime_of_two_pictures_is_covered_as_the_share_right_is_by_wilsons(trials: int) -> None:
    low, high = wilson(trials).T
    for d_prime, found in zip((0.0, 0.5, 1.0, 2.0), counted_coverage.forced_choice_coverages(trials), strict=True):
        share = stats.norm.cdf(d_prime / 2**0.5)
        held = stats.binom.pmf(np.arange(trials + 1), trials, share)[(low <= share) & (share <= high)].sum()
        assert found == pytest.approx(held, abs=1e-12)


@pytest.mark.parametrize("trials", [10, 15])
def test_d_prime_and_c_are_covered_as_by_movers_intervals_of_another_program(trials: int) -> None:
    """Also below the game's least number of trials."""
    z = stats.norm.ppf((np.arange(trials + 1) + 0.5) / (trials + 1))
    below, above = np.abs(stats.norm.ppf(wilson(trials)).T - z)
    d_prime, c = z[:, None] - z, -(z[:, None] + z) / 2
    downwards, upwards = np.hypot(below[:, None], above), np.hypot(above[:, None], below)
    lax, strict = np.hypot(above[:, None], above) / 2, np.hypot(below[:, None], below) / 2
    of_d_prime, of_c = counted_coverage.yes_no_coverages(trials)
    for place, (true, criterion) in enumerate(product((0.0, 0.5, 1.0, 2.0), (-0.5, 0.0, 0.5))):
        hits = stats.binom.pmf(np.arange(trials + 1), trials, stats.norm.cdf(true / 2 - criterion))
        alarms = stats.binom.pmf(np.arange(trials + 1), trials, stats.norm.cdf(-true / 2 - criterion))
        weights = np.outer(hits, alarms)
        d_prime_held = weights[(d_prime - downwards <= true) & (true <= d_prime + upwards)].sum()
        c_held = weights[(c - lax <= criterion) & (criterion <= c + strict)].sum()
        assert (of_d_prime[place], of_c[place]) == pytest.approx((d_prime_held, c_held), abs=1e-9)


# The ranks are those of printed tables: Hollander, Wolfe & Chicken, Nonparametric Statistical Methods.
@pytest.mark.parametrize(("times", "rank"), [(6, 1), (8, 1), (20, 6), (50, 18)])
def test_the_median_is_missed_by_as_many_heads_or_tails_of_coins(times: int, rank: int) -> None:
    expected = 1 - 2 * stats.binom.cdf(rank - 1, times, 0.5)
    assert counted_coverage.median_coverage(times) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("rate", [counted_coverage.advice_error_rate, counted_coverage.harder_to_fool_error_rate])
@pytest.mark.parametrize("number", [1, 5, 6, 17, 40])
def test_a_coin_is_believed_in_as_often_as_by_scipys_sign_test(rate: Callable[[int], float], number: int) -> None:
    chances = stats.binom.pmf(np.arange(number + 1), number, 0.5)
    errs = [stats.binomtest(k, number).pvalue <= 0.05 for k in range(number + 1)]
    assert rate(number) == pytest.approx(chances[errs].sum(), abs=1e-12)


def test_confidence_without_meaning_is_believed_in_as_often_as_by_fishers_exact_test() -> None:
    trials = (9, 12)
    tables = [[[b, 12 - b], [a, 9 - a]] for a in range(10) for b in range(13)]
    told = [
        min(stats.fisher_exact(one, alternative=way).pvalue for way in ("greater", "less")) <= 0.025 for one in tables
    ]
    # Pearson's χ² of a table is the square of the trend's z, and 0 / 0 where all are right or all wrong.
    moves = [
        stats.chi2_contingency(one, correction=False).pvalue if 0 < one[0][0] + one[1][0] < 21 else 1.0
        for one in tables
    ]
    moved = [probability <= 0.05 for probability in moves]
    risen = [
        probability <= 0.1 and one[0][0] * 9 > one[1][0] * 12 for probability, one in zip(moves, tables, strict=True)
    ]
    exact, approximated, one_sided = counted_coverage.confidence_error_rates((9, 0, 12))
    for place, share in enumerate((0.55, 0.65, 0.75, 0.85, 0.95)):
        weights = np.outer(*(stats.binom.pmf(np.arange(of + 1), of, share) for of in trials)).ravel()
        assert exact[place] == pytest.approx(weights[told].sum(), abs=1e-12)
        assert approximated[place] == pytest.approx(weights[moved].sum(), abs=1e-12)
        assert one_sided[place] == pytest.approx(weights[risen].sum(), abs=1e-12)


def test_the_trends_z_is_a_correlation_times_the_root_of_all_answers() -> None:
    # Agresti, Categorical Data Analysis (3rd ed. 2013), ch. 5.3: z² = n r², of scores and answers.
    scores = np.repeat([0, 1, 2], [10, 8, 20])
    right = np.repeat([1, 0, 1, 0, 1, 0], [4, 6, 5, 3, 17, 3])
    expected = np.corrcoef(scores, right)[0, 1] * np.sqrt(38)
    found = counted_coverage.trend_z([Proportion(4, 10), Proportion(5, 8), Proportion(17, 20)])
    assert found == pytest.approx(expected)
    assert counted_coverage.trend_z([Proportion(10, 10), Proportion(0, 0), Proportion(7, 7)]) == 0


@pytest.mark.parametrize(("mean", "criterion", "spacing"), [(0.0, 0.0, 1.0), (1.0, -0.5, 0.3)])
def test_steps_are_the_parts_of_a_normal_distribution(mean: float, criterion: float, spacing: float) -> None:
    edges = [-12, *(criterion + spacing * np.array([-2, -1, 0, 1, 2])), 12]
    expected = [integrate.quad(stats.norm(mean).pdf, low, high)[0] for low, high in pairwise(edges)]
    assert simulated_coverage.step_shares(mean, criterion, spacing) == pytest.approx(expected, abs=1e-9)


def test_what_is_simulated_is_held_as_often_as_intervals_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    class Everything:
        interval = ALWAYS

    class Nothing:
        interval = NEVER

    pair = JudgePair((0.5, 0.5), (0.2, 0.2), 0.2)
    for estimate, share in ((Everything(), 1.0), (Nothing(), 0.0)):
        monkeypatch.setattr(simulated_coverage, "area_under_roc", lambda counts, given=estimate: given)
        monkeypatch.setattr(simulated_coverage, "agreement", lambda counts, given=estimate: given)
        monkeypatch.setattr(players_coverage, "players_rate", lambda *of, given=estimate: given)
        assert set(simulated_coverage.area_coverages(20, simulation(3))) == {share}
        assert simulated_coverage.kappa_coverages(pair, 40, simulation(3))[0] == share
        assert players_coverage.across_players(players_coverage.two_kinds(), 12, simulation(3)).holds == share


def test_the_area_that_is_covered_is_that_of_the_true_shares() -> None:
    # With so many trials every interval is a point, nearly, and a wrong truth would never be within.
    assert np.mean(simulated_coverage.area_coverages(1_000_000, simulation(20))) == pytest.approx(0.95, abs=0.05)


def test_judges_have_the_kappa_and_the_mistakes_that_they_are_said_to_have() -> None:
    pair = JudgePair((0.6, 0.1), (0.35, 0.35), 0.2)
    for truth in (0, 1):
        cells = pair.cells(truth)
        player, its = [0, 1, 0, 1], [0, 0, 1, 1]
        assert cohen_kappa_score(player, its, sample_weight=cells) == pytest.approx(0.2)
        assert (cells @ player, cells @ its) == pytest.approx((pair.player[truth], pair.its[truth]))
    assert JudgePair((0.6, 0.1), (0.1, 0.5), 0.0).opposite
    assert not JudgePair((0.6, 0.1), (0.5, 0.5), 0.0).opposite
    assert not JudgePair((0.6, 0.1), (0.6, 0.1), 0.0).opposite


def test_there_are_only_judges_who_can_be() -> None:
    pairs = simulated_coverage.judge_pairs()
    assert all(np.all(pair.cells(truth) >= 0) for pair in pairs for truth in (0, 1))
    # Two who err in other shares of the pictures can't always agree; those who don't, can.
    assert JudgePair((0.6, 0.1), (0.6, 0.1), 0.6) in pairs
    assert JudgePair((0.6, 0.1), (0.1, 0.5), 0.6) not in pairs


def test_rounds_of_judges_have_their_cells_on_average() -> None:
    pair = JudgePair((0.6, 0.1), (0.35, 0.35), 0.2)
    rounds = simulated_coverage.play_together(pair, 40, simulation(4000))
    assert all(counts.together.trials == 40 for counts in rounds)
    for truth, tables in enumerate(([one.fakes for one in rounds], [one.reals for one in rounds])):
        mean = np.mean([table.cells for table in tables], axis=0)
        assert mean == pytest.approx(20 * pair.cells(truth), abs=0.2)


def test_with_half_a_picture_the_other_interval_of_kappa_is_the_games() -> None:
    counts = FooledByTruth(FooledCounts(29, 19, 14, 28), FooledCounts(41, 6, 3, 9))
    found = agreement(counts)
    assert found is not None
    assert simulated_coverage.kappa_interval(counts, 0.5) == found.interval
    fewer, more = (simulated_coverage.kappa_interval(counts, added) for added in (0, 1))
    assert fewer.high - fewer.low > found.interval.high - found.interval.low > more.high - more.low
    # Without regard to the truth and without additions it is κ of one table: its middle is scikit-learn's.
    one = simulated_coverage.kappa_interval(counts, 0, together=True)
    neither, player, discriminator, both = np.add((29, 19, 14, 28), (41, 6, 3, 9))
    kappa = cohen_kappa_score([0, 1, 0, 1], [0, 0, 1, 1], sample_weight=[neither, player, discriminator, both])
    assert (one.low + one.high) / 2 == pytest.approx(kappa)


@pytest.mark.parametrize(
    ("people", "mean", "deviation"),
    [
        (players_coverage.about_one_value(0.25, 0.1, 40), 0.25, 0.1),
        (players_coverage.two_kinds(), 0.0295, 0.0735),
        # Of a beta distribution: μ (1 − μ) / (a + b + 1).
        (players_coverage.skewed(0.03, 0.5), 0.03, (0.03 * 0.97 / (0.5 / 0.03 + 1)) ** 0.5),
    ],
)
def test_people_have_the_rates_that_they_are_said_to_have(
    people: players_coverage.People, mean: float, deviation: float
) -> None:
    rates = people.draw(np.random.default_rng(1), (500, 400))
    assert rates.shape == (500, 400)
    assert people.mean == pytest.approx(mean)
    assert rates.mean() == pytest.approx(mean, abs=0.002)
    assert rates.std() == pytest.approx(deviation, abs=0.002)


def test_resamples_that_are_used_again_give_the_interval_that_new_ones_give() -> None:
    players = [Proportion(wrong, 100) for wrong in (12, 30, 18, 25, 44, 9, 27, 31, 22, 16, 38, 20, 29, 24)]
    found = players_rate("", "", players, players_coverage.ReusedResamples())  # type: ignore[arg-type]  # stands in
    expected = players_rate("", "", players, np.random.default_rng(2))
    assert found is not None
    assert expected is not None
    assert found.interval is not None
    assert expected.interval is not None
    assert found.interval.low == pytest.approx(expected.interval.low, abs=0.003)
    assert found.interval.high == pytest.approx(expected.interval.high, abs=0.003)


def test_below_the_least_number_of_players_the_percentile_interval_holds_less_often_than_the_expanded() -> None:
    people = players_coverage.about_one_value(0.25, 0.1, 40)
    plain = players_coverage.across_players(people, 8, simulation(400), expanded=False)
    expanded = players_coverage.across_players(people, 8, simulation(400))
    assert plain.holds < expanded.holds
    # Answers of one person are alike: their design effect is 1 + 39 · 0.053 = 3.08, and 1.96 / √3.08 holds 74 %.
    assert expanded.pooled_holds == pytest.approx(0.736, abs=0.06)


def test_how_many_misses_lie_below_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Below:
        interval = Interval(0.0, 0.01)

    class Above:
        interval = Interval(0.5, 0.6)

    outcomes = iter([Below(), Below(), Above(), Below()])
    monkeypatch.setattr(players_coverage, "players_rate", lambda *of: next(outcomes))
    assert players_coverage.across_players(players_coverage.two_kinds(), 12, simulation(4)).below == 0.75


def test_sittings_have_the_sizes_that_they_are_said_to_have() -> None:
    sizes = [list(map(int, one)) for one in simulated_coverage.sitting_sizes(5)]
    assert sizes == [[20] * 5, [10, 20, 30, 40, 50], [50, 30, 10, 30, 50]]


def test_praise_and_blame_are_counted_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = iter(
        [
            LearningVerdict(0.01, True, "You are getting better: …"),
            LearningVerdict(0.99, False, "You are getting worse: …"),
            LearningVerdict(0.99, False, "You are getting worse: …"),
            LearningVerdict(0.5, False, "No learning can be seen yet: …"),
        ]
    )
    monkeypatch.setattr(simulated_coverage, "learning_verdict", lambda *of: next(verdicts))
    assert simulated_coverage.learning_error_rates([20] * 5, 0.0, simulation(4)) == (0.25, 0.5)


def test_it_prints_a_row_for_each_and_the_same_for_a_seed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(coverage, "counted_rows", lambda: iter([coverage.Row("d′", "15 + 15", [0.961, 0.9461])]))
    monkeypatch.setattr(coverage, "CONFIDENCES", ((2, 2, 4),))
    outputs = []
    for seed in (0, 0, 1):
        assert coverage.main(coverage.CoverageOptions(repeats=4, seed=seed)) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1] != outputs[2]
    assert "| d′ | 15 + 15 | 94.6%–96.1% |  |" in outputs[0]
    for name in ("area | 20 + 20", "κ of opposite leans | 40", "plain percentile | 10", "learning, “worse” | 12"):
        assert f"| {name} | " in outputs[0]
    with pytest.raises(UserError, match="--repeats"):
        coverage.main(coverage.CoverageOptions(repeats=0))
