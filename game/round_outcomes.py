"""What the statistics take from a round of single pictures that was played."""

from game.advice import ConsultedTrial
from game.agreement import FooledByTruth, count_fooled
from game.confidence_ratings import Judgement
from game.rules import Round, Truth, count_outcomes
from game.statistics import SignalCounts


def judgements(round_: Round) -> list[Judgement]:
    """Returns the answers of which the player said how sure they were."""
    return [
        Judgement(picture.truth, response.answer, response.confidence)
        for picture, response in zip(round_.pictures, round_.responses, strict=False)
        if response.confidence is not None
    ]


def discriminator_outcomes(round_: Round) -> tuple[bool, ...]:
    """Returns for every response of a round with a discriminator whether the discriminator was right."""
    return tuple(verdict is truth for truth, verdict in _verdicts(round_))


def discriminator_counts(round_: Round) -> SignalCounts:
    """Returns the discriminator's outcomes on the pictures that were answered, by truth."""
    return count_outcomes(_verdicts(round_))


def fooled_counts(round_: Round) -> FooledByTruth:
    """Returns who was fooled by how many of the pictures that were answered, by truth."""
    return count_fooled(
        (truth, right, verdict is truth)
        for (truth, verdict), right in zip(_verdicts(round_), round_.outcomes, strict=True)
    )


def consulted_trials(round_: Round) -> list[ConsultedTrial]:
    """Returns the trials in which the player could think again: the first answer, the advice and the last answer."""
    return [
        ConsultedTrial(picture.truth, response.advice.first_answer, response.advice.verdict, response.answer)
        for picture, response in zip(round_.pictures, round_.responses, strict=False)
        if response.advice is not None and response.advice.first_answer is not None
    ]


def _verdicts(round_: Round) -> list[tuple[Truth, Truth]]:
    return [
        (picture.truth, response.advice.verdict)
        for picture, response in zip(round_.pictures, round_.responses, strict=False)
        if response.advice is not None
    ]
