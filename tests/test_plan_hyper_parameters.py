"""The hyper-parameters on the plan of a run: typed, stepped, refused, and taken along."""

import pygame
from planning import Planner
from playing import (
    Recorder,
)

from game.training_run import TrainingConfig


def test_hyper_parameters_arrive_in_the_run_and_in_the_measurement(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    planner.click("hyper")
    assert "Real images per step." in texts.all
    planner.press("backspace", "backspace")
    planner.type("32")
    assert "changed from 64" in texts.all
    planner.press("down", "right", "escape")
    assert "Hyper-parameters: 2 changed  ›" in texts.all
    planner.rest()
    planner.until(lambda: planner.calls)
    assert planner.calls == [["--batch-size", "32", "--latent-size", "128"]]
    planner.click("start")
    assert planner.started() == [TrainingConfig(kimg=128, seed=1, batch_size=32, latent_size=128)]


def test_a_wrong_hyper_parameter_is_refused_where_it_is_typed_and_at_the_start(
    planner: Planner, texts: Recorder
) -> None:
    planner.open_plan()
    planner.click("hyper")
    planner.press("backspace", "backspace")
    planner.type("1")
    assert "Batch size is 1; give a number from 2 to 4096." in texts.all
    planner.click("done")
    planner.click("start")
    assert planner.on == "planrun" and planner.started() == []
    assert "Batch size is 1;" in texts.all
    planner.click("hyper")
    planner.click("defaults")
    planner.click("done")
    planner.click("start")
    assert planner.started() == [TrainingConfig(kimg=128, seed=1)]


def test_every_hyper_parameter_is_reached_by_the_arrows_alone(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    planner.click("hyper")
    seen = []
    for _ in range(11):
        focus = planner.app.screen._hyper._focus.name
        assert focus in [button.name for button in planner.buttons], "the focus was out of sight"
        seen.append(focus)
        planner.press("down")
    assert len(set(seen)) == 11 and seen[-1] == "precision"
    assert planner.app.screen._hyper._focus.name in ("done", "defaults")
    planner.press("up", "right")
    assert "‹ float32 ›" in texts.all
    planner.press("left", "left")
    assert planner.app.screen._hyper.typed == {"precision": "bfloat16"}
    planner.press("enter")
    assert planner.app.screen._hyper.typed == {}


def test_the_wheel_scrolls_through_the_hyper_parameters(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    planner.click("hyper")
    assert "Precision" not in texts.all
    for _ in range(8):
        planner.frame(pygame.Event(pygame.MOUSEWHEEL, y=-1, x=0))
    assert "Precision" in texts.all
    planner.click("precision")
    assert planner.app.screen._hyper.typed == {"precision": "float32"}
