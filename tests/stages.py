"""Every screen in every state that looks different, reached by playing, with a forger that answers at once."""

import shutil
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pygame
from bare_runs import write_bare_run
from figure_stages import FIGURE_STAGES
from flash_stages import FLASH_STAGES
from forgers import FakeForger
from lab_stages import LAB_STAGES
from lineup_stages import LINEUP_STAGES
from mode_stages import MODE_STAGES
from other_stages import OTHER_STAGES
from playing import NOW, Clock, Player, make_services
from watch_stages import WATCH_STAGES

from game.forger import ForgerStatus
from game.play_command import open_window
from game.rules import RoundSetup, Truth
from game.run_plan import Measurement, speed_settings
from game.services import Services
from gan.datasets import DATASETS
from gan.presets import preset

LADDER = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3000)
WIDEST_NAME = "W" * 16
LONG_RUN = "fashion-mnist-20300102-030405-with-a-second-seed"


@dataclass
class Stage:
    """A player in front of a screen; `forger` can be told what to answer from now on."""

    player: Player
    forger: FakeForger
    services: Services
    clock: Clock
    # Held so that a run looks as if it were being trained.
    locks: ExitStack = field(default_factory=ExitStack)

    def play(self, *names: str) -> "Stage":
        """Presses keys; after each one all motion has come to rest."""
        for name in names:
            self.player.press(name)
            self.rest()
        return self

    def rest(self) -> None:
        """Lets half a second pass."""
        self.clock.now += 0.5
        self.player.frame()

    def answer(self, rights: Iterable[bool]) -> "Stage":
        """Answers trials, each rightly or wrongly, and stays at the feedback of the last one."""
        for place, right in enumerate(rights):
            if place:
                self.play("space")
            picture = self.player.app.screen._round.current
            self.play("f" if (picture.truth is Truth.FAKE) == right else "r")
        return self

    def answer_until(self, truth: Truth, right: bool) -> "Stage":
        """Answers trials rightly up to the first one of a truth, and that one rightly or wrongly."""
        while self.player.app.screen._round.current.truth is not truth:
            self.answer([True]).play("space")
        return self.answer([right])

    def redraw(self) -> None:
        """Draws everything anew, after a change that no event tells of."""
        self.player.frame(pygame.Event(pygame.WINDOWEXPOSED))


def begin(checkpoints: Path, folder: Path, size: tuple[int, int], **settings: object) -> Stage:
    """Opens the title in a window of this size, the strips filled."""
    open_window(size, full_screen=False)
    # A copy: stages write runs of their own beside them.
    own = folder / "stage-checkpoints"
    shutil.rmtree(own, ignore_errors=True)
    checkpoints = Path(shutil.copytree(checkpoints, own))
    forger, clock = FakeForger(), Clock()
    services = make_services(checkpoints, folder, forger, **settings)
    stage = Stage(Player(services, clock), forger, services, clock)
    stage.rest()
    return stage


def write_stage_runs(folder: Path) -> Path:
    """Writes the runs that the stages play against."""
    write_bare_run(folder / "mnist", LADDER)
    write_bare_run(folder / "fashion-mnist", LADDER, dataset="fashion-mnist")
    write_bare_run(folder / LONG_RUN, (*LADDER[:-1], 4096, 8192, 9999), dataset="fashion-mnist")
    return folder


def fill_high_scores(services: Services, players: Iterable[str]) -> None:
    """Writes finished rounds at 64 kimg, the first player best, a minute apart."""
    store = services.store.get()
    for place, player in enumerate(players):
        round_id = store.begin_round(RoundSetup("mnist", "mnist", 64, place), NOW, player_id=store.player_named(player))
        store.finish_round(round_id, 3_900 - 300 * place, 20 - place, NOW + timedelta(minutes=place))


def practice(stage: Stage, dataset: str = "mnist") -> Stage:
    """Goes on to the first question of a round at 64 kimg."""
    return stage.play(*(("right",) if dataset == "fashion-mnist" else ()), "enter", "enter", "enter")


def _leaving_title(stage: Stage) -> None:
    stage.play("escape")


def _title_with_notices(stage: Stage) -> None:
    for name in ("first", "second"):
        stage.services.notice(
            f"/media/somebody/real-or-fake/checkpoints/{name}/run.json is damaged (Expecting value: line 1 column 1 "
            "(char 0)); restore it or train again."
        )
    fill_high_scores(stage.services, [WIDEST_NAME])
    stage.services.settings = replace(stage.services.settings, player_name=WIDEST_NAME)
    stage.redraw()


def _waking_title(stage: Stage) -> None:
    stage.forger.status = ForgerStatus("Mixing the paint", 0.8)
    stage.redraw()


def _failed_title(stage: Stage) -> None:
    stage.forger.status = ForgerStatus("", 0.0, failure="The forger stopped (" + "torch can't be found " * 9 + ").")
    stage.redraw()


def _difficulty(stage: Stage) -> None:
    fill_high_scores(stage.services, [WIDEST_NAME])
    stage.play("enter", "enter")


def _damaged_rung(stage: Stage) -> None:
    stage.forger.error = "/media/somebody/real-or-fake/checkpoints/mnist/ladder/000064.safetensors is missing; " * 2
    stage.play("enter", "enter")


def _difficulty_of_a_long_run(stage: Stage) -> None:
    stage.play("right", "enter", "c", "down", "enter", "enter")


def _question(stage: Stage) -> None:
    practice(stage).answer([True, True, True]).play("space")


def _clothes(stage: Stage) -> None:
    stage.forger.class_name = "ankle boot"
    practice(stage, "fashion-mnist").answer_until(Truth.REAL, right=False)


def _unexplained(stage: Stage) -> None:
    stage.forger.verdicts = ()
    practice(stage).answer_until(Truth.FAKE, right=False)


def _waiting(stage: Stage) -> None:
    stage.play("enter", "enter")
    stage.forger.error = "The forger stopped (ModuleNotFoundError: No module named 'torch'); try again, and if it "
    stage.forger.error += "stays so, reinstall with pip."
    stage.play("enter")


def _leaving_practice(stage: Stage) -> None:
    _question(stage)
    stage.play("escape")


def _played(stage: Stage) -> None:
    fill_high_scores(stage.services, [f"Player {place}" for place in range(1, 9)])
    practice(stage).answer([place % 6 != 4 for place in range(20)]).play("space")


def _naming(stage: Stage) -> None:
    _played(stage)
    stage.player.type("Ada Lovelace")
    stage.rest()


def _naming_with_the_widest_name(stage: Stage) -> None:
    practice(stage).answer([False] * 19 + [True]).play("space")
    fill_high_scores(stage.services, ["Ada"])
    stage.player.type(WIDEST_NAME)
    stage.rest()


def _results(stage: Stage) -> None:
    _naming(stage)
    stage.play("enter")


def _high_scores(stage: Stage) -> None:
    fill_high_scores(stage.services, ["Ada", "Grace", "Alan", "Kurt", "Emmy"])
    stage.play("enter", "enter", "h")


def _full_high_scores(stage: Stage) -> None:
    fill_high_scores(stage.services, [WIDEST_NAME] * 11)
    stage.play("enter", "enter", "h")


def _high_scores_of_a_long_run(stage: Stage) -> None:
    _difficulty_of_a_long_run(stage)
    stage.play("down", "h")


def _measuring_plan(stage: Stage) -> None:
    stage.player.click("lab")
    stage.player.click("train")


def _plan(stage: Stage) -> None:
    measured = Measurement("NVIDIA GeForce RTX 4090 Laptop GPU", "bfloat16", 16_400.0, 0.5)
    stage.services.plans |= {speed_settings(preset(dataset=name)): measured for name in DATASETS}
    _measuring_plan(stage)
    stage.play("right", "enter", "down", "enter")


def _refused_plan(stage: Stage) -> None:
    _plan(stage)
    stage.player.click("seed")
    stage.play("backspace", "enter", "enter")


def _hyper_parameters(stage: Stage) -> None:
    _plan(stage)
    stage.player.click("hyper")
    stage.play(*["down"] * 3, "right", "down")
    stage.player.type("x9")
    stage.rest()


def _refused_hyper_parameters(stage: Stage) -> None:
    _plan(stage)
    stage.player.click("hyper")
    stage.play(*["down"] * 6, *["right"] * 3, "up", "left")


def _folder(stage: Stage) -> None:
    _plan(stage)
    stage.player.click("folder")
    stage.player.type("/disk/ada/drawings of cats")
    stage.rest()


def _folder_refused(stage: Stage) -> None:
    _folder(stage)
    stage.player.app.screen._folder._refusal = (
        "/disk/ada/drawings has 3 different PNG, JPEG, GIF, BMP or WebP pictures; " * 3
    )
    stage.redraw()


def _last_hyper_parameters(stage: Stage) -> None:
    _hyper_parameters(stage)
    stage.play(*["down"] * 30)


STAGES: dict[str, Callable[[Stage], object]] = {
    "title": lambda stage: None,
    "title-leaving": _leaving_title,
    "title-with-notices": _title_with_notices,
    "title-waking": _waking_title,
    "title-failed": _failed_title,
    "modes": lambda stage: stage.play("enter"),
    "difficulty": _difficulty,
    "difficulty-damaged": _damaged_rung,
    "difficulty-of-a-long-run": _difficulty_of_a_long_run,
    **LAB_STAGES,
    "practice-question": _question,
    "practice-right-real": lambda stage: practice(stage).answer_until(Truth.REAL, right=True),
    "practice-right-fake": lambda stage: practice(stage).answer_until(Truth.FAKE, right=True),
    "practice-wrong-real": lambda stage: practice(stage).answer_until(Truth.REAL, right=False),
    "practice-wrong-fake": lambda stage: practice(stage).answer_until(Truth.FAKE, right=False),
    "practice-clothes": _clothes,
    "practice-unexplained": _unexplained,
    "practice-failed": _waiting,
    "practice-leaving": _leaving_practice,
    "results-naming": _naming,
    "results-naming-widest": _naming_with_the_widest_name,
    "results": _results,
    "high-scores": _high_scores,
    "high-scores-empty": lambda stage: stage.play("enter", "enter", "h"),
    "high-scores-full": _full_high_scores,
    "high-scores-of-a-long-run": _high_scores_of_a_long_run,
    "plan": _plan,
    "plan-measuring": _measuring_plan,
    "plan-refused": _refused_plan,
    "plan-unfolded": _hyper_parameters,
    "plan-unfolded-refused": _refused_hyper_parameters,
    "plan-folder": _folder,
    "plan-folder-refused": _folder_refused,
    "plan-unfolded-end": _last_hyper_parameters,
    "settings": lambda stage: (stage.play("right", "right", "down"), stage.player.click("settings"), stage.rest()),
    **FLASH_STAGES,
    **WATCH_STAGES,
    **OTHER_STAGES,
    **FIGURE_STAGES,
    **LINEUP_STAGES,
    **MODE_STAGES,
    "help": lambda stage: (stage.player.click("help"), stage.rest()),
}
