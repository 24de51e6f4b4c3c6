"""What a deal guarantees."""

from collections import Counter
from dataclasses import replace
from itertools import product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from game.deal import HALF_FAKE_MODES, KEPT_FOR_CALIBRATION, Deck, class_deck, deal, deal_lineup, most_trials
from game.rules import FakePicture, Mode, Picture, RealPicture, RoundSetup, Truth, class_mode

SETUP = RoundSetup(dataset="mnist", run="first", kimg=64, seed=7)
MEASURED = replace(SETUP, mode=Mode.MEASURED, trial_count=100)
DECK = Deck(range(10_000))


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


@pytest.mark.parametrize(
    ("mode", "trials"),
    [
        *((Mode.PRACTICE, 30), (Mode.FLASH, 30), (Mode.MEASURED, 60), (Mode.SHORT_MEASURED, 60)),
        *((Mode.DUEL, 10), (Mode.CONSULT, 10)),
    ],
)
def test_a_round_is_as_long_as_its_real_pictures_allow(mode: Mode, trials: int) -> None:
    assert most_trials(mode, 30) == trials
    assert most_trials(mode, 0) == 0


@pytest.mark.parametrize(("mode", "trials"), [(Mode.CLIMB, 40), (Mode.ODD_ONE_OUT, 100)])
def test_lines_are_no_fewer_for_few_real_pictures_since_these_come_again(mode: Mode, trials: int) -> None:
    assert most_trials(mode, 10) == trials


def test_a_duel_leaves_as_many_real_pictures_as_a_calibration_takes() -> None:
    from gan.verdicts import FEWEST

    assert KEPT_FOR_CALIBRATION == FEWEST


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


@given(
    st.sampled_from([3, 10, 26]).flatmap(lambda count: st.tuples(st.integers(0, count - 1), st.just(count))),
    st.integers(0, 2**32 - 1),
)
def test_a_deal_of_one_class_has_nothing_else_and_is_the_same_again(of: tuple[int, int], seed: int) -> None:
    number, count = of
    labels = [place * 7 % count for place in range(1000)]
    setup = replace(SETUP, seed=seed, mode=class_mode(number))
    deck = class_deck(Deck(range(1000)), labels, number, count)
    pictures = deal(setup, deck)
    assert len(set(pictures)) == 20
    for picture in pictures:
        if isinstance(picture, RealPicture):
            assert labels[picture.index] == number
        else:
            assert picture.seed % count == number and 0 <= picture.seed < 2**31
    assert deal(replace(setup), class_deck(Deck(range(1000)), labels, number, count)) == pictures
    assert deal(replace(setup, mode=Mode.PRACTICE), deck) != pictures


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


# Half and half


@pytest.mark.parametrize("mode", HALF_FAKE_MODES)
@given(seed=st.integers(0, 2**32 - 1), half=st.integers(1, 50))
def test_half_of_a_measured_round_is_fake(mode: Mode, seed: int, half: int) -> None:
    setup = replace(SETUP, mode=mode, seed=seed, trial_count=2 * half)
    pictures = deal(setup, DECK)
    assert sum(isinstance(picture, FakePicture) for picture in pictures) == half
    assert len(set(pictures)) == 2 * half
    assert deal(setup, DECK) == pictures
    # No more reals than it will show.
    assert sum(isinstance(picture, RealPicture) for picture in deal(setup, Deck(range(half)))) == half


def test_every_order_of_a_measured_round_is_equally_likely() -> None:
    orders = Counter(
        tuple(isinstance(picture, FakePicture) for picture in deal(replace(MEASURED, seed=seed, trial_count=4), DECK))
        for seed in range(3_000)
    )
    assert len(orders) == comb(4, 2)
    assert stats.chisquare(list(orders.values())).pvalue > 0.01


def test_a_measured_round_of_an_odd_length_is_refused() -> None:
    with pytest.raises(ValueError, match="Half of 21"):
        deal(replace(MEASURED, trial_count=21), DECK)


# Which of several


@given(st.integers(0, 2**32 - 1), st.integers(1, 99), st.sampled_from([2, 4, 9]), st.integers(1, 5_000))
def test_one_picture_of_a_lineup_is_fake(seed: int, number: int, count: int, kimg: int) -> None:
    setup = replace(SETUP, seed=seed, mode=Mode.CLIMB)
    seen = frozenset(deal_lineup(setup, number + 1, kimg, count, DECK))
    pictures = deal_lineup(setup, number, kimg, count, DECK, seen)
    fakes = [picture for picture in pictures if isinstance(picture, FakePicture)]
    assert [(fake.run, fake.kimg) for fake in fakes] == [("first", kimg)]
    assert len(set(pictures) - seen) == count
    assert deal_lineup(setup, number, kimg, count, DECK, seen) == pictures


@pytest.mark.parametrize("count", [2, 4, 9])
def test_the_fake_of_a_lineup_is_at_every_place_equally_often(count: int) -> None:
    lineups = [deal_lineup(SETUP, number, 64, count, DECK) for number in range(250 * count)]
    places = Counter([isinstance(picture, FakePicture) for picture in pictures].index(True) for pictures in lineups)
    assert len(places) == count
    assert stats.chisquare(list(places.values())).pvalue > 0.01


def test_lineups_differ_by_all_that_they_follow_from() -> None:
    lineups = {
        deal_lineup(SETUP, 1, 64, 4, DECK),
        deal_lineup(SETUP, 2, 64, 4, DECK),
        deal_lineup(SETUP, 1, 90, 4, DECK),
        deal_lineup(SETUP, 1, 64, 3, DECK),
        deal_lineup(replace(SETUP, seed=8), 1, 64, 4, DECK),
        deal_lineup(replace(SETUP, mode=Mode.CLIMB), 1, 64, 4, DECK),
    }
    assert len({picture for lineup in lineups for picture in lineup}) == 23


def test_a_lineup_needs_reals_and_company() -> None:
    seen = frozenset(RealPicture("mnist", "test", index) for index in range(9_998))
    assert len(deal_lineup(SETUP, 1, 64, 3, DECK, seen)) == 3
    with pytest.raises(ValueError, match="2 real pictures left, and 3 may be needed"):
        deal_lineup(SETUP, 1, 64, 4, DECK, seen)
    with pytest.raises(ValueError, match="at least 2"):
        deal_lineup(SETUP, 1, 64, 1, DECK)
