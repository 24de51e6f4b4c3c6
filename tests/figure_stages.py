"""The stages of players and figures, of made-up but plausible players."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from made_up import LADDER, START, MadeUpPlayer, played_climb, played_flash, played_round, write_trials

from game.destinations import ShowFigures, ShowGeneratorFigures, ShowPlayers
from game.rules import Mode
from game.screen import Open
from game.stored_trial import StoredTrial
from gan.run_log import read_ticks, write_ticks

if TYPE_CHECKING:
    from playing import Recorder
    from stages import Stage

ADA, GRACE, LONG = ("a" * 32, "b" * 32, "c" * 32)
CLASS = 16


@cache
def ada_plays(run_key: str) -> tuple[StoredTrial, ...]:
    """Returns all that Ada has played in six weeks: everything, and better from week to week."""
    ada = MadeUpPlayer(ADA, "Ada", d_prime=1.1)
    trials: list[StoredTrial] = []
    for week in range(6):
        when, bonus = START + timedelta(weeks=week), 0.16 * week
        for place, kimg in enumerate((16, 64, 64, 128)):
            at = when + timedelta(minutes=10 * place)
            trials += played_round(ada, Mode.PRACTICE, kimg, at, bonus=bonus)
        for place, kimg in enumerate((8, 64, 512) if week % 2 else (64, 256, 2048)):
            at = when + timedelta(days=1, minutes=20 * place)
            trials += played_round(ada, Mode.MEASURED, kimg, at, bonus=bonus, asks_confidence=week > 3)
        trials += played_round(ada, Mode.DUEL, 256, when + timedelta(days=2))
        trials += played_flash(replace(ada, d_prime=3.4, seed=week), 64, when + timedelta(days=4))
        if week < 4:
            trials += played_climb(ada, when + timedelta(days=3), LADDER)
            trials += played_flash(replace(ada, d_prime=3.4, seed=week), 16, when + timedelta(days=4, minutes=30))
            trials += played_round(ada, Mode.CONSULT, 256, when + timedelta(days=2, minutes=20))
    trials += played_round(ada, Mode.PRACTICE, 64, START + timedelta(weeks=5, days=3), answers=9)
    trials += played_round(ada, Mode.SHORT_MEASURED, 64, START + timedelta(weeks=4, days=5))
    return tuple(replace(trial, run_key=run_key) for trial in trials)


@cache
def class_plays(run_key: str, count: int = CLASS) -> tuple[tuple[StoredTrial, ...], dict[str, str]]:
    """Returns what a class has been measured at, and the players' names."""
    trials: list[StoredTrial] = []
    names = {}
    for place in range(count):
        player = MadeUpPlayer(
            f"{place:032x}", f"Student {place + 1}", 0.8 + 0.09 * (place % 9), 0.3, 0.4 - 0.06 * place
        )
        names[player.player_id] = player.name
        for kimg in (8, 32, 128, 512, 2048):
            # Not everybody had the time for all of them.
            if kimg != 2048 or place % 3:
                trials += played_round(player, Mode.MEASURED, kimg, START + timedelta(hours=place))
        if place % 2:
            trials += played_round(player, Mode.SHORT_MEASURED, 128, START + timedelta(days=1))
    guest = MadeUpPlayer("", "")
    trials += played_round(guest, Mode.MEASURED, 128, START)
    return tuple(replace(trial, run_key=run_key) for trial in trials), names


def fill_with_figures(stage: "Stage", count: int = CLASS) -> None:
    """Lets Ada, who plays, and a class have played."""
    services = stage.services
    store = services.store.get()
    path = store.path
    assert path is not None
    key = services.run_key("mnist")
    trials, names = class_plays(key, count)
    own = {ADA: "Ada", GRACE: "Grace", LONG: "W" * 16}
    write_trials(path, [*ada_plays(key), *trials], {**own, **names}, own)
    services.change_settings(replace(services.settings, player_name="Ada", player_id=ADA))


def counted(stage: "Stage") -> None:
    """Waits until what is counted in the background is on show."""
    stage.player.until(lambda: stage.player.app.screen._counting.done)
    stage.rest()


def figures(stage: "Stage", mode: str = Mode.MEASURED, page: int = 0) -> "Stage":
    """Opens a page of Ada's figures of one way to play."""
    fill_with_figures(stage, 0)
    stage.player.app._follow(Open(ShowFigures(dataset="mnist")))
    stage.rest()
    screen = stage.player.app.screen
    screen._choose(next(one for one in screen._combinations if one.mode == mode))
    stage.rest()
    counted(stage)
    return stage.play(*["tab"] * page)


def _sure_duels(stage: "Stage") -> None:
    """Duels with confidences, beside a discriminator that was trained on; before them there are others."""
    fill_with_figures(stage, 0)
    path, key = stage.services.store.get().path, stage.services.run_key("mnist")
    assert path is not None
    named = {"run_key": key, "discriminator_kimg": 5000, "asks_confidence": True}
    for place in range(3):
        when = START + timedelta(weeks=9, hours=place)
        write_trials(path, played_round(MadeUpPlayer(ADA, "", seed=place), Mode.DUEL, 64, when, **named), {})
    stage.player.app._follow(Open(ShowFigures(dataset="mnist")))
    stage.rest()
    counted(stage)


def generator(stage: "Stage", count: int = CLASS) -> "Stage":
    """Opens the page about the run that everybody played against."""
    fill_with_figures(stage, count)
    run = stage.services.lab.run("mnist")
    assert run is not None
    ticks = [replace(tick, judge_distance=600 / tick.kimg**0.75) for tick in read_ticks(run.folder)[0]]
    write_ticks(run.folder, ticks)
    stage.player.app._follow(Open(ShowGeneratorFigures("mnist", run.name, run.key)))
    stage.rest()
    counted(stage)
    return stage


def players(stage: "Stage") -> "Stage":
    """Opens the choice of a player."""
    fill_with_figures(stage, 3)
    stage.player.app._follow(Open(ShowPlayers()))
    stage.rest()
    return stage


def _new_player(stage: "Stage") -> None:
    players(stage).play("n")
    stage.player.type("Grace")
    stage.play("enter")


def _guests(stage: "Stage") -> None:
    stage.player.app._follow(Open(ShowFigures()))
    stage.rest()


def _choice(stage: "Stage") -> None:
    figures(stage).play("c")


def _all_rungs(stage: "Stage") -> None:
    figures(stage)
    for _ in range(2):
        stage.player.click("harder")
        stage.rest()
    counted(stage)
    screen = stage.player.app.screen
    while screen._kimg is not None:
        stage.player.click("harder")
        counted(stage)


def _long_names(stage: "Stage") -> None:
    """A name, a run's title, a folder and a ladder that are as long as they can be."""
    store = stage.services.store.get()
    assert store.path is not None
    name, player = "Wilhelmina " * 23, MadeUpPlayer(LONG, "")
    rungs = (*LADDER[:-1], 4096, 8192, 9999)
    trials = [
        trial
        for place, kimg in enumerate(rungs)
        for trial in played_round(
            player,
            Mode.MEASURED,
            kimg,
            START + timedelta(hours=2 * place),
            classes=["an extraordinarily long name of a class of pictures"] * 3 + ["b" * 60, "c", "d"],
            dataset="folder:drawings of all the cats in our street",
            run="a run of another computer with a very long name indeed",
            asks_confidence=True,
        )
    ]
    write_trials(store.path, trials, {LONG: name.strip()}, own=[LONG])
    stage.services.change_settings(replace(stage.services.settings, player_name=name, player_id=LONG))
    stage.player.app._follow(Open(ShowFigures()))
    stage.rest()
    counted(stage)


def _of_long_names(stage: "Stage", page: int) -> None:
    _long_names(stage)
    stage.play(*["tab"] * page)


def _generator_of_long_names(stage: "Stage") -> None:
    _long_names(stage)
    stage.player.click("everybody")
    stage.rest()
    counted(stage)


def _players_of_long_names(stage: "Stage") -> None:
    _long_names(stage)
    stage.player.app._follow(Open(ShowPlayers()))
    stage.rest()


def _files(stage: "Stage") -> None:
    players(stage)
    stage.player.click("files")
    stage.rest()


def _refused_file(stage: "Stage") -> None:
    _files(stage)
    stage.player.click("path")
    stage.player.type("/media/somebody/a folder with a long name/and another one below it/scores of the whole class")
    stage.rest()
    stage.player.app.screen._said = (
        "/media/somebody/a folder with a long name/scores.sqlite: kimg in line 7 of rounds.csv is 0.5 and no "
        "whole number; nothing of it was taken."
    )
    stage.player.app.screen._is_wrong = True
    stage.redraw()


def explained(stage: "Stage", texts: "Recorder", name: str) -> str:
    """Returns the sentence at the page's foot while a figure has the focus."""
    stage.player.app.screen._focus.name = name
    stage.redraw()
    canvas = stage.player.app.canvas
    foot, end = ((canvas.page.bottom - up) * canvas.scale for up in (140, 74))
    return " ".join(text for text, box in texts.texts if foot < box.centery < end)


FIGURE_STAGES: dict[str, Callable[["Stage"], object]] = {
    "players": players,
    "players-deleting": lambda stage: players(stage).play("delete"),
    "players-naming": _new_player,
    "figures": figures,
    "figures-classes": lambda stage: figures(stage, page=1).play("down"),
    "figures-rungs": lambda stage: figures(stage, page=2).play("down"),
    "figures-learning": lambda stage: figures(stage, Mode.PRACTICE, page=3),
    "figures-times": lambda stage: figures(stage, page=4).play("down"),
    "figures-all-rungs": _all_rungs,
    "figures-practice": lambda stage: figures(stage, Mode.PRACTICE),
    "figures-short": lambda stage: figures(stage, Mode.SHORT_MEASURED),
    "figures-duel": lambda stage: figures(stage, Mode.DUEL),
    "figures-duel-sure": _sure_duels,
    "figures-consult": lambda stage: figures(stage, Mode.CONSULT),
    "figures-climb": lambda stage: figures(stage, Mode.CLIMB),
    "figures-climb-rungs": lambda stage: figures(stage, Mode.CLIMB, page=2).play("down"),
    "figures-climb-learning": lambda stage: figures(stage, Mode.CLIMB, page=3),
    "figures-flash": lambda stage: figures(stage, Mode.FLASH),
    "figures-flash-rungs": lambda stage: figures(stage, Mode.FLASH, page=2),
    "figures-flash-learning": lambda stage: figures(stage, Mode.FLASH, page=3).play("down"),
    "figures-of-long-names": lambda stage: _of_long_names(stage, 0),
    "figures-of-long-names-classes": lambda stage: _of_long_names(stage, 1),
    "figures-of-long-names-rungs": lambda stage: _of_long_names(stage, 2),
    "players-of-long-names": _players_of_long_names,
    "generator-of-long-names": _generator_of_long_names,
    "figures-choice": _choice,
    "figures-of-nobody": _guests,
    "generator": generator,
    "generator-fakes": lambda stage: generator(stage).play("tab", "down"),
    "files": _files,
    "files-refused": _refused_file,
    "generator-few": lambda stage: generator(stage, 5),
}
