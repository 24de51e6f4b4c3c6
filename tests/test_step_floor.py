"""What a step costs: counted and timed."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from benchmarks import step_floor
from benchmarks.step_products import Product, TensorForm, again, products_of
from gan.config import Precision
from gan.networks import Discriminator, Generator
from gan.presets import preset
from gan.training_state import TrainingState, new_state

BATCH = 4
CPU = torch.device("cpu")


def tiny(
    architecture: Any = "dcgan", objective: Any = "standard", precision: Precision = "float32", **settings: Any
) -> tuple[TrainingState, Any]:
    """Returns the state of small networks, and their step."""
    sizes = {"batch_size": BATCH, "generator_width": 4, "discriminator_width": 4, "latent_size": 6}
    config = replace(preset(architecture, objective), **sizes, **settings)
    state = new_state(config, 0, CPU, precision)
    return state, step_floor._step(state, config, precision)


def test_step_floor_counts_what_a_step_costs(capsys: pytest.CaptureFixture[str]) -> None:
    left, right = torch.ones(3, 5), torch.ones(5, 7)
    # 2·3·5·7 operations; 15 + 35 + 21 numbers of 4 bytes.
    assert step_floor.counted(lambda: left @ right) == (210, 4 * 71)
    assert step_floor.counted(lambda: left.t()) == (0, 0)
    assert step_floor.main(step_floor.FloorOptions("mlp", rounds=1, device="cpu")) == 0
    rows = dict(row.split("|")[1:3] for row in capsys.readouterr().out.splitlines()[4:])
    assert float(rows[" operations of a step "].split()[0]) > 1
    own_ms = float(rows[" the step's own convolutions and matrix products, alone "].split()[0])
    step_ms = float(rows[" measured step "].split()[0])
    # The table's times are rounded.
    share = float(rows[" share of the step spent in them "].strip(" %"))
    assert own_ms > 0 and share == pytest.approx(100 * own_ms / step_ms, abs=3)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("family", [("dcgan", "standard"), ("dcgan", "wasserstein"), ("mlp", "minimax")])
def test_a_steps_own_products_have_all_of_its_operations(family: tuple[str, str], precision: Precision) -> None:
    _, step = tiny(*family, precision)
    step()
    with FlopCounterMode(display=False) as whole:
        step()
    assert step_floor.counted(step)[0] == whole.get_total_flops() > 0


def test_a_penalty_is_counted_too() -> None:
    # PyTorch's own counter gives up here.
    _, plain = tiny(discriminator_normalization="none")
    _, penalized = tiny("dcgan", "wasserstein-gp", discriminator_normalization="none", discriminator_steps=1)
    # One forward pass more through the discriminator, and its gradient with both of that gradient's own.
    assert 1.3 < step_floor.counted(penalized)[0] / step_floor.counted(plain)[0] < 2


def convolutions(network: Generator | Discriminator) -> int:
    return sum(isinstance(layer, nn.Conv2d | nn.ConvTranspose2d) for layer in network.layers)


def test_the_passes_are_those_that_the_algorithm_makes() -> None:
    """The discriminator sees reals, fakes, and fakes for the generator; the generator draws once.

    Backwards no network asks for the gradient of what it is given, but the discriminator where the generator learns,
    and there it asks for none of its own weights.
    """
    state, step = tiny()
    judging, drawing = convolutions(state.discriminator), convolutions(state.generator)
    asked = Counter[tuple[bool, bool]]()
    forwards = 0
    for product, count in products_of(step).items():
        if product.operation is torch.ops.aten.convolution.default:
            forwards += count
        else:
            assert product.operation is torch.ops.aten.convolution_backward.default
            of_input, of_weight, _ = product.arguments[-1]
            asked[of_input, of_weight] += count
    assert forwards == 3 * judging + drawing
    # First layers, that the pictures or latents go into; the other ones; the way through a fixed discriminator.
    assert asked == {(False, True): 2 + 1, (True, True): 2 * (judging - 1) + drawing - 1, (True, False): judging}


def test_a_product_is_done_again_in_the_same_shapes_kind_and_layout() -> None:
    images = torch.ones(2, 3, 8, 8, dtype=torch.bfloat16).to(memory_format=torch.channels_last)
    weight = torch.ones(4, 3, 3, 3, dtype=torch.bfloat16)
    products = products_of(lambda: [torch.conv2d(images, weight, padding=1) for _ in range(5)])
    ((product, count),) = products.items()
    assert count == 5 and product.operation is torch.ops.aten.convolution.default
    assert product.arguments[:2] == (
        TensorForm((2, 3, 8, 8), (192, 1, 24, 3), torch.bfloat16, CPU),
        TensorForm((4, 3, 3, 3), (27, 9, 3, 1), torch.bfloat16, CPU),
    )
    assert products_of(again(products)) == products == Counter({Product(product.operation, product.arguments): 5})
