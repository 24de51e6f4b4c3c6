"""A training step as one CUDA graph: what a graphics card is told by some hundred calls, it is told by one.

Networks this small are done with a kernel before Python has launched the next one: launching is most of the time.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import torch
from torch import Tensor

from gan.config import Precision, TrainingConfig
from gan.dice import throw_dice
from gan.distributed import ALONE, World
from gan.training_state import TrainingState
from gan.training_step import finish_step, learn, training_step

# Images, uint8 (images_per_step, channels, size, size), and labels or None, become the step's MEASURES.
Step = Callable[[Tensor, Tensor | None], Tensor]
WARM_UP_STEPS = 3
# The captured step's measures are those of the plain one, up to what half precision and another order of sums change.
TOLERANCE = 0.05
# So are its updates, as a whole: by how much, as a share of their length, they may differ. Not weight by weight: Adam's
# first step has the same size for the smallest gradient, whose sign is a matter of rounding. Measured on first updates
# of the presets: another order of the batch in half precision changes them by up to 0.32, half precision instead of
# single by up to 0.46; no update at all differs by 1, one with the wrong sign by 2. Where a good graph is refused
# nevertheless, only time is lost.
UPDATE_TOLERANCE = 0.7


def best_step(state: TrainingState, config: TrainingConfig, precision: Precision, world: World = ALONE) -> Step:
    """Returns what takes a training step on `state`: captured where that can be done, the plain one elsewhere."""
    is_steady = not config.learning_rate_decay_share and not config.instance_noise
    if state.random.device.type == "cuda" and world.size == 1 and is_steady:
        saved = Snapshot(state)
        try:
            captured = _CapturedStep(state, config, precision)
            agrees = captured.agrees(saved)
        except RuntimeError:
            # Too little memory, or an operation that this card's driver can't capture.
            agrees = False
        saved.restore()
        if agrees:
            return captured
    return lambda images, labels: training_step(state, images, labels, config, precision, world)


class Snapshot:
    """The numbers of a training state, which `restore` puts back into the very tensors that hold them."""

    def __init__(self, state: TrainingState) -> None:
        self._state = state
        self._saved = {name: tensor.clone() for name, tensor in _numbers(state).items()}
        self._random = state.random.get_state()

    def restore(self) -> None:
        """Makes the state what it was; what an optimizer has begun to remember since then is nothing again."""
        for name, tensor in _numbers(self._state).items():
            tensor.copy_(self._saved[name]) if name in self._saved else tensor.zero_()
        self._state.random.set_state(self._random)


def _numbers(state: TrainingState) -> dict[str, Tensor]:
    numbers = {
        f"{prefix}.{name}": tensor.detach()
        for prefix, network in state.networks().items()
        for name, tensor in network.state_dict().items()
    }
    for prefix, optimizer in state.optimizers().items():
        for index, parameter in enumerate(optimizer.param_groups[0]["params"]):
            remembered = optimizer.state.get(parameter, {})
            numbers |= {f"{prefix}.{index}.{name}": tensor for name, tensor in remembered.items()}
    return numbers


class _CapturedStep:
    def __init__(self, state: TrainingState, config: TrainingConfig, precision: Precision) -> None:
        self._state, self._config, self._precision = state, config, precision
        device = state.random.device
        shape = (config.images_per_step, config.channels, config.image_size, config.image_size)
        # A graph works on the same memory every time: everything that comes in is copied there.
        self._images = torch.zeros(shape, dtype=torch.uint8, device=device)
        self._labels = torch.zeros(shape[0], dtype=torch.int64, device=device) if config.conditional else None
        self._dice = throw_dice(config, state.step, state.random)
        stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]  # torch leaves it unannotated
        stream.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(stream):
            for _ in range(WARM_UP_STEPS):
                self._learn()
        torch.cuda.current_stream(device).wait_stream(stream)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._measures = self._learn()

    def _learn(self) -> Tensor:
        return learn(self._state, self._images, self._labels, self._dice, self._config, self._precision)

    def agrees(self, saved: Snapshot) -> bool:
        """Returns whether the graph does what the plain step does, from the saved state on.

        The measures come before the generator's own update, so that the weights have to be looked at as well.
        """
        saved.restore()
        self._images.random_(0, 256)
        before = _weights(self._state)
        plain = self._learn()
        expected = _weights(self._state)
        saved.restore()
        self._graph.replay()
        found = _weights(self._state)
        return torch.allclose(self._measures, plain, rtol=TOLERANCE, atol=TOLERANCE) and all(
            bool((found[name] - expected[name]).norm() <= UPDATE_TOLERANCE * (expected[name] - before[name]).norm())
            for name in before
        )

    def __call__(self, images: Tensor, labels: Tensor | None) -> Tensor:
        self._images.copy_(images)
        if self._labels is not None and labels is not None:
            self._labels.copy_(labels)
        dice = throw_dice(self._config, self._state.step, self._state.random)
        for mine, thrown in zip(_tensors(self._dice), _tensors(dice), strict=True):
            mine.copy_(thrown)
        self._graph.replay()
        finish_step(self._state, self._config)
        return self._measures.clone()


def _weights(state: TrainingState) -> dict[str, Tensor]:
    """Returns a copy of all weights of each network that learns, as one vector."""
    networks = {"generator": state.generator, "discriminator": state.discriminator}
    return {
        name: torch.cat([weight.detach().flatten() for weight in network.parameters()])
        for name, network in networks.items()
    }


def _tensors(value: Any) -> list[Tensor]:
    """Returns the tensors in a tree of dataclasses and tuples, in order."""
    if isinstance(value, Tensor):
        return [value]
    if is_dataclass(value):
        return [tensor for field in fields(value) for tensor in _tensors(getattr(value, field.name))]
    return [tensor for part in value for tensor in _tensors(part)] if isinstance(value, tuple) else []
