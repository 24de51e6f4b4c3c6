"""Who plays: chosen, made, renamed and deleted at the real loop, by keyboard, mouse and gamepad."""

from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest
from bare_runs import write_bare_run
from figure_stages import ADA
from made_up import MadeUpPlayer, played_round, write_trials
from playing import Clock, Player, Recorder, make_services

from game.rules import Mode
from game.ui.player_rows import row_name

OTHER = "d" * 32


@pytest.fixture
def person(window: None, texts: Recorder, clock: Clock, tmp_path: Path) -> Iterator[Player]:
    """Somebody at the title; Ada has played here, and another Ada came with another computer's file."""
    write_bare_run(tmp_path / "runs" / "mnist", (2, 64))
    services = make_services(tmp_path / "runs", tmp_path)
    store = services.store.get()
    assert store.path is not None
    trials = [*played_round(MadeUpPlayer(ADA, "")), *played_round(MadeUpPlayer(OTHER, ""), Mode.PRACTICE)]
    write_trials(store.path, trials, {ADA: "Ada", OTHER: "Ada"}, own=[ADA])
    person = Player(services, clock)
    yield person
    person.close()


def names(person: Player) -> list[str]:
    return [player.name for player in person.services.store.get().own_players()]


def at_players(person: Player) -> Player:
    person.press("p")
    assert person.on == "players"
    return person


def test_a_key_a_click_and_arrows_lead_from_the_title_to_the_players(person: Player) -> None:
    for way in (
        lambda: person.press("p"),
        lambda: person.click("player"),
        lambda: person.press("down", "down", "enter"),
    ):
        way()
        assert person.on == "players"
        person.press("escape")
        assert person.on == "title"


def test_the_chosen_player_plays_and_is_remembered(person: Player, texts: Recorder, tmp_path: Path) -> None:
    at_players(person)
    assert person.app.screen._focus.name == row_name("")
    person.press("down", "enter")
    assert person.on == "title" and "player Ada" in texts.all
    settings = person.services.settings
    assert (settings.player_name, settings.player_id) == ("Ada", ADA)
    assert ADA in (tmp_path / "settings.json").read_text()
    assert person.services.store_of_player().player.id == ADA
    at_players(person)
    assert "plays now" in texts.all and person.app.screen._focus.name == row_name(ADA)
    person.press("up", "enter")
    assert "who plays?" in texts.all and person.services.store_of_player().player is None


def test_by_gamepad_another_one_plays(person: Player) -> None:
    def press(button: int) -> None:
        person.frame(pygame.Event(pygame.CONTROLLERBUTTONDOWN, button=button, instance_id=0))

    for button in (*[pygame.CONTROLLER_BUTTON_DPAD_DOWN] * 2, pygame.CONTROLLER_BUTTON_A):
        press(button)
    assert person.on == "players"
    press(pygame.CONTROLLER_BUTTON_DPAD_DOWN)
    press(pygame.CONTROLLER_BUTTON_A)
    assert person.on == "title" and person.services.settings.player_id == ADA


def test_a_new_player_plays_at_once(person: Player, texts: Recorder) -> None:
    at_players(person).press("n")
    # The key's own letter is no part of the name.
    person.type("Grace")
    assert person.app.screen._field.text == "Grace"
    person.press("enter")
    assert person.on == "title" and "player Grace" in texts.all and names(person) == ["Ada", "Grace"]


def test_a_name_that_is_taken_or_blank_is_refused_with_a_sentence(person: Player, texts: Recorder) -> None:
    at_players(person).click("new")
    person.press("enter")
    assert "Type a name first" in texts.all
    person.type(" Ada ")
    person.click("keep")
    assert "There is a player of that name already" in texts.all and names(person) == ["Ada"]
    person.click("leave")
    assert person.on == "players" and person.services.settings.player_id == ""


def test_a_name_is_no_longer_than_has_room(person: Player) -> None:
    at_players(person).press("n")
    person.type("W" * 40)
    assert len(person.app.screen._field.text) == 16


def test_a_player_is_renamed_with_all_that_was_played(person: Player, texts: Recorder) -> None:
    at_players(person).press("down", "r")
    person.press("backspace", "backspace", "backspace")
    person.type("Lovelace")
    person.press("enter")
    assert names(person) == ["Lovelace"] and person.on == "players" and "100 answers" in texts.all
    assert person.services.settings.player_id == ""
    person.press("enter", "p", "r", "backspace", "enter")
    # Of whoever plays the settings follow.
    assert person.services.settings.player_name == "Lovelac"
    assert person.services.store_of_player().player.name == "Lovelac"


def test_deleting_asks_first_and_says_what_goes(person: Player, texts: Recorder) -> None:
    at_players(person).press("down", "enter", "p", "delete")
    assert "Delete “Ada” for ever?" in texts.all and "class's database" in texts.all and "100 answers" in texts.all
    # What lies under the first key is harmless.
    person.press("enter")
    assert names(person) == ["Ada"]
    person.press("delete")
    person.click("delete for ever")
    assert names(person) == [] and person.on == "players"
    assert (person.services.settings.player_name, person.services.settings.player_id) == ("", "")
    store = person.services.store.get()
    assert store.trials(player_id=ADA) == [] and len(store.trials()) == 20
    person.press("escape")
    assert "who plays?" in texts.all


def test_players_of_other_computers_can_be_looked_at_and_nothing_else(person: Player, texts: Recorder) -> None:
    at_players(person)
    assert "from another computer" in texts.all
    person.press("end", "r", "delete")
    assert person.app.screen._doing == "" and "Rename" not in texts.all
    person.press("enter")
    assert person.on == "figures" and person.services.settings.player_id == ""
    person.until(lambda: person.app.screen._counting.done)
    assert "Practice · Digits" in texts.all
    person.press("escape", "f")
    assert person.on == "figures"


def test_buttons_in_a_row_are_reached_by_arrows_and_mouse(person: Player) -> None:
    at_players(person).press("down", "right")
    assert person.app.screen._focus.name == row_name(ADA, "figures")
    person.press("right", "right", "down")
    assert person.app.screen._focus.name.startswith("player/")
    person.press("up")
    person.click(row_name(ADA, "rename"))
    assert person.app.screen._doing == "renaming"
    person.press("escape", "escape")
    assert person.on == "title"


def test_a_player_of_a_file_that_was_moved_away_is_still_listed(person: Player, texts: Recorder) -> None:
    gone = "e" * 32
    settings = person.services.settings
    person.services.change_settings(type(settings)(player_name="Emmy", player_id=gone))
    at_players(person)
    assert "Emmy" in texts.all and person.app.screen._focus.name == row_name(gone)
