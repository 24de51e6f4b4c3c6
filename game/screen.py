"""What a screen is, and what it can ask for: the app does the asking, so that no screen knows another."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from game.pictures import ShownPicture
from game.rules import Round, RoundSetup
from game.ui.canvas import Canvas
from game.ui.inputs import InputEvent


@dataclass(frozen=True, slots=True)
class ChooseDifficulty:
    """The choice of a rung for one dataset."""

    dataset: str


@dataclass(frozen=True, slots=True)
class PlayRound:
    """A round of practice."""

    setup: RoundSetup


@dataclass(frozen=True, slots=True)
class ShowResults:
    """What came of a round; `round_id` is its name in the store."""

    round: Round
    shown: tuple[ShownPicture, ...]
    round_id: str


@dataclass(frozen=True, slots=True)
class ShowHighScores:
    """The best rounds of one dataset, at one rung where it is given."""

    dataset: str
    run: str = ""
    kimg: int = 0


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """The settings."""


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """How to play."""


Destination = ChooseDifficulty | PlayRound | ShowResults | ShowHighScores | ShowSettings | ShowHelp


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
