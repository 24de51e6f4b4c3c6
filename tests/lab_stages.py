"""The stages of the lab's list, of the choice of a run, and of the import."""

import os
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

from lab_runs import write_lab, write_lab_run
from playing import NOW

from game.found_runs import RunSearch
from game.lab import Lab
from gan.run_log import rung_path

if TYPE_CHECKING:
    from stages import Stage


def _use_lab(stage: "Stage") -> None:
    """Gives the game a folder with a run in each state; the stage keeps their locks."""
    services = stage.services
    services.checkpoints = write_lab(services.exports.parent / "lab", stage.locks)
    services.lab = Lab(services.checkpoints, lambda: NOW)
    stage.rest()


def _lab(stage: "Stage") -> None:
    _use_lab(stage)
    stage.player.click("lab")
    stage.rest()


def _scrolled_lab(stage: "Stage") -> None:
    _lab(stage)
    stage.play("down", "end", "up")


def _lab_with_damage(stage: "Stage") -> None:
    _lab(stage)
    for name in ("a-run-that-was-copied-while-it-was-being-written", "first", "second"):
        (stage.services.checkpoints / name).mkdir()
        (stage.services.checkpoints / name / "run.json").write_text("{")
    stage.rest()


def _first_visit_to_the_lab(stage: "Stage") -> None:
    services = stage.services
    services.checkpoints = services.exports.parent / "shipped"
    for name in ("mnist", "fashion-mnist"):
        write_lab_run(services.checkpoints / name, dataset=name)
    services.lab = Lab(services.checkpoints, lambda: NOW)
    stage.rest()
    stage.player.click("lab")
    stage.rest()


def _choose_run(stage: "Stage") -> None:
    _use_lab(stage)
    stage.play("enter", "c", "down")


def _difficulty_while_training(stage: "Stage") -> None:
    _use_lab(stage)
    stage.play("enter", "c", "down", "enter", "enter")


def _many_rungs(stage: "Stage") -> None:
    _difficulty_while_training(stage)
    for kimg in range(1100, 2000, 90):
        rung_path(stage.services.checkpoints / "own-1", kimg).touch()
    stage.rest()
    stage.play("end")


def _import(stage: "Stage") -> None:
    exports = stage.services.exports
    exports.mkdir()
    for place, name in enumerate(("W" * 80, *(f"digits-{place}" for place in range(9)))):
        with zipfile.ZipFile(exports / f"{name}.zip", "w") as archive:
            archive.writestr("run/run.json", "{}")
        os.utime(exports / f"{name}.zip", (1.9e9 - place, 1.9e9 - place))
    stage.player.click("lab")
    stage.player.click("import")
    # Not the downloads of whoever runs the tests.
    search = RunSearch([exports], lambda: None)
    stage.player.app.screen._search = search
    stage.player.until(lambda: search.done)
    stage.play("down")


def _refused_import(stage: "Stage") -> None:
    _import(stage)
    refusal = "a-run-with-quite-a-long-name.zip: ladder/000064.safetensors is not what the record of the run says; " * 2
    stage.player.app.screen._refusal = refusal
    stage.redraw()


LAB_STAGES: dict[str, Callable[["Stage"], object]] = {
    "lab": _lab,
    "lab-scrolled": _scrolled_lab,
    "lab-with-damage": _lab_with_damage,
    "lab-at-the-first-visit": _first_visit_to_the_lab,
    "choose-run": _choose_run,
    "difficulty-while-training": _difficulty_while_training,
    "difficulty-of-many-rungs": _many_rungs,
    "import": _import,
    "import-refused": _refused_import,
}
