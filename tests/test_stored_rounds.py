"""Reading trials for statistics: whole, filtered, in order, and fast."""

import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scores import FAKE, NOW, REAL, RESPONSE, SETUP, begin, opened

from game.rules import (
    Advice,
    Choice,
    Confidence,
    Exposure,
    Picture,
    RealPicture,
    Response,
    RoundSetup,
    Truth,
)
from game.stored_trial import StoredPicture, StoredTrial

PLAYER_TRIALS = 1_000
ALL_TRIALS = 20_000
TRIALS_PER_ROUND = 50


def test_a_trial_comes_back_as_it_was_recorded(path: Path) -> None:
    advice = Advice(0.75, Truth.FAKE, 3000)
    told = Response(Truth.REAL, 0.25, True, Confidence.FAIRLY_SURE, Exposure(3, 4, 0.0166), advice)
    own = RealPicture("folder:drawings", "test", 3, "own")
    with opened(path) as store:
        ada = store.play_as("Ada")
        round_id = store.begin_round(SETUP, NOW, "0123456789abcdef")
        store.record(round_id, 1, [own], told, NOW + timedelta(seconds=1), ["8"])
        store.record(round_id, 2, [REAL, FAKE], Choice(1, 2.5), NOW + timedelta(seconds=2), ["3", "5"])
        first, second = store.trials()
    of_round: dict[str, Any] = {
        "player_id": ada,
        "round_id": round_id,
        "finished": False,
        "dataset": "mnist",
        "run": "first",
        "run_key": "0123456789abcdef",
        "kimg": 64,
        "mode": "practice",
        "trial_count": 20,
        "started_at": NOW,
    }
    assert first == StoredTrial(
        **of_round,
        number=1,
        pictures=(StoredPicture(own, "8"),),
        answer=Truth.REAL,
        chosen_place=None,
        response_seconds=0.25,
        disturbed=True,
        answered_at=NOW + timedelta(seconds=1),
        confidence=2,
        first_answer=Truth.FAKE,
        fake_probability=0.75,
        discriminator_kimg=3000,
        asked_frames=3,
        shown_frames=4,
        frame_seconds=0.0166,
    )
    assert first.right and first.pictures[0].truth is Truth.REAL and first.pictures[0].kimg is None
    assert second.pictures == (StoredPicture(REAL, "3"), StoredPicture(FAKE, "5"))
    assert (second.answer, second.chosen_place, second.right) == (None, 1, True)
    assert second.pictures[1].kimg == 64 and second.confidence is None and second.disturbed is False


@pytest.mark.parametrize(
    ("pictures", "answer", "right"),
    [
        ([REAL], Response(Truth.REAL, 1.0), True),
        ([REAL], Response(Truth.FAKE, 1.0), False),
        ([FAKE], Response(Truth.FAKE, 1.0), True),
        ([FAKE], Response(Truth.REAL, 1.0), False),
        ([FAKE, REAL], Choice(0, 1.0), True),
        ([FAKE, REAL], Choice(1, 1.0), False),
    ],
)
def test_an_answer_is_right_where_it_names_the_truth_or_the_fake(
    path: Path, pictures: list[Picture], answer: Response | Choice, right: bool
) -> None:
    with opened(path) as store:
        store.record(begin(store), 1, pictures, answer, NOW)
        assert [trial.right for trial in store.trials()] == [right]


def test_filters_take_what_has_all_that_is_asked_for(path: Path) -> None:
    kinds = [
        (player, dataset, run, key, mode, finished)
        for player in ("Ada", None)
        for dataset, run in (("mnist", "first"), ("folder:/somebody/drawings", "own"))
        for key in ("", "abc")
        for mode in ("practice", "measured")
        for finished in (True, False)
    ]
    with opened(path) as store:
        for minutes, (player, dataset, run, key, mode, finished) in enumerate(reversed(kinds)):
            setup, start = RoundSetup(dataset, run, 64, 1, mode), NOW - timedelta(minutes=minutes)
            round_id = store.begin_round(setup, start, key, store.player_named(player or ""))
            for number in (2, 1):
                store.record(round_id, number, [REAL], RESPONSE, start + timedelta(seconds=number))
            if finished:
                store.finish_round(round_id, 100, 1, start)
        ada = store.player_named("Ada")

        def found(**asked: Any) -> list[tuple[Any, ...]]:
            trials = store.trials(**asked)
            assert trials == sorted(trials, key=lambda trial: trial.answered_at)
            return [
                (trial.player_id, trial.dataset, trial.run, trial.run_key, trial.mode, trial.finished)
                for trial in trials
                if trial.number == 1
            ]

        everything = [
            (ada if player else None, dataset.replace("/somebody/", ""), run, key, mode, finished)
            for player, dataset, run, key, mode, finished in kinds
        ]
        assert found() == everything and len(store.trials()) == 64
        assert found(player_id=ada) == [kind for kind in everything if kind[0] == ada]
        of_folder = [kind for kind in everything if kind[2] == "own"]
        assert found(dataset="folder:/elsewhere/drawings") == found(run="own") == of_folder
        assert found(run_key="") == [kind for kind in everything if kind[3] == ""]
        assert found(mode="measured", finished_only=True) == [k for k in everything if k[4] == "measured" and k[5]]
        one = found(player_id=ada, dataset="mnist", run="first", run_key="abc", mode="measured", finished_only=True)
        assert one == [(ada, "mnist", "first", "abc", "measured", True)]
        assert found(player_id="nobody") == []


def fill(path: Path, trials: int, player_trials: int) -> str:
    """Adds so many trials, as many of them as asked for of one player; returns that player's id."""
    dice = random.Random(1)
    rounds = range(trials // TRIALS_PER_ROUND)
    owners = ["Ada" if place < player_trials // TRIALS_PER_ROUND else f"Player {place % 20}" for place in rounds]
    dice.shuffle(owners)
    with opened(path) as store:
        ids = [begin(store, SETUP, "Ada"), *(begin(store, SETUP, f"Player {place}") for place in range(20))]
        players = {player.name: player.id for player in store.players()}
    round_ids = [dice.randbytes(16).hex() for _ in rounds]
    keys = [(round_id, number) for round_id in round_ids for number in range(1, TRIALS_PER_ROUND + 1)]
    with closing(sqlite3.connect(path)) as connection, connection:
        # Copies of a round that the store itself has begun.
        columns = "dataset, run, run_key, kimg, seed, mode, trial_count, started_at, revision"
        connection.executemany(
            f"INSERT INTO rounds (id, player_id, {columns}) SELECT ?, ?, {columns} FROM rounds WHERE id = ?",
            [(round_id, players[owner], ids[0]) for round_id, owner in zip(round_ids, owners, strict=True)],
        )
        connection.executemany(
            "INSERT INTO responses (round_id, number, answer, response_seconds, disturbed, answered_at)"
            " VALUES (?, ?, 'real', 1.25, 0, '2030-01-02T03:04:05.000000+00:00')",
            keys,
        )
        connection.executemany(
            "INSERT INTO shown_pictures (round_id, number, place, truth, class_name, picture_run, picture_kimg,"
            " picture_seed) VALUES (?, ?, 0, 'fake', '7', 'first', 64, 123456789)",
            keys,
        )
    return players["Ada"]


def test_the_trials_of_one_player_are_found_among_many(path: Path) -> None:
    ada = fill(path, ALL_TRIALS, PLAYER_TRIALS)
    with opened(path) as store:
        trials = store.trials(player_id=ada)
    assert len(trials) == PLAYER_TRIALS
