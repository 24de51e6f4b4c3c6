"""The stages of the page about one run, of what leads on from it, and of training behind every other screen."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from game.destinations import WatchRun
from game.screen import Open
from gan.config import TrainingConfig
from gan.run_lock import run_lock
from gan.run_log import RunRecord, RunStatus, Tick, append_tick, read_record, rung_path, write_record

if TYPE_CHECKING:
    from stages import Stage


def write_watched_run(folder: Path, goal_kimg: int, until_kimg: int, status: RunStatus = RunStatus.STOPPED) -> Path:
    """Writes a run with ticks that look like training: the same every time."""
    (folder / "ladder").mkdir(parents=True)
    config = TrainingConfig(kimg=goal_kimg, seed=7)
    write_record(folder, RunRecord(config, "", "bfloat16", "CPU, 2 threads", {}, "2030-01-02T03:04:05+00:00", status))
    (folder / "name.txt").write_text("Monday’s forger\n", encoding="utf-8")
    for kimg in range(1, until_kimg + 1):
        wave = math.sin(kimg * 1.7) / (4 + kimg**0.5)
        rung = kimg.bit_count() == 1 and kimg > 1
        tick = Tick(
            kimg, kimg * 16, kimg / 1.6, 1600 + 90 * wave, 1.2 + wave, 0.9 - wave / 2, 0.66 + wave, 0.3 - wave / 2
        )
        if rung:
            rung_path(folder, kimg).touch()
            counts = [round(1000 + 900 * math.sin(place * 2.1) / kimg**0.3) for place in range(10)]
            tick = replace(
                tick, judge_distance=120 / kimg**0.6, judge_floor=0.06, class_counts=counts, judge_seconds=6.0
            )
        append_tick(folder, tick)
    return folder


def watch(stage: "Stage", name: str) -> "Stage":
    """Opens the page of a run."""
    stage.services.lab.library.refresh()
    stage.player.app._follow(Open(WatchRun(name)))
    stage.rest()
    stage.rest()
    return stage


def _watch_stopped(stage: "Stage") -> None:
    write_watched_run(stage.services.checkpoints / "monday", 160, 70)
    watch(stage, "monday")


def _watch_a_moment(stage: "Stage") -> None:
    _watch_stopped(stage)
    stage.player.click("slider")
    stage.play("left", "left")


def _watch_training(stage: "Stage") -> None:
    run = write_watched_run(stage.services.checkpoints / "monday", 160, 70, RunStatus.RUNNING)
    stage.locks.enter_context(run_lock(run))
    watch(stage, "monday")


def _watch_failed(stage: "Stage") -> None:
    run = write_watched_run(stage.services.checkpoints / "monday", 160, 20)
    record = read_record(run)
    failure = "Training diverged at 20 kimg: a loss or a weight is no longer a finite number; train again with a lower "
    write_record(run, replace(record, status=RunStatus.FAILED, failure=failure + "--learning-rate."))
    watch(stage, "monday")


def _badge(stage: "Stage") -> None:
    _watch_training(stage)
    stage.play("escape", "enter")


def _leave(stage: "Stage") -> None:
    run = write_watched_run(stage.services.checkpoints / "monday", 160, 70, RunStatus.RUNNING)
    (run / "train.log").touch()
    stage.locks.enter_context(run_lock(run))
    watch(stage, "monday")
    stage.player.frame(pygame.Event(pygame.QUIT))


def _compare(stage: "Stage") -> None:
    write_watched_run(stage.services.checkpoints / "monday", 160, 70)
    watch(stage, "mnist")
    stage.player.click("compare")
    stage.rest()


def _with_run(stage: "Stage", button: str) -> None:
    _watch_stopped(stage)
    stage.player.click(button)
    stage.rest()


WATCH_STAGES: dict[str, Callable[["Stage"], object]] = {
    "watch": _watch_stopped,
    "watch-a-moment": _watch_a_moment,
    "watch-training": _watch_training,
    "watch-failed": _watch_failed,
    "badge": _badge,
    "leave": _leave,
    "compare": _compare,
    "rename": lambda stage: _with_run(stage, "rename"),
    "delete": lambda stage: _with_run(stage, "delete"),
}
