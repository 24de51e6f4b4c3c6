"""The time machine on a screen: a button that plays, a slider over all marks, and what plays behind both."""

from collections.abc import Sequence

import pygame

from game import playback
from game.playback import Playback
from game.ui.canvas import Canvas, Point
from game.ui.inputs import InputEvent, Key, PointerPressed
from game.ui.slider import Slider, SliderState, draw_slider, handle_slider
from game.ui.theme import SMALL
from game.ui.tooltip import Tooltip
from game.ui.widgets import Button, Focus, draw_button

PLAY, SLIDER = "play", "slider"
PLAY_WIDTH = 100.0


class TimeMachine:
    """Knows which of the marks is on show; `mark` is None while that is the newest."""

    def __init__(self) -> None:
        self._playback = Playback()
        self._dragged = False
        self._slider: Slider | None = None

    @property
    def mark(self) -> int | None:
        """The kimg on show, or None for the newest."""
        return self._playback.mark

    def show_newest(self) -> None:
        """Follows the newest mark from now on."""
        self._playback = Playback()

    def handle(self, event: InputEvent, focus: Focus) -> bool:
        """Returns whether an input was for the slider, and so for nothing else."""
        if self._slider is None or (isinstance(event, Key) and focus.name != SLIDER):
            return False
        newest = self._slider.marks[-1]
        before = SliderState(newest if self.mark is None else self.mark, self._dragged)
        after = handle_slider(self._slider, before, event)
        if isinstance(event, PointerPressed) and after.dragged:
            focus.name = SLIDER
        self._dragged = after.dragged
        if after.mark != before.mark:
            # At the end it follows what comes.
            self._playback = Playback(None if after.mark == newest else after.mark)
        return after is not before or after.dragged

    def play_or_pause(self, marks: Sequence[int], now: float) -> None:
        """Lets the marks go by, or stops them."""
        self._playback = (
            playback.paused(self._playback) if self._playback.plays else playback.started(self._playback, marks, now)
        )

    def advance(self, marks: Sequence[int], now: float) -> bool:
        """Returns whether the next mark has come."""
        before, self._playback = self._playback, playback.advanced(self._playback, marks, now)
        return self._playback is not before

    def wait_seconds(self, now: float) -> float | None:
        """Returns the time until the next mark, None where they stand."""
        return None if self._playback.next_frame_at is None else max(0.005, self._playback.next_frame_at - now)

    def draw(
        self,
        canvas: Canvas,
        box: pygame.FRect,
        marks: Sequence[int],
        rungs: Sequence[int],
        goal_kimg: float,
        focus: Focus,
        pointer: Point | None,
    ) -> tuple[list[Button], Tooltip | None]:
        """Draws both, and returns their buttons and what the pointer is on; nothing where there is no choice."""
        if len(marks) < 2:
            self._slider = None
            return [], None
        label = "Pause" if self._playback.plays else "Film"
        play = Button(PLAY, pygame.FRect(box.left, box.top + 2, PLAY_WIDTH, 42), label)
        left = box.left + PLAY_WIDTH + 20
        track = pygame.FRect(left, box.top, box.right - left - 8, box.height)
        draw_button(canvas, play, focus, SMALL)
        self._slider = Slider(track, tuple(marks), tuple(rungs), goal_kimg)
        state = SliderState(marks[-1] if self._playback.mark is None else self._playback.mark, self._dragged)
        tooltip = draw_slider(canvas, self._slider, state, focus.name == SLIDER, pointer)
        return [play, Button(SLIDER, track)], tooltip
