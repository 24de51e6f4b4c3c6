"""Odd one out while it is played: hearts, the clock, and a second of feedback between two lineups."""

import math
from dataclasses import dataclass, replace

from game.lineup import LineupTrial
from game.lineup_play import LineupPlay
from game.odd_one_out import ArcadeGame, Outcome
from game.rules import RoundSetup
from game.services import Services

FEEDBACK_SECONDS = 1.0
# Without motion the clock goes in steps.
STEP_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a trial brought, and how much of its time was left, from 0 to 1; on show since a time."""

    trial: LineupTrial
    points: int
    time_left: float
    since: float


class ArcadePlay:
    """A game from its first lineup to its last heart: `choose` ends a trial, and so does `pass_time`."""

    def __init__(self, services: Services, setup: RoundSetup) -> None:
        self.lineup = LineupPlay(services, setup)
        # Where there is no ladder there is no game, and the lineup says why.
        self.game = ArcadeGame(self.lineup.rungs or (setup.kimg,))
        self.feedback: Feedback | None = None
        self._services = services
        self._limit = 0.0
        self._step = 0
        self._order()

    def _order(self) -> None:
        self.lineup.order(self.game.kimg, self.game.picture_count)

    @property
    def over(self) -> bool:
        """Whether the last trial is done."""
        return self.game.over or len(self.game.outcomes) >= self.lineup.setup.trial_count

    @property
    def done(self) -> bool:
        """Whether it is over, and the feedback too."""
        return self.over and self.feedback is None

    def choose(self, place: int, now: float) -> None:
        """Ends the trial with a choice, or where its time is up without one."""
        self._end_trial(place if self.lineup.seconds(now) < self._limit else None, now)

    def _end_trial(self, place: int | None, now: float) -> None:
        time_left = max(0.0, 1 - self.lineup.seconds(now) / self._limit)
        trial = self.lineup.take(place, now)
        self.game = self.game.played(Outcome(trial.right, time_left))
        self.feedback = Feedback(trial, self.game.points[-1], time_left, now)
        self._services.sounds.play("right" if trial.right else "wrong")
        if self.over:
            self.lineup.finish(self.game.score)
        else:
            self._order()

    def end_feedback(self, now: float) -> None:
        """Lets the feedback be over, though the next pictures may still be on their way."""
        if self.feedback is not None:
            self.feedback = replace(self.feedback, since=now - FEEDBACK_SECONDS)

    def pass_time(self, now: float) -> bool:
        """Shows pictures that have come, ends the feedback, or a trial whose time is up; returns whether it did."""
        lineup = self.lineup
        if lineup.asks:
            if lineup.seconds(now) < self._limit:
                return False
            self._end_trial(None, now)
            return True
        if self.feedback is not None and now - self.feedback.since < FEEDBACK_SECONDS:
            return False
        if self.over or lineup.error:
            changed = self.feedback is not None
            self.feedback = None
            return changed
        if lineup.ready:
            self.feedback, self._limit = None, self.game.seconds
            lineup.show_next()
            return True
        return False

    def clock_stepped(self, now: float) -> bool:
        """Returns whether the clock has gone a step further since the last time that this was asked."""
        step = math.floor(self.lineup.seconds(now) / STEP_SECONDS)
        before, self._step = self._step, step
        return step != before

    def time_left(self, now: float, in_steps: bool) -> float:
        """Returns how much of its time the trial has left, or had, from 0 to 1."""
        if self.feedback is not None:
            return self.feedback.time_left
        seconds = self.lineup.seconds(now)
        if in_steps:
            seconds = math.floor(seconds / STEP_SECONDS) * STEP_SECONDS
        return 1 - seconds / self._limit if self._limit else 1.0

    def wait_seconds(self, now: float, in_steps: bool) -> float | None:
        """Returns how long nothing will move: 0 while the clock goes smoothly, None where it stands."""
        if self.feedback is not None:
            left = self.feedback.since + FEEDBACK_SECONDS - now
            return left if left > 0 else None
        if not self.lineup.waits_for_answer:
            return None
        if not in_steps:
            return 0
        seconds = self.lineup.seconds(now)
        next_step = (math.floor(seconds / STEP_SECONDS) + 1) * STEP_SECONDS
        return max(0.001, min(next_step, self._limit) - seconds)
