"""Double clicks: the second half is meant for what the first one has already changed."""

from math import inf

from game.ui.inputs import InputEvent, PointerPressed

DOUBLE_CLICK_SECONDS = 0.4


class DoubleClicks:
    """Tells presses apart from the second half of a double click; a screen says which presses it has taken."""

    def __init__(self) -> None:
        self._taken_at = -inf

    def is_second(self, event: InputEvent, now: float) -> bool:
        """Returns whether an input is a press so shortly after one that was taken that nobody can have meant it."""
        return isinstance(event, PointerPressed) and now - self._taken_at <= DOUBLE_CLICK_SECONDS

    def take(self, event: InputEvent, now: float) -> None:
        """Notes an input that has changed something."""
        if isinstance(event, PointerPressed):
            self._taken_at = now
