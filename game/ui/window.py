"""The one window, with a frame around it or filling the screen."""

import warnings
from contextlib import suppress

import pygame

from game.staircase import REFRESH_RATES

# Of nearly all displays, and so of one that doesn't say.
USUAL_REFRESH_RATE = 60.0


def show_window(size: tuple[int, int], full_screen: bool) -> None:
    """Opens the window or changes it to a resizable one of `size`, or to all of the screen where that can be had.

    Raises pygame.error where there is no screen.
    """
    # That the system gave the window another size than asked is no news for the terminal.
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
        if full_screen:
            # Not display.toggle_fullscreen: it keeps the window's size and has the monitor stretch it, which blurs.
            with suppress(pygame.error):
                pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
                return
        pygame.display.set_mode(size, pygame.RESIZABLE)
        if pygame.display.get_window_size() != size:
            # On X11 a window that leaves the full screen takes its own size at the second asking only.
            pygame.display.set_mode(size, pygame.RESIZABLE)


def refresh_rate() -> float:
    """Returns how many frames a second the display shows that the window is on, or 60 where it doesn't say."""
    try:
        rate = float(pygame.display.get_current_refresh_rate())
    except pygame.error:
        return USUAL_REFRESH_RATE
    return rate if REFRESH_RATES[0] <= rate <= REFRESH_RATES[1] else USUAL_REFRESH_RATE
