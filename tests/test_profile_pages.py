"""Every page of figures: all of it is reached by arrows, and each figure explains itself."""

import re

import pytest
from figure_stages import FIGURE_STAGES, explained
from focus_walk import reached_by_arrows
from playing import Recorder
from stages import Stage

PAGES = [name for name in FIGURE_STAGES if name.startswith(("figures", "generator")) and name != "figures-choice"]


def figure_buttons(stage: Stage) -> list[str]:
    return [button.name for button in stage.player.buttons if button.name.startswith("figure/")]


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_is_reached_by_arrows_and_explains_itself_in_a_sentence(
    stage: Stage, texts: Recorder, name: str
) -> None:
    FIGURE_STAGES[name](stage)
    buttons, start = stage.player.buttons, stage.player.app.screen._focus.name
    assert reached_by_arrows(start, buttons) == {button.name for button in buttons}
    sentences = [explained(stage, texts, button) for button in figure_buttons(stage)]
    assert bool(sentences) is (name != "figures-of-nobody")
    assert all(sentence.endswith(".") and len(sentence) > 30 for sentence in sentences), sentences
    # The largest figure of an overview stands there once more, with its bar.
    assert len(set(sentences)) >= len(sentences) - 1
    assert not any(re.search(r"\bnan\b|None|inf\b", sentence) for sentence in sentences)
