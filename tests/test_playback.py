"""The time machine's film: which mark is on show, and when the next one is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.playback import FRAMES_PER_SECOND, LAST_FRAME_SECONDS, Playback, advanced, mark_at, paused, started

MARKS = (1, 2, 4, 8)
FRAME = 1 / FRAMES_PER_SECOND


def test_a_film_that_stands_at_its_end_begins_at_the_beginning() -> None:
    assert started(Playback(), MARKS, 10.0) == Playback(1, 10.0 + FRAME)
    assert started(Playback(8), MARKS, 10.0) == Playback(1, 10.0 + FRAME)


def test_a_film_goes_on_from_where_it_stands() -> None:
    assert started(Playback(2), MARKS, 10.0).mark == 2


def test_frames_come_one_after_another_and_the_last_stays_longer() -> None:
    film, now, seen = started(Playback(), MARKS, 0.0), 0.0, []
    for _ in range(5):
        assert film.next_frame_at is not None
        seen.append((film.mark, film.next_frame_at - now))
        now = film.next_frame_at
        film = advanced(film, MARKS, now)
    ordinary = [(mark, pytest.approx(FRAME)) for mark in (1, 2, 4)]
    assert seen == [*ordinary, (8, pytest.approx(LAST_FRAME_SECONDS)), (1, pytest.approx(FRAME))]


def test_nothing_moves_before_its_time_or_while_it_stands() -> None:
    film = started(Playback(), MARKS, 10.0)
    assert advanced(film, MARKS, 10.0 + FRAME / 2) is film
    still = paused(film)
    assert not still.plays and still.mark == 1
    assert advanced(still, MARKS, 99.0) is still


def test_a_mark_that_is_gone_is_passed_over() -> None:
    assert advanced(Playback(3, 0.0), MARKS, 1.0).mark == 4


def test_without_marks_there_is_no_film() -> None:
    assert started(Playback(), (), 0.0) == Playback()
    assert mark_at((), 5) is None


@pytest.mark.parametrize(("kimg", "mark"), [(0, 1), (1, 1), (3.9, 2), (4, 4), (float("inf"), 8)])
def test_the_mark_at_a_moment_is_the_last_one_before_it(kimg: float, mark: int) -> None:
    assert mark_at(MARKS, kimg) == mark


@given(st.sets(st.integers(1, 10_000), min_size=1), st.floats(0, 20_000))
def test_the_mark_at_a_moment_is_one_of_the_marks_and_none_lies_between(marks: set[int], kimg: float) -> None:
    mark = mark_at(sorted(marks), kimg)
    assert mark in marks
    assert not any(mark < other <= kimg for other in marks)
