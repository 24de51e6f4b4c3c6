"""The game as processes: killed, doubled, closed, or started where it can't run."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from bare_runs import write_bare_run
from playing import TRIALS, expected_score, query, responses

from game.forger import PROJECT_ROOT

TESTS = Path(__file__).resolve().parent


# Processes

PLAY = f"""
import os, sys
from contextlib import closing
from pathlib import Path
sys.path[:0] = [{str(PROJECT_ROOT)!r}, {str(TESTS)!r}]
from playing import Player, make_services
from game.play_command import open_window

folder = Path(sys.argv[1])
open_window((1280, 720), full_screen=False)
services = make_services(folder / "checkpoints", folder)
seed = int(sys.argv[2])
services.next_seed = lambda: seed
player = Player(services)
player.press("enter", "enter", "enter")
for place in range(int(sys.argv[3])):
    player.press("r")
    if place < int(sys.argv[3]) - 1:
        player.press("space")
if len(sys.argv) > 4:
    os.kill(os.getpid(), 9)
player.press("space")
player.close()
"""

JUDGE = f"""
import os, sys
from pathlib import Path
sys.path[:0] = [{str(PROJECT_ROOT)!r}, {str(TESTS)!r}]
from playing import Clock, Player, make_services
from game.play_command import open_window

folder, mode, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
open_window((640, 400), full_screen=False)
clock = Clock()
player = Player(make_services(folder / "checkpoints", folder, ask_confidence=True), clock)
player.press("enter")
player.click("measured" if mode == "short measured" else mode)
player.press("enter")
if mode == "short measured":
    player.click("short")
player.click("start")
for place in range(count):
    clock.now += 1
    # The second key is how sure one is, or the second thought.
    player.press("rf"[place % 2], "f" if mode == "consult" else "3")
    print(place + 1, flush=True)
    sys.stdin.readline()
    player.press("space")
sys.stdin.readline()
"""

RUN = """
import sys, threading, time
from contextlib import closing
from pathlib import Path
import pygame
from game.app import App
from game.play_command import PlayOptions, play

def make_app(services):
    def close():
        while not services.forger.status.ready:
            time.sleep(0.01)
        print(services.forger._process.pid, flush=True)
        pygame.event.post(pygame.Event(pygame.QUIT))
    threading.Thread(target=close).start()
    return App(services)

folder = Path(sys.argv[1])
sys.exit(play(PlayOptions(folder / "checkpoints", folder / "scores.sqlite", folder / "settings.json"), make_app))
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=PROJECT_ROOT, text=True, **pipes)


def run_play(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "play.py", *arguments]
    environment = {**os.environ, **environment}
    return subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_a_game_killed_right_after_an_answer_has_kept_it(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "checkpoints" / "mnist", (64,))
    process = start(PLAY, tmp_path, 1, 3, "kill")
    _, errors = process.communicate()
    assert process.returncode == -signal.SIGKILL, errors
    assert responses(tmp_path, "number, answer") == [(1, "real"), (2, "real"), (3, "real")]


@pytest.mark.parametrize(
    ("mode", "count", "extras"),
    [
        ("measured", 5, (3, 0, 0)),
        ("short measured", 40, (3, 0, 0)),
        ("duel", 5, (3, 0, 1)),
        ("consult", 40, (None, 1, 1)),
    ],
)
def test_a_game_killed_after_any_answer_has_kept_all_of_it(
    tmp_path: Path, mode: str, count: int, extras: tuple[int | None, int, int]
) -> None:
    write_bare_run(tmp_path / "checkpoints" / "mnist", (64,))
    process = start(JUDGE, tmp_path, mode, count)
    assert process.stdin is not None and process.stdout is not None
    # Who is asked twice takes every picture for a fake in the end.
    answers = ["fake" if mode == "consult" or number % 2 == 0 else "real" for number in range(1, count + 1)]
    for number in range(1, count + 1):
        assert process.stdout.readline() == f"{number}\n", process.communicate()[1]
        # What another process reads is what is left where this one is killed; and at the end it is.
        kept = responses(tmp_path, "number, answer")
        assert kept == list(enumerate(answers[:number], start=1))
        if number < count:
            process.stdin.write("\n")
            process.stdin.flush()
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    columns = "number, answer, confidence, first_answer NOTNULL, fake_probability NOTNULL"
    assert responses(tmp_path, columns) == [(*row, *extras) for row in enumerate(answers, start=1)]
    # With the last answer the round is over, whatever comes after it.
    assert query(tmp_path, "SELECT mode, finished_at NOTNULL FROM rounds") == [(mode, int(count == 40))]


def test_two_games_at_once_both_keep_every_answer(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "checkpoints" / "mnist", (64,))
    games = [start(PLAY, tmp_path, seed, 20) for seed in (1, 2)]
    for game in games:
        _, errors = game.communicate()
        assert game.returncode == 0, errors
    assert responses(tmp_path, "number") == [(number,) for _ in games for number in range(1, 21)]
    for seed, score in query(tmp_path, "SELECT seed, score FROM rounds"):
        rows = query(tmp_path, f"SELECT truth, answer FROM {TRIALS} WHERE seed = {seed} ORDER BY number")
        assert score == expected_score(rows)[0]


def test_closing_the_window_ends_everything_without_a_word(
    checkpoints: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REAL_OR_FAKE_DATABASE", f"sqlite:///{tmp_path / 'class.sqlite'}")
    process = start(RUN, tmp_path)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(output.splitlines()[-1]), 0)
    with closing(sqlite3.connect(tmp_path / "class.sqlite")) as shared:
        assert shared.execute("SELECT version FROM schema_version").fetchone() == (2,)


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (("--databse", "postgresql://u:hunter2@h/" + "n" * 60), {}, "Unrecognized options: --databse"),
        (("postgresql://u:hunter2@" + "h" * 60 + "/n?sslpassword=hunter2",), {}, "Unrecognized options"),
        (("--width", "postgresql://u:hunt/er2@h/n"), {}, "--width"),
        ((), {"SDL_VIDEODRIVER": "nonexistent"}, "No window can be opened"),
        (("--checkpoints", "/nowhere/at-all"), {}, "/nowhere/at-all is no folder"),
        (("--width", "300"), {}, "can't be smaller than 640×400"),
    ],
    ids=["misspelt", "no flag", "wrong flag", "no screen", "no checkpoints", "too small"],
)
def test_where_it_can_not_go_on_it_says_one_sentence_and_exits_with_2(
    arguments: tuple[str, ...], environment: dict[str, str], words: str
) -> None:
    result = run_play(*arguments, **environment)
    assert result.returncode == 2
    assert result.stdout == ""
    assert words in result.stderr
    assert "er2" not in result.stderr.replace(" ", "")
    assert result.stderr.count("\n") == 1 and result.stderr.endswith(".\n")


def test_the_help_names_every_flag() -> None:
    result = run_play("--help")
    assert result.returncode == 0
    for flag in (
        "--checkpoints",
        "--scores",
        "--database",
        "--settings",
        "--full-screen",
        "--mute",
        "--width",
        "--height",
    ):
        assert flag in result.stdout
