"""The one window, with a frame around it or filling the screen."""

from contextlib import suppress

import pygame


def show_window(size: tuple[int, int], full_screen: bool) -> None:
    """Opens the window or changes it to a resizable one of `size`, or to all of the screen where that can be had.

    Raises pygame.error where there is no screen.
    """
    if full_screen:
        # Not display.toggle_fullscreen: it keeps the window's size and has the monitor stretch it, which blurs.
        with suppress(pygame.error):
            pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
            return
    pygame.display.set_mode(size, pygame.RESIZABLE)
