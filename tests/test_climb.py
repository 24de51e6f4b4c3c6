"""A climb finds where a GAN starts fooling simulated players, asks at existing rungs only, and can be replayed."""

import itertools
import random
import time
from collections.abc import Callable
from math import log2
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from benchmarks import climb as benchmark
from game import climb as climb_module
from game.climb import NARROW_FACTOR, TRIAL_COUNT, Climb, ClimbTrial, climb_grid
from game.psychometric import posterior, probability_right
from game.statistics import Proportion
from game.threshold import Place
from game.threshold_reports import climb_report
from game.training_run import SHIPPED_RUNS
from gan.run_log import find_run, ladder

SHIPPED = benchmark.SHIPPED_RUNGS

ladders = st.lists(st.integers(1, 10**7), min_size=1, max_size=60, unique=True).map(lambda rungs: tuple(sorted(rungs)))


def climbed(rungs: tuple[int, ...], right: Callable[[int], bool], seed: int = 0) -> Climb:
    """Returns a whole climb of a player who answers by a function of the rung."""
    climb = Climb(rungs, seed)
    while (kimg := climb.next_kimg) is not None:
        climb = climb.answered(ClimbTrial(kimg, right(kimg)))
    return climb


def simulated(rungs: tuple[int, ...], count: int, seed: int) -> tuple[benchmark.Climbs, benchmark.Players]:
    dice = np.random.default_rng(seed)
    players = benchmark.players_on(rungs, count, dice)
    return benchmark.climb(rungs, players, dice), players


def test_the_interval_of_a_thousand_players_holds_what_it_says_and_the_estimate_is_close() -> None:
    climbs, players = simulated(SHIPPED, 1000, seed=0)
    assert 0.87 <= benchmark.coverage(climbs, players).mean() <= 0.95
    assert np.median(benchmark.errors(climbs, players, SHIPPED)) <= 0.5
    # The players who climb side by side end where the game's rule ends one.
    trials = (climbs.right + climbs.wrong).sum(axis=1)
    assert trials.max() == TRIAL_COUNT
    assert 0.02 < (trials < TRIAL_COUNT).mean() < 0.3
    for player in range(0, 1000, 100):
        answers = [
            ClimbTrial(kimg, right)
            for kimg, counts in zip(SHIPPED, zip(climbs.right[player], climbs.wrong[player], strict=True), strict=True)
            for right, count in zip((True, False), counts, strict=True)
            for _ in range(int(count))
        ]
        climb = Climb(SHIPPED, 0, tuple(answers))
        assert climb.finished
        assert climb.threshold.low == pytest.approx(climbs.estimates[player].low)
        assert climb.threshold.high == pytest.approx(climbs.estimates[player].high)


def test_the_benchmark_has_the_shipped_ladders() -> None:
    for run in SHIPPED_RUNS:
        assert tuple(ladder(find_run(Path(run)))) == SHIPPED


@pytest.mark.parametrize("rungs", [(8, 64, 512), (64, 128, 256), (100, 3000), tuple(range(100, 160))])
def test_poor_ladders_say_less_but_nothing_false(rungs: tuple[int, ...]) -> None:
    climbs, players = simulated(rungs, 300, seed=2)
    assert benchmark.coverage(climbs, players).mean() >= 0.87


def test_thresholds_outside_of_the_ladder_are_never_made_up() -> None:
    dice = np.random.default_rng(3)
    for octaves, found in ((3.0, Place.ABOVE), (12.0, Place.ABOVE), (-3.0, Place.BELOW), (-12.0, Place.BELOW)):
        end = SHIPPED[-1] if octaves > 0 else SHIPPED[0]
        thresholds = np.full(100, log2(end) + octaves)
        players = benchmark.Players(thresholds, dice.choice(benchmark.WIDTHS, 100), dice.choice(benchmark.LAPSES, 100))
        climbs = benchmark.climb(SHIPPED, players, dice)
        assert benchmark.coverage(climbs, players).mean() >= 0.97
        places = [estimate.place for estimate in climbs.estimates]
        assert places.count(found) >= 95
        assert places.count(Place.UNKNOWN) == 0


def test_a_player_who_is_never_fooled_is_told_so_instead_of_a_number() -> None:
    climb = climbed(SHIPPED, lambda kimg: True)
    assert (climb.threshold.place, climb.threshold.median, climb.threshold.high) == (Place.ABOVE, None, None)
    assert len(climb.trials) == TRIAL_COUNT
    assert climb.trials[-1].kimg == SHIPPED[-1]
    coin = random.Random(0)
    always = climbed(SHIPPED, lambda kimg: coin.random() < 0.5)
    assert (always.threshold.place, always.threshold.median, always.threshold.low) == (Place.BELOW, None, None)


def test_on_one_rung_a_climb_says_on_which_side_of_it_a_player_is_or_nothing() -> None:
    assert climbed((64,), lambda kimg: True).threshold.place is Place.ABOVE
    assert climbed((64,), wrong_every(2)).threshold.place is Place.BELOW
    assert climbed((64,), wrong_every(4)).threshold.place is Place.UNKNOWN


def wrong_every(period: int) -> Callable[[int], bool]:
    answers = itertools.cycle([True] * (period - 1) + [False])
    return lambda kimg: next(answers)


def brute_force_rung(climb: Climb) -> tuple[int, float]:
    """Returns the rung after which the least entropy of the threshold is expected, and by how many bits it wins."""
    grid = climb_grid(climb.rungs)

    def threshold_entropy(trials: tuple[ClimbTrial, ...]) -> float:
        right = np.array([sum(trial == ClimbTrial(kimg, True) for trial in trials) for kimg in climb.rungs], float)
        wrong = np.array([sum(trial == ClimbTrial(kimg, False) for trial in trials) for kimg in climb.rungs], float)
        return float(stats.entropy(posterior(grid, right, wrong).sum(axis=1), base=2))

    now = climb.curve(climb.rungs).mean
    expected = {
        kimg: sum(
            probability * threshold_entropy((*climb.trials, ClimbTrial(kimg, right)))
            for right, probability in ((True, now[place]), (False, 1 - now[place]))
        )
        for place, kimg in enumerate(climb.rungs)
    }
    best, *others = sorted(expected, key=lambda kimg: expected[kimg])
    return best, min((expected[kimg] - expected[best] for kimg in others), default=1.0)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([SHIPPED, (8, 64, 512), (5,)]), st.lists(st.booleans(), max_size=TRIAL_COUNT - 1))
def test_the_next_rung_is_the_one_with_the_least_expected_entropy(rungs: tuple[int, ...], answers: list[bool]) -> None:
    climb = Climb(rungs, 0)
    for right in answers:
        if (kimg := climb.next_kimg) is None:
            return
        climb = climb.answered(ClimbTrial(kimg, right))
    if not climb.finished:
        best, lead = brute_force_rung(climb)
        assert climb.next_kimg == best or lead < 1e-8


@settings(max_examples=60, deadline=None)
@given(ladders, st.integers(), st.randoms(use_true_random=False), st.floats(0, 1))
def test_any_ladder_and_any_answers_give_a_climb(
    rungs: tuple[int, ...], seed: int, dice: random.Random, share: float
) -> None:
    climb = climbed(rungs, lambda kimg: dice.random() < share, seed)
    assert climb.next_kimg is None
    assert {trial.kimg for trial in climb.trials} <= set(rungs)
    found = climb.threshold
    assert len(climb.trials) == TRIAL_COUNT or (found.low and found.high and found.high < NARROW_FACTOR * found.low)
    ends = [end for end in (found.low, found.median, found.high) if end is not None]
    assert ends == sorted(ends)
    # Of a base-2 logarithm the last bit is lost on the way back.
    assert all(rungs[0] * (1 - 1e-9) <= end <= rungs[-1] * (1 + 1e-9) for end in ends)
    assert sum(tally.trials for tally in climb.tallies().values()) == len(climb.trials)
    assert climb_report(climb).headline


def test_a_climb_can_be_replayed_from_its_trials() -> None:
    dice = random.Random(5)
    climb = climbed(SHIPPED, lambda kimg: dice.random() < 0.75, seed=7)
    for length in range(len(climb.trials)):
        replayed = Climb(SHIPPED, 7, climb.trials[:length])
        assert replayed.next_kimg == climb.trials[length].kimg
    assert Climb(SHIPPED, 7, climb.trials) == climb


def test_ties_are_broken_by_the_seed_and_the_number_of_the_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(climb_module, "_TIE_BITS", 10.0)
    first = [Climb((2, 4, 8), seed).next_kimg for seed in range(60)]
    assert min(first.count(kimg) for kimg in (2, 4, 8)) > 10
    assert first == [Climb((2, 4, 8), seed).next_kimg for seed in range(60)]
    trials = tuple(ClimbTrial(4, bool(number % 2)) for number in range(20))
    assert len({Climb((2, 4, 8), 0, trials[:length]).next_kimg for length in range(20)}) == 3


def test_the_result_does_not_depend_on_the_order_of_the_answers() -> None:
    trials = [ClimbTrial(kimg, right) for kimg in (32, 256, 1024) for right in (True, True, kimg < 100)]
    shuffled = random.Random(1).sample(trials, len(trials))
    there, back = Climb(SHIPPED, 0, tuple(trials)).threshold, Climb(SHIPPED, 0, tuple(shuffled)).threshold
    assert there == back


@pytest.mark.parametrize("rungs", [(), (0, 2), (-1,), (4, 2), (2, 2)])
def test_rungs_that_no_run_has_are_refused(rungs: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="ascend from above 0"):
        Climb(rungs, 0)


def test_trials_that_no_climb_has_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[5, 7\] kimg"):
        Climb((2, 4), 0, (ClimbTrial(7, True), ClimbTrial(2, True), ClimbTrial(5, False)))
    with pytest.raises(ValueError, match="at most 40"):
        Climb((2,), 0, (ClimbTrial(2, True),) * 41)
    finished = Climb((2,), 0, (ClimbTrial(2, True),) * 40)
    with pytest.raises(ValueError, match="finished after 40"):
        finished.answered(ClimbTrial(2, True))


def test_a_climb_ends_early_once_the_interval_is_narrow() -> None:
    coin = random.Random(11)
    climb = climbed(SHIPPED, lambda kimg: kimg < 100 or coin.random() < 0.5)
    assert len(climb.trials) < TRIAL_COUNT
    assert climb.threshold.narrower_than(2)
    earlier = Climb(SHIPPED, 0, climb.trials[:-1])
    assert not earlier.finished
    assert climb.threshold.low is not None
    assert climb.threshold.high is not None
    assert 60 < climb.threshold.low < climb.threshold.high < 140


def test_trials_and_curve_for_drawing() -> None:
    trials = (ClimbTrial(64, True), ClimbTrial(8, True), ClimbTrial(64, False), ClimbTrial(64, True))
    climb = Climb(SHIPPED, 0, trials)
    assert list(climb.tallies().items()) == [(8, Proportion(1, 1)), (64, Proportion(2, 3))]
    curve = climb.curve(np.geomspace(1, 5000, 50))
    assert (np.diff(curve.mean) < 0).all()
    assert (curve.low <= curve.mean).all()
    assert (curve.mean <= curve.high).all()
    assert curve.low.min() >= 0.5
    assert curve.high.max() <= 0.98


def test_the_curve_of_many_answers_is_the_players_own() -> None:
    rungs, places = (4, 32, 256), np.array([2.0, 5.0, 8.0])
    right = probability_right(5.0 - places, 4.0, 0.02)
    trials = tuple(
        ClimbTrial(kimg, number < round(13 * share))
        for kimg, share in zip(rungs, right, strict=True)
        for number in range(13)
    )
    curve = Climb(rungs, 0, trials).curve(rungs)
    assert curve.mean == pytest.approx(right, abs=0.06)
    assert (curve.low < right).all()
    assert (right < curve.high).all()


def test_an_answer_and_the_next_rung_take_less_than_a_frame_on_the_longest_ladder() -> None:
    rungs = tuple(sorted({round(2 ** (1 + place / 4)) for place in range(70)}))[-60:]
    climb, seconds = Climb(rungs, 0), []
    for number in range(15):
        kimg = climb.next_kimg
        assert kimg is not None
        start = time.perf_counter()
        climb = climb.answered(ClimbTrial(kimg, number % 3 > 0))
        assert climb.next_kimg in rungs
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.01


def test_the_benchmark_prints_a_row_for_each_width_and_lapse(capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmark.main(benchmark.ClimbOptions(rungs=(8, 64, 512), players=60)) == 0
    output = capsys.readouterr().out.splitlines()
    rows = output[4:-3]
    assert len(rows) == len(benchmark.WIDTHS) + len(benchmark.LAPSES) + 1
    assert rows[-1].startswith("| all |")
    assert "unknown" in output[-2]
