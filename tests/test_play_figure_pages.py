"""The pages of a player's figures: turned by keys and mouse, chosen from a list, and left for others."""

import pygame
from figure_stages import counted, figures, fill_with_figures
from playing import Recorder
from stages import Stage

from game.destinations import ShowFigures
from game.screen import Open
from game.ui.profile_pages import Page
from game.ui.tabs import tab_name


def hover(stage: Stage, at: tuple[float, float]) -> None:
    scale = stage.player.app.canvas.scale
    place = (round(at[0] * scale), round(at[1] * scale))
    stage.player.frame(pygame.Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0)))


def test_tabs_are_turned_by_tab_and_by_arrows_and_not_by_pointing(stage: Stage) -> None:
    figures(stage)
    screen = stage.player.app.screen
    for page in (Page.CLASSES, Page.RUNGS, Page.LEARNING, Page.TIMES, Page.OVERVIEW):
        stage.play("tab")
        assert screen._page is page and screen._focus.name == tab_name(page)
    stage.play("right", "right")
    assert screen._page is Page.RUNGS
    hover(stage, stage.player.button(tab_name(Page.TIMES)).box.center)
    assert screen._page is Page.RUNGS
    stage.player.click(tab_name(Page.LEARNING))
    assert screen._page is Page.LEARNING


def test_whoever_comes_up_from_a_figure_is_on_the_page_that_is_shown(stage: Stage) -> None:
    figures(stage, page=2)
    screen = stage.player.app.screen
    stage.play("down", "right", "right")
    assert screen._focus.name.startswith("figure/")
    stage.play("up")
    if screen._focus.name in ("line", "everybody"):
        stage.play("left")
    assert screen._page is Page.RUNGS


def test_another_way_to_play_is_chosen_from_a_list(stage: Stage, texts: Recorder) -> None:
    figures(stage)
    stage.play("c")
    assert "Figures of what?" in texts.all and "Measured, short · Digits" in texts.all
    stage.play("escape")
    assert "Figures of what?" not in texts.all and stage.player.on == "figures"
    stage.play("c", "home", "enter")
    counted(stage)
    # What was played last comes first.
    assert "Flash · Digits" in texts.all and "ms" in texts.all
    stage.player.click("kind")
    stage.play("end", "enter")
    counted(stage)
    assert "Consult · Digits" in texts.all and "Helped" in texts.all


def test_a_page_that_the_next_way_to_play_lacks_is_left(stage: Stage) -> None:
    figures(stage, page=3)
    stage.play("c", "end", "enter")
    counted(stage)
    assert stage.player.app.screen._page is Page.OVERVIEW


def test_the_dataset_that_is_asked_for_comes_first(stage: Stage, texts: Recorder) -> None:
    fill_with_figures(stage, 0)
    stage.player.app._follow(Open(ShowFigures(dataset="fashion-mnist")))
    counted(stage)
    # Nothing of it was played, so it is whatever was played last.
    assert "Flash · Digits" in texts.all


def test_the_line_and_everybody_are_one_key_away(stage: Stage, texts: Recorder) -> None:
    figures(stage)
    stage.player.click("line")
    assert stage.player.on == "signaldetection" and "Ada: Measured · Digits · 512 kimg" in texts.all
    stage.player.press("escape")
    stage.player.click("everybody")
    assert stage.player.on == "generatorfigures"
    stage.player.press("escape")
    assert stage.player.on == "figures"
