"""What explains a wrong answer: asked for with the round, shown as far as it has come, and never in the way."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest
from forgers import FakeForger
from other_runs import FOLDER, write_other_run
from playing import Clock, Player, Recorder, asks, begin_round, make_services
from stages import Stage, begin, practice, write_stage_runs

from game.explanations import Explanation, Explanations
from game.rules import FakePicture, RealPicture, Round, RoundSetup, Truth
from game.tickets import NearestTicket, VerdictTicket
from gan.datasets import DATASETS, load_split

SIMILAR = ("The most similar", "real picture", "other real picture")


@pytest.fixture
def stage(texts: Recorder, tmp_path: Path) -> Iterator[Stage]:
    stage = begin(write_stage_runs(tmp_path / "runs"), tmp_path, (1280, 720))
    yield stage
    stage.player.close()
    pygame.quit()


def words(texts: Recorder) -> str:
    """Returns what is written, paragraphs as one line."""
    return texts.all.replace("\n", " ")


def test_both_are_asked_once_for_all_pictures_of_the_round(tmp_path: Path) -> None:
    forger, runs = FakeForger(), tmp_path / "runs"
    write_other_run(runs / "cats", "colour 64")
    pictures = (FakePicture("cats", 4, 9), RealPicture(FOLDER, "test", 7, "cats"))
    setup = RoundSetup(FOLDER, "cats", 4, 1)
    services = make_services(runs, tmp_path, forger)
    services.lab.library.refresh()
    explanations = Explanations(services, Round(setup, pictures))
    fake, real = {"run": str(runs / "cats"), "kimg": 4, "number": 9}, {"held_out_of": str(runs / "cats"), "number": 7}
    assert forger.asked_for_verdicts == [([fake, real], str(runs / "cats"), 4)]
    assert forger.asked_for_nearest == [([fake, real], {"held_out_of": str(runs / "cats")})]
    of_second = explanations.of(1)
    assert of_second.fake_probability == 0.31
    assert of_second.similar is not None
    assert of_second.similar.picture == RealPicture(FOLDER, "test", 2, "cats")
    assert np.array_equal(of_second.similar.pixels, load_split(DATASETS["mnist"], "test").images[2, 0])


def test_what_has_not_come_or_fails_is_left_out(tmp_path: Path) -> None:
    forger = FakeForger()
    nearest, verdicts = NearestTicket(), VerdictTicket()
    forger.request_nearest = lambda pictures, reals: nearest  # type: ignore[method-assign]
    forger.request_verdicts = lambda pictures, run, kimg: verdicts  # type: ignore[method-assign]
    runs = write_stage_runs(tmp_path / "runs")
    round_ = Round(RoundSetup("mnist", "mnist", 64, 1), (FakePicture("mnist", 64, 1),))
    explanations = Explanations(make_services(runs, tmp_path, forger), round_)
    assert explanations.of(0) == Explanation()
    verdicts.error = "discriminator.safetensors is missing; train again."
    nearest.numbers, nearest.images = [3], np.zeros((1, 28, 28), np.uint8)
    assert explanations.of(0).fake_probability is None
    similar = explanations.of(0).similar
    assert similar is not None and similar.picture == RealPicture("mnist", "test", 3)


@pytest.mark.parametrize(
    ("truth", "verdict", "sentence"),
    [
        (Truth.FAKE, 0.83, "The discriminator gives this 83\u202f% for fake."),
        (Truth.FAKE, 0.31, "The discriminator was fooled too: it gives this 31\u202f% for fake."),
        (Truth.REAL, 0.31, "The discriminator gives this 31\u202f% for fake."),
        (Truth.REAL, 0.83, "The discriminator was wrong too: it gives this 83\u202f% for fake."),
    ],
)
def test_a_wrong_answer_is_explained(
    stage: Stage, texts: Recorder, truth: Truth, verdict: float, sentence: str
) -> None:
    stage.forger.verdicts = [verdict]
    practice(stage).answer_until(truth, right=False)
    assert sentence in words(texts)
    assert SIMILAR[0] in texts.all and SIMILAR[1 if truth is Truth.FAKE else 2] in texts.all.split("\n")
    assert len(stage.forger.asked_for_verdicts) == len(stage.forger.asked_for_nearest) == 1
    stage.play("space")
    assert "discriminator" not in texts.all and SIMILAR[0] not in texts.all


def test_every_picture_has_its_own_explanation(stage: Stage, texts: Recorder) -> None:
    stage.forger.verdicts = [(place + 1) / 100 for place in range(20)]
    practice(stage)
    for place in range(5):
        stage.answer([False])
        assert f"gives this {place + 1}\u202f% for fake." in words(texts)
        stage.play("space")


@pytest.mark.parametrize("truth", Truth)
def test_a_right_answer_needs_no_explanation(stage: Stage, texts: Recorder, truth: Truth) -> None:
    practice(stage).answer_until(truth, right=True)
    assert f"Right: it was {truth}" in texts.all
    assert "discriminator" not in texts.all and SIMILAR[0] not in texts.all


def test_without_an_explanation_the_feedback_is_as_ever(stage: Stage, texts: Recorder) -> None:
    stage.forger.verdicts = ()
    practice(stage).answer_until(Truth.FAKE, right=False)
    assert "Wrong: it was fake" in texts.all and "No points this time." in texts.all
    assert "discriminator" not in texts.all and SIMILAR[0] not in texts.all


def test_what_comes_while_the_feedback_is_read_does_not_move_it(stage: Stage, texts: Recorder) -> None:
    stage.forger.verdicts = ()
    ticket = VerdictTicket()
    stage.forger.request_verdicts = lambda pictures, run, kimg: ticket  # type: ignore[method-assign]
    practice(stage).answer_until(Truth.FAKE, right=False)
    before = texts.all
    ticket.verdicts, ticket.trials = (0.9,) * 20, 20
    stage.redraw()
    assert texts.all == before
    stage.play("space").answer([False])
    assert "90\u202f%" in texts.all


def test_the_real_forger_finds_a_similar_picture_where_there_is_no_discriminator(
    player: Player, clock: Clock, texts: Recorder
) -> None:
    begin_round(player)
    screen = player.app.screen
    player.until(lambda: screen._explanations.of(0).similar is not None)
    truth = screen._round.current.truth
    clock.now += 0.5
    player.press("r" if truth is Truth.FAKE else "f")
    assert "Wrong" in texts.all and SIMILAR[0] in texts.all and "discriminator" not in texts.all
    clock.now += 0.5
    player.press("space")
    assert asks(player)
