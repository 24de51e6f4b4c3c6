"""The hyper-parameters on the plan of a run: typed, stepped, refused, and taken along."""

from dataclasses import replace

import pygame
from planning import Planner
from playing import (
    Recorder,
)

from game.hyper_parameters import hyper_parameters
from game.run_plan import speed_settings
from game.training_process import flags
from game.training_run import TrainingConfig
from gan.presets import preset


def go_to(planner: Planner, name: str) -> None:
    """Moves the focus down to a hyper-parameter."""
    while planner.app.screen._hyper._focus.name != name:
        planner.press("down")


def test_hyper_parameters_arrive_in_the_run_and_in_the_measurement(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    planner.click("hyper")
    assert "Convolutions (dcgan)" in texts.all
    go_to(planner, "batch_size")
    planner.press("backspace", "backspace")
    planner.type("32")
    assert "changed from 64" in texts.all
    planner.press("down", "right", "escape")
    assert "Hyper-parameters: 2 changed  ›" in texts.all
    planner.rest()
    planner.until(lambda: planner.calls)
    config = TrainingConfig(kimg=128, seed=1, batch_size=32, learning_rate=0.004)
    assert planner.calls == [flags(speed_settings(config))]
    planner.click("start")
    assert planner.started() == [config]


def test_a_wrong_hyper_parameter_is_refused_where_it_is_typed_and_at_the_start(
    planner: Planner, texts: Recorder
) -> None:
    planner.open_plan()
    planner.click("hyper")
    go_to(planner, "batch_size")
    planner.press("backspace", "backspace")
    planner.type("1")
    assert "Batch size is 1; give a whole number from 2 to 4096." in texts.all
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
    for _ in range(25):
        focus = planner.app.screen._hyper._focus.name
        assert focus in [button.name for button in planner.buttons], "the focus was out of sight"
        seen.append(focus)
        planner.press("down")
    assert len(set(seen)) == len(hyper_parameters()) == 25 and seen[-1] == "precision"
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
    for _ in range(24):
        planner.frame(pygame.Event(pygame.MOUSEWHEEL, y=-1, x=0))
    assert "Precision" in texts.all
    planner.click("precision")
    assert planner.app.screen._hyper.typed == {"precision": "float32"}


def test_an_objective_brings_its_preset_and_what_was_typed_stays(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    planner.click("hyper")
    go_to(planner, "objective")
    planner.press("right", "right", "right")
    assert "‹ wasserstein-gp ›" in texts.all
    go_to(planner, "penalty_weight")
    assert "Penalty weight" in texts.all and "10" in texts.all.splitlines()
    planner.press("escape")
    assert "Hyper-parameters: 1 changed  ›" in texts.all
    planner.click("start")
    expected = replace(preset("dcgan", "wasserstein-gp"), kimg=128, seed=1)
    assert planner.started() == [expected]


def test_what_can_not_go_together_is_said_with_its_reason(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    planner.click("hyper")
    go_to(planner, "objective")
    planner.press("right", "right", "right", "up")
    assert planner.app.screen._hyper._focus.name == "discriminator_normalization"
    planner.press("left")
    assert "the reason stands on the right" in texts.all
    said = " ".join(texts.all.split())
    assert "batch norm mixes the pictures of a batch; use layer, spectral or none." in said
    planner.click("done")
    planner.click("start")
    assert planner.on == "planrun" and planner.started() == []


def test_a_switch_is_on_or_off(planner: Planner, texts: Recorder) -> None:
    planner.open_plan()
    planner.click("hyper")
    planner.press("down", "right")
    assert "‹ on ›" in texts.all
    planner.press("escape")
    planner.click("start")
    assert planner.started() == [TrainingConfig(kimg=128, seed=1, conditional=True)]
