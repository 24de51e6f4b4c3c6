"""What is written on screen reads as a person would write it."""

import pytest

from game.words import DATASET_WORDS, dataset_words, discriminator_said, judged, number, ordinal
from gan.datasets import DATASETS


@pytest.mark.parametrize(
    ("value", "text"),
    [(999, "999"), (1000, "1\u202f000"), (64_000, "64\u202f000"), (2_147_483_647, "2\u202f147\u202f483\u202f647")],
)
def test_thousands_are_parted_by_a_thin_space_that_never_breaks(value: int, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("place", "text"),
    [(1, "best"), (2, "second best"), (3, "third best"), (10, "tenth best"), (11, "place 11"), (120, "place 120")],
)
def test_places_are_words_up_to_tenth(place: int, text: str) -> None:
    assert ordinal(place) == text


@pytest.mark.parametrize(
    ("name", "share", "text"),
    [
        ("3", 0.906, "a 3 (91 %)"),
        ("8", 0.999, "an 8 (100 %)"),
        ("ankle boot", 0.5, "an ankle boot (50 %)"),
        ("T-shirt", 0.25, "a T-shirt (25 %)"),
        ("", 0.0, ""),
    ],
)
def test_what_the_judge_sees_has_its_article(name: str, share: float, text: str) -> None:
    assert judged(name, share) == text


@pytest.mark.parametrize(
    ("fake_probability", "is_fake", "text"),
    [
        (0.834, True, "The discriminator gives this 83\u202f% for fake."),
        (0.499, True, "The discriminator was fooled too: it gives this just under 50\u202f% for fake."),
        (0.499, False, "The discriminator gives this just under 50\u202f% for fake."),
        (0.502, True, "The discriminator gives this just over 50\u202f% for fake."),
        (0.51, False, "The discriminator was wrong too: it gives this 51\u202f% for fake."),
        (0.5, True, "The discriminator can't tell such fakes from real pictures."),
        (0.5, False, "The discriminator can't tell such fakes from real pictures."),
        (0.994, True, "The discriminator gives this 99\u202f% for fake."),
        (0.9996, True, "The discriminator gives this over 99\u202f% for fake."),
        (0.0004, False, "The discriminator gives this under 1\u202f% for fake."),
        (0.006, False, "The discriminator gives this 1\u202f% for fake."),
    ],
)
def test_a_discriminator_is_never_said_to_be_certain(fake_probability: float, is_fake: bool, text: str) -> None:
    assert discriminator_said(fake_probability, is_fake) == text


def test_there_are_words_for_every_dataset() -> None:
    assert set(DATASET_WORDS) == set(DATASETS)
    for name, words in DATASET_WORDS.items():
        assert words.name == DATASETS[name].title
        assert words.question.endswith("?")
        assert words.name in words.source


@pytest.mark.parametrize(
    ("dataset", "title"),
    [
        ("folder:/disk/ada/drawings", "drawings"),
        ("folder:/disk/ada/my cats/", "my cats"),
        ("folder:C:\\Users\\ada\\cats", "cats"),
        ("folder:/", "Pictures"),
        ("folder:", "Pictures"),
        ("folder:/a/\x1b\udc80", "??"),
    ],
)
def test_a_folder_is_called_as_it_is_on_whatever_computer(dataset: str, title: str) -> None:
    words = dataset_words(dataset)
    assert words.title == title
    assert words.question == "Drawn by a hand, or by a machine?"
    assert dataset_words("mnist") is DATASET_WORDS["mnist"]
