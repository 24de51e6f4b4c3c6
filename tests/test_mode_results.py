"""Every page after Measured, Duel and Consult: all of it is reached by arrows, and every figure explains itself."""

import pytest
from focus_walk import reached_by_arrows
from mode_figures import explained
from mode_stages import MODE_STAGES, measurement
from playing import Player, Recorder, screenshot
from scipy import stats
from stages import STAGES, Stage

from game.rules import Truth
from game.ui.widgets import Button

RESULTS = [name for name in MODE_STAGES if name.startswith(("measurement", "duel-results", "consult-results"))]
RESULTS.append("results")


def figures(player: Player) -> list[Button]:
    return [button for button in player.buttons if button.name.startswith("figure/")]


@pytest.mark.parametrize("name", RESULTS)
def test_arrows_reach_every_figure_and_button(stage: Stage, name: str) -> None:
    STAGES[name](stage)
    buttons = stage.player.buttons
    assert reached_by_arrows("again", buttons) == {button.name for button in buttons}


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


def test_the_figures_of_practice_explain_themselves(stage: Stage, texts: Recorder) -> None:
    STAGES["results"](stage)
    round_ = stage.player.app.screen._results.round
    fakes = sum(picture.truth is Truth.FAKE for picture in round_.pictures)
    wrong = [picture.truth for picture, right in zip(round_.pictures, round_.outcomes, strict=True) if not right]
    for name, begin_, meaning, count, trials in (
        ("right", "Right", "the share of pictures that you judged right.", 20 - len(wrong), 20),
        ("fooled", "Fakes that fooled you", "the share of fakes that you called real.", wrong.count(Truth.FAKE), fakes),
        ("doubted", "Reals you doubted", "that you called fake.", wrong.count(Truth.REAL), 20 - fakes),
    ):
        stage.player.app.screen._focus.name = f"figure/{name}"
        stage.redraw()
        low, high = stats.binomtest(count, trials).proportion_ci(method="wilson")
        words = texts.all.replace("\n", " ")
        assert (
            f"{begin_} {100 * count / trials:.0f} % [{100 * low:.0f}, {100 * high:.0f}]: " in words and meaning in words
        )
    stage.player.click("figure/points")
    # The third right answer in a row is worth 150.
    assert "100 points for a right answer, and 25 more for each right one just before, up to 100 more." in (
        texts.all.replace("\n", " ")
    )
    stage.player.click("figure/luck")
    assert "How often a coin, tossed for each picture" in texts.all and stage.player.on == "results"
