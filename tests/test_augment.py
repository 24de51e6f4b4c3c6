"""DiffAugment: how far pictures are moved, how much is covered, and that gradients pass, twice."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gan.augment import AUGMENTATION_DRAWS, FEW_PICTURES, augment, default_augmentation
from gan.datasets import DATASETS, Dataset

FOLDER = Dataset("folder:/a", "a", (), False, 32, 3, "", None)
draws = st.floats(0, 1, exclude_max=True, width=32)


def _plain(picture: np.ndarray, places: tuple[float, ...]) -> np.ndarray:
    """Pixel by pixel: moved by up to an eighth, then a square of half the side set to 0, its middle in the picture."""
    size = picture.shape[1]
    reach, side = round(size / 8), size // 2
    down, right = (reach - int(np.float32(place) * np.float32(2 * reach + 1)) for place in places[:2])
    middle = [int(np.float32(place) * np.float32(size)) for place in places[2:]]
    result = np.zeros_like(picture)
    for row in range(size):
        for column in range(size):
            in_square = all(
                start - side // 2 <= at < start - side // 2 + side
                for start, at in zip(middle, (row, column), strict=True)
            )
            source = (row - down, column - right)
            if not in_square and all(0 <= at < size for at in source):
                result[:, row, column] = picture[:, source[0], source[1]]
    return result


@settings(max_examples=40, deadline=None)
@given(places=st.lists(st.tuples(draws, draws, draws, draws), min_size=1, max_size=3), channels=st.sampled_from((1, 3)))
def test_it_is_what_a_plain_loop_makes_of_each_picture(places: list[tuple[float, ...]], channels: int) -> None:
    pictures = np.random.default_rng(0).uniform(-1, 1, (len(places), channels, 8, 8)).astype(np.float32)
    made = augment(torch.from_numpy(pictures), torch.tensor(places, dtype=torch.float32)).numpy()
    for picture, place, mine in zip(pictures, places, made, strict=True):
        np.testing.assert_array_equal(mine, _plain(picture, place))


@pytest.mark.parametrize("size", [28, 32, 64])
def test_a_picture_moves_by_an_eighth_at_most_and_loses_half_its_side_at_most(size: int) -> None:
    """Found with a picture whose pixels say where they come from, for draws at the ends and between."""
    numbers = torch.arange(1, size * size + 1, dtype=torch.float32).reshape(1, 1, size, size)
    corners = [(a, b, c, d) for a in (0, 1) for b in (0, 1) for c in (0, 1) for d in (0, 1)]
    ends = torch.tensor(corners, dtype=torch.float32) * (1 - 2**-24)
    throws = torch.cat((ends, torch.rand(300, AUGMENTATION_DRAWS, generator=torch.Generator().manual_seed(0))))
    made = augment(numbers.expand(len(throws), 1, size, size), throws)[:, 0].long()
    reached = set()
    for picture in made:
        rows, columns = torch.nonzero(picture, as_tuple=True)
        origin = picture[rows, columns] - 1
        moves = {*zip((rows - origin // size).tolist(), (columns - origin % size).tolist(), strict=True)}
        assert len(moves) == 1
        reached |= moves
        [(down, right)] = moves
        kept = (size - abs(down)) * (size - abs(right))
        assert 0 <= kept - len(rows) <= (size // 2) ** 2
    assert {abs(value) for move in reached for value in move} == set(range(round(size / 8) + 1))


def test_gradients_pass_through_once_and_twice() -> None:
    noise = torch.Generator().manual_seed(0)
    pictures = torch.rand(3, 1, 8, 8, dtype=torch.float64, generator=noise).requires_grad_()
    throws = torch.rand(3, AUGMENTATION_DRAWS, generator=noise)
    assert torch.autograd.gradcheck(lambda x: augment(x, throws), (pictures,))
    assert torch.autograd.gradgradcheck(lambda x: augment(x, throws) ** 3, (pictures,))
    # Of each pixel that can still be seen it is 1, of the others 0.
    (gradient,) = torch.autograd.grad(augment(pictures, throws).sum(), pictures)
    assert {*gradient.unique().tolist()} <= {0.0, 1.0}


def test_only_a_folder_with_few_pictures_is_augmented_unasked() -> None:
    assert default_augmentation(FOLDER, FEW_PICTURES - 1)
    assert not default_augmentation(FOLDER, FEW_PICTURES)
    assert not any(default_augmentation(dataset, 10) for dataset in DATASETS.values())
