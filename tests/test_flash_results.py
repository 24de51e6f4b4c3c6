"""The results of a flash say what was found, draw it, and explain each of their figures."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest
from bare_runs import write_bare_run
from flash_stages import played
from forgers import FakeForger
from playing import Clock, Player, Recorder, make_services, screenshot

from game.destinations import ShowFlash
from game.rules import Mode, RoundSetup
from game.screen import Open
from game.staircase import Flash, FlashTrial
from game.ui.canvas import Canvas
from game.ui.flash_plot import flash_figure
from game.ui.psychometric_plot import THRESHOLD, psychometric_plot
from game.ui.staircase_plot import Step, staircase_plot
from game.ui.theme import RIGHT, WRONG
from game.words import number

SETUP = RoundSetup("mnist", "mnist", 64, 1, Mode.FLASH, 66)
BOX = pygame.FRect(20, 20, 1000, 500)


@pytest.fixture
def player(window: None, texts: Recorder, clock: Clock, tmp_path: Path) -> Iterator[Player]:
    write_bare_run(tmp_path / "checkpoints" / "mnist", (2, 64, 3000))
    player = Player(make_services(tmp_path / "checkpoints", tmp_path, FakeForger()), clock)
    yield player
    player.close()


def shown(player: Player, flash: Flash) -> Player:
    player.app._follow(Open(ShowFlash(SETUP, flash)))
    player.frame()
    return player


def answered(*trials: tuple[int, bool]) -> Flash:
    return Flash(60.0, tuple(FlashTrial(frames, frames, right) for frames, right in trials))


def drawn_on_black() -> Canvas:
    surface = pygame.display.get_surface()
    assert surface is not None
    surface.fill((0, 0, 0))
    return Canvas(surface)


@pytest.mark.parametrize(
    ("flash", "found", "headline"),
    [
        (played(4.0), "59", "You need"),
        (played(0.2, 1.0), "< 17", "less than 17"),
        (played(400.0), f"> {number(1000)}", "more than"),
        (answered((24, True)), None, "don't say how long"),
        (played(8.0, dropped=7), None, "this computer could not"),
        (Flash(60.0), None, "Nothing to judge yet."),
    ],
    ids=["within", "below", "above", "unknown", "refused", "nothing"],
)
def test_the_page_says_what_was_found(
    player: Player, texts: Recorder, flash: Flash, found: str | None, headline: str
) -> None:
    shown(player, flash)
    lines = texts.all.split("\n")
    assert (found in lines) if found else ("ms" not in lines or flash.clean)
    assert headline in " ".join(lines[:12]).replace("\N{NO-BREAK SPACE}ms", " ms")


def test_each_figure_explains_itself_by_pointer_and_by_keyboard(player: Player, texts: Recorder) -> None:
    flash = played(4.0, dropped=3)
    shown(player, flash)
    figures = [button.name for button in player.buttons if button.name.startswith("figure/")]
    levels = [f"figure/level {frames}" for frames in flash.tallies()]
    assert set(figures) == {
        *(f"figure/sentence {place}" for place in range(3)),
        *(f"figure/{part}" for part in ("curve", "threshold", "three quarters", "guessing", "course")),
        *levels,
    }
    told = set()
    for figure in figures:
        player.click(figure)
        told.add(texts.texts[[text for text, _ in texts.texts].index("Again") - 1][0])
    assert len(told) == len(figures), "two figures say the same"
    frames, tally = next(iter(flash.tallies().items()))
    player.click(f"figure/level {frames}")
    assert f"you were right in {tally.successes} of {tally.trials} pictures" in texts.all.replace("\n", " ")
    player.click("again")
    assert player.on == "flash"


def test_the_ways_on_lead_where_they_say(player: Player) -> None:
    player.press("enter")
    shown(player, played(4.0)).click("change")
    assert player.on == "choosemode"
    shown(player, played(4.0)).press("f1", "escape")
    player.click("menu")
    assert player.on == "title"


def test_the_curve_is_made_once(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    curve = Flash.curve
    monkeypatch.setattr(Flash, "curve", lambda self, frames: calls.append(1) or curve(self, frames))
    shown(player, played(4.0))
    for _ in range(3):
        player.frame(pygame.Event(pygame.WINDOWEXPOSED))
    assert len(calls) == 1


@pytest.mark.parametrize("refresh_rate", [60.0, 144.0])
def test_the_plot_is_in_milliseconds_on_a_scale_of_doublings(window: None, refresh_rate: float) -> None:
    flash = Flash(refresh_rate)
    for frames in (4, 8, 32):
        for right in (True, True, True, False):
            flash = Flash(refresh_rate, (*flash.trials, FlashTrial(frames, frames, right)))
    figure = flash_figure(flash)
    assert figure is not None
    assert list(figure.tallies) == pytest.approx([1000 * frames / refresh_rate for frames in (4, 8, 32)])
    parts = psychometric_plot(drawn_on_black(), BOX, figure)
    places = [parts[f"level {frames}"].centerx for frames in (4, 8, 32)]
    assert places[2] - places[1] == pytest.approx(2 * (places[1] - places[0]), abs=0.1)
    assert len({round(parts[f"level {frames}"].centery, 3) for frames in (4, 8, 32)}) == 1
    assert THRESHOLD in parts
    found = flash.threshold
    assert found is not None and figure.threshold.place is found.place
    assert (figure.threshold.low is None) == (found.low is None)


def test_a_course_goes_up_where_it_was_wrong_and_the_marks_differ_in_shape(window: None) -> None:
    steps = [Step(9, True), Step(8, False), Step(11, None), Step(11, True)]
    staircase_plot(drawn_on_black(), BOX, "Course", steps, [str(level) for level in range(12)])
    # Not the legend, which is to the right of the plot.
    shown = screenshot()[:, : int(BOX.right) - 90].astype(int)

    def of(colour: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
        return np.nonzero((np.abs(shown - colour) <= 3).all(axis=2))

    right, wrong = of(RIGHT), of(WRONG)
    first = right[1] < np.median(right[1])
    assert right[0][first].mean() < wrong[0].mean(), "a right answer lies above the wrong one that came a step later"
    assert right[0][~first].mean() < right[0][first].mean(), "after it the exposure is longer"
    assert right[1][first].mean() < wrong[1].mean() < right[1][~first].mean()
    # A full disc, and a ring.
    middles = [
        shown[round(rows.mean()), round(columns.mean())]
        for rows, columns in ((right[0][first] - 4, right[1][first]), (wrong[0] - 4, wrong[1]))
    ]
    assert np.abs(middles[0] - RIGHT).max() <= 3
    assert np.abs(middles[1] - WRONG).max() > 100
