"""Runs in every state that the lab can show, with samples, as training leaves them on disk."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playing import Clock, Player

from gan.config import TrainingConfig
from gan.datasets import DATASETS, load_split
from gan.run_lock import run_lock
from gan.run_log import (
    RunRecord,
    RunStatus,
    Tick,
    append_tick,
    latest_sample_path,
    rung_path,
    write_record,
)
from gan.run_title import write_title

BEGIN = datetime(2030, 1, 2, 14, 5, tzinfo=UTC)


def write_grid(path: Path, dataset: Any = "mnist", first: int = 0) -> np.ndarray:
    """Writes 64 pictures of a test split as a grid, and returns them, uint8 (224, 224)."""
    images = load_split(DATASETS[dataset], "test").images[first : first + 64, 0]
    grid = images.reshape(8, 8, 28, 28).swapaxes(1, 2).reshape(224, 224)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(grid).save(path)
    return grid


def add_tick(run: Path, kimg: float, distance: float | None = None, step: int | None = None) -> None:
    """Adds a tick; one with a distance is a measured rung's."""
    floor = None if distance is None else 0.25
    count = round(kimg * 1000 / 64) if step is None else step
    append_tick(run, Tick(kimg, count, kimg, 1000.0, 1.0, 1.0, 0.5, 0.5, judge_distance=distance, judge_floor=floor))


def write_lab_run(
    run: Path,
    rungs: Sequence[int] = (2, 4),
    status: RunStatus = RunStatus.DONE,
    dataset: Any = "mnist",
    title: str = "",
    minute: int = 0,
    kimg: int = 3000,
    resumable: bool = False,
) -> Path:
    """Writes a run with empty rungs, all of them measured, that began at 14:05 or some minutes later."""
    (run / "ladder").mkdir(parents=True)
    started_at = BEGIN.replace(minute=5 + minute).isoformat()
    config = TrainingConfig(dataset=dataset, kimg=kimg)
    write_record(run, RunRecord(config, "", "float32", "CPU", {}, started_at, status))
    if title:
        write_title(run, title)
    for rung in rungs:
        rung_path(run, rung).touch()
        add_tick(run, rung, 100 / (rung + 4))
    if resumable:
        (run / "state.safetensors").touch()
    return run


def write_lab(folder: Path, locks: ExitStack) -> Path:
    """Writes a run in each state; `locks` hold what its process would hold, until they are closed."""
    ladder = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3000)
    running, stopped = RunStatus.RUNNING, RunStatus.STOPPED
    runs = [
        write_lab_run(folder / "mnist", ladder),
        write_lab_run(folder / "fashion-mnist", ladder, dataset="fashion-mnist"),
        write_lab_run(folder / "own-1", ladder[:10], running, title="Monday's digits", minute=9),
        write_lab_run(folder / "own-2", ladder[:5], running, "fashion-mnist", "Paused for lunch", 8),
        write_lab_run(folder / "own-3", ladder[:7], running, title="The one whose computer went off", minute=7,
                      resumable=True),
        write_lab_run(folder / "own-4", ladder[:8], stopped, "fashion-mnist", "W" * 40, 6, resumable=True),
        write_lab_run(folder / "own-5", ladder[:1], RunStatus.FAILED, title="Learning rate 0.1", minute=5),
        write_lab_run(folder / "own-6", (), stopped, title="Hardly begun", minute=4),
    ]  # fmt: skip
    for place, run in enumerate(runs[:-1]):
        write_grid(latest_sample_path(run), "fashion-mnist" if place in (1, 3, 5) else "mnist", 64 * place)
    for run in runs[2:4]:
        locks.enter_context(run_lock(run))
    add_tick(runs[2], 1230)
    (runs[3] / "pause").touch()
    return folder


def look(player: Player, clock: Clock) -> None:
    """Lets the app look at the files again."""
    clock.now += 1
    player.frame()


def focused(player: Player) -> str:
    """Returns the name of the button that has the focus."""
    return player.app.screen._focus.name


def visible(player: Player) -> list[str]:
    """Returns the names of the runs whose rows can be seen."""
    return [button.name.removeprefix("run/") for button in player.buttons if button.name.startswith("run/")]
