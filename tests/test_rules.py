"""What a deal and a round guarantee."""

from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from game.rules import (
    PRACTICE,
    Deck,
    FakePicture,
    Picture,
    RealPicture,
    Response,
    Round,
    RoundSetup,
    Truth,
    class_deck,
    class_mode,
    deal,
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


GOLDEN_DEAL = (
    FakePicture(run="first", kimg=64, seed=2060149287),
    FakePicture(run="first", kimg=64, seed=909897518),
    FakePicture(run="first", kimg=64, seed=542338503),
    RealPicture(dataset="mnist", split="test", index=196),
)

setups = st.builds(
    RoundSetup,
    dataset=st.text(max_size=5),
    run=st.text(max_size=5),
    kimg=st.integers(0, 10**6),
    seed=st.integers(),
    mode=st.text(max_size=5),
    trial_count=st.integers(1, 30),
)


@given(setups, st.integers(30, 200))
def test_a_deal_has_valid_pictures_and_none_twice(setup: RoundSetup, real_count: int) -> None:
    pictures = deal(setup, Deck(range(real_count)))
    assert len(pictures) == len(set(pictures)) == setup.trial_count
    for picture in pictures:
        if isinstance(picture, RealPicture):
            assert (picture.dataset, picture.split) == (setup.dataset, "test")
            assert 0 <= picture.index < real_count
            assert picture.truth is Truth.REAL
        else:
            assert (picture.run, picture.kimg) == (setup.run, setup.kimg)
            assert 0 <= picture.seed < 2**31
            assert picture.truth is Truth.FAKE


@given(setups)
def test_a_deal_follows_from_its_arguments_alone(setup: RoundSetup) -> None:
    assert deal(setup, Deck(range(100))) == deal(replace(setup), Deck(range(100)))


def test_a_deal_is_the_same_in_every_version_of_the_game() -> None:
    # Written down once: stored rounds have only their setup, so no later version may deal otherwise.
    assert deal(replace(SETUP, trial_count=4), Deck(range(10_000))) == GOLDEN_DEAL


@pytest.mark.parametrize(
    "other",
    [
        replace(SETUP, dataset="fashion-mnist"),
        replace(SETUP, run="second"),
        replace(SETUP, kimg=128),
        replace(SETUP, seed=8),
        replace(SETUP, mode="measured"),
        replace(SETUP, trial_count=21),
    ],
)
def test_every_field_of_the_setup_changes_the_deal(other: RoundSetup) -> None:
    def drawn(setup: RoundSetup) -> list[int]:
        pictures = deal(setup, Deck(range(10_000)))[:20]
        return [picture.index if isinstance(picture, RealPicture) else picture.seed for picture in pictures]

    assert drawn(other) != drawn(SETUP)


def test_every_trial_is_a_fair_coin_of_its_own() -> None:
    rounds = 10_000
    deals = [deal(replace(SETUP, seed=seed), Deck(range(10_000))) for seed in range(rounds)]
    fakes = Counter(sum(picture.truth is Truth.FAKE for picture in pictures) for pictures in deals)
    # Fakes per round must be binomial: rounds dealt 10/10 would all fall into one bin.
    bins = [range(7), *([count] for count in range(7, 14)), range(14, 21)]
    expected = [rounds * sum(stats.binom.pmf(count, 20, 0.5) for count in counts) for counts in bins]
    observed = [sum(fakes[count] for count in counts) for counts in bins]
    assert stats.chisquare(observed, expected).pvalue > 0.001
    # And a trial must say nothing about the next one.
    pairs = Counter(
        (first.truth, second.truth)
        for pictures in deals
        for first, second in zip(pictures[::2], pictures[1::2], strict=True)
    )
    assert stats.chisquare([pairs[pair] for pair in product(Truth, Truth)]).pvalue > 0.001


def test_real_pictures_come_from_the_whole_split() -> None:
    reals = [
        picture.index
        for seed in range(500)
        for picture in deal(replace(SETUP, seed=seed), Deck(range(1_000)))
        if isinstance(picture, RealPicture)
    ]
    assert stats.kstest(reals, stats.randint(0, 1_000).cdf).pvalue > 0.001


@given(setups, st.data())
def test_nothing_excluded_is_dealt(setup: RoundSetup, data: st.DataObject) -> None:
    before = deal(setup, Deck(range(60)))
    exclude = frozenset(data.draw(st.lists(st.sampled_from(before), unique=True)))
    after = deal(setup, Deck(range(60)), exclude)
    assert len(set(after)) == setup.trial_count
    assert not exclude & set(after)


def test_a_deal_needs_enough_real_pictures() -> None:
    excluded: frozenset[Picture] = frozenset(RealPicture("mnist", "test", index) for index in range(5))
    assert len(deal(SETUP, Deck(range(25)), exclude=excluded)) == 20
    with pytest.raises(ValueError, match="19 real pictures left"):
        deal(SETUP, Deck(range(24)), exclude=excluded)


def test_only_pictures_that_could_be_dealt_count_as_missing() -> None:
    exclude: frozenset[Picture] = frozenset(
        [
            RealPicture("mnist", "train", 0),
            RealPicture("fashion-mnist", "test", 0),
            RealPicture("mnist", "test", 20),
            FakePicture("first", 64, 0),
        ]
    )
    assert len(deal(SETUP, Deck(range(20)), exclude=exclude)) == 20


def test_a_round_without_trials_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 trial"):
        deal(replace(SETUP, trial_count=0), Deck(range(10)))


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
    assert 0 <= game.streak <= game.best_streak <= right
    text = "".join("x" if outcome else "." for outcome in outcomes)
    assert game.best_streak == max(len(run) for run in text.split("."))
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


@given(st.integers(0, 9), st.integers(0, 2**32 - 1))
def test_a_deal_of_one_class_has_nothing_else_and_is_the_same_again(number: int, seed: int) -> None:
    labels = [place * 7 % 10 for place in range(1000)]
    setup = replace(SETUP, seed=seed, mode=class_mode(number))
    deck = class_deck(Deck(range(1000)), labels, number, 10)
    pictures = deal(setup, deck)
    assert len(set(pictures)) == 20
    for picture in pictures:
        if isinstance(picture, RealPicture):
            assert labels[picture.index] == number
        else:
            assert picture.seed % 10 == number and 0 <= picture.seed < 2**31
    assert deal(replace(setup), class_deck(Deck(range(1000)), labels, number, 10)) == pictures
    assert deal(replace(setup, mode=PRACTICE), deck) != pictures


@given(st.none() | st.integers(0, 999))
def test_the_mode_of_a_round_says_its_class(number: int | None) -> None:
    setup = replace(SETUP, mode=class_mode(number))
    assert setup.class_number == number
    assert (setup.mode == PRACTICE) == (number is None)


@pytest.mark.parametrize("mode", ["practice", "", "practice of class ", "practice of class -1", "flash"])
def test_other_modes_name_no_class(mode: str) -> None:
    assert replace(SETUP, mode=mode).class_number is None


def test_a_round_of_a_class_needs_enough_real_pictures_of_it() -> None:
    setup = replace(SETUP, trial_count=4, mode=class_mode(1))
    deck = class_deck(Deck(range(8)), [0, 1] * 4, 1, 2)
    assert len(deal(setup, deck, frozenset({RealPicture("mnist", "test", 0)}))) == 4
    with pytest.raises(ValueError, match="3 real pictures left"):
        deal(setup, deck, frozenset({RealPicture("mnist", "test", 1)}))


def test_real_pictures_of_a_run_are_known_by_the_run() -> None:
    deck = Deck(range(20), reals_of_run=True)
    reals = [picture for picture in deal(SETUP, deck) if isinstance(picture, RealPicture)]
    assert reals and {picture.run for picture in reals} == {"first"}
    # What another run has is another picture.
    others = frozenset(replace(picture, run="second") for picture in reals)
    assert len(deal(SETUP, deck, others)) == 20
    with pytest.raises(ValueError):
        deal(SETUP, deck, frozenset(reals))
