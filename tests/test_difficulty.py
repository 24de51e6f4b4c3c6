"""The choice of a run and of a rung, while runs come, grow and go."""

import shutil
from pathlib import Path

import pygame
import pytest
from lab_runs import add_tick, focused, look, visible, write_lab_run
from playing import Clock, Player, Recorder, make_services

from game.destinations import ChooseDifficulty
from game.screen import Open
from gan.run_log import RunStatus, rung_path


def at_difficulty(player: Player, run: str = "", dataset: str = "mnist") -> Player:
    if run:
        player.services.chosen_runs[dataset] = run
    player.app._follow(Open(ChooseDifficulty(dataset)))
    player.frame()
    return player


# The choice of a run to play against


def test_another_run_is_chosen_by_keyboard_and_remembered(visitor: Player, texts: Recorder) -> None:
    visitor.press("enter", "enter")
    assert visitor.on == "difficulty" and "mnist" in texts.all and "run 1 of 4" in texts.all
    visitor.press("c")
    assert visitor.on == "chooserun"
    assert visible(visitor) == ["mnist", "own-1", "own-3", "own-5"]
    visitor.press("down", "enter")
    assert visitor.on == "difficulty"
    assert "Monday's digits" in texts.all and "training, 41 %" in texts.all and "run 2 of 4" in texts.all
    assert focused(visitor) == "64"
    visitor.press("escape")
    assert visitor.on == "choosemode" and "run 2 of 4" in texts.all
    visitor.press("escape", "enter", "enter")
    assert "run 2 of 4" in texts.all
    visitor.press("enter")
    assert visitor.on == "practice" and visitor.app.screen._round.setup.run == "own-1"


def test_another_run_is_chosen_by_mouse(visitor: Player, texts: Recorder) -> None:
    visitor.click("fashion-mnist")
    visitor.click("practice")
    visitor.click("run")
    assert visible(visitor) == ["fashion-mnist", "own-2", "own-4"]
    visitor.click("run/own-2")
    assert visitor.on == "difficulty" and "Paused for lunch" in texts.all and "paused, 1 %" in texts.all
    # Its ladder ends at 32 kimg.
    assert focused(visitor) == "32"


def test_escape_leaves_the_run_as_it_was(visitor: Player, texts: Recorder) -> None:
    at_difficulty(visitor, "own-3")
    visitor.press("left", "c", "down", "escape")
    assert visitor.on == "difficulty" and "run 3 of 4" in texts.all
    assert focused(visitor) == "32"
    visitor.press("c")
    assert focused(visitor) == "run/own-3", "the list begins elsewhere"


def test_the_run_is_in_the_reach_of_arrows_and_tab(visitor: Player) -> None:
    at_difficulty(visitor)
    visitor.press("home", "up")
    assert focused(visitor) == "run"
    visitor.press("down")
    assert focused(visitor).isdecimal()
    visitor.press("end", "tab")
    assert focused(visitor) == "run"
    visitor.press("enter")
    assert visitor.on == "chooserun"


def test_the_only_run_can_not_be_changed(window: None, clock: Clock, folder: Path, tmp_path: Path) -> None:
    write_lab_run(folder / "mnist", (2, 64))
    player = at_difficulty(Player(make_services(folder, tmp_path), clock))
    assert [button.name for button in player.buttons] == ["2", "64"]
    player.press("c", "up", "up")
    assert player.on == "difficulty" and focused(player) == "64"
    player.close()


# The rungs


def test_a_rung_that_is_saved_while_one_chooses_appears(
    visitor: Player, clock: Clock, texts: Recorder, folder: Path
) -> None:
    at_difficulty(visitor, "own-1")
    visitor.press("left")
    assert focused(visitor) == "32" and "2048" not in [button.name for button in visitor.buttons]
    requests = visitor.services.forger.requests
    requests.clear()
    samples = dict(visitor.app.screen._samples)
    rung_path(folder / "own-1", 2048).touch()
    look(visitor, clock)
    visitor.frame()
    assert visitor.button("2048") and focused(visitor) == "32"
    assert [picture["kimg"] for pictures, _ in requests for picture in pictures] == [2048] * 4
    assert all(visitor.app.screen._samples[kimg] is order for kimg, order in samples.items())
    assert "distance 0.05" not in texts.all
    add_tick(folder / "own-1", 2048, 0.05)
    look(visitor, clock)
    assert "distance 0.05" in texts.all
    visitor.click("2048")
    assert visitor.on == "practice" and visitor.app.screen._round.setup.kimg == 2048


def test_a_run_that_is_deleted_gives_way_to_the_first(
    visitor: Player, clock: Clock, texts: Recorder, folder: Path
) -> None:
    at_difficulty(visitor, "own-3")
    shutil.rmtree(folder / "own-3")
    look(visitor, clock)
    assert "run 1 of 3" in texts.all and "mnist" in texts.all and focused(visitor) == "64"
    for name in ("own-1", "own-5", "mnist"):
        shutil.rmtree(folder / name)
    look(visitor, clock)
    assert "There is no forger to play against yet" in texts.all and not visitor.buttons
    visitor.press("enter", "up", "down", "c", "h", "tab", "escape")
    assert visitor.on == "title"


def test_all_of_many_rungs_can_be_played(
    window: None, clock: Clock, texts: Recorder, folder: Path, tmp_path: Path
) -> None:
    rungs = tuple(range(2, 62, 2))
    write_lab_run(folder / "mnist", rungs)
    player = at_difficulty(Player(make_services(folder, tmp_path), clock))
    player.press("home")
    seen = []
    for kimg in rungs:
        assert focused(player) == str(kimg) and player.button(str(kimg))
        player.frame()
        assert player.app.screen._samples[kimg].shown is not None
        seen.append(f"{kimg} kimg" in texts.all)
        player.press("tab")
    assert all(seen)
    player.press("home")
    # Seven in a row; the fifth row has two.
    for expected in ("16", "30", "44", "58", "58"):
        player.press("down")
        assert focused(player) == expected
    player.press("right", "enter")
    assert player.app.screen._round.setup.kimg == 60
    player.close()


def test_only_rungs_in_sight_are_drawn_by_the_forger(window: None, clock: Clock, folder: Path, tmp_path: Path) -> None:
    write_lab_run(folder / "mnist", tuple(range(2, 202, 2)))
    services = make_services(folder, tmp_path)
    player = Player(services, clock)
    services.forger.requests.clear()
    at_difficulty(player)
    assert len(services.forger.requests) == 14
    player.close()


def test_the_scores_are_not_asked_for_in_every_frame(
    visitor: Player, monkeypatch: pytest.MonkeyPatch, texts: Recorder
) -> None:
    store = visitor.services.store.get()
    asked: list[int] = []
    high_scores = store.high_scores

    def counted(dataset: str, run: str, kimg: int, **named: int) -> object:
        asked.append(kimg)
        return high_scores(dataset, run, kimg, **named)

    at_difficulty(visitor)
    monkeypatch.setattr(type(store), "high_scores", lambda self, *arguments, **named: counted(*arguments, **named))
    visitor.press("left", "right")
    for _ in range(5):
        visitor.frame(pygame.Event(pygame.WINDOWEXPOSED))
    assert sorted(asked) in ([32], [32, 64])


def test_a_run_that_was_stopped_early_is_offered_with_what_it_has(visitor: Player, texts: Recorder) -> None:
    at_difficulty(visitor, "own-4", "fashion-mnist")
    assert "256 kimg · 2 Jan 2030" in texts.all and "stopped" not in texts.all


def test_what_has_no_rung_is_not_offered(visitor: Player, clock: Clock, folder: Path) -> None:
    write_lab_run(folder / "own-7", (), RunStatus.STOPPED)
    at_difficulty(visitor)
    visitor.press("c")
    assert not {"own-6", "own-7"} & set(visible(visitor))
