"""The pages after Duel and Consult: the figures of their tables, and what advice did."""

import pygame
import pytest
from mode_figures import corrected_z, explained
from mode_stages import duel_results
from playing import Recorder
from stages import STAGES, Stage

from game.rules import Truth
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
    known = "On 2\u202f000 other pictures of both kinds the discriminator is right in 62 %."
    assert known in texts.all.replace("\n", " ")


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
