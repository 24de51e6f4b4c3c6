"""A run from elsewhere, taken in by the real command: dropped, typed, or chosen among what was found."""

import os
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pygame
import pytest
from playing import Clock, Player, Recorder, make_services

from game import found_runs
from game.background_job import JobState
from game.destinations import ImportRun
from game.found_runs import RunSearch
from game.screen import Open
from gan.run_log import read_record, write_record


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    monkeypatch.setattr(found_runs, "user_downloads_path", lambda: folder)
    return folder


@pytest.fixture
def importer(
    window: None, texts: Recorder, clock: Clock, checkpoints: Path, downloads: Path, tmp_path: Path
) -> Iterator[Player]:
    """A player at the title of a game with two tiny runs, whose downloads are empty."""
    for run in (checkpoints / "mnist", checkpoints / "fashion-mnist"):
        # As large as the tiny generators are: the importer compares.
        record = read_record(run)
        write_record(run, replace(record, config=replace(record.config, latent_size=8, generator_width=4)))
    player = Player(make_services(checkpoints, tmp_path), clock)
    yield player
    if player.services.job is not None:
        player.services.job.close()
    player.close()


def zipped(run: Path, path: Path, age_seconds: int = 0) -> Path:
    """Packs a run as any program would."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(run.rglob("*")):
            archive.write(file, Path(run.name) / file.relative_to(run))
    os.utime(path, (2e9 - age_seconds, 2e9 - age_seconds))
    return path


def until(player: Player, clock: Clock, condition: Callable[[], object]) -> None:
    """Turns the loop, half a second at a time, until something is true."""

    def passed() -> object:
        clock.now += 0.5
        return condition()

    player.until(passed)


def at_import(player: Player) -> Player:
    player.click("lab")
    player.click("import")
    assert player.on == "importrun"
    player.until(lambda: player.app.screen._search.done)
    return player


def zips(player: Player) -> list[str]:
    return [Path(button.name.removeprefix("zip/")).name for button in player.buttons if button.name[:4] == "zip/"]


def test_a_dropped_zip_becomes_a_run_to_watch(
    importer: Player, clock: Clock, checkpoints: Path, tmp_path: Path
) -> None:
    path = zipped(checkpoints / "mnist", tmp_path / "from a friend.zip")
    importer.frame(pygame.Event(pygame.DROPFILE, file=str(path)))
    assert importer.on == "importrun"
    until(importer, clock, lambda: importer.on != "importrun")
    assert importer.on == "watch"
    name = importer.app.screen._name
    run = importer.services.lab.run(name)
    assert run is not None and run.rungs == (2, 64, 3000) and run.dataset == "mnist"
    assert name not in ("mnist", "fashion-mnist") and read_record(checkpoints / name)
    importer.press("escape")
    assert importer.on == "title", "Esc leads to the import again"


def test_a_folder_is_typed_with_quotes(importer: Player, clock: Clock, checkpoints: Path, texts: Recorder) -> None:
    at_import(importer)
    importer.type(f" '{checkpoints / 'fashion-mnist'}' ")
    importer.press("enter")
    assert "Importing fashion-mnist" in texts.all and not importer.buttons
    until(importer, clock, lambda: importer.on == "watch")
    assert importer.services.lab.run(importer.app.screen._name).dataset == "fashion-mnist"


@pytest.mark.parametrize(
    ("name", "reason"), [("notes.txt", "zip"), ("nothing.zip", "There is no file"), ("empty", "run.json")]
)
def test_what_is_no_run_is_one_sentence_and_nothing_is_left(
    importer: Player, clock: Clock, checkpoints: Path, texts: Recorder, tmp_path: Path, name: str, reason: str
) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "empty").mkdir()
    before = set(checkpoints.iterdir())
    at_import(importer)
    importer.type(str(tmp_path / name))
    importer.press("enter")
    until(importer, clock, lambda: importer.app.screen._refusal)
    assert importer.on == "importrun"
    refusal = importer.app.screen._refusal
    assert reason in refusal and name in refusal and refusal.endswith(".") and "\n" not in refusal
    assert str(tmp_path) not in refusal
    assert refusal.split(" ")[0] in texts.all
    assert set(checkpoints.iterdir()) == before
    importer.press("x")
    assert importer.app.screen._refusal == ""


def test_an_import_without_a_path_asks_for_one(importer: Player, texts: Recorder) -> None:
    at_import(importer)
    importer.press("enter")
    assert "Type the path" in texts.all
    assert importer.services.job is None
    importer.click("path")
    importer.click("import")
    assert "Type the path" in texts.all


def test_escape_cancels_and_nothing_is_left(importer: Player, clock: Clock, checkpoints: Path, tmp_path: Path) -> None:
    before = set(checkpoints.iterdir())
    at_import(importer)
    importer.type(str(zipped(checkpoints / "mnist", tmp_path / "friend.zip")))
    importer.press("enter", "escape")
    assert importer.on == "importrun" and importer.buttons
    job = importer.services.job
    assert job is not None and job.state is JobState.CANCELLED
    job.close()
    assert {path for path in checkpoints.iterdir() if path.name[0] != "."} == before
    importer.press("escape")
    assert importer.on == "lab"


def test_while_another_job_runs_there_is_a_sentence(importer: Player, tmp_path: Path) -> None:
    importer.services.run_job("Film of mnist", [sys.executable, "-c", "import time; time.sleep(60)"])
    importer.app._follow(Open(ImportRun(str(tmp_path / "some.zip"))))
    assert "“Film of mnist” is not done yet" in importer.app.screen._refusal
    importer.frame()
    assert importer.app.screen._path.text == str(tmp_path / "some.zip")


# What is found


def test_found_zips_are_listed_newest_first_and_others_are_not(
    importer: Player, clock: Clock, checkpoints: Path, downloads: Path, texts: Recorder, tmp_path: Path
) -> None:
    for age, name in ((30, "old.zip"), (10, "new.ZIP"), (20, "middle.zip")):
        zipped(checkpoints / "mnist", downloads / name, age)
    (tmp_path / "exports").mkdir()
    zipped(checkpoints / "mnist", tmp_path / "exports" / "own.zip", 15)
    with zipfile.ZipFile(downloads / "holiday.zip", "w") as archive:
        archive.writestr("holiday/beach.txt", "sand")
    (downloads / "torn.zip").write_bytes(b"PK\x03\x04")
    (downloads / "folder.zip").mkdir()
    (downloads / "run.tar").touch()
    at_import(importer)
    assert zips(importer) == ["new.ZIP", "own.zip", "middle.zip", "old.zip"]
    assert "Found on this computer" in texts.all and "0.1 MB" in texts.all
    importer.press("down", "down", "enter")
    assert "Importing own.zip" in texts.all
    until(importer, clock, lambda: importer.on == "watch")


def test_a_found_zip_is_chosen_by_mouse(importer: Player, checkpoints: Path, downloads: Path, texts: Recorder) -> None:
    path = zipped(checkpoints / "mnist", downloads / "friend.zip")
    at_import(importer)
    importer.click(f"zip/{path}")
    assert "Importing friend.zip" in texts.all


def test_of_many_zips_eight_are_shown_and_all_are_reached(importer: Player, checkpoints: Path, downloads: Path) -> None:
    for place in range(30):
        with zipfile.ZipFile(downloads / f"{place:02d}.zip", "w") as archive:
            archive.writestr("run/run.json", "{}")
        os.utime(downloads / f"{place:02d}.zip", (2e9 - place, 2e9 - place))
    at_import(importer)
    assert zips(importer) == [f"{place:02d}.zip" for place in range(8)]
    importer.press(*["down"] * 30)
    assert zips(importer)[-1] == "29.zip" and importer.app.screen._focus.name.endswith("29.zip")


def test_nothing_found_is_said(importer: Player, texts: Recorder) -> None:
    at_import(importer)
    assert "No zip file with a run was found" in texts.all
    assert importer.app.screen._focus.name == "path"


def test_a_search_looks_at_the_newest_five_hundred_and_no_further(
    downloads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in range(510):
        (downloads / f"{place:03d}.zip").touch()
        os.utime(downloads / f"{place:03d}.zip", (2e9 - place, 2e9 - place))
    looked: list[str] = []
    monkeypatch.setattr(found_runs, "looks_like_run", lambda path: looked.append(path.name))
    search = RunSearch([downloads, downloads / "missing"], lambda: None)
    wait_for(lambda: search.done)
    assert looked == [f"{place:03d}.zip" for place in range(500)] and search.found == ()


def test_a_search_ends_when_nobody_looks_any_more(downloads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(5):
        (downloads / f"{place}.zip").touch()
    looked: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def waiting(path: Path) -> bool:
        looked.append(path.name)
        begun.set()
        return go_on.wait(60)

    monkeypatch.setattr(found_runs, "looks_like_run", waiting)
    before = set(threading.enumerate())
    search = RunSearch([downloads], lambda: None)
    assert begun.wait(60)
    [thread] = set(threading.enumerate()) - before
    search.stop()
    go_on.set()
    thread.join(60)
    assert len(looked) == 1 and not search.done


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_path_that_is_none_is_refused_in_place(importer: Player, texts: Recorder) -> None:
    importer.app._follow(Open(ImportRun()))
    importer.type("~nobody-of-that-name/run.zip")
    importer.press("enter")
    assert importer.on == "importrun" and "That is no path" in texts.all


def test_a_file_whose_name_is_no_text_is_drawn_all_the_same(importer: Player, tmp_path: Path, texts: Recorder) -> None:
    importer.frame(pygame.Event(pygame.DROPFILE, file=str(tmp_path / "\udcfcbung.zip")))
    importer.until(lambda: importer.services.job is not None and importer.services.job.has_ended)
    importer.frame()
    assert importer.on == "importrun"
    before = len(importer.app.screens)
    importer.frame(pygame.Event(pygame.DROPFILE, file=str(tmp_path / "another.zip")))
    assert len(importer.app.screens) == before
