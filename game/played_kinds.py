"""What was played, kind by kind, and of which kinds there are figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from game.rules import Mode, class_of_mode


class Instrument(StrEnum):
    """How an answer is asked for: figures of two of these never stand in one table."""

    SINGLE = "single pictures"
    PAIRS = "pairs"
    GLIMPSES = "glimpses"
    DUEL = "duel"
    CONSULT = "consult"


_INSTRUMENTS: dict[str, Instrument] = {
    Mode.PRACTICE: Instrument.SINGLE,
    Mode.MEASURED: Instrument.SINGLE,
    Mode.SHORT_MEASURED: Instrument.SINGLE,
    Mode.CLIMB: Instrument.PAIRS,
    Mode.FLASH: Instrument.GLIMPSES,
    Mode.DUEL: Instrument.DUEL,
    Mode.CONSULT: Instrument.CONSULT,
}


def instrument_of(mode: str) -> Instrument | None:
    """Returns how a way to play asks; None for the arcade game, of which there are no figures, and for what is none."""
    return _INSTRUMENTS.get(Mode.PRACTICE if is_practice(mode) else mode)


def is_practice(mode: str) -> bool:
    """Returns whether it is practice, be it of one class."""
    return mode == Mode.PRACTICE or class_of_mode(mode) is not None


def counts_broken_off(mode: str) -> bool:
    """Returns whether rounds that were broken off count: where players see how well they do, and may leave when losing.

    Without them only the better ones would be left.
    """
    return is_practice(mode) or mode in (Mode.DUEL, Mode.CONSULT)


@dataclass(frozen=True, slots=True)
class PlayedKind:
    """Rounds of one kind that a player has answered anything in; `player_id` is empty for guests, taken together."""

    player_id: str
    dataset: str
    run: str
    run_key: str
    mode: str
    kimg: int
    rounds: int
    finished_rounds: int
    answers: int
    finished_answers: int
    last_started_at: datetime


# The dataset, the run by its key or, in rounds that are older than keys, by its name, and the way to play.
_Key: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Combination:
    """A way to play against one run: what figures are about. `kimgs` ascend; `last_kimg` is that of the last round.

    `run` is the name that the run had last, `rounds` and `answers` are those that count.
    """

    dataset: str
    run: str
    run_key: str
    mode: str
    kimgs: tuple[int, ...]
    last_kimg: int
    rounds: int
    answers: int
    last_started_at: datetime

    @property
    def instrument(self) -> Instrument:
        """Returns how its answers were asked for."""
        instrument = instrument_of(self.mode)
        assert instrument is not None, "there is no combination of another mode"
        return instrument


def combinations(kinds: Iterable[PlayedKind]) -> tuple[Combination, ...]:
    """Returns all that figures can be about, the one that was played last first; kinds of several players join."""
    groups: dict[_Key, list[PlayedKind]] = {}
    for kind in kinds:
        if instrument_of(kind.mode) is not None and _counted(kind)[1]:
            key = (kind.dataset, kind.run_key, "" if kind.run_key else kind.run, kind.mode)
            groups.setdefault(key, []).append(kind)
    found = [_joined(group) for group in groups.values()]
    return tuple(sorted(found, key=lambda one: one.last_started_at, reverse=True))


def _counted(kind: PlayedKind) -> tuple[int, int]:
    """Returns the rounds and the answers that count."""
    if counts_broken_off(kind.mode):
        return kind.rounds, kind.answers
    return kind.finished_rounds, kind.finished_answers


def _joined(kinds: list[PlayedKind]) -> Combination:
    last = max(kinds, key=lambda kind: kind.last_started_at)
    counted = [_counted(kind) for kind in kinds]
    return Combination(
        last.dataset,
        last.run,
        last.run_key,
        last.mode,
        tuple(sorted({kind.kimg for kind in kinds})),
        last.kimg,
        sum(rounds for rounds, _ in counted),
        sum(answers for _, answers in counted),
        last.last_started_at,
    )
