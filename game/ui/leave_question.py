"""The question whether a round shall be left before its end."""

from enum import Enum, auto

from game.ui.canvas import Canvas
from game.ui.dialog import draw_dialog
from game.ui.inputs import InputEvent, Key
from game.ui.widgets import Button, Focus


class Leaving(Enum):
    """What came of an input while the question may be open."""

    NOTHING = auto()
    CHANGED = auto()
    STAY = auto()
    LEAVE = auto()


class LeaveQuestion:
    """Closed until `ask`; while it is `open` all inputs belong to it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._focus = Focus("stay")
        self._buttons: list[Button] = []
        self.open = False

    def ask(self) -> None:
        """Opens the question."""
        self.open, self._focus.name = True, "stay"

    def handle(self, event: InputEvent) -> Leaving:
        """Returns what an input answers; Esc means to stay."""
        chosen = "stay" if event == Key("escape") else self._focus.handle(event, self._buttons)
        if chosen is None:
            return Leaving.NOTHING
        if not chosen:
            return Leaving.CHANGED
        self.open = False
        return Leaving.LEAVE if chosen == "leave" else Leaving.STAY

    def draw(self, canvas: Canvas) -> None:
        """Draws the question over everything, where it is open."""
        if self.open:
            answers = (("stay", "Play on"), ("leave", "Leave"))
            self._buttons = draw_dialog(canvas, "Leave this round?", self._text, answers, self._focus)
