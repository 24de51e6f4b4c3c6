"""A profile counts as somebody with a pencil would, never puts unlike things together, and says where it can't tell."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from statistics import median

import pytest
from made_up import (
    START,
    played_climb,
    played_flash,
    played_round,
    stored_picture,
    stored_trial,
)
from profiles import ADA, many_rounds, profile_of

from game.played_kinds import Instrument
from game.profile import (
    MINIMUM_OF_A_CLASS,
    answer_times,
    class_rates,
    counted_trials,
    duel_figures,
    signal_counts,
)
from game.rules import Mode, Truth
from game.statistics import Proportion


def test_counts_are_those_of_a_pencil() -> None:
    trials = many_rounds(Mode.MEASURED, (8, 64), 3)
    found = profile_of(trials, Mode.MEASURED)
    own = [(t.pictures[0].truth, t.answer) for t in trials if t.kimg == 64]
    assert found.counts.misses == sum(truth == "fake" and answer == "real" for truth, answer in own)
    assert found.counts.false_alarms == sum(truth == "real" and answer == "fake" for truth, answer in own)
    assert found.counts.trials == found.answers == len(own) == 300
    assert found.rounds == 3 and found.kimg == 64
    assert [rung.kimg for rung in found.rungs] == [8, 64]
    for rung in found.rungs:
        wrong = [t.answer != t.pictures[0].truth for t in trials if t.kimg == rung.kimg]
        assert rung.errors.error.proportion == Proportion(sum(wrong), 300)
        fakes = [t.answer == "real" for t in trials if t.kimg == rung.kimg and t.pictures[0].truth == "fake"]
        assert rung.errors.fake_error.proportion == Proportion(sum(fakes), 150)


def test_what_was_broken_off_counts_where_players_see_how_well_they_do() -> None:
    for mode, expected in ((Mode.PRACTICE, 27), (Mode.MEASURED, 100), (Mode.DUEL, 47), (Mode.CONSULT, 47)):
        trials = [*played_round(ADA, mode), *played_round(ADA, mode, answers=7)]
        found = profile_of(trials, mode)
        assert found.answers == found.counts.trials == expected, mode
        assert found.broken_off == 7
        assert len(counted_trials(trials, mode)) == expected


def test_a_flash_that_was_refused_is_told_of_and_was_not_broken_off() -> None:
    left = [replace(trial, finished=False) for trial in played_flash(ADA, started_at=START + timedelta(days=1))[:9]]
    spoilt = played_flash(ADA, started_at=START + timedelta(days=2), dropped=0.5)
    found = profile_of([*played_flash(ADA, dropped=0.0), *left, *spoilt], Mode.FLASH)
    assert found.flashes is not None
    assert (found.flashes.refused, found.broken_off, found.rounds, found.answers) == (1, 9, 1, 60)


def test_a_climb_that_was_broken_off_is_told_of_at_whatever_rung_the_ladder_ended() -> None:
    left = [replace(trial, finished=False) for trial in played_climb(ADA, rungs=(2, 64, 128))[:7]]
    longer = played_climb(ADA, START + timedelta(days=1), rungs=(2, 64, 128, 256))
    for kimg in (256, 128, None):
        assert profile_of([*left, *longer], Mode.CLIMB, kimg).broken_off == 7


def test_who_leaves_duels_when_losing_is_counted_as_good_as_they_are() -> None:
    dice, trials = Random(4), []
    for place in range(400):
        ahead, own = 0, []
        while len(own) < 40 and ahead > -4:
            right, its = dice.random() < 0.7, dice.random() < 0.7
            ahead += right - its
            truth = dice.choice(list(Truth))
            fake = its == (truth is Truth.FAKE)
            answer = truth if right else truth.other
            own.append(stored_trial(truth, answer, round_id=f"{place}", mode=Mode.DUEL, fake_probability=float(fake)))
        trials += [replace(trial, finished=len(own) == 40) for trial in own]
    found = profile_of(trials, Mode.DUEL)
    # Of 12,500 answers the share has a standard error of 0.4 %; that of the finished duels alone would be 72.6 %.
    assert found.counts.correct / found.answers == pytest.approx(0.7, abs=0.012)
    assert found.duel is not None
    assert found.duel.discriminator.correct / found.answers == pytest.approx(0.7, abs=0.012)


def test_the_luck_test_is_the_coin_s_unless_half_are_fake() -> None:
    # 13 of 20 fakes and 13 of 20 reals: 26 or more of 40 in 4.0 % of a coin's rounds, in 5.6 % of balanced guesses.
    answers = [(truth, place < 13) for truth in Truth for place in range(20)]
    trials = [
        stored_trial(truth, truth if right else next(other for other in Truth if other is not truth), number=place)
        for place, (truth, right) in enumerate(answers, 1)
    ]
    practised = profile_of(trials, Mode.PRACTICE).luck
    assert practised is not None and practised.convincing
    for mode in (Mode.MEASURED, Mode.SHORT_MEASURED):
        measured = profile_of(trials, mode).luck
        assert measured is not None and not measured.convincing
    # What came at another rung has luck of its own.
    others = [replace(trial, kimg=8, answer=trial.answer and trial.answer.other) for trial in trials]
    assert profile_of([*trials, *others], Mode.PRACTICE).luck == practised


def test_a_class_is_what_the_judge_took_a_picture_for_whatever_it_is() -> None:
    trials = many_rounds(Mode.PRACTICE, (64,), 8, classes=["3", "10", "bag", "bag", "Ankle boot", ""])
    found = class_rates(trials)
    groups: dict[str, list[bool]] = {}
    for trial in trials:
        groups.setdefault(trial.pictures[0].class_name, []).append(trial.right)
    assert [rate.name for rate in found.rates] == ["“3”", "“10”", "“Ankle boot”", "“bag”"]
    for rate in found.rates:
        rights = groups[rate.name.strip("“”")]
        assert rate.proportion == Proportion(sum(rights), len(rights))
    assert found.unnamed == len(groups[""])
    assert sum(rate.proportion.trials for rate in found.rates) + found.unnamed == len(trials)


def test_a_class_that_hardly_came_has_no_rate() -> None:
    pictures = [stored_trial(pictures=(stored_picture(Truth.FAKE, class_name=name),)) for name in "7" * 9 + "8" * 10]
    found = class_rates(pictures)
    assert [rate.name for rate in found.rates] == ["“8”"] and MINIMUM_OF_A_CLASS == 10
    assert (found.few, found.few_answers) == (1, 9)


def test_a_pair_is_of_the_class_of_its_fake() -> None:
    pair = (stored_picture(Truth.REAL, class_name="1"), stored_picture(Truth.FAKE, class_name="2"))
    trials = [stored_trial(answer=None, chosen_place=1, pictures=pair) for _ in range(10)]
    assert [rate.name for rate in class_rates(trials).rates] == ["“2”"]
    assert class_rates(trials).rates[0].proportion == Proportion(10, 10)


def test_disturbed_times_are_left_out() -> None:
    trials = [stored_trial(response_seconds=float(place), disturbed=place % 3 == 0) for place in range(20)]
    trials += [stored_trial(answer=Truth.REAL, response_seconds=10.0 + place) for place in range(5)]
    found = answer_times(trials)
    kept = [place for place in range(20) if place % 3]
    assert found.right == tuple(map(float, kept)) and found.disturbed == 7
    assert found.median_right is not None and found.median_right.seconds == median(kept)
    assert found.wrong == (10.0, 11.0, 12.0, 13.0, 14.0) and found.median_wrong is None


def test_a_duel_has_both_sides_of_the_same_pictures() -> None:
    trials = played_round(ADA, Mode.DUEL)
    found = profile_of(trials, Mode.DUEL)
    assert found.duel is not None and found.duel == duel_figures(trials)
    verdicts = ["fake" if (t.fake_probability or 0) >= 0.5 else "real" for t in trials]
    right = [verdict == t.pictures[0].truth for verdict, t in zip(verdicts, trials, strict=True)]
    assert found.duel.discriminator.correct == sum(right)
    assert found.duel.fooled.together.both == sum(not r and not t.right for r, t in zip(right, trials, strict=True))
    assert found.duel.fooled.together.only_player == sum(r and not t.right for r, t in zip(right, trials, strict=True))
    # A trial of which the discriminator's verdict did not come says nothing about the two.
    assert duel_figures([replace(trials[0], fake_probability=None)]).fooled.together.trials == 0


def test_duels_with_a_discriminator_that_was_trained_on_are_not_put_together_with_earlier_ones() -> None:
    earlier = played_round(replace(ADA, seed=1), Mode.DUEL, discriminator_kimg=64)
    unknown = played_round(replace(ADA, seed=2), Mode.DUEL, answers=9)
    newest = played_round(replace(ADA, seed=3), Mode.DUEL, started_at=START - timedelta(days=1), discriminator_kimg=128)
    found = profile_of([*earlier, *unknown, *newest], Mode.DUEL)
    assert found.duel is not None and found.duel.earlier == 49 and found.answers == 89
    alone = duel_figures(newest)
    assert replace(found.duel, earlier=0) == alone and alone.player == signal_counts(newest)
    assert alone.player.trials == alone.discriminator.trials == alone.fooled.together.trials == 40
    # Of old rounds nobody knows it: they are all that there is.
    assert duel_figures(unknown).fooled.together.trials == 9 and duel_figures(unknown).earlier == 0


def test_of_several_rungs_one_discriminator_may_have_judged_one() -> None:
    """The overview of all rungs is of the pictures that the newest discriminator judged, and so is all that it says."""
    earlier = played_round(replace(ADA, seed=1), Mode.DUEL, 64, discriminator_kimg=512)
    newest = played_round(replace(ADA, seed=2), Mode.DUEL, 1024, discriminator_kimg=1024, asks_confidence=True)
    found = profile_of([*earlier, *newest], Mode.DUEL, None)
    assert found.duel is not None and found.answers == 80
    assert not found.mixes_rungs and found.learning is None
    assert found.counts == found.duel.player == signal_counts(newest)
    assert len(found.judgements) == 40 and found.duel.earlier == 40
    # At the rung of the earlier one it is no newer.
    alone = profile_of([*earlier, *newest], Mode.DUEL)
    assert alone.duel is not None and alone.duel.earlier == alone.answers == 40
    assert alone.duel.fooled.together.trials == alone.counts.trials == 0
    both = played_round(replace(ADA, seed=3), Mode.DUEL, 64, START + timedelta(days=1), discriminator_kimg=1024)
    assert profile_of([*earlier, *newest, *both], Mode.DUEL, None).mixes_rungs


def test_consulting_tells_first_and_final_answers_apart() -> None:
    trials = played_round(ADA, Mode.CONSULT)
    found = profile_of(trials, Mode.CONSULT)
    assert found.advice is not None and found.duel is None and found.rungs == ()
    first = [t.first_answer == t.pictures[0].truth for t in trials]
    assert found.advice.before.proportion == Proportion(sum(first), 40)
    assert found.advice.after.proportion == Proportion(sum(t.right for t in trials), 40)


@pytest.mark.parametrize(
    ("mode", "instrument", "present"),
    [
        (Mode.PRACTICE, Instrument.SINGLE, {"learning", "luck"}),
        (Mode.MEASURED, Instrument.SINGLE, {"learning", "luck"}),
        (Mode.DUEL, Instrument.DUEL, {"learning", "duel"}),
        (Mode.CONSULT, Instrument.CONSULT, {"advice"}),
        (Mode.CLIMB, Instrument.PAIRS, {"climbs"}),
        (Mode.FLASH, Instrument.GLIMPSES, {"flashes"}),
    ],
)
def test_each_way_to_ask_has_figures_of_its_own(mode: Mode, instrument: Instrument, present: set[str]) -> None:
    trials = {
        Mode.CLIMB: lambda: played_climb(ADA),
        Mode.FLASH: lambda: played_flash(ADA),
    }.get(mode, lambda: played_round(ADA, mode))()
    found = profile_of(trials, mode)
    assert found.instrument is instrument
    names = ("learning", "luck", "duel", "advice", "climbs", "flashes")
    assert {name for name in names if getattr(found, name) is not None} == present


def test_nothing_played_gives_a_profile_without_figures() -> None:
    for mode in (Mode.PRACTICE, Mode.CLIMB, Mode.FLASH, Mode.DUEL, Mode.CONSULT):
        found = profile_of([], mode)
        assert found.answers == found.rounds == found.counts.trials == 0
        assert found.learning is None and found.rungs == () and found.climbs is None


def test_confidences_from_elsewhere_that_are_none_are_left_out() -> None:
    trials = [stored_trial(confidence=confidence) for confidence in (None, 0, 1, 2, 3, 4)]
    assert [judgement.confidence for judgement in profile_of(trials, Mode.MEASURED).judgements] == [1, 2, 3]


def test_the_order_of_trials_makes_no_difference() -> None:
    trials = many_rounds(Mode.MEASURED, (8, 64), 5)
    shuffled = Random(3).sample(trials, len(trials))
    first, second = profile_of(trials, Mode.MEASURED), profile_of(shuffled, Mode.MEASURED)
    assert (first.rungs, first.learning, first.counts) == (second.rungs, second.learning, second.counts)
    assert sorted(first.times.right) == sorted(second.times.right)


def test_choices_among_pictures_are_no_outcomes_of_single_ones() -> None:
    assert signal_counts(played_climb(ADA)).trials == 0
