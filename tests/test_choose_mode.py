"""The choice of a way to play leads to the right place, by keyboard and by mouse."""

from pathlib import Path

import pytest
from playing import Clock, Player, Recorder, make_services
from test_difficulty import focused

from game.destinations import ChooseMode
from game.mode_words import MODE_WORDS, mode_words
from game.rules import TRIAL_COUNTS, Mode
from game.screen import Open


def at_modes(player: Player, dataset: str = "mnist") -> Player:
    player.app._follow(Open(ChooseMode(dataset)))
    player.frame()
    return player


def click_key(player: Player, texts: Recorder, key: str) -> None:
    """Clicks on a key at the foot of the page."""
    box = next(box for shown, box in texts.texts if shown == key)
    player.click_at(player.app.canvas.sheet_point(box.center))


def test_every_way_to_play_has_a_card_and_words(visitor: Player, texts: Recorder) -> None:
    at_modes(visitor)
    *cards, figures = [button.name for button in visitor.buttons if button.name != "run"]
    assert cards == list(MODE_WORDS) and figures == "figures"
    # The short one is chosen after the long one's card.
    assert {*cards, Mode.SHORT_MEASURED} == set(Mode) == set(TRIAL_COUNTS)
    assert all(words.title in texts.all for words in MODE_WORDS.values())


@pytest.mark.parametrize(
    ("stored", "title"),
    [("practice", "Practice"), ("practice of class 7", "Practice"), ("short measured", "Measured"), ("climb", "Climb")],
)
def test_what_is_stored_has_words(stored: str, title: str) -> None:
    assert mode_words(stored).title == title


def test_arrows_reach_every_card_and_the_run(visitor: Player) -> None:
    at_modes(visitor)
    assert focused(visitor) == "practice"
    for key, expected in (
        *(("right", "measured"), ("right", "climb"), ("right", "flash"), ("down", "figures"), ("left", "consult")),
        *(
            ("left", "duel"),
            ("left", "odd one out"),
            ("up", "practice"),
            ("right", "measured"),
            ("up", "run"),
            ("down", "climb"),
        ),
    ):
        visitor.press(key)
        assert focused(visitor) == expected, key


def test_the_way_chosen_last_is_offered_first(visitor: Player) -> None:
    at_modes(visitor)
    visitor.click("measured")
    assert visitor.on == "difficulty" and visitor.app.screen._mode is Mode.MEASURED
    visitor.press("escape", "escape")
    assert visitor.on == "title"
    visitor.press("right", "enter")
    assert visitor.on == "choosemode" and focused(visitor) == "measured"


def test_the_figures_are_no_way_to_play(visitor: Player, texts: Recorder) -> None:
    at_modes(visitor)
    visitor.click("figures")
    assert visitor.on == "figures" and "guests" in texts.all
    visitor.press("escape")
    assert visitor.on == "choosemode" and visitor.services.chosen_mode is Mode.PRACTICE


def test_another_run_can_be_chosen_before_the_way(visitor: Player, texts: Recorder) -> None:
    at_modes(visitor)
    click_key(visitor, texts, "C")
    assert visitor.on == "chooserun"
    visitor.press("escape", "c", "down", "enter")
    assert visitor.on == "choosemode" and "run 2 of 4" in texts.all
    visitor.press("enter", "enter")
    assert visitor.app.screen._round.setup.run == "own-1"


def test_news_of_a_run_is_drawn_once(visitor: Player) -> None:
    screen = at_modes(visitor).app.screen
    assert screen.update(0.0) is None
    visitor.services.lab.version += 1
    assert screen.update(0.0) is not None and screen.update(0.0) is None


def test_where_there_is_but_one_run_no_other_is_offered(player: Player, texts: Recorder) -> None:
    at_modes(player)
    assert "another run" not in texts.all
    player.press("c")
    assert player.on == "choosemode"


def test_a_dataset_without_a_run_says_so_instead_of_playing(window: None, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    player = at_modes(Player(make_services(tmp_path / "none", tmp_path), clock))
    player.press("right", "right", "enter")
    assert player.on == "difficulty"
    player.press("escape", "escape")
    assert player.on == "title"
    player.close()


def test_it_says_who_plays_and_leads_to_the_players(player: Player, texts: Recorder) -> None:
    at_modes(player)
    assert "How do you want to play, guest?" in texts.all
    assert "of guests: nobody plays" in texts.all
    click_key(player, texts, "P")
    assert player.on == "players"
    player.press("escape", "p")
    assert player.on == "players"
    player.press("n")
    player.type("Ada")
    player.press("enter")
    at_modes(player)
    assert "How do you want to play, Ada?" in texts.all
    assert "of Ada" in texts.all
