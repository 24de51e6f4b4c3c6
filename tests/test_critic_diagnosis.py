"""What is said of objectives without probabilities, of minimax, and of a thousand modes."""

from typing import get_args

import pytest

from game.critic_diagnosis import critic_contest, is_critic
from game.diagnosis import observe
from game.observation import ObservationKind
from gan.config import PROBABILISTIC_OBJECTIVES, ObjectiveName
from gan.run_log import Tick


def tick(kimg: float, real: float | None = None, fake: float | None = None, **more: float) -> Tick:
    """Returns a tick whose probabilities would alarm where they meant anything, and whose losses jump."""
    loss = -40.0 if round(kimg) % 2 else 3.0
    return Tick(kimg, round(kimg * 16), 60.0, 1000.0, loss, -loss, 0.99, 0.01, real_logit=real, fake_logit=fake, **more)  # type: ignore[arg-type]


def ticks(before: float, after: float, kimg: int = 256) -> list[Tick]:
    """Returns ticks in which the difference of the answers changes at half of the kimg."""
    return [tick(each, 1.0, 1.0 - (before if each <= kimg / 2 else after)) for each in range(1, kimg + 1)]


def test_the_critics_are_those_that_the_trainer_says() -> None:
    assert [name for name in get_args(ObjectiveName) if is_critic(name)] == [
        name for name in get_args(ObjectiveName) if name not in PROBABILISTIC_OBJECTIVES
    ]


@pytest.mark.parametrize(
    ("before", "after", "headline", "kind"),
    [
        (5.0, 10.0, "The critic wins", ObservationKind.WARNING),
        (5.0, 9.9, "The critic tells them apart", ObservationKind.NEUTRAL),
        # Clipped answers are small: that they double means nothing.
        (0.01, 0.05, "The critic tells them apart", ObservationKind.NEUTRAL),
        (10.0, 8.0, "The fakes come nearer", ObservationKind.GOOD),
        (10.0, 8.1, "The critic tells them apart", ObservationKind.NEUTRAL),
        (10.0, 0.0, "The critic can't tell them apart", ObservationKind.NEUTRAL),
        (10.0, -1.0, "The critic can't tell them apart", ObservationKind.NEUTRAL),
        # What was not there can't have doubled.
        (-3.0, 0.5, "The critic tells them apart", ObservationKind.NEUTRAL),
        (0.0, 3.0, "The critic tells them apart", ObservationKind.NEUTRAL),
    ],
)
def test_a_critic_is_called_by_the_difference_of_its_answers(
    before: float, after: float, headline: str, kind: ObservationKind
) -> None:
    (found,) = observe(ticks(before, after), "0123456789", "wasserstein-gp")
    assert (found.headline, found.kind) == (headline, kind)
    assert "Reals get 1.00" in found.explanation


def test_a_critic_that_has_begun_to_tell_is_said_to_have() -> None:
    assert "When half the pictures were shown, it couldn't" in critic_contest(ticks(-3.0, 0.5)).explanation
    assert "When half" not in critic_contest(ticks(5.0, 9.9)).explanation


def test_without_answers_nothing_is_said_of_them() -> None:
    for found in (critic_contest([]), *observe([tick(64.0)], "0123456789", "relativistic")):
        assert found.headline == "The critic's answers were not noted"


def test_what_a_probability_would_alarm_of_does_not_alarm_of_a_critic() -> None:
    standard = [found.headline for found in observe(ticks(5.0, 5.0), "0123456789")]
    assert standard == ["The losses jump", "The discriminator wins easily"]
    for objective in ("wasserstein", "wasserstein-gp", "relativistic"):
        found = observe(ticks(5.0, 5.0), "0123456789", objective)
        assert [item.kind for item in found] == [ObservationKind.NEUTRAL]


def test_with_minimax_a_won_game_is_the_end_of_learning() -> None:
    (found,) = observe([tick(64.0)], "0123456789", "minimax")
    assert found.headline == "The generator's gradient vanishes" and "can't learn" in found.explanation


def test_a_loss_below_zero_that_hardly_changes_does_not_jump() -> None:
    steady = [Tick(kimg, kimg, 1.0, 1.0, -1.0 - kimg % 2 / 10, 0.9, 0.7, 0.3) for kimg in range(100, 132)]
    assert [item.headline for item in observe(steady, "0123456789", "minimax")] == ["A fair contest"]
    jumping = [Tick(kimg, kimg, 1.0, 1.0, -0.2 - kimg % 2, 0.9, 0.7, 0.3) for kimg in range(100, 132)]
    assert observe(jumping, "0123456789", "minimax")[0].headline == "The losses jump"


@pytest.mark.parametrize(
    ("kimg", "count", "headline", "kind"),
    [
        (64, 1000, "All modes are drawn", ObservationKind.GOOD),
        (64, 990, "All modes are drawn", ObservationKind.GOOD),
        (64, 989, "Nearly all modes are drawn", ObservationKind.NEUTRAL),
        (64, 900, "Nearly all modes are drawn", ObservationKind.NEUTRAL),
        (64, 899, "Modes are missing", ObservationKind.WARNING),
        (63, 899, "Modes are still being found", ObservationKind.NEUTRAL),
    ],
)
def test_modes_of_stacked_digits_are_counted(kimg: int, count: int, headline: str, kind: ObservationKind) -> None:
    measured = Tick(kimg, 1000, 1.0, 1.0, 1.0, 1.0, 0.7, 0.3, mode_count=count, mode_kl=0.41)
    found = {item.headline: item for item in observe([measured], [f"{number:03}" for number in range(1000)])}
    assert found[headline].kind is kind
    assert f"{count} of 1000" in found[headline].explanation and "0.41" in found[headline].explanation


def test_a_thousand_classes_that_were_counted_one_by_one_raise_no_alarm() -> None:
    measured = Tick(64, 1000, 1.0, 1.0, 1.0, 1.0, 0.7, 0.3, class_counts=[10] * 999 + [0])
    assert [item.headline for item in observe([measured], [])] == ["A fair contest"]


@pytest.mark.parametrize("count", [-1, 1001, -(10**12), 10**18])
def test_a_number_of_modes_that_can_not_be_says_nothing(count: int) -> None:
    measured = Tick(3000, 1000, 1.0, 1.0, 1.0, 1.0, 0.7, 0.3, mode_count=count, mode_kl=0.41)
    assert not any("odes" in seen.headline for seen in observe([measured], [], "standard"))
