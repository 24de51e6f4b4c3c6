"""What both pages of a duel draw: whose bars, and whose curves, where they mean something."""

import pygame
import pytest
from playing import Recorder

from game.roc import RocPoint
from game.statistics import SignalCounts
from game.ui.canvas import Canvas
from game.ui.duel_figures import DISCRIMINATOR, PLAYER, draw_duel_bars, duel_curves
from game.ui.explained import Explanations
from game.ui.figure_bars import FigureBars
from game.ui.widgets import Focus

OWN, MACHINE = SignalCounts(15, 5, 4, 16), SignalCounts(10, 10, 8, 12)
TRACED = (RocPoint(0, 0), RocPoint(0.1, 0.5), RocPoint(0.2, 0.75), RocPoint(1, 1))


def test_both_have_a_point_and_a_curve_and_the_player_one_traced_by_confidence() -> None:
    curves, marks = duel_curves(OWN, MACHINE, TRACED)
    assert [(curve.colour, curve.thin) for curve in curves] == [(PLAYER, False), (DISCRIMINATOR, False), (PLAYER, True)]
    # The ends are everybody's; the reached points lie on top.
    assert [mark.point for mark in marks] == [*TRACED[1:-1], RocPoint(4 / 20, 15 / 20), RocPoint(8 / 20, 10 / 20)]
    assert [mark.label for mark in marks] == ["", "", "you", "it"]


def test_answers_of_several_rungs_have_points_and_no_curves_of_one_d_prime() -> None:
    curves, marks = duel_curves(OWN, MACHINE, (), mixed=True)
    assert curves == [] and [mark.label for mark in marks] == ["you", "it"]


@pytest.mark.parametrize(
    ("first", "mixed", "labels"),
    [
        (False, False, ["You, right", "The discriminator, right", "You, fooled", "You, d′", "You, c"]),
        (False, True, ["You, right", "The discriminator, right", "You, fooled"]),
        (True, False, ["The discriminator, right", "First answers, fooled", "First answers, d′", "First answers, c"]),
    ],
)
def test_the_bars_are_of_what_is_known(
    window: None, texts: Recorder, first: bool, mixed: bool, labels: list[str]
) -> None:
    surface = pygame.display.get_surface()
    assert surface is not None
    bars = FigureBars(Canvas(surface), pygame.FRect(60, 60, 420, 46), 52, Explanations(), Focus(""))
    draw_duel_bars(bars, OWN, MACHINE, first=first, mixed=mixed)
    drawn = [text for text, _ in texts.texts if ", " in text and "[" not in text]
    assert drawn == [*labels, *([] if mixed else ["The discriminator, d′"])]
