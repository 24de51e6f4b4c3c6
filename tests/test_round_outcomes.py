"""What is taken from a round for the statistics, against counting by hand."""

from hypothesis import given
from hypothesis import strategies as st

from game.advice import ConsultedTrial
from game.agreement import FooledByTruth, FooledCounts
from game.confidence_ratings import Judgement
from game.round_outcomes import (
    consulted_trials,
    discriminator_counts,
    discriminator_outcomes,
    fooled_counts,
    judgements,
)
from game.rules import Advice, Confidence, FakePicture, Mode, RealPicture, Response, Round, RoundSetup, Truth
from game.statistics import SignalCounts

SETUP = RoundSetup("mnist", "first", 64, 1, Mode.DUEL, 40)
truths = st.sampled_from(Truth)
trials = st.lists(st.tuples(truths, truths, st.floats(0, 1)), min_size=1, max_size=40)


def round_of(rows: list[tuple[Truth, Truth, float]], unanswered: int = 0) -> Round:
    """Returns a round of (truth, answer, the discriminator's probability), and pictures that nobody has seen yet."""
    pictures = [
        FakePicture("first", 64, place) if truth is Truth.FAKE else RealPicture("mnist", "test", place)
        for place, (truth, *_) in enumerate(rows)
    ]
    pictures += [FakePicture("first", 64, 1000 + place) for place in range(unanswered)]
    responses = [Response(answer, 1.0, advice=Advice(probability)) for _, answer, probability in rows]
    return Round(SETUP, tuple(pictures), tuple(responses))


@given(trials, st.integers(0, 3))
def test_the_discriminator_is_counted_like_a_player(rows: list[tuple[Truth, Truth, float]], unanswered: int) -> None:
    round_ = round_of(rows, unanswered)
    verdicts = [(truth.value, "fake" if probability >= 0.5 else "real") for truth, _, probability in rows]
    assert discriminator_outcomes(round_) == tuple(truth == verdict for truth, verdict in verdicts)
    assert discriminator_counts(round_) == SignalCounts(
        *(verdicts.count(pair) for pair in (("fake", "fake"), ("fake", "real"), ("real", "fake"), ("real", "real")))
    )


@given(trials)
def test_each_picture_is_in_one_of_four_cells_of_its_truth(rows: list[tuple[Truth, Truth, float]]) -> None:
    fooled = fooled_counts(round_of(rows))
    pairs = [
        (truth, answer != truth, (probability >= 0.5) != (truth is Truth.FAKE)) for truth, answer, probability in rows
    ]
    assert fooled == FooledByTruth(
        *(
            FooledCounts(
                neither=pairs.count((truth, False, False)),
                only_player=pairs.count((truth, True, False)),
                only_discriminator=pairs.count((truth, False, True)),
                both=pairs.count((truth, True, True)),
            )
            for truth in (Truth.FAKE, Truth.REAL)
        )
    )


def test_only_answers_with_a_confidence_are_judgements_and_only_second_ones_are_consulted() -> None:
    pictures = (FakePicture("first", 64, 1), RealPicture("mnist", "test", 2), FakePicture("first", 64, 3))
    responses = (
        Response(Truth.REAL, 1.0, confidence=Confidence.SURE),
        Response(Truth.REAL, 1.0, advice=Advice(0.9)),
        Response(Truth.FAKE, 1.0, advice=Advice(0.2, Truth.REAL)),
    )
    round_ = Round(SETUP, pictures, responses)
    assert judgements(round_) == [Judgement(Truth.FAKE, Truth.REAL, Confidence.SURE)]
    assert consulted_trials(round_) == [ConsultedTrial(Truth.FAKE, Truth.REAL, Truth.REAL, Truth.FAKE)]
    # A round without a discriminator has none of its outcomes.
    assert discriminator_counts(Round(SETUP, pictures, responses[:1])) == SignalCounts(0, 0, 0, 0)
