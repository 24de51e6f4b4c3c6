"""The page about one run, and two runs side by side: the time machine, hovering, saving, what fails."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest
from PIL import Image
from playing import Recorder
from stages import Stage, begin, write_stage_runs
from watch_stages import write_watched_run

from game.background_job import JobState
from game.destinations import WatchRun
from game.screen import Open
from game.ui.canvas import Canvas
from gan.run_lock import run_lock
from gan.run_log import RunStatus, sample_path


@pytest.fixture
def stage(tmp_path: Path, texts: Recorder) -> Iterator[Stage]:
    """Someone in front of a run with grids at 1, 2, 4, …, 64 kimg, each of one grey."""
    stage = begin(write_stage_runs(tmp_path / "runs"), tmp_path, (1280, 720), reduced_motion=True)
    run = write_watched_run(stage.services.checkpoints / "monday", 160, 70)
    (run / "samples").mkdir()
    for power in range(7):
        Image.fromarray(np.full((224, 224), 100 + power, np.uint8)).save(sample_path(run, 2**power))
    watch(stage, "monday")
    yield stage
    stage.services.store.close()
    stage.locks.close()
    pygame.quit()


def watch(stage: Stage, name: str) -> None:
    stage.services.lab.library.refresh()
    stage.player.app._follow(Open(WatchRun(name)))
    stage.rest()


def level(stage: Stage) -> int:
    """Returns the grey in the middle of the grid."""
    colour = pygame.display.get_surface().get_at((684, 330))  # type: ignore[union-attr]
    assert colour.r == colour.g == colour.b
    return colour.r - 100


def test_the_newest_grid_is_shown_until_the_time_machine_is_moved(stage: Stage, texts: Recorder) -> None:
    assert level(stage) == 6 and "The newest pictures" in texts.all
    stage.player.app.screen._focus.name = "slider"
    stage.play("left")
    assert level(stage) == 5 and "The pictures at 32 kimg" in texts.all
    assert "Rung 32 kimg, “Toddler”" in texts.all
    stage.play("home")
    assert level(stage) == 0 and "The pictures at 1 kimg" in texts.all
    stage.play("end")
    assert level(stage) == 6 and "The newest pictures" in texts.all


def test_the_slider_follows_the_mouse_while_it_is_held(stage: Stage) -> None:
    box = stage.player.button("slider").box
    at = (round(box.left) + 12, round(box.top) + 18)
    stage.player.frame(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=at, button=pygame.BUTTON_LEFT))
    assert level(stage) == 0
    stage.player.frame(pygame.Event(pygame.MOUSEMOTION, pos=(at[0] + 900, at[1]), rel=(0, 0), buttons=(1, 0, 0)))
    assert level(stage) == 6
    stage.player.frame(pygame.Event(pygame.MOUSEBUTTONUP, pos=(1, 1), button=pygame.BUTTON_LEFT))
    stage.player.frame(pygame.Event(pygame.MOUSEMOTION, pos=at, rel=(0, 0), buttons=(0, 0, 0)))
    assert level(stage) == 6


def test_the_film_goes_through_all_grids_and_begins_again(stage: Stage) -> None:
    stage.player.click("play")
    seen = [level(stage)]
    for _ in range(60):
        stage.clock.now += 0.06
        stage.player.frame()
        if level(stage) != seen[-1]:
            seen.append(level(stage))
    assert seen[:9] == [0, 1, 2, 3, 4, 5, 6, 0, 1]
    stage.player.click("play")
    before = level(stage)
    stage.rest()
    assert level(stage) == before


def test_play_against_it_deals_from_the_newest_rung_or_from_the_one_on_show(stage: Stage) -> None:
    stage.play("enter")
    assert stage.player.app.screen._round.setup.kimg == 64
    stage.play("escape")
    stage.player.app.screen._focus.name = "slider"
    stage.play("left", "left")
    stage.player.click("against")
    setup = stage.player.app.screen._round.setup
    assert (setup.run, setup.kimg) == ("monday", 16)


def test_words_and_figures_are_those_of_the_moment_on_show(stage: Stage, texts: Recorder) -> None:
    assert "Too early to say" not in texts.all
    stage.player.app.screen._focus.name = "slider"
    stage.play("home")
    assert "Too early to say" in texts.all


def test_the_pointer_on_a_chart_shows_its_values(stage: Stage, texts: Recorder) -> None:
    assert "kimg · " not in texts.all.replace("of 160 kimg · ", "")
    stage.player.frame(pygame.Event(pygame.MOUSEMOTION, pos=(200, 180), rel=(0, 0), buttons=(0, 0, 0)))
    tooltip = next(text for text, _ in texts.texts if "generator" in text and "kimg" in text)
    assert "discriminator" in tooltip
    stage.player.frame(pygame.Event(pygame.MOUSEMOTION, pos=(700, 15), rel=(0, 0), buttons=(0, 0, 0)))
    assert not any("generator" in text and "kimg" in text for text, _ in texts.texts)


def test_a_new_tick_and_a_new_rung_appear_without_a_key(stage: Stage, texts: Recorder) -> None:
    assert "70 kimg" in texts.all
    run = stage.services.checkpoints / "monday"
    line = (run / "stats.jsonl").read_text().splitlines()[-1].replace('"kimg": 70', '"kimg": 71')
    with (run / "stats.jsonl").open("a") as stream:
        stream.write(line.replace('"step": 1120', '"step": 1136') + "\n")
    (run / "ladder" / "000071.safetensors").touch()
    stage.rest()
    assert "71 kimg" in texts.all and "Rung 71 kimg" in texts.all


@pytest.mark.parametrize(("button", "ending"), [("film", "gif"), ("figure", "png"), ("export", "zip")])
def test_a_run_is_saved_for_others_with_progress(stage: Stage, texts: Recorder, button: str, ending: str) -> None:
    stage.player.click(button)
    assert stage.services.job is not None
    assert f"monday-s-forger-monday.{ending}" in texts.all and "cancel" in texts.all
    stage.player.until(lambda: (stage.player.frame(), stage.services.job.state is not JobState.RUNNING)[1])
    stage.rest()
    assert "Saved:" in texts.all
    assert (stage.services.exports / f"monday-s-forger-monday.{ending}").stat().st_size > 1000


def test_saving_can_be_cancelled_and_leaves_no_file(stage: Stage, texts: Recorder) -> None:
    stage.player.click("figure")
    stage.play("escape")
    stage.services.job.close()  # type: ignore[union-attr]
    stage.rest()
    assert stage.player.on == "watch" and "monday-s-forger-monday.png: cancelled." in texts.all
    assert list(stage.services.exports.iterdir()) == []


def test_what_can_not_be_saved_is_one_sentence(stage: Stage, texts: Recorder) -> None:
    stage.services.exports.write_text("a file in the way")
    stage.player.click("film")
    assert "can't be made" in texts.all


def test_a_failed_run_shows_why_and_the_error_can_be_copied(
    stage: Stage, texts: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr("game.screens.watch.copy_text", lambda text: copied.append(text) or True)
    from dataclasses import replace

    from gan.run_log import read_record, write_record

    run = stage.services.checkpoints / "monday"
    record = replace(read_record(run), status=RunStatus.FAILED, failure="The disk is full; make room.")
    write_record(run, record)
    stage.rest()
    assert "It failed" in texts.all and "The disk is full; make room." in texts.all
    stage.player.click("copy")
    assert copied == ["The disk is full; make room."] and "Copied." in texts.all


def test_resuming_beside_another_run_is_refused_in_one_sentence(stage: Stage, texts: Recorder) -> None:
    run = stage.services.checkpoints / "monday"
    (run / "state.safetensors").touch()
    other = write_watched_run(stage.services.checkpoints / "other", 160, 8, RunStatus.RUNNING)
    stage.locks.enter_context(run_lock(other))
    stage.rest()
    stage.player.click("resume")
    assert "still being trained" in texts.all


def test_side_by_side_shows_another_run_of_the_same_dataset_first(stage: Stage, texts: Recorder) -> None:
    stage.player.click("compare")
    stage.rest()
    assert stage.player.on == "compare"
    labels = [stage.player.button(side).label for side in ("left", "right")]
    assert labels == ["Monday’s forger  ›", "mnist  ›"]
    stage.play("enter")
    assert stage.player.button("right").label != "mnist  ›"


def test_side_by_side_one_time_machine_moves_both(stage: Stage, texts: Recorder) -> None:
    stage.player.click("compare")
    stage.player.app.screen._focus.name = "slider"
    stage.play("home")
    # The shipped one begins at its first rung, 2 kimg.
    assert "Digits, 1 kimg" in texts.all and "Digits, 2 kimg" in texts.all
    stage.play("end")
    assert "Digits, 64 kimg" in texts.all and "Digits, 3\u202f000 kimg" in texts.all


def test_a_window_of_any_size_shows_the_page(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    text = Canvas.text
    monkeypatch.setattr(
        Canvas, "text", lambda self, words, *rest, **named: drawn.append(words) or text(self, words, *rest, **named)
    )
    for size in ((320, 200), (4000, 300), (300, 2000)):
        pygame.display.set_mode(size)
        stage.redraw()
    assert drawn.count("What we see") == 3
