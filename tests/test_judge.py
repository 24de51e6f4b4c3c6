"""The judge: what is shipped is as good as it must be, and training one works."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from gan import judge as judge_module
from gan.checkpoint import read_tensors, write_tensors
from gan.datasets import DATASETS, Split, load_split
from gan.errors import UserError
from gan.feature_distances import fit_gaussian, frechet_distance
from gan.judge import (
    REQUIRED_ACCURACY,
    Judge,
    JudgeNetwork,
    JudgeOptions,
    find_judge,
    judge_path,
    load_judge,
    main,
    make_judge,
    stacked,
    train_judge,
    write_judge,
)


def _tiny_split(count: int, seed: int) -> Split:
    """Ten kinds of picture that a glance tells apart: a bright bar at a height that is the class."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 10, count, dtype=np.uint8)
    images = random.integers(0, 60, (count, 1, 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[0, 2 * label + 4 : 2 * label + 6, 4:24] = 255
    return Split(images, labels, "")


@pytest.fixture(scope="module")
def tiny_judge() -> Judge:
    train, test = _tiny_split(300, 0), _tiny_split(200, 1)
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


def test_training_learns_says_so_and_is_decided_by_its_seed() -> None:
    train, test = _tiny_split(512, 0), _tiny_split(200, 1)
    reports: list[str] = []
    first = train_judge(train, mirrorable=False, epochs=4, seed=3, report=reports.append)
    assert [report.split(":")[0] for report in reports] == [f"epoch {epoch} of 4" for epoch in (1, 2, 3, 4)]
    guesses = first(judge_module.to_unit_range(torch.from_numpy(test.images))).argmax(dim=1).numpy()
    assert (guesses == test.labels).mean() > 0.5  # guessing gives 0.1
    torch.manual_seed(99)  # what went before has no say
    second, other = (train_judge(train, False, 1, seed, lambda line: None) for seed in (3, 4))
    third = train_judge(train, False, 1, 3, lambda line: None)
    assert all(torch.equal(a, b) for a, b in zip(second.parameters(), third.parameters(), strict=True))
    assert not torch.equal(next(second.parameters()), next(other.parameters()))


def test_augmentation_shifts_by_at_most_two_pixels_and_mirrors_only_where_asked() -> None:
    torch.manual_seed(0)
    images = torch.full((400, 1, 28, 28), -1.0)
    images[:, 0, 10, 5] = 1.0
    shifted = judge_module._augmented(images, mirrorable=False)
    places = {(int(row), int(column)) for _, _, row, column in (shifted > 0).nonzero()}
    assert places == {(row, column) for row in range(8, 13) for column in range(3, 8)}
    mirrored = judge_module._augmented(images, mirrorable=True)
    columns = (mirrored > 0).nonzero()[:, 3]
    assert set(columns.tolist()) == {*range(3, 8), *range(20, 25)}
    assert 140 < (columns > 14).sum() < 260


def test_a_written_judge_measures_as_the_one_in_memory(tmp_path: Path, tiny_judge: Judge) -> None:
    path = tmp_path / "new folder" / "judge.safetensors"
    write_judge(path, tiny_judge)
    loaded = load_judge("mnist", path)
    images = _tiny_split(150, 2).images
    assert (loaded.floor, loaded.accuracy) == (tiny_judge.floor, tiny_judge.accuracy)
    # Its batch norms have become part of the layers before them: the same but for the rounding.
    assert loaded.distance(images) == pytest.approx(tiny_judge.distance(images), rel=1e-4)
    assert loaded.class_probabilities(images) == pytest.approx(tiny_judge.class_probabilities(images), abs=1e-5)


def test_one_pass_measures_what_two_would(tiny_judge: Judge) -> None:
    images = _tiny_split(300, 3).images
    found = tiny_judge.measure(images)
    assert found.distance == tiny_judge.distance(images)
    classes = tiny_judge.class_probabilities(images).argmax(axis=1)
    assert found.class_counts == np.bincount(classes, minlength=10).tolist()
    assert tiny_judge.class_probabilities(images).sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_the_distance_is_that_of_the_features(tiny_judge: Judge) -> None:
    features = tiny_judge.features(_tiny_split(300, 4).images)
    assert (features.shape, features.dtype) == ((300, 128), np.float64)
    same = replace(tiny_judge, test_features=fit_gaussian(features))
    assert same.distance(_tiny_split(300, 4).images) == pytest.approx(0, abs=1e-6)


def test_stacked_pictures_are_judged_channel_by_channel(tiny_judge: Judge) -> None:
    judge = stacked(tiny_judge, "stacked-mnist", 3, 0.5)
    digits = _tiny_split(120, 5).images
    images = digits.reshape(40, 3, 28, 28)
    features, classes = judge.features_and_classes(images)
    assert features == pytest.approx(np.hstack([tiny_judge.features(images[:, [place]]) for place in range(3)]))
    red, green, blue = (tiny_judge.features_and_classes(images[:, [place]])[1] for place in range(3))
    assert classes.tolist() == (100 * red + 10 * green + blue).tolist()
    probabilities = judge.class_probabilities(images)
    assert probabilities.shape == (40, 1000) and probabilities.argmax(axis=1).tolist() == classes.tolist()
    assert judge.measure(images).class_counts == np.bincount(classes, minlength=1000).tolist()
    # The distance between independent stacks is the sum of the distances of their parts, which are all alike.
    one = replace(tiny_judge.test_features, mean=tiny_judge.test_features.mean + 0.1)
    far = stacked(replace(tiny_judge, test_features=one), "stacked-mnist", 3, 0.5).test_features
    assert frechet_distance(judge.test_features, far) == pytest.approx(
        3 * frechet_distance(tiny_judge.test_features, one), rel=1e-6
    )


def test_the_floor_of_stacked_digits_is_that_of_real_ones() -> None:
    judge = find_judge(DATASETS["stacked-mnist"])
    assert judge is not None and judge.class_count == 1000
    train = load_split(DATASETS["stacked-mnist"], "train")
    assert judge.distance(train.images[:10_000]) == pytest.approx(judge.floor, rel=0.01)


@pytest.mark.parametrize(
    ("tensor", "metadata"),
    [
        (None, {"kind": "dcgan generator"}),
        (None, {"dataset": "fashion-mnist"}),
        (None, {"floor": "low"}),
        (None, {"floor": float("nan")}),
        (None, {"accuracy": None}),
        (torch.zeros(3), {}),
        (torch.full((128,), float("nan"), dtype=torch.float64), {}),
        (torch.zeros(128, dtype=torch.int64), {}),
    ],
)
def test_a_wrong_judge_gets_one_sentence_that_names_the_remedy(
    tmp_path: Path, tiny_judge: Judge, tensor: torch.Tensor | None, metadata: dict[str, object]
) -> None:
    path = tmp_path / "judge.safetensors"
    write_judge(path, tiny_judge)
    tensors, written = read_tensors(path)
    write_tensors(path, tensors | ({} if tensor is None else {"test.mean": tensor}), written | metadata)
    with pytest.raises(UserError, match=r"judge\.safetensors is not a judge of mnist; .*python -m gan.judge"):
        load_judge("mnist", path)


def test_a_judge_that_is_not_good_enough_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(judge_module, "load_split", lambda dataset, split, root: _tiny_split(256, 0))
    out = tmp_path / "judge.safetensors"
    assert main(JudgeOptions(epochs=1, out=out)) == 1
    assert not out.exists()
    monkeypatch.setattr(judge_module, "REQUIRED_ACCURACY", {"mnist": 0.0})
    assert main(JudgeOptions(epochs=1, out=out)) == 0
    assert load_judge("mnist", out).dataset == "mnist"
    assert "floor" in capsys.readouterr().out


@pytest.mark.parametrize("options", [JudgeOptions(epochs=0), JudgeOptions(seed=-1)])
def test_wrong_options_get_one_sentence(options: JudgeOptions) -> None:
    with pytest.raises(UserError, match=r"^--"):
        main(options)


def test_the_judges_lie_where_the_program_looks_for_them() -> None:
    for name in {dataset.judge for dataset in DATASETS.values()} - {""}:
        assert judge_path(name).is_file()
