"""What a screen is, and what it can ask for: the app does the asking, so that no screen knows another."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import pygame

from game.destinations import Destination
from game.ui.canvas import Canvas
from game.ui.inputs import InputEvent


@dataclass(frozen=True, slots=True)
class Stay:
    """Nothing to leave for, but something to draw."""


@dataclass(frozen=True, slots=True)
class Open:
    """A new screen on top, to come back from."""

    destination: Destination


@dataclass(frozen=True, slots=True)
class Replace:
    """A new screen in this one's place."""

    destination: Destination


@dataclass(frozen=True, slots=True)
class Back:
    """The screen below."""


@dataclass(frozen=True, slots=True)
class Home:
    """The title."""


@dataclass(frozen=True, slots=True)
class Quit:
    """The end of the game."""


@dataclass(frozen=True, slots=True)
class ToggleFullScreen:
    """The window fills the screen, or no longer does."""


Transition = Stay | Open | Replace | Back | Home | Quit | ToggleFullScreen


class Screen(Protocol):
    """One screen; `now` is always the app's monotonic clock, in seconds."""

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Returns where an input leads, or None where it changes nothing."""

    def update(self, now: float) -> Transition | None:
        """Returns where the passing of time, or an answer of the forger, leads; None where nothing changed."""

    def wait_seconds(self, now: float) -> float | None:
        """Returns how long nothing will change without an input: 0 while something moves, None for ever."""

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the whole screen on a canvas that shows the empty desk."""


@runtime_checkable
class TimesFrames(Protocol):
    """A screen that has to know when its frame reached the window."""

    def frame_shown(self, now: float) -> None:
        """Notes that what was drawn last can be seen from now on."""


@runtime_checkable
class PacesFrames(Protocol):
    """A screen that at times shows something for whole frames of the display: the app then does nothing else."""

    def frame_due(self) -> float | None:
        """Returns when the next frame is to be sent to the display, or None at all other times."""

    def draw_part(self, canvas: Canvas) -> pygame.FRect:
        """Draws what alone differs from the frame before, and returns where that is."""

    def frame_sent(self, start: float, end: float) -> None:
        """Notes when the frame that was due began to be sent to the display, and when it had been."""


@runtime_checkable
class ShowsTraining(Protocol):
    """A screen that shows by itself how far training is: the badge stays away."""

    def training_shown(self) -> str:
        """Returns the name of the run that is on show."""


@runtime_checkable
class TakesDrops(Protocol):
    """A screen that has a use of its own for what is dropped on the window."""

    def takes_drop(self, path: str) -> bool:
        """Returns whether the screen is to be told of a file or folder; else the app takes it for a run to import."""


@runtime_checkable
class PlacesBadge(Protocol):
    """A screen on which the training's badge would lie over something at its usual place."""

    @property
    def badge_top(self) -> float:
        """How far below the page's top it goes instead, in sheet units."""
