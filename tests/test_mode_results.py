"""The pages after Measured, Duel and Consult: their figures against scipy, and every figure explains itself."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest
from mode_stages import (
    LONG_FOLDER,
    MODE_STAGES,
    duel_results,
    follow,
    line,
    measurement,
    played,
    setup_of,
    shown,
)
from playing import Player, Recorder, screenshot
from scipy import stats
from sklearn.metrics import roc_auc_score
from stages import STAGES, Stage, begin, write_stage_runs

from game.deal import Deck, deal
from game.destinations import ShowDuel
from game.rules import Mode, Truth
from game.statistics import Interval, Proportion, SignalCounts
from game.ui.canvas import Canvas
from game.ui.charts import value_bar
from game.ui.inputs import Key
from game.ui.theme import LIGHT_BOX, RIGHT
from game.ui.widgets import Button, Focus

DECK = Deck(range(10_000))
RESULTS = [name for name in MODE_STAGES if name.startswith(("measurement", "duel-results", "consult-results"))]
RESULTS.append("results")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_stage_runs(tmp_path_factory.mktemp("stage-runs"))


@pytest.fixture
def stage(runs: Path, texts: Recorder, tmp_path: Path) -> Iterator[Stage]:
    stage = begin(runs, tmp_path, (1280, 720))
    yield stage
    stage.player.close()
    pygame.quit()


def figures(player: Player) -> list[Button]:
    return [button for button in player.buttons if button.name.startswith("figure/")]


def explained(stage: Stage, texts: Recorder, name: str) -> str:
    """Returns the sentence at the page's foot while the pointer is on a figure."""
    button = stage.player.button(f"figure/{name}")
    scale = stage.player.app.canvas.scale
    place = (round(button.box.centerx * scale), round(button.box.centery * scale))
    stage.player.frame(pygame.Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0)))
    foot = (stage.player.app.canvas.page.bottom - 140) * scale
    end = (stage.player.app.canvas.page.bottom - 74) * scale
    return " ".join(text for text, box in texts.texts if foot < box.centery < end)


def corrected_z(successes: int, trials: int) -> float:
    return float(stats.norm.ppf((successes + 0.5) / (trials + 1)))


# Every page


@pytest.mark.parametrize("name", RESULTS)
def test_arrows_reach_every_figure_and_button(stage: Stage, name: str) -> None:
    STAGES[name](stage)
    buttons = stage.player.buttons
    reached, coming = {"again"}, ["again"]
    while coming:
        here = coming.pop()
        for key in ("left", "right", "up", "down"):
            focus = Focus(here)
            focus.handle(Key(key), buttons)
            if focus.name not in reached:
                reached.add(focus.name)
                coming.append(focus.name)
    assert reached == {button.name for button in buttons}


@pytest.mark.parametrize("name", ["measurement-sure", "duel-results-sure", "consult-results"])
def test_every_figure_explains_itself_in_one_sentence_at_the_pointer(stage: Stage, texts: Recorder, name: str) -> None:
    STAGES[name](stage)
    sentences = [explained(stage, texts, button.name.removeprefix("figure/")) for button in figures(stage.player)]
    # The first one of a measured round stands there twice, large and with its bar.
    assert len(sentences) > 5 and len(set(sentences)) >= len(sentences) - (name == "measurement-sure")
    assert all(sentence.endswith(".") and len(sentence) > 30 for sentence in sentences)


def test_a_figure_with_the_focus_can_be_seen_and_to_press_it_does_nothing(stage: Stage) -> None:
    measurement(stage, 18, 9, sure=True)
    before = screenshot().copy()
    for button in figures(stage.player):
        stage.player.app.screen._focus.name = button.name
        stage.redraw()
        place = stage.player.app.canvas.pixel_box(button.box.inflate(20, 16))
        window = slice(place.top, place.bottom), slice(place.left, place.right)
        assert (screenshot()[window] != before[window]).any(axis=2).sum() > 100, button.name
        stage.play("enter")
        assert stage.player.on == "measurement"


def test_the_figures_of_practice_explain_themselves(stage: Stage, texts: Recorder) -> None:
    STAGES["results"](stage)
    round_ = stage.player.app.screen._results.round
    fakes = sum(picture.truth is Truth.FAKE for picture in round_.pictures)
    wrong = [picture.truth for picture, right in zip(round_.pictures, round_.outcomes, strict=True) if not right]
    for name, begin_, meaning, count, trials in (
        ("right", "Right", "the share of pictures that you judged right.", 20 - len(wrong), 20),
        ("fooled", "Fakes that fooled you", "the share of fakes that you called real.", wrong.count(Truth.FAKE), fakes),
        ("doubted", "Reals you doubted", "that you called fake.", wrong.count(Truth.REAL), 20 - fakes),
    ):
        stage.player.app.screen._focus.name = f"figure/{name}"
        stage.redraw()
        low, high = stats.binomtest(count, trials).proportion_ci(method="wilson")
        words = texts.all.replace("\n", " ")
        assert (
            f"{begin_} {100 * count / trials:.0f} % [{100 * low:.0f}, {100 * high:.0f}]: " in words and meaning in words
        )
    stage.player.click("figure/points")
    # The third right answer in a row is worth 150.
    assert "100 points for a right answer, and 25 more for each right one just before, up to 100 more." in (
        texts.all.replace("\n", " ")
    )
    stage.player.click("figure/luck")
    assert "How often a coin, tossed for each picture" in texts.all and stage.player.on == "results"


# Measured


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


# Duel and Consult


def test_the_figures_of_a_duel_are_those_of_its_table(stage: Stage, texts: Recorder) -> None:
    duel_results(stage, 8, 7, sure=True)
    round_ = stage.player.app.screen._duel.round
    trials = list(zip(round_.responses, round_.pictures, strict=True))
    player = [response.answer is picture.truth for response, picture in trials]
    machine = [
        (response.advice.fake_probability >= 0.5) == (picture.truth is Truth.FAKE) for response, picture in trials
    ]
    assert f"{sum(player)} : {sum(machine)}" in texts.all
    cells = list(zip(player, machine, strict=True))
    for place, cell in enumerate([(True, True), (False, True), (True, False), (False, False)]):
        share = 100 * cells.count(cell) / 40
        assert f" {share:.0f} % " in explained(stage, texts, f"cell {place}")
    assert explained(stage, texts, "d you").endswith("lie for you; 0 is guessing, 1 is 69 % right without leaning.")
    assert "lie for the discriminator;" in explained(stage, texts, "d the discriminator")
    assert explained(stage, texts, "kappa").startswith("κ ")
    fakes = [picture.truth is Truth.FAKE for picture in round_.pictures]
    called = [response.advice.fake_probability >= 0.5 for response in round_.responses]
    hits = sum(fake and call for fake, call in zip(fakes, called, strict=True))
    false_alarms = sum(not fake and call for fake, call in zip(fakes, called, strict=True))
    d_prime = corrected_z(hits, sum(fakes)) - corrected_z(false_alarms, 40 - sum(fakes))
    assert f"d′ {d_prime:.1f}".replace("-", "−") in explained(stage, texts, "d the discriminator")
    # 1240 of 2000 by scipy's Wilson interval: 59.9 to 64.1 %.
    known = "On 2\u202f000 other pictures the discriminator is right in 62\u00a0%\u00a0[60,\u00a064]."
    assert known in texts.all.replace("\n", " ")
    fooled = sum(fake and not right for fake, right in zip(fakes, player, strict=True))
    doubted = sum(not fake and not right for fake, right in zip(fakes, player, strict=True))
    z = corrected_z(sum(fakes) - fooled, sum(fakes)), corrected_z(doubted, 40 - sum(fakes))
    assert explained(stage, texts, "fooled").startswith(f"You, fooled {100 * fooled / sum(fakes):.0f} %")
    kinds = f"from {sum(fakes)} fakes and {40 - sum(fakes)} real pictures"
    assert f"c {-sum(z) / 2:.1f}".replace("-", "−") in explained(stage, texts, "c")
    assert kinds in explained(stage, texts, "c") and kinds in explained(stage, texts, "d you")
    assert f"{sum(player)} of 40 could be luck." in texts.all
    luck = stats.binomtest(sum(player), 40, alternative="greater").pvalue
    assert f"once in {1 / luck:.0f} tries" in explained(stage, texts, "luck")


def test_a_duel_with_few_of_a_kind_says_so_instead_of_leaving_a_gap(stage: Stage, texts: Recorder) -> None:
    # 8 % of duels are like this: of 40 fair tosses fewer than 15 fall on one side.
    assert 2 * stats.binom.cdf(14, 40, 0.5) == pytest.approx(0.081, abs=5e-4)
    setups = (replace(setup_of(Mode.DUEL), seed=seed) for seed in range(1000))
    setup = next(one for one in setups if sum(picture.truth is Truth.FAKE for picture in deal(one, DECK)) < 15)
    round_ = played(setup, 4, 4, advised=True)
    follow(stage, ShowDuel(round_, shown(stage, round_), "", Proportion(1240, 2000)))
    fakes = sum(picture.truth is Truth.FAKE for picture in round_.pictures)
    words = texts.all.replace("\n", " ")
    assert f"d′ and c take at least 15 fakes and 15 real pictures. So far there are {fakes} and {40 - fakes}." in words
    assert "You, d′" not in words and "discriminator, d′" not in words


def test_consulting_has_the_figures_of_the_first_answers(stage: Stage, texts: Recorder) -> None:
    STAGES["consult-results"](stage)
    round_ = stage.player.app.screen._duel.round
    first = [
        (picture.truth is Truth.FAKE, response.advice.first_answer is Truth.FAKE)
        for picture, response in zip(round_.pictures, round_.responses, strict=True)
    ]
    fakes, hits = sum(fake for fake, _ in first), sum(fake and said for fake, said in first)
    z = corrected_z(hits, fakes), corrected_z(sum(said and not fake for fake, said in first), 40 - fakes)
    assert f"d′ {z[0] - z[1]:.1f} [" in explained(stage, texts, "d you")
    assert f"c {-sum(z) / 2:.1f} [" in explained(stage, texts, "c")
    assert explained(stage, texts, "fooled").startswith(f"First answers, fooled {100 * (1 - hits / fakes):.0f} % [")
    right = sum(fake == said for fake, said in first)
    assert right != round_.counts.correct and f"First answers: {right} of 40 could be luck." in texts.all
    luck = stats.binomtest(right, 40, alternative="greater").pvalue
    assert f"once in {1 / luck:.0f} tries" in explained(stage, texts, "luck")


def test_a_draw_is_a_draw(stage: Stage, texts: Recorder) -> None:
    for misses in range(20):
        duel_results(stage, misses, 3)
        screen = stage.player.app.screen
        player, machine = screen._duel.round.counts.correct, screen._machine.correct
        expected = "beat you" if machine > player else "You beat" if player > machine else "A draw"
        assert expected in texts.all
        if player == machine:
            return
    raise AssertionError("there was no draw")


def test_advice_that_paid_is_green_and_advice_without_occasion_says_so(
    stage: Stage, texts: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    colours: list[tuple[int, int, int]] = []
    paragraph = Canvas.paragraph

    def noted(self: Canvas, text: str, box: pygame.FRect, *rest: object, **named: object) -> float:
        if "advice against" in text:
            colours.append(rest[1])  # type: ignore[arg-type]
        return paragraph(self, text, box, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Canvas, "paragraph", noted)
    STAGES["consult-results-kept"](stage)
    assert "You never took advice against your own answer" in texts.all.replace("\n", " ")
    assert set(colours) == {(232, 235, 239)}
    colours.clear()
    STAGES["consult-results"](stage)
    assert RIGHT not in colours and colours, "more of it was wrong than right"


# Where the line is drawn


def test_the_line_begins_at_the_players_own_and_says_what_another_would_bring(stage: Stage, texts: Recorder) -> None:
    line(stage, SignalCounts(32, 18, 9, 41))
    hit, false_alarm = corrected_z(32, 50), corrected_z(9, 50)
    d_prime, c = hit - false_alarm, -(hit + false_alarm) / 2
    screen = stage.player.app.screen
    assert screen._line == pytest.approx(c)
    stage.play("left", "left", "left")
    assert screen._line == pytest.approx(c - 0.3)
    found, doubted = stats.norm.cdf(d_prime / 2 - c + 0.3), stats.norm.cdf(-d_prime / 2 - c + 0.3)
    own = stats.norm.cdf(d_prime / 2 - c), stats.norm.cdf(-d_prime / 2 - c)
    assert f"{100 * own[0]:.0f} % → {100 * found:.0f} %" in texts.all
    assert f"{100 * own[1]:.0f} % → {100 * doubted:.0f} %" in texts.all
    assert f"{50 * (found + 1 - doubted):.0f} %" in texts.all
    stage.play("space")
    assert screen._line == pytest.approx(c) and " % → " not in texts.all


def test_the_page_of_the_line_says_how_far_its_curves_can_be_trusted(stage: Stage, texts: Recorder) -> None:
    line(stage, SignalCounts(32, 18, 9, 41))
    z = corrected_z(32, 50), corrected_z(9, 50)
    of_hits, of_false_alarms = (
        stats.norm.ppf(stats.binomtest(count, 50).proportion_ci(method="wilson")) for count in (32, 9)
    )
    d_prime = z[0] - z[1]
    low = d_prime - np.hypot(z[0] - of_hits[0], of_false_alarms[1] - z[1])
    high = d_prime + np.hypot(of_hits[1] - z[0], z[1] - of_false_alarms[0])
    assert f"d′ {d_prime:.1f} [{low:.1f}, {high:.1f}]" in texts.all
    assert "nearer to 50 % than what you scored" in texts.all.replace("\n", " ")
    # 20 of 20 found: the curves say 20½ of 21.
    line(stage, SignalCounts(20, 0, 0, 20))
    assert f"{100 * 20.5 / 21:.0f} %" in texts.all and "or more]" in texts.all


def test_the_line_follows_the_mouse_and_stays_on_the_axis(stage: Stage) -> None:
    line(stage, SignalCounts(32, 18, 9, 41))
    screen, scale = stage.player.app.screen, stage.player.app.canvas.scale
    box = screen._plot.box

    def at(share: float) -> tuple[int, int]:
        return round((box.left + share * box.width) * scale), round(box.centery * scale)

    stage.player.frame(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=at(0.5), button=pygame.BUTTON_LEFT))
    assert screen._line == pytest.approx(0, abs=0.01)
    for share, expected in ((0.75, screen._plot.reach / 2), (1.4, screen._plot.reach), (-3, -screen._plot.reach)):
        stage.player.frame(pygame.Event(pygame.MOUSEMOTION, pos=at(share), rel=(0, 0), buttons=(1, 0, 0)))
        assert screen._line == pytest.approx(expected, abs=0.02)
    stage.player.frame(pygame.Event(pygame.MOUSEBUTTONUP, pos=at(0.2), button=pygame.BUTTON_LEFT))
    stage.player.frame(pygame.Event(pygame.MOUSEMOTION, pos=at(0.6), rel=(0, 0), buttons=(0, 0, 0)))
    assert screen._line == -screen._plot.reach
    # Outside the plot a press takes hold of nothing.
    stage.player.click_at((20, 20))
    assert screen._line == -screen._plot.reach
    stage.play(*["left"] * 3)
    assert screen._line == -screen._plot.reach


def test_the_page_of_the_line_leads_back_and_explains_by_tab(stage: Stage, texts: Recorder) -> None:
    line(stage, SignalCounts(32, 18, 9, 41))
    stage.play("tab")
    assert "About this share of the fakes lies beyond the line, if the curves are right." in texts.all
    stage.play("tab", "tab")
    assert "With the line at 0.3 you would call about 64 % of the fakes" in texts.all.replace("\n", " ")
    stage.play("f1")
    assert stage.player.on == "help"
    stage.play("escape", "escape")
    assert stage.player.on == "title"


def test_without_enough_trials_there_is_no_line_to_move(stage: Stage, texts: Recorder) -> None:
    line(stage, SignalCounts(5, 3, 2, 4))
    assert "d′ and c take at least 15 fakes" in texts.all and "move the line" not in texts.all
    stage.play("left", "right", "space", "tab")
    stage.player.click_at((640, 300))
    assert stage.player.on == "signaldetection"
    stage.play("enter")
    assert stage.player.on == "title"
