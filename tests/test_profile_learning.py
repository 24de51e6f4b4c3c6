"""Whether a player is told to be learning: of one rung, by sittings, and not where that can't be known."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from made_up import START, stored_picture, stored_trial
from profiles import dice, many_rounds, profile_of

from game.learning import learning_verdict
from game.rules import Mode, Truth
from game.statistics import Proportion
from game.stored_trial import StoredTrial


def test_several_rungs_together_have_no_learning_and_say_that_they_mix() -> None:
    trials = many_rounds(Mode.PRACTICE, (8, 64), 6)
    together = profile_of(trials, Mode.PRACTICE, None)
    assert together.mixes_rungs and together.learning is None and together.answers == 240
    alone = profile_of(trials, Mode.PRACTICE)
    assert not alone.mixes_rungs and alone.answers == 120
    consulted = many_rounds(Mode.CONSULT, (8, 64), 2)
    assert profile_of(consulted, Mode.CONSULT, None).mixes_rungs
    assert not profile_of(consulted, Mode.CONSULT).mixes_rungs
    # All rungs of a player who has played one are that rung.
    one = profile_of([t for t in trials if t.kimg == 64], Mode.PRACTICE, None)
    assert not one.mixes_rungs and one.learning is not None


def test_learning_is_of_the_sittings_of_one_rung() -> None:
    trials = many_rounds(Mode.PRACTICE, (8, 64), 6)
    found = profile_of(trials, Mode.PRACTICE).learning
    assert found is not None
    days = Counter(t.started_at.date() for t in trials if t.kimg == 64)
    rights = Counter(t.started_at.date() for t in trials if t.kimg == 64 and t.right)
    assert found.sittings == tuple(Proportion(rights[day], days[day]) for day in sorted(days))
    assert found.verdict == learning_verdict(found.sittings, dice())
    assert sum(point.right.trials for point in found.points) == 120


def test_guests_who_may_be_several_people_are_not_said_to_learn() -> None:
    trials = many_rounds(Mode.PRACTICE, (64,), 10)
    # The earlier five sittings all wrong, the later ones all right: 1 of 252 orders.
    days = sorted({trial.started_at.date() for trial in trials})
    rising = [
        replace(trial, answer=Truth.FAKE if right else Truth.REAL, pictures=(stored_picture(Truth.FAKE),))
        for trial in trials
        for right in (days.index(trial.started_at.date()) >= 5,)
    ]
    ada, guests = (
        profile_of([replace(trial, player_id=player) for trial in rising], Mode.PRACTICE).learning
        for player in ("ada", None)
    )
    assert ada is not None and guests is not None
    assert "better" in ada.verdict.sentence
    assert guests.points == ada.points and not guests.verdict.improved
    assert guests.verdict.sentence.startswith("Guests may be several people")


def test_where_the_same_pictures_come_again_nobody_is_told_to_be_learning() -> None:
    """A player who remembers the 16 real pictures of a folder, and otherwise guesses, gets better without learning."""
    guesses, trials, known = Random(8), [], set()
    for place in range(12):
        day = START + timedelta(days=place)
        for number in range(1, 33):
            truth = Truth.REAL if number % 2 else Truth.FAKE
            picture = stored_picture(truth, place=number if truth is Truth.REAL else 100 * place + number)
            answer = Truth.REAL if picture.identity in known else guesses.choice(list(Truth))
            if guesses.random() < 0.15 and truth is Truth.REAL:
                known.add(picture.identity)
            fields = {"round_id": f"{place:02}", "started_at": day, "number": number}
            trials.append(stored_trial(truth, answer, pictures=(picture,), **fields))
    found = profile_of(trials, Mode.MEASURED)
    assert found.learning is not None
    # By the test alone this is learning.
    assert learning_verdict(found.learning.sittings, np.random.default_rng(1)).improved
    assert found.learning.verdict.rise_probability is None and not found.learning.verdict.improved
    # 16 real pictures in each of the last 11 of 12 rounds of 32.
    assert found.recurring == pytest.approx(11 / 24)
    assert "46 % of these answers are to pictures that had come before" in found.learning.verdict.sentence


def test_what_came_at_another_rung_or_was_broken_off_had_come_before() -> None:
    def reals(place: int, kimg: int, finished: bool = True) -> list[StoredTrial]:
        return [
            stored_trial(
                Truth.REAL,
                pictures=(stored_picture(Truth.REAL, kimg, place=number),),
                # Ids say nothing about which came first.
                round_id=f"{9 - place}",
                kimg=kimg,
                started_at=START + timedelta(hours=2 * place),
                number=number,
                finished=finished,
            )
            for number in range(1, 33)
        ]

    other_rung, broken_off = [*reals(1, 8), *reals(2, 64)], [*reals(1, 64, finished=False), *reals(2, 64)]
    for trials in (other_rung, broken_off):
        found = profile_of(trials, Mode.MEASURED)
        assert found.answers == 32 and found.recurring == 1
        assert found.learning is not None
        assert "100 % of these answers are to pictures that had come before" in found.learning.verdict.sentence
    assert profile_of(other_rung, Mode.MEASURED, 8).recurring == 0
    assert profile_of(other_rung, Mode.MEASURED, None).recurring == 0.5


def test_pictures_that_come_again_by_chance_are_too_few_to_matter() -> None:
    found = profile_of(many_rounds(Mode.MEASURED, (64,), 6), Mode.MEASURED)
    assert 0 < found.recurring < 0.1
    assert found.learning is not None and found.learning.verdict.rise_probability is not None
