"""What was played is called as on its card; a run by what people call it here."""

from datetime import timedelta
from pathlib import Path

import pytest
from bare_runs import write_bare_run
from made_up import START
from playing import NOW

from game.kind_words import amount, counted, run_of, run_title, way_to_play
from game.lab import Lab
from game.listed_players import listed_players
from game.played_kinds import Combination, PlayedKind
from game.rules import Mode, class_mode
from game.stored_rounds import Player


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    write_bare_run(tmp_path / "here", (2, 64))
    (tmp_path / "here" / "name.txt").write_text("Monday’s forger\n", encoding="utf-8")
    lab = Lab(tmp_path, lambda: NOW)
    lab.look(0.0)
    return lab


def combination(mode: str, dataset: str = "mnist", run_key: str = "key") -> Combination:
    return Combination(dataset, "there", run_key, mode, (64,), 64, 1, 20, START)


@pytest.mark.parametrize(
    ("mode", "dataset", "expected"),
    [
        (Mode.PRACTICE, "mnist", "Practice · Digits"),
        (Mode.MEASURED, "fashion-mnist", "Measured · Clothes"),
        (Mode.SHORT_MEASURED, "mnist", "Measured, short · Digits"),
        (class_mode(7), "mnist", "Practice, only “7” · Digits"),
        (Mode.CLIMB, "folder:cats", "Climb · cats"),
    ],
)
def test_a_way_to_play_is_called_as_on_its_card(lab: Lab, mode: str, dataset: str, expected: str) -> None:
    assert way_to_play(lab, combination(mode, dataset)) == expected


def test_a_run_is_known_by_its_key_whatever_its_folder_is_called(lab: Lab) -> None:
    (run,) = lab.runs
    assert run.key and run_of(lab, run.key) == run
    assert run_title(lab, "there", run.key) == "Monday’s forger"
    assert run_title(lab, "there", "another key") == "there, not on this computer"
    assert run_of(lab, "") is None
    assert run_title(lab, "here", "") == "here, rounds of an older version"


def test_numbers_have_their_nouns() -> None:
    assert amount(combination(Mode.CLIMB)) == "20 answers in 1 round"
    assert counted(1, "answer") == "1 answer" and counted(1234, "round") == "1\u202f234 rounds"


def kind(player_id: str, answers: int, days: int) -> PlayedKind:
    when = START + timedelta(days=days)
    return PlayedKind(player_id, "mnist", "mnist", "key", Mode.PRACTICE, 64, 2, 1, answers, 20, when)


def test_players_are_listed_with_what_they_have_played() -> None:
    ada, other, new = Player("a", "Ada"), Player("b", "Ada"), Player("c", "Grace")
    kinds = [kind("a", 30, 0), kind("a", 20, 3), kind("b", 40, 1), kind("", 1, 2)]
    guests, *players = listed_players([ada, new], [ada, other, new], kinds)
    assert (guests.id, guests.title, guests.answers, guests.can_be_changed) == ("", "Nobody, a guest", 1, False)
    assert [(one.id, one.own, one.answers, one.rounds) for one in players] == [
        ("a", True, 50, 4),
        ("c", True, 0, 0),
        ("b", False, 40, 2),
    ]
    assert players[0].remark.startswith("50 answers in 4 rounds · last on 5 Jan 2030")
    assert players[1].remark == "has not played yet"
    # Two of one name are told apart by what they have played, and where.
    assert players[2].remark.startswith("from another computer · 40 answers")
    assert not players[2].can_be_changed
