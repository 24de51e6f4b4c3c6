"""A run is planned and started, by keyboard and by mouse, on a computer whose speed is measured meanwhile."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest
from playing import (
    NOW,
    PATIENCE_SECONDS,
    Clock,
    Player,
    Recorder,
    begin_round,
    live_processes,
    make_services,
    play_round,
    write_bare_run,
)

from game.lab import Lab
from game.run_plan import Measurement, speed_settings
from game.screen import Open, PlanRun
from game.services import Services
from game.speed_probe import REST_SECONDS, SpeedProbe
from game.training_run import RunState, TrainingConfig
from game.words import number

RESULT = {"device": "Abacus", "precision": "float32", "images_per_second": 1000.0, "seconds_per_rung": 0.0}
# Notes what it was told, and waits until it may go on.
MEASURE = """
import json, os, sys, time
with open({calls!r}, "a") as calls:
    print(json.dumps(sys.argv[1:]), file=calls)
print(json.dumps({{"share": 0.5, "text": "measuring"}}), flush=True)
while not os.path.exists({go!r}):
    time.sleep(0.01)
print(json.dumps({{"share": 1.0, "text": "", "result": {result}}}), flush=True)
"""
FAIL = "import sys; sys.exit('PyTorch is not installed; install it with pip.')"
SLEEP = "import time; time.sleep(600)"


class Planner(Player):
    """A player at the plan of a run."""

    folder: Path

    @property
    def calls(self) -> list[list[str]]:
        """The flags of every measurement so far."""
        path = self.folder / "calls"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def open_plan(self, dataset: str = "mnist") -> None:
        self.app._follow(Open(PlanRun(dataset)))
        self.frame()

    def rest(self) -> None:
        """Lets so much time pass that what is on show is worth measuring."""
        self.clock.now += REST_SECONDS  # type: ignore[attr-defined]
        self.frame()

    def let_measurements_end(self) -> None:
        (self.folder / "go").touch()

    @property
    def measures(self) -> bool:
        """Whether a measurement is under way: its own note of that comes a moment later."""
        return self.app.screen._probe._job is not None

    @property
    def measured(self) -> dict[TrainingConfig, Measurement]:
        return self.services.plans

    def started(self) -> list[TrainingConfig]:
        return [run.config for run in self.services.lab.runs if run.state is RunState.STARTING]


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    script = MEASURE.format(calls=str(tmp_path / "calls"), go=str(tmp_path / "go"), result=json.dumps(RESULT))
    monkeypatch.setattr("game.screens.plan_run.MEASURE_COMMAND", (sys.executable, "-c", script))
    (tmp_path / "checkpoints").mkdir()
    write_bare_run(tmp_path / "checkpoints" / "mnist", (2, 64, 3000))
    services = make_services(tmp_path / "checkpoints", tmp_path)
    services.lab = Lab(tmp_path / "checkpoints", lambda: NOW, (sys.executable, "-c", SLEEP))
    yield services
    for process in live_processes(services.lab):
        os.kill(process.pid, signal.SIGKILL)


@pytest.fixture
def planner(services: Services, window: None, texts: Recorder, clock: Clock, tmp_path: Path) -> Iterator[Planner]:
    planner = Planner(services, clock)
    planner.folder = tmp_path
    yield planner
    planner.let_measurements_end()
    planner.close()


def knows_the_speed(services: Services, **settings: object) -> None:
    for dataset in ("mnist", "fashion-mnist"):
        config = speed_settings(TrainingConfig(dataset=dataset, **settings))  # type: ignore[arg-type]
        services.plans[config] = Measurement("Abacus", "float32", 1000.0, 0.0)


# Choosing and starting


def test_a_run_by_keyboard(planner: Planner, services: Services, texts: Recorder) -> None:
    knows_the_speed(services)
    planner.open_plan()
    planner.press("right", "enter", "down", "enter")
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
    assert planner.started() == [TrainingConfig("fashion-mnist", 900, seed=2)]
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
    planner.until(lambda: planner.calls == [[]])
    old = planner.app.screen._probe._job
    planner.click("fashion-mnist")
    planner.frame()
    assert old._process.wait(30) != 0, "the old measurement was not ended"
    planner.rest()
    planner.until(lambda: len(planner.calls) == 2)
    assert planner.calls[1] == ["--dataset", "fashion-mnist"]
    planner.click("lesson")
    planner.click("dice")
    planner.rest()
    planner.let_measurements_end()
    planner.until(lambda: planner.measured)
    assert list(planner.measured) == [TrainingConfig(dataset="fashion-mnist")]
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


# Hyper-parameters


def test_hyper_parameters_arrive_in_the_run_and_in_the_measurement(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    planner.click("hyper")
    assert "Real images per step." in texts.all
    planner.press("backspace", "backspace")
    planner.type("32")
    assert "changed from 64" in texts.all
    planner.press("down", "right", "escape")
    assert "Hyper-parameters: 2 changed  ›" in texts.all
    planner.rest()
    planner.until(lambda: planner.calls)
    assert planner.calls == [["--batch-size", "32", "--latent-size", "128"]]
    planner.click("start")
    assert planner.started() == [TrainingConfig(kimg=128, seed=1, batch_size=32, latent_size=128)]


def test_a_wrong_hyper_parameter_is_refused_where_it_is_typed_and_at_the_start(
    planner: Planner, texts: Recorder
) -> None:
    planner.open_plan()
    planner.click("hyper")
    planner.press("backspace", "backspace")
    planner.type("1")
    assert "Batch size is 1; give a number from 2 to 4096." in texts.all
    planner.click("done")
    planner.click("start")
    assert planner.on == "planrun" and planner.started() == []
    assert "Batch size is 1;" in texts.all
    planner.click("hyper")
    planner.click("defaults")
    planner.click("done")
    planner.click("start")
    assert planner.started() == [TrainingConfig(kimg=128, seed=1)]


def test_every_hyper_parameter_is_reached_by_the_arrows_alone(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    planner.click("hyper")
    seen = []
    for _ in range(11):
        focus = planner.app.screen._hyper._focus.name
        assert focus in [button.name for button in planner.buttons], "the focus was out of sight"
        seen.append(focus)
        planner.press("down")
    assert len(set(seen)) == 11 and seen[-1] == "precision"
    assert planner.app.screen._hyper._focus.name in ("done", "defaults")
    planner.press("up", "right")
    assert "‹ float32 ›" in texts.all
    planner.press("left", "left")
    assert planner.app.screen._hyper.typed == {"precision": "bfloat16"}
    planner.press("enter")
    assert planner.app.screen._hyper.typed == {}


def test_the_wheel_scrolls_through_the_hyper_parameters(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    planner.click("hyper")
    assert "Precision" not in texts.all
    for _ in range(8):
        planner.frame(pygame.Event(pygame.MOUSEWHEEL, y=-1, x=0))
    assert "Precision" in texts.all
    planner.click("precision")
    assert planner.app.screen._hyper.typed == {"precision": "float32"}


# The way here


def test_the_results_invite_to_train_a_better_forger(player: Player, clock: Clock, texts: Recorder) -> None:
    begin_round(player)
    play_round(player, clock)
    player.press("escape")
    assert "Think you can beat a better forger?" in texts.all
    player.press("left", "enter")
    assert player.on == "planrun" and player.app.screen._dataset == "mnist"
    player.press("escape")
    assert player.on == "results"
    player.click("train")
    assert player.on == "planrun"
