"""The lab's list of runs, by keyboard and mouse, over real files."""

import shutil
from pathlib import Path

import pygame
import pytest
from lab_runs import add_tick, focused, look, visible, write_grid, write_lab_run
from playing import Clock, Player, Recorder, make_services

from game.destinations import ShowLab
from game.screen import Open
from gan.run_log import latest_sample_path, rung_path

# As `write_lab` writes them: shipped ones first, then the newest.
NAMES = ["mnist", "fashion-mnist", "own-1", "own-2", "own-3", "own-4", "own-5", "own-6"]


def in_lab(player: Player) -> Player:
    player.click("lab")
    assert player.on == "lab"
    return player


# The lab


def test_every_run_says_what_it_is_and_what_it_does(visitor: Player, texts: Recorder) -> None:
    player = in_lab(visitor)
    assert visible(player) == NAMES[:5]
    first = texts.all
    for words in ("Monday's digits", "training, 41 %", "left", "paused, 1 %", "interrupted", "can go on"):
        assert words in first, words
    assert "came with the game" in first and "10 rungs to 1\u202f024 kimg · judge distance 0.10" in first
    player.press("down", "end")
    assert visible(player) == NAMES[3:]
    for words in ("stopped", "failed", "1 rung at 2 kimg · judge distance 16.67", "no rung yet", "Hardly begun"):
        assert words in texts.all, words


def test_the_arrows_reach_every_run_and_lead_back_to_the_buttons(visitor: Player) -> None:
    player = in_lab(visitor)
    assert focused(player) == "train"
    for name in NAMES:
        player.press("down")
        assert focused(player) == f"run/{name}"
        assert name in visible(player), "the focus is out of sight"
    player.press("down")
    assert focused(player) == "run/own-6"
    player.press(*["up"] * len(NAMES))
    assert focused(player) == "train"
    assert visible(player)[0] == "mnist"
    player.press("tab", "tab")
    assert focused(player) == "run/mnist"


def test_enter_and_a_click_open_the_run(visitor: Player) -> None:
    player = in_lab(visitor)
    player.press("down", "down", "down", "enter")
    assert (player.on, player.app.screen._name) == ("watch", "own-1")
    player.press("escape")
    assert (player.on, focused(player)) == ("lab", "run/own-1")
    player.click("run/fashion-mnist")
    assert (player.on, player.app.screen._name) == ("watch", "fashion-mnist")


def test_the_wheel_scrolls_and_takes_the_focus_along(visitor: Player) -> None:
    player = in_lab(visitor)
    player.press("down")
    player.frame(pygame.Event(pygame.MOUSEWHEEL, x=0, y=-2, flipped=False, precise_x=0.0, precise_y=-2.0))
    assert visible(player) == NAMES[2:7]
    assert focused(player) == "run/own-1"
    player.frame(pygame.Event(pygame.MOUSEWHEEL, x=0, y=-9, flipped=False, precise_x=0.0, precise_y=-9.0))
    assert visible(player) == NAMES[3:]
    player.frame(pygame.Event(pygame.MOUSEWHEEL, x=0, y=9, flipped=False, precise_x=0.0, precise_y=9.0))
    assert visible(player) == NAMES[:5]


def test_a_click_on_the_scroll_bar_goes_there(visitor: Player) -> None:
    player = in_lab(visitor)
    row = player.button("run/own-3").box
    player.click_at((row.right + 17, row.bottom - 2))
    assert visible(player) == NAMES[3:]
    player.click_at((row.right + 17, player.button("run/own-2").box.top + 2))
    assert visible(player) == NAMES[:5]


def test_the_buttons_lead_to_a_plan_and_to_an_import(
    visitor: Player, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(tmp_path))
    player = in_lab(visitor)
    player.press("enter")
    assert player.on == "planrun"
    player.press("escape", "right", "enter")
    assert player.on == "importrun"
    player.press("escape", "escape")
    assert player.on == "title"


def test_what_training_writes_is_shown_as_it_comes(
    visitor: Player, clock: Clock, texts: Recorder, folder: Path
) -> None:
    player = in_lab(visitor)
    add_tick(folder / "own-1", 1800)
    rung_path(folder / "own-1", 1800).touch()
    look(player, clock)
    assert "training, 60 %" in texts.all and "11 rungs to 1\u202f800 kimg" in texts.all


def test_a_run_that_is_deleted_loses_the_focus(visitor: Player, clock: Clock, folder: Path) -> None:
    player = in_lab(visitor)
    player.press("down", "down", "down", "down", "down")
    assert focused(player) == "run/own-3"
    shutil.rmtree(folder / "own-3")
    look(player, clock)
    assert focused(player) == "train" and "own-3" not in visible(player)
    player.press("enter")
    assert player.on == "planrun"


def test_damaged_folders_are_told_of_in_two_lines_at_most(
    visitor: Player, clock: Clock, texts: Recorder, folder: Path
) -> None:
    player = in_lab(visitor)
    for name in ("bad-1", "bad-2"):
        (folder / name).mkdir()
        (folder / name / "run.json").write_text("{")
    look(player, clock)
    assert "bad-1/run.json is damaged" in texts.all and "bad-2/run.json is damaged" in texts.all
    (folder / "bad-3").mkdir()
    (folder / "bad-3" / "run.json").write_text("{")
    look(player, clock)
    assert sum("is damaged" in text for text, _ in texts.texts) == 1
    assert "… and 2 more damaged folders" in texts.all


@pytest.mark.parametrize("names", [[], ["mnist"], ["mnist", "fashion-mnist"]], ids=len)
def test_where_nobody_has_trained_yet_the_lab_says_how(
    window: None, texts: Recorder, clock: Clock, folder: Path, tmp_path: Path, names: list[str]
) -> None:
    folder.mkdir()
    for name in names:
        write_lab_run(folder / name)
    player = in_lab(Player(make_services(folder, tmp_path), clock))
    assert visible(player) == names and "Nothing of your own yet" in texts.all
    player.press("down", "up", "tab", "tab", "end", "page down")
    write_lab_run(folder / "own")
    look(player, clock)
    assert "Nothing of your own yet" not in texts.all
    player.close()


def test_of_a_hundred_runs_only_those_in_sight_are_read(
    window: None, clock: Clock, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in range(100):
        write_lab_run(folder / f"own-{place:03d}", (2,))
    services = make_services(folder, tmp_path)
    asked: list[str] = []
    measured = services.lab.library.measured
    monkeypatch.setattr(services.lab.library, "measured", lambda run: (asked.append(run.name), measured(run))[1])
    player = in_lab(Player(services, clock))
    assert sorted(asked) == sorted(visible(player)) and len(asked) == 5
    player.frame(pygame.Event(pygame.WINDOWEXPOSED))
    assert len(asked) == 5, "a frame in which nothing changed read the files again"
    player.press("down", "end")
    assert visible(player)[-1] == "own-000" and len(asked) == 10
    assert len(player.buttons) == 7
    player.close()


def test_the_rows_show_the_newest_grid(
    window: None, clock: Clock, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[bytes] = []
    picture = "game.ui.canvas.Canvas.picture"
    monkeypatch.setattr(picture, lambda canvas, pixels, box: drawn.append(pixels.tobytes()))
    run = write_lab_run(folder / "own")
    marked = write_grid(run / "samples" / "000002.png")
    latest = write_grid(latest_sample_path(run), first=64)
    player = Player(make_services(folder, tmp_path), clock)
    drawn.clear()
    in_lab(player)
    assert drawn[-6:] == [latest[:28, place * 28 : place * 28 + 28].tobytes() for place in range(6)]
    latest_sample_path(run).unlink()
    drawn.clear()
    look(player, clock)
    assert drawn[-6:] == [marked[:28, place * 28 : place * 28 + 28].tobytes() for place in range(6)]
    player.close()


def test_the_lab_is_a_screen_that_shows_training_itself(visitor: Player, texts: Recorder) -> None:
    assert "F2" in texts.all
    visitor.app._follow(Open(ShowLab()))
    visitor.frame()
    assert "F2" not in texts.all
