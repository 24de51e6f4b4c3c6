"""The rules of a round: what a trial is, what an answer is worth, and where the round stands."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import TypeAlias

from game.statistics import SignalCounts

REAL_SPLIT = "test"  # neither the generator nor the discriminator has seen this split
_CLASS_MODE = "practice of class "

POINTS_FOR_RIGHT = 100
POINTS_PER_STREAK_STEP = 25
MAX_STREAK_STEPS = 4


class Mode(StrEnum):
    """A way to play, by the name that the store has for it; figures of different ways are never put together."""

    PRACTICE = "practice"
    MEASURED = "measured"
    SHORT_MEASURED = "short measured"
    CLIMB = "climb"
    FLASH = "flash"
    ODD_ONE_OUT = "odd one out"
    DUEL = "duel"
    CONSULT = "consult"


# Of rounds that may end earlier: at most.
TRIAL_COUNTS = {
    Mode.PRACTICE: 20,
    Mode.MEASURED: 100,
    Mode.SHORT_MEASURED: 40,
    Mode.CLIMB: 40,
    # 60 that count; those with dropped frames come again, and with more of them nothing is reported.
    Mode.FLASH: 66,
    Mode.ODD_ONE_OUT: 100,
    # From 40 on κ can be told.
    Mode.DUEL: 40,
    Mode.CONSULT: 40,
}


class Truth(StrEnum):
    """What a picture is, and what a player says it is."""

    REAL = "real"
    FAKE = "fake"

    @property
    def other(self) -> "Truth":
        """Returns the other one of the two."""
        return Truth.FAKE if self is Truth.REAL else Truth.REAL


class Confidence(IntEnum):
    """How sure a player is of an answer."""

    UNSURE = 1
    FAIRLY_SURE = 2
    SURE = 3


@dataclass(frozen=True, slots=True)
class RealPicture:
    """The identity of one picture of a dataset; `run` where it is one of those that a folder's run carries with it."""

    dataset: str
    split: str
    index: int
    run: str = ""

    @property
    def truth(self) -> Truth:
        """Returns REAL."""
        return Truth.REAL


@dataclass(frozen=True, slots=True)
class FakePicture:
    """The identity of one picture that the generator of a run draws at a rung from a seed."""

    run: str
    kimg: int
    seed: int

    @property
    def truth(self) -> Truth:
        """Returns FAKE."""
        return Truth.FAKE


Picture: TypeAlias = RealPicture | FakePicture


@dataclass(frozen=True, slots=True)
class RoundSetup:
    """Everything that a deal follows from; `run` is the name of the run's folder.

    `kimg` is the rung of all fakes; where a round goes from rung to rung, the last one that it can reach.
    """

    dataset: str
    run: str
    kimg: int
    seed: int
    mode: str = Mode.PRACTICE
    trial_count: int = TRIAL_COUNTS[Mode.PRACTICE]

    @property
    def class_number(self) -> int | None:
        """The only class that comes, or None where every class does."""
        return class_of_mode(self.mode)


def class_of_mode(mode: str) -> int | None:
    """Returns the only class that comes in rounds of a mode, or None where every class does."""
    number = mode.removeprefix(_CLASS_MODE)
    return int(number) if number != mode and number.isdecimal() else None


def class_mode(class_number: int | None) -> str:
    """Returns the mode of a round in which only one class comes; a mode has high scores of its own."""
    return Mode.PRACTICE if class_number is None else f"{_CLASS_MODE}{class_number}"


@dataclass(frozen=True, slots=True)
class Exposure:
    """For how many frames a picture was to be seen, for how many it was, and how long one of them takes.

    `shown_frames` is 0 where nobody can say, because the window was moved, hidden or left meanwhile.
    """

    asked_frames: int
    shown_frames: int
    frame_seconds: float


@dataclass(frozen=True, slots=True)
class Advice:
    """What the discriminator said of a picture: its probability of being fake.

    `first_answer` is what the player had said before, where they could then think again. `discriminator_kimg` is what
    the discriminator was trained to, None where that is not known.
    """

    fake_probability: float
    first_answer: Truth | None = None
    discriminator_kimg: int | None = None

    @property
    def verdict(self) -> Truth:
        """Returns what it takes the picture for."""
        return Truth.FAKE if self.fake_probability >= 0.5 else Truth.REAL


@dataclass(frozen=True, slots=True)
class Response:
    """What a player said of one picture; `disturbed` marks a response time to leave out (the window hung or moved)."""

    answer: Truth
    response_seconds: float
    disturbed: bool = False
    confidence: Confidence | None = None
    exposure: Exposure | None = None
    advice: Advice | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of several pictures a player called the fake, by its place from 0."""

    place: int
    response_seconds: float
    disturbed: bool = False


def streaks(outcomes: Iterable[bool]) -> tuple[int, ...]:
    """Returns how many right answers in a row there were after each outcome."""
    lengths: list[int] = []
    length = 0
    for right in outcomes:
        length = length + 1 if right else 0
        lengths.append(length)
    return tuple(lengths)


def points_for(streak: int) -> int:
    """Returns the points of an answer after which the streak is `streak` long; 0 is a wrong answer."""
    if streak == 0:
        return 0
    return POINTS_FOR_RIGHT + POINTS_PER_STREAK_STEP * min(streak - 1, MAX_STREAK_STEPS)


@dataclass(frozen=True, slots=True)
class Round:
    """A round as far as it has been played; raises ValueError for more responses than pictures."""

    setup: RoundSetup
    pictures: tuple[Picture, ...]
    responses: tuple[Response, ...] = ()

    def __post_init__(self) -> None:
        if len(self.responses) > len(self.pictures):
            raise ValueError(f"{len(self.responses)} responses to {len(self.pictures)} pictures.")

    @property
    def finished(self) -> bool:
        """Returns whether every picture has its response."""
        return len(self.responses) == len(self.pictures)

    @property
    def current(self) -> Picture | None:
        """Returns the picture to judge now, or None when the round is finished."""
        return None if self.finished else self.pictures[len(self.responses)]

    @property
    def number(self) -> int:
        """Returns the number of the current trial, from 1; it stays at the last one when finished."""
        return min(len(self.responses) + 1, len(self.pictures))

    def answered(self, response: Response) -> "Round":
        """Returns the round with one response more; raises ValueError when the round is finished."""
        if self.finished:
            raise ValueError(f"All {len(self.pictures)} trials of the round are answered already.")
        return replace(self, responses=(*self.responses, response))

    @property
    def outcomes(self) -> tuple[bool, ...]:
        """Returns for every response whether it was right."""
        answered = zip(self.pictures, self.responses, strict=False)
        return tuple(response.answer == picture.truth for picture, response in answered)

    @property
    def points(self) -> tuple[int, ...]:
        """Returns the points of every response."""
        return tuple(points_for(streak) for streak in streaks(self.outcomes))

    @property
    def score(self) -> int:
        """Returns the sum of the points so far."""
        return sum(self.points)

    @property
    def streak(self) -> int:
        """Returns how many right answers in a row the round now ends with."""
        return streaks(self.outcomes)[-1] if self.responses else 0

    @property
    def counts(self) -> SignalCounts:
        """Returns the outcomes by truth, disturbed responses included: only their times are left out."""
        return count_outcomes(
            (picture.truth, response.answer) for picture, response in zip(self.pictures, self.responses, strict=False)
        )


def count_outcomes(answered: Iterable[tuple[Truth, Truth]]) -> SignalCounts:
    """Returns how often each of the four outcomes came up in pairs of what a picture is and what it was called."""
    pairs = list(answered)
    return SignalCounts(
        hits=pairs.count((Truth.FAKE, Truth.FAKE)),
        misses=pairs.count((Truth.FAKE, Truth.REAL)),
        false_alarms=pairs.count((Truth.REAL, Truth.FAKE)),
        correct_rejections=pairs.count((Truth.REAL, Truth.REAL)),
    )
