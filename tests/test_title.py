"""The title follows the runs that there are."""

from pathlib import Path

import pytest
from bare_runs import write_bare_run
from playing import Clock, Player, Recorder, make_services


@pytest.mark.usefixtures("window")
def test_a_first_run_can_be_played_from_the_title_without_a_restart(
    tmp_path: Path, clock: Clock, texts: Recorder
) -> None:
    (tmp_path / "runs").mkdir()
    player = Player(make_services(tmp_path / "runs", tmp_path), clock)
    assert texts.all.count("No generator yet") == 2
    player.press("enter")
    assert player.on == "title"
    write_bare_run(tmp_path / "runs" / "mine", (2, 4))
    clock.now += 1
    player.frame()
    assert texts.all.count("No generator yet") == 1 and "4 kimg" in texts.all
    player.press("enter", "enter")
    assert player.on == "difficulty"
    player.close()


@pytest.mark.usefixtures("window")
def test_a_damaged_folder_with_a_name_that_is_no_text_is_told_all_the_same(
    tmp_path: Path, clock: Clock, texts: Recorder
) -> None:
    folder = tmp_path / "runs" / "b\udcfcro"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{")
    player = Player(make_services(tmp_path / "runs", tmp_path), clock)
    assert "is damaged" in texts.all
    player.press("down", "enter")
    assert player.on == "lab"
    player.close()
