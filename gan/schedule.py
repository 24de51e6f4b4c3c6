"""When a run saves what: a function of its length alone."""

# The fixed-noise grid is kept this often per doubling of kimg: enough for a smooth film of the whole run.
SAMPLES_PER_DOUBLING = 4


def rung_schedule(kimg: int, images_per_step: int = 1) -> list[int]:
    """Returns the kimg at which a run of this length saves its generator: 2, 4, 8, … and the end.

    Of those that one large step would reach at once only the last is left.
    """
    return list(rung_steps(kimg, images_per_step).values())


def rung_steps(kimg: int, images_per_step: int) -> dict[int, int]:
    """Returns the same by the steps after which they are saved, in order."""
    doublings = [2**power for power in range(1, kimg.bit_length())]
    rungs = [rung for rung in doublings if rung < kimg] + [kimg]
    return {step_at(rung, images_per_step): rung for rung in rungs}


def sample_schedule(kimg: int) -> list[int]:
    """Returns the kimg at which the fixed-noise grid is kept: at 1, at every rung and evenly between, in octaves."""
    count = SAMPLES_PER_DOUBLING * kimg.bit_length()
    between = {round(2 ** (index / SAMPLES_PER_DOUBLING)) for index in range(count)}
    return sorted({mark for mark in between if mark < kimg} | set(rung_schedule(kimg)))


def step_at(kimg: int, images_per_step: int) -> int:
    """Returns the first step after which `kimg` thousand images have been seen."""
    return -(-kimg * 1000 // images_per_step)
