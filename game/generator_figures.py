"""How often people err over a generator's pictures: a curve over all players, from measured rounds alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from game.human_evaluation import EvaluatedRound, PlayersErrors, hype_curve
from game.profile import signal_counts
from game.rules import Mode
from game.statistics import Proportion, SignalCounts, accuracy, added_counts, false_alarm_rate, fooling_rate
from game.stored_trial import StoredTrial

MEASURED_MODES = (Mode.MEASURED, Mode.SHORT_MEASURED)
# Of the pictures of HYPE∞'s own rounds: 50 + 50.
FULL_LENGTH = 100


@dataclass(frozen=True, slots=True)
class PlayerErrors:
    """The errors of one player at one rung, all rounds there taken together."""

    player_id: str
    error: Proportion
    fake_error: Proportion
    real_error: Proportion


@dataclass(frozen=True, slots=True)
class RungFigures:
    """The rates across players at one rung, and those of each player; `answers` are all of them."""

    across: PlayersErrors
    players: tuple[PlayerErrors, ...]
    answers: int

    @property
    def kimg(self) -> int:
        """Returns the rung."""
        return self.across.kimg


@dataclass(frozen=True, slots=True)
class GeneratorFigures:
    """The curve from rounds of one length, such as 100 answers for 50 + 50; `lengths` are all that were played.

    `players` is how many there are at all rungs together, `guest_rounds` how many rounds were left out because nobody
    knows whose they are.
    """

    length: int
    lengths: tuple[int, ...]
    rungs: tuple[RungFigures, ...]
    players: int
    guest_rounds: int

    @property
    def same_players(self) -> bool:
        """Returns whether the same players played at all of the rungs."""
        return len({frozenset(player.player_id for player in rung.players) for rung in self.rungs}) <= 1


def generator_figures(
    trials: Iterable[StoredTrial],
    length: int | None,
    generator: np.random.Generator,
    progress: Callable[[float], None] = lambda share: None,
) -> GeneratorFigures:
    """Returns the curve from the finished measured rounds among trials, by default that of the longest rounds.

    Rounds of different lengths are never put together. `progress` is called between rungs with the share that is done,
    and may raise to end the work.
    """
    rounds = _measured_rounds(trials)
    lengths = tuple(sorted({played.length for played in rounds}, reverse=True))
    chosen = length if length in lengths else (lengths[0] if lengths else 0)
    of_length = [played for played in rounds if played.length == chosen]
    known = [played for played in of_length if played.player_id]
    found: list[RungFigures] = []
    by_rung = groupby(sorted(known, key=lambda played: played.kimg), key=lambda played: played.kimg)
    rungs = [(kimg, list(at_rung)) for kimg, at_rung in by_rung]
    for place, (kimg, at_rung) in enumerate(rungs):
        progress(place / len(rungs))
        evaluated = [EvaluatedRound(played.player_id, kimg, played.counts) for played in at_rung]
        across = hype_curve(evaluated, generator)[0]
        found.append(RungFigures(across, _by_player(at_rung), sum(played.counts.trials for played in at_rung)))
    return GeneratorFigures(
        chosen,
        lengths,
        tuple(found),
        len({played.player_id for played in known}),
        len(of_length) - len(known),
    )


@dataclass(frozen=True, slots=True)
class _MeasuredRound:
    player_id: str
    kimg: int
    length: int
    counts: SignalCounts


def _measured_rounds(trials: Iterable[StoredTrial]) -> list[_MeasuredRound]:
    wanted = [trial for trial in trials if trial.finished and trial.mode in MEASURED_MODES]
    rounds = groupby(sorted(wanted, key=lambda trial: trial.round_id), key=lambda trial: trial.round_id)
    return [
        _MeasuredRound(own[0].player_id or "", own[0].kimg, own[0].trial_count, signal_counts(own))
        for _, group in rounds
        for own in (list(group),)
    ]


def _by_player(rounds: Iterable[_MeasuredRound]) -> tuple[PlayerErrors, ...]:
    groups: dict[str, list[SignalCounts]] = {}
    for played in rounds:
        groups.setdefault(played.player_id, []).append(played.counts)
    return tuple(_player_errors(player_id, counts) for player_id, counts in sorted(groups.items()))


def _player_errors(player_id: str, counts: Sequence[SignalCounts]) -> PlayerErrors:
    total = added_counts(counts)
    right = accuracy(total)
    error = Proportion(right.trials - right.successes, right.trials)
    return PlayerErrors(player_id, error, fooling_rate(total), false_alarm_rate(total))
