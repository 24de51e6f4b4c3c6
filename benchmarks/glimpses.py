"""How exactly a window shows a picture for whole frames: `python -m benchmarks.glimpses`.

Plays a flash by itself in the real window, at the real loop, and prints a table. What is measured is what the game
itself measures: the time from the end of the frame that first showed the picture to the end of the one that first
showed a mask. Run it with a screen; a virtual one shows what the program costs, and nothing of a real display.
"""

import os
import random
import sys
import tempfile
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from gan.command_line import run_command


@dataclass(frozen=True, slots=True)
class GlimpsesOptions:
    """Measure for how long pictures are on show in a flash."""

    width: int = 1280
    """Width of the window in pixels."""
    height: int = 720
    """Height of the window in pixels."""
    dataset: str = "mnist"
    """Whose pictures."""
    kimg: int = 64
    """The rung."""
    seed: int = 0
    """Of the round and the answers."""
    share_right: float = 0.8
    """How many of the answers are right: with more of them the exposures get shorter."""


@dataclass
class Watch:
    """Answers as soon as it is asked, and notes each glimpse."""

    options: GlimpsesOptions
    # (frames asked, frames shown, seconds off what was asked) of each picture.
    glimpses: list[tuple[int, int, float]] = field(default_factory=list)
    # From one frame of a glimpse to the next, in frames.
    intervals: list[float] = field(default_factory=list)

    def make_app(self, services):
        """Returns an app that opens a flash at once."""
        from game.app import App

        self.random = random.Random(self.options.seed)
        self.app = App(services, frame_drawn=self._frame_drawn)
        self._original_run, self.app.run = self.app.run, self._run
        return self.app

    def _run(self) -> None:
        from game.rules import TRIAL_COUNTS, Mode, RoundSetup
        from game.screens.flash import FlashScreen

        options = self.options
        count = TRIAL_COUNTS[Mode.FLASH]
        setup = RoundSetup(options.dataset, options.dataset, options.kimg, options.seed, Mode.FLASH, count)
        self.screen = FlashScreen(self.app.services, setup)
        self.app.screens.append(self.screen)
        self._noted, self._ends, self._started = None, [], False
        original = self.screen.frame_sent

        def frame_sent(start: float, end: float) -> None:
            self._ends.append(end)
            original(start, end)

        self.screen.frame_sent = frame_sent
        self._original_run()

    def _frame_drawn(self, seconds: float) -> None:
        import pygame

        screen = self.app.screen
        if screen is not self.screen:
            self.app.running = False
        elif not self._started and self.app.services.forger.status.ready:
            self._started = True
            self._press(pygame.K_RETURN)
        elif screen.waits_for_answer and screen._glimpse is not self._noted:
            self._note(screen._glimpse, screen._flash)
            truth = screen._play.round.current.truth
            right = self.random.random() < self.options.share_right
            self._press(pygame.K_f if (truth == "fake") == right else pygame.K_r)

    def _note(self, glimpse, flash) -> None:
        self._noted = glimpse
        if glimpse is not None and glimpse.seconds is not None:
            frames = flash.next_frames
            self.glimpses.append((frames, glimpse.shown_frames, glimpse.seconds - frames / flash.refresh_rate))
        self.intervals += [(end - start) * flash.refresh_rate for start, end in pairwise(self._ends)]
        self._ends.clear()
        self.refresh_rate = flash.refresh_rate

    def _press(self, key: int) -> None:
        import pygame

        pygame.event.post(pygame.Event(pygame.KEYDOWN, key=key, mod=0, unicode=""))


def main(options: GlimpsesOptions) -> int:
    """Prints the table and returns 0."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"REAL_OR_FAKE_HOME": folder, "SDL_AUDIODRIVER": "dummy"}
        from game.play_command import PlayOptions, play

        watch = Watch(options)
        status = play(PlayOptions(width=options.width, height=options.height), watch.make_app)
    if status or not watch.glimpses:
        return status or 1
    frame = 1000 / watch.refresh_rate
    print(
        f"{options.width}×{options.height}, {watch.refresh_rate:g} frames a second ({frame:.1f} ms each); "
        f"{len(watch.glimpses)} glimpses, {len(watch.intervals)} frames:\n"
    )
    print("| frames asked | glimpses | off, median | off, worst | with dropped frames |\n|---:|---:|---:|---:|---:|")
    for asked in sorted({asked for asked, _, _ in watch.glimpses}):
        rows = [row for row in watch.glimpses if row[0] == asked]
        off = [1000 * seconds for _, _, seconds in rows]
        dropped = sum(shown != asked for _, shown, _ in rows)
        print(f"| {asked} | {len(rows)} | {median(off):+.2f} ms | {max(off, key=abs):+.2f} ms | {dropped} |")
    late = sum(abs(interval - 1) > 0.25 for interval in watch.intervals)
    print(f"\n{late} of {len(watch.intervals)} frames came more than a quarter of a frame early or late.")
    return 0


if __name__ == "__main__":
    sys.exit(run_command(GlimpsesOptions, main, "python -m benchmarks.glimpses"))
