"""What the tests of a flash as it is played share: what the window shows from moment to moment, and ways to play."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import pygame
import pytest
from judging import key_for
from playing import Clock, Player, screenshot

from game.app import FRAMES_PER_SECOND
from game.destinations import PlayRound
from game.rules import Mode, RoundSetup
from game.screen import Open

SETUP = RoundSetup("mnist", "mnist", 64, 1, Mode.FLASH, 66)


@dataclass
class Glass:
    """Notes what is at the picture's place whenever the window shows something new, and what is around it."""

    clock: Clock
    player: Player
    # (when, the picture's place in the picture's own pixels, a check sum of all that is around it)
    frames: list[tuple[float, bytes, int]] = field(default_factory=list)
    looks_around: bool = False
    # Seconds that the display takes longer for a frame, by how many frames it has shown.
    hiccups: Callable[[int], float] = lambda number: 0.0

    def note_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Notes from now on whatever is handed over to the display."""
        for name in ("flip", "update"):
            original = getattr(pygame.display, name)

            def handed_over(*arguments: Any, original: Callable[..., None] = original) -> None:
                original(*arguments)
                self.shown()

            monkeypatch.setattr(pygame.display, name, handed_over)

    def shown(self) -> None:
        """Notes what is on show now."""
        screen = self.player.app.screen
        if getattr(screen, "_play", None) is None:
            return
        if getattr(screen, "_glimpse", None) is not None:
            self.clock.now += self.hiccups(len(self.frames))
        box, window = self.player.app.canvas.pixel_box(screen._inside), pygame.display.get_surface()
        # One dot of each of the picture's pixels.
        size = box.width // screen._play.image_size
        dots = slice(size // 2, None, size)
        place = pygame.surfarray.pixels3d(window.subsurface(box))[dots, dots].swapaxes(0, 1).tobytes()
        rest = 0
        if self.looks_around:
            pixels = screenshot().copy()
            pixels[box.top : box.bottom, box.left : box.right] = 0
            rest = zlib.crc32(pixels)
        self.frames.append((self.clock.now, place, rest))

    def exposures(self, player: Player) -> list[tuple[int, float]]:
        """Returns which pictures of the round were on show, by their place, and for how many seconds."""
        play = player.app.screen._play
        places = {
            shown.pixels[..., np.newaxis].repeat(3, axis=2).tobytes(): place for place, shown in enumerate(play.shown)
        }
        found = []
        starts = [next(group) for _, group in groupby(self.frames, key=lambda frame: frame[1])]
        for (start, place, _), (end, _, _) in pairwise(starts):
            if place in places:
                found.append((places[place], end - start))
        return found


def briefed(player: Player) -> None:
    """Goes from the title to what is said before a flash."""
    player.press("enter")
    player.click("flash")
    player.press("enter")
    assert player.on == "flash"


def begun(player: Player, setup: RoundSetup = SETUP) -> None:
    """Opens a flash and starts it."""
    player.app._follow(Open(PlayRound(setup)))
    player.frame()
    player.press("enter")


def turn(player: Player, clock: Clock) -> None:
    """Lets as much time pass as the loop would wait, and turns it."""
    wait = 0 if player.app._changed else player.app.screen.wait_seconds(clock.now)
    assert wait is not None, "nothing would ever happen"
    if wait:
        clock.now += max(1, round(1000 * wait)) / 1000
    elif player.app._frame_due() is None:
        clock.now += 1 / FRAMES_PER_SECOND
    player.frame()


def to_question(player: Player, clock: Clock) -> None:
    """Waits until the picture is gone and is asked about."""
    while not player.app.screen.waits_for_answer:
        turn(player, clock)


def to_part(player: Player, clock: Clock, part: int) -> None:
    """Waits until the picture, −1, or a mask is on show."""
    while player.app.screen._glimpse is None or player.app.screen._glimpse.part != part:
        turn(player, clock)
    turn(player, clock)


def answer(player: Player, clock: Clock, rights: Sequence[bool]) -> None:
    """Answers trials, each rightly or wrongly."""
    for right in rights:
        to_question(player, clock)
        clock.now += 0.5
        player.press(key_for(player, right))
