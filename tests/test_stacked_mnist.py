"""Stacked MNIST: real digits in three colours, 1,000 classes, the same ones for ever."""

import numpy as np
import pytest

from gan.datasets import DATASETS, Split, SplitName, find_dataset, load_split


@pytest.fixture(scope="module")
def digits() -> dict[SplitName, Split]:
    return {"train": load_split(DATASETS["mnist"], "train"), "test": load_split(DATASETS["mnist"], "test")}


@pytest.fixture(scope="module")
def stacked() -> dict[SplitName, Split]:
    dataset = find_dataset("stacked-mnist")
    return {"train": load_split(dataset, "train"), "test": load_split(dataset, "test")}


@pytest.mark.parametrize(("split", "count"), [("train", 128_000), ("test", 10_000)])
def test_there_are_as_many_pictures_as_published(stacked: dict[SplitName, Split], split: SplitName, count: int) -> None:
    loaded = stacked[split]
    assert (loaded.images.shape, loaded.images.dtype) == ((count, 3, 28, 28), np.uint8)
    assert (loaded.labels.shape, loaded.labels.dtype) == ((count,), np.uint16)
    assert loaded.images.flags.c_contiguous and loaded.images.flags.writeable
    assert find_dataset("stacked-mnist").test_count == 10_000


@pytest.mark.parametrize("split", ["train", "test"])
def test_each_colour_is_a_digit_of_the_same_split_and_the_class_says_which(
    digits: dict[SplitName, Split], stacked: dict[SplitName, Split], split: SplitName
) -> None:
    classes = {
        image.tobytes(): int(label) for image, label in zip(digits[split].images, digits[split].labels, strict=True)
    }
    names = find_dataset("stacked-mnist").class_names
    for image, label in zip(stacked[split].images[:2000], stacked[split].labels[:2000], strict=True):
        red, green, blue = (classes[channel.tobytes()] for channel in image)
        assert names[label] == f"{red}{green}{blue}"
        assert label == 100 * red + 10 * green + blue


def test_all_classes_are_there_as_often_as_mnists_digits_make_them(
    digits: dict[SplitName, Split], stacked: dict[SplitName, Split]
) -> None:
    shares = np.bincount(digits["train"].labels) / 60_000
    expected = 128_000 * np.einsum("r,g,b->rgb", shares, shares, shares).ravel()
    counts = np.bincount(stacked["train"].labels, minlength=1000)
    assert len(counts) == 1000 and counts.min() > 50
    # χ² with 999 degrees of freedom has mean 999 and standard deviation √1998; three colours are drawn apart.
    assert abs(((counts - expected) ** 2 / expected).sum() - 999) < 4 * 1998**0.5


def test_every_digit_of_mnist_is_used_and_the_colours_differ(stacked: dict[SplitName, Split]) -> None:
    firsts = stacked["train"].images.reshape(-1, 784)[:, 300:420]
    different = len({row.tobytes() for row in firsts})
    # Of 60,000 digits, 384,000 draws miss e^−6.4 = 0.17 %.
    assert different > 0.97 * 60_000
    images = stacked["train"].images
    assert (images[:, 0] == images[:, 1]).all(axis=(1, 2)).sum() < 20


def test_the_draws_never_change(stacked: dict[SplitName, Split]) -> None:
    # Drawn by another implementation of PCG64 (the reference's XSL-RR 128/64), from NumPy's published way of seeding.
    state = np.random.PCG64(0).state["state"]
    labels = load_split(DATASETS["mnist"], "train").labels
    value, numbers = state["state"], []
    for _ in range(30):
        value = (value * 0x2360ED051FC65DA44385DF649FCCF645 + state["inc"]) % 2**128
        mixed, turn = (value >> 64) ^ (value % 2**64), value >> 122
        numbers.append((mixed >> turn | mixed << (64 - turn)) % 2**64)
    drawn = [int(labels[(number >> 32) * 60_000 >> 32]) for number in numbers]
    expected = [100 * red + 10 * green + blue for red, green, blue in zip(*[iter(drawn)] * 3, strict=True)]
    assert stacked["train"].labels[:10].tolist() == expected
    assert stacked["train"].labels[:5].tolist() == [564, 482, 728, 224, 511]


def test_the_fingerprint_is_that_of_the_draws_and_of_mnists(stacked: dict[SplitName, Split]) -> None:
    again = load_split(DATASETS["stacked-mnist"], "test")
    assert again.fingerprint == stacked["test"].fingerprint != stacked["train"].fingerprint
    assert len(again.fingerprint) == 64
    assert np.array_equal(again.images, stacked["test"].images)
