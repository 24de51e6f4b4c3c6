"""What several climbs, or several flashes, of a player say: each by itself, and all of them together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

import numpy as np

from game.climb import ClimbTrial, climb_grid
from game.psychometric import Floats, PsychometricCurve, posterior_of, psychometric_curve, tally
from game.rules import Truth
from game.staircase import Flash, FlashTrial
from game.statistics import Proportion
from game.stored_trial import StoredTrial
from game.threshold import ThresholdEstimate, threshold_estimate


@dataclass(frozen=True, slots=True)
class FoundThreshold:
    """What one round found, or all rounds at one rung: in kimg of a climb, in milliseconds of a flash."""

    started_at: datetime
    kimg: int
    answers: int
    estimate: ThresholdEstimate


@dataclass(frozen=True, slots=True)
class ClimbsTogether:
    """All pairs of several climbs on the same rungs, as if one player whose threshold stays had made one long climb."""

    rungs: tuple[int, ...]
    trials: tuple[ClimbTrial, ...]

    @property
    def threshold(self) -> ThresholdEstimate:
        """Returns the kimg at which the player is right in 75 % of pairs."""
        return threshold_estimate(climb_grid(self.rungs), self._posterior())

    def tallies(self) -> dict[int, Proportion]:
        """Returns the right answers among all at each rung that was asked at, by its kimg, ascending."""
        return tally(self.rungs, ((trial.kimg, trial.right) for trial in self.trials))

    def curve(self, kimg: Sequence[float]) -> PsychometricCurve:
        """Returns the probability of a right answer at each of `kimg`, all above 0."""
        return psychometric_curve(climb_grid(self.rungs), self._posterior(), np.log2(np.asarray(kimg, np.float64)))

    def _posterior(self) -> Floats:
        return posterior_of(climb_grid(self.rungs), self.rungs, self.tallies())


@dataclass(frozen=True, slots=True)
class ClimbProfile:
    """All climbs together, and what each of them found, in the order in which they were begun."""

    together: ClimbsTogether
    rounds: tuple[FoundThreshold, ...]


@dataclass(frozen=True, slots=True)
class FlashProfile:
    """What each flash at a rung found, in order, and all flashes of each rung together, by the rung.

    `together` are the glimpses that count at one rung, None where there are none or the rungs are several, of as many
    rounds as `rounds` has less `other_displays`. `refused`
    are rounds in which too many frames were dropped, `other_displays` those on displays of another refresh rate than
    that of the last one, which are not taken together with the others.
    """

    together: Flash | None
    rounds: tuple[FoundThreshold, ...]
    rungs: tuple[FoundThreshold, ...]
    refused: int
    other_displays: int


def climb_profile(trials: Iterable[StoredTrial], ladder: Sequence[int]) -> ClimbProfile | None:
    """Returns what climbs found, or None without any pair of one real picture and one fake.

    The ladder goes as far as that of the furthest climb; rungs that were asked at belong to it in any case.
    """
    rounds = [(own[0], pairs) for own in _rounds(trials) if (pairs := _pairs(own))]
    if not rounds:
        return None
    asked = {pair.kimg for _, pairs in rounds for pair in pairs}
    last = max(asked | {first.kimg for first, _ in rounds})
    rungs = tuple(sorted(asked | {kimg for kimg in ladder if 0 < kimg <= last}))
    return ClimbProfile(
        ClimbsTogether(rungs, tuple(pair for _, pairs in rounds for pair in pairs)),
        tuple(
            FoundThreshold(first.started_at, first.kimg, len(pairs), ClimbsTogether(rungs, tuple(pairs)).threshold)
            for first, pairs in rounds
        ),
    )


def _pairs(trials: Iterable[StoredTrial]) -> list[ClimbTrial]:
    return [
        ClimbTrial(fakes[0], trial.right)
        for trial in trials
        if len(trial.pictures) == 2
        if len(fakes := [picture.kimg or 0 for picture in trial.pictures if picture.truth is Truth.FAKE]) == 1
        if fakes[0] > 0
    ]


def flash_profile(trials: Iterable[StoredTrial], kimg: int | None) -> FlashProfile:
    """Returns what flashes found at a rung, None for all rungs; `rungs` are all in any case.

    Rounds that were broken off are passed over. The store has those that were refused as unfinished too.
    """
    flashes = [
        (own[0], flash)
        for own in _rounds(trials)
        if (flash := _flash(own)) is not None and (own[0].finished or flash.refused)
    ]
    wanted = [(first, flash) for first, flash in flashes if kimg in (None, first.kimg)]
    counting = [(first, flash) for first, flash in flashes if not flash.refused]
    own = [(first, flash) for first, flash in counting if kimg in (None, first.kimg)]
    by_rung = sorted({first.kimg for first, _ in counting})
    joined = {rung: _joined([one for one in counting if one[0].kimg == rung]) for rung in by_rung}
    only = by_rung[0] if len(by_rung) == 1 else kimg
    rate = round(own[-1][1].refresh_rate) if own else None
    return FlashProfile(
        together=joined[only][1] if only in joined else None,
        rounds=tuple(_found(first, flash) for first, flash in own),
        rungs=tuple(_found(first, flash) for first, flash in joined.values()),
        refused=len(wanted) - len(own),
        other_displays=sum(round(flash.refresh_rate) != rate for _, flash in own),
    )


def refused_rounds(trials: Iterable[StoredTrial]) -> frozenset[str]:
    """Returns the ids of those rounds among flashes in which too many frames were dropped."""
    return frozenset(own[0].round_id for own in _rounds(trials) if (flash := _flash(own)) is not None and flash.refused)


def _flash(trials: Sequence[StoredTrial]) -> Flash | None:
    """Returns a round's glimpses, or None where no display can have shown them."""
    seconds = trials[0].frame_seconds
    glimpses = tuple(
        FlashTrial(trial.asked_frames, trial.shown_frames, trial.right)
        for trial in trials
        if trial.asked_frames is not None and trial.shown_frames is not None
    )
    try:
        return Flash(1 / seconds, glimpses, trials[0].trial_count) if seconds and glimpses else None
    except ValueError:
        return None


def _joined(flashes: Sequence[tuple[StoredTrial, Flash]]) -> tuple[StoredTrial, Flash]:
    """Returns the clean glimpses of all flashes on the display that was used last."""
    first, last = flashes[-1]
    same = [flash for _, flash in flashes if round(flash.refresh_rate) == round(last.refresh_rate)]
    return first, Flash(last.refresh_rate, tuple(glimpse for flash in same for glimpse in flash.clean))


def _found(first: StoredTrial, flash: Flash) -> FoundThreshold:
    estimate = flash.threshold
    assert estimate is not None, "those that were refused are left out"
    milliseconds = 1000 / flash.refresh_rate
    median, low, high = (
        None if frames is None else milliseconds * frames for frames in (estimate.median, estimate.low, estimate.high)
    )
    found = replace(estimate, median=median, low=low, high=high)
    return FoundThreshold(first.started_at, first.kimg, len(flash.clean), found)


def _rounds(trials: Iterable[StoredTrial]) -> list[list[StoredTrial]]:
    in_order = sorted(trials, key=lambda trial: (trial.started_at, trial.round_id, trial.number))
    return [list(own) for _, own in groupby(in_order, key=lambda trial: trial.round_id)]
