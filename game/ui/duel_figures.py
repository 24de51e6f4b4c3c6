"""What both pages of a duel draw: the bars of player and discriminator, and both on one ROC plot."""

from collections.abc import Sequence

from game import statistics
from game.interval_words import Rate
from game.roc import RocPoint, equal_variance_roc, operating_point
from game.signal_detection import yes_no_sensitivity
from game.statistics import SignalCounts
from game.ui.figure_bars import FigureBars
from game.ui.square_plot import RocCurve, RocMark
from game.ui.theme import FOCUS, STREAK

# Of the two who judged; not those of real and fake.
PLAYER, DISCRIMINATOR = FOCUS, STREAK


def draw_duel_bars(
    bars: FigureBars, own: SignalCounts, machine: SignalCounts, luck: str = "", first: bool = False, mixed: bool = False
) -> None:
    """Draws what the player's own answers and the discriminator's say.

    `luck` follows the sentence of the player's share; with `first` the answers are those before any advice, whose share
    has its place elsewhere; `mixed` ones are of several rungs, to which no d′ and c belong.
    """
    whose, when = ("First answers", " at first") if first else ("You", "")
    if not first:
        meaning = "the share of pictures that you judged right"
        bars.rate("right you", Rate("You, right", statistics.accuracy(own), meaning), luck)
    meaning = "the share of pictures that the discriminator judged right"
    bars.rate("right it", Rate("The discriminator, right", statistics.accuracy(machine), meaning))
    meaning = f"the share of fakes that you{when} called real"
    bars.rate("fooled", Rate(f"{whose}, fooled", statistics.fooling_rate(own), meaning))
    if mixed:
        return
    bars.sensitivity(f"{whose}, d′", own)
    bars.criterion(f"{whose}, c", own)
    if yes_no_sensitivity(machine) is not None:
        bars.sensitivity("The discriminator, d′", machine, "the discriminator")


def duel_curves(
    own: SignalCounts, machine: SignalCounts, traced: Sequence[RocPoint], mixed: bool = False
) -> tuple[list[RocCurve], list[RocMark]]:
    """Returns the curves and points of both for an ROC plot; `traced` is what the player's confidences trace, if any.

    Answers of several rungs (`mixed`) have no curve of their own.
    """
    curves: list[RocCurve] = []
    marks: list[RocMark] = []
    for name, counts, colour in (("you", own, PLAYER), ("it", machine, DISCRIMINATOR)):
        point, sensitivity = operating_point(counts), yes_no_sensitivity(counts)
        if point is not None:
            marks.append(RocMark(point, colour, name))
        if sensitivity is not None and not mixed:
            curves.append(RocCurve(equal_variance_roc(sensitivity.d_prime), colour))
    if traced:
        curves.append(RocCurve(tuple(traced), PLAYER, "thin: by confidence", thin=True))
        # The player's own point lies on one of them, and over it.
        marks = [*(RocMark(point, PLAYER, hollow=True) for point in traced[1:-1]), *marks]
    return curves, marks
