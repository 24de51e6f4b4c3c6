"""Settings with which each pairing of architecture and objective trains well: the defaults of train.py's flags.

How they were found, and what each reaches, is in docs/training.md.
"""

from dataclasses import replace
from typing import Any

from gan.config import ArchitectureName, ObjectiveName, TrainingConfig
from gan.dataset import Dataset
from gan.datasets import find_dataset

# A critic sees each batch once, as any discriminator does: with several steps for one of the generator, as the papers
# have it, the same quality takes longer here.
_CLIPPED = {"adam_beta1": 0.0}
_PENALIZED = {"penalty_weight": 10.0, "adam_beta1": 0.0, "adam_beta2": 0.9}
_RELATIVISTIC = {
    "discriminator_normalization": "none",
    "penalty_weight": 0.1,
    "adam_beta1": 0.0,
    "adam_beta2": 0.99,
}
# Fully connected layers collapse at the convolutions' step size.
_MLP = {"discriminator_normalization": "none", "learning_rate": 5e-4}

PRESETS: dict[tuple[ArchitectureName, ObjectiveName], dict[str, Any]] = {
    ("dcgan", "standard"): {},
    ("dcgan", "minimax"): {},
    ("dcgan", "wasserstein"): _CLIPPED | {"weight_clip": 0.1, "learning_rate": 5e-4},
    ("dcgan", "wasserstein-gp"): _PENALIZED | {"discriminator_normalization": "layer"},
    ("dcgan", "relativistic"): _RELATIVISTIC,
    ("mlp", "standard"): _MLP,
    ("mlp", "minimax"): _MLP,
    ("mlp", "wasserstein"): _CLIPPED | _MLP | {"weight_clip": 0.02, "learning_rate": 2e-4},
    ("mlp", "wasserstein-gp"): _PENALIZED | _MLP,
    ("mlp", "relativistic"): _RELATIVISTIC | _MLP | {"learning_rate": 1e-3},
}

# Four times the pixels with half the channels still take twice the time of 32×32.
BY_SIZE: dict[int, dict[str, Any]] = {64: {"generator_width": 32, "discriminator_width": 32}}


def preset(
    architecture: ArchitectureName = "dcgan",
    objective: ObjectiveName = "standard",
    dataset: str = "mnist",
    image_size: int | None = None,
) -> TrainingConfig:
    """Returns the configuration of a pairing on a dataset, with every other setting at its default.

    Raises UserError where there is no such dataset, or none of that size; None is the dataset's own.
    """
    return preset_for(architecture, objective, find_dataset(dataset, image_size))


def preset_for(architecture: ArchitectureName, objective: ObjectiveName, dataset: Dataset) -> TrainingConfig:
    """Returns the same as `preset`, for a dataset that is known already: looks at no file."""
    return replace(
        TrainingConfig(),
        dataset=dataset.name,
        image_size=dataset.image_size,
        channels=dataset.channels,
        architecture=architecture,
        objective=objective,
        **(PRESETS[architecture, objective] | BY_SIZE.get(dataset.image_size, {})),
    )
