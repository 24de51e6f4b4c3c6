"""How things are called on screen."""

from dataclasses import dataclass

THIN_SPACE = "\u202f"
_ORDINALS = ("", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True, slots=True)
class DatasetWords:
    """A dataset in a player's words; `origin` says how a real picture came about."""

    title: str
    name: str
    question: str
    origin: str


DATASET_WORDS = {
    "mnist": DatasetWords(
        title="Digits",
        name="MNIST",
        question="Written by a hand, or drawn by a machine?",
        origin="Written by a hand",
    ),
    "fashion-mnist": DatasetWords(
        title="Clothes",
        name="Fashion-MNIST",
        question="A photograph, or drawn by a machine?",
        origin="Photographed for a shop's catalogue",
    ),
}


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
