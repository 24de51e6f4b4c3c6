"""Where arrows lead on a page."""

from collections.abc import Sequence

from game.ui.inputs import Key
from game.ui.widgets import Button, Focus


def reached_by_arrows(start: str, buttons: Sequence[Button]) -> set[str]:
    """Returns the names of all buttons to which any arrows lead from the one called `start`, which is one of them."""
    reached, coming = {start}, [start]
    while coming:
        here = coming.pop()
        for key in ("left", "right", "up", "down"):
            focus = Focus(here)
            focus.handle(Key(key), buttons)
            if focus.name not in reached:
                reached.add(focus.name)
                coming.append(focus.name)
    return reached
