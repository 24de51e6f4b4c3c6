"""Who was fooled by what: a player and the discriminator on the same pictures, and how alike their mistakes are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from game.interval_words import Rate, with_interval
from game.luck import CONVINCING_PROBABILITY, how_often, luck_probability, two_sided
from game.normal_distribution import Z_OF_95_PER_CENT
from game.rules import Truth
from game.statistics import Interval, Proportion

# With fewer trials, or fewer mistakes (or right answers) of one of the two, the 95 % interval can hold less than 93 %.
MINIMUM_TRIALS = 40
MINIMUM_OF_EACH = 5
TOO_FEW_TRIALS = (
    f"κ takes at least {MINIMUM_TRIALS} pictures, and of each of the two both answers, at least {MINIMUM_OF_EACH} wrong"
    f" and {MINIMUM_OF_EACH} right."
)

# Whether the pictures of each cell fooled the player and the discriminator, in the order of the cells.
_WRONG = ((False, False), (True, False), (False, True), (True, True))


@dataclass(frozen=True, slots=True)
class FooledCounts:
    """How many pictures fooled whom; raises ValueError for a negative count."""

    neither: int
    only_player: int
    only_discriminator: int
    both: int

    def __post_init__(self) -> None:
        if min(self.neither, self.only_player, self.only_discriminator, self.both) < 0:
            raise ValueError(f"Pictures can't be counted below zero: {self}.")

    @property
    def trials(self) -> int:
        """Returns the number of all pictures."""
        return self.neither + self.only_player + self.only_discriminator + self.both

    @property
    def cells(self) -> tuple[int, int, int, int]:
        """Returns the four counts in the order of the fields."""
        return self.neither, self.only_player, self.only_discriminator, self.both

    @property
    def player_fooled(self) -> int:
        """Returns how many pictures fooled the player."""
        return self.only_player + self.both

    @property
    def discriminator_fooled(self) -> int:
        """Returns how many pictures fooled the discriminator."""
        return self.only_discriminator + self.both

    @property
    def rates(self) -> tuple[Rate, Rate, Rate, Rate]:
        """Returns the four cells as shares of all pictures, each with its sentence."""
        return (
            Rate("Nobody fooled", Proportion(self.neither, self.trials), "you and the discriminator were both right"),
            Rate(
                "Only you fooled",
                Proportion(self.only_player, self.trials),
                "you were wrong and the discriminator right",
            ),
            Rate(
                "Only it fooled",
                Proportion(self.only_discriminator, self.trials),
                "the discriminator was wrong and you right",
            ),
            Rate("Both fooled", Proportion(self.both, self.trials), "you and the discriminator were both wrong"),
        )

    @property
    def verdict(self) -> str:
        """Returns in one sentence who was fooled less, and whether that could be luck: McNemar's exact test.

        It is two-sided at 5 %. Only pictures that fooled just one of the two can tell (McNemar, Psychometrika 12
        (1947), p. 153–157).
        """
        told = self.only_player + self.only_discriminator
        if told == 0:
            return "You and the discriminator were fooled by the very same pictures."
        if told == 1:
            whom = "you" if self.only_player else "it"
            return f"Only one picture fooled just one of you, {whom}, which could be luck."
        outcome = f"Of the {told} pictures that fooled only one of you, {self.only_discriminator or 'none'} fooled it"
        if self.only_player == self.only_discriminator:
            return f"{outcome}: half of them, a draw."
        won = max(self.only_player, self.only_discriminator)
        probability = two_sided(luck_probability(won, told))
        if probability > CONVINCING_PROBABILITY:
            return f"{outcome}, which could be luck."
        better = "you are harder to fool" if won == self.only_discriminator else "it is harder to fool"
        return f"{outcome}: {better}, since a coin is that one-sided {how_often(probability)}."


@dataclass(frozen=True, slots=True)
class FooledByTruth:
    """How many of the fakes, and how many of the real pictures, fooled whom."""

    fakes: FooledCounts
    reals: FooledCounts

    @property
    def together(self) -> FooledCounts:
        """Returns the counts of all pictures."""
        return FooledCounts(*(fake + real for fake, real in zip(self.fakes.cells, self.reals.cells, strict=True)))


def count_fooled(judged: Iterable[tuple[Truth, bool, bool]]) -> FooledByTruth:
    """Returns the counts of (truth, player was right, discriminator was right), one of these for each picture."""
    pictures = list(judged)

    def of_truth(truth: Truth) -> FooledCounts:
        return FooledCounts(
            neither=pictures.count((truth, True, True)),
            only_player=pictures.count((truth, False, True)),
            only_discriminator=pictures.count((truth, True, False)),
            both=pictures.count((truth, False, False)),
        )

    return FooledByTruth(of_truth(Truth.FAKE), of_truth(Truth.REAL))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cohen's κ of being right or wrong, stratified by truth."""

    kappa: float
    interval: Interval

    @property
    def sentence(self) -> str:
        """Returns what κ means, in one sentence."""
        return (
            f"κ {with_interval(self.kappa, self.interval)}: how far you and the discriminator are fooled by the same"
            " fakes and the same reals; 0 is as often as chance would have it, 1 is always."
        )


def agreement(counts: FooledByTruth) -> Agreement | None:
    """Returns Cohen's κ with its 95 % interval within [−1, 1], or None where too little was or wasn't fooling.

    κ of right and wrong, not of the answers: two who are mostly right agree in their answers without having anything in
    common (“error consistency”; Geirhos et al., NeurIPS 2020). What chance brings is counted within the fakes and
    within the reals: two who both lean to “real” err together at fakes more often than at reals, without seeing the
    same in any picture. It is the mean of the κ of either truth, weighted by its pictures × (1 − agreement by chance):
    a stratified κ (Barlow, Lai & Azen, Statistics in Medicine 10 (1991), p. 1465–1472). Where one of the two always or
    never errs, or always gives one answer, κ says nothing. The interval has the standard error of the delta method in
    either truth (Fleiss, Cohen & Everitt, Psychological Bulletin 72 (1969), p. 323–327), of counts with half a picture
    more in each cell, as Agresti & Caffo (The American Statistician 54, 2000) add to two proportions.
    """
    together = counts.together
    # Half a picture in each cell of a truth that did not come would be two that nobody judged.
    strata = [cells for cells in (counts.fakes.cells, counts.reals.cells) if sum(cells)]
    wrong = (together.player_fooled, together.discriminator_fooled)
    each = min(*wrong, *(together.trials - number for number in wrong))
    if together.trials < MINIMUM_TRIALS or each < MINIMUM_OF_EACH:
        return None
    if not all(_gave_both_answers(strata, judge) for judge in (0, 1)):
        return None
    kappa, _ = _kappa(strata)
    middle, standard_error = _kappa([[cell + 0.5 for cell in cells] for cells in strata])
    margin = Z_OF_95_PER_CENT * standard_error
    return Agreement(kappa, Interval(max(-1.0, min(kappa, middle - margin)), min(1.0, max(kappa, middle + margin))))


def _kappa(strata: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Returns κ and its standard error, of the four cells of each truth."""
    margins = [(_share_wrong(cells, 0), _share_wrong(cells, 1)) for cells in strata]
    trials = sum(map(sum, strata))
    observed = sum(cells[0] + cells[3] for cells in strata) / trials
    by_chance = sum(
        sum(cells) / trials * (player * discriminator + (1 - player) * (1 - discriminator))
        for cells, (player, discriminator) in zip(strata, margins, strict=True)
    )
    kappa = (observed - by_chance) / (1 - by_chance)
    variance = 0.0
    for cells, (player, discriminator) in zip(strata, margins, strict=True):
        # The derivative of κ by the share of each cell, but for a factor that all of them have.
        slopes = [
            (player_wrong == its_wrong)
            - (1 - kappa)
            * ((discriminator if player_wrong else 1 - discriminator) + (player if its_wrong else 1 - player))
            for player_wrong, its_wrong in _WRONG
        ]
        mean = sum(cell * slope for cell, slope in zip(cells, slopes, strict=True)) / sum(cells)
        variance += sum(cell * (slope - mean) ** 2 for cell, slope in zip(cells, slopes, strict=True))
    return kappa, sqrt(variance) / trials / (1 - by_chance)


def _share_wrong(cells: Sequence[float], judge: int) -> float:
    return sum(cell for cell, wrong in zip(cells, _WRONG, strict=True) if wrong[judge]) / sum(cells)


def _gave_both_answers(strata: Sequence[Sequence[float]], judge: int) -> bool:
    # One answer for all pictures is always wrong in one truth and never in the other.
    return any(0 < _share_wrong(cells, judge) < 1 for cells in strata)
