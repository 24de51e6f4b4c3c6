"""The one window, with a frame around it or filling the screen."""

import warnings
from contextlib import suppress

import pygame


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
