"""The arcade game's rules: hearts, clock, levels and points."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.odd_one_out import HEARTS, ArcadeGame, Outcome

LADDER = (2, 4, 8, 16, 32, 64)
RIGHT, WRONG = Outcome(True, 0.5), Outcome(False, 0.0)

outcomes = st.lists(st.builds(Outcome, st.booleans(), st.floats(0, 1)), max_size=60)


def played(*results: Outcome) -> ArcadeGame:
    game = ArcadeGame(LADDER)
    for outcome in results:
        game = game.played(outcome)
    return game


def test_three_mistakes_end_it() -> None:
    assert [played(*[WRONG] * count).hearts for count in range(4)] == [3, 2, 1, 0]
    assert not played(WRONG, RIGHT, WRONG).over
    assert played(WRONG, RIGHT, WRONG, WRONG).over
    with pytest.raises(ValueError, match="last heart"):
        played(WRONG, WRONG, WRONG, RIGHT)


def test_the_forger_gets_better_every_second_level_and_never_leaves_the_ladder() -> None:
    assert [played(*[RIGHT] * found).kimg for found in range(12)] == [8, 8, 16, 16, 32, 32, *[64] * 6]
    assert [ArcadeGame((2, 4), (RIGHT,) * found).kimg for found in (0, 9)] == [4, 4]
    assert ArcadeGame((2,)).kimg == 2
    with pytest.raises(ValueError, match="no rung"):
        ArcadeGame(())


def test_nine_pictures_come_from_the_eighth_level_on() -> None:
    assert [played(*[RIGHT] * found).picture_count for found in (0, 6, 7, 20)] == [4, 4, 9, 9]


def test_the_clock_leaves_less_and_less_time_down_to_three_seconds() -> None:
    seconds = [played(*[RIGHT] * found).seconds for found in range(40)]
    assert seconds[:2] == pytest.approx([12.0, 11.16])
    # Nine pictures have half as much again.
    assert seconds[7] == pytest.approx(1.5 * 12.0 * 0.93**7)
    assert seconds[-1] == pytest.approx(4.5)
    assert all(later <= earlier for earlier, later in pairwise(seconds[7:]))


def test_points_reward_finding_speed_and_level() -> None:
    assert played(Outcome(True, 1.0), Outcome(True, 0.25), WRONG, Outcome(True, 0.0)).points == (200, 135, 0, 120)


@given(outcomes)
def test_a_game_stays_within_its_bounds(results: list[Outcome]) -> None:
    game = ArcadeGame(LADDER)
    for outcome in results:
        if game.over:
            break
        assert game.kimg in LADDER and game.picture_count in (4, 9) and 3 <= game.seconds <= 18
        before = game
        game = game.played(outcome)
        assert game.score - before.score == game.points[-1] >= 0
        assert (game.points[-1] > 0) == outcome.right
    assert game.over == (sum(not outcome.right for outcome in game.outcomes) == HEARTS)
