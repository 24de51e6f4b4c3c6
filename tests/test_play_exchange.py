"""Answers as files, at the real loop: saved, taken in once, cancelled, refused in sentences."""

import csv
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest
from bare_runs import write_bare_run
from figure_stages import ADA
from made_up import MadeUpPlayer, played_round, write_trials
from playing import NOW, Clock, Player, Recorder, make_services
from scores import opened

from game.background_job import JobState
from game.exchange import export_command, merge_command
from game.training_run import UserError

GRACE = "b" * 32


@pytest.fixture
def person(window: None, texts: Recorder, clock: Clock, tmp_path: Path) -> Iterator[Player]:
    """Somebody at the page of files; Ada has played a round here."""
    write_bare_run(tmp_path / "runs" / "mnist", (2, 64))
    services = make_services(tmp_path / "runs", tmp_path)
    path = services.store.get().path
    assert path is not None
    write_trials(path, played_round(MadeUpPlayer(ADA, "")), {ADA: "Ada"}, own=[ADA])
    person = Player(services, clock)
    person.press("p")
    person.click("files")
    assert person.on == "exchange"
    yield person
    if services.job is not None:
        services.job.close()
    person.close()


def students_file(folder: Path, player_id: str, name: str) -> Path:
    """Writes the scores file of another computer, with a round of a hundred answers."""
    folder.mkdir()
    path = folder / "scores.sqlite"
    with opened(path):
        pass
    write_trials(path, played_round(MadeUpPlayer(player_id, "")), {player_id: name}, own=[player_id])
    return path


def wait(person: Player) -> None:
    person.until(lambda: person.app.screen._job is None and not person.app.screen._waiting)


def drop(person: Player, *paths: Path) -> None:
    person.frame(*(pygame.Event(pygame.DROPFILE, file=str(path)) for path in paths))


def test_all_answers_are_saved_as_tables_and_it_is_said_where(person: Player, texts: Recorder, tmp_path: Path) -> None:
    person.press("enter")
    wait(person)
    (folder,) = (tmp_path / "exports").iterdir()
    # Of a long path, however it is broken into lines, the end is shown.
    said = "".join(texts.all.split())
    assert folder.name.startswith("answers-2030") and f"exports{os.sep}{folder.name}" in said and "Savedin" in said
    with (folder / "responses.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.reader(stream))) == 101
    assert (folder / "datapackage.json").exists()


def test_files_of_others_are_taken_in_and_nothing_comes_twice(person: Player, texts: Recorder, tmp_path: Path) -> None:
    path = students_file(tmp_path / "grace", GRACE, "Grace")
    person.click("path")
    person.type(f'"{path}"')
    person.press("enter")
    wait(person)
    assert "1 round and 100 answers that were not there yet" in texts.all.replace("\n", " ")
    store = person.services.store.get()
    assert len(store.trials()) == 200 and [player.name for player in store.players()] == ["Ada", "Grace"]
    person.click("take")
    wait(person)
    assert "nothing that was not there already" in texts.all.replace("\n", " ") and len(store.trials()) == 200
    person.press("escape")
    assert person.on == "players"


def test_the_list_of_players_has_those_who_came(person: Player, texts: Recorder, tmp_path: Path) -> None:
    drop(person, students_file(tmp_path / "other", GRACE, "Ada"))
    person.frame()
    wait(person)
    person.press("escape", "escape", "p")
    assert texts.all.count("Ada") == 2 and "from another computer" in texts.all


def test_a_whole_class_may_be_dropped_at_once(person: Player, texts: Recorder, tmp_path: Path) -> None:
    paths = [students_file(tmp_path / f"s{place}", f"{place:032x}", f"Student {place}") for place in range(3)]
    drop(person, *paths)
    wait(person)
    assert "Merged 3 files: 3 rounds and 300 answers" in texts.all.replace("\n", " ")
    assert len(person.services.store.get().trials()) == 400


def test_what_is_no_scores_file_is_refused_with_a_sentence(person: Player, texts: Recorder, tmp_path: Path) -> None:
    person.click("take")
    assert "Type the path of a scores file" in texts.all.replace("\n", " ")
    (tmp_path / "letter.txt").write_text("Dear all")
    drop(person, tmp_path / "letter.txt")
    wait(person)
    words = texts.all.replace("\n", " ")
    assert "letter.txt" in words and "nothing of it was taken" in words
    assert len(person.services.store.get().trials()) == 100


def test_it_can_be_cancelled_and_the_screen_stays(
    person: Player, texts: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = "import json, time; print(json.dumps({'share': 0.5, 'text': 'writing rounds'}), flush=True); time.sleep(60)"
    monkeypatch.setattr("game.screens.exchange.merge_command", lambda *_: (sys.executable, "-c", slow))
    drop(person, Path("/a"))
    person.until(lambda: "writing rounds" in texts.all)
    assert "Taking in a: writing rounds …" in texts.all and person.buttons == []
    person.press("escape")
    assert "Cancelled." in texts.all and person.on == "exchange"
    assert person.services.job.state is JobState.CANCELLED
    person.press("escape")
    assert person.on == "players"


def test_answers_in_memory_alone_can_not_be_saved(person: Player, texts: Recorder, tmp_path: Path) -> None:
    person.services.store.close()
    (tmp_path / "folder").mkdir()
    person.services.store = type(person.services.store)(tmp_path / "folder")
    person.press("enter")
    assert "The answers of this game are not in a file" in texts.all.replace("\n", " ")


def test_something_else_that_is_saved_is_waited_for(person: Player, texts: Recorder) -> None:
    person.services.run_job("mnist.gif", (sys.executable, "-c", "import time; time.sleep(60)"))
    person.press("enter")
    assert "“mnist.gif” is not done yet" in texts.all


def test_the_commands_name_their_files_absolutely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scores = Path("scores.sqlite")
    command = merge_command(scores, [" -odd.sqlite ", "'~/b.sqlite'"])
    at = list(command).index("merge")
    assert command[at + 1 : at + 3] == (str(tmp_path / "-odd.sqlite"), str(Path.home() / "b.sqlite"))
    assert command[-3:] == ("--scores", str(tmp_path / scores), "--progress")
    out, export = export_command(scores, tmp_path / "new" / "exports", NOW)
    assert out.parent.is_dir() and not out.exists() and str(out) in export
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="can't be made"):
        export_command(scores, tmp_path / "file" / "exports", NOW)
    shutil.rmtree(tmp_path / "new")
