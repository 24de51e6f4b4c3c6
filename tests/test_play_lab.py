"""Play → retrain → play: a player at the real loop, with a real forger and real training processes."""

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pygame
import pytest
from playing import Clock, Player, Recorder, asks, live_processes, query
from test_lab import TINY

from game.destinations import WatchRun
from game.lab import Lab
from game.screen import Open
from game.training_run import RunState, TrainingRun


@pytest.fixture
def trainer(player: Player) -> Iterator[Player]:
    """A player whose training does not outlive the test."""
    yield player
    for process in live_processes(player.services.lab):
        process.kill()


def until(player: Player, clock: Clock, condition: object) -> None:
    """Turns the loop, a tenth of a second at a time, until something is true."""

    def passed() -> object:
        clock.now += 0.1
        return condition()  # type: ignore[operator]

    player.until(passed)


def begin_training(player: Player, clock: Clock, title: str = "Monday") -> TrainingRun:
    """Starts a tiny run and watches it until it has a rung."""
    run = player.services.lab.start(title, TINY)
    player.app._follow(Open(WatchRun(run.name)))
    until(player, clock, lambda: (found := player.services.lab.run(run.name)) and found.rungs)
    return run


def state(player: Player, run: TrainingRun) -> RunState | None:
    found = player.services.lab.run(run.name)
    return found.state if found else None


def test_train_watch_play_stop_resume_delete(trainer: Player, clock: Clock, texts: Recorder) -> None:
    player, lab = trainer, trainer.services.lab
    run = begin_training(player, clock)
    until(player, clock, lambda: len(lab.ticks(run)) > 4)
    assert player.on == "watch"
    for words in ("Monday", "training", "images/s", "Losses", "Judge distance", "What we see", "Play against it now"):
        assert words in texts.all

    # A rung is played while the run goes on, and every other screen says so.
    player.press("enter")
    until(player, clock, lambda: asks(player))
    assert "Monday" in texts.all and "left" in texts.all
    player.press("r", "space", "f")
    rung = query(player.services.store._path.parent, "SELECT run, kimg FROM rounds")[0]
    assert rung[0] == run.name and rung[1] in lab.run(run.name).rungs
    player.press("escape", "right", "enter")
    assert player.on == "watch"

    # Pause, go on, stop.
    player.click("pause")
    until(player, clock, lambda: state(player, run) is RunState.PAUSED)
    assert "paused" in texts.all
    player.click("go on")
    until(player, clock, lambda: state(player, run) is RunState.RUNNING)
    player.click("stop")
    until(player, clock, lambda: state(player, run) is RunState.STOPPED and not live_processes(lab))
    rungs = lab.run(run.name).rungs

    # On from there.
    player.frame()
    player.click("resume")
    until(player, clock, lambda: len(lab.run(run.name).rungs) > len(rungs))
    player.click("stop")
    until(player, clock, lambda: state(player, run) is RunState.STOPPED and not live_processes(lab))

    # A new name, and away with it.
    player.frame()
    player.click("rename")
    player.type(" 2")
    player.press("enter")
    until(player, clock, lambda: "Monday 2" in texts.all and player.on == "watch")
    player.click("delete")
    player.press("left", "right", "enter")
    until(player, clock, lambda: player.on == "title")
    assert lab.run(run.name) is None and not run.folder.exists()


def test_closing_the_game_asks_and_lets_the_training_go_on(trainer: Player, clock: Clock, texts: Recorder) -> None:
    player, lab = trainer, trainer.services.lab
    run = begin_training(player, clock)
    player.frame(pygame.Event(pygame.QUIT))
    assert (player.on, player.app.running) == ("leave", True)
    assert "“Monday” is still being trained" in texts.all
    player.press("escape")
    assert (player.on, player.app.running) == ("watch", True)
    player.frame(pygame.Event(pygame.QUIT))
    player.press("enter")
    assert not player.app.running and lab.active is not None

    # The next start of the game finds it.
    player.services.lab = Lab(player.services.checkpoints, player.services.wall_clock)
    later = Player(player.services, clock)
    assert later.on == "title" and "Monday" in texts.all
    later.press("f2")
    assert later.on == "watch"
    later.frame(pygame.Event(pygame.QUIT))
    later.press("right", "enter")
    assert not later.app.running
    until(player, clock, lambda: (player.services.lab.look(clock.now), state(player, run) is RunState.STOPPED)[1])


def test_a_window_that_is_closed_twice_closes_and_training_goes_on(trainer: Player, clock: Clock) -> None:
    begin_training(trainer, clock)
    for _ in range(2):
        trainer.frame(pygame.Event(pygame.QUIT))
    assert not trainer.app.running and trainer.services.lab.active is not None


def test_training_from_a_terminal_is_nothing_to_ask_about(trainer: Player, clock: Clock) -> None:
    run = begin_training(trainer, clock)
    (run.folder / "train.log").unlink()
    (run.folder / "name.txt").write_text("Terminal")
    until(trainer, clock, lambda: not trainer.services.lab.run(run.name).from_lab)
    trainer.frame(pygame.Event(pygame.QUIT))
    assert not trainer.app.running


def test_a_folder_that_is_deleted_under_it_leads_back(trainer: Player, clock: Clock, texts: Recorder) -> None:
    run = begin_training(trainer, clock)
    shutil.rmtree(run.folder, ignore_errors=True)
    shutil.rmtree(run.folder, ignore_errors=True)
    until(trainer, clock, lambda: not live_processes(trainer.services.lab))
    until(trainer, clock, lambda: state(trainer, run) is not RunState.RUNNING)
    trainer.press("escape")
    assert trainer.app.running and trainer.on == "title"


def test_a_killed_run_is_offered_at_the_next_start_and_goes_on(trainer: Player, clock: Clock, texts: Recorder) -> None:
    player = trainer
    run = begin_training(player, clock)
    until(player, clock, lambda: len(player.services.lab.ticks(run)) > 3)
    [process] = live_processes(player.services.lab)
    process.kill()
    process.wait()
    before = player.services.lab.ticks(run)[-1].step
    player.services.lab = Lab(player.services.checkpoints, player.services.wall_clock)
    player.services.settings = replace(player.services.settings, reduced_motion=True)
    later = Player(player.services, clock)
    assert "was interrupted" in texts.all
    later.press("f2", "enter")
    until(
        later, clock, lambda: state(later, run) is RunState.RUNNING and later.services.lab.ticks(run)[-1].step > before
    )
    assert "was interrupted" not in texts.all


def test_the_question_at_the_end_is_a_disturbance_of_the_round(trainer: Player, clock: Clock) -> None:
    begin_training(trainer, clock)
    trainer.press("enter")
    until(trainer, clock, lambda: asks(trainer))
    trainer.frame(pygame.Event(pygame.QUIT))
    clock.now += 20
    trainer.press("escape", "r")
    assert query(trainer.services.store._path.parent, "SELECT disturbed FROM responses") == [(1,)]


def test_a_look_at_the_training_leads_back_into_the_round(trainer: Player, clock: Clock) -> None:
    begin_training(trainer, clock)
    trainer.press("enter")
    until(trainer, clock, lambda: asks(trainer))
    trainer.press("r")
    round_ = trainer.app.screen
    for way_back in ("f2", "escape"):
        trainer.press("f2")
        assert trainer.on == "watch"
        trainer.press(way_back)
        assert trainer.app.screen is round_
    trainer.press("space", "r")
    assert len(query(trainer.services.store._path.parent, "SELECT number FROM responses")) == 2


def test_a_paused_run_goes_on_when_the_game_is_left(trainer: Player, clock: Clock, texts: Recorder) -> None:
    run = begin_training(trainer, clock)
    trainer.click("pause")
    until(trainer, clock, lambda: state(trainer, run) is RunState.PAUSED)
    trainer.frame(pygame.Event(pygame.QUIT))
    assert "is paused" in texts.all
    trainer.press("enter")
    assert not trainer.app.running and not (run.folder / "pause").exists()


def test_training_that_ends_while_the_question_stands_takes_no_answer_away(
    trainer: Player, clock: Clock, texts: Recorder
) -> None:
    run = begin_training(trainer, clock)
    trainer.frame(pygame.Event(pygame.QUIT))
    trainer.services.lab.stop(trainer.services.lab.run(run.name))  # type: ignore[arg-type]
    until(trainer, clock, lambda: trainer.services.lab.active is None)
    trainer.frame()
    assert trainer.app.running and "The training has ended" in texts.all
    trainer.press("enter")
    assert not trainer.app.running
