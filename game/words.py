"""How things are called on screen."""

import re
from dataclasses import dataclass
from datetime import datetime

from game.rules import Confidence

THIN_SPACE = "\u202f"
# Not by the computer's own language: the rest of the game is English.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
_ORDINALS = ("", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

CONFIDENCE_WORDS = {Confidence.UNSURE: "Unsure", Confidence.FAIRLY_SURE: "Fairly sure", Confidence.SURE: "Sure"}

# Those that have a card on the title.
TITLE_DATASETS = ("mnist", "fashion-mnist")


@dataclass(frozen=True, slots=True)
class DatasetWords:
    """A dataset in a player's words; `origin` says how a real picture came about, `source` where it lies."""

    title: str
    name: str
    question: str
    origin: str
    source: str


DATASET_WORDS = {
    "mnist": DatasetWords(
        title="Digits",
        name="MNIST",
        question="Written by a hand, or drawn by a machine?",
        origin="Written by a hand",
        source="MNIST's test set",
    ),
    "fashion-mnist": DatasetWords(
        title="Clothes",
        name="Fashion-MNIST",
        question="A photograph, or drawn by a machine?",
        origin="Photographed for a shop's catalogue",
        source="Fashion-MNIST's test set",
    ),
    "stacked-mnist": DatasetWords(
        title="Stacked digits",
        name="Stacked MNIST",
        question="Three digits by hands, or drawn by a machine?",
        origin="Three digits written by hands, as red, green and blue",
        source="Stacked MNIST's test set",
    ),
    "cifar10": DatasetWords(
        title="CIFAR-10",
        name="CIFAR-10",
        question="A photograph, or drawn by a machine?",
        origin="A photograph",
        source="CIFAR-10's test set",
    ),
    "celeba": DatasetWords(
        title="Faces",
        name="CelebA",
        question="A photograph, or drawn by a machine?",
        origin="A photograph",
        source="CelebA's test set",
    ),
}


def dataset_words(dataset: str) -> DatasetWords:
    """Returns the words for a dataset, also for a folder of pictures, which is called as the folder is."""
    known = DATASET_WORDS.get(dataset)
    if known is not None:
        return known
    # A run may come from a computer that writes paths in another way.
    name = re.split(r"[/\\]", dataset.rstrip("/\\"))[-1].removeprefix("folder:")
    title = "".join(character if character.isprintable() else "?" for character in name) or "Pictures"
    return DatasetWords(
        title=title,
        name="a folder of pictures",
        question="Drawn by a hand, or by a machine?",
        origin="A real one",
        source="those that were kept from training",
    )


def number(value: int) -> str:
    """Returns a whole number with thin spaces between its thousands."""
    return f"{value:,}".replace(",", THIN_SPACE)


def ordinal(place: int) -> str:
    """Returns a place in words up to tenth, then as a figure."""
    if place == 1:
        return "best"
    return f"{_ORDINALS[place]} best" if place < len(_ORDINALS) else f"place {place}"


def judged(class_name: str, probability: float) -> str:
    """Returns what the judge sees in a picture, such as `a 3 (91 %)`; nothing where there is no judge."""
    if not class_name:
        return ""
    # “an 8”, “an ankle boot”: the classes' names are singular, and these begin with a vowel when spoken.
    article = "an" if class_name[0] in "8aeiou" else "a"
    return f"{article} {class_name} ({100 * probability:.0f} %)"


def discriminator_said(fake_probability: float, is_fake: bool) -> str:
    """Returns what the discriminator says of a picture about which somebody was wrong, as a sentence."""
    percentage = f"{min(99, max(1, round(100 * fake_probability)))}{THIN_SPACE}%"
    limit = "over " if fake_probability > 0.995 else "under " if fake_probability < 0.005 else ""
    if round(100 * fake_probability) == 50:
        # From a half on it says fake: here the rounded number doesn't tell which.
        limit = "just over " if fake_probability > 0.5 else "just under "
    if fake_probability == 0.5:
        # What is left of its answers where it does no better than chance.
        return "The discriminator can't tell such fakes from real pictures."
    if is_fake and fake_probability < 0.5:
        return f"The discriminator was fooled too: it gives this {limit}{percentage} for fake."
    if not is_fake and fake_probability > 0.5:
        return f"The discriminator was wrong too: it gives this {limit}{percentage} for fake."
    return f"The discriminator gives this {limit}{percentage} for fake."


def duration(seconds: float) -> str:
    """Returns a time in words, no finer than it can be known: `1 h 05 min`, `12 min`, `2 min 30 s`, `40 s`."""
    if seconds >= 3600:
        minutes = round(seconds / 60)
        return f"{minutes // 60} h {minutes % 60:02d} min"
    if seconds >= 300:
        return f"{round(seconds / 60)} min"
    if seconds >= 60:
        tens = round(seconds / 10) * 10
        return f"{tens // 60} min {tens % 60:02d} s" if tens % 60 else f"{tens // 60} min"
    return f"{max(1, round(seconds))} s"


def day(moment: datetime | None) -> str:
    """Returns a moment as `22 Nov 2026, 14:05` on this computer's clock; nothing where it is not known."""
    if moment is None:
        return ""
    local = moment.astimezone()
    return f"{local.day} {_MONTHS[local.month - 1]} {local:%Y, %H:%M}"


def figure(value: float) -> str:
    """Returns a value with two significant figures or more, in at most 9 characters."""
    if value != 0 and not 0.1 <= abs(value) < 1e4:
        return f"{value:.2g}"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
