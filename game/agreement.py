"""Who was fooled by what: a player and the discriminator on the same pictures, and how alike their mistakes are."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from game.interval_words import Rate, with_interval
from game.normal_distribution import Z_OF_95_PER_CENT
from game.statistics import CONVINCING_PROBABILITY, Interval, Proportion, how_often, luck_probability

# With fewer trials, or fewer mistakes (or right answers) of one of the two, the 95 % interval leaves 93–97 %.
MINIMUM_TRIALS = 40
MINIMUM_OF_EACH = 5
TOO_FEW_TRIALS = (
    f"κ takes at least {MINIMUM_TRIALS} pictures, of which each of the two got at least {MINIMUM_OF_EACH} wrong"
    f" and {MINIMUM_OF_EACH} right."
)


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
        """Returns in one sentence who was fooled less, and whether that could be luck: McNemar's exact test at 5 %.

        Only pictures that fooled just one of the two can tell (McNemar, Psychometrika 12 (1947), p. 153–157).
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
        probability = luck_probability(won, told)
        if probability > CONVINCING_PROBABILITY:
            return f"{outcome}, which could be luck."
        better = "you are harder to fool" if won == self.only_discriminator else "it is harder to fool"
        return f"{outcome}: {better}, since a coin does that {how_often(probability)}."


def count_fooled(right: Iterable[tuple[bool, bool]]) -> FooledCounts:
    """Returns the counts of (player was right, discriminator was right), one pair for each picture."""
    pairs = list(right)
    return FooledCounts(
        neither=pairs.count((True, True)),
        only_player=pairs.count((False, True)),
        only_discriminator=pairs.count((True, False)),
        both=pairs.count((False, False)),
    )


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cohen's κ of being right or wrong."""

    kappa: float
    interval: Interval

    @property
    def sentence(self) -> str:
        """Returns what κ means, in one sentence."""
        return (
            f"κ {with_interval(self.kappa, self.interval)}: how far you and the discriminator are fooled by the same"
            " pictures; 0 is as often as chance would have it, 1 is always."
        )


def agreement(counts: FooledCounts) -> Agreement | None:
    """Returns Cohen's κ with its 95 % interval within [−1, 1], or None where too little was or wasn't fooling.

    κ of right and wrong, not of the answers: two who are mostly right agree in their answers without having anything in
    common (“error consistency”; Geirhos et al., NeurIPS 2020). Where one of the two always or never errs, κ says
    nothing. The interval has the standard error of Fleiss, Cohen & Everitt, Psychological Bulletin 72 (1969),
    p. 323–327, of counts with one picture more in each cell, as Agresti & Caffo (The American Statistician 54, 2000)
    do with two proportions.
    """
    wrong = (counts.player_fooled, counts.discriminator_fooled)
    if counts.trials < MINIMUM_TRIALS or min(*wrong, *(counts.trials - number for number in wrong)) < MINIMUM_OF_EACH:
        return None
    cells = (counts.neither, counts.only_player, counts.only_discriminator, counts.both)
    kappa, _ = _kappa(*cells)
    middle, standard_error = _kappa(*(cell + 1 for cell in cells))
    margin = Z_OF_95_PER_CENT * standard_error
    return Agreement(kappa, Interval(max(-1.0, min(kappa, middle - margin)), min(1.0, max(kappa, middle + margin))))


def _kappa(neither: int, only_player: int, only_discriminator: int, both: int) -> tuple[float, float]:
    """Returns κ and its standard error."""
    trials = neither + only_player + only_discriminator + both
    # Shares of right, then of wrong answers.
    player = ((neither + only_discriminator) / trials, (only_player + both) / trials)
    discriminator = ((neither + only_player) / trials, (only_discriminator + both) / trials)
    observed = (neither + both) / trials
    by_chance = player[0] * discriminator[0] + player[1] * discriminator[1]
    kappa = (observed - by_chance) / (1 - by_chance)
    same = sum(
        share / trials * (1 - (player[answer] + discriminator[answer]) * (1 - kappa)) ** 2
        for answer, share in enumerate((neither, both))
    )
    different = (1 - kappa) ** 2 * (
        only_discriminator / trials * (discriminator[0] + player[1]) ** 2
        + only_player / trials * (discriminator[1] + player[0]) ** 2
    )
    variance = (same + different - (kappa - by_chance * (1 - kappa)) ** 2) / trials
    # Rounding can take a variance of zero below it.
    return kappa, sqrt(max(0.0, variance)) / (1 - by_chance)
