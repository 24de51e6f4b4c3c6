"""A flash rests where players are right in 75 % of trials, and says so where there is no such exposure."""

import random
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import flash as benchmark
from game.psychometric import posterior
from game.staircase import MAX_DROPPED_SHARE, TRIAL_COUNT, Flash, FlashTrial, exposure_frames, flash_grid
from game.statistics import Proportion
from game.threshold import Place, threshold_estimate
from game.threshold_reports import flash_report

AT_60_HZ = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 60)

refresh_rates = st.floats(20, 1000)


def flashed(right: Callable[[int], bool], refresh_rate: float = 60.0) -> Flash:
    """Returns a whole flash of a player who answers by a function of the frames."""
    flash = Flash(refresh_rate)
    while (frames := flash.next_frames) is not None:
        flash = flash.answered(FlashTrial(frames, frames, right(frames)))
    return flash


def shown(*trials: tuple[int, bool]) -> Flash:
    return Flash(60.0, tuple(FlashTrial(frames, frames, right) for frames, right in trials))


@pytest.mark.parametrize(
    ("refresh_rate", "frames"),
    [
        (60.0, AT_60_HZ),
        (59.94, AT_60_HZ),
        (50.0, (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 50)),
        (144.0, (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 144)),
        (20.0, (1, 2, 3, 4, 6, 8, 12, 16, 20)),
    ],
)
def test_exposures_are_two_an_octave_from_one_frame_to_a_second(refresh_rate: float, frames: tuple[int, ...]) -> None:
    assert exposure_frames(refresh_rate) == frames


@given(refresh_rates)
def test_exposures_of_any_display_ascend_by_steps_that_can_be_noticed(refresh_rate: float) -> None:
    frames = exposure_frames(refresh_rate)
    assert frames[0] == 1
    assert frames[-1] / refresh_rate == pytest.approx(1, abs=0.03)
    assert all(1.2 < later / earlier <= 2 for earlier, later in pairwise(frames))


@pytest.mark.parametrize("refresh_rate", [0.0, -60.0, 19.9, 1001.0, float("nan"), float("inf")])
def test_displays_that_do_not_exist_are_refused(refresh_rate: float) -> None:
    with pytest.raises(ValueError, match="20 to 1000 frames"):
        Flash(refresh_rate)


def test_one_step_down_after_a_right_answer_and_three_up_after_a_wrong_one() -> None:
    assert Flash(60.0).next_frames == 24
    for last, right, expected in (
        ((24), True, 16),
        ((4), True, 3),
        ((1), True, 1),
        ((1), False, 4),
        ((16), False, 48),
        ((24), False, 60),
        ((32), False, 60),
        ((60), False, 60),
    ):
        assert shown((24, True), (last, right)).next_frames == expected


def test_trials_with_dropped_frames_change_nothing() -> None:
    clean = shown((24, True), (16, True))
    for spoilt in (FlashTrial(12, 13, True), FlashTrial(12, 11, False)):
        flash = clean.answered(spoilt)
        assert flash.next_frames == clean.next_frames == 12
        assert flash.threshold == clean.threshold
        assert flash.tallies() == {16: Proportion(1, 1), 24: Proportion(1, 1)}
        assert (len(flash.clean), flash.dropped) == (2, 1)


def test_nothing_is_reported_where_too_many_frames_were_dropped() -> None:
    flash = shown(*[(24, True)] * 20)
    allowed = round(MAX_DROPPED_SHARE * TRIAL_COUNT)
    for _ in range(allowed):
        flash = flash.answered(FlashTrial(16, 17, True))
    assert not flash.refused
    assert flash.threshold is not None
    flash = flash.answered(FlashTrial(16, 17, True))
    assert flash.refused
    assert flash.finished
    assert flash.next_frames is None
    assert flash.threshold is None
    with pytest.raises(ValueError, match="finished after 27"):
        flash.answered(FlashTrial(16, 16, True))


def test_sixty_clean_trials_are_enough() -> None:
    flash = flashed(lambda frames: frames > 6)
    assert (len(flash.trials), flash.finished, flash.refused) == (TRIAL_COUNT, True, False)
    dropped_last = Flash(60.0, (*flash.trials[:-1], FlashTrial(6, 7, True)))
    assert not dropped_last.finished


def test_exposures_that_are_not_among_the_levels_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[5, 61\] frames"):
        shown((61, True), (4, True), (5, False))


def test_players_end_up_where_they_are_right_three_times_in_four() -> None:
    dice = np.random.default_rng(1)
    players = [benchmark.logistic_player(2.0, 0.02, 60, dice) for _ in range(150)]
    # Near an end there may be no such exposure.
    inside = [player for player in players if 2 < player.threshold < 30]
    accuracies = [benchmark.accuracy_after(benchmark.play(player, 60.0, dice)) for player in inside]
    # Of 5,000 trials the share has a standard error of 0.6 %.
    assert np.mean(accuracies) == pytest.approx(0.75, abs=0.015)


def test_the_interval_holds_the_threshold_and_the_estimate_is_close() -> None:
    dice = np.random.default_rng(2)
    found = []
    for width in benchmark.WIDTHS:
        for lapse in benchmark.LAPSES:
            for _ in range(16):
                player = benchmark.logistic_player(width, lapse, 60, dice)
                estimate = benchmark.play(player, 60.0, dice).threshold
                assert estimate is not None
                found.append((player.threshold, estimate))
    assert 0.9 <= np.mean([estimate.holds(threshold) for threshold, estimate in found]) <= 0.99
    assert np.median(benchmark.errors(found)) <= 0.5


def test_with_fakes_that_are_too_good_no_number_is_reported() -> None:
    dice = np.random.default_rng(3)
    numbers = 0
    for _ in range(100):
        flash = benchmark.play(benchmark.plateau_player(0.6, 60, dice), 60.0, dice)
        assert flash.threshold is not None
        numbers += flash.threshold.high is not None
        if flash.threshold.high is None:
            assert flash_report(flash).headline.startswith(("You need more than", "These answers don't say"))
    assert numbers <= 5


def test_a_guesser_goes_up_to_the_longest_exposure() -> None:
    coin = random.Random(4)
    flash = flashed(lambda frames: coin.random() < 0.5)
    assert np.median([trial.frames for trial in flash.trials[20:]]) >= 32
    assert flash.threshold is not None
    assert (flash.threshold.place, flash.threshold.median) == (Place.ABOVE, None)


def test_who_needs_no_more_than_a_frame_is_below_the_floor() -> None:
    flash = flashed(lambda frames: True)
    assert {trial.frames for trial in flash.trials[20:]} == {1}
    assert flash.threshold is not None
    assert (flash.threshold.place, flash.threshold.median, flash.threshold.low) == (Place.BELOW, None, None)


def test_the_estimate_is_that_of_the_counted_answers() -> None:
    flash = shown((24, True), (16, False), (48, True), (32, True), (24, True))
    right, wrong = np.zeros(12), np.zeros(12)
    right[[8, 10, 9]], wrong[7] = [2, 1, 1], 1
    grid = flash_grid(AT_60_HZ)
    assert flash.threshold == threshold_estimate(grid, posterior(grid, right, wrong))
    curve = flash.curve(AT_60_HZ)
    assert (np.diff(curve.mean) > 0).all()
    assert (curve.low <= curve.high).all()


@settings(max_examples=60, deadline=None)
@given(refresh_rates, st.randoms(use_true_random=False), st.floats(0, 1), st.floats(0, 0.3))
def test_any_answers_on_any_display_give_a_flash_that_can_be_replayed(
    refresh_rate: float, dice: random.Random, share: float, drops: float
) -> None:
    flash = Flash(refresh_rate)
    while (frames := flash.next_frames) is not None:
        assert frames in flash.levels
        late = dice.random() < drops
        flash = flash.answered(FlashTrial(frames, frames + late, dice.random() < share))
    assert len(flash.trials) <= TRIAL_COUNT * (1 + MAX_DROPPED_SHARE) + 1
    for length in range(0, len(flash.trials), 9):
        assert Flash(refresh_rate, flash.trials[:length]).next_frames == flash.trials[length].frames
    assert flash.refused == (flash.dropped > MAX_DROPPED_SHARE * TRIAL_COUNT)
    assert (flash.threshold is None) == flash.refused
    assert flash_report(flash).headline


def test_the_benchmark_prints_a_row_for_each_kind_of_player(capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmark.main(benchmark.FlashOptions(players=2)) == 0
    rows = capsys.readouterr().out.splitlines()[4:]
    assert len(rows) == len(benchmark.WIDTHS) * len(benchmark.LAPSES) + len(benchmark.PLATEAUS)
    assert rows[-1].startswith("| at most 50% right |")
