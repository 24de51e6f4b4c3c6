"""What every page of results leads to: another round, another choice, the title, or the help."""

from collections.abc import Callable

from game.destinations import PlayRound, ShowHelp
from game.rules import RoundSetup
from game.screen import Back, Home, Open, Replace, Stay, Transition
from game.ui.inputs import InputEvent, Key

ACTIONS = (("again", "Again"), ("change", "Change"), ("menu", "Menu"))


def way_out(event: InputEvent) -> Transition | None:
    """Returns where Esc or F1 leads, None for any other input."""
    match event:
        case Key(name="escape"):
            return Back()
        case Key(name="f1"):
            return Open(ShowHelp())
        case _:
            return None


def after_round(chosen: str | None, another: Callable[[], RoundSetup]) -> Transition | None:
    """Returns where a button leads, by what `Focus.handle` said of it; `another` makes the next round's setup."""
    match chosen:
        case None:
            return None
        case "again":
            return Replace(PlayRound(another()))
        case "change":
            return Back()
        case "menu":
            return Home()
        case _:
            return Stay()
