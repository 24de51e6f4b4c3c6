"""Whose score it was: asked of guests whose score is among the ten best, known of everybody else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playing import NAMES, NOW, make_services, query

from game.rules import RoundSetup
from game.services import Services
from game.ui.inputs import Key, Typed
from game.ui.name_entry import NameEntry

SETUP = RoundSetup("mnist", "mnist", 64, seed=1)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    services = make_services(tmp_path / "none", tmp_path)
    yield services
    services.store.close()


def played(services: Services, score: int, player: str = "") -> str:
    """Returns the id of a finished round."""
    store = services.store.get()
    round_id = store.begin_round(SETUP, NOW, player_id=store.player_named(player) if player else None)
    store.finish_round(round_id, score, 20, NOW)
    return round_id


def entry(services: Services, score: int = 1000) -> NameEntry:
    return NameEntry(services, SETUP, played(services, score), score)


@pytest.mark.parametrize(
    ("rivals", "score", "asked"), [(9, 1000, True), (10, 1000, False), (0, 1, True), (0, 0, False)]
)
def test_a_guest_is_asked_where_the_score_is_among_the_ten_best(
    services: Services, rivals: int, score: int, asked: bool
) -> None:
    for _ in range(rivals):
        played(services, 2000, "Grace")
    found = entry(services, score)
    assert (found.place, found.listed, found.asking) == (rivals + 1, asked, asked)
    assert found.praise == {0: "first on the list", 9: "tenth best here", 10: "place 11 here"}[rivals]


def test_a_name_is_taken_without_what_is_around_it_and_plays_from_now_on(services: Services, tmp_path: Path) -> None:
    found = entry(services)
    found.handle(Typed("x"))
    assert found.field.text == "", "a letter of the key that led here"
    found.seen = True
    found.handle(Typed(" Ada "))
    found.handle(Key("enter"))
    assert query(tmp_path, NAMES) == [("Ada",)] and not found.asking
    settings = services.settings
    assert (settings.player_name, settings.player_id) == ("Ada", services.store.get().player_named("Ada"))
    # Whoever plays is not asked again, and has the next round.
    again = entry(services)
    assert again.listed and not again.asking
    assert query(tmp_path, NAMES) == [("Ada",), ("Ada",)]


@pytest.mark.parametrize("ways", [[Key("escape")], [Key("enter")], [Typed("  "), Key("enter")]])
def test_without_a_name_a_round_stays_out_of_the_list_and_guests_play_on(
    services: Services, tmp_path: Path, ways: list[Key | Typed]
) -> None:
    before = replace(services.settings)
    found = entry(services)
    found.seen = True
    for event in ways:
        assert found.handle(event)
    assert not found.asking and services.settings == before
    assert query(tmp_path, NAMES) == [(None,)]
