"""A class's database gets every round once, whatever happens to it, to the network or to the game."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from postgres import PASSWORD, PASSWORD_IN_URL, Server, running_server
from scores import FAKE, NOW, REAL, RESPONSE, SETUP, execute, finish, query
from sqlalchemy import create_engine, text

from game.rules import Choice
from game.services import LazyStore
from game.shared_database import SharedDatabase
from game.store import Store
from game.stored_rounds import StoredRounds

PATIENCE_SECONDS = 30.0
ROOT = Path(__file__).parents[1]
TABLES = ("players", "rounds", "responses", "shown_pictures")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'class.sqlite'}"
    return str(request.getfixturevalue("server").new_database())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "scores.sqlite"


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Asks the class's database as any other program would."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(sql))]
    engine.dispose()
    return found


def change(url: str, sql: str) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text(sql))
    engine.dispose()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@contextmanager
def game(path: Path, url: str) -> Iterator[tuple[Store, SharedDatabase]]:
    """A game's store and what sends from it."""
    lazy = LazyStore(path, "Ada", "", url)
    store = lazy.get()
    assert lazy.shared is not None
    try:
        yield store, lazy.shared
    finally:
        lazy.close()


def sent(path: Path) -> bool:
    return query(path, "SELECT * FROM unsent") == []


def play(store: Store, trials: int = 3, finished: bool = True) -> str:
    round_id = store.begin_round(SETUP, NOW, "0123456789abcdef")
    for number in range(1, trials + 1):
        if number % 2:
            store.record(round_id, number, [REAL], RESPONSE, NOW, ["3"])
        else:
            store.record(round_id, number, [REAL, FAKE], Choice(1, 0.1 + 0.2), NOW)
    if finished:
        store.finish_round(round_id, 300, 2, NOW + timedelta(minutes=1))
    return round_id


def same_rows(path: Path, url: str) -> None:
    """Asserts that both have the same of everything."""
    for table in TABLES:
        here = sorted(query(path, f"SELECT * FROM {table}"), key=repr)
        # PostgreSQL has true and false, which Python takes for 1 and 0, but doesn't write so.
        there = [
            tuple(int(v) if isinstance(v, bool) else v for v in row) for row in rows(url, f"SELECT * FROM {table}")
        ]
        assert sorted(there, key=repr) == here


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
    lazy = LazyStore(path, "Ada")
    play(lazy.get())
    lazy.close()
    assert lazy.shared is None and sent(path)


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
        with closing(LazyStore(tmp_path / player, player, "", url)) as lazy:
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
    assert time.monotonic() - start < 1.0
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
                assert time.monotonic() - start < 1.0
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
        lazy = LazyStore(path, "Ada", "", url)
        start = time.monotonic()
        play(lazy.get())
        assert time.monotonic() - start < 1.0
        time.sleep(0.2)
        start = time.monotonic()
        lazy.close()
        assert time.monotonic() - start < 2.5
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
lazy = LazyStore(Path(sys.argv[1]), "Ada", "", sys.argv[2])
store = lazy.get()
print("ready", flush=True)
for place in range(1000):
    round_id = store.begin_round(RoundSetup("mnist", "first", 64, place), now)
    for number in range(1, 6):
        store.record(round_id, number, [FakePicture("first", 64, number)], Response(Truth.FAKE, 1.0), now)
    store.finish_round(round_id, 500, 5, now)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_game_that_is_killed_while_it_sends_loses_nothing_and_doubles_nothing(path: Path, url: str) -> None:
    for attempt in range(3):
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
    assert query(path, "SELECT count(*) > 15 FROM rounds") == [(1,)]


def rows_or_none(url: str) -> list[tuple[Any, ...]]:
    try:
        return rows(url, "SELECT id FROM rounds")
    except Exception:  # the tables are still to come, or it is locked
        return []


# Refused


def test_a_round_that_was_changed_by_hand_holds_up_no_other(path: Path, url: str) -> None:
    with game(path, url) as (store, shared):
        first, second = play(store), play(store)
        until(lambda: sent(path))
        change(url, f"UPDATE responses SET response_seconds = 99 WHERE round_id = '{first}'")
        store.name_round(first, "Grace")
        store.name_round(second, "Grace")
        until(lambda: len(query(path, "SELECT * FROM unsent")) == 1)
        until(lambda: "refuses a round" in shared.problem)
        assert first in shared.problem
    assert query(path, "SELECT id FROM unsent") == [(first,)]
    grace = "SELECT rounds.id FROM rounds JOIN players ON players.id = player_id WHERE name = 'Grace'"
    assert rows(url, grace) == [(second,)]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE schema_version SET version = 3", "newer version"),
        ("UPDATE schema_version SET version = 1", "older version"),
        ("DELETE FROM schema_version", "another program"),
    ],
)
def test_a_database_of_another_version_or_program_is_left_alone(path: Path, url: str, sql: str, words: str) -> None:
    with game(path, url) as (store, _):
        play(store)
        until(lambda: sent(path))
    change(url, sql)
    with game(path, url) as (store, shared):
        play(store)
        until(lambda: shared.problem)
        assert words in shared.problem and "answers are kept here" in shared.problem
        answer = shared.ask(StoredRounds.players)
        until(lambda: answer.done)
        assert words in answer.error
    assert rows(url, "SELECT count(*) FROM rounds") == [(1,)]
    assert query(path, "SELECT count(*) FROM rounds") == [(2,)]


def test_many_computers_may_be_the_first_at_once(tmp_path: Path, url: str) -> None:
    paths = [tmp_path / f"{place}.sqlite" for place in range(6)]
    stores = [LazyStore(path, path.stem, "", url) for path in paths]
    for lazy in stores:
        play(lazy.get())
    for path in paths:
        until(lambda path=path: sent(path))
    for lazy in stores:
        lazy.close()
    assert rows(url, "SELECT count(*) FROM rounds") == [(6,)]
    assert rows(url, "SELECT * FROM schema_version") == [(2,)]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://class", "can't be reached"),
        ("nothing at all", "postgresql://user:password@host/name"),
        ("oracle+unknown://u:hunter2@h/n", "oracle+unknown"),
        ("postgresql://u:hunter2@h:port/n", "postgresql://user:password@host/name"),
        ("postgresql://u:hunter2@127.0.0.1:1/n?nonsense=1", "nonsense"),
        ("postgresql://u:hunter2@127.0.0.1:1/n", "can't be reached"),
        ("postgresql://127.0.0.1:1/n?user=u&password=hunter2", "can't be reached"),
        ("mysql://u:hunter2@h/n", "MySQLdb"),
        ("sqlite://", "names none"),
        ("sqlite:///scores.sqlite", "own scores file"),
    ],
)
def test_a_url_that_can_not_be_used_is_told_of_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.chdir(tmp_path)
    with game(tmp_path / "scores.sqlite", url) as (store, shared):
        until(lambda: shared.problem)
        assert words in shared.problem
        assert shared.problem.count(".\n") == 0 and shared.problem.endswith((".", "later."))
        assert "hunter2" not in shared.problem and "\n" not in shared.problem
        answer = shared.ask(StoredRounds.players)
        until(lambda: answer.done)
        assert answer.error and "hunter2" not in answer.error
        play(store)
        assert store.pending == 0 and store.notices == ()


def test_a_wrong_password_is_told_of_and_no_password_ever(path: Path, server: Server, tmp_path: Path) -> None:
    right = server.new_database()
    wrong = right.replace(PASSWORD_IN_URL, "Wr%2Fong-pass")
    for url, words in ((wrong, "authentication failed"), (right.replace("class_", "nowhere_"), "does not exist")):
        with game(path, url) as (store, shared):
            play(store)
            until(lambda: shared.problem)
            assert words in shared.problem
            for secret in ("Wr%2Fong-pass", "Wr/ong-pass", PASSWORD, PASSWORD_IN_URL):
                assert secret not in shared.problem
    with game(path, right):
        until(lambda: sent(path))
    for file in tmp_path.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(secret.encode() in content for secret in ("Wr/ong-pass", "Wr%2F", PASSWORD, PASSWORD_IN_URL))


def test_a_missing_driver_is_named(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from game.database_url import Database\n"
        "try:\n    Database('postgresql://u:hunter2@h/n')\nexcept Exception as error:\n    print(error)"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert 'pip install "psycopg[binary]"' in result.stdout and result.stdout.count("\n") == 1
    assert "hunter2" not in result.stdout and result.stderr == ""


def test_a_scores_file_that_is_gone_is_not_made_anew(path: Path, url: str) -> None:
    with game(path, url) as (store, shared):
        play(store)
        until(lambda: sent(path))
        os.rename(path, path.with_name("elsewhere"))  # noqa: PTH104 - as another program would
        shared.send()
        time.sleep(0.2)
        assert not path.exists()
        os.rename(path.with_name("elsewhere"), path)  # noqa: PTH104
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM rounds").fetchone() == (1,)
