"""A generator's curve is that of measured rounds of one length, of players, each of whom counts once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from made_up import START, MadeUpPlayer, played_round

from game.generator_figures import GeneratorFigures, generator_figures
from game.human_evaluation import EvaluatedRound, hype_curve
from game.profile import signal_counts
from game.rules import Mode
from game.stored_trial import StoredTrial


def dice() -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(1))


def figures(trials: Iterable[StoredTrial], length: int | None = None) -> GeneratorFigures:
    return generator_figures(trials, length, dice())


def class_of(count: int, kimgs: Iterable[int], mode: str = Mode.MEASURED) -> list[StoredTrial]:
    return [
        trial
        for place in range(count)
        for kimg in kimgs
        for trial in played_round(MadeUpPlayer(f"player {place}", "", seed=kimg), mode, kimg)
    ]


def test_the_curve_is_that_of_the_rounds_put_in_by_hand() -> None:
    trials = class_of(13, (8, 64))
    found = figures(trials)
    rounds = [
        EvaluatedRound(f"player {place}", kimg, signal_counts(own))
        for place in range(13)
        for kimg in (8, 64)
        for own in ([t for t in trials if (t.player_id, t.kimg) == (f"player {place}", kimg)],)
    ]
    generator = dice()
    expected = [point for kimg in (8, 64) for point in hype_curve([r for r in rounds if r.kimg == kimg], generator)]
    assert [rung.across for rung in found.rungs] == expected
    assert found.players == 13 and [rung.answers for rung in found.rungs] == [1300, 1300]
    assert found.length == 100 and found.lengths == (100,) and found.guest_rounds == 0
    assert all(rung.across.error and rung.across.error.interval for rung in found.rungs)


def test_whether_rungs_have_the_same_players() -> None:
    trials = class_of(3, (8, 64))
    assert figures(trials).same_players
    assert figures([trial for trial in trials if trial.kimg == 8]).same_players
    assert figures([]).same_players
    assert not figures([trial for trial in trials if (trial.player_id, trial.kimg) != ("player 1", 64)]).same_players


def test_each_player_has_a_point_of_all_their_rounds_at_a_rung() -> None:
    ada = MadeUpPlayer("ada", "")
    trials = [*played_round(ada), *played_round(ada, started_at=START + timedelta(days=1))]
    (rung,) = figures(trials).rungs
    (player,) = rung.players
    wrong = [trial for trial in trials if not trial.right]
    assert player.player_id == "ada"
    assert (player.error.successes, player.error.trials) == (len(wrong), 200)
    assert player.fake_error.trials == player.real_error.trials == 100
    assert player.fake_error.successes + player.real_error.successes == len(wrong)
    assert rung.across.error is not None and rung.across.error.players == 1 and rung.across.error.interval is None


def test_short_rounds_are_a_curve_of_their_own() -> None:
    trials = [*class_of(3, (64,)), *class_of(2, (64, 128), Mode.SHORT_MEASURED)]
    long, short = figures(trials), figures(trials, 40)
    assert long.length == 100 and long.lengths == short.lengths == (100, 40)
    assert [rung.kimg for rung in long.rungs] == [64] and long.players == 3
    assert [rung.kimg for rung in short.rungs] == [64, 128] and short.players == 2
    # One that nobody has played is the longest.
    assert figures(trials, 60) == long


@pytest.mark.parametrize("mode", [mode for mode in Mode if "measured" not in mode])
def test_no_other_way_to_play_counts(mode: Mode) -> None:
    other = [replace(trial, mode=mode) for trial in class_of(1, (64,))]
    assert figures(other).rungs == ()


def test_rounds_that_were_broken_off_do_not_count_nor_do_those_of_nobody() -> None:
    broken = played_round(MadeUpPlayer("ada", ""), answers=99)
    guests = [*played_round(MadeUpPlayer("", "", seed=1)), *played_round(MadeUpPlayer("", "", seed=2))]
    found = figures([*broken, *guests])
    assert found.rungs == () and found.players == 0 and found.guest_rounds == 2


def test_without_rounds_there_is_nothing() -> None:
    assert figures([]) == GeneratorFigures(0, (), (), 0, 0)


def test_the_work_can_be_ended_between_two_rungs() -> None:
    shares = []

    def stop(share: float) -> None:
        shares.append(share)
        if len(shares) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        generator_figures(class_of(2, (2, 4, 8)), None, dice(), stop)
    assert shares == [0.0, 1 / 3]
