"""What a player's answers say, of one run and one way to play: all figures of it, computed once and then drawn."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

import numpy as np

from game.advice import AdviceStatistics, ConsultedTrial, advice_statistics
from game.agreement import FooledByTruth, count_fooled
from game.confidence_ratings import Judgement
from game.deal import HALF_FAKE_MODES
from game.human_evaluation import RoundErrors, round_errors
from game.interval_words import Rate, per_cent
from game.learning import LearningPoint, LearningVerdict, PlayedRound, learning_curve, learning_verdict, sittings_of
from game.luck import LuckVerdict, balanced_luck_verdict, luck_verdict
from game.played_kinds import Combination, Instrument, counts_broken_off
from game.recurrence import MOST_RECURRING, recurring_share
from game.response_times import MedianTime, median_time
from game.rules import Advice, Confidence, Truth, count_outcomes
from game.statistics import Proportion, SignalCounts
from game.stored_trial import StoredTrial
from game.threshold_profile import ClimbProfile, FlashProfile, climb_profile, flash_profile, refused_rounds

Key = TypeVar("Key", int, str)

# The interval of a class's share is then 31 percentage points to either side, or less.
MINIMUM_OF_A_CLASS = 10
GUESTS = "Guests may be several people, so nobody can be said to get better or worse."
# Answers that were asked for one by one: errors, classes, learning and times can be told of them.
_SINGLE = (Instrument.SINGLE, Instrument.DUEL)


@dataclass(frozen=True, slots=True)
class RungErrors:
    """The errors at one rung, real pictures that came with it included."""

    kimg: int
    answers: int
    errors: RoundErrors


@dataclass(frozen=True, slots=True)
class ClassRates:
    """The share right of each class that came often enough, by its name; `few` are how many others came, how often.

    `unnamed` is how many answers were to pictures whose class nobody named.
    """

    rates: tuple[Rate, ...]
    few: int
    few_answers: int
    unnamed: int


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """The seconds of undisturbed answers, and their medians, None for too few; `disturbed` were left out."""

    right: tuple[float, ...]
    wrong: tuple[float, ...]
    median_right: MedianTime | None
    median_wrong: MedianTime | None
    disturbed: int


@dataclass(frozen=True, slots=True)
class Learning:
    """The share right over sittings at one rung; `answers` has those of each sitting."""

    sittings: tuple[Proportion, ...]
    points: tuple[LearningPoint, ...]
    verdict: LearningVerdict


@dataclass(frozen=True, slots=True)
class DuelFigures:
    """Both sides of the duels with one discriminator: who was fooled, and the outcomes of both.

    A run that is trained on gets another discriminator; `earlier` is how many pictures the ones before the newest
    judged, at the rungs that are shown.
    """

    fooled: FooledByTruth
    player: SignalCounts
    discriminator: SignalCounts
    earlier: int


@dataclass(frozen=True, slots=True)
class Profile:
    """The figures of one combination, at one rung unless `kimg` is None; what does not apply is None or empty.

    `counts` and `judgements` are those of the overview: in duels, of the pictures that the newest discriminator judged.
    `mixes_rungs` says that there answers of several rungs are taken together: then there is no d′ and no κ. `rungs` has
    all rungs in any case. `broken_off` is how many answers are of rounds that were broken off, be they counted or not;
    flashes that were refused are none of them. `recurring` is the share of answers to pictures that had come before.
    """

    instrument: Instrument
    kimg: int | None
    mixes_rungs: bool
    rounds: int
    answers: int
    broken_off: int
    recurring: float
    counts: SignalCounts
    luck: LuckVerdict | None
    judgements: tuple[Judgement, ...]
    rungs: tuple[RungErrors, ...]
    classes: ClassRates
    times: AnswerTimes
    learning: Learning | None
    duel: DuelFigures | None
    advice: AdviceStatistics | None
    climbs: ClimbProfile | None
    flashes: FlashProfile | None


def profile(
    trials: Iterable[StoredTrial],
    combination: Combination,
    kimg: int | None,
    ladder: Sequence[int],
    generator: np.random.Generator,
) -> Profile:
    """Returns the figures of a combination's trials, which come in the order in which they were played.

    `kimg` is the rung that they are to be of, None for all of them; climbs go from rung to rung and heed it not.
    `ladder` has the rungs of the run as far as they are known here.
    """
    instrument, everything = combination.instrument, list(trials)
    counted = counted_trials(everything, combination.mode)
    refused = refused_rounds(everything) if instrument is Instrument.GLIMPSES else frozenset()
    unfinished = [trial for trial in everything if not trial.finished and trial.round_id not in refused]
    one_by_one = instrument in _SINGLE

    def at_rung(trials: Iterable[StoredTrial]) -> list[StoredTrial]:
        return [trial for trial in trials if kimg in (None, trial.kimg) or instrument is Instrument.PAIRS]

    of_rung, is_duel = at_rung(counted), instrument is Instrument.DUEL
    # The newest of all that was played, not the newest at this rung.
    overview = at_rung(of_newest_discriminator(counted)) if is_duel else of_rung
    counts, recurring = signal_counts(overview), recurring_share(of_rung, everything)
    has_learning = one_by_one and len({trial.kimg for trial in of_rung}) == 1
    return Profile(
        instrument=instrument,
        kimg=None if instrument is Instrument.PAIRS else kimg,
        mixes_rungs=(one_by_one or instrument is Instrument.CONSULT) and len({trial.kimg for trial in overview}) > 1,
        rounds=len({trial.round_id for trial in of_rung}),
        answers=len(of_rung),
        broken_off=len(at_rung(unfinished)),
        recurring=recurring,
        counts=counts,
        luck=_luck(counts, combination) if instrument is Instrument.SINGLE else None,
        judgements=_judgements(overview),
        rungs=rung_errors(counted) if one_by_one else (),
        classes=class_rates(of_rung),
        times=answer_times(of_rung),
        learning=learning(of_rung, recurring, generator) if has_learning else None,
        duel=duel_figures(overview, len(_judged(of_rung)) - len(overview)) if is_duel else None,
        advice=advice_statistics(_consulted(of_rung)) if instrument is Instrument.CONSULT else None,
        climbs=climb_profile(of_rung, ladder) if instrument is Instrument.PAIRS else None,
        flashes=flash_profile(everything, kimg) if instrument is Instrument.GLIMPSES else None,
    )


def _luck(counts: SignalCounts, combination: Combination) -> LuckVerdict:
    balanced = combination.mode in HALF_FAKE_MODES
    return balanced_luck_verdict(counts) if balanced else luck_verdict(counts.correct, counts.trials)


def counted_trials(trials: Iterable[StoredTrial], mode: str) -> list[StoredTrial]:
    """Returns the trials that count in a mode: those of finished rounds, or of all."""
    return [trial for trial in trials if trial.finished or counts_broken_off(mode)]


def signal_counts(trials: Iterable[StoredTrial]) -> SignalCounts:
    """Returns the four outcomes of answers to single pictures; others are passed over."""
    return count_outcomes((trial.pictures[0].truth, trial.answer) for trial in trials if trial.answer is not None)


def rung_errors(trials: Iterable[StoredTrial]) -> tuple[RungErrors, ...]:
    """Returns the errors at each rung that was played, ascending."""
    return tuple(
        RungErrors(kimg, counts.trials, round_errors(counts))
        for kimg, of_rung in _grouped(trials, lambda trial: trial.kimg)
        for counts in (signal_counts(of_rung),)
    )


def class_rates(trials: Iterable[StoredTrial]) -> ClassRates:
    """Returns the share right of each class as the judge named it: of real pictures and of fakes by one instrument.

    A pair counts for the class of its fake.
    """
    named = [(_class_name(trial), trial.right) for trial in trials]
    groups: dict[str, list[bool]] = {}
    for name, right in named:
        groups.setdefault(name, []).append(right)
    unnamed = len(groups.pop("", []))
    often = {name: rights for name, rights in groups.items() if len(rights) >= MINIMUM_OF_A_CLASS}
    in_order = sorted(often.items(), key=lambda group: _by_number_or_name(group[0]))
    return ClassRates(
        tuple(_class_rate(name, rights) for name, rights in in_order),
        len(groups) - len(often),
        sum(len(rights) for name, rights in groups.items() if name not in often),
        unnamed,
    )


def _class_name(trial: StoredTrial) -> str:
    fakes = [picture for picture in trial.pictures if picture.truth is Truth.FAKE]
    return (trial.pictures if len(trial.pictures) == 1 else fakes or trial.pictures)[0].class_name


def _by_number_or_name(name: str) -> tuple[bool, int, str]:
    # More digits than that are no number that anybody counts by.
    number = int(name) if name.isdecimal() and len(name) < 10 else None
    return number is None, number or 0, name.casefold()


def _class_rate(name: str, rights: Sequence[bool]) -> Rate:
    meaning = "the share that you judged right of the pictures, real or fake, that the judge takes for this class"
    return Rate(f"“{name}”", Proportion(sum(rights), len(rights)), meaning)


def answer_times(trials: Iterable[StoredTrial]) -> AnswerTimes:
    """Returns the times of right and of wrong answers; those that were disturbed mean nothing and are left out."""
    timed = list(trials)
    right = tuple(trial.response_seconds for trial in timed if not trial.disturbed and trial.right)
    wrong = tuple(trial.response_seconds for trial in timed if not trial.disturbed and not trial.right)
    return AnswerTimes(
        right,
        wrong,
        median_time(right, "right answers"),
        median_time(wrong, "wrong answers"),
        sum(trial.disturbed for trial in timed),
    )


def learning(trials: Iterable[StoredTrial], recurring: float, generator: np.random.Generator) -> Learning:
    """Returns how the share right went from sitting to sitting; the trials are of one rung and one mode.

    There is no verdict of guests, since a rise may be that somebody else played, nor where too many pictures had come
    before, the share `recurring` of them, since to remember them would look like learning.
    """
    played = list(trials)
    rounds = [
        PlayedRound(own[0].started_at, Proportion(sum(trial.right for trial in own), len(own)))
        for _, own in _grouped(played, lambda trial: trial.round_id)
    ]
    sittings = sittings_of(rounds)
    if any(not trial.player_id for trial in played):
        verdict = LearningVerdict(None, False, GUESTS)
    elif recurring > MOST_RECURRING:
        sentence = (
            f"Whether you get better can't be told: {per_cent(recurring)} of these answers are to pictures that had"
            " come before, and to remember them would look like learning."
        )
        verdict = LearningVerdict(None, False, sentence)
    else:
        verdict = learning_verdict(sittings, generator)
    return Learning(sittings, learning_curve(sittings), verdict)


def of_newest_discriminator(trials: Iterable[StoredTrial]) -> list[StoredTrial]:
    """Returns the trials that the newest of their discriminators judged too.

    Of several together d′, κ and who is harder to fool would be those of none of them.
    """
    judged = _judged(trials)
    newest = max((trial.discriminator_kimg for trial in judged if trial.discriminator_kimg is not None), default=None)
    return [trial for trial in judged if trial.discriminator_kimg == newest]


def _judged(trials: Iterable[StoredTrial]) -> list[StoredTrial]:
    return [trial for trial in trials if trial.fake_probability is not None]


def duel_figures(trials: Iterable[StoredTrial], earlier: int = 0) -> DuelFigures:
    """Returns who was fooled in trials that one discriminator judged too; `earlier` ones are only told of."""
    judged = [
        (trial, trial.pictures[0].truth, Advice(trial.fake_probability).verdict)
        for trial in trials
        if trial.fake_probability is not None
    ]
    return DuelFigures(
        count_fooled((truth, trial.right, verdict is truth) for trial, truth, verdict in judged),
        signal_counts(trial for trial, _, _ in judged),
        count_outcomes((truth, verdict) for _, truth, verdict in judged),
        earlier,
    )


def _consulted(trials: Iterable[StoredTrial]) -> list[ConsultedTrial]:
    return [
        ConsultedTrial(
            trial.pictures[0].truth, trial.first_answer, Advice(trial.fake_probability).verdict, trial.answer
        )
        for trial in trials
        if trial.answer is not None and trial.first_answer is not None and trial.fake_probability is not None
    ]


def _judgements(trials: Iterable[StoredTrial]) -> tuple[Judgement, ...]:
    return tuple(
        Judgement(trial.pictures[0].truth, trial.answer, Confidence(trial.confidence))
        for trial in trials
        # A file from elsewhere may have others.
        if trial.answer is not None and trial.confidence in set(Confidence)
    )


def _grouped(trials: Iterable[StoredTrial], key: Callable[[StoredTrial], Key]) -> list[tuple[Key, list[StoredTrial]]]:
    in_order = sorted(trials, key=lambda trial: (key(trial), trial.number))
    return [(value, list(group)) for value, group in groupby(in_order, key=key)]
