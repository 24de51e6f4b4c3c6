"""What leads away from a round and back into it: Esc, the help, and all that disturbs."""

from typing import Protocol

from game.destinations import ShowHelp
from game.screen import Back, Open, Stay, Transition
from game.ui.canvas import Canvas
from game.ui.dialog import draw_dialog
from game.ui.inputs import Disturbed, InputEvent, Key
from game.ui.widgets import Button, Focus


class Disturbable(Protocol):
    """A round that is played."""

    @property
    def begun(self) -> bool:
        """Whether anything has been answered: then leaving is asked about."""

    def disturb(self) -> None:
        """Marks the time of the open question as one that means nothing."""


class RoundExits:
    """Asks, with the sentence that it is given, before a round that has begun is left."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._focus = Focus("stay")
        self._buttons: list[Button] = []
        self._asking = False

    @property
    def asking(self) -> bool:
        """Whether the question is open."""
        return self._asking

    def handle(self, event: InputEvent, play: Disturbable | None) -> tuple[bool, Transition | None]:
        """Returns whether an input was meant for this, and where it leads; `play` is None before the round."""
        if event == Disturbed():
            _disturb(play)
            return True, None
        if self._asking:
            return True, self._answer(event, play)
        match event:
            case Key(name="f1"):
                # Reading the help is no part of looking at the picture.
                _disturb(play)
                return True, Open(ShowHelp())
            case Key(name="escape") if play is None or not play.begun:
                return True, Back()
            case Key(name="escape"):
                self._asking, self._focus.name = True, "stay"
                return True, Stay()
            case _:
                return False, None

    def _answer(self, event: InputEvent, play: Disturbable | None) -> Transition | None:
        chosen = "stay" if event == Key("escape") else self._focus.handle(event, self._buttons)
        if chosen is None:
            return None
        if chosen == "leave":
            return Back()
        if chosen == "stay":
            self._asking = False
            _disturb(play)
        return Stay()

    def draw(self, canvas: Canvas) -> list[Button]:
        """Draws the question over everything, where it is open, and returns its buttons."""
        if not self._asking:
            return []
        answers = (("stay", "Play on"), ("leave", "Leave"))
        self._buttons = draw_dialog(canvas, "Leave this round?", self._text, answers, self._focus)
        return self._buttons


def _disturb(play: Disturbable | None) -> None:
    if play is not None:
        play.disturb()
