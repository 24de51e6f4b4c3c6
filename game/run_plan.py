"""What can be chosen for a new run: a length, by what this computer can do in a time, and a title."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from game.training_run import MAX_TITLE_LENGTH, TrainingConfig, rung_schedule

QUICK_SECONDS = 120.0
LESSON_SECONDS = 900.0
SHORTEST_KIMG = 8
LONGEST_TIMED_KIMG = 10_000
# As long as the shipped runs.
THOROUGH_KIMG = 3000
LESSONS_IN_THOROUGH = 4
# Where nothing is known about the computer yet.
STANDARD_KIMG = (128, 1000, THOROUGH_KIMG)
_ROUND_KIMG = sorted(
    {SHORTEST_KIMG, 9, LONGEST_TIMED_KIMG} | {digits * 10**power for digits in range(10, 100) for power in range(3)}
)

# What the speed of training does not depend on. Not so the decay of the step sizes: with it, as with instance noise, no
# step can be captured as one CUDA graph.
_NOT_OF_SPEED = (
    *("kimg", "seed", "learning_rate", "discriminator_learning_rate_ratio"),
    *("adam_beta1", "adam_beta2", "label_smoothing", "instance_noise_kimg"),
    *("ema_half_life_kimg", "ema_ramp_up", "tick_kimg"),
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """How fast this computer trains with some settings; judging a rung takes `seconds_per_rung`."""

    device: str
    precision: str
    images_per_second: float
    seconds_per_rung: float


@dataclass(frozen=True, slots=True)
class Length:
    """A length to choose; `seconds` is None where the computer has not been measured."""

    name: str
    title: str
    kimg: int
    seconds: float | None


def measurement_from(result: Any) -> Measurement | None:
    """Returns what `train.py --dry-run --progress` has measured, or None where its result can't be used."""
    try:
        measured = Measurement(
            device=str(result["device"]),
            precision=str(result["precision"]),
            images_per_second=float(result["images_per_second"]),
            seconds_per_rung=float(result["seconds_per_rung"]),
        )
    except (TypeError, KeyError, ValueError):
        return None
    usable = 0 < measured.images_per_second < math.inf and 0 <= measured.seconds_per_rung < math.inf
    return measured if usable else None


def speed_settings(config: TrainingConfig) -> TrainingConfig:
    """Returns the part of a configuration that its speed depends on; all else is as in every other one."""
    usual = TrainingConfig()
    return replace(config, **{name: getattr(usual, name) for name in _NOT_OF_SPEED})


def estimated_seconds(kimg: int, measured: Measurement) -> float:
    """Returns how long a run takes: its training, and judging each of its rungs."""
    return 1000 * kimg / measured.images_per_second + len(rung_schedule(kimg)) * measured.seconds_per_rung


def lengths(measured: Measurement | None) -> tuple[Length, Length, Length]:
    """Returns the three lengths to choose from: what two and fifteen minutes are enough for, and a long one."""
    if measured is None:
        quick, lesson, thorough = STANDARD_KIMG
    else:
        quick, lesson = _kimg_within(QUICK_SECONDS, measured), _kimg_within(LESSON_SECONDS, measured)
        thorough = max(THOROUGH_KIMG, LESSONS_IN_THOROUGH * lesson)

    def length(name: str, title: str, kimg: int) -> Length:
        return Length(name, title, kimg, estimated_seconds(kimg, measured) if measured else None)

    return (
        length("quick", "Quick look", quick),
        length("lesson", "Lesson", lesson),
        length("thorough", "Thorough", thorough),
    )


def _kimg_within(seconds: float, measured: Measurement) -> int:
    """Returns the longest length with two significant digits that a time is enough for, at least the shortest one."""
    fitting = (kimg for kimg in _ROUND_KIMG if estimated_seconds(kimg, measured) <= seconds)
    return max(fitting, default=SHORTEST_KIMG)


def free_title(title: str, taken: Iterable[str]) -> str:
    """Returns a title that no other run has: with a number where the title itself is taken."""
    others = set(taken)
    attempt, free = 1, title
    while free in others:
        attempt += 1
        ending = f" {attempt}"
        free = title[: MAX_TITLE_LENGTH - len(ending)] + ending
    return free
