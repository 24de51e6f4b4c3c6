"""A glimpse at displays that keep step or don't, that are fast, slow or interrupted: it counts what was shown."""

from dataclasses import dataclass, field
from itertools import groupby
from math import ceil, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.frame_timing import wait_until
from game.glimpse import BLANK, LEAD_FRAMES, MASK_COUNT, PICTURE, Glimpse, frames_on_show, mask_frames
from game.staircase import Flash, FlashTrial, exposure_frames

RATES = (50.0, 60.0, 75.0, 120.0, 144.0, 240.0)
ORDER = [BLANK, PICTURE, *range(MASK_COUNT), BLANK]
REST = (BLANK, inf)


@dataclass
class Display:
    """A display that shows, at each of its refreshes, what was handed over last; and a computer in front of it.

    Where it `waits`, a frame is handed over at a refresh only. Each frame takes `draw` seconds before it is due and
    `send` after; `hiccups` and `stalls` are seconds that frames, by their number, take longer before and while they are
    sent.
    """

    rate: float
    phase: float = 0.3
    waits: bool = False
    draw: float = 0.001
    send: float = 0.0005
    hiccups: dict[int, float] = field(default_factory=dict)
    stalls: dict[int, float] = field(default_factory=dict)
    # (what was shown, when it had been handed over) of each frame.
    frames: list[tuple[int, float]] = field(default_factory=list)

    def refresh(self, number: int) -> float:
        return (number + self.phase) / self.rate

    def show(self, glimpse: Glimpse) -> None:
        """Turns a loop like the app's until the glimpse is over."""
        now = 0.0
        while not glimpse.over:
            now += self.draw
            # A frame is prepared before it is due; a hiccup comes on top, wherever the loop is.
            start = max(now, glimpse.due) + self.hiccups.get(len(self.frames), 0.0)
            end = start + self.send + self.stalls.get(len(self.frames), 0.0)
            if self.waits:
                end = self.refresh(ceil(end * self.rate - self.phase - 1e-9))
            self.frames.append((glimpse.part, end))
            glimpse.sent(start, end)
            now = end

    def refreshes_with(self, part: int) -> int:
        """Returns at how many refreshes a part could be seen."""
        ends = [end for _, end in self.frames]
        return sum(
            self._refreshes_before(following) - self._refreshes_before(end)
            for (shown, end), following in zip(self.frames, ends[1:], strict=False)
            if shown == part
        )

    def _refreshes_before(self, moment: float) -> int:
        return ceil(moment * self.rate - self.phase - 1e-6)

    def runs(self) -> list[tuple[int, int]]:
        """Returns what was handed over in how many frames, one after the other."""
        return [(part, len(list(group))) for part, group in groupby(part for part, _ in self.frames)]


def glimpsed(frames: int, rate: float, display: Display) -> Glimpse:
    glimpse = Glimpse(frames, rate, 1.0)
    display.show(glimpse)
    return glimpse


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize("rate", RATES)
def test_a_display_in_step_shows_every_exposure_for_as_many_frames_as_asked(rate: float, waits: bool) -> None:
    for frames in exposure_frames(rate):
        display = Display(rate, waits=waits)
        glimpse = glimpsed(frames, rate, display)
        assert glimpse.shown_frames == frames == display.refreshes_with(PICTURE)
        of_mask = mask_frames(rate)
        assert display.runs() == [
            *((BLANK, LEAD_FRAMES), (PICTURE, frames)),
            *((mask, of_mask) for mask in range(MASK_COUNT)),
            (BLANK, 1),
        ]


@pytest.mark.parametrize("rate", RATES)
def test_masks_are_on_show_for_a_quarter_of_a_second_or_a_little_more(rate: float) -> None:
    assert 0.239 < MASK_COUNT * mask_frames(rate) / rate <= 0.3


def test_a_hiccup_while_the_picture_stays_changes_nothing() -> None:
    for late in (0.004, 0.02, 0.1, 0.12):
        display = Display(60.0, hiccups={LEAD_FRAMES + 3: late})
        assert glimpsed(12, 60.0, display).shown_frames == 12 == display.refreshes_with(PICTURE)


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize(("late", "more"), [(1 / 60, 1), (2 / 60, 2), (0.5, 30)])
def test_a_hiccup_before_the_mask_is_counted_as_it_was_seen(late: float, more: int, waits: bool) -> None:
    display = Display(60.0, waits=waits, hiccups={LEAD_FRAMES + 4: late})
    assert glimpsed(4, 60.0, display).shown_frames == 4 + more == display.refreshes_with(PICTURE)
    # All masks still come: what is held in the eye has to be hidden.
    assert [part for part, _ in display.runs()] == ORDER


def test_a_picture_that_came_late_is_on_show_for_as_long_as_if_it_had_not() -> None:
    display = Display(60.0, hiccups={LEAD_FRAMES: 0.1})
    assert glimpsed(2, 60.0, display).shown_frames == 2 == display.refreshes_with(PICTURE)


@pytest.mark.parametrize("frames", [1, 2, 8])
def test_a_picture_that_was_held_up_on_its_way_is_on_show_for_as_long_as_if_it_had_not(frames: int) -> None:
    for stall in (0.003, 0.01, 0.05):
        display = Display(60.0, send=0.002, stalls={LEAD_FRAMES: stall})
        glimpse = glimpsed(frames, 60.0, display)
        assert glimpse.shown_frames == frames == display.refreshes_with(PICTURE)
        assert glimpse.seconds == pytest.approx(frames / 60)


@pytest.mark.parametrize(
    ("off", "counted"), [(0.0, 3), (0.24, 3), (-0.24, 3), (0.26, 4), (-0.26, 2), (1.4, 4), (2.6, 6)]
)
def test_a_quarter_of_a_frame_is_forgiven(off: float, counted: int) -> None:
    assert frames_on_show((3 + off) / 60, 1 / 60, 3) == counted


def test_a_picture_cut_to_less_than_a_frame_was_not_on_show() -> None:
    assert frames_on_show(0.4 / 60, 1 / 60, 1) == 0
    assert Glimpse(1, 60.0, 0.0).shown_frames == 0


def test_a_computer_that_draws_too_slowly_measures_nothing() -> None:
    flash = Flash(60.0)
    while (frames := flash.next_frames) is not None:
        display = Display(60.0, draw=0.04, send=0.012)
        flash = flash.answered(FlashTrial(frames, glimpsed(frames, 60.0, display).shown_frames, True))
        assert flash.trials[-1].frames_shown == frames or flash.trials[-1].dropped
    assert flash.refused


def test_a_display_that_lies_about_its_rate_and_waits_is_found_out() -> None:
    flash = Flash(60.0)
    while (frames := flash.next_frames) is not None:
        display = Display(45.0, phase=(0.37 * len(flash.trials)) % 1, waits=True)
        flash = flash.answered(FlashTrial(frames, glimpsed(frames, 60.0, display).shown_frames, True))
    assert flash.refused


def test_a_display_of_59_94_hz_that_says_60_is_measured_all_the_same() -> None:
    for place in range(50):
        display = Display(59.94, phase=place / 50, waits=True)
        glimpse = glimpsed(24, 60.0, display)
        assert glimpse.shown_frames == display.refreshes_with(PICTURE)
        assert abs(glimpse.shown_frames - 24) <= 1


@settings(max_examples=300, deadline=None)
@given(
    rate=st.sampled_from(RATES),
    level=st.integers(0, 8),
    phase=st.floats(0, 0.99),
    waits=st.booleans(),
    draw=st.floats(0, 0.05),
    send=st.floats(0, 0.01),
    hiccups=st.dictionaries(st.integers(0, 40), st.floats(0, 0.3), max_size=4),
    stalls=st.dictionaries(st.integers(LEAD_FRAMES - 2, 40), st.floats(0, 0.3), max_size=3),
)
def test_what_counts_was_seen_for_as_long_as_asked_to_within_one_refresh(
    rate: float,
    level: int,
    phase: float,
    waits: bool,
    draw: float,
    send: float,
    hiccups: dict[int, float],
    stalls: dict[int, float],
) -> None:
    frames = exposure_frames(rate)[level]
    display = Display(rate, phase, waits, draw, send, hiccups, stalls)
    glimpse = glimpsed(frames, rate, display)
    assert [part for part, _ in display.runs()] == ORDER
    seen = display.refreshes_with(PICTURE)
    assert glimpse.seconds is not None
    assert abs(seen - glimpse.seconds * rate) < 1 + 1e-6
    if waits and glimpse.shown_frames == frames:
        assert seen == frames
    # Never for less, but by what a display that waits takes away.
    assert waits or glimpse.seconds * rate > frames - 1e-6


# Waiting


def test_waiting_ends_at_the_moment_and_sleeps_most_of_the_time() -> None:
    now, slept = [10.0], []

    def clock() -> float:
        now[0] += 0.0001
        return now[0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        # Late, as sleep is on some systems.
        now[0] += seconds + 0.001

    wait_until(10.5, clock, sleep)
    assert 10.5 <= now[0] < 10.5003
    assert 0.49 < sum(slept) < 0.5
    wait_until(10.0, clock, sleep)
    assert now[0] < 10.5006
