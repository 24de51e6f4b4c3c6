"""What is measured of a rung is what each measure alone gives, and what training wrote down."""

from dataclasses import astuple, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_measures import TRAINING_COUNT, tiny_split

from gan import rung_measures
from gan.class_measures import conditional_accuracy
from gan.config import CHECKPOINTS_ROOT
from gan.datasets import DATASETS
from gan.feature_coverage import fit_manifold, measure_coverage
from gan.feature_distances import fit_gaussian, frechet_distance, kernel_distance
from gan.inception import inception_features
from gan.judge import Judge, load_judge
from gan.memorisation import compare_distances, distances_in_features, distances_in_pixels
from gan.metrics import MetricsOptions
from gan.networks import Generator, GeneratorShape
from gan.run_log import measured_rungs
from gan.rung_measures import (
    JudgedMeasures,
    Measures,
    Reference,
    make_inception,
    make_reference,
    measure_fakes,
    measure_reals,
)
from gan.sampler import draw, load_rung
from gan.tick_writer import JUDGED_SEEDS

HELD_OUT = tiny_split(DATASETS["mnist"], "test").images
TRAINING = tiny_split(DATASETS["mnist"], "train").images
CPU = torch.device("cpu")


def quiet(text: str, seconds: float) -> None:
    """Tells nobody."""


@pytest.fixture(scope="module")
def judge() -> Judge:
    return load_judge("mnist")


@pytest.fixture(scope="module")
def reference(judge: Judge) -> Reference:
    return make_reference(judge, HELD_OUT, TRAINING, quiet)


@pytest.fixture(scope="module")
def fakes() -> np.ndarray:
    torch.manual_seed(0)
    return draw(Generator(GeneratorShape(4, 4)).eval(), range(120))


def judged_of(measures: Measures) -> JudgedMeasures:
    assert measures.judged is not None
    return measures.judged


measure = partial(measure_fakes, asked_classes=None, inception=None, seed=3, on_step=quiet)


def test_every_figure_is_that_of_its_own_measure(judge: Judge, reference: Reference, fakes: np.ndarray) -> None:
    found = measure(fakes, reference=reference)
    judged = judged_of(found)
    features, real, training = judge.features(fakes), judge.features(HELD_OUT), judge.features(TRAINING)
    assert (judged.judge_distance, judged.class_counts) == astuple(judge.measure(fakes))
    kernel = kernel_distance(real, features, 120, 100, np.random.default_rng(3))
    assert (judged.kernel_distance, judged.kernel_distance_deviation) == (kernel.mean, kernel.standard_deviation)
    coverage = measure_coverage(fit_manifold(real), fit_manifold(features))
    assert (judged.precision, judged.recall) == (coverage.precision, coverage.recall)
    assert (judged.density, judged.coverage) == (coverage.density, coverage.coverage)
    assert found.pixels == compare_distances(
        distances_in_pixels(fakes, TRAINING), distances_in_pixels(HELD_OUT, TRAINING)
    )
    assert judged.features == compare_distances(
        distances_in_features(features, training), distances_in_features(real, training)
    )
    assert judged.conditional_accuracy is None and found.inception_distance is None


def test_without_a_judge_pixels_and_inception_are_measured_as_with_one(reference: Reference, fakes: np.ndarray) -> None:
    told: list[str] = []
    bare = make_reference(None, HELD_OUT, TRAINING, lambda text, seconds: told.append(text))
    found = measure(fakes, reference=bare, on_step=lambda text, seconds: told.append(text))
    assert found == replace(measure(fakes, reference=reference), judged=None)
    assert measure_reals(100, bare, 3, quiet) == replace(measure_reals(100, reference, 3, quiet), judged=None)
    assert not any("features" in text for text in told)
    assert list(found.to_json()) == ["pixels", "inception_distance"]


def test_copies_of_training_pictures_are_noticed(reference: Reference) -> None:
    found = measure(TRAINING[:100], reference=reference)
    for copies in (found.pixels, judged_of(found).features):
        assert (copies.nearer_share, copies.nearer_probability) == (1, 1)
        assert copies.fake_median == pytest.approx(0, abs=1e-5)


def test_real_pictures_are_the_training_pictures_beside_the_held_out_ones(judge: Judge, reference: Reference) -> None:
    found, as_fakes = measure_reals(100, reference, 3, quiet), measure(TRAINING[:100], reference=reference)
    judged, as_judged = judged_of(found), judged_of(as_fakes)
    assert judged.judge_distance == pytest.approx(as_judged.judge_distance, rel=1e-6)
    assert judged.class_counts == as_judged.class_counts
    assert judged.precision == pytest.approx(as_judged.precision)
    assert (found.pixels.nearer_probability, judged.features.nearer_probability) == (0.5, 0.5)
    assert sum(judged_of(measure_reals(10_000, reference, 3, quiet)).class_counts) == TRAINING_COUNT


def test_classes_that_were_asked_for_give_the_conditional_accuracy(
    judge: Judge, reference: Reference, fakes: np.ndarray
) -> None:
    asked = np.arange(len(fakes)) % 10
    found = judged_of(measure(fakes, asked_classes=asked, reference=reference))
    assert found.conditional_accuracy == conditional_accuracy(judge.features_and_classes(fakes)[1], asked)


def test_the_inception_distance_compares_with_the_held_out_pictures(reference: Reference, fakes: np.ndarray) -> None:
    class Flat(torch.nn.Module):
        def forward(self, images: torch.Tensor) -> tuple[torch.Tensor]:
            return (images[:, :, 10:14, 10].flatten(1).float(),)

    shares: list[float] = []
    inception = make_inception(Flat(), CPU, HELD_OUT, lambda text, seconds: shares.append(seconds))
    assert sum(shares) == pytest.approx(rung_measures.INCEPTION_SECONDS)
    gaussians = [fit_gaussian(inception_features(Flat(), images, CPU, id)) for images in (fakes, HELD_OUT)]
    found = measure(fakes, reference=reference, inception=inception).inception_distance
    assert found == pytest.approx(frechet_distance(*gaussians), rel=1e-12) and found > 0


def test_the_judge_distance_is_the_one_that_training_wrote_down(reference: Reference) -> None:
    options = MetricsOptions(Path("mnist"))
    assert range(options.seed, options.seed + options.count) == JUDGED_SEEDS
    run = CHECKPOINTS_ROOT / "mnist"
    kimg, tick = list(measured_rungs(run).items())[-1]
    found = judged_of(measure(draw(load_rung(run, kimg), JUDGED_SEEDS), reference=reference))
    # Another processor may round another way.
    assert found.judge_distance == pytest.approx(tick.judge_distance, rel=1e-3)
    assert tick.class_counts is not None
    assert sum(abs(a - b) for a, b in zip(found.class_counts, tick.class_counts, strict=True)) <= 10
