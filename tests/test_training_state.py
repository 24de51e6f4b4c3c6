"""The state that exact resume needs: all of it comes back, and a wrong file is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from gan.checkpoint import read_tensors, write_tensors
from gan.config import Precision, TrainingConfig
from gan.errors import UserError
from gan.training_state import TrainingState, new_state, read_state, write_state
from gan.training_step import training_step

CPU = torch.device("cpu")
CONFIG = TrainingConfig(batch_size=8, latent_size=4, generator_width=4, discriminator_width=4)


def _batch(step: int) -> Tensor:
    noise = torch.Generator().manual_seed(step)
    return torch.randint(0, 256, (8, 1, 28, 28), dtype=torch.uint8, generator=noise)


def _trained(precision: Precision = "float32", steps: int = 3) -> TrainingState:
    state = new_state(CONFIG, 0, CPU, precision)
    for step in range(steps):
        training_step(state, _batch(step), None, CONFIG, precision)
    state.seconds = 12.5
    return state


def _everything(state: TrainingState) -> dict[str, Tensor]:
    tensors = {f"{net}.{name}": t for net, m in state.networks().items() for name, t in m.state_dict().items()}
    for prefix, optimizer in state.optimizers().items():
        for index, values in optimizer.state_dict()["state"].items():
            tensors |= {f"{prefix}.{index}.{name}": value for name, value in values.items()}
    return tensors | {"noise": state.random.get_state()}


def _different(first: TrainingState, second: TrainingState) -> list[str]:
    mine, other = _everything(first), _everything(second)
    return [name for name in mine.keys() | other.keys() if not torch.equal(mine[name], other[name])]


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_read_state_trains_on_as_the_written_one_does(tmp_path: Path, precision: Precision) -> None:
    # bfloat16 networks lie in memory channels last, and Adam's moments have to lie likewise.
    state = _trained(precision)
    write_state(tmp_path / "state", state)
    read = new_state(CONFIG, 0, CPU, precision)
    read_state(tmp_path / "state", read)
    assert (read.step, read.seconds) == (3, 12.5)
    for step in range(3, 8):
        for one in (state, read):
            training_step(one, _batch(step), None, CONFIG, precision)
    assert len(_everything(state)) > 60
    assert _different(state, read) == []


def test_a_new_state_is_decided_by_the_seed_alone() -> None:
    torch.manual_seed(5)
    first = new_state(CONFIG, 0, CPU, "float32")
    torch.manual_seed(6)
    second = new_state(CONFIG, 0, CPU, "float32")
    assert _different(first, second) == []
    average = zip(first.generator.parameters(), first.average.parameters(), strict=True)
    assert all(torch.equal(mine, other) for mine, other in average)


def _set(name: str, tensor: Tensor) -> Callable[[dict[str, Tensor], dict[str, object]], None]:
    return lambda tensors, metadata: tensors.update({name: tensor})


def _describe(**values: object) -> Callable[[dict[str, Tensor], dict[str, object]], None]:
    return lambda tensors, metadata: metadata.update(values)


def _drop(name: str) -> Callable[[dict[str, Tensor], dict[str, object]], None]:
    return lambda tensors, metadata: (tensors.pop(name), None)[1]


@pytest.mark.parametrize(
    "change",
    [
        _describe(kind="dcgan generator"),
        _describe(step="3"),
        _describe(step=0),
        _describe(step=True),
        _describe(seconds=None),
        _describe(seconds=float("nan")),
        _drop("noise"),
        _set("noise", torch.zeros(3, dtype=torch.uint8)),
        _set("noise", torch.zeros(5056)),
        _drop("generator.layers.0.weight"),
        _set("generator_optimizer.0.exp_avg", torch.zeros(2)),
        _set("generator_optimizer.0.step", torch.tensor(float("nan"))),
        _set("generator_optimizer.0.step", torch.tensor(3)),
        _drop("discriminator_optimizer.0.exp_avg_sq"),
        _set("discriminator_optimizer.x.y", torch.zeros(1)),
    ],
)
def test_a_wrong_state_gets_one_sentence(
    tmp_path: Path, change: Callable[[dict[str, Tensor], dict[str, object]], None]
) -> None:
    path = tmp_path / "state.safetensors"
    write_state(path, _trained(steps=1))
    tensors, metadata = read_tensors(path)
    change(tensors, metadata)
    write_tensors(path, tensors, metadata)
    with pytest.raises(UserError, match=r"state\.safetensors") as refusal:
        read_state(path, new_state(CONFIG, 0, CPU, "float32"))
    assert "\n" not in str(refusal.value)


def test_a_shipped_run_has_no_state_and_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="played but not resumed"):
        read_state(tmp_path / "state.safetensors", new_state(CONFIG, 0, CPU, "float32"))
