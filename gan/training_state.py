"""Everything exact resume needs, in memory and in state.safetensors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from gan.checkpoint import load_weights, read_tensors, write_tensors
from gan.config import Precision, TrainingConfig
from gan.devices import memory_format
from gan.errors import UserError
from gan.networks import Discriminator, Generator, initialize_weights, shapes


@dataclass(slots=True)
class TrainingState:
    """The networks, the average, both optimizers, the random numbers, and how far training has come."""

    generator: Generator
    discriminator: Discriminator
    average: Generator
    generator_optimizer: torch.optim.Optimizer
    discriminator_optimizer: torch.optim.Optimizer
    random: torch.Generator
    step: int = 0
    seconds: float = 0.0

    def networks(self) -> dict[str, nn.Module]:
        """Returns the networks by the names they have in the file."""
        return {"generator": self.generator, "discriminator": self.discriminator, "average": self.average}

    def optimizers(self) -> dict[str, torch.optim.Optimizer]:
        """Returns the optimizers by the names they have in the file."""
        return {
            "generator_optimizer": self.generator_optimizer,
            "discriminator_optimizer": self.discriminator_optimizer,
        }


def new_state(config: TrainingConfig, class_count: int, device: torch.device, precision: Precision) -> TrainingState:
    """Returns the state before the first step, all of it decided by the configuration's seed.

    `class_count` is that of the dataset; it is used where the configuration is a conditional one.
    """
    first_weights = torch.Generator().manual_seed(config.seed)
    generator_shape, discriminator_shape = shapes(config, class_count)
    # Spectral norm takes its first vectors from PyTorch's own dice.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        generator, average = Generator(generator_shape), Generator(generator_shape)
        discriminator = Discriminator(discriminator_shape)
    for network in (generator, discriminator):
        initialize_weights(network, first_weights)
    average.load_state_dict(generator.state_dict())
    for network in (generator, discriminator, average):
        network.to(device).to(memory_format=memory_format(precision))
    average.eval().requires_grad_(False)
    discriminator_rate = config.learning_rate * config.discriminator_learning_rate_ratio
    return TrainingState(
        generator,
        discriminator,
        average,
        _optimizer(generator, config, config.learning_rate, device),
        _optimizer(discriminator, config, discriminator_rate, device),
        torch.Generator(device).manual_seed(config.seed),
    )


def _optimizer(
    network: nn.Module, config: TrainingConfig, learning_rate: float, device: torch.device
) -> torch.optim.Optimizer:
    fused = device.type in ("cpu", "cuda")
    if config.optimizer == "sgd":
        return torch.optim.SGD(network.parameters(), lr=learning_rate, momentum=config.adam_beta1, fused=fused)
    betas = (config.adam_beta1, config.adam_beta2)
    # Its count of steps on the graphics card, where a captured step can count on.
    capturable = device.type == "cuda"
    return torch.optim.Adam(network.parameters(), lr=learning_rate, betas=betas, fused=fused, capturable=capturable)


def write_state(path: Path, state: TrainingState) -> None:
    """Writes the state atomically."""
    tensors: dict[str, Tensor] = {"noise": state.random.get_state()}
    for prefix, network in state.networks().items():
        tensors.update({f"{prefix}.{name}": tensor for name, tensor in network.state_dict().items()})
    for prefix, optimizer in state.optimizers().items():
        for index, values in optimizer.state_dict()["state"].items():
            tensors.update({f"{prefix}.{index}.{name}": value for name, value in values.items()})
    metadata = {
        "kind": "training state",
        "step": state.step,
        "seconds": state.seconds,
        "device": state.random.device.type,
    }
    write_tensors(path, tensors, metadata)


def read_state(path: Path, state: TrainingState) -> None:
    """Fills a new state with a saved one; raises UserError where the file is missing, wrong or of another device."""
    if not path.is_file():
        raise UserError(f"{path} is missing, so this run can be played but not resumed; start a new one.")
    tensors, metadata = read_tensors(path)
    step, seconds, device = metadata.get("step"), metadata.get("seconds"), metadata.get("device")
    if (
        metadata.get("kind") != "training state"
        or type(step) is not int
        or step < 1
        or not isinstance(seconds, float)
        or not math.isfinite(seconds)
    ):
        raise UserError(f"{path} is not the state of a run; restore it or train again.")
    for prefix, network in state.networks().items():
        load_weights(network, _under(prefix, tensors), path)
    for prefix, optimizer in state.optimizers().items():
        _load_optimizer(optimizer, _under(prefix, tensors), path)
    if device == state.random.device.type:
        # On another kind of device the random numbers start anew: the run goes on, no longer bit for bit.
        _load_random(state.random, tensors.get("noise"), path)
    state.step, state.seconds = step, seconds


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(f"{prefix}."): t for name, t in tensors.items() if name.startswith(f"{prefix}.")}


def _load_random(random: torch.Generator, saved: Tensor | None, path: Path) -> None:
    try:
        random.set_state(saved)  # type: ignore[arg-type]  # None ends in the TypeError below
    except (RuntimeError, TypeError) as error:
        raise UserError(f"{path} has no usable state of the random numbers; restore it or train again.") from error


def _load_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor], path: Path) -> None:
    parameters = optimizer.param_groups[0]["params"]
    expected = {
        f"{index}.{name}": torch.Size() if name == "step" else parameter.shape
        for index, parameter in enumerate(parameters)
        for name in _memory(optimizer)
    }
    if {name: tensor.shape for name, tensor in tensors.items()} != expected:
        raise UserError(f"{path} has an optimizer state of other shapes; the file was altered.")
    if not all(tensor.dtype == torch.float32 and tensor.isfinite().all() for tensor in tensors.values()):
        raise UserError(f"{path} has an optimizer state that is not made of finite numbers; the file was altered.")
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        index, key = name.split(".")
        if key != "step":
            # In the parameter's own memory layout: fused optimizers pair numbers by their place in memory, so that the
            # moments of a channels_last weight would otherwise be applied to the wrong weights.
            tensor = torch.empty_like(parameters[int(index)]).copy_(tensor)
        state.setdefault(int(index), {})[key] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def _memory(optimizer: torch.optim.Optimizer) -> tuple[str, ...]:
    """Returns what the optimizer remembers of each weight."""
    if isinstance(optimizer, torch.optim.Adam):
        return ("step", "exp_avg", "exp_avg_sq")
    return ("momentum_buffer",) if optimizer.param_groups[0]["momentum"] else ()
