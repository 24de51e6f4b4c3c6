"""The game's clock and window, and what goes wrong: nothing is lost, and nothing brings it down."""

import os
import signal
from pathlib import Path
from typing import Any

import pygame
import pytest
from forgers import ready_forger
from playing import Clock, Player, Recorder, asks, begin_round, make_services, responses

from game.app import FORGER_EVENT, wake_window
from game.play_command import open_window
from gan.run_log import rung_path

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
    player.press("enter", "enter", "enter")
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


def test_the_settings_lead_to_the_players(player: Player, texts: Recorder, tmp_path: Path) -> None:
    player.click("settings")
    assert "nobody" in texts.all
    player.click("player")
    assert player.on == "players"
    player.press("n")
    player.type("Ada B")
    player.press("space", "backspace", "backspace", "enter")
    assert player.on == "settings" and "Ada" in texts.all
    assert player.services.settings.player_name == "Ada"
    assert '"player_name": "Ada"' in (tmp_path / "settings.json").read_text()
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
    # An answer of the forger's is a reason to draw: this round has had its last one.
    nearest, verdicts = player.app.screen._explanations._nearest, player.app.screen._explanations._verdicts
    player.until(lambda: (nearest.shown or nearest.error) and (verdicts.verdicts or verdicts.error))
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
    player.press("enter", "enter")
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
    # Of a long path's sentence the end is shown.
    assert "restore it or train again" in texts.all
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
    player.press("escape", "right", "enter", "escape", "escape")
    assert player.on == "title" and "was damaged" in texts.all
    player.close()
