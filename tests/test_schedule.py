"""When a run saves what."""

import itertools

import pytest

from gan.schedule import rung_schedule, sample_schedule, step_at


@pytest.mark.parametrize(
    ("kimg", "rungs"),
    [
        (1, [1]),
        (2, [2]),
        (3, [2, 3]),
        (4, [2, 4]),
        (5, [2, 4, 5]),
        (3000, [2**power for power in range(1, 12)] + [3000]),
    ],
)
def test_rungs_double_and_end_at_the_end(kimg: int, rungs: list[int]) -> None:
    assert rung_schedule(kimg) == rungs


@pytest.mark.parametrize(
    ("kimg", "images_per_step", "rungs"),
    [
        (16, 2000, [2, 4, 8, 16]),
        # The first step shows 4,096 pictures: 2 and 4 kimg are both behind it.
        (16, 4096, [4, 8, 16]),
        (16, 10_000, [8, 16]),
        (9, 10_000, [9]),
    ],
)
def test_no_two_rungs_fall_on_one_step(kimg: int, images_per_step: int, rungs: list[int]) -> None:
    assert rung_schedule(kimg, images_per_step) == rungs


@pytest.mark.parametrize("kimg", [1, 2, 3, 7, 64, 3000])
def test_grids_are_saved_at_every_rung_and_evenly_between_in_octaves(kimg: int) -> None:
    samples = sample_schedule(kimg)
    assert set(rung_schedule(kimg)) <= set(samples)
    assert samples == sorted(set(samples))
    assert samples[-1] == kimg
    if kimg >= 64:
        ratios = [later / earlier for earlier, later in itertools.pairwise(mark for mark in samples[:-1] if mark >= 16)]
        assert all(1.1 < ratio < 1.3 for ratio in ratios)  # the fourth root of 2 is 1.19


@pytest.mark.parametrize(
    ("kimg", "batch_size", "step"), [(1, 64, 16), (2, 64, 32), (2, 16, 125), (3, 1000, 3), (1, 7, 143)]
)
def test_a_kimg_is_reached_by_the_first_step_that_has_seen_as_many(kimg: int, batch_size: int, step: int) -> None:
    assert step_at(kimg, batch_size) == step
    assert step * batch_size >= kimg * 1000 > (step - 1) * batch_size


def test_the_first_grid_comes_soon_after_the_start() -> None:
    assert all(sample_schedule(kimg)[0] == 1 for kimg in (1, 2, 3, 64, 3000))
