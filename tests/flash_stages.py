"""The stages of a flash: the warning, a trial from its countdown to its question, and what came of it."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from game.destinations import ShowFlash
from game.psychometric import probability_right
from game.rules import Mode, RoundSetup, Truth
from game.screen import Open
from game.staircase import Flash, FlashTrial

if TYPE_CHECKING:
    from stages import Stage


def turn_until(stage: "Stage", condition: Callable[[], object], seconds: float = 0.01) -> None:
    """Turns the loop, so many seconds apart, until something is true."""
    for _ in range(10_000):
        if condition():
            return
        stage.clock.now += seconds
        stage.player.frame()
    raise AssertionError("what was waited for did not come")


def _screen(stage: "Stage") -> Any:
    return stage.player.app.screen


def _briefing(stage: "Stage") -> None:
    stage.play("enter")
    stage.player.click(Mode.FLASH)
    stage.rest()
    stage.play("enter")


def _switched_off(stage: "Stage") -> None:
    _briefing(stage)
    stage.player.click("flashing")
    stage.rest()


def _card_switched_off(stage: "Stage") -> None:
    stage.services.settings = replace(stage.services.settings, flashing=False)
    stage.play("enter")


def _card_asking(stage: "Stage") -> None:
    _card_switched_off(stage)
    stage.player.click(Mode.FLASH)
    stage.rest()


def _countdown(stage: "Stage") -> None:
    _briefing(stage)
    stage.player.press("enter")
    stage.player.frame()


def _part(stage: "Stage", part: int) -> None:
    _countdown(stage)
    turn_until(stage, lambda: _screen(stage)._glimpse is not None and _screen(stage)._glimpse.part == part)
    stage.player.frame()


def _question(stage: "Stage") -> None:
    _countdown(stage)
    turn_until(stage, lambda: _screen(stage).waits_for_answer)


def _later_question(stage: "Stage") -> None:
    _question(stage)
    for place in range(7):
        picture = _screen(stage)._play.round.current
        stage.player.press("f" if (picture.truth is Truth.FAKE) == (place != 3) else "r")
        turn_until(stage, lambda: _screen(stage).waits_for_answer)


def _paused(stage: "Stage") -> None:
    _later_question(stage)
    stage.player.press("r", "escape", "escape")


def _leaving(stage: "Stage") -> None:
    _later_question(stage)
    stage.play("escape")


def played(threshold: float, width: float = 3.0, dropped: int = 0, refresh_rate: float = 60.0, seed: int = 1) -> Flash:
    """Returns a whole flash of a player with a threshold, in frames; some trials in the beginning are spoilt."""
    dice, flash = random.Random(seed), Flash(refresh_rate)
    while (frames := flash.next_frames) is not None:
        octaves = np.log2(np.array(frames / threshold))
        right = dice.random() < float(probability_right(octaves, width, 0.02))
        spoilt = flash.dropped < dropped and len(flash.trials) % 5 == 3
        flash = flash.answered(FlashTrial(frames, frames + 1 if spoilt else frames, right))
    return flash


def _results(stage: "Stage", flash: Flash) -> None:
    setup = RoundSetup("mnist", "mnist", 64, 1, Mode.FLASH, 66)
    stage.player.app._follow(Open(ShowFlash(setup, flash)))
    stage.rest()


def _focused_results(stage: "Stage") -> None:
    _results(stage, played(4.0, dropped=3))
    stage.player.click("figure/level 4")
    stage.rest()


def _pressed_results(stage: "Stage") -> None:
    _results(stage, played(4.0))
    stage.player.click("figure/sentence 1")
    stage.rest()


FLASH_STAGES: dict[str, Callable[["Stage"], object]] = {
    "flash-briefing": _briefing,
    "flash-briefing-off": _switched_off,
    "flash-card-off": _card_switched_off,
    "flash-card-asking": _card_asking,
    "flash-countdown": _countdown,
    "flash-picture": lambda stage: _part(stage, -1),
    "flash-mask": lambda stage: _part(stage, 1),
    "flash-question": _question,
    "flash-later-question": _later_question,
    "flash-paused": _paused,
    "flash-leaving": _leaving,
    "flash-results": _focused_results,
    "flash-results-explained": _pressed_results,
    "flash-results-short": lambda stage: _results(stage, played(0.2, 1.0)),
    "flash-results-long": lambda stage: _results(stage, played(400.0)),
    "flash-results-dropped": lambda stage: _results(stage, played(8.0, dropped=7)),
}
