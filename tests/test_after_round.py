"""From every page of results the same ways lead on, and what leads nowhere draws nothing."""

import pytest

from game.destinations import PlayRound, ShowHelp
from game.rules import RoundSetup
from game.screen import Back, Home, Open, Replace, Stay, Transition
from game.screens.after_round import ACTIONS, after_round, way_out
from game.ui.inputs import Key

NEXT = RoundSetup("mnist", "mnist", 64, seed=2)


@pytest.mark.parametrize(
    ("chosen", "leads"),
    [
        # In the results' place: Esc after the next round leads to the choice, not back here.
        ("again", Replace(PlayRound(NEXT))),
        ("change", Back()),
        ("menu", Home()),
        # The focus has moved, or a figure was pointed at.
        ("", Stay()),
        ("figure/luck", Stay()),
        (None, None),
    ],
)
def test_each_button_leads_where_it_says(chosen: str | None, leads: Transition | None) -> None:
    asked = []
    assert after_round(chosen, lambda: asked.append(chosen) or NEXT) == leads
    # A seed is taken only where a round follows.
    assert asked == (["again"] if chosen == "again" else [])
    assert {name for name, _ in ACTIONS} == {"again", "change", "menu"}


def test_escape_and_f1_lead_on_and_other_keys_do_not() -> None:
    assert way_out(Key("escape")) == Back() and way_out(Key("f1")) == Open(ShowHelp())
    assert [way_out(Key(name)) for name in ("enter", "left", "f11")] == [None] * 3
