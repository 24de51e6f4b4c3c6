"""All that is measured of a rung: its fakes beside real pictures that the generator has never seen."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from gan.class_measures import (
    class_entropy,
    class_entropy_share,
    conditional_accuracy,
    kl_from_uniform,
    mode_count,
)
from gan.feature_coverage import Manifold, fit_manifold, measure_coverage
from gan.feature_distances import Features, Gaussian, fit_gaussian, frechet_distance, kernel_distance
from gan.inception import inception_features
from gan.judge import Judge
from gan.memorisation import Memorisation, compare_distances, distances_in_features, distances_in_pixels

KERNEL_SUBSET_SIZE = 1000
KERNEL_SUBSET_COUNT = 100

Pictures = NDArray[np.uint8]
# Told what comes next, and roughly how many seconds that takes for 10,000 pictures on one core.
OnStep = Callable[[str, float], None]
# The sums of what `on_step` is told, those of a judge apart.
REFERENCE_SECONDS = 13.0
JUDGED_REFERENCE_SECONDS = 19.0
JUDGED_REALS_SECONDS = 3.0
FAKES_SECONDS = 15.0
JUDGED_FAKES_SECONDS = 3.0
INCEPTION_SECONDS = 1000.0


@dataclass(frozen=True, slots=True)
class JudgedMeasures:
    """What is measured of a crowd of pictures in the judge's features.

    `kernel_distance` has its standard deviation over subsets beside it; for the next four see `gan.feature_coverage`.
    `mode_count` says how many classes were drawn at all, `mode_kl` (nats) how far their shares are from equal ones.
    `conditional_accuracy` is None where no class was asked for.
    """

    judge_distance: float
    kernel_distance: float
    kernel_distance_deviation: float
    precision: float
    recall: float
    density: float
    coverage: float
    class_counts: list[int]
    class_entropy_bits: float
    class_entropy_share: float
    mode_count: int
    mode_kl: float
    conditional_accuracy: float | None
    features: Memorisation


@dataclass(frozen=True, slots=True)
class Measures:
    """All that is measured of a crowd of pictures; without a judge, or weights for Inception, theirs is None."""

    judged: JudgedMeasures | None
    pixels: Memorisation
    inception_distance: float | None

    def to_json(self) -> dict[str, Any]:
        """Returns all figures side by side, as JSON has them (docs/formats.md)."""
        judged = {} if self.judged is None else asdict(self.judged)
        return {**judged, "pixels": asdict(self.pixels), "inception_distance": self.inception_distance}


@dataclass(frozen=True, slots=True)
class Inception:
    """The published FID's network, and the held-out pictures in its features."""

    network: nn.Module
    device: torch.device
    held_out: Gaussian


@dataclass(frozen=True, slots=True)
class JudgedReference:
    """The held-out pictures and the training pictures in the judge's features.

    `distances` are those of the held-out pictures to the nearest training picture, float64 (n,).
    """

    judge: Judge
    held_out: Manifold
    training_features: Features
    training_classes: NDArray[np.int64]
    distances: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reference:
    """The real pictures that fakes are measured against: held-out ones, and for copies the training pictures.

    `pixel_distances` are those of the held-out pictures to the nearest training picture, float64 (n,).
    """

    judged: JudgedReference | None
    training_images: Pictures
    pixel_distances: NDArray[np.float64]


def make_reference(judge: Judge | None, held_out: Pictures, training: Pictures, on_step: OnStep) -> Reference:
    """Returns what all rungs of a dataset share; pictures are uint8 (count, channels, height, width)."""
    judged = None if judge is None else _judged_reference(judge, held_out, training, on_step)
    on_step("nearest training pictures of the test pictures", REFERENCE_SECONDS)
    return Reference(judged, training, distances_in_pixels(held_out, training))


def _judged_reference(judge: Judge, held_out: Pictures, training: Pictures, on_step: OnStep) -> JudgedReference:
    on_step("features of the test pictures", 4)
    held_out_features = judge.features(held_out)
    manifold = fit_manifold(held_out_features)
    on_step("features of the training pictures", 15)
    training_features, training_classes = judge.features_and_classes(training)
    return JudgedReference(
        judge=judge,
        held_out=manifold,
        training_features=training_features,
        training_classes=training_classes,
        distances=distances_in_features(held_out_features, training_features),
    )


def make_inception(network: nn.Module, device: torch.device, held_out: Pictures, on_step: OnStep) -> Inception:
    """Returns what fakes are compared with in the features of the published FID's network: the held-out pictures."""
    return Inception(network, device, _inception_gaussian(network, device, held_out, "test pictures", on_step))


def measure_fakes(
    images: Pictures,
    asked_classes: NDArray[np.int64] | None,
    reference: Reference,
    inception: Inception | None,
    seed: int,
    on_step: OnStep,
) -> Measures:
    """Returns all measures of fakes, uint8 (N, channels, height, width).

    `asked_classes`, int64 (N,), are those that a conditional generator was asked for, None where there was no choice.
    `seed` decides which subsets the kernel distance takes.
    """
    judged, real = None, reference.judged
    if real is not None:
        on_step("features of the fakes", JUDGED_FAKES_SECONDS)
        features, classes = real.judge.features_and_classes(images)
        distances = distances_in_features(features, real.training_features)
        judged = _judged_measures(features, classes, asked_classes, real, distances, seed)
    on_step("nearest training pictures of the fakes", FAKES_SECONDS)
    return Measures(
        judged=judged,
        pixels=compare_distances(distances_in_pixels(images, reference.training_images), reference.pixel_distances),
        inception_distance=None if inception is None else _inception_distance(images, inception, on_step),
    )


def measure_reals(count: int, reference: Reference, seed: int, on_step: OnStep) -> Measures:
    """Returns what the first `count` training pictures would score as fakes: the best that can be expected.

    As they are their own nearest training pictures, held-out ones take their place where copies are looked for.
    """
    judged, real = None, reference.judged
    if real is not None:
        on_step("training pictures as if they were fakes", JUDGED_REALS_SECONDS)
        features, classes = real.training_features[:count], real.training_classes[:count]
        judged = _judged_measures(features, classes, None, real, real.distances, seed)
    return Measures(judged, compare_distances(reference.pixel_distances, reference.pixel_distances), None)


def _judged_measures(
    features: Features,
    classes: NDArray[np.int64],
    asked_classes: NDArray[np.int64] | None,
    reference: JudgedReference,
    distances: NDArray[np.float64],
    seed: int,
) -> JudgedMeasures:
    held_out = reference.held_out.features
    counts = np.bincount(classes, minlength=reference.judge.class_count).tolist()
    subset_size = min(KERNEL_SUBSET_SIZE, len(features), len(held_out))
    kernel = kernel_distance(held_out, features, subset_size, KERNEL_SUBSET_COUNT, np.random.default_rng(seed))
    return JudgedMeasures(
        judge_distance=frechet_distance(fit_gaussian(features), reference.judge.test_features),
        kernel_distance=kernel.mean,
        kernel_distance_deviation=kernel.standard_deviation,
        **asdict(measure_coverage(reference.held_out, fit_manifold(features))),
        class_counts=counts,
        class_entropy_bits=class_entropy(counts),
        class_entropy_share=class_entropy_share(counts),
        mode_count=mode_count(counts),
        mode_kl=kl_from_uniform(counts),
        conditional_accuracy=None if asked_classes is None else conditional_accuracy(classes, asked_classes),
        features=compare_distances(distances, reference.distances),
    )


def _inception_distance(images: Pictures, inception: Inception, on_step: OnStep) -> float:
    fakes = _inception_gaussian(inception.network, inception.device, images, "fakes", on_step)
    return frechet_distance(fakes, inception.held_out)


def _inception_gaussian(
    network: nn.Module, device: torch.device, images: Pictures, what: str, on_step: OnStep
) -> Gaussian:
    def on_batch(count: int) -> None:
        on_step(f"Inception features of the {what}", INCEPTION_SECONDS * count / len(images))

    return fit_gaussian(inception_features(network, images, device, on_batch))
