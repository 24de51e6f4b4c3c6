"""Several climbs or flashes together: each one's own figure is the round's, and all together are one long round."""

from dataclasses import replace
from datetime import timedelta
from statistics import median

import pytest
from made_up import LADDER, START, MadeUpPlayer, played_climb, played_flash, stored_picture, stored_trial

from game.climb import Climb, ClimbTrial
from game.rules import Mode, Truth
from game.staircase import Flash, FlashTrial
from game.stored_trial import StoredTrial
from game.threshold import Place
from game.threshold_profile import ClimbsTogether, climb_profile, flash_profile, refused_rounds
from game.threshold_reports import climb_report

ADA = MadeUpPlayer("ada", "Ada")


def climbed(trials: list[StoredTrial]) -> tuple[ClimbTrial, ...]:
    return tuple(
        ClimbTrial(next(picture.kimg or 0 for picture in trial.pictures if picture.kimg), trial.right)
        for trial in trials
    )


def test_one_climb_finds_what_its_own_round_found() -> None:
    trials = played_climb(ADA)
    found = climb_profile(trials, LADDER)
    assert found is not None
    alone = Climb(LADDER, 0, climbed(trials))
    (only,) = found.rounds
    assert only.estimate == alone.threshold == found.together.threshold
    assert only.answers == len(trials) and only.started_at == START
    assert found.together.tallies() == alone.tallies()
    assert climb_report(found.together) == climb_report(alone)
    places = [3.0, 64.0, 900.0]
    assert (found.together.curve(places).mean == alone.curve(places).mean).all()


def test_climbs_together_know_more_than_each() -> None:
    player = replace(ADA, seed=2)
    trials = [t for day in range(4) for t in played_climb(player, START + timedelta(days=3 - day))]
    found = climb_profile(trials, LADDER)
    assert found is not None
    assert [one.started_at.day for one in found.rounds] == [2, 3, 4, 5]
    assert sum(one.answers for one in found.rounds) == len(trials)
    assert sum(tally.trials for tally in found.together.tallies().values()) == len(trials)
    together = found.together.threshold
    assert together.low and together.high
    widths = [one.estimate.high / one.estimate.low for one in found.rounds if one.estimate.low and one.estimate.high]
    assert together.high / together.low < median(widths)


def test_the_ladder_ends_where_the_furthest_climb_did() -> None:
    trials = played_climb(ADA, rungs=(2, 8, 32, 128))
    found = climb_profile(trials, LADDER)
    assert found is not None and found.together.rungs == (2, 4, 8, 16, 32, 64, 128)
    # Of a run that is not here, its asked rungs are known, and nothing else.
    unknown = climb_profile(trials, ())
    assert unknown is not None and set(unknown.together.rungs) == {pair.kimg for pair in climbed(trials)}


def test_what_is_no_pair_with_one_fake_is_passed_over() -> None:
    fake, real = stored_picture(Truth.FAKE), stored_picture(Truth.REAL)
    strange = [
        stored_trial(answer=None, chosen_place=0, pictures=(fake, fake)),
        stored_trial(answer=None, chosen_place=0, pictures=(real, real)),
        stored_trial(answer=None, chosen_place=0, pictures=(fake, real, real)),
        stored_trial(answer=None, chosen_place=0, pictures=(stored_picture(Truth.FAKE, kimg=0), real)),
    ]
    assert climb_profile(strange, LADDER) is None
    good = stored_trial(answer=None, chosen_place=0, pictures=(fake, real))
    found = climb_profile([*strange, good], LADDER)
    assert found is not None and found.together.trials == (ClimbTrial(64, True),)


def glimpsed(trials: list[StoredTrial]) -> tuple[FlashTrial, ...]:
    return tuple(FlashTrial(trial.asked_frames or 0, trial.shown_frames or 0, trial.right) for trial in trials)


def test_one_flash_finds_what_its_own_round_found_in_milliseconds() -> None:
    trials = played_flash(replace(ADA, d_prime=3.0), dropped=0.06)
    found = flash_profile(trials, 64)
    alone = Flash(60.0, glimpsed(trials))
    assert 0 < alone.dropped <= 6
    assert alone.threshold is not None and alone.threshold.median is not None
    (only,) = found.rounds
    assert only.estimate.median == pytest.approx(alone.threshold.median * 1000 / 60)
    assert only.estimate.place is Place.WITHIN
    assert only.answers == len(alone.clean) == 60
    assert found.together is not None and found.together.trials == alone.clean
    assert found.together.threshold == alone.threshold
    assert (found.refused, found.other_displays) == (0, 0)


def test_a_flash_with_too_many_dropped_frames_counts_for_nothing() -> None:
    spoilt = played_flash(ADA, dropped=0.5)
    good = played_flash(replace(ADA, seed=4), started_at=START + timedelta(days=1), dropped=0.0)
    found = flash_profile([*spoilt, *good], 64)
    assert found.refused == 1 and len(found.rounds) == 1
    assert found.together is not None and found.together.trials == glimpsed(good)
    nothing = flash_profile(spoilt, 64)
    assert nothing.refused == 1 and nothing.together is None and nothing.rungs == ()
    # Such a round is no finished one in the store, nor one that the player broke off.
    assert not any(trial.finished for trial in spoilt)
    assert refused_rounds([*spoilt, *good]) == {spoilt[0].round_id}


def test_a_flash_that_was_broken_off_counts_for_nothing_and_was_not_refused() -> None:
    whole = played_flash(ADA, dropped=0.0)
    left = [replace(trial, finished=False) for trial in whole[:40]]
    found = flash_profile(left, 64)
    assert (found.refused, found.rounds, found.together) == (0, (), None) and not refused_rounds(left)


@pytest.mark.parametrize(("trials", "allowed"), [(66, 6), (60, 6), (30, 3), (16, 1), (8, 0)])
def test_a_tenth_of_a_short_flash_may_be_spoilt_too(trials: int, allowed: int) -> None:
    whole = played_flash(ADA, dropped=0.0, most_trials=trials)
    for dropped in (allowed, allowed + 1):
        spoilt = [replace(trial, shown_frames=trial.asked_frames + (trial.number <= dropped)) for trial in whole]
        found = flash_profile(spoilt, 64)
        assert (found.refused, len(found.rounds)) == ((0, 1) if dropped == allowed else (1, 0))


def test_rungs_of_flashes_are_kept_apart() -> None:
    player = replace(ADA, d_prime=3.0)
    trials = [t for kimg in (8, 64) for t in played_flash(player, kimg, START + timedelta(minutes=kimg))]
    found = flash_profile(trials, None)
    assert [rung.kimg for rung in found.rungs] == [8, 64] and found.together is None and len(found.rounds) == 2
    one = flash_profile(trials, 8)
    assert [played.kimg for played in one.rounds] == [8] and one.together is not None and len(one.rungs) == 2


def test_displays_of_other_speeds_are_not_put_together() -> None:
    slow = played_flash(ADA, dropped=0.0)
    fast = played_flash(ADA, 64, START + timedelta(days=1), dropped=0.0, refresh_rate=120.0)
    found = flash_profile([*slow, *fast], 64)
    assert found.other_displays == 1 and len(found.rounds) == 2
    assert found.together is not None and found.together.refresh_rate == 120
    assert found.together.trials == glimpsed(fast)


@pytest.mark.parametrize("fields", [{"frame_seconds": None}, {"frame_seconds": 9.0}, {"asked_frames": 5}])
def test_glimpses_that_no_display_can_have_shown_are_passed_over(fields: dict[str, float | None]) -> None:
    trials = [replace(trial, **fields) for trial in played_flash(ADA)]
    assert flash_profile(trials, 64).rounds == ()


def test_no_climb_at_all_says_nothing() -> None:
    assert climb_report(ClimbsTogether(LADDER, ())).headline == "Nothing to judge yet."
    assert stored_trial(mode=Mode.CLIMB).mode == "climb"
