"""What is wrong with a class's database or its URL is said in one sentence, which tells no secret; play goes on."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from postgres import PASSWORD, PASSWORD_IN_URL, Server
from scores import query
from sharing import change, game, opened_by, play, rows, sent, until

from game.stored_rounds import StoredRounds

ROOT = Path(__file__).parents[1]


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
    stores = [opened_by(path.stem, path, url) for path in paths]
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


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps open files in their place")
def test_a_scores_file_that_is_gone_is_not_made_anew(path: Path, url: str) -> None:
    with game(path, url) as (store, shared):
        play(store)
        until(lambda: sent(path))
        path.rename(path.with_name("elsewhere"))
        answer = shared.ask(StoredRounds.players)
        until(lambda: answer.done)
        shared.send()
        time.sleep(0.2)
        assert not path.exists()
        path.with_name("elsewhere").rename(path)
    assert query(path, "SELECT count(*) FROM rounds") == [(1,)]
