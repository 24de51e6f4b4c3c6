"""The window, measured: `python -m benchmarks.window` plays a round by itself and prints a table.

Run it with a screen (a virtual one will do) and nothing else running. Time counts from the start of the process.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from game.forger import PROJECT_ROOT

# Marks the process that is measured; the other one starts it and reads what it wrote.
WATCHED = "--watched"


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """Measure start-up, frame times, idle load and memory of the game's window."""

    runs: int = 5
    """Starts to measure; the table has their medians."""
    width: int = 1280
    """Width of the window in pixels."""
    height: int = 720
    """Height of the window in pixels."""
    idle_seconds: float = 5.0
    """How long to watch the idle window on each of two screens."""


def main(options: WindowOptions) -> int:
    """Prints one table and returns 0."""
    results = [_measured(options) for _ in range(options.runs)]
    frames = sorted(seconds for result in results for seconds in result["frame_seconds"])
    rows = [
        ("start to first frame", f"{median(result['first_frame'] for result in results):.2f} s", "≤ 0.7 s"),
        ("start to first trial", f"{median(result['first_trial'] for result in results):.2f} s", "≤ 6 s"),
        ("frame in play, p50", f"{1000 * frames[len(frames) // 2]:.1f} ms", ""),
        ("frame in play, p99", f"{1000 * frames[int(len(frames) * 0.99)]:.1f} ms", "≤ 16.7 ms"),
        ("idle on the title", f"{100 * median(result['title_load'] for result in results):.1f} % of a core", "≤ 10 %"),
        ("idle on a trial", f"{100 * median(result['trial_load'] for result in results):.1f} % of a core", "≤ 10 %"),
        ("memory of the window's process", f"{median(result['memory'] for result in results):.0f} MB", "≤ 200 MB"),
    ]
    print(f"{options.width}×{options.height}, {options.runs} starts, {len(frames)} frames in play")
    print("| what | measured | wanted |\n|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    return 0


def _measured(options: WindowOptions) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "measured.json"
        environment = os.environ | {"REAL_OR_FAKE_HOME": folder, "SDL_AUDIODRIVER": "dummy"}
        arguments = [str(time.time()), str(out), str(options.width), str(options.height), str(options.idle_seconds)]
        command = [sys.executable, "-m", "benchmarks.window", WATCHED, *arguments]
        subprocess.run(command, cwd=PROJECT_ROOT, env=environment, check=True, timeout=120)
        return json.loads(out.read_text())


def _play_watched(started: float, out: Path, width: int, height: int, idle_seconds: float) -> None:
    """Runs in a process of its own: the real game, with keys pressed by what is on screen."""
    from game.play_command import PlayOptions, play

    player = _Player(started, idle_seconds)
    play(PlayOptions(width=width, height=height), player.make_app)
    out.write_text(json.dumps(player.measured))


class _Player:
    """Presses the next key whenever a frame was drawn."""

    def __init__(self, started: float, idle_seconds: float) -> None:
        self.measured: dict = {"frame_seconds": []}
        self._started = started
        self._idle_seconds = idle_seconds

    def make_app(self, services):
        from game.app import App

        self.app = App(services, frame_drawn=self._frame_drawn)
        self._original_run = self.app.run
        self.app.run = self._run
        return self.app

    def _run(self) -> None:
        self._steps = self._script()
        self._original_run()

    def _frame_drawn(self, seconds: float) -> None:
        self._seconds = seconds
        if "first_frame" not in self.measured:
            self.measured["first_frame"] = time.time() - self._started
        next(self._steps, None)

    def _press(self, key: int) -> None:
        import pygame

        pygame.event.post(pygame.Event(pygame.KEYDOWN, key=key, mod=0, unicode=""))

    def _script(self):
        import pygame

        from game.screens.difficulty import DifficultyScreen
        from game.screens.practice import PracticeScreen
        from game.screens.results import ResultsScreen

        self._press(pygame.K_RETURN)
        while not isinstance(self.app.screen, DifficultyScreen):
            yield
        self._press(pygame.K_RETURN)
        while not (isinstance(self.app.screen, PracticeScreen) and self.app.screen.waits_for_answer):
            yield
        self.measured["first_trial"] = time.time() - self._started
        time.sleep(1.0)
        self.measured["trial_load"] = self._load()
        keys = (pygame.K_LEFT, pygame.K_SPACE)
        presses = 0
        while not isinstance(self.app.screen, ResultsScreen):
            if self.app.screen.wait_seconds(self.app.clock()) != 0:
                self._press(keys[presses % 2])
                presses += 1
            yield
            self.measured["frame_seconds"].append(self._seconds)
        self.measured["memory"] = _resident_megabytes()
        for _ in range(3):
            self._press(pygame.K_ESCAPE)
            yield
        self.measured["title_load"] = self._load()
        self.app.running = False

    def _load(self) -> float:
        """Turns the loop without any key for a while and returns the share of a core that it took."""
        end, cpu_start, start = time.perf_counter() + self._idle_seconds, time.process_time(), time.perf_counter()
        import pygame

        steps, self._steps = self._steps, iter(())
        while time.perf_counter() < end:
            wait = self.app.screen.wait_seconds(self.app.clock())
            wait_ms = round(1000 * min(1.0 if wait is None else wait, max(0.0, end - time.perf_counter())))
            self.app.frame([pygame.event.wait(max(1, wait_ms))])
        self._steps = steps
        return (time.process_time() - cpu_start) / (time.perf_counter() - start)


def _resident_megabytes() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == [WATCHED]:
        _play_watched(float(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]), float(sys.argv[6]))
    else:
        # Here, so that the measured process need not import a parser that the game does without.
        from gan.command_line import run_command

        sys.exit(run_command(WindowOptions, main, "python -m benchmarks.window"))
