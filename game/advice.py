"""What the discriminator's advice did to a player's answers: answer, advice, final answer."""

from collections.abc import Iterable
from dataclasses import dataclass

from game.interval_words import Rate
from game.luck import CONVINCING_PROBABILITY, how_often, luck_probability, two_sided
from game.rules import Truth, count_outcomes
from game.statistics import Proportion, SignalCounts


@dataclass(frozen=True, slots=True)
class ConsultedTrial:
    """One picture: what it is, the first answer, what the discriminator said, the answer kept or revised."""

    truth: Truth
    first: Truth
    advice: Truth
    final: Truth

    @property
    def first_right(self) -> bool:
        """Returns whether the first answer was right."""
        return self.first == self.truth

    @property
    def final_right(self) -> bool:
        """Returns whether the final answer was right."""
        return self.final == self.truth

    @property
    def contradicted(self) -> bool:
        """Returns whether the advice was another answer than the first one."""
        return self.advice != self.first

    @property
    def revised(self) -> bool:
        """Returns whether the final answer is another one than the first."""
        return self.final != self.first


@dataclass(frozen=True, slots=True)
class AdviceStatistics:
    """What advice did; each rate is a share of those trials only in which it could have happened.

    Advice can only help where the first answer was wrong and the advice right, and only mislead where it was the other
    way round: the two situations of Schemmer et al., “Appropriate Reliance on AI Advice” (IUI 2023), who call `helped`
    relative AI reliance and 1 − `misled` relative self-reliance. As shares of all trials both would depend on how good
    player and discriminator are. `unprompted` tells how often answers change without a reason; only what is beyond that
    is the advice's own. `first` are the outcomes of the first answers, which alone are the player's own.
    """

    helped: Rate
    misled: Rate
    kept: Rate
    unprompted: Rate
    before: Rate
    after: Rate
    first: SignalCounts

    @property
    def paid(self) -> bool:
        """Returns whether taking advice made answers better by more than luck, by the test of `verdict`."""
        right, wrong = self.helped.proportion.successes, self.misled.proportion.successes
        return right > wrong and two_sided(luck_probability(right, right + wrong)) <= CONVINCING_PROBABILITY

    @property
    def verdict(self) -> str:
        """Returns in one sentence whether taking advice made answers better: McNemar's exact test, two-sided at 5 %."""
        right, wrong = self.helped.proportion.successes, self.misled.proportion.successes
        taken = right + wrong
        if taken == 0:
            return "You never took advice against your own answer, so that it changed nothing."
        outcome = f"Of the {taken} times you took advice against your answer, {right} made it right and {wrong} wrong"
        for more, effect in ((right, "taking advice helped you"), (wrong, "taking advice harmed you")):
            probability = two_sided(luck_probability(more, taken))
            if probability <= CONVINCING_PROBABILITY:
                return f"{outcome}: {effect}, since a coin is that one-sided {how_often(probability)}."
        return f"{outcome}, which could be luck."


def advice_statistics(trials: Iterable[ConsultedTrial]) -> AdviceStatistics:
    """Returns what the advice did in these trials."""
    all_trials = list(trials)
    could_help = [trial for trial in all_trials if trial.contradicted and not trial.first_right]
    could_mislead = [trial for trial in all_trials if trial.contradicted and trial.first_right]
    contradicted = [trial for trial in all_trials if trial.contradicted]
    agreed = [trial for trial in all_trials if not trial.contradicted]
    return AdviceStatistics(
        helped=Rate("Helped", _revised(could_help), "how often you took right advice when you were wrong before"),
        misled=Rate("Misled", _revised(could_mislead), "how often you took wrong advice when you were right before"),
        kept=Rate(
            "Kept against it",
            _but(_revised(contradicted)),
            "how often you kept your answer though the discriminator disagreed",
        ),
        unprompted=Rate(
            "Changed anyway",
            _revised(agreed),
            "how often you changed your answer though the discriminator agreed: so much is not the advice's doing",
        ),
        before=Rate("Before", _share([trial.first_right for trial in all_trials]), "the share right of first answers"),
        after=Rate("After", _share([trial.final_right for trial in all_trials]), "the share right of final answers"),
        first=count_outcomes((trial.truth, trial.first) for trial in all_trials),
    )


def _share(outcomes: list[bool]) -> Proportion:
    return Proportion(sum(outcomes), len(outcomes))


def _revised(trials: list[ConsultedTrial]) -> Proportion:
    return _share([trial.revised for trial in trials])


def _but(proportion: Proportion) -> Proportion:
    return Proportion(proportion.trials - proportion.successes, proportion.trials)
