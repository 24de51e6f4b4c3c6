"""A round is stored with all that is known about it, each trial whole or not at all."""

from datetime import timedelta, timezone
from pathlib import Path

import pytest
from scores import FAKE, NOW, REAL, RESPONSE, SETUP, begin, execute, finish, opened, query

from game.rules import Advice, Choice, Confidence, Exposure, Picture, RealPicture, Response, Truth
from game.store import HighScore

LINEUP = [REAL, FAKE, RealPicture("mnist", "test", 5)]


def test_a_round_is_stored_with_all_that_is_known_about_it(path: Path) -> None:
    with opened(path) as store:
        elsewhere = timezone(timedelta(hours=2))
        store.play_as(" Ada ")
        round_id = store.begin_round(SETUP, NOW.astimezone(elsewhere), "0123456789abcdef")
        store.record(round_id, 1, [REAL], RESPONSE, NOW)
        store.record(round_id, 2, [FAKE], Response(Truth.REAL, 0.5, disturbed=True), NOW)
        store.finish_round(round_id, 100, 1, NOW)
        store.record(round_id, 3, LINEUP, Choice(1, 2.5, disturbed=False), NOW, ["3", "8", "a\tb"])
        told = Response(
            Truth.REAL,
            0.25,
            confidence=Confidence.SURE,
            exposure=Exposure(asked_frames=3, shown_frames=4, frame_seconds=0.0166),
            advice=Advice(fake_probability=0.75, first_answer=Truth.FAKE, discriminator_kimg=3000),
        )
        store.record(round_id, 4, [RealPicture("folder:/somebody/drawings", "test", 3, "first")], told, NOW)
        store.finish_round(round_id, 100, 1, NOW)
        assert store.pending == 0
        assert store.notices == ()
        assert store.player is not None
        player_id = store.player.id
    moment = "2030-01-02T03:04:05.000000+00:00"
    assert query(path, "SELECT * FROM players") == [(player_id, "Ada", moment, 0)]
    key = "0123456789abcdef"
    assert query(path, "SELECT * FROM rounds") == [
        (round_id, player_id, "mnist", "first", key, 64, 2**31 - 1, "practice", 20, moment, moment, 100, 1, 0)
    ]
    assert query(path, "SELECT * FROM responses ORDER BY number") == [
        (round_id, 1, "fake", None, None, None, None, None, None, None, None, 1.25, 0, moment),
        (round_id, 2, "real", None, None, None, None, None, None, None, None, 0.5, 1, moment),
        (round_id, 3, None, 1, None, None, None, None, None, None, None, 2.5, 0, moment),
        (round_id, 4, "real", None, 3, "fake", 0.75, 3000, 3, 4, 0.0166, 0.25, 0, moment),
    ]
    assert query(path, "SELECT * FROM shown_pictures ORDER BY number, place") == [
        (round_id, 1, 0, "real", "", "mnist", "test", 9_999, None, None, None),
        (round_id, 2, 0, "fake", "", None, None, None, "first", 64, 2**31 - 1),
        (round_id, 3, 0, "real", "3", "mnist", "test", 9_999, None, None, None),
        (round_id, 3, 1, "fake", "8", None, None, None, "first", 64, 2**31 - 1),
        (round_id, 3, 2, "real", "ab", "mnist", "test", 5, None, None, None),
        # The folder's path would tell of a person.
        (round_id, 4, 0, "real", "", "folder:drawings", "test", 3, "first", None, None),
    ]
    assert query(path, "SELECT version FROM schema_version") == [(2,)]
    assert query(path, "SELECT * FROM unsent") == []


@pytest.mark.parametrize(
    ("pictures", "answer"),
    [([REAL], Choice(1, 1.0)), ([REAL, FAKE], Choice(-1, 1.0)), ([REAL, FAKE], RESPONSE), ([], RESPONSE)],
)
def test_an_answer_that_does_not_fit_its_pictures_is_refused(
    path: Path, pictures: list[Picture], answer: Response | Choice
) -> None:
    with opened(path) as store:
        round_id = begin(store)
        with pytest.raises(ValueError, match="picture"):
            store.record(round_id, 1, pictures, answer, NOW)


@pytest.mark.parametrize("table", ["responses", "shown_pictures"])
def test_a_trial_is_stored_whole_or_not_at_all(path: Path, table: str) -> None:
    with opened(path) as store:
        round_id = begin(store)
        execute(path, f"ALTER TABLE {table} RENAME TO hidden")
        store.record(round_id, 1, LINEUP, Choice(1, 2.5), NOW)
        assert store.pending == 1
        execute(path, f"ALTER TABLE hidden RENAME TO {table}")
        for other in ("responses", "shown_pictures"):
            assert query(path, f"SELECT count(*) FROM {other}") == [(0,)]
    assert query(path, "SELECT count(*) FROM shown_pictures") == [(3,)]


def test_what_was_stored_is_there_after_opening_again(path: Path) -> None:
    with opened(path) as store:
        round_id = finish(store, 300, "Ada")
    with opened(path) as store:
        expected = HighScore(round_id, "Ada", 300, 15, 20, NOW, kimg=64)
        assert store.high_scores("mnist", "first", 64) == [expected]
