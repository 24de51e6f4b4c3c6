"""The game as it is played: real loop, real forger, real files; nothing is lost, and nothing brings it down."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pygame
import pytest
from playing import Clock, Player, Recorder, make_services, ready_forger, write_bare_run

from game.app import FORGER_EVENT, wake_window
from game.forger import PROJECT_ROOT, Forger
from game.pictures import TEST_PICTURES
from game.play_command import open_window
from game.rules import FakePicture, RoundSetup, deal
from gan.run_log import rung_path

TESTS = Path(__file__).resolve().parent


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    return Recorder(monkeypatch)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def player(
    window: None, texts: Recorder, clock: Clock, checkpoints: Path, tmp_path: Path, shared_forger: Forger
) -> Iterator[Player]:
    player = Player(make_services(checkpoints, tmp_path, shared_forger), clock)
    yield player
    player.services.store.close()


def query(tmp_path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Reads the scores file as any other program would."""
    with closing(sqlite3.connect(tmp_path / "scores.sqlite")) as connection:
        return connection.execute(sql).fetchall()


def responses(tmp_path: Path, columns: str) -> list[tuple[Any, ...]]:
    return query(tmp_path, f"SELECT {columns} FROM responses JOIN rounds ON id = round_id ORDER BY seed, number")


def asks(player: Player) -> bool:
    return player.on == "practice" and player.app.screen.waits_for_answer


def begin_round(player: Player) -> None:
    """Goes from the title to the first picture of a round of digits at 64 kimg."""
    player.press("enter", "enter")
    player.until(lambda: asks(player))


def play_round(player: Player, clock: Clock) -> None:
    """Answers 20 trials and goes on to the results."""
    for _ in range(20):
        clock.now += 0.5
        player.press("r")
        clock.now += 0.5
        player.press("space")
    assert player.on == "results"


def expected_score(rows: list[tuple[str, str]]) -> tuple[int, int]:
    """Returns score and right answers by the rules on the help page: 100, and 25 more for each before it, up to 200."""
    score = streak = correct = 0
    for truth, answer in rows:
        streak = streak + 1 if truth == answer else 0
        correct += truth == answer
        score += min(200, 100 + 25 * (streak - 1)) if streak else 0
    return score, correct


# A whole round


def test_a_round_by_keyboard(player: Player, clock: Clock, texts: Recorder, tmp_path: Path) -> None:
    assert player.on == "title"
    player.press("enter")
    assert player.on == "difficulty"
    player.press("enter")
    player.until(lambda: asks(player))

    dealt = deal(RoundSetup("mnist", "mnist", 64, seed=1), TEST_PICTURES)
    # Two wrong ones between long streaks, and each key in turn.
    answers = ["fake" if (picture.truth.value == "fake") != (place in (7, 8)) else "real"
               for place, picture in enumerate(dealt)]  # fmt: skip
    keys = [({"real": "left", "fake": "right"}, {"real": "r", "fake": "f"})[place // 2 % 2][answer]
            for place, answer in enumerate(answers)]  # fmt: skip
    assert set(keys) == {"left", "right", "r", "f"}
    seconds = [0.25 + 0.125 * place for place in range(20)]
    for place, (key, time) in enumerate(zip(keys, seconds, strict=True)):
        assert asks(player)
        clock.now += time
        player.press(key)
        rows = responses(tmp_path, "number, truth, answer, response_seconds, disturbed")
        assert len(rows) == place + 1, "an answer was not in the file when its feedback came"
        assert rows[-1][:3] == (place + 1, dealt[place].truth.value, answers[place])
        assert rows[-1][3] == pytest.approx(time)
        assert rows[-1][4] == 0
        right = place not in (7, 8)
        assert f"{'Right' if right else 'Wrong'}: it was {dealt[place].truth.value}" in texts.all
        clock.now += 1
        player.press("space" if place % 2 else "enter")

    assert player.on == "results"
    assert player.app.screen._name == "", "the space that led here was taken for a part of the name"
    rows = query(tmp_path, "SELECT truth, answer FROM responses ORDER BY number")
    score, correct = expected_score(rows)
    assert query(tmp_path, "SELECT score, correct, finished_at NOTNULL, player, dataset, run, kimg FROM rounds") == [
        (score, correct, 1, None, "mnist", "mnist", 64)
    ]
    assert correct == 18 and "18 of 20" in texts.all

    player.press("space")  # the last key again, as an impatient player would
    player.type("  Ada")
    assert "Ada" in texts.all
    player.press("enter")
    assert query(tmp_path, "SELECT player FROM rounds") == [("Ada",)]
    player.press("right", "right", "enter")
    assert player.on == "highscores"
    assert "Ada" in texts.all and f"{correct} of 20" in texts.all
    player.press("escape", "right", "enter")
    assert player.on == "title"
    assert f"Best: {correct} of 20 at 64 kimg" in texts.all


def test_the_pictures_of_a_round_are_those_of_its_rows(player: Player, clock: Clock, tmp_path: Path) -> None:
    begin_round(player)
    play_round(player, clock)
    columns = "truth, picture_dataset, picture_split, picture_index, picture_run, picture_kimg, picture_seed"
    expected = [
        ("fake", None, None, None, picture.run, picture.kimg, picture.seed)
        if isinstance(picture, FakePicture)
        else ("real", picture.dataset, picture.split, picture.index, None, None, None)
        for picture in deal(RoundSetup("mnist", "mnist", 64, seed=1), TEST_PICTURES)
    ]
    assert responses(tmp_path, columns) == expected


def test_a_round_by_mouse(player: Player, clock: Clock, tmp_path: Path) -> None:
    player.click("fashion-mnist")
    player.click("64")
    player.until(lambda: asks(player))
    for place in range(20):
        clock.now += 0.5
        player.click("fake" if place % 3 else "real")
        clock.now += 0.5
        player.click_at((20, 20))
    rows = responses(tmp_path, "truth, answer")
    assert [answer for _, answer in rows] == ["fake" if place % 3 else "real" for place in range(20)]
    assert query(tmp_path, "SELECT dataset, score FROM rounds") == [("fashion-mnist", expected_score(rows)[0])]
    player.click("keep")
    player.click("scores")
    assert player.on == "highscores"
    player.press("escape")
    player.click("menu")
    assert player.on == "title"
    player.click("quit")
    assert not player.app.running


def test_every_way_out_is_open_to_the_mouse(player: Player, texts: Recorder) -> None:
    def click_text(text: str) -> None:
        box = next(box for shown, box in texts.texts if shown == text)
        player.click_at(player.app.canvas.sheet_point(box.center))

    player.click("mnist")
    click_text("F1")
    assert player.on == "help"
    click_text("Esc")
    assert player.on == "difficulty"
    click_text("H")
    assert player.on == "highscores"
    click_text("Esc")
    click_text("Enter")
    assert player.on == "practice"
    player.until(lambda: asks(player))
    click_text("Esc")
    click_text("Esc")
    assert player.on == "title"
    size = pygame.display.get_window_size()
    click_text("F11")
    assert pygame.display.get_window_size() != size


def test_a_double_click_on_a_stamp_answers_once_and_leaves_the_feedback(
    player: Player, clock: Clock, tmp_path: Path
) -> None:
    begin_round(player)
    stamp = player.button("fake").box.center
    player.click_at(stamp)
    clock.now += 0.2
    player.click_at(stamp)
    assert not asks(player)
    clock.now += 0.5
    player.click_at(stamp)
    assert asks(player)
    assert responses(tmp_path, "answer") == [("fake",)]


def test_a_click_beside_the_stamps_is_no_answer(player: Player, tmp_path: Path) -> None:
    begin_round(player)
    player.click_at((640, 350))
    player.press("up", "enter", "space", "h")
    assert asks(player)
    assert responses(tmp_path, "number") == []


def test_again_deals_another_round(player: Player, clock: Clock, tmp_path: Path) -> None:
    begin_round(player)
    play_round(player, clock)
    player.press("enter", "enter")
    player.until(lambda: asks(player))
    play_round(player, clock)
    assert query(tmp_path, "SELECT seed FROM rounds ORDER BY seed") == [(1,), (2,)]
    pictures = responses(tmp_path, "picture_index, picture_seed")
    assert len(pictures) == len(set(pictures)) == 40


def test_no_picture_comes_twice_though_the_dice_fall_the_same(player: Player, clock: Clock, tmp_path: Path) -> None:
    player.services.next_seed = lambda: 7
    begin_round(player)
    play_round(player, clock)
    player.press("enter", "enter")
    player.until(lambda: asks(player))
    play_round(player, clock)
    assert query(tmp_path, "SELECT seed FROM rounds") == [(7,), (7,)]
    pictures = responses(tmp_path, "picture_index, picture_seed")
    assert len(pictures) == len(set(pictures)) == 40


def test_a_known_player_is_named_from_the_start_and_can_stay_out_of_the_list(
    player: Player, clock: Clock, tmp_path: Path
) -> None:
    begin_round(player)
    play_round(player, clock)
    player.type("Grace")
    player.press("enter", "enter")
    player.until(lambda: asks(player))
    play_round(player, clock)
    player.press("escape")
    assert player.on == "results"
    assert query(tmp_path, "SELECT player FROM rounds ORDER BY seed") == [("Grace",), (None,)]
    player.press("enter")
    player.until(lambda: asks(player))
    play_round(player, clock)
    player.press("enter")
    assert query(tmp_path, "SELECT player FROM rounds ORDER BY seed") == [("Grace",), (None,), ("Grace",)]


def test_a_name_is_as_long_as_the_list_has_room_for_and_can_be_corrected(
    player: Player, clock: Clock, tmp_path: Path
) -> None:
    begin_round(player)
    play_round(player, clock)
    player.type("x" * 30)
    player.press(*["backspace"] * 14)
    player.type("é\n\tß")
    player.press("enter")
    assert query(tmp_path, "SELECT player FROM rounds") == [("xxéß",)]


# Ways out


def test_escape_leads_back_from_every_screen(player: Player, tmp_path: Path) -> None:
    for button, screen in (("scores", "highscores"), ("settings", "settings"), ("help", "help")):
        player.click(button)
        assert player.on == screen
        player.press("escape")
        assert player.on == "title"
    player.click("mnist")
    player.press("f1")
    assert player.on == "help"
    player.press("escape", "h")
    assert player.on == "highscores"
    player.press("escape", "enter")
    player.until(lambda: asks(player))
    player.press("escape")
    assert player.on == "difficulty", "nothing was answered, so there is nothing to ask"
    player.press("escape")
    assert player.on == "title"


def test_leaving_a_round_asks_and_keeps_the_answers(player: Player, texts: Recorder, tmp_path: Path) -> None:
    begin_round(player)
    player.press("r", "space", "escape")
    assert "Leave this round?" in texts.all
    player.press("r")
    assert len(responses(tmp_path, "number")) == 1, "an answer went through the question"
    player.press("escape")
    assert asks(player) and "Leave this round?" not in texts.all
    player.press("f")
    # Its time holds the time of the question.
    assert responses(tmp_path, "number, disturbed") == [(1, 0), (2, 1)]
    player.press("space", "escape", "right", "enter")
    assert player.on == "difficulty"
    assert query(tmp_path, "SELECT finished_at, score FROM rounds") == [(None, None)]


def test_leaving_the_title_takes_escape_twice(player: Player, texts: Recorder) -> None:
    player.press("escape")
    assert player.app.running and "Esc again to quit" in texts.all
    player.press("left")
    assert "Esc again to quit" not in texts.all
    player.press("escape")
    assert player.app.running
    player.press("escape")
    assert not player.app.running


@pytest.mark.parametrize(
    "event",
    [
        pygame.Event(pygame.QUIT),
        pygame.Event(pygame.KEYDOWN, key=pygame.K_q, mod=pygame.KMOD_LCTRL, unicode=""),
    ],
    ids=["close button", "Ctrl-Q"],
)
def test_the_window_closes_at_once_in_the_middle_of_a_round(
    player: Player, tmp_path: Path, event: pygame.Event
) -> None:
    begin_round(player)
    player.press("r")
    player.frame(event)
    assert not player.app.running
    assert len(responses(tmp_path, "number")) == 1


def test_the_at_sign_of_a_german_keyboard_does_not_quit(player: Player) -> None:
    altgr = pygame.KMOD_LCTRL | pygame.KMOD_RALT
    player.frame(pygame.Event(pygame.KEYDOWN, key=pygame.K_q, mod=altgr, unicode="@"))
    assert player.app.running


# Times


def test_a_time_runs_from_the_frame_that_showed_the_picture(player: Player, clock: Clock, tmp_path: Path) -> None:
    begin_round(player)
    screen, draw = player.app.screen, player.app.screen.draw

    def slow_draw(*arguments: Any) -> None:
        clock.now += 0.125
        draw(*arguments)

    screen.draw = slow_draw
    clock.now += 2
    player.press("r")
    clock.now += 5
    player.press("space")
    clock.now += 1
    player.press("f")
    assert [row[0] for row in responses(tmp_path, "response_seconds")] == pytest.approx([2, 1])


@pytest.mark.parametrize("kind", [pygame.WINDOWMOVED, pygame.WINDOWFOCUSLOST, pygame.WINDOWMINIMIZED])
def test_a_disturbed_response_is_marked_and_no_other(player: Player, tmp_path: Path, kind: int) -> None:
    begin_round(player)
    player.press("r")
    player.frame(pygame.Event(kind, x=1, y=1))  # during the feedback, where no time runs
    player.press("space", "r", "space")
    player.frame(pygame.Event(kind, x=1, y=1))
    player.press("r", "space", "r")
    assert responses(tmp_path, "disturbed") == [(0,), (0,), (1,), (0,)]


def test_a_disturbance_before_the_first_picture_marks_nothing(player: Player, tmp_path: Path) -> None:
    player.press("enter", "enter")
    player.frame(pygame.Event(pygame.WINDOWMOVED, x=1, y=1))
    player.until(lambda: asks(player))
    player.press("r")
    assert responses(tmp_path, "disturbed") == [(0,)]


def test_a_window_that_hung_marks_the_response(player: Player, clock: Clock, tmp_path: Path) -> None:
    begin_round(player)
    forger, poll = player.services.forger, player.services.forger.poll

    def hanging_poll() -> bool:
        clock.now += 0.3
        return poll()

    forger.poll = hanging_poll  # type: ignore[method-assign]
    player.frame()
    del forger.poll
    player.press("r", "space", "r")
    assert responses(tmp_path, "disturbed") == [(1,), (0,)]


def test_reading_the_help_marks_the_response(player: Player, tmp_path: Path) -> None:
    begin_round(player)
    player.press("f1", "escape", "r", "space", "r")
    assert responses(tmp_path, "disturbed") == [(1,), (0,)]


# The window


def test_a_window_resized_in_the_middle_of_a_round_goes_on(player: Player, clock: Clock, tmp_path: Path) -> None:
    begin_round(player)
    player.press("r", "space")
    for size in ((800, 600), (1920, 1080), (640, 400)):
        pygame.display.set_mode(size, pygame.RESIZABLE)
        player.frame()
        assert player.app.canvas.size == size
        assert asks(player)
    player.click("fake")
    player.press("space", "r")
    assert responses(tmp_path, "answer, disturbed") == [("real", 0), ("fake", 1), ("real", 0)]


def test_full_screen_fills_the_screen_and_goes_back_by_key_and_by_switch(player: Player, tmp_path: Path) -> None:
    screen_size = pygame.display.get_desktop_sizes()[0]
    assert screen_size != (1280, 720)
    player.press("f11")
    assert pygame.display.get_window_size() == player.app.canvas.size == screen_size
    assert '"full_screen": true' in (tmp_path / "settings.json").read_text()
    player.click("settings")
    player.click("full_screen")
    assert pygame.display.get_window_size() == player.app.canvas.size == (1280, 720)
    assert '"full_screen": false' in (tmp_path / "settings.json").read_text()
    player.click("full_screen")
    assert pygame.display.get_window_size() == screen_size
    assert player.services.settings.full_screen


def test_where_the_screen_can_not_be_filled_the_window_opens_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    set_mode = pygame.display.set_mode

    def refusing(size: tuple[int, int], flags: int) -> pygame.Surface:
        if flags & pygame.FULLSCREEN:
            raise pygame.error("That operation is not supported")
        return set_mode(size, flags)

    monkeypatch.setattr(pygame.display, "set_mode", refusing)
    open_window((900, 600), full_screen=True)
    assert pygame.display.get_window_size() == (900, 600)
    pygame.quit()


def test_the_player_can_be_named_in_the_settings(player: Player, texts: Recorder, tmp_path: Path) -> None:
    player.click("settings")
    player.click("player")
    player.type("Ada B")
    player.press("space", "backspace", "backspace")
    assert player.services.settings.player_name == "Ada "
    assert player.on == "settings" and '"player_name": "Ada "' in (tmp_path / "settings.json").read_text()
    player.press("escape")
    assert "player Ada" in texts.all


def test_switches_are_kept(player: Player, tmp_path: Path) -> None:
    player.click("settings")
    player.press("down", "enter")
    assert player.services.settings.reduced_motion
    assert '"reduced_motion": true' in (tmp_path / "settings.json").read_text()


def test_the_forger_wakes_the_waiting_window(window: None) -> None:
    pygame.event.clear()
    wake_window()
    assert pygame.event.wait(2000).type == FORGER_EVENT
    pygame.quit()
    wake_window()


def test_a_screen_at_rest_is_not_drawn_again(player: Player, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_round(player)
    player.press("r")
    flips: list[None] = []
    monkeypatch.setattr(pygame.display, "flip", lambda: flips.append(None))
    for _ in range(3):  # the stamp comes down
        clock.now += 0.04
        player.frame()
    assert len(flips) == 3
    clock.now += 0.1
    player.frame()
    assert len(flips) == 4, "the stamp's last place is not drawn"
    for _ in range(5):
        clock.now += 1
        player.frame()
    assert len(flips) == 4
    assert player.app.screen.wait_seconds(clock.now) is None


# What goes wrong


def test_a_rung_deleted_in_the_middle_of_the_game_is_a_sentence(
    player: Player, texts: Recorder, checkpoints: Path, tmp_path: Path
) -> None:
    player.press("enter")
    rung_path(checkpoints / "mnist", 64).unlink()
    player.press("enter")
    player.until(lambda: "is missing" in texts.all)
    assert player.on == "practice"
    player.press("r", "space")
    player.press("escape", "right", "enter")
    assert player.on == "practice", "the other rungs can't be played"
    player.until(lambda: asks(player))
    player.press("r")
    assert responses(tmp_path, "number") == [(1,)]


def test_a_forger_killed_in_the_middle_is_a_sentence_and_starts_anew(
    window: None, texts: Recorder, checkpoints: Path, tmp_path: Path
) -> None:
    forger = ready_forger()
    player = Player(make_services(checkpoints, tmp_path, forger))
    begin_round(player)
    process = forger._process
    assert process is not None
    process.kill()
    # What was fetched before stays playable.
    player.until(lambda: forger.status.failure)
    player.press("r", "space", "r", "space", "escape", "right", "enter")
    assert player.on == "difficulty"
    assert len(responses(tmp_path, "number")) == 2
    player.press("enter")
    player.until(lambda: asks(player))

    assert forger._process is not None
    os.kill(forger._process.pid, signal.SIGSTOP)
    player.press("escape", "enter")
    forger._process.kill()
    player.until(lambda: "The forger stopped" in texts.all)
    assert player.on == "practice"
    player.press("escape")
    assert player.on == "difficulty"
    player.close()


def test_without_any_run_the_title_opens_with_a_sentence(window: None, texts: Recorder, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    player = Player(make_services(tmp_path / "empty", tmp_path))
    assert "has no generator for Digits and Clothes" in texts.all.replace("\n", " ")
    player.press("enter", "right", "enter")
    assert player.on == "title"
    player.click("scores")
    assert "There is no generator to play against yet." in texts.all
    player.press("left", "tab", "escape")
    assert player.on == "title"
    player.close()


def test_a_damaged_run_is_told_of_and_the_others_play(
    window: None, texts: Recorder, clock: Clock, checkpoints: Path, tmp_path: Path
) -> None:
    (checkpoints / "fashion-mnist" / "run.json").write_text("{")
    player = Player(make_services(checkpoints, tmp_path), clock)
    assert "is damaged" in texts.all
    begin_round(player)
    player.close()


def test_a_damaged_scores_file_is_set_aside_and_the_game_goes_on(
    window: None, texts: Recorder, clock: Clock, checkpoints: Path, tmp_path: Path
) -> None:
    (tmp_path / "scores.sqlite").write_bytes(b"no database " * 100)
    player = Player(make_services(checkpoints, tmp_path), clock)
    begin_round(player)
    player.press("r")
    assert len(responses(tmp_path, "number")) == 1
    [aside] = tmp_path.glob("scores.sqlite.damaged-*")
    assert aside.read_bytes() == b"no database " * 100
    player.press("escape", "right", "enter", "escape")
    assert player.on == "title" and "was damaged" in texts.all
    player.close()


# Processes

PLAY = f"""
import os, sys
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
player.press("enter", "enter")
for place in range(int(sys.argv[3])):
    player.press("r")
    if place < int(sys.argv[3]) - 1:
        player.press("space")
if len(sys.argv) > 4:
    os.kill(os.getpid(), 9)
player.press("space")
player.close()
"""

RUN = """
import sys, threading, time
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
    return subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


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


def test_two_games_at_once_both_keep_every_answer(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "checkpoints" / "mnist", (64,))
    games = [start(PLAY, tmp_path, seed, 20) for seed in (1, 2)]
    for game in games:
        _, errors = game.communicate()
        assert game.returncode == 0, errors
    assert responses(tmp_path, "number") == [(number,) for _ in games for number in range(1, 21)]
    for seed, score in query(tmp_path, "SELECT seed, score FROM rounds"):
        rows = query(tmp_path, f"SELECT truth, answer FROM responses JOIN rounds ON id = round_id WHERE seed = {seed}")
        assert score == expected_score(rows)[0]


def test_closing_the_window_ends_everything_without_a_word(checkpoints: Path, tmp_path: Path) -> None:
    process = start(RUN, tmp_path)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(output.splitlines()[-1]), 0)


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        ((), {"SDL_VIDEODRIVER": "nonexistent"}, "No window can be opened"),
        (("--checkpoints", "/nowhere/at-all"), {}, "/nowhere/at-all is no folder"),
        (("--width", "300"), {}, "can't be smaller than 640×400"),
    ],
    ids=["no screen", "no checkpoints", "too small"],
)
def test_where_it_can_not_go_on_it_says_one_sentence_and_exits_with_2(
    arguments: tuple[str, ...], environment: dict[str, str], words: str
) -> None:
    result = run_play(*arguments, **environment)
    assert result.returncode == 2
    assert result.stdout == ""
    assert words in result.stderr
    assert result.stderr.count("\n") == 1 and result.stderr.endswith(".\n")


def test_the_help_names_every_flag() -> None:
    result = run_play("--help")
    assert result.returncode == 0
    for flag in ("--checkpoints", "--scores", "--settings", "--full-screen", "--mute", "--width", "--height"):
        assert flag in result.stdout
