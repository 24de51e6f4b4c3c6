"""What is shown after a glimpse, so that nothing of it stays in the eye: scrambled pieces of other pictures.

A mask must not say what came before it. So it is made of as many pieces of real pictures as of fakes, never of the
picture that it hides, and what it looks like follows from the round's seed and the trial's number alone. Each piece
comes from about the same place of another picture, turned: so masks have lines where pictures have them, and are on
average as bright, there as everywhere.
"""

import json
import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from game.pictures import ShownPicture
from game.rules import Truth

Pixels = NDArray[np.uint8]

# In each direction; or one less, where that fits into the picture's width.
_PIECES = 8


def scrambled_masks(pictures: Sequence[ShownPicture], place: int, count: int, seed: int) -> tuple[Pixels, ...]:
    """Returns masks, each of the shape of a picture, for the picture at a place of a round; always the same ones.

    Raises ValueError where there are not two pictures of a kind.
    """
    sources = [
        [shown.pixels for other, shown in enumerate(pictures) if other != place and _is(shown, truth)]
        for truth in _kinds(pictures)
    ]
    dice = random.Random(json.dumps(["masks", seed, place]))
    return tuple(_mask(sources, dice) for _ in range(count))


def mean_colour(pictures: Sequence[ShownPicture]) -> tuple[int, int, int]:
    """Returns the mean colour of a round's pictures, in which both kinds weigh the same.

    Raises ValueError where there are not two pictures of a kind.
    """
    means = [
        np.mean([np.asarray(shown.pixels, np.float64).mean(axis=(0, 1)) for shown in pictures if _is(shown, truth)], 0)
        for truth in _kinds(pictures)
    ]
    red, green, blue = np.broadcast_to(np.rint(np.mean(means, axis=0)), 3)
    return int(red), int(green), int(blue)


def _kinds(pictures: Sequence[ShownPicture]) -> list[Truth]:
    """Returns the kinds to make masks of: the mask of a kind's only picture would lack that kind, and tell by it."""
    kinds = [truth for truth in Truth if sum(_is(shown, truth) for shown in pictures) >= 2]
    if not kinds:
        raise ValueError("Masks are made of other pictures, at least two of a kind.")
    return kinds


def _is(shown: ShownPicture, truth: Truth) -> bool:
    return shown.picture.truth is truth


def _mask(sources: Sequence[Sequence[Pixels]], dice: random.Random) -> Pixels:
    size = len(sources[0][0])
    pieces = next(count for count in (_PIECES, _PIECES - 1, 1) if size % count == 0)
    width = size // pieces
    # random() alone is the same in every version of Python.
    order = sorted(range(pieces**2), key=lambda _: dice.random())
    mask = np.empty_like(sources[0][0])
    for turn, spot in enumerate(order):
        kind = sources[turn % len(sources)]
        picture = kind[int(dice.random() * len(kind))]
        row, column = (part * width for part in divmod(spot, pieces))
        # Up to a piece off, around the edge: so no pixel of a picture comes more often than another.
        rows, columns = (
            (np.arange(start, start + width) + round((2 * dice.random() - 1) * width)) % size for start in (row, column)
        )
        piece = picture[np.ix_(rows, columns)]
        mask[row : row + width, column : column + width] = np.rot90(piece, int(dice.random() * 4))
    return mask
