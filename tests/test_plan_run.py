"""A run is planned and started, by keyboard and by mouse, on a computer whose speed is measured meanwhile."""

import os
import signal
import sys
import time
from dataclasses import replace

import pygame
import pytest
from bare_runs import write_bare_run
from planning import FAIL, Planner, knows_the_speed
from playing import PATIENCE_SECONDS, Clock, Player, Recorder, begin_round, live_processes, play_round
from tiny_folders import write_pictures

from game.run_plan import Measurement, speed_settings
from game.services import Services
from game.speed_probe import REST_SECONDS, SpeedProbe
from game.training_process import flags
from game.training_run import RunState, TrainingConfig
from game.words import number
from gan.presets import preset

# Choosing and starting


def test_a_run_by_keyboard(planner: Planner, services: Services, texts: Recorder) -> None:
    knows_the_speed(services)
    planner.open_plan()
    planner.press("right", "enter", "down", "right", "enter")
    assert "about 1 h 00 min" in texts.all
    planner.press("down", "left", "left")
    planner.type("Monday's")
    planner.press("enter", "enter")
    assert planner.on == "watch"
    (run,) = (run for run in services.lab.runs if run.from_lab or run.state is RunState.STARTING)
    assert run.title == "Monday's"
    assert (run.config.dataset, run.config.kimg, run.config.seed) == ("fashion-mnist", 3600, 1)
    planner.press("escape")
    assert planner.on == "title", "the plan was still there below its run"


def test_down_from_the_seed_comes_by_the_hyper_parameters(planner: Planner) -> None:
    planner.open_plan()
    planner.app.screen._focus.name = "seed"
    planner.press("down")
    assert planner.app.screen._focus.name == "hyper"
    planner.press("down")
    assert planner.app.screen._focus.name == "start"
    planner.press("up")
    assert planner.app.screen._focus.name == "hyper"


def test_a_run_by_mouse(planner: Planner, services: Services) -> None:
    knows_the_speed(services)
    planner.open_plan()
    for button in ("fashion-mnist", "lesson", "dice", "start"):
        planner.click(button)
    assert planner.on == "watch"
    assert planner.started() == [TrainingConfig(dataset="fashion-mnist", kimg=900, seed=2)]
    assert services.lab.runs[0].title == "Clothes, lesson"


def test_tab_leads_to_every_button(planner: Planner) -> None:
    planner.open_plan()
    visited = []
    for _ in planner.buttons:
        visited.append(planner.app.screen._focus.name)
        planner.press("tab")
    assert sorted(visited) == sorted(button.name for button in planner.buttons)


def test_a_name_that_is_taken_gets_a_number(planner: Planner, services: Services, texts: Recorder) -> None:
    run = services.checkpoints / "monday"
    write_bare_run(run, (2,))
    (run / "name.txt").write_text("Digits, quick look\n")
    services.lab.library.refresh()
    planner.open_plan()
    assert "Digits, quick look 2" in texts.all


def test_a_seed_can_be_typed_and_holds_only_digits(planner: Planner, services: Services) -> None:
    planner.open_plan()
    planner.click("seed")
    planner.press("backspace")
    planner.type("4x2")
    planner.press("enter", "enter")
    assert [config.seed for config in planner.started()] == [42]


def test_a_seed_that_is_missing_is_asked_for(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    planner.click("seed")
    planner.press("backspace", "enter", "enter")
    assert planner.on == "planrun" and "Seed is “”; give a whole number." in texts.all
    planner.click("dice")
    assert "Seed is" not in texts.all


def test_a_disk_that_refuses_is_told_in_place(planner: Planner, services: Services, texts: Recorder) -> None:
    planner.open_plan()
    services.checkpoints.rename(services.checkpoints.with_name("elsewhere"))
    services.checkpoints.touch()
    planner.click("start")
    assert planner.on == "planrun"
    assert "can't be written" in " ".join(text for text, _ in texts.texts)


def test_while_a_run_is_active_the_way_leads_to_it(planner: Planner, services: Services, texts: Recorder) -> None:
    run = services.lab.start("Monday", TrainingConfig())
    planner.open_plan()
    assert "“Monday” is still being trained." in texts.all
    assert "start" not in [button.name for button in planner.buttons]
    planner.rest()
    assert not planner.measures, "a busy computer was measured"
    planner.click("watch")
    assert planner.on == "watch"
    assert planner.app.screen.training_shown() == run.name


def test_a_run_that_ends_meanwhile_makes_way(planner: Planner, services: Services) -> None:
    services.lab.start("Monday", TrainingConfig())
    planner.open_plan()
    for process in live_processes(services.lab):
        os.kill(process.pid, signal.SIGKILL)
    planner.until(lambda: "start" in [button.name for button in planner.buttons])


# Measuring


def test_times_come_when_the_computer_has_been_measured(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    assert not planner.measures
    planner.rest()
    assert "measuring …" in texts.all and "128 kimg" in texts.all
    planner.until(lambda: planner.app.screen._probe.share == 0.5)
    planner.let_measurements_end()
    planner.until(lambda: "Abacus" in texts.all)
    assert "120 kimg" in texts.all and "measuring …" not in texts.all
    assert "about 2 min" in texts.all and f"{number(1000)} images/s" in texts.all
    planner.press("escape")
    planner.open_plan()
    planner.rest()
    assert "Abacus" in texts.all and not planner.measures, "what was known was measured again"


def test_other_settings_are_measured_anew_and_the_old_measurement_ends(planner: Planner) -> None:
    planner.open_plan()
    planner.rest()
    planner.until(lambda: planner.calls == [flags(speed_settings(TrainingConfig()))])
    old = planner.app.screen._probe._job
    planner.click("fashion-mnist")
    planner.frame()
    assert old._process.wait(30) != 0, "the old measurement was not ended"
    planner.rest()
    planner.until(lambda: len(planner.calls) == 2)
    clothes = speed_settings(TrainingConfig(dataset="fashion-mnist"))
    assert planner.calls[1] == flags(clothes)
    planner.click("lesson")
    planner.click("dice")
    planner.rest()
    planner.let_measurements_end()
    planner.until(lambda: planner.measured)
    assert list(planner.measured) == [clothes]
    assert len(planner.calls) == 2, "what changes no speed was measured"


def test_nothing_is_measured_while_the_choice_still_changes(planner: Planner, clock: Clock) -> None:
    planner.open_plan()
    for dataset in ("fashion-mnist", "mnist") * 3:
        clock.now += 0.9 * REST_SECONDS
        planner.click(dataset)
        planner.frame()
        assert not planner.measures


def test_the_window_wakes_by_itself_for_the_measurement_alone(planner: Planner, clock: Clock) -> None:
    planner.open_plan()
    screen = planner.app.screen
    clock.now += 0.25
    assert screen.wait_seconds(clock.now) == pytest.approx(REST_SECONDS - 0.25)
    clock.now += 10
    assert screen.wait_seconds(clock.now) == 0
    planner.frame()
    assert screen.wait_seconds(clock.now) is None
    planner.let_measurements_end()
    planner.until(lambda: planner.measured)
    assert screen.wait_seconds(clock.now) is None


@pytest.mark.parametrize("way", ["escape", "start"])
def test_leaving_ends_the_measurement(planner: Planner, way: str) -> None:
    planner.open_plan()
    planner.rest()
    planner.until(lambda: planner.calls)
    process = planner.app.screen._probe._job._process
    if way == "escape":
        planner.press("escape")
    else:
        planner.click("start")
    assert process.wait(30) != 0


@pytest.mark.parametrize("script", [FAIL, "print('{}')"])
def test_without_a_measurement_a_run_can_still_start(
    planner: Planner, texts: Recorder, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr("game.screens.plan_run.MEASURE_COMMAND", (sys.executable, "-c", script))
    planner.open_plan()
    planner.rest()
    planner.until(lambda: "not measured" in texts.all)
    told = " ".join(text for text, _ in texts.texts)
    assert ("PyTorch is not installed" in told) == (script == FAIL)
    assert "You can start all the same" in told
    planner.click("start")
    assert [config.kimg for config in planner.started()] == [128]


def test_the_real_command_measures_this_computer() -> None:
    known: dict[TrainingConfig, Measurement] = {}
    probe = SpeedProbe(known, lambda: None)
    tiny = TrainingConfig(latent_size=4, generator_width=4, discriminator_width=4, precision="float32")
    probe.want(tiny, now=0.0)
    assert probe.wait_seconds(now=0.0) == REST_SECONDS
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not known and not probe.failure:
        assert time.monotonic() < deadline
        time.sleep(0.02)
        probe.look(now=REST_SECONDS)
    assert probe.failure == ""
    assert probe.measured == known[tiny]
    assert probe.measured.images_per_second > 100 and probe.measured.precision == "float32"


# The way here


def test_the_results_invite_to_train_a_better_forger(player: Player, clock: Clock, texts: Recorder) -> None:
    begin_round(player)
    play_round(player, clock)
    player.press("escape")
    assert "Think you can beat a better forger?" in texts.all
    player.press("left", "enter")
    assert player.on == "planrun" and player.app.screen._dataset.name == "mnist"
    player.press("escape")
    assert player.on == "results"
    player.click("train")
    assert player.on == "planrun"


# A folder of pictures


def test_a_folder_is_typed_looked_through_and_learnt_from(
    planner: Planner, services: Services, texts: Recorder
) -> None:
    folder = write_pictures(planner.folder / "my drawings", classes=2)
    planner.open_plan()
    planner.click("folder")
    assert "Drop a folder anywhere on this window." in texts.all
    planner.type(f'"{folder}"')
    planner.click("size")
    planner.press("right")
    planner.click("channels")
    planner.click("use")
    planner.until(lambda: not planner.app.screen._in_folder)
    assert "my drawings" in texts.all and "28×28, 2 classes" in texts.all
    planner.click("start")
    assert planner.on == "watch"
    (config,) = planner.started()
    assert (config.dataset, config.image_size, config.channels) == (f"folder:{folder}", 28, 1)
    (run,) = (run for run in services.lab.runs if run.state is RunState.STARTING)
    assert run.name.startswith("my-drawings-") and run.title == "my drawings, quick look"


def test_a_dropped_folder_is_taken_and_a_run_is_imported(planner: Planner, texts: Recorder) -> None:
    folder = write_pictures(planner.folder / "cats", classes=1)
    planner.open_plan()
    planner.frame(pygame.Event(pygame.DROPFILE, file=str(folder)))
    planner.until(lambda: planner.app.screen._dataset.name == f"folder:{folder}")
    assert planner.on == "planrun" and "32×32" in texts.all
    planner.frame(pygame.Event(pygame.DROPFILE, file=str(planner.services.checkpoints / "mnist")))
    assert planner.on == "importrun"


def test_a_folder_that_can_not_be_used_is_refused_in_a_sentence(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    for path, words in (("", "Type or paste the path"), (str(planner.folder / "nowhere"), "can't be read as a folder")):
        planner.click("folder")
        planner.type(path)
        planner.click("use")
        planner.until(lambda words=words: words in " ".join(texts.all.split()))  # type: ignore[misc]
        assert "--" not in texts.all
        planner.press("escape")
    assert planner.app.screen._dataset.name == "mnist"
    (planner.folder / "few").mkdir()
    planner.frame(pygame.Event(pygame.DROPFILE, file=str(planner.folder / "few")))
    planner.until(lambda: "put at least 16 into it" in " ".join(texts.all.split()))


def test_what_is_not_on_this_computer_is_named_and_not_offered(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    assert "not on this computer: CIFAR-10, CelebA" in texts.all
    names = [button.name for button in planner.buttons]
    assert names[:4] == ["mnist", "fashion-mnist", "stacked-mnist", "folder"]
    planner.services.datasets_here = lambda: ("mnist", "cifar10")
    planner.press("escape")
    planner.open_plan()
    assert [button.name for button in planner.buttons][:3] == ["mnist", "cifar10", "folder"]
    planner.click("cifar10")
    planner.click("start")
    assert planner.started() == [replace(preset(dataset="cifar10"), kimg=128, seed=planner.started()[0].seed)]
