"""Masks are scrambled pieces of other pictures, of both kinds alike, and as bright as pictures are."""

from collections import Counter

import numpy as np
import pytest

from game.masks import mean_colour, scrambled_masks
from game.pictures import ShownPicture
from game.rules import FakePicture, RealPicture
from gan.datasets import DATASETS, load_split


def shown(pixels: np.ndarray, fake: bool, number: int) -> ShownPicture:
    picture = FakePicture("mnist", 64, number) if fake else RealPicture("mnist", "test", number)
    return ShownPicture(picture, pixels, "", 0.0)


def plain(size: int, colour: bool, fakes: list[bool]) -> list[ShownPicture]:
    """Returns pictures each of which has one level of its own, from 1."""
    shape = (size, size, 3) if colour else (size, size)
    return [shown(np.full(shape, place + 1, np.uint8), fake, place) for place, fake in enumerate(fakes)]


def digits(count: int) -> list[ShownPicture]:
    images = load_split(DATASETS["mnist"], "test").images[:count, 0]
    return [shown(image, place % 2 == 0, place) for place, image in enumerate(images)]


@pytest.mark.parametrize(
    ("size", "colour", "pieces"), [(28, False, 49), (32, True, 64), (64, True, 64), (64, False, 64)]
)
def test_as_many_pieces_of_each_kind_and_none_of_the_picture_itself(size: int, colour: bool, pieces: int) -> None:
    fakes = [place % 3 == 0 for place in range(12)]
    pictures, width = plain(size, colour, fakes), size // round(pieces**0.5)
    for place in range(len(pictures)):
        for mask in scrambled_masks(pictures, place, 4, seed=5):
            assert mask.shape == pictures[0].pixels.shape and mask.dtype == np.uint8
            grid = (mask[..., 0] if colour else mask).reshape(size // width, width, size // width, width)
            assert (grid == grid[:, :1, :, :1]).all(), "a piece is not whole"
            levels = grid[:, 0, :, 0].ravel()
            sources = Counter(int(level) - 1 for level in levels)
            assert place not in sources
            of_fakes = sum(count for source, count in sources.items() if fakes[source])
            # The same number whether the picture is real or fake.
            assert of_fakes == pieces // 2


def test_masks_follow_from_seed_and_place() -> None:
    pictures = digits(12)

    def masks(place: int, seed: int) -> list[bytes]:
        return [mask.tobytes() for mask in scrambled_masks(pictures, place, 4, seed)]

    assert masks(3, 1) == masks(3, 1)
    assert len({*masks(3, 1), *masks(4, 1), *masks(3, 2)}) == 12


def test_masks_are_as_bright_as_pictures_and_where_pictures_are() -> None:
    pictures = digits(60)
    images = np.stack([picture.pixels for picture in pictures]).astype(float)
    masks = np.stack([mask for place in range(60) for mask in scrambled_masks(pictures, place, 4, 9)]).astype(float)
    assert masks.mean() == pytest.approx(images.mean(), rel=0.03)
    middle = (slice(None), slice(8, 20), slice(8, 20))
    assert masks[middle].mean() > 0.7 * images[middle].mean() > 2 * images.mean() * 0.7
    # But no picture shines through.
    own = [abs(np.corrcoef(images[place].ravel(), masks[4 * place].ravel())[0, 1]) for place in range(60)]
    other = [abs(np.corrcoef(images[place].ravel(), masks[4 * place - 4].ravel())[0, 1]) for place in range(60)]
    assert np.mean(own) == pytest.approx(np.mean(other), abs=0.05)


def test_the_only_picture_of_its_kind_is_not_betrayed_by_its_mask() -> None:
    pictures = plain(28, False, [True, False, False, False])
    for place in range(4):
        (mask,) = scrambled_masks(pictures, place, 1, 1)
        assert set(np.unique(mask)) <= {2, 3, 4} - {place + 1}
    with pytest.raises(ValueError, match="two of a kind"):
        scrambled_masks(pictures[:2], 0, 1, 1)


def test_the_mean_colour_weighs_both_kinds_alike() -> None:
    grey = [*plain(28, False, [True, True]), shown(np.full((28, 28), 200, np.uint8), False, 3)] * 2
    assert mean_colour(grey) == (101, 101, 101)
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:16, :, 0], pixels[..., 2] = 100, 40
    assert mean_colour([shown(pixels, False, 0), shown(pixels, False, 1)]) == (50, 0, 40)
