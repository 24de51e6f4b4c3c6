"""What is seen in a run, in plain words: one small rule per thing, each with its thresholds above it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from game.critic_diagnosis import critic_contest, is_critic
from game.observation import (
    MAX_CLASS_NAME_LENGTH,
    WINDOW_KIMG,
    Observation,
    ObservationKind,
    good,
    mean,
    neutral,
    warning,
    window_of,
)
from game.words import figure

if TYPE_CHECKING:
    # No more than the name: the rules need nothing of a run's files.
    from game.training_run import Tick

# Before this the generator still draws one and the same blur.
TOO_EARLY_KIMG = 8.0
# Before this the shipped runs, which end well, leave classes out or prefer one.
LEARNING_KIMG = 64.0

# What D(x) is when the discriminator is sure of real pictures, and D(G(z)) when it is sure of fakes.
WON_REAL_PROBABILITY = 0.9
WON_FAKE_PROBABILITY = 0.1
# Fakes that seem more real than not.
FOOLED_FAKE_PROBABILITY = 0.6
# D(x) − D(G(z)): 0 is guessing, 1 is certainty. A good ending lies anywhere between.
GUESSING_GAP = 0.1
LEADING_GAP = 0.6

# Four fair shares of ten classes.
COLLAPSED_SHARE = 0.4
# A twentieth of a fair share: the judge's own mistakes put about as many there.
MISSING_SHARE = 0.005
# Real test pictures have 9 % of their rarest class; a third of that is there, if rare.
PRESENT_SHARE = 0.03

# Shares of single classes say nothing where there are more of them.
MANY_CLASSES = 100
# Of the modes of stacked digits. A DCGAN finds 99, an unrolled GAN 49, VEEGAN 150, PacGAN all 1,000 (Lin et al. 2018).
ALL_MODES_SHARE = 0.99
MOST_MODES_SHARE = 0.9
MODE_COUNT = 1000

# The judge distance of two measurements of one good generator differs by a few per cent.
FALLING_RATIO = 0.9
RISING_RATIO = 1.25
# Neighbouring rungs are a factor of 2 apart; the last one of a run can lie close behind another.
COMPARABLE_KIMG_RATIO = 1.3
# A Fréchet distance is a square: three times the floor is less than twice as far away.
NEAR_FLOOR_RATIO = 3.0

# Within a window of the shipped runs the generator's loss changes by a factor of 1.6 at most, the discriminator's by 2.
JUMPING_RATIO = 3.0
# Small losses double and halve without meaning.
JUMPING_DIFFERENCE = 0.5
# A jump needs ticks before and after it.
JUMPING_TICKS = 4


def observe(ticks: Sequence[Tick], class_names: Sequence[str], objective: str = "standard") -> tuple[Observation, ...]:
    """Returns what is seen at the last tick, most important first: warnings before the rest; never empty."""
    if not ticks:
        return (
            neutral("Nothing to see yet", "The first figures come after 2 kimg: when 2,000 real pictures were shown."),
        )
    early = _too_early(ticks)
    # In the order of their importance: what a person can see in the pictures comes first.
    found = [
        early,
        _classes(ticks, class_names),
        _modes(ticks),
        # A critic's loss and answers have no scale that two ticks share: only its own rule speaks of them.
        None if early or is_critic(objective) else _jumping_losses(ticks),
        None if early else critic_contest(ticks) if is_critic(objective) else _contest(ticks, objective),
        _distance_trend(ticks),
        _near_floor(ticks),
    ]
    observations = [observation for observation in found if observation is not None]
    return tuple(sorted(observations, key=lambda observation: observation.kind is not ObservationKind.WARNING))


def ticks_until(ticks: Sequence[Tick], kimg: float) -> Sequence[Tick]:
    """Returns the ticks up to a mark of the time machine, with the mark's own: the first tick at or after it.

    A rung or a sample is named by its kimg and made by the first step that reaches it: up to one kimg later, or as
    many as a step shows.
    """
    count = sum(1 for _ in takewhile(lambda tick: tick.kimg < kimg, ticks))
    own = ticks[count : count + 1]
    reaches = bool(own) and own[0].kimg - kimg < max(1.0, own[0].kimg / max(1, own[0].step))
    return ticks[: count + reaches]


def _percent(share: float) -> str:
    # One decimal where whole per cents would hide what is meant: 0.4 % is not 0 %.
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


def _too_early(ticks: Sequence[Tick]) -> Observation | None:
    kimg = ticks[-1].kimg
    if kimg >= TOO_EARLY_KIMG:
        return None
    seen = f"Only {figure(kimg)} kimg (thousands of real pictures) were shown."
    return neutral("Too early to say", f"{seen} Figures start to mean something at {TOO_EARLY_KIMG:.0f} kimg.")


def _contest(ticks: Sequence[Tick], objective: str) -> Observation:
    window = window_of(ticks)
    real = mean([tick.real_probability for tick in window])
    fake = mean([tick.fake_probability for tick in window])
    figures = f"D(x) {figure(real)}, D(G(z)) {figure(fake)}"
    if real >= WON_REAL_PROBABILITY and fake <= WON_FAKE_PROBABILITY:
        # True of the minimax loss (Goodfellow et al. 2014, §3) and of the discriminator's own gradients; the
        # non-saturating loss, which is the standard here, keeps the generator's from vanishing.
        if objective == "minimax":
            meaning = "With minimax the generator's gradient has all but vanished: it can't learn its way out."
            return warning("The generator's gradient vanishes", f"{figures}. {meaning}")
        meaning = "Gradients vanish: D's own, and with the first GANs' loss G's too. The loss used here still pushes G."
        return warning("The discriminator wins easily", f"{figures}. {meaning}")
    if fake >= FOOLED_FAKE_PROBABILITY or fake - real >= GUESSING_GAP:
        meaning = "The discriminator takes many fakes for real, so the generator has little left to learn from it."
        return warning("The generator fools the discriminator", f"{figures}. {meaning}")
    if real - fake <= GUESSING_GAP:
        meaning = "As likely real as fake: it can only guess. If the fakes look good too, this is the goal of training."
        return neutral("The discriminator can no longer tell", f"{figures}. {meaning}")
    if real - fake <= LEADING_GAP:
        meaning = "The discriminator is right more often than not, but not sure. Each can learn from the other."
        return good("A fair contest", f"{figures}. {meaning}")
    meaning = "The discriminator knows most fakes, though not all: the generator still learns from it."
    return neutral("The discriminator leads", f"{figures}. {meaning}")


def _classes(ticks: Sequence[Tick], class_names: Sequence[str]) -> Observation | None:
    kimg, counts = next(((tick.kimg, tick.class_counts) for tick in reversed(ticks) if tick.class_counts), (0.0, []))
    if not counts or sum(counts) <= 0 or min(counts) < 0:
        return None
    if len(counts) > MANY_CLASSES:
        # A fair share is then too small for the rules below; what was found at all is another rule's.
        return None
    total = sum(counts)
    # By when they were counted: the figures of the newest rung come later than its tick.
    learning = kimg < LEARNING_KIMG
    most, least = counts.index(max(counts)), counts.index(min(counts))
    most_share, least_share = counts[most] / total, counts[least] / total
    if most_share >= COLLAPSED_SHARE:
        seen = f"The judge takes {_percent(most_share)} of the fakes for “{_name(class_names, most)}”."
        if learning:
            return neutral(
                "One class in most fakes, so far", f"{seen} Common this early; if it stays, it is mode collapse."
            )
        return warning("Mode collapse", f"{seen} The generator found one trick that works and draws it over and over.")
    if least_share < MISSING_SHARE:
        seen = f"“{_name(class_names, least)}” is in {_percent(least_share)} of the fakes."
        if learning:
            return neutral("A class is not drawn yet", f"{seen} Common this early: the easy classes come first.")
        return warning("A class is missing", f"{seen} The generator leaves it out: a partial mode collapse.")
    rarest = f"The rarest is “{_name(class_names, least)}” with {_percent(least_share)}"
    if least_share >= PRESENT_SHARE:
        return good("All classes appear", f"{rarest}; a fair share is {_percent(1 / len(counts))}.")
    return neutral(
        "All classes appear, not evenly",
        f"{rarest}; the commonest is “{_name(class_names, most)}” with {_percent(most_share)}.",
    )


def _modes(ticks: Sequence[Tick]) -> Observation | None:
    tick = next((tick for tick in reversed(ticks) if tick.mode_count is not None), None)
    # A stranger's run may claim any number.
    if tick is None or tick.mode_count is None or not 0 <= tick.mode_count <= MODE_COUNT:
        return None
    figures = f"The judge finds {tick.mode_count} of {MODE_COUNT} in 10,000 fakes"
    if tick.mode_kl is not None:
        figures += f"; KL to equal shares {figure(tick.mode_kl)}"
    if tick.mode_count >= ALL_MODES_SHARE * MODE_COUNT:
        return good("All modes are drawn", f"{figures}. No mode collapse.")
    if tick.kimg < LEARNING_KIMG:
        return neutral("Modes are still being found", f"{figures}. Few are common this early.")
    if tick.mode_count >= MOST_MODES_SHARE * MODE_COUNT:
        return neutral("Nearly all modes are drawn", f"{figures}.")
    return warning("Modes are missing", f"{figures}. The generator leaves out whole combinations: mode collapse.")


def _name(class_names: Sequence[str], place: int) -> str:
    name = class_names[place] if place < len(class_names) else str(place)
    return name if len(name) <= MAX_CLASS_NAME_LENGTH else f"{name[: MAX_CLASS_NAME_LENGTH - 1]}…"


def _distance_trend(ticks: Sequence[Tick]) -> Observation | None:
    measured = [(tick.kimg, tick.judge_distance) for tick in ticks if tick.judge_distance is not None]
    if not measured:
        return None
    kimg, distance = measured[-1]
    earlier = [value for place, value in measured if place * COMPARABLE_KIMG_RATIO <= kimg]
    if not earlier or earlier[-1] <= 0:
        return neutral(
            "First judge distance", f"{figure(distance)}: how far the fakes are from real pictures. It should fall."
        )
    before, change = earlier[-1], f"From {figure(earlier[-1])} to {figure(distance)} since the rung before"
    if distance >= RISING_RATIO * before:
        return warning("The fakes are getting worse", f"{change}: the judge finds them further from real pictures.")
    if distance > FALLING_RATIO * before:
        return neutral("The fakes hardly change", f"{change}: more training may help little, or the two keep balance.")
    return good("The fakes are getting better", f"{change}: the judge finds them nearer to real pictures.")


def _near_floor(ticks: Sequence[Tick]) -> Observation | None:
    newest = next((tick for tick in reversed(ticks) if tick.judge_distance is not None), None)
    if newest is None or newest.judge_distance is None or newest.judge_floor is None or newest.judge_floor <= 0:
        return None
    if newest.judge_distance > NEAR_FLOOR_RATIO * newest.judge_floor:
        return None
    figures = f"Judge distance {figure(newest.judge_distance)}; real pictures get {figure(newest.judge_floor)}"
    return good("Nearly as good as real pictures", f"{figures}, the floor. The judge can hardly see a difference.")


def _jumping_losses(ticks: Sequence[Tick]) -> Observation | None:
    window = [tick for tick in window_of(ticks) if tick.kimg >= TOO_EARLY_KIMG]
    if len(window) < JUMPING_TICKS:
        return None
    for who, losses in (
        # The minimax generator's loss lies below 0: how far from it is what counts.
        ("generator", [abs(tick.generator_loss) for tick in window]),
        ("discriminator", [abs(tick.discriminator_loss) for tick in window]),
    ):
        low, high = min(losses), max(losses)
        if high >= JUMPING_RATIO * low and high - low >= JUMPING_DIFFERENCE:
            seen = f"The {who}'s went between {figure(low)} and {figure(high)} within {WINDOW_KIMG:.0f} kimg."
            return warning("The losses jump", f"{seen} The two can't find a balance: training is unstable.")
    return None
