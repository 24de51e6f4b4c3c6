"""What `python play.py` does: flags in, a window out, one sentence where something is wrong."""

import os
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

# Before pygame is imported, which else greets on standard output.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from game import settings as settings_file
from game.app import App, wake_window
from game.forger import PROJECT_ROOT, Forger
from game.lab import Lab
from game.services import LazyStore, Services
from game.ui.audio import Sounds
from game.ui.theme import MIN_WINDOW, SHEET_HEIGHT, SHEET_WIDTH
from game.ui.window import show_window

EXIT_CANNOT_PLAY = 2
CAPTION = "Real or Fake?"
INVISIBLE_DRIVERS = ("offscreen", "dummy", "evdev")


@dataclass(frozen=True, slots=True)
class PlayOptions:
    """Tell real pictures from a GAN's."""

    checkpoints: Path = PROJECT_ROOT / "checkpoints"
    """Folder with the runs to play against."""
    scores: Path | None = None
    """File that keeps every answer; by default scores.sqlite in the user's data folder."""
    settings: Path | None = None
    """File that keeps the settings; by default settings.json in the user's configuration folder."""
    database: str | None = None
    """URL of a class's database, to which rounds are sent too; by default what $REAL_OR_FAKE_DATABASE says."""
    full_screen: bool = False
    """Fill the screen from the start."""
    mute: bool = False
    """No sound this time."""
    width: int = SHEET_WIDTH
    """Width of the window in pixels."""
    height: int = SHEET_HEIGHT
    """Height of the window in pixels."""


def run_play_command(arguments: Sequence[str]) -> int:
    """Plays until the window is closed; returns 0, or 2 after one sentence where that can't be done."""
    # The parser is imported only where there is something to parse: it takes longer than opening the window.
    if arguments:
        from game.command_flags import parse_flags
        from gan.command_line import report_errors

        return report_errors(lambda: _play_with(parse_flags(PlayOptions, "play.py", arguments)))
    return _play_with(PlayOptions())


def _play_with(options: PlayOptions) -> int:
    if options.width < MIN_WINDOW[0] or options.height < MIN_WINDOW[1]:
        smallest = f"{MIN_WINDOW[0]}×{MIN_WINDOW[1]}"
        return _refuse(f"The window can't be smaller than {smallest}; give a larger --width or --height.")
    if not options.checkpoints.is_dir():
        return _refuse(f"{options.checkpoints} is no folder; name the one with the runs by --checkpoints.")
    try:
        return play(options)
    except KeyboardInterrupt:
        return 0


def play(options: PlayOptions, make_app: Callable[[Services], App] = App) -> int:
    """Opens the window, plays, and closes everything that was started; benchmarks hand in an app that they watch."""
    settings, problem = settings_file.load(options.settings or settings_file.default_path())
    full_screen = options.full_screen or settings.full_screen
    try:
        open_window((options.width, options.height), full_screen)
    except pygame.error as error:
        pygame.quit()
        return _refuse(f"No window can be opened ({error}); start the game on a computer with a screen.")
    checkpoints = options.checkpoints.resolve()
    services = Services(
        forger=Forger(wake_window),
        checkpoints=checkpoints,
        lab=Lab(checkpoints, lambda: datetime.now(UTC)),
        exports=settings_file.default_exports(),
        wake=wake_window,
        store=LazyStore(options.scores, settings_file.database_url(options.database), wake_window),
        sounds=Sounds(settings.sound and not options.mute),
        settings=settings,
        settings_path=options.settings or settings_file.default_path(),
        next_seed=lambda: random.SystemRandom().randrange(2**31),
    )
    services.notice(problem or "")
    try:
        make_app(services).run()
    finally:
        services.store.close()
        services.forger.close()
        if services.probe is not None:
            services.probe.cancel()
        if services.job is not None:
            services.job.close()
        pygame.quit()
    return 0


def open_window(size: tuple[int, int], full_screen: bool) -> None:
    """Opens the resizable window; raises pygame.error where there is no screen."""
    # Else Windows stretches the finished picture on screens of 125 % and more, and blurs it.
    os.environ.setdefault("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2")
    pygame.display.init()
    if pygame.display.get_driver() in INVISIBLE_DRIVERS and "SDL_VIDEODRIVER" not in os.environ:
        # SDL takes such a one where it finds no screen; the game would then run unseen for ever.
        raise pygame.error("no display was found")
    pygame.font.init()
    if pygame.display.get_driver() == "x11":
        # The window's pixels straight to the X server: by way of OpenGL, which SDL would take, a computer without a
        # graphics card starts 100 MB of renderer and draws a frame three times as slowly.
        os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
    pygame.display.set_caption(CAPTION)
    show_window(size, full_screen)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return EXIT_CANNOT_PLAY
