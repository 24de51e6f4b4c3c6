"""A class's database gets every round once, whatever happens to it, to the network or to the game."""

import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from postgres import Server
from scores import NOW, REAL, RESPONSE, SETUP, execute, finish, query
from sharing import game, opened_by, play, rows, same_rows, sent, until

from game.shared_database import CLOSE_SECONDS, SharedDatabase
from game.store import Store
from game.stored_rounds import StoredRounds

PATIENCE_SECONDS = 30.0
# Less than a connection is waited for, more than a busy computer takes for what waits for nothing.
HELD_UP_SECONDS = 2.5
ROOT = Path(__file__).parents[1]
TABLES = ("players", "rounds", "responses", "shown_pictures")


# Sent


def test_finished_and_unfinished_rounds_arrive_as_they_are(path: Path, url: str) -> None:
    with game(path, url) as (store, shared):
        play(store)
        left = play(store, finished=False)
        guest = store.begin_round(SETUP, NOW, player_id="")
        until(lambda: sent(path))
        same_rows(path, url)
        assert len(rows(url, "SELECT * FROM rounds")) == 3
        store.finish_round(left, 200, 1, NOW)
        store.name_round(guest, "Grace")
        until(lambda: sent(path))
        same_rows(path, url)
        assert (shared.problem, store.notices) == ("", ())
        until(lambda: shared.waiting == 0)


def test_without_a_database_nothing_is_noted_as_unsent(path: Path) -> None:
    lazy = opened_by("Ada", path)
    play(lazy.get())
    lazy.close()
    assert lazy.shared is None and sent(path)


def test_a_change_and_its_note_are_stored_together_or_not_at_all(path: Path) -> None:
    with closing(Store.open(path, send=lambda: None)) as store:
        round_id = store.begin_round(SETUP, NOW)
        execute(path, "DELETE FROM unsent; ALTER TABLE unsent RENAME TO hidden")
        store.record(round_id, 1, [REAL], RESPONSE, NOW)
        assert store.pending == 1 and query(path, "SELECT * FROM responses") == []
        execute(path, "ALTER TABLE hidden RENAME TO unsent")
    assert query(path, "SELECT kind, id FROM unsent") == [("round", round_id)]
    assert len(query(path, "SELECT * FROM responses")) == 1


def test_what_is_sent_twice_arrives_once(path: Path, url: str) -> None:
    with game(path, url) as (store, _):
        play(store)
        until(lambda: sent(path))
    for _ in range(2):
        execute(path, "INSERT INTO unsent (kind, id) SELECT 'round', id FROM rounds")
        with game(path, url):
            until(lambda: sent(path))
        same_rows(path, url)


def test_two_players_of_one_name_on_two_computers_stay_two(tmp_path: Path, url: str) -> None:
    for computer in ("one", "two"):
        with game(tmp_path / f"{computer}.sqlite", url) as (store, _):
            play(store)
            until(lambda path=tmp_path / f"{computer}.sqlite": sent(path))
    assert rows(url, "SELECT name, count(*) FROM players GROUP BY name") == [("Ada", 2)]
    assert rows(url, "SELECT count(DISTINCT player_id) FROM rounds") == [(2,)]


def test_a_new_name_and_a_deletion_arrive_too(path: Path, url: str) -> None:
    with game(path, url) as (store, _):
        play(store)
        ada = store.player_named("Ada")
        grace = finish(store, 100, "Grace")
        until(lambda: sent(path))
        store.rename_player(ada, "Augusta")
        until(lambda: sent(path))
        same_rows(path, url)
    # Also where no database is named on that day.
    with closing(Store.open(path)) as store:
        store.delete_player(ada)
        # Nobody there has heard of him: nor shall they.
        store.rename_player(store.player_named("Alan"), "Alan T.")
        assert not sent(path)
    with game(path, url):
        until(lambda: sent(path))
    assert rows(url, "SELECT name FROM players") == [("Grace",)]
    assert rows(url, "SELECT id FROM rounds") == [(grace,)]
    assert rows(url, "SELECT count(*) FROM shown_pictures") == [(0,)]


def test_what_changes_while_it_is_sent_is_sent_again(path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import game.shared_database as module

    copy, names = module.copy_rounds, iter(["Grace"])
    with game(path, url) as (store, _):

        def slowly(*arguments: Any) -> Any:
            result = copy(*arguments)
            for name in names:
                execute(path, f"UPDATE players SET name = '{name}', revision = 1")
                execute(path, "INSERT OR REPLACE INTO unsent (kind, id) SELECT 'round', id FROM rounds")
            return result

        monkeypatch.setattr(module, "copy_rounds", slowly)
        play(store, trials=0, finished=False)
        until(lambda: sent(path))
    assert rows(url, "SELECT name FROM players") == [("Grace",)]


# Read


def test_questions_are_answered_for_the_whole_class(tmp_path: Path, url: str) -> None:
    woken = []
    for player in ("Ada", "Grace"):
        with closing(opened_by(player, tmp_path / player, url)) as lazy:
            play(lazy.get())
            until(lambda path=tmp_path / player: sent(path))
    shared = SharedDatabase(url, tmp_path / "Ada", lambda: woken.append(1))
    shared.start()
    scores = shared.ask(lambda rounds: rounds.high_scores("mnist", "first", 64))
    trials = shared.ask(lambda rounds: rounds.trials(run_key="0123456789abcdef"))
    mistake = shared.ask(lambda rounds: rounds.nobody_has_this())  # type: ignore[attr-defined]
    until(lambda: mistake.done)
    assert scores.result is not None and sorted(row.player for row in scores.result) == ["Ada", "Grace"]
    with closing(Store.open(tmp_path / "Ada")) as ada, closing(Store.open(tmp_path / "Grace")) as grace:
        key = lambda trial: (trial.round_id, trial.number)  # noqa: E731 - used twice, here alone
        assert sorted(trials.result or [], key=key) == sorted([*ada.trials(), *grace.trials()], key=key)
    assert "can't be read now" in mistake.error and len(woken) >= 3
    shared.close()


# Unreachable


def test_a_database_that_comes_later_gets_everything(path: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'share' / 'class.sqlite'}"
    with game(path, url) as (store, shared):
        play(store)
        until(lambda: shared.problem)
        assert "can't be reached" in shared.problem and "sent later" in shared.problem
        answer = shared.ask(StoredRounds.players)
        until(lambda: answer.done)
        assert "can't be read now" in answer.error and answer.result is None
        start = time.monotonic()
    assert time.monotonic() - start < HELD_UP_SECONDS
    (tmp_path / "share").mkdir()
    with game(path, url) as (_, shared):
        until(lambda: sent(path))
        assert shared.problem == ""
    same_rows(path, url)


def test_a_server_that_is_killed_and_comes_back_loses_nothing(path: Path, server: Server) -> None:
    url = server.new_database()
    with game(path, url) as (store, shared):
        round_id = play(store, trials=5, finished=False)
        until(lambda: sent(path))
        server.kill()
        try:
            for number in range(6, 11):
                start = time.monotonic()
                store.record(round_id, number, [REAL], RESPONSE, NOW)
                assert time.monotonic() - start < HELD_UP_SECONDS
            until(lambda: shared.problem)
            assert not sent(path) and store.notices == ()
        finally:
            server.start()
        store.finish_round(round_id, 300, 2, NOW)
        until(lambda: sent(path))
        until(lambda: shared.problem == "")
    same_rows(path, url)
    assert rows(url, "SELECT count(*) FROM responses") == [(10,)]


def test_a_game_that_ends_without_its_server_sends_at_its_next_start(path: Path, server: Server) -> None:
    url = server.new_database()
    server.kill()
    try:
        with game(path, url) as (store, shared):
            play(store)
            until(lambda: shared.problem)
    finally:
        server.start()
    with game(path, url):
        until(lambda: sent(path))
    same_rows(path, url)


def test_a_server_that_never_answers_holds_up_nothing(path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"postgresql://class:secret@127.0.0.1:{silent.getsockname()[1]}/class"
        pytest.importorskip("psycopg")
        start = time.monotonic()
        lazy = opened_by("Ada", path, url)
        play(lazy.get())
        assert time.monotonic() - start < HELD_UP_SECONDS
        time.sleep(0.2)
        start = time.monotonic()
        lazy.close()
        assert time.monotonic() - start < CLOSE_SECONDS + HELD_UP_SECONDS
        assert lazy.shared is not None
        # What is given up at last is the attempt, not the thread.
        until(lambda: not lazy.shared._thread.is_alive())
    assert len(query(path, "SELECT * FROM responses")) == 3 and not sent(path)


CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from game.rules import FakePicture, Response, RoundSetup, Truth
from game.services import LazyStore

now = datetime(2030, 1, 2, tzinfo=UTC)
lazy = LazyStore(Path(sys.argv[1]), sys.argv[2])
store = lazy.get()
store.play_as("Ada")
print("ready", flush=True)
for place in range(1000):
    round_id = store.begin_round(RoundSetup("mnist", "first", 64, place), now)
    for number in range(1, 6):
        store.record(round_id, number, [FakePicture("first", 64, number)], Response(Truth.FAKE, 1.0), now)
    store.finish_round(round_id, 500, 5, now)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_game_that_is_killed_while_it_sends_loses_nothing_and_doubles_nothing(path: Path, url: str) -> None:
    for attempt in range(2):
        command = [sys.executable, "-c", CHILD, str(path), url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
            assert child.stdout is not None and child.stdout.readline() == "ready\n"
            until(lambda attempt=attempt: len(rows_or_none(url)) > 5 * attempt)
            child.send_signal(signal.SIGKILL)
        assert child.returncode == -signal.SIGKILL
        assert not sent(path)
    with game(path, url):
        until(lambda: sent(path))
    same_rows(path, url)
    assert query(path, "SELECT count(*) > 5 FROM rounds") == [(1,)]


def rows_or_none(url: str) -> list[tuple[Any, ...]]:
    try:
        return rows(url, "SELECT id FROM rounds")
    except Exception:  # the tables are still to come, or it is locked
        return []
