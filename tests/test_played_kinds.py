"""What figures can be about follows from what was played, and nothing else is offered."""

from datetime import timedelta
from itertools import groupby
from pathlib import Path

import pytest
from made_up import START, MadeUpPlayer, played_climb, played_round, write_trials
from scores import begin, opened

from game.played_kinds import (
    Combination,
    Instrument,
    PlayedKind,
    combinations,
    counts_broken_off,
    instrument_of,
    is_practice,
)
from game.rules import Mode, class_mode


def kind(mode: str = Mode.PRACTICE, **fields: object) -> PlayedKind:
    standard: dict[str, object] = {
        "player_id": "ada",
        "dataset": "mnist",
        "run": "mnist",
        "run_key": "key",
        "kimg": 64,
        "rounds": 3,
        "finished_rounds": 2,
        "answers": 50,
        "finished_answers": 40,
        "last_started_at": START,
    }
    return PlayedKind(mode=mode, **{**standard, **fields})  # type: ignore[arg-type]


def test_every_mode_but_the_arcade_game_has_an_instrument() -> None:
    assert {mode for mode in Mode if instrument_of(mode) is None} == {Mode.ODD_ONE_OUT}
    assert instrument_of(class_mode(3)) is Instrument.SINGLE
    assert instrument_of("something from elsewhere") is None


def test_what_was_broken_off_counts_where_players_see_how_well_they_do() -> None:
    assert [mode for mode in Mode if is_practice(mode)] == [Mode.PRACTICE]
    assert [mode for mode in Mode if counts_broken_off(mode)] == [Mode.PRACTICE, Mode.DUEL, Mode.CONSULT]
    assert is_practice(class_mode(0)) and counts_broken_off(class_mode(0))
    (practice,) = combinations([kind()])
    assert (practice.rounds, practice.answers) == (3, 50)
    (measured,) = combinations([kind(Mode.MEASURED)])
    assert (measured.rounds, measured.answers) == (2, 40)


def test_what_has_no_answers_that_count_is_not_offered() -> None:
    nothing = kind(Mode.MEASURED, finished_rounds=0, finished_answers=0)
    assert combinations([nothing, kind(Mode.ODD_ONE_OUT), kind("from elsewhere")]) == ()
    # A rung at which nothing counts is not one of its rungs.
    (measured,) = combinations([kind(Mode.MEASURED), kind(Mode.MEASURED, kimg=8, finished_answers=0)])
    assert measured.kimgs == (64,)


def test_rungs_and_players_join_and_the_last_played_comes_first() -> None:
    later = START + timedelta(days=1)
    found = combinations(
        [
            kind(Mode.MEASURED),
            kind(kimg=128, last_started_at=later),
            kind(kimg=8, run="renamed", player_id="grace"),
        ]
    )
    assert found == (
        Combination("mnist", "mnist", "key", Mode.PRACTICE, (8, 128), 128, 6, 100, later),
        Combination("mnist", "mnist", "key", Mode.MEASURED, (64,), 64, 2, 40, START),
    )


def test_runs_of_one_name_are_told_apart_by_their_keys() -> None:
    same_name = [kind(run_key="one"), kind(run_key="other"), kind(run_key=""), kind(run_key="", run="second")]
    assert len(combinations(same_name)) == 4
    # And one run by its key, whatever its folder is called.
    assert len(combinations([kind(run="here"), kind(run="there")])) == 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "scores.sqlite"
    with opened(path):
        pass
    return path


def test_the_store_counts_its_kinds_as_a_program_that_reads_all_trials_does(path: Path) -> None:
    ada, guest = MadeUpPlayer("a" * 32, "Ada"), MadeUpPlayer("", "")
    trials = [
        *played_round(ada, Mode.PRACTICE, 64, START),
        *played_round(ada, Mode.PRACTICE, 64, START + timedelta(hours=1), answers=7),
        *played_round(ada, Mode.MEASURED, 8, START + timedelta(hours=2), run_key="other"),
        *played_round(guest, Mode.PRACTICE, 64, START + timedelta(hours=3)),
        *played_climb(ada, START + timedelta(hours=4)),
    ]
    write_trials(path, trials, {ada.player_id: "Ada"})
    with opened(path) as store:
        # A round in which nothing was answered is no round.
        begin(store)
        found = store.kinds()
        of_ada, of_guests = store.kinds(ada.player_id), store.kinds("")
        assert store.kinds("nobody") == []

    def key(trial: object) -> tuple[object, ...]:
        names = ("player_id", "dataset", "run", "run_key", "mode", "kimg")
        values = [getattr(trial, name) for name in names]
        return (values[0] or "", *values[1:])

    expected = []
    for of_kind, group in groupby(sorted(trials, key=key), key):
        own = list(group)
        finished = [trial for trial in own if trial.finished]
        counts = (len({t.round_id for t in own}), len({t.round_id for t in finished}), len(own), len(finished))
        expected.append((*of_kind, *counts, max(trial.started_at for trial in own)))
    assert sorted(tuple(getattr(one, name) for name in PlayedKind.__slots__) for one in found) == expected
    assert sorted(of_ada, key=key) == sorted((one for one in found if one.player_id), key=key)
    assert [one.answers for one in of_guests] == [20]
