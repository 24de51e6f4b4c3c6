"""Which rows of a grid can be seen where there are more than fit; the focus moves through all of them."""

from collections.abc import Sequence

import pygame

from game.ui.canvas import Canvas
from game.ui.inputs import InputEvent, Key, PointerPressed, Scrolled
from game.ui.theme import TRACK
from game.ui.widgets import Focus

BAR_WIDTH = 6.0
# A bar of its true width would be hard to hit.
_REACH = 8.0
_SHORTEST_THUMB = 24.0
_THUMB = (92, 101, 114)


class ScrollingGrid:
    """Some rows of a grid, in its order from the top left; what lies in it is known by names.

    `columns` and `shown_rows` may be changed while it is shown.
    """

    def __init__(self, shown_rows: int, columns: int = 1) -> None:
        self.shown_rows = shown_rows
        self.columns = columns
        self._first_row = 0
        self._bar: pygame.FRect | None = None

    def visible(self, count: int) -> range:
        """Returns the places that can be seen, of `count`."""
        self._scroll_to(self._first_row, count)
        first = self._first_row * self.columns
        return range(first, min(count, first + self.shown_rows * self.columns))

    def reveal(self, place: int, count: int) -> None:
        """Scrolls as little as it takes to see a place."""
        row = place // self.columns
        self._scroll_to(max(row - self.shown_rows + 1, min(self._first_row, row)), count)

    def _rows(self, count: int) -> int:
        return -(-count // self.columns)

    def _scroll_to(self, row: int, count: int) -> None:
        self._first_row = max(0, min(row, self._rows(count) - self.shown_rows))

    def handle(self, event: InputEvent, names: Sequence[str], focus: Focus) -> str | None:
        """Returns "" where the focus or the rows moved, None where the input is for the focus to handle."""
        match event:
            case Scrolled(steps=steps):
                return self._leaf_to(self._first_row - steps, names, focus)
            case PointerPressed(at=at) if self._bar is not None and self._bar.collidepoint(at):
                share = (at[1] - self._bar.top) / self._bar.height
                return self._leaf_to(round(share * self._rows(len(names)) - self.shown_rows / 2), names, focus)
            case Key(name=key) if focus.name in names:
                target = self._target(key, names.index(focus.name), len(names))
                if target is None:
                    return None
                focus.name = names[target]
                self.reveal(target, len(names))
                return ""
        return None

    def _target(self, key: str, place: int, count: int) -> int | None:
        """Returns where a key moves the focus, or None where it leads out of the grid, or stays in its row."""
        page = self.columns * self.shown_rows
        match key:
            case "up" if place >= self.columns:
                return place - self.columns
            # Below the last full row there may be a shorter one.
            case "down" if place // self.columns < (count - 1) // self.columns:
                return min(place + self.columns, count - 1)
            case "tab" if place + 1 < count:
                return place + 1
            case "page up":
                return max(place - page, place % self.columns)
            case "page down":
                return min(place + page, count - 1)
            case "home":
                return 0
            case "end":
                return count - 1
        return None

    def _leaf_to(self, row: int, names: Sequence[str], focus: Focus) -> str | None:
        before = self._first_row
        self._scroll_to(row, len(names))
        if self._first_row == before:
            return None
        visible = self.visible(len(names))
        # Else the next key would jump back to where the focus is.
        if focus.name in names and (place := names.index(focus.name)) not in visible:
            focus.name = names[max(visible.start, min(place, visible.stop - 1))]
        return ""

    def draw_bar(self, canvas: Canvas, box: pygame.FRect, count: int) -> None:
        """Draws which rows can be seen along a box, from its left edge; nothing where all can. It can be clicked."""
        rows = self._rows(count)
        self._bar = None
        if rows <= self.shown_rows:
            return
        self._bar = pygame.FRect(box.left - _REACH, box.top, BAR_WIDTH + 2 * _REACH, box.height)
        track = pygame.FRect(box.left, box.top, BAR_WIDTH, box.height)
        canvas.panel(track, TRACK, None, BAR_WIDTH / 2)
        height = max(_SHORTEST_THUMB, box.height * self.shown_rows / rows)
        top = box.top + (box.height - height) * self._first_row / (rows - self.shown_rows)
        canvas.panel(pygame.FRect(box.left, top, BAR_WIDTH, height), _THUMB, None, BAR_WIDTH / 2)
