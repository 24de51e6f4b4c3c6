"""Gamepads, through SDL's mapping of every make to one set of buttons."""

from contextlib import suppress

import pygame
from pygame._sdl2 import controller


class Gamepads:
    """Keeps the connected gamepads open, which is what makes them send events."""

    def __init__(self) -> None:
        self._open: list[controller.Controller] = []

    def prepare(self) -> None:
        """Starts listening; without the system's support there are simply no gamepads."""
        with suppress(pygame.error):
            controller.init()

    def connect(self, index: int) -> None:
        """Opens a gamepad that was plugged in; one that can't be opened is left alone."""
        with suppress(pygame.error):
            self._open.append(controller.Controller(index))
