"""The lab, measured: `python -m benchmarks.lab` plays by itself while it trains, and prints a table.

Run it with a screen (a virtual one will do) and nothing else running. Each figure compares within one start.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from game.forger import PROJECT_ROOT
from gan.command_line import run_command
from gan.errors import UserError
from gan.run_log import read_ticks

# Marks the process that is measured; the other one starts it and reads what it wrote.
WATCHED = "--watched"
PLAYED_RUN = "mnist"
PLAYED_KIMG = 64
# Long enough that it never ends by itself while it is watched.
KIMG = 3000


@dataclass(frozen=True, slots=True)
class LabOptions:
    """Measure the game while it trains: frames, the time to the first tick, images per second."""

    runs: int = 3
    """Starts to measure; the table has their medians."""
    rounds: int = 2
    """Rounds of 20 trials to play without training, and again with it, in each start."""
    bare_seconds: float = 40.0
    """How long to train without the game, for comparison."""


def main(options: LabOptions) -> int:
    """Prints one table and returns 0."""
    if not (PROJECT_ROOT / "checkpoints" / PLAYED_RUN / "run.json").is_file():
        raise UserError(f"checkpoints/{PLAYED_RUN} is missing, which is what is played; restore it.")
    results = []
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as folder:
            results.append(_measured(Path(folder), options) | {"bare": _bare_speed(Path(folder), options.bare_seconds)})
    print(f"{options.runs} starts, {sum(len(result['training']) for result in results)} frames in play while training")
    print("| what | without training | while training | wanted |\n|---|---|---|---|")
    for label, share, wanted in (("p50", 0.5, ""), ("p99", 0.99, "≤ 16.7 ms"), ("longest", 1.0, "")):
        cells = [f"{1000 * _quantile(results, kind, share):.1f} ms" for kind in ("alone", "training")]
        print(f"| frame in play, {label} | {cells[0]} | {cells[1]} | {wanted} |")
    for label, share, wanted in (("p50", 0.5, ""), ("p99", 0.99, "≤ 16.7 ms")):
        milliseconds = 1000 * _quantile(results, "film", share)
        print(f"| frame of the lab, film playing, {label} | | {milliseconds:.1f} ms | {wanted} |")
    print(f"| “start” to the first tick on screen | | {_median(results, 'first_tick'):.1f} s | |")
    print(f"| images/s, `train.py` alone | {_median(results, 'bare'):,.0f} | | |")
    print(f"| images/s beside an idle title | | {_median(results, 'idle_speed'):,.0f} | |")
    print(f"| images/s beside a round | | {_median(results, 'play_speed'):,.0f} | |")
    return 0


def _quantile(results: list[dict], kind: str, share: float) -> float:
    frames = sorted(seconds for result in results for seconds in result[kind])
    return frames[min(len(frames) - 1, int(len(frames) * share))]


def _median(results: list[dict], what: str) -> float:
    return median(result[what] for result in results)


def _measured(folder: Path, options: LabOptions) -> dict:
    checkpoints = folder / "checkpoints"
    shutil.copytree(
        PROJECT_ROOT / "checkpoints" / PLAYED_RUN,
        checkpoints / PLAYED_RUN,
        ignore=shutil.ignore_patterns("state.safetensors"),
    )
    environment = os.environ | {"REAL_OR_FAKE_HOME": str(folder), "SDL_AUDIODRIVER": "dummy"}
    command = [sys.executable, "-m", "benchmarks.lab", WATCHED, str(folder), str(options.rounds)]
    subprocess.run(command, cwd=PROJECT_ROOT, env=environment, check=True, timeout=600)
    return json.loads((folder / "measured.json").read_text())


def _bare_speed(folder: Path, seconds: float) -> float:
    """Returns images/s of train.py as a person types it, with nothing beside it."""
    run = folder / "bare"
    command = [sys.executable, "train.py", "--kimg", str(KIMG), "--out", str(run)]
    process = subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.DEVNULL)
    time.sleep(seconds)
    process.terminate()
    process.wait()
    return median(tick.images_per_second for tick in read_ticks(run)[0])


def _play_watched(folder: Path, rounds: int) -> None:
    """Runs in a process of its own: the real game, with keys pressed by what is on screen."""
    from game.play_command import PlayOptions, play

    player = _Player(rounds)
    play(PlayOptions(checkpoints=folder / "checkpoints"), player.make_app)
    (folder / "measured.json").write_text(json.dumps(player.measured))


class _Player:
    """Goes through its script, a step after every frame that was drawn."""

    def __init__(self, rounds: int) -> None:
        self.measured: dict = {"alone": [], "training": [], "film": []}
        self._rounds = rounds

    def make_app(self, services):
        from game.app import App

        self.services = services
        self.app = App(services, frame_drawn=self._frame_drawn)
        self._steps = self._script()
        return self.app

    def _frame_drawn(self, seconds: float) -> None:
        self._seconds = seconds
        next(self._steps, None)

    def _press(self, name: str) -> None:
        import pygame

        pygame.event.post(pygame.Event(pygame.KEYDOWN, key=pygame.key.key_code(name), mod=0, unicode=""))

    def _script(self) -> Iterator[None]:
        from game.destinations import ShowLab, WatchRun
        from game.screen import Open
        from game.training_run import TrainingConfig

        while not self.services.forger.status.ready:
            yield from self._wait(0.1)
        yield from self._play("alone")
        asked = time.perf_counter()
        run = self.services.lab.start("", TrainingConfig(kimg=KIMG, seed=int(datetime.now(UTC).timestamp())))
        self.app._follow(Open(WatchRun(run.name)))
        while not self.services.lab.ticks(run):
            yield from self._wait(0.05)
        yield
        self.measured["first_tick"] = time.perf_counter() - asked
        self._press("escape")
        # The first rungs come fast, and judging them is another kind of work.
        yield from self._wait(45.0)
        before = len(self.services.lab.ticks(run))
        yield from self._wait(20.0)
        self.measured["idle_speed"] = self._speed(run, before)
        before = len(self.services.lab.ticks(run))
        yield from self._play("training")
        self.measured["play_speed"] = self._speed(run, before)
        self.app._follow(Open(ShowLab()))
        self.app._follow(Open(WatchRun(PLAYED_RUN)))
        yield
        self.app.screen._do("play", self.services.lab.run(PLAYED_RUN), self.app.clock())
        end = time.perf_counter() + 15.0
        while time.perf_counter() < end:
            yield
            self.measured["film"].append(self._seconds)
        self.services.lab.stop(self.services.lab.run(run.name))
        while self.services.lab.active:
            yield from self._wait(0.1)
        self.app.running = False

    def _speed(self, run, first: int) -> float:
        return median(tick.images_per_second for tick in self.services.lab.ticks(run)[first:])

    def _wait(self, seconds: float) -> Iterator[None]:
        """Lets the loop turn for a while."""
        import pygame

        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pygame.time.set_timer(pygame.WINDOWEXPOSED, 50, 1)
            yield

    def _play(self, kind: str) -> Iterator[None]:
        from game.destinations import PlayRound
        from game.rules import RoundSetup
        from game.screen import Open
        from game.screens.results import ResultsScreen

        for number in range(self._rounds):
            self.app._follow(Open(PlayRound(RoundSetup("mnist", PLAYED_RUN, PLAYED_KIMG, number + 1))))
            screen = self.app.screen
            while not screen.waits_for_answer:
                yield from self._wait(0.05)
            presses = 0
            while not isinstance(self.app.screen, ResultsScreen):
                if self.app.screen.wait_seconds(self.app.clock()) != 0:
                    self._press(("left", "space")[presses % 2])
                    presses += 1
                yield
                self.measured[kind].append(self._seconds)
            self._press("escape")
            self._press("escape")
            yield
            yield


if __name__ == "__main__":
    if sys.argv[1:2] == [WATCHED]:
        _play_watched(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(run_command(LabOptions, main, "python -m benchmarks.lab"))
