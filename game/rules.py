"""The rules of a round: what is dealt, what an answer is worth, and where the round stands."""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from game.statistics import SignalCounts

REAL_SPLIT = "test"  # neither the generator nor the discriminator has seen this split
PRACTICE = "practice"
_CLASS_MODE = "practice of class "
FAKE_SEED_COUNT = 2**31

TRIAL_COUNT = 20

POINTS_FOR_RIGHT = 100
POINTS_PER_STREAK_STEP = 25
MAX_STREAK_STEPS = 4


class Truth(StrEnum):
    """What a picture is, and what a player says it is."""

    REAL = "real"
    FAKE = "fake"


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
    """Everything that a deal follows from; `run` is the name of the run's folder."""

    dataset: str
    run: str
    kimg: int
    seed: int
    mode: str = PRACTICE
    trial_count: int = TRIAL_COUNT

    @property
    def class_number(self) -> int | None:
        """The only class that comes, or None where every class does."""
        number = self.mode.removeprefix(_CLASS_MODE)
        return int(number) if number != self.mode and number.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Deck:
    """What a round is dealt from: places of real pictures in their split, and seeds of fakes.

    `reals_of_run` says that the real pictures are those that the run itself carries, and not a dataset's.
    """

    reals: Sequence[int]
    seeds: Sequence[int] = range(FAKE_SEED_COUNT)
    reals_of_run: bool = False


def class_mode(class_number: int | None) -> str:
    """Returns the mode of a round in which only one class comes; a mode has high scores of its own."""
    return PRACTICE if class_number is None else f"{_CLASS_MODE}{class_number}"


def class_deck(deck: Deck, labels: Sequence[int], class_number: int, class_count: int) -> Deck:
    """Returns the part of a deck that is of one class: a fake of seed s is of class s mod `class_count`.

    `labels` has the class of each real picture of the split.
    """
    # Counted by the split's own places, so that whoever reads the store finds the same pictures.
    reals = [place for place in deck.reals if labels[place] == class_number]
    return replace(deck, reals=reals, seeds=range(class_number, FAKE_SEED_COUNT, class_count))


@dataclass(frozen=True, slots=True)
class Response:
    """A player's answer; `disturbed` marks a response time to leave out (the window hung or was dragged)."""

    answer: Truth
    response_seconds: float
    disturbed: bool = False


def deal(setup: RoundSetup, deck: Deck, exclude: frozenset[Picture] = frozenset()) -> tuple[Picture, ...]:
    """Returns the pictures of a round: the same ones for the same arguments, no two alike, none of `exclude`.

    Every trial is real or fake by a fair coin of its own. With as many reals as fakes in every round a
    player who gets feedback could count cards, and the binomial luck test would no longer be exact.

    Raises ValueError when fewer real pictures are left than the round has trials, since all may be real.
    """
    if setup.trial_count < 1:
        raise ValueError(f"A round has at least 1 trial, but its setup asks for {setup.trial_count}.")
    # A set, but for the range of all of them: membership in a list is slow.
    reals = deck.reals if isinstance(deck.reals, range) else frozenset(deck.reals)
    excluded_reals = sum(
        isinstance(picture, RealPicture)
        and (picture.dataset, picture.split) == (setup.dataset, REAL_SPLIT)
        and picture.run == (setup.run if deck.reals_of_run else "")
        and picture.index in reals
        for picture in exclude
    )
    if len(deck.reals) - excluded_reals < setup.trial_count:
        raise ValueError(
            f"{setup.dataset} has {len(deck.reals) - excluded_reals} real pictures left, too few for a round"
            f" of {setup.trial_count}: exclude fewer pictures or play a shorter round."
        )

    fields = [setup.dataset, setup.run, setup.kimg, setup.seed, setup.mode, setup.trial_count]
    # random() after seeding with a string is the one sequence that Python promises to keep between
    # versions, so choice(), sample() and randrange() stay out of here.
    generator = random.Random(json.dumps(fields))
    taken = set(exclude)
    dealt: list[Picture] = []
    while len(dealt) < setup.trial_count:
        is_fake = generator.random() < 0.5
        picture = _draw(generator, setup, deck, is_fake)
        while picture in taken:
            picture = _draw(generator, setup, deck, is_fake)
        taken.add(picture)
        dealt.append(picture)
    return tuple(dealt)


def _draw(generator: random.Random, setup: RoundSetup, deck: Deck, is_fake: bool) -> Picture:
    if is_fake:
        return FakePicture(setup.run, setup.kimg, deck.seeds[int(generator.random() * len(deck.seeds))])
    index = deck.reals[int(generator.random() * len(deck.reals))]
    return RealPicture(setup.dataset, REAL_SPLIT, index, setup.run if deck.reals_of_run else "")


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
    def best_streak(self) -> int:
        """Returns the length of the longest run of right answers so far."""
        return max(streaks(self.outcomes), default=0)

    @property
    def counts(self) -> SignalCounts:
        """Returns the outcomes by truth, disturbed responses included: only their times are left out."""
        answered = [
            (picture.truth, response.answer) for picture, response in zip(self.pictures, self.responses, strict=False)
        ]
        return SignalCounts(
            hits=answered.count((Truth.FAKE, Truth.FAKE)),
            misses=answered.count((Truth.FAKE, Truth.REAL)),
            false_alarms=answered.count((Truth.REAL, Truth.FAKE)),
            correct_rejections=answered.count((Truth.REAL, Truth.REAL)),
        )
