"""The pages after Duel and Consult: the figures of their tables, and what advice did."""

from dataclasses import replace

import pygame
import pytest
from mode_figures import corrected_z, explained
from mode_stages import duel_results, follow, played, setup_of, shown
from playing import Recorder
from scipy import stats
from stages import STAGES, Stage

from game.deal import Deck, deal
from game.destinations import ShowDuel
from game.rules import Mode, Truth
from game.statistics import Proportion
from game.ui.canvas import Canvas
from game.ui.theme import RIGHT


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


def test_a_duel_with_confidences_says_whether_being_sure_went_with_being_right(stage: Stage, texts: Recorder) -> None:
    duel_results(stage, 8, 7, sure=True)
    round_ = stage.player.app.screen._duel.round
    said = explained(stage, texts, "calibration")
    answers = list(zip(round_.responses, round_.outcomes, strict=True))
    for confidence, name in ((1, "Unsure"), (2, "Fairly sure"), (3, "Sure")):
        rights = [right for response, right in answers if response.confidence == confidence]
        assert f"{name} {100 * sum(rights) / len(rights):.0f} % [" in said
    assert "You know what you know: the surer you were, the more often you were right." in texts.all.replace("\n", " ")
    duel_results(stage, 8, 7)
    assert "figure/calibration" not in [button.name for button in stage.player.buttons]


def test_a_duel_with_few_of_a_kind_says_so_instead_of_leaving_a_gap(stage: Stage, texts: Recorder) -> None:
    # 8 % of duels are like this: of 40 fair tosses fewer than 15 fall on one side.
    assert 2 * stats.binom.cdf(14, 40, 0.5) == pytest.approx(0.081, abs=5e-4)
    setups = (replace(setup_of(Mode.DUEL), seed=seed) for seed in range(1000))
    setup = next(
        one for one in setups if sum(picture.truth is Truth.FAKE for picture in deal(one, Deck(range(10_000)))) < 15
    )
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
