"""The stages of other pictures: colours, other sizes, folders, single classes, critics and modes."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from other_runs import FOLDER, add_critic_ticks, write_other_run
from tiny_runs import Form
from watch_stages import watch, write_watched_run

from game.destinations import ChooseDifficulty
from game.screen import Open
from gan.run_log import Tick, read_record, read_ticks, write_record, write_ticks

if TYPE_CHECKING:
    from stages import Stage


def _write(stage: "Stage", form: str | Form, **settings: object) -> None:
    write_other_run(stage.services.checkpoints / "other", form, "A run with quite a long title", **settings)
    stage.services.lab.library.refresh()


def _open(stage: "Stage", dataset: str) -> None:
    stage.services.lab.library.refresh()
    stage.player.app._follow(Open(ChooseDifficulty(dataset)))
    stage.rest()


def _difficulty_by_class(stage: "Stage") -> None:
    _write(stage, Form("mnist", 28, 1, tuple("0123456789")))
    stage.services.chosen_runs["mnist"] = "other"
    _open(stage, "mnist")
    stage.play("down")
    stage.player.type("7")
    stage.rest()


def _practice_of_a_class(stage: "Stage") -> None:
    _difficulty_by_class(stage)
    stage.play("up", "enter")


def _faces(stage: "Stage", size: int = 64) -> None:
    stage.forger.size, stage.forger.colour = size, True
    name = "folder:/disk/ada/drawings of all the cats in our street"
    _write(stage, Form(name, size, 3, ("cats", "dogs with a very long name indeed")))
    _open(stage, name)


def _practice_in_colour(stage: "Stage", size: int = 64, right: bool = True) -> None:
    _faces(stage, size)
    stage.play("enter").answer([right])


def _results_in_colour(stage: "Stage") -> None:
    _faces(stage)
    stage.play("down", "left", "up", "enter").answer([place % 6 != 4 for place in range(6)]).play("space", "escape")


def _more(stage: "Stage") -> None:
    checkpoints = stage.services.checkpoints
    write_other_run(checkpoints / "cats", Form("folder:/disk/ada/drawings of cats", 64, 3, ()))
    write_other_run(checkpoints / "dogs", Form("folder:/disk/ada/" + "dogs " * 30, 32, 1, ()))
    write_other_run(checkpoints / "stacked", Form("stacked-mnist", 28, 3, ()))
    stage.services.lab.library.refresh()
    stage.player.click("more")
    stage.rest()


def _watch_critic(stage: "Stage") -> None:
    run = stage.services.checkpoints / "other"
    settings = {"objective": "wasserstein-gp", "discriminator_normalization": "layer", "penalty_weight": 10.0}
    _write(stage, Form(FOLDER, 32, 3, ("cats", "dogs")), **settings)
    add_critic_ticks(run, 120)
    record = read_record(run)
    write_record(run, replace(record, config=replace(record.config, kimg=160)))
    watch(stage, "other")


def _watch_modes(stage: "Stage") -> None:
    run = write_watched_run(stage.services.checkpoints / "monday", 160, 70)
    record = read_record(run)
    config = replace(record.config, dataset="stacked-mnist", channels=3, objective="minimax")
    write_record(run, replace(record, config=config))
    write_ticks(run, map(_stacked, read_ticks(run)[0]))
    stage.forger.colour = True
    watch(stage, "monday")


def _stacked(tick: Tick) -> Tick:
    """Returns a tick as the judge of stacked digits leaves it: modes instead of classes, on rungs alone."""
    if tick.judge_distance is None:
        return tick
    modes = round(1000 * (1 - math.exp(-tick.kimg / 38)))
    # Twice what equal shares of so many modes would have.
    divergence = round(2 * math.log(1000 / modes), 4)
    return replace(tick, judge_floor=0.328, class_counts=None, mode_count=modes, mode_kl=divergence)


OTHER_STAGES: dict[str, Callable[["Stage"], object]] = {
    "more": _more,
    "difficulty-by-class": _difficulty_by_class,
    "difficulty-in-colour": _faces,
    "practice-of-a-class": _practice_of_a_class,
    "practice-in-colour": _practice_in_colour,
    "practice-in-colour-32": lambda stage: _practice_in_colour(stage, 32),
    "practice-in-colour-wrong": lambda stage: _practice_in_colour(stage, right=False),
    "practice-in-colour-32-wrong": lambda stage: _practice_in_colour(stage, 32, right=False),
    "results-in-colour": _results_in_colour,
    "watch-critic": _watch_critic,
    "watch-modes": _watch_modes,
}
