"""The stages of the modes that show several pictures at once: odd one out and the climb."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from other_runs import write_other_run
from playing import NOW
from tiny_runs import Form

from game.destinations import ChooseMode
from game.rules import Mode, RoundSetup
from game.screen import Open

if TYPE_CHECKING:
    from stages import Stage


def start(stage: "Stage", mode: Mode) -> "Stage":
    """Goes from the title to the first lineup of a mode, of digits."""
    stage.play("enter")
    stage.player.click(mode)
    stage.rest()
    return stage.play("enter")


def choose(stage: "Stage", rights: Iterable[bool | None]) -> "Stage":
    """Answers lineups rightly or wrongly, or lets the time pass for None, and stays at the last one's feedback."""
    for place, right in enumerate(rights):
        if place:
            stage.play("space")
        screen = stage.player.app.screen
        if right is None:
            stage.clock.now += 30
            stage.player.frame()
            continue
        truths = [shown.picture.truth for shown in screen._arcade.lineup.on_show]
        stage.play(str(1 + (truths.index("fake") + (not right)) % len(truths)))
    return stage


def climb(stage: "Stage", up_to_kimg: int, slips: Sequence[int] = ()) -> "Stage":
    """Climbs to the end as a player who finds all fakes below a rung, and none above it; `slips` go the other way."""
    place = 0
    while stage.player.on == "climb":
        play = stage.player.app.screen._play
        fake = [shown.picture.truth for shown in play.on_show].index("fake")
        right = (play._kimg <= up_to_kimg) != (place in slips)
        stage.play(("left", "right")[fake if right else 1 - fake])
        place += 1
    return stage


def fill_board(stage: "Stage", players: Iterable[str], best: int = 4_000) -> None:
    """Writes finished games, the first player's best."""
    store = stage.services.store.get()
    setup = RoundSetup("mnist", "mnist", 3000, 0, Mode.ODD_ONE_OUT, 100)
    for place, player in enumerate(players):
        round_id = store.begin_round(setup, NOW, player_id=store.player_named(player))
        store.finish_round(round_id, best - 370 * place, 21 - 2 * place, NOW + timedelta(minutes=place))


def _arcade(stage: "Stage") -> None:
    choose(start(stage, Mode.ODD_ONE_OUT), [True, False, True]).play("space", "right")


def _arcade_briefing(stage: "Stage") -> None:
    fill_board(stage, ["W" * 16])
    stage.play("enter")
    stage.player.click(Mode.ODD_ONE_OUT)
    stage.rest()


def _nine(stage: "Stage") -> None:
    choose(start(stage, Mode.ODD_ONE_OUT), [True] * 7).play("space")
    stage.clock.now += 6
    stage.player.frame()


def _paused(stage: "Stage") -> None:
    _arcade(stage)
    stage.play("f1", "escape")


def _leaving(stage: "Stage") -> None:
    _arcade(stage)
    stage.play("escape")


def _broken(stage: "Stage") -> None:
    stage.forger.error = "/media/somebody/checkpoints/mnist/ladder/000064.safetensors is missing; copy it there again."
    start(stage, Mode.ODD_ONE_OUT)


def _over(stage: "Stage", players: Sequence[str] = ("Ada", "Grace", "Alan", "Kurt", "Emmy")) -> None:
    fill_board(stage, players)
    choose(start(stage, Mode.ODD_ONE_OUT), [True, True, False, *[True] * 7, False, True, None]).play("space")


def _named(stage: "Stage") -> None:
    _over(stage)
    stage.player.type("Sonja")
    stage.rest()
    stage.play("enter")


def _full_board(stage: "Stage") -> None:
    _over(stage, ["W" * 16] * 9)
    stage.player.type("W" * 16)
    stage.rest()


def _nothing_found(stage: "Stage") -> None:
    choose(start(stage, Mode.ODD_ONE_OUT), [False, None, False]).play("space")


def _climbing(stage: "Stage") -> None:
    start(stage, Mode.CLIMB).play("left", "right", "left")


def _chosen(stage: "Stage") -> None:
    """Between two pairs, while the forger still draws."""
    _climbing(stage)
    request = stage.forger.request
    stage.forger.request = lambda *asked: _never(request(*asked))  # type: ignore[method-assign]
    stage.play("right")


def _never(ticket: object) -> object:
    ticket.images = None  # type: ignore[attr-defined]
    return ticket


def _climbed(stage: "Stage") -> None:
    climb(start(stage, Mode.CLIMB), 128, slips=(3, 9, 17, 22, 30))


def _pointed(stage: "Stage") -> None:
    _climbed(stage)
    screen = stage.player.app.screen
    dots = [button for button in screen._buttons if "rung" in button.name]
    stage.player.click_at(dots[len(dots) // 2].box.center)
    stage.rest()


def _climbed_far(stage: "Stage") -> None:
    climb(start(stage, Mode.CLIMB), 3000)
    stage.play("up", "up", "down", "page down")


def _climbed_at_random(stage: "Stage") -> None:
    climb(start(stage, Mode.CLIMB), 3000, slips=range(0, 40, 2))


def _cats(stage: "Stage", mode: Mode) -> "Stage":
    """Begins a mode with large pictures in colour, of a folder with a long name."""
    stage.forger.colour, stage.forger.size = True, 64
    form = Form("folder:/disk/ada/drawings of all the cats in our street", 64, 3, ("cats", "dogs"))
    write_other_run(stage.services.checkpoints / "other", form)
    stage.services.lab.library.refresh()
    stage.player.app._follow(Open(ChooseMode(form.dataset)))
    stage.rest()
    stage.player.click(mode)
    stage.rest()
    return stage


LINEUP_STAGES: dict[str, Callable[["Stage"], object]] = {
    "odd-one-out-briefing": _arcade_briefing,
    "odd-one-out": _arcade,
    "odd-one-out-right": lambda stage: choose(start(stage, Mode.ODD_ONE_OUT), [False, True]),
    "odd-one-out-wrong": lambda stage: choose(start(stage, Mode.ODD_ONE_OUT), [True, False]),
    "odd-one-out-late": lambda stage: choose(start(stage, Mode.ODD_ONE_OUT), [None]),
    "odd-one-out-nine": _nine,
    "odd-one-out-nine-wrong": lambda stage: choose(start(stage, Mode.ODD_ONE_OUT), [*[True] * 7, False]),
    "odd-one-out-paused": _paused,
    "odd-one-out-leaving": _leaving,
    "odd-one-out-broken": _broken,
    "odd-one-out-naming": _over,
    "odd-one-out-results": _named,
    "odd-one-out-results-full": _full_board,
    "odd-one-out-results-of-nothing": _nothing_found,
    "climb-briefing": lambda stage: (stage.play("enter"), stage.player.click(Mode.CLIMB), stage.rest()),
    "climb": _climbing,
    "climb-chosen": _chosen,
    "climb-results": _climbed,
    "climb-results-pointed": _pointed,
    "climb-results-far": _climbed_far,
    "climb-results-at-random": _climbed_at_random,
    "odd-one-out-briefing-in-colour": lambda stage: _cats(stage, Mode.ODD_ONE_OUT),
    "odd-one-out-nine-in-colour": lambda stage: choose(
        _cats(stage, Mode.ODD_ONE_OUT).play("enter"), [*[True] * 7, False]
    ),
    "odd-one-out-results-in-colour": lambda stage: choose(
        _cats(stage, Mode.ODD_ONE_OUT).play("enter"), [*[True] * 7, False, False, None]
    ).play("space", "enter"),
    "climb-briefing-in-colour": lambda stage: _cats(stage, Mode.CLIMB),
    "climb-in-colour": lambda stage: _cats(stage, Mode.CLIMB).play("enter", "left"),
    "climb-results-in-colour": lambda stage: climb(_cats(stage, Mode.CLIMB).play("enter"), 4, slips=(5, 11)),
}
