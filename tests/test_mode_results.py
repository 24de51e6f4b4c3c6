"""Every page after Measured, Duel and Consult: all of it is reached by arrows, and every figure explains itself."""

import pytest
from mode_figures import explained
from mode_stages import MODE_STAGES, measurement
from playing import Player, Recorder, screenshot
from stages import STAGES, Stage

from game.ui.inputs import Key
from game.ui.widgets import Button, Focus

RESULTS = [name for name in MODE_STAGES if name.startswith(("measurement", "duel-results", "consult-results"))]


def figures(player: Player) -> list[Button]:
    return [button for button in player.buttons if button.name.startswith("figure/")]


@pytest.mark.parametrize("name", RESULTS)
def test_arrows_reach_every_figure_and_button(stage: Stage, name: str) -> None:
    STAGES[name](stage)
    buttons = stage.player.buttons
    reached, coming = {"again"}, ["again"]
    while coming:
        here = coming.pop()
        for key in ("left", "right", "up", "down"):
            focus = Focus(here)
            focus.handle(Key(key), buttons)
            if focus.name not in reached:
                reached.add(focus.name)
                coming.append(focus.name)
    assert reached == {button.name for button in buttons}


@pytest.mark.parametrize("name", ["measurement-sure", "duel-results-sure", "consult-results"])
def test_every_figure_explains_itself_in_one_sentence_at_the_pointer(stage: Stage, texts: Recorder, name: str) -> None:
    STAGES[name](stage)
    sentences = [explained(stage, texts, button.name.removeprefix("figure/")) for button in figures(stage.player)]
    # The first one of a measured round stands there twice, large and with its bar.
    assert len(sentences) > 5 and len(set(sentences)) >= len(sentences) - (name == "measurement-sure")
    assert all(sentence.endswith(".") and len(sentence) > 30 for sentence in sentences)


def test_a_figure_with_the_focus_can_be_seen_and_to_press_it_does_nothing(stage: Stage) -> None:
    measurement(stage, 18, 9, sure=True)
    before = screenshot().copy()
    for button in figures(stage.player):
        stage.player.app.screen._focus.name = button.name
        stage.redraw()
        place = stage.player.app.canvas.pixel_box(button.box.inflate(20, 16))
        window = slice(place.top, place.bottom), slice(place.left, place.right)
        assert (screenshot()[window] != before[window]).any(axis=2).sum() > 100, button.name
        stage.play("enter")
        assert stage.player.on == "measurement"
