"""The judge: what is shipped is as good as it must be, and what it measures is what it says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_measures import tiny_bars
from torch import nn

from gan.checkpoint import read_tensors, write_tensors
from gan.datasets import DATASETS, load_split
from gan.errors import UserError
from gan.feature_distances import fit_gaussian, frechet_distance
from gan.judge import Judge, JudgeNetwork, find_judge, judge_path, load_judge, stacked
from gan.judge_training import REQUIRED_ACCURACY, make_judge, write_judge


@pytest.fixture(scope="module")
def tiny_judge() -> Judge:
    train, test = tiny_bars(300, 0), tiny_bars(200, 1)
    return make_judge("mnist", JudgeNetwork().eval(), train, test)


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_a_shipped_judge_is_as_accurate_as_a_judge_must_be(name: str) -> None:
    judge = load_judge(name)
    assert judge.accuracy >= REQUIRED_ACCURACY[name] == {"mnist": 0.994, "fashion-mnist": 0.93}[name]
    test = load_split(DATASETS[name], "test")
    chosen = np.random.default_rng(0).choice(len(test.images), 2000, replace=False)
    right = judge.class_probabilities(test.images[chosen]).argmax(axis=1) == test.labels[chosen]
    # Four standard errors of a share of 2,000.
    assert right.mean() == pytest.approx(judge.accuracy, abs=4 * (judge.accuracy * (1 - judge.accuracy) / 2000) ** 0.5)


def test_the_stored_floor_is_that_of_the_stored_network() -> None:
    judge = load_judge("mnist")
    train, test = (load_split(DATASETS["mnist"], split) for split in ("train", "test"))
    assert judge.distance(train.images[:10_000]) == pytest.approx(judge.floor, rel=0.01)
    # The stored statistics, on a part of the pictures they were taken from: a mean of 2,000 lies near that of 10,000.
    part = judge.features(test.images[::5])
    deviations = np.sqrt(np.diag(judge.test_features.covariance))
    assert np.abs((part.mean(axis=0) - judge.test_features.mean) / deviations).max() < 5 / np.sqrt(2000)


def test_a_written_judge_measures_as_the_one_in_memory(tmp_path: Path, tiny_judge: Judge) -> None:
    path = tmp_path / "new folder" / "judge.safetensors"
    write_judge(path, tiny_judge)
    loaded = load_judge("mnist", path)
    images = tiny_bars(150, 2).images
    assert (loaded.floor, loaded.accuracy) == (tiny_judge.floor, tiny_judge.accuracy)
    # Its batch norms have become part of the layers before them: the same but for the rounding.
    assert not any(isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d) for layer in loaded.network.modules())
    assert loaded.distance(images) == pytest.approx(tiny_judge.distance(images), rel=1e-4)
    assert loaded.class_probabilities(images) == pytest.approx(tiny_judge.class_probabilities(images), abs=1e-5)


def test_one_pass_measures_what_two_would(tiny_judge: Judge) -> None:
    images = tiny_bars(300, 3).images
    found = tiny_judge.measure(images)
    assert found.distance == tiny_judge.distance(images)
    classes = tiny_judge.class_probabilities(images).argmax(axis=1)
    assert found.class_counts == np.bincount(classes, minlength=10).tolist()
    assert tiny_judge.class_probabilities(images).sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_the_distance_is_that_of_the_features(tiny_judge: Judge) -> None:
    features = tiny_judge.features(tiny_bars(300, 4).images)
    assert (features.shape, features.dtype) == ((300, 128), np.float64)
    same = replace(tiny_judge, test_features=fit_gaussian(features))
    assert same.distance(tiny_bars(300, 4).images) == pytest.approx(0, abs=1e-6)


def test_stacked_pictures_are_judged_channel_by_channel() -> None:
    # One that tells digits apart: of classes that are all alike any order is right.
    judge_of_one = load_judge("mnist")
    judge = stacked(replace(judge_of_one, accuracy=0.9), "stacked-mnist", 3, 0.5)
    # All three digits have to be right.
    assert judge.accuracy == pytest.approx(0.729)
    digits = load_split(DATASETS["mnist"], "test").images[:120]
    images = digits.reshape(40, 3, 28, 28)
    features, classes = judge.features_and_classes(images)
    assert features == pytest.approx(np.hstack([judge_of_one.features(images[:, [place]]) for place in range(3)]))
    red, green, blue = (judge_of_one.features_and_classes(images[:, [place]])[1] for place in range(3))
    assert len(set(red)) == 10
    assert classes.tolist() == (100 * red + 10 * green + blue).tolist()
    probabilities = judge.class_probabilities(images)
    assert probabilities.shape == (40, 1000) and probabilities.argmax(axis=1).tolist() == classes.tolist()
    assert judge.measure(images).class_counts == np.bincount(classes, minlength=1000).tolist()
    # The distance between independent stacks is the sum of the distances of their parts, which are all alike.
    one = replace(judge_of_one.test_features, mean=judge_of_one.test_features.mean + 0.1)
    far = stacked(replace(judge_of_one, test_features=one), "stacked-mnist", 3, 0.5).test_features
    assert frechet_distance(judge.test_features, far) == pytest.approx(
        3 * frechet_distance(judge_of_one.test_features, one), rel=1e-6
    )


def test_the_floor_of_stacked_digits_is_that_of_real_ones() -> None:
    judge = find_judge(DATASETS["stacked-mnist"])
    assert judge is not None and judge.class_count == 1000
    train = load_split(DATASETS["stacked-mnist"], "train")
    assert judge.distance(train.images[:10_000]) == pytest.approx(judge.floor, rel=0.01)


def test_the_floor_of_stacked_digits_is_theirs_alone() -> None:
    other = find_judge(replace(DATASETS["stacked-mnist"], name="coloured-digits"))
    assert other is not None and other.floor == load_judge("mnist").floor


@pytest.mark.parametrize(
    ("tensors", "metadata"),
    [
        ({}, {"kind": "dcgan generator"}),
        ({}, {"dataset": "fashion-mnist"}),
        ({}, {"floor": "low"}),
        ({}, {"floor": float("nan")}),
        ({}, {"accuracy": None}),
        ({"test.mean": torch.zeros(3)}, {}),
        ({"test.mean": torch.full((128,), float("nan"), dtype=torch.float64)}, {}),
        ({"test.mean": torch.zeros(128, dtype=torch.int64)}, {}),
        ({"test.covariance": torch.zeros(128, dtype=torch.float64)}, {}),
        ({"test.covariance": torch.full((128, 128), float("inf"), dtype=torch.float64)}, {}),
    ],
)
def test_a_wrong_judge_gets_one_sentence_that_names_the_remedy(
    tmp_path: Path, tiny_judge: Judge, tensors: dict[str, torch.Tensor], metadata: dict[str, object]
) -> None:
    path = tmp_path / "judge.safetensors"
    write_judge(path, tiny_judge)
    right, written = read_tensors(path)
    write_tensors(path, right | tensors, written | metadata)
    with pytest.raises(UserError, match=r"judge\.safetensors is not a judge of mnist; .*python -m gan.judge"):
        load_judge("mnist", path)


def test_the_judges_lie_where_the_program_looks_for_them() -> None:
    for name in {dataset.judge for dataset in DATASETS.values()} - {""}:
        assert judge_path(name).is_file()
