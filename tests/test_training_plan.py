"""What is about to be trained, measured before."""

import pytest
import torch
from tiny_training import CONFIG, CPU, tiny_judge

from gan import training_plan
from gan.config import TrainingConfig
from gan.run_log import RunRecord, RunStatus
from gan.training_plan import make_plan, measure_plan, plan_lines
from gan.training_preparation import Preparation
from gan.training_state import new_state


def test_a_plan_counts_the_steps_and_the_judging_to_come() -> None:
    # 10 kimg in batches of 100 are 100 steps; rungs at 2, 4, 8 and 10.
    config = TrainingConfig(kimg=10, batch_size=100)
    plan = make_plan(config, "float32", CPU, first_step=0, step_seconds=0.5, rung_seconds=7.0)
    assert (plan.images_per_second, plan.seconds_per_rung) == (200.0, 7.0)
    assert plan.rungs == (2, 4, 8, 10)
    assert plan.seconds == 100 * 0.5 + 4 * 7
    assert (plan.device_kind, plan.precision) == ("cpu", "float32")
    assert plan.device.startswith("CPU, ")


def test_the_plan_of_a_resumed_run_leaves_out_what_is_done() -> None:
    config = TrainingConfig(kimg=10, batch_size=100)
    plan = make_plan(config, "float32", CPU, first_step=40, step_seconds=0.5, rung_seconds=7.0)
    # The rung at 4 kimg is there at step 40.
    assert plan.rungs == (8, 10)
    assert plan.seconds == 60 * 0.5 + 2 * 7
    assert make_plan(config, "float32", CPU, 100, 0.5, 7.0).seconds == 0


def test_a_rungs_price_is_that_of_10_000_pictures_by_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_plan, "median_seconds", lambda work, device, warm_up, runs: (work(), 0.256)[1])
    # Drawing and judging 256 pictures each take 0.256 s: a millisecond a picture.
    average = new_state(CONFIG, 0, CPU, "float32").average
    assert training_plan.seconds_per_rung(average, tiny_judge()) == pytest.approx(20)


def test_measuring_leaves_the_state_alone_and_without_a_judge_a_rung_costs_nothing() -> None:
    state = new_state(CONFIG, 0, CPU, "float32")
    before = {name: tensor.clone() for name, tensor in state.average.state_dict().items()}
    judged = measure_plan(CONFIG, "float32", state, tiny_judge())
    unjudged = measure_plan(CONFIG, "float32", state, None)
    assert judged.seconds_per_rung > 0 == unjudged.seconds_per_rung
    assert unjudged.seconds == pytest.approx(188 * CONFIG.batch_size / unjudged.images_per_second)
    assert state.step == 0
    assert all(torch.equal(tensor, before[name]) for name, tensor in state.average.state_dict().items())


def test_a_plan_in_words() -> None:
    config = TrainingConfig(kimg=5, batch_size=50, seed=3)
    plan = make_plan(config, "bfloat16", CPU, 0, 0.5, 10.0)
    record = RunRecord(config, "", "bfloat16", "CPU", {}, "", RunStatus.RUNNING)
    pictures = torch.zeros(1200, 1, 28, 28, dtype=torch.uint8)
    state = new_state(CONFIG, 0, CPU, "float32")
    preparation = Preparation(record, pictures, None, state, None, ("a.png is left out: it is a poem.",))
    lines = plan_lines(plan, config, preparation, "a/place")
    assert lines[0] == "a.png is left out: it is a poem."
    assert lines[1].startswith("MNIST, 1,200 pictures · ")
    assert lines[2:] == [
        "dcgan, standard · batch 50 · seed 3",
        f"{plan.device} · bfloat16",
        "5 kimg, rungs at 2, 4, 5",
        # 100 steps of half a second and three rungs of ten seconds.
        "about 1 min 20 s at 100 images/s → a/place",
    ]
