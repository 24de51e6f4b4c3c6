"""Several processes learn what one does: the same curve and the same weights, up to the order of their sums."""

import time
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor
from world_runs import (
    CASES,
    come_alone,
    fresh_state,
    meet,
    pictures,
    talk_until_one_is_lost,
    train_case,
    train_cases,
)
from worlds import in_threads, new_store, processes

from gan.checkpoint import read_tensors
from gan.config import PROBABILISTIC_OBJECTIVES, TrainingConfig
from gan.distributed import ALONE, ProcessLostError, World, meeting
from gan.errors import SaidElsewhereError, UserError
from gan.run_log import Tick, read_ticks
from gan.training_step import MEASURES, training_step

# What real processes train as well: enough to see that they do what threads do.
WITH_PROCESSES = ("standard", "wasserstein-gp", "relativistic")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runs that two processes repeat, as one trains them."""
    folder = tmp_path_factory.mktemp("alone")
    for name in WITH_PROCESSES:
        train_case(CASES[name], folder / name)
    return folder


def _is_free(config: TrainingConfig, name: str, tensor: Tensor) -> bool:
    """Returns whether a weight has no say in what is learnt.

    Where only differences of answers count, the last bias is one: its gradient is rounding, of which Adam makes a step.
    """
    is_last_bias = name.startswith("discriminator.layers") and name.endswith("bias") and tensor.numel() == 1
    return is_last_bias and config.objective not in PROBABILISTIC_OBJECTIVES


def _assert_as_learnt_by_one(config: TrainingConfig, run: Path, whole: Path) -> None:
    """The curves and all weights are the same, as far as the order in which numbers are added lets them be.

    Sooner or later it turns one feature of one picture from just below 0 to just above, and what the activation after
    it does then is no longer a matter of the last bit.
    """
    ours, theirs = read_ticks(run)[0], read_ticks(whole)[0]
    assert [tick.step for tick in ours] == [tick.step for tick in theirs]
    for mine, other in zip(ours, theirs, strict=True):
        assert _figures(config, mine) == pytest.approx(_figures(config, other), abs=3e-4)
    (tensors, metadata), (others, other_metadata) = (
        read_tensors(folder / "state.safetensors") for folder in (run, whole)
    )
    assert (tensors.keys(), metadata["step"]) == (others.keys(), other_metadata["step"])
    assert torch.equal(tensors["noise"], others["noise"])
    for name, tensor in tensors.items():
        if "optimizer" in name or _is_free(config, name, tensor):
            continue
        # As far as Adam goes in five of the 32 steps, at most; the moments are those of the last gradients only.
        assert torch.allclose(tensor, others[name], rtol=1e-3, atol=1e-3), name


def _figures(config: TrainingConfig, tick: Tick) -> dict[str, float]:
    assert tick.real_logit is not None and tick.fake_logit is not None
    figures = {"kimg": tick.kimg, "loss": tick.discriminator_loss, "difference": tick.fake_logit - tick.real_logit}
    if config.objective in PROBABILISTIC_OBJECTIVES:
        figures |= {name: getattr(tick, name) for name in MEASURES}
    return figures


def _first_steps(config: TrainingConfig, world: World) -> dict[str, Tensor]:
    """Returns all that three steps have taught, and what they measured."""
    state = fresh_state(config, world)
    images, labels = pictures()
    measured = []
    for step in range(3):
        rows = slice(step * config.images_per_step, (step + 1) * config.images_per_step)
        classes = labels[rows] if config.conditional else None
        measured.append(training_step(state, images[rows], classes, config, "float32", world))
        world.sum_in_place(measured[-1:])
    named = [(kind, *item) for kind, network in state.networks().items() for item in network.state_dict().items()]
    figures = torch.stack(measured)
    if config.objective not in PROBABILISTIC_OBJECTIVES:
        figures = torch.stack((figures[:, 1], figures[:, 5] - figures[:, 4]))
    return {"measured": figures, **{f"{kind}.{name}": tensor for kind, name, tensor in named}}


@pytest.mark.parametrize(("name", "size"), [*((name, 2) for name in CASES), ("standard", 3)])
def test_the_first_steps_teach_what_they_teach_one_process_to_the_last_digits(name: str, size: int) -> None:
    expected = _first_steps(CASES[name], ALONE)
    found = in_threads(size, lambda world: _first_steps(CASES[name], world))
    for key, tensor in expected.items():
        # All processes hold the very same bits, so that it doesn't matter which one writes.
        assert all(torch.equal(tensors[key], found[0][key]) for tensors in found), key
        if _is_free(CASES[name], key, tensor):
            continue
        error = (found[0][key] - tensor).abs().max().item()
        assert error <= 2e-5 * tensor.abs().max().item(), key


def test_two_real_processes_learn_what_one_does_and_one_of_them_writes(alone: Path, tmp_path: Path) -> None:
    work = partial(train_cases, WITH_PROCESSES, tmp_path)
    with processes(work, work) as started:
        assert [one.ending() for one in started] == [(0, "", "")] * 2
    for name in WITH_PROCESSES:
        _assert_as_learnt_by_one(CASES[name], tmp_path / name, alone / name)


def test_parts_are_the_batch_in_order_and_of_equal_size_but_for_one_row() -> None:
    batch = torch.arange(11)
    for size in range(1, 6):
        parts = [World(rank, size).part(batch) for rank in range(size)]
        assert torch.equal(torch.cat(parts), batch)
        assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_messages_arrive_and_who_waits_for_a_lost_process_learns_of_it_also_in_the_backward_pass() -> None:
    with processes(talk_until_one_is_lost, talk_until_one_is_lost) as (first, second):
        assert second.ending() == (9, "", "")
        assert first.ending() == (2, "", f"{ProcessLostError()}\n")


def test_who_waits_in_vain_for_the_others_says_so_once_on_each_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    store = new_store()
    for name, value in {"ADDR": "127.0.0.1", "PORT": str(store.port)}.items():
        monkeypatch.setenv(f"MASTER_{name}", value)
    monkeypatch.setenv("TORCHELASTIC_USE_AGENT_STORE", "True")
    start = time.monotonic()
    lonely = meeting(World(0, 2), patience=timedelta(seconds=0.5))
    with (
        pytest.raises(UserError, match=r"The 2 processes did not find each other .*; start them with torchrun"),
        lonely,
    ):
        pytest.fail("nobody else is here")
    with pytest.raises(SaidElsewhereError), meeting(World(1, 3, local_rank=1), patience=timedelta(seconds=0.5)):
        pytest.fail("nobody else is here")
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("late", [0, 1])
def test_who_is_started_again_in_the_same_store_meets_the_others_whoever_comes_first(late: int) -> None:
    store = new_store()
    again = [partial(meet, 0.5 * (rank == late)) for rank in range(2)]
    for works in ([meet, meet], again, again):
        with processes(*works, store=store) as started:
            assert [one.ending() for one in started] == [(0, "", "")] * 2


def test_nobody_meets_one_that_has_ended_nor_waits_longer_for_it() -> None:
    store = new_store()
    with processes(meet, meet, store=store) as started:
        assert [one.ending()[0] for one in started] == [0, 0]
    # Each of them leaves in the store what it does when it comes.
    for rank in (0, 1, 0, 1):
        start = time.monotonic()
        with processes(partial(come_alone, rank), store=store) as (alone,):
            status, _, errors = alone.ending()
        # Before it come lines of PyTorch about its socket.
        assert status == 2 and "The 2 processes did not find each other" in errors.splitlines()[-1]
        assert time.monotonic() - start < 10
    with processes(meet, meet, store=store) as started:
        assert [one.ending()[0] for one in started] == [0, 0]


def test_without_torchrun_nobody_is_found_and_alone_nobody_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UserError, match=r"MASTER_ADDR.*; start them with torchrun"), meeting(World(0, 2)):
        pytest.fail("nobody else is here")
    with meeting(ALONE):
        tensors = [torch.tensor([1.0])]
        ALONE.sum_in_place(tensors)
        assert (tensors[0].item(), ALONE.told("here"), ALONE.any_of([True, False])) == (1, "here", [True, False])
        assert ALONE.writes and not World(1, 2).writes
