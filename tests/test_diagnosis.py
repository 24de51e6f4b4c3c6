"""What is said about a run is true, short, and there for any figures."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.diagnosis import observe, ticks_until
from game.observation import Observation, ObservationKind
from gan.config import ObjectiveName
from gan.run_log import Tick, read_ticks

DIGITS = tuple("0123456789")
CHECKPOINTS = Path(__file__).resolve().parent.parent / "checkpoints"
FAIR = [1000] * 10


def tick(
    kimg: float = 512.0,
    real: float = 0.7,
    fake: float = 0.3,
    distance: float | None = None,
    floor: float | None = None,
    counts: list[int] | None = None,
    losses: tuple[float, float] = (1.5, 0.8),
    step: int = 8000,
) -> Tick:
    return Tick(
        kimg, step, 60.0, 1000.0, *losses, real, fake,
        judge_distance=distance, judge_floor=floor, class_counts=counts,
    )  # fmt: skip


def said(ticks: list[Tick]) -> dict[str, Observation]:
    return {observation.headline: observation for observation in observe(ticks, DIGITS)}


# Who wins


@pytest.mark.parametrize(
    ("real", "fake", "headline", "kind"),
    [
        (0.90, 0.10, "The discriminator wins easily", ObservationKind.WARNING),
        (0.89, 0.10, "The discriminator leads", ObservationKind.NEUTRAL),
        (0.90, 0.11, "The discriminator leads", ObservationKind.NEUTRAL),
        (0.81, 0.20, "The discriminator leads", ObservationKind.NEUTRAL),
        (0.79, 0.20, "A fair contest", ObservationKind.GOOD),
        (0.56, 0.45, "A fair contest", ObservationKind.GOOD),
        (0.54, 0.45, "The discriminator can no longer tell", ObservationKind.NEUTRAL),
        (0.45, 0.54, "The discriminator can no longer tell", ObservationKind.NEUTRAL),
        (0.45, 0.56, "The generator fools the discriminator", ObservationKind.WARNING),
        (0.95, 0.60, "The generator fools the discriminator", ObservationKind.WARNING),
        (0.95, 0.59, "A fair contest", ObservationKind.GOOD),
    ],
)
def test_the_contest_is_called_by_both_probabilities(
    real: float, fake: float, headline: str, kind: ObservationKind
) -> None:
    (observation,) = observe([tick(real=real, fake=fake)], DIGITS)
    assert (observation.headline, observation.kind) == (headline, kind)
    assert f"{real:.2f}" in observation.explanation and f"{fake:.2f}" in observation.explanation


def test_the_probabilities_are_averaged_over_the_last_32_kimg() -> None:
    before = tick(kimg=100.0, real=0.0, fake=1.0)
    inside = [tick(kimg=kimg, real=real, fake=0.1) for kimg, real in ((101.0, 0.85), (132.0, 0.97))]
    # (0.85 + 0.97) / 2 = 0.91: neither alone decides.
    assert "The discriminator wins easily" in said([before, *inside])
    assert "D(x) 0.91, D(G(z)) 0.10" in said([before, *inside])["The discriminator wins easily"].explanation


def test_vanishing_gradients_are_spoken_of_where_the_discriminator_wins_and_nowhere_else() -> None:
    (won,), (fair,) = observe([tick(real=0.99, fake=0.01)], DIGITS), observe([tick()], DIGITS)
    assert "Gradients vanish" in won.explanation
    assert "radients" not in fair.explanation


def test_small_probabilities_are_not_rounded_to_nothing() -> None:
    (won,) = observe([tick(real=0.99, fake=0.004)], DIGITS)
    assert "D(G(z)) 0.004." in won.explanation


def test_the_last_tick_counts_however_long_was_trained() -> None:
    # At 1e18 a float can't tell 32 kimg more or less.
    assert "D(x) 0.99, D(G(z)) 0.01" in observe([tick(kimg=1e18, real=0.99, fake=0.01)], DIGITS)[0].explanation


# Classes


def counted(kimg: float, counts: list[int]) -> Observation:
    (found,) = [item for item in observe([tick(kimg=kimg, counts=counts)], DIGITS) if "contest" not in item.headline]
    return found


@pytest.mark.parametrize(
    ("kimg", "counts", "headline", "kind"),
    [
        (64.0, [4000, *[666] * 9], "Mode collapse", ObservationKind.WARNING),
        (63.9, [4000, *[666] * 9], "One class in most fakes, so far", ObservationKind.NEUTRAL),
        (64.0, [3900, *[678] * 9], "All classes appear", ObservationKind.GOOD),
        (64.0, [49, *[1105] * 8, 1111], "A class is missing", ObservationKind.WARNING),
        (63.9, [49, *[1105] * 8, 1111], "A class is not drawn yet", ObservationKind.NEUTRAL),
        (64.0, [50, *[1105] * 8, 1110], "All classes appear, not evenly", ObservationKind.NEUTRAL),
        (64.0, [299, *[1077] * 8, 1085], "All classes appear, not evenly", ObservationKind.NEUTRAL),
        (64.0, [300, *[1077] * 8, 1084], "All classes appear", ObservationKind.GOOD),
    ],
)
def test_classes_that_prevail_or_lack_are_told(
    kimg: float, counts: list[int], headline: str, kind: ObservationKind
) -> None:
    found = counted(kimg, counts)
    assert (found.headline, found.kind) == (headline, kind)


def test_the_class_is_named_with_its_share() -> None:
    assert "46 % of the fakes for “3”" in counted(512.0, [600, 600, 600, 4600, *[600] * 6]).explanation
    assert "“7” is in 0.3 % of the fakes" in counted(512.0, [*[1107] * 7, 30, 1107, 1114]).explanation
    assert "“6” with 5.6 %" in counted(512.0, [1000] * 6 + [560] + [1000] * 2 + [1440]).explanation


def test_the_newest_count_speaks_until_there_is_another() -> None:
    assert "Mode collapse" in said([tick(kimg=512.0, counts=[10_000, *[0] * 9]), tick(kimg=600.0)])


def test_what_was_counted_early_is_judged_as_early() -> None:
    # A rung's tick comes before the judge's figures of it do.
    ticks = [tick(kimg=32.0, counts=[4200, *[644] * 9]), tick(kimg=64.0)]
    assert "One class in most fakes, so far" in said(ticks)
    assert "Mode collapse" not in said(ticks)


def test_a_collapsed_run_is_told_first_with_its_class_in_words() -> None:
    names = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
    ticks = [
        tick(kimg=256.0, distance=12.0, floor=0.06, counts=FAIR),
        tick(kimg=512.0, real=0.95, fake=0.05, distance=30.0, floor=0.06, counts=[0] * 8 + [9100, 900]),
    ]
    first, *others = observe(ticks, names)
    assert (first.headline, first.kind) == ("Mode collapse", ObservationKind.WARNING)
    assert "91 % of the fakes for “bag”" in first.explanation
    assert {item.headline for item in others} == {"The discriminator wins easily", "The fakes are getting worse"}


@pytest.mark.parametrize("counts", [[], [0] * 10, [-5, 10], None])
def test_counts_that_mean_nothing_say_nothing(counts: list[int] | None) -> None:
    assert list(said([tick(counts=counts)])) == ["A fair contest"]


# Judge distance


@pytest.mark.parametrize(
    ("before", "after", "headline", "kind"),
    [
        (10.0, 9.0, "The fakes are getting better", ObservationKind.GOOD),
        (10.0, 9.1, "The fakes hardly change", ObservationKind.NEUTRAL),
        (10.0, 12.4, "The fakes hardly change", ObservationKind.NEUTRAL),
        (10.0, 12.5, "The fakes are getting worse", ObservationKind.WARNING),
    ],
)
def test_the_judge_distance_is_compared_with_the_rung_before(
    before: float, after: float, headline: str, kind: ObservationKind
) -> None:
    found = said([tick(kimg=256.0, distance=before), tick(kimg=512.0, distance=after)])
    assert found[headline].kind == kind
    assert f"From {before:.1f} to" in found[headline].explanation


def test_a_rung_close_behind_another_is_compared_with_the_one_before_both() -> None:
    ticks = [tick(kimg=256.0, distance=10.0), tick(kimg=512.0, distance=5.0), tick(kimg=530.0, distance=4.9)]
    assert "From 10.0 to 4.90" in said(ticks)["The fakes are getting better"].explanation


def test_the_first_judge_distance_has_nothing_to_compare_with() -> None:
    assert "First judge distance" in said([tick(distance=127.0)])


@pytest.mark.parametrize(("distance", "near"), [(0.30, True), (0.31, False)])
def test_three_times_the_floor_is_near_it(distance: float, near: bool) -> None:
    assert ("Nearly as good as real pictures" in said([tick(distance=distance, floor=0.1)])) == near


# Losses


def losses(*generator: float, discriminator: float = 0.8) -> list[Tick]:
    return [tick(kimg=500.0 + place, losses=(loss, discriminator)) for place, loss in enumerate(generator)]


@pytest.mark.parametrize(
    ("generator", "jumps"),
    [
        ((1.0, 1.0, 3.0, 1.0), True),
        ((1.0, 1.0, 2.9, 1.0), False),
        # Three times as much, and yet small.
        ((0.1, 0.1, 0.59, 0.1), False),
        ((0.1, 0.1, 0.61, 0.1), True),
        ((1.0, 3.0, 1.0), False),
    ],
)
def test_losses_that_triple_within_the_window_jump(generator: tuple[float, ...], jumps: bool) -> None:
    assert ("The losses jump" in said(losses(*generator))) == jumps


def test_the_discriminators_losses_jump_too() -> None:
    ticks = [tick(kimg=500.0 + place, losses=(1.5, loss)) for place, loss in enumerate((0.2, 0.2, 1.4, 0.2))]
    assert "discriminator" in said(ticks)["The losses jump"].explanation


# All together


def test_before_8_kimg_it_is_too_early_to_speak_of_a_contest() -> None:
    assert list(said([tick(kimg=7.9, real=0.99, fake=0.01)])) == ["Too early to say"]
    assert list(said([tick(kimg=8.0, real=0.99, fake=0.01)])) == ["The discriminator wins easily"]


def test_warnings_come_first() -> None:
    ticks = [tick(kimg=256.0, distance=10.0), tick(kimg=512.0, distance=20.0, counts=FAIR)]
    assert list(said(ticks)) == ["The fakes are getting worse", "All classes appear", "A fair contest"]


finite = st.floats(allow_nan=False, allow_infinity=False)
ticks_of_any_kind = st.builds(
    Tick,
    finite,
    st.integers(),
    finite,
    st.floats(min_value=1e-300, allow_infinity=False),
    finite,
    finite,
    finite,
    finite,
    st.none() | finite,
    st.none() | finite,
    st.none() | st.lists(st.integers(), max_size=12),
    st.none() | finite,
    st.none() | finite,
    st.none() | finite,
    st.none() | st.integers(-(10**18), 10**18),
    st.none() | finite,
)


@given(
    st.lists(ticks_of_any_kind, max_size=6),
    st.lists(st.text(), max_size=10),
    st.sampled_from(get_args(ObjectiveName)),
)
def test_any_figures_give_short_sentences(ticks: list[Tick], class_names: list[str], objective: str) -> None:
    observations = observe(ticks, class_names, objective)
    assert observations
    for observation in observations:
        assert 0 < len(observation.headline) <= 40
        assert 0 < len(observation.explanation) <= 140


@given(st.integers(1, 10), st.data(), st.sampled_from([2.0, 64.0, 3000.0]))
def test_any_counts_and_names_of_classes_give_short_sentences(classes: int, data: st.DataObject, kimg: float) -> None:
    counts = data.draw(st.lists(st.integers(0, 10_000), min_size=classes, max_size=classes))
    names = data.draw(st.lists(st.text(max_size=300), min_size=classes, max_size=classes))
    for observation in observe([tick(kimg=kimg, counts=counts)], names):
        assert 0 < len(observation.headline) <= 40
        assert 0 < len(observation.explanation) <= 140


def test_a_long_class_name_is_cut() -> None:
    name = "a very long name of a class of things"
    assert "“a very long nam…”" in observe([tick(counts=[10_000, 0])], [name * 4, name])[0].explanation


@given(st.lists(ticks_of_any_kind, max_size=6), finite)
def test_any_mark_has_ticks_from_the_first_on(ticks: list[Tick], kimg: float) -> None:
    until = ticks_until(ticks, kimg)
    assert list(until) == ticks[: len(until)]


def test_a_mark_has_its_own_tick_but_no_later_one() -> None:
    ticks = [tick(kimg=kimg, step=round(kimg / 0.064)) for kimg in (2.048, 3.008, 4.032, 8.0, 8.512)]
    for mark, last in ((2, 2.048), (3, 3.008), (4, 4.032), (7, 4.032), (8, 8.0), (9000, 8.512)):
        assert ticks_until(ticks, mark)[-1].kimg == last
    assert not ticks_until(ticks, 1)


@pytest.mark.parametrize("run", ["mnist", "fashion-mnist"])
def test_the_shipped_runs_are_told_as_they_went(run: str) -> None:
    ticks, _ = read_ticks(CHECKPOINTS / run)
    at = {kimg: [item.headline for item in observe(ticks_until(ticks, kimg), DIGITS)] for kimg in (2, 64, 512, 3000)}
    assert at[2] == ["Too early to say", "One class in most fakes, so far", "First judge distance"]
    contest = {"mnist": "The discriminator leads", "fashion-mnist": "A fair contest"}[run]
    for kimg in (64, 512):
        assert at[kimg] == ["All classes appear", "A fair contest", "The fakes are getting better"]
    assert at[3000] == ["All classes appear", contest, "The fakes are getting better"]


@pytest.mark.parametrize("run", ["mnist", "fashion-mnist"])
def test_nothing_alarms_in_runs_that_end_well(run: str) -> None:
    ticks, _ = read_ticks(CHECKPOINTS / run)
    for count in range(1, len(ticks) + 1):
        *before, last = ticks[:count]
        # Each tick is seen twice: before the judge has measured its rung, and after.
        for seen in ([*before, replace(last, judge_distance=None, class_counts=None)], [*before, last]):
            warnings = [item for item in observe(seen, DIGITS) if item.kind is ObservationKind.WARNING]
            assert not warnings, f"at {last.kimg} kimg"
