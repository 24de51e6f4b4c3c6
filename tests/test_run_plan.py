"""A planned run takes as long as it says."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.run_plan import (
    Measurement,
    estimated_seconds,
    free_title,
    lengths,
    measurement_from,
    speed_settings,
)
from game.training_run import TrainingConfig
from gan.presets import preset

RESULT = {
    "device": "CPU, 2 threads",
    "device_kind": "cpu",
    "precision": "bfloat16",
    "images_per_second": 1000.0,
    "seconds_per_rung": 2.0,
    "rungs": [2, 4, 8],
    "seconds": 14.0,
}


def measured(images_per_second: float, seconds_per_rung: float = 0.0) -> Measurement:
    return Measurement("CPU", "float32", images_per_second, seconds_per_rung)


def kimg(measurement: Measurement | None) -> tuple[int, ...]:
    return tuple(length.kimg for length in lengths(measurement))


def test_the_time_is_that_of_the_training_and_of_judging_each_rung() -> None:
    # 8 thousand images at a thousand a second; rungs at 2, 4 and 8.
    assert estimated_seconds(8, measured(1000, 2)) == 8 + 3 * 2
    assert estimated_seconds(9, measured(1000, 2)) == 9 + 4 * 2
    assert estimated_seconds(3000, measured(1500, 0)) == 2000


def test_the_time_is_the_one_that_the_dry_run_says() -> None:
    # A line that train.py --dry-run --progress has printed.
    result = {"device": "CPU, 1 thread", "precision": "bfloat16", "images_per_second": 1222.930598390182}
    measurement = measurement_from(result | {"seconds_per_rung": 6.049631914066822})
    assert measurement is not None
    assert estimated_seconds(3000, measurement) == pytest.approx(2525.71925486734)


@pytest.mark.parametrize(
    ("measurement", "expected"),
    [
        (None, (128, 1000, 3000)),
        # 120 and 900 kimg fit exactly; four lessons are longer than the shipped runs.
        (measured(1000), (120, 900, 3600)),
        # 246.7 and 1850.6 kimg.
        (measured(2056.2), (240, 1800, 7200)),
        # The 7 rungs of 85 kimg take 35 of the 120 seconds, the 10 of 850 kimg 50 of the 900.
        (measured(1000, 5), (85, 850, 3400)),
        (measured(100), (12, 90, 3000)),
        (measured(1), (8, 8, 3000)),
        (measured(1_000_000), (10_000, 10_000, 40_000)),
    ],
)
def test_lengths_are_what_two_and_fifteen_minutes_are_enough_for(
    measurement: Measurement | None, expected: tuple[int, ...]
) -> None:
    assert kimg(measurement) == expected


@given(st.floats(0.01, 1e7), st.floats(0, 1000))
def test_a_length_never_takes_longer_than_it_promises(images_per_second: float, seconds_per_rung: float) -> None:
    measurement = measured(images_per_second, seconds_per_rung)
    quick, lesson, thorough = lengths(measurement)
    for length, promised in ((quick, 120), (lesson, 900)):
        assert length.seconds == estimated_seconds(length.kimg, measurement)
        assert 8 <= length.kimg <= 10_000
        assert length.kimg == 8 or length.seconds <= promised
        digits = str(length.kimg).rstrip("0")
        assert len(digits) <= 2, "more than two significant digits"
        if length.kimg < 10_000:
            next_one = length.kimg + 10 ** max(0, len(str(length.kimg)) - 2)
            assert estimated_seconds(next_one, measurement) > promised, "a longer one would have fitted"
    assert quick.kimg <= lesson.kimg
    assert thorough.kimg == max(3000, 4 * lesson.kimg)


def test_without_a_measurement_there_are_no_times() -> None:
    assert [length.seconds for length in lengths(None)] == [None] * 3


def test_a_measurement_is_what_the_dry_run_says() -> None:
    assert measurement_from(RESULT) == Measurement("CPU, 2 threads", "bfloat16", 1000.0, 2.0)


@pytest.mark.parametrize(
    "result",
    [
        None,
        [],
        "fast",
        {},
        RESULT | {"images_per_second": 0},
        RESULT | {"images_per_second": math.nan},
        RESULT | {"images_per_second": math.inf},
        RESULT | {"images_per_second": "many"},
        RESULT | {"seconds_per_rung": -1},
        RESULT | {"seconds_per_rung": None},
    ],
)
def test_a_result_that_makes_no_sense_is_none(result: Any) -> None:
    assert measurement_from(result) is None


def test_speed_depends_on_the_networks_and_the_batch_but_not_on_length_seed_or_rates() -> None:
    config = TrainingConfig(dataset="fashion-mnist", batch_size=128, latent_size=32, precision="float32")
    wide = replace(config, generator_width=32, discriminator_width=32)
    assert speed_settings(config) == config
    assert speed_settings(replace(config, kimg=8, seed=5, learning_rate=1e-3, tick_kimg=8, adam_beta1=0.9)) == config
    assert speed_settings(wide) == wide
    # What is not named as harmless is measured anew: also what a later version adds.
    for change in ({"objective": "minimax"}, {"conditional": True}, {"discriminator_steps": 2}, {"optimizer": "sgd"}):
        assert speed_settings(replace(config, **change)) != config
    # Each keeps a step from being captured as one CUDA graph.
    for change in ({"learning_rate_decay_share": 0.3}, {"instance_noise": 0.1}):
        assert speed_settings(replace(config, **change)) != config
    # Measured with an objective's own settings, or the measurement would be refused.
    penalized = replace(preset("dcgan", "wasserstein-gp"), kimg=8)
    assert speed_settings(penalized).penalty_weight == 10


def test_a_title_that_is_taken_gets_a_number() -> None:
    assert free_title("Digits, quick look", []) == "Digits, quick look"
    assert free_title("Digits", ["Digits", "Digits 2", "Clothes"]) == "Digits 3"
    assert free_title("W" * 40, ["W" * 40]) == "W" * 38 + " 2"
