"""What is seen in the answers of a critic: a discriminator that gives no probabilities, only comparisons."""

from collections.abc import Sequence

from game.observation import Observation, good, mean, neutral, warning, window_of
from game.training_run import PROBABILISTIC_OBJECTIVES, Tick
from game.words import figure

# Answers drift apart where their difference has doubled while as many pictures were shown as all the time before.
DRIFTING_RATIO = 2.0
# Of a few hundredths, as after clipping, doubling means nothing.
DRIFTING_DIFFERENCE = 2.0
NEARING_RATIO = 0.8


def is_critic(objective: str) -> bool:
    """Returns whether only the difference of the discriminator's answers means something."""
    return objective not in PROBABILISTIC_OBJECTIVES


def critic_contest(ticks: Sequence[Tick]) -> Observation:
    """Returns how the critic's answers to real and fake pictures stand."""
    now = _answers(ticks)
    if now is None:
        return neutral("The critic's answers were not noted", "Nothing can be said of how it tells reals from fakes.")
    real, fake = now
    gap = real - fake
    figures = f"Reals get {figure(real)}, fakes {figure(fake)}"
    if gap <= 0:
        meaning = "It finds fakes as real as real pictures. If they look good too, that is the goal of training."
        return neutral("The critic can't tell them apart", f"{figures}. {meaning}")
    half = ticks[-1].kimg / 2
    before = _answers([tick for tick in ticks if tick.kimg <= half])
    earlier = before[0] - before[1] if before else gap
    if earlier <= 0:
        # Nothing can be a multiple of it, and an opponent that learns to tell is no trouble yet.
        return neutral("The critic tells them apart", f"{figures}. When half the pictures were shown, it couldn't.")
    if gap >= DRIFTING_RATIO * earlier and gap - earlier >= DRIFTING_DIFFERENCE:
        meaning = "The difference has doubled since half the pictures were shown: the generator can't follow."
        return warning("The critic wins", f"{figures}. {meaning}")
    if gap <= NEARING_RATIO * earlier:
        return good(
            "The fakes come nearer", f"{figures}. The difference falls, as it should: only that means something."
        )
    return neutral("The critic tells them apart", f"{figures}. Only the difference, {figure(gap)}, means something.")


def _answers(ticks: Sequence[Tick]) -> tuple[float, float] | None:
    """Returns the mean answers to real and to fake pictures in the last window."""
    if not ticks:
        return None
    found = [
        (tick.real_logit, tick.fake_logit)
        for tick in window_of(ticks)
        if tick.real_logit is not None and tick.fake_logit is not None
    ]
    return (mean([real for real, _ in found]), mean([fake for _, fake in found])) if found else None
