"""The page after Measured: its figures against scipy and scikit-learn, its mistakes, and intervals without an end."""

from pathlib import Path

import numpy as np
import pygame
import pytest
from mode_figures import corrected_z, explained
from mode_stages import LONG_FOLDER, measurement
from playing import Recorder, screenshot
from sklearn.metrics import roc_auc_score
from stages import STAGES, Stage, begin

from game.rules import Truth
from game.signal_detection import yes_no_criterion
from game.statistics import Interval, SignalCounts
from game.ui.canvas import Canvas
from game.ui.charts import value_bar
from game.ui.figure_bars import leaning_label
from game.ui.theme import LIGHT_BOX

# Figures and mistakes


def test_the_figures_of_a_measured_round_are_those_of_their_formulas(stage: Stage, texts: Recorder) -> None:
    measurement(stage, 18, 9, sure=True)
    hit, false_alarm = corrected_z(32, 50), corrected_z(9, 50)
    assert f"{hit - false_alarm:.1f}" in texts.all and f"{-(hit + false_alarm) / 2:.1f}" in texts.all
    assert explained(stage, texts, "error").startswith("Error 27 % [19, 36]: ")
    assert explained(stage, texts, "rate 1").startswith("Fake error 36 % [24, 50]: ")
    assert explained(stage, texts, "rate 2").startswith("Real error 18 % [10, 31]: ")
    round_ = stage.player.app.screen._measured.round
    truths = [picture.truth is Truth.FAKE for picture in round_.pictures]
    # From surely real to surely fake.
    steps = [
        response.confidence if response.answer is Truth.FAKE else 1 - response.confidence
        for response in round_.responses
    ]
    assert f"{roc_auc_score(truths, steps):.2f}" in texts.all
    undisturbed = [
        (response.response_seconds, right)
        for response, right in zip(round_.responses, round_.outcomes, strict=True)
        if not response.disturbed
    ]
    median = np.median([seconds for seconds, right in undisturbed if right])
    assert explained(stage, texts, "time right").startswith(f"{median:.2f}")


def test_a_page_of_few_answers_says_what_is_missing_instead_of_noise(stage: Stage, texts: Recorder) -> None:
    STAGES["measurement-of-few"](stage)
    words = texts.all.replace("\n", " ")
    assert "d′ and c take at least 15 fakes and 15 real pictures." in words and "too few answers" in words
    assert "Area" not in words and "line" not in [button.name for button in stage.player.buttons]


def test_without_confidence_there_is_a_hint_and_where_one_was_never_said_it_says_so(
    stage: Stage, texts: Recorder
) -> None:
    measurement(stage, 18, 9)
    assert "Say how sure you are, and next time" in texts.all and "Right when you were" not in texts.all
    measurement(stage, 0, 0, sure=True)
    round_ = stage.player.app.screen._measured.round
    assert {response.confidence for response in round_.responses} == {1, 2, 3}
    stage.player.app.screen._judgements = [
        judgement for judgement in stage.player.app.screen._judgements if judgement.confidence == 3
    ]
    stage.redraw()
    assert texts.all.count("never said") == 2


@pytest.mark.parametrize("wrong", [0, 3, 50])
def test_all_mistakes_are_shown_and_nothing_else(stage: Stage, texts: Recorder, wrong: int) -> None:
    measurement(stage, wrong, wrong)
    drawn: list[bytes] = []
    picture = Canvas.picture
    try:
        Canvas.picture = lambda self, pixels, box: drawn.append(pixels.tobytes())  # type: ignore[method-assign]
        stage.play("tab")
        drawn.clear()
        stage.redraw()
    finally:
        Canvas.picture = picture  # type: ignore[method-assign]
    measured = stage.player.app.screen._measured
    expected = [
        shown.pixels.tobytes()
        for truth in (Truth.FAKE, Truth.REAL)
        for shown, response in zip(measured.shown, measured.round.responses, strict=True)
        if shown.picture.truth is truth is not response.answer
    ]
    assert drawn == expected and len(drawn) == 2 * wrong
    assert texts.all.count("none") == (2 if wrong == 0 else 0)


def test_fakes_and_reals_are_shown_in_one_size(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    # 18 would fit larger than 40 do.
    measurement(stage, 40, 18)
    sizes: list[tuple[float, float]] = []
    monkeypatch.setattr(Canvas, "picture", lambda self, pixels, box: sizes.append(box.size))
    stage.play("tab")
    sizes.clear()
    stage.redraw()
    assert len(sizes) == 58 and len(set(sizes)) == 1


@pytest.mark.parametrize(
    ("counts", "label"),
    [
        (SignalCounts(10, 40, 1, 49), "c, leans to “real”"),
        (SignalCounts(49, 1, 40, 10), "c, leans to “fake”"),
        # c is above 0, and its interval is not.
        (SignalCounts(24, 26, 24, 26), "c, leaning"),
    ],
)
def test_the_side_of_a_leaning_is_named_where_there_is_no_doubt_of_it(counts: SignalCounts, label: str) -> None:
    criterion = yes_no_criterion(counts)
    assert criterion is not None
    assert leaning_label(criterion) == label


@pytest.mark.parametrize("size", [(800, 600), (1280, 720)], ids=str)
def test_a_long_name_leaves_room_for_the_rung(
    runs: Path, texts: Recorder, tmp_path: Path, size: tuple[int, int]
) -> None:
    assert len(LONG_FOLDER) > 40
    for name in ("measured-of-long-names", "measurement-of-long-names"):
        stage = begin(runs, tmp_path, size)
        STAGES[name](stage)
        assert "…" in texts.all and "Smudge, 8 kimg" in texts.all
        stage.player.close()
        pygame.quit()


# Intervals without an end


@pytest.mark.parametrize(
    ("interval", "left", "right"),
    [
        (Interval(0.5, 2.0), False, False),
        (Interval(0.5, np.inf), False, True),
        (Interval(-np.inf, 2.0), True, False),
        (Interval(-np.inf, np.inf), True, True),
        (Interval(-1.0, 5.0), False, False),
        (Interval(-1.1, 5.1), True, True),
    ],
    ids=str,
)
def test_a_bar_has_an_arrow_where_an_interval_goes_on(
    window: None, interval: Interval, left: bool, right: bool
) -> None:
    surface = pygame.display.get_surface()
    assert surface is not None
    canvas = Canvas(surface)
    canvas.clear()
    value_bar(canvas, pygame.FRect(100, 100, 400, 46), "d′", 1.0, interval, (-1.0, 5.0))
    seen = screenshot()[134:146].astype(int)
    bright = (np.abs(seen - LIGHT_BOX).max(axis=2) < 60).any(axis=0)
    assert bright[104:124].any() == left and bright[476:496].any() == right


@pytest.mark.parametrize(
    ("misses", "false_alarms", "d_prime", "c"),
    [
        (0, 0, "[3.4 or more]", "[or any other]"),
        (50, 50, "[−3.4 or less]", "[or any other]"),
        (50, 0, "[or any other]", "[1.7 or more]"),
        (0, 50, "[or any other]", "[−1.7 or less]"),
    ],
    ids=["all right", "all wrong", "all called real", "all called fake"],
)
def test_who_never_or_always_errs_gets_figures_without_an_end(
    stage: Stage, texts: Recorder, misses: int, false_alarms: int, d_prime: str, c: str
) -> None:
    measurement(stage, misses, false_alarms, sure=True)
    assert d_prime in texts.all and c in texts.all
    assert "inf" not in texts.all and "nan" not in texts.all
