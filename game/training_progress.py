"""How far a run is, from its ticks."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from game.training_run import Tick, TrainingRun, rung_schedule

# Enough ticks for a steady figure, few enough to follow a computer that is put to other work.
SPEED_TICKS = 8
# Beyond a month it is no figure to plan with.
MAX_SECONDS = 2_600_000.0


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """Share of the run that is done, from 0 to 1; and, from the second tick on, the speed and the time left."""

    kimg: float
    share: float
    images_per_second: float | None
    seconds_left: float | None


def training_progress(run: TrainingRun, ticks: Sequence[Tick]) -> TrainingProgress:
    """Returns how far a run is; the time left holds what judging the rungs to come will take."""
    if not ticks:
        return TrainingProgress(0.0, 0.0, None, None)
    kimg, goal = ticks[-1].kimg, run.config.kimg
    speed = median(tick.images_per_second for tick in ticks[-SPEED_TICKS:])
    left = max(0.0, goal - kimg) * 1000 / speed + _judging_seconds(run, ticks) if kimg < goal else 0.0
    return TrainingProgress(kimg, min(1.0, kimg / goal), speed, left if left < MAX_SECONDS else None)


def _judging_seconds(run: TrainingRun, ticks: Sequence[Tick]) -> float:
    """Returns how long the judge will need for the rungs to come, as long for each as it took lately."""
    took = [tick.judge_seconds for tick in ticks if tick.judge_seconds is not None]
    if not took:
        return 0.0
    rungs = rung_schedule(run.config.kimg, run.config.images_per_step)
    return median(took[-SPEED_TICKS:]) * sum(rung > ticks[-1].kimg for rung in rungs)
