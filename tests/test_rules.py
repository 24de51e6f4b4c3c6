"""What a round guarantees."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from game.deal import Deck, deal
from game.rules import (
    Advice,
    FakePicture,
    Mode,
    Picture,
    RealPicture,
    Response,
    Round,
    RoundSetup,
    Truth,
    class_mode,
    points_for,
    streaks,
)
from game.statistics import SignalCounts

SETUP = RoundSetup(dataset="mnist", run="first", kimg=64, seed=7)


def play(outcomes: list[bool], pictures: tuple[Picture, ...] | None = None) -> Round:
    """Return a round in which exactly these answers were right."""
    if pictures is None:
        pictures = deal(replace(SETUP, trial_count=max(20, len(outcomes))), Deck(range(10_000)))
    game = Round(SETUP, pictures)
    for right in outcomes:
        assert game.current is not None
        truth = game.current.truth
        wrong_answer = Truth.REAL if truth is Truth.FAKE else Truth.FAKE
        game = game.answered(Response(truth if right else wrong_answer, response_seconds=1.0))
    return game


@pytest.mark.parametrize(
    ("outcomes", "points"),
    [
        ([], []),
        ([True], [100]),
        ([False], [0]),
        ([True] * 7, [100, 125, 150, 175, 200, 200, 200]),
        ([True, True, False, True], [100, 125, 0, 100]),
    ],
)
def test_points_grow_with_the_streak_up_to_a_limit(outcomes: list[bool], points: list[int]) -> None:
    game = play(outcomes)
    assert list(game.outcomes) == outcomes
    assert list(game.points) == points
    assert game.score == sum(points)


def test_a_perfect_round_of_20_is_worth_3750_points() -> None:
    assert play([True] * 20).score == 3_750


@given(st.lists(st.booleans(), max_size=20))
def test_score_and_streaks_stay_in_their_bounds(outcomes: list[bool]) -> None:
    game = play(outcomes)
    right = sum(outcomes)
    assert 100 * right <= game.score <= 200 * right
    assert game.score == sum(game.points)
    assert 0 <= game.streak <= right
    text = "".join("x" if outcome else "." for outcome in outcomes)
    assert game.streak == len(text.rsplit(".", 1)[-1])


def test_streaks_and_points_of_single_answers() -> None:
    assert streaks([True, True, False, True]) == (1, 2, 0, 1)
    assert [points_for(streak) for streak in range(7)] == [0, 100, 125, 150, 175, 200, 200]


def test_a_round_runs_from_the_first_picture_to_the_last() -> None:
    pictures = deal(replace(SETUP, trial_count=2), Deck(range(10)))
    start = Round(SETUP, pictures)
    assert (start.number, start.current, start.finished, start.streak) == (1, pictures[0], False, 0)
    middle = start.answered(Response(Truth.REAL, 0.5))
    assert (middle.number, middle.current, middle.finished) == (2, pictures[1], False)
    end = middle.answered(Response(Truth.REAL, 0.5))
    assert (end.number, end.current, end.finished) == (2, None, True)
    assert start.responses == ()
    with pytest.raises(ValueError, match="answered already"):
        end.answered(Response(Truth.REAL, 0.5))
    with pytest.raises(ValueError, match="3 responses to 2 pictures"):
        Round(SETUP, pictures, (*end.responses, Response(Truth.REAL, 0.5)))


def test_the_four_outcomes_are_told_apart() -> None:
    real, fake = RealPicture("mnist", "test", 0), FakePicture("first", 64, 0)
    trials = [(fake, Truth.FAKE)] * 4 + [(fake, Truth.REAL)] * 3 + [(real, Truth.FAKE)] * 2
    trials.append((real, Truth.REAL))
    game = Round(
        SETUP,
        tuple(picture for picture, _ in trials),
        tuple(Response(answer, 1.0, disturbed=True) for _, answer in trials),
    )
    assert game.counts == SignalCounts(hits=4, misses=3, false_alarms=2, correct_rejections=1)
    assert game.counts.correct == sum(game.outcomes) == 5


# One class only


@given(st.none() | st.integers(0, 999))
def test_the_mode_of_a_round_says_its_class(number: int | None) -> None:
    setup = replace(SETUP, mode=class_mode(number))
    assert setup.class_number == number
    assert (setup.mode == Mode.PRACTICE) == (number is None)


@pytest.mark.parametrize("mode", ["practice", "", "practice of class ", "practice of class -1", "flash", "7"])
def test_other_modes_name_no_class(mode: str) -> None:
    assert replace(SETUP, mode=mode).class_number is None


# Exactly half is fake.
@example(0.5)
@given(st.floats(0, 1))
def test_advice_takes_the_likelier_side(fake_probability: float) -> None:
    advice = Advice(fake_probability)
    assert advice.verdict is (Truth.REAL if fake_probability < 0.5 else Truth.FAKE)
    assert {advice.verdict, advice.verdict.other} == set(Truth)
