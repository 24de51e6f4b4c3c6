"""What the tests of Measured, Duel, Consult and flashes share: ways to play a round."""

import pygame
import pytest
from playing import Clock, Player

from game.destinations import ChooseDifficulty
from game.rules import Mode, Truth
from game.screen import Open


def at_briefing(player: Player, mode: Mode, dataset: str = "mnist") -> None:
    """Goes to what is said before a round, at the rung that has the focus."""
    player.app._follow(Open(ChooseDifficulty(dataset, mode)))
    player.frame()
    player.press("enter")


def at_question(player: Player, mode: Mode, dataset: str = "mnist") -> None:
    """Goes to the first picture of a round."""
    at_briefing(player, mode, dataset)
    player.press("enter")
    player.until(lambda: player.app.screen.waits_for_answer)


def key_for(player: Player, right: bool = True) -> str:
    """Returns the key of the right, or the wrong, answer to the picture on show."""
    truth = player.app.screen._play.round.current.truth
    return "r" if (truth is Truth.REAL) == right else "f"


def pad(player: Player, button: int) -> None:
    """Presses a gamepad's button."""
    player.frame(pygame.Event(pygame.CONTROLLERBUTTONDOWN, instance_id=0, button=button))


def heard(player: Player, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Returns the sounds that are played from now on."""
    names: list[str] = []
    monkeypatch.setattr(player.services.sounds, "play", names.append)
    return names


def play_out(player: Player, clock: Clock, count: int) -> None:
    """Answers so many trials by one key."""
    for _ in range(count):
        clock.now += 0.5
        player.press("r")


def verdict(fake_probability: float) -> str:
    """Returns what the discriminator calls a picture."""
    return "fake" if fake_probability >= 0.5 else "real"
