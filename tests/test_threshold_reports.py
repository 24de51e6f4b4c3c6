"""What is said about a threshold: every number in a sentence of its own, and none that was not measured."""

import re

import pytest

from game.climb import Climb, ClimbTrial
from game.staircase import Flash, FlashTrial
from game.threshold import Place, ThresholdEstimate
from game.threshold_reports import ThresholdReport, climb_report, flash_report

THIN = "\u202f"
SHIPPED = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3000)
TRIALS = (*(ClimbTrial(64, True),) * 3, ClimbTrial(64, False))
SHOWN = (*(FlashTrial(24, 24, True),) * 3, FlashTrial(24, 24, False))


def climb_found(
    monkeypatch: pytest.MonkeyPatch, estimate: ThresholdEstimate, rungs: tuple[int, ...]
) -> ThresholdReport:
    monkeypatch.setattr(Climb, "threshold", property(lambda self: estimate))
    return climb_report(Climb(rungs, 0, TRIALS))


def flash_found(monkeypatch: pytest.MonkeyPatch, estimate: ThresholdEstimate, rate: float = 60.0) -> ThresholdReport:
    monkeypatch.setattr(Flash, "threshold", property(lambda self: estimate))
    return flash_report(Flash(rate, SHOWN))


WITHIN, ABOVE, BELOW, UNKNOWN = Place.WITHIN, Place.ABOVE, Place.BELOW, Place.UNKNOWN
NOWHERE = ThresholdEstimate(UNKNOWN, None, None, None)


@pytest.mark.parametrize(
    ("estimate", "headline", "certainty"),
    [
        (
            ThresholdEstimate(WITHIN, 178.2, 121.0, 262.4),
            "The GAN starts fooling you at 180 kimg [120, 260].",
            "With 90 % certainty, the true figure is between 120 and 260 kimg.",
        ),
        (
            ThresholdEstimate(WITHIN, 1834.0, 912.0, None),
            f"The GAN starts fooling you at 1{THIN}800 kimg [910, above 3{THIN}000].",
            f"With 95 % certainty, the true figure is above 910 kimg, perhaps even above 3{THIN}000.",
        ),
        (
            ThresholdEstimate(WITHIN, 2.84, None, 10.4),
            "The GAN starts fooling you at 2.8 kimg [below 2, 10].",
            "With 95 % certainty, the true figure is below 10 kimg, perhaps even below 2.",
        ),
        (
            ThresholdEstimate(ABOVE, None, 2999.9999, None),
            f"The GAN starts fooling you above 3{THIN}000 kimg, if at all.",
            f"With 95 % certainty, the true figure is above 3{THIN}000 kimg.",
        ),
        (
            ThresholdEstimate(ABOVE, None, 1949.0, None),
            f"The GAN starts fooling you above 1{THIN}900 kimg, if at all.",
            f"With 95 % certainty, the true figure is above 1{THIN}900 kimg.",
        ),
        (
            ThresholdEstimate(BELOW, None, None, 5.26),
            "The GAN starts fooling you below 5.3 kimg.",
            "With 95 % certainty, the true figure is below 5.3 kimg.",
        ),
    ],
)
def test_what_a_climb_found(
    estimate: ThresholdEstimate, headline: str, certainty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = climb_found(monkeypatch, estimate, SHIPPED)
    assert report.headline == headline
    meaning, said, counted = report.sentences
    assert said == certainty
    assert "of 4 pairs" in meaning
    assert counted == "You found the fake in 3 of 4 pairs."


@pytest.mark.parametrize(
    ("rungs", "reason"),
    [
        ((64,), "A ladder with one rung is too short to find it."),
        ((32, 64, 128), "Anything from below 32 to above 128 kimg fits them."),
    ],
)
def test_a_climb_that_found_nothing_says_why(
    rungs: tuple[int, ...], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = climb_found(monkeypatch, NOWHERE, rungs)
    assert report.headline == "These answers don't say where the GAN starts fooling you."
    assert report.sentences == (reason, "You found the fake in 3 of 4 pairs.")


@pytest.mark.parametrize(
    ("estimate", "headline", "meaning", "certainty"),
    [
        (
            ThresholdEstimate(WITHIN, 5.0, 3.5, 7.3),
            "You need 83 ms [58, 120] to tell real from fake.",
            "After 83 ms on show, you judge 3 of 4 pictures rightly; a coin gets 2 of 4.",
            "With 90 % certainty, the true figure is between 58 and 120 ms.",
        ),
        (
            ThresholdEstimate(WITHIN, 2.0, None, 4.0),
            "You need 33 ms [below 17, 67] to tell real from fake.",
            "After 33 ms on show, you judge 3 of 4 pictures rightly; a coin gets 2 of 4.",
            "With 95 % certainty, the true figure is below 67 ms, perhaps even below 17.",
        ),
        (
            ThresholdEstimate(WITHIN, 30.0, 12.0, None),
            "You need more than 200 ms to tell real from fake.",
            f"Whether 1{THIN}000 ms are enough to be right in 3 of 4 pictures, these answers don't say.",
            f"With 95 % certainty, the true figure is above 200 ms, perhaps even above 1{THIN}000.",
        ),
        (
            ThresholdEstimate(ABOVE, None, 45.0, None),
            "You need more than 750 ms to tell real from fake, if time helps at all.",
            f"Even after 1{THIN}000 ms, the longest exposure, you seem to be right in fewer than 3 of 4.",
            "With 95 % certainty, the true figure is above 750 ms.",
        ),
        (
            ThresholdEstimate(BELOW, None, None, 1.2),
            "You tell real from fake in less than 20 ms.",
            "After 17 ms, the least that this display can show, you seem to be right in over 3 of 4.",
            "With 95 % certainty, the true figure is below 20 ms.",
        ),
    ],
)
def test_what_a_flash_found(
    estimate: ThresholdEstimate, headline: str, meaning: str, certainty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = flash_found(monkeypatch, estimate)
    assert report.headline == headline
    assert report.sentences == (meaning, certainty, "You judged 3 of 4 pictures rightly.")


def test_a_flash_is_told_in_the_milliseconds_of_its_display(monkeypatch: pytest.MonkeyPatch) -> None:
    report = flash_found(monkeypatch, ThresholdEstimate(WITHIN, 2.0, None, 4.0), rate=240.0)
    assert report.headline == "You need 8.3 ms [below 4.2, 17] to tell real from fake."
    report = flash_found(monkeypatch, NOWHERE)
    assert report.headline == "These answers don't say how long you need."
    assert report.sentences[0] == f"Anything from below 17 to above 1{THIN}000 ms fits them."


@pytest.mark.parametrize(
    ("estimate", "certainty"),
    [
        (ThresholdEstimate(WITHIN, 8.0, 4.0, 16.0), "between 4 and 16 kimg"),
        (ThresholdEstimate(ABOVE, None, 20.0, None), "above 20 kimg"),
        (ThresholdEstimate(WITHIN, 3.0, None, 20.0), "below 20 kimg, perhaps even below 2"),
    ],
)
def test_of_several_rounds_it_is_certain_only_if_nothing_has_changed(
    estimate: ThresholdEstimate, certainty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    climb_found(monkeypatch, estimate, SHIPPED)
    one, several = (climb_report(Climb(SHIPPED, 0, TRIALS), rounds).sentences[1] for rounds in (1, 2))
    assert one.endswith(f"{certainty}.")
    assert several.endswith(f"{certainty}, if it has stayed the same.")
    flash_found(monkeypatch, estimate)
    assert flash_report(Flash(60.0, SHOWN), 2).sentences[1].endswith(", if it has stayed the same.")


def test_dropped_frames_are_owned_up_to() -> None:
    late = FlashTrial(24, 25, True)
    report = flash_report(Flash(60.0, (*SHOWN, late)))
    assert report.sentences[-1] == "You judged 3 of 4 pictures rightly. 1 more did not count: frames were dropped."
    refused = flash_report(Flash(60.0, (*SHOWN, *(late,) * 7)))
    assert refused.headline == "Not measured: this computer could not keep up."
    assert refused.sentences[0] == "7 of 11 pictures were on show for longer or shorter than they should."
    assert not re.search(r"\d ms", " ".join((refused.headline, *refused.sentences)))


def test_without_answers_there_is_nothing_to_say() -> None:
    for report in (climb_report(Climb(SHIPPED, 0)), flash_report(Flash(60.0, (FlashTrial(24, 25, True),)))):
        assert report.headline == "Nothing to judge yet."
        assert len(report.sentences) == 1


def test_one_answer_is_one() -> None:
    assert climb_report(Climb((64,), 0, TRIALS[:1])).sentences[-1] == "You found the fake in 1 of 1 pair."
    assert flash_report(Flash(60.0, SHOWN[:1])).sentences[-1] == "You judged 1 of 1 picture rightly."
