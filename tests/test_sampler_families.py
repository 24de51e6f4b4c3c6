"""Pictures of conditional, colour and fully connected generators: a seed has a class, and is one picture everywhere."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gan.checkpoint import write_generator
from gan.errors import UserError
from gan.networks import Generator, GeneratorShape, initialize_weights
from gan.presets import preset
from gan.run_log import RunRecord, RunStatus, rung_path, write_record
from gan.sampler import (
    CHUNK_SIZE,
    SamplerOptions,
    classes_in_proportion,
    classes_of,
    draw,
    draw_codes,
    grid,
    latents,
    main,
)

CLASS_COUNT = 3
KINDS = {
    "conditional": GeneratorShape(8, 16, "dcgan", 28, 1, CLASS_COUNT),
    "conditional mlp": GeneratorShape(8, 8, "mlp", 28, 1, CLASS_COUNT),
    "mlp": GeneratorShape(8, 8, "mlp"),
    "colour": GeneratorShape(8, 8, "dcgan", 32, 3),
    "large, in colour, conditional": GeneratorShape(8, 4, "dcgan", 64, 3, CLASS_COUNT),
}


def _generator(shape: GeneratorShape) -> Generator:
    generator = Generator(shape)
    initialize_weights(generator, torch.Generator().manual_seed(1))
    # Contrast, so that neither a wrong latent nor a wrong class can hide in a grey picture.
    for parameter in generator.parameters():
        parameter.data.mul_(8)
    if generator.embedding is not None:
        generator.embedding.weight.data.normal_(generator=torch.Generator().manual_seed(2))
    return generator.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("run")
    (run / "ladder").mkdir()
    write_generator(rung_path(run, 2), _generator(KINDS["conditional"]))
    config = replace(preset(), conditional=True, latent_size=8, generator_width=16)
    names = [str(number) for number in range(CLASS_COUNT)]
    write_record(run, RunRecord(config, "", "float32", "CPU", {}, "", RunStatus.DONE, class_names=names))
    return run


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_draws_one_picture_alone_and_at_every_place_of_a_batch(kind: str) -> None:
    generator = _generator(KINDS[kind])
    alone = draw(generator, [7])[0]
    assert alone.shape == (generator.shape.channels, *[generator.shape.image_size] * 2)
    assert alone.std() > 10
    for size in (2, CHUNK_SIZE, CHUNK_SIZE + 1):
        for position in (0, size - 1):
            seeds = list(range(100, 100 + size))
            seeds[position] = 7
            assert np.array_equal(draw(generator, seeds)[position], alone), (size, position)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].class_count])
def test_seeds_take_the_classes_in_turn(kind: str) -> None:
    generator = _generator(KINDS[kind])
    seeds = [0, 1, 2, 3, 2**32 - 1, 4_000_000_001]
    pictures = draw(generator, seeds)
    for seed, picture in zip(seeds, pictures, strict=True):
        code = latents([seed], generator.shape.latent_size)
        by_class = [draw_codes(generator, code, torch.tensor([number]))[0] for number in range(CLASS_COUNT)]
        assert [np.array_equal(picture, one) for one in by_class] == [
            seed % CLASS_COUNT == n for n in range(CLASS_COUNT)
        ]


def test_more_codes_than_a_chunk_keep_their_own_classes() -> None:
    generator = _generator(KINDS["conditional"])
    codes = latents([7] * (CHUNK_SIZE + 3), generator.shape.latent_size)
    classes = torch.zeros(CHUNK_SIZE + 3, dtype=torch.int64)
    classes[-1] = 2
    pictures = draw_codes(generator, codes, classes)
    assert all(np.array_equal(picture, pictures[0]) for picture in pictures[:-1])
    assert np.array_equal(pictures[-1], draw_codes(generator, codes[:1], classes[-1:])[0])
    assert not np.array_equal(pictures[-1], pictures[0])


def test_a_generator_without_classes_is_asked_for_none() -> None:
    assert classes_of([0, 1], 0) is None
    classes = classes_of([5, 6], CLASS_COUNT)
    assert classes is not None and classes.dtype == torch.int64 and classes.tolist() == [2, 0]


def test_classes_that_are_given_take_the_place_of_the_seeds_own() -> None:
    generator = _generator(KINDS["conditional"])
    seeds = range(CHUNK_SIZE + 3)
    classes = torch.tensor([0] * CHUNK_SIZE + [1, 1, 2])
    expected = draw_codes(generator, latents(seeds, 8), classes)
    assert np.array_equal(draw(generator, seeds, classes), expected)
    assert not np.array_equal(draw(generator, seeds), expected)


def test_classes_are_shared_out_by_the_largest_remainders() -> None:
    # The example of the Wikipedia article on the largest remainders method: six parties, ten seats.
    votes = torch.tensor([47_000, 16_000, 15_900, 12_000, 6_000, 3_100])
    classes = classes_in_proportion(10, torch.arange(6).repeat_interleave(votes), 6)
    assert classes is not None and classes.tolist() == [0] * 5 + [1] * 2 + [2, 3, 4]
    assert classes_in_proportion(10, torch.tensor([0, 1]), 0) is None


@settings(deadline=None)
@given(
    st.integers(1, 500),
    st.lists(st.integers(0, 11), min_size=1, max_size=300).filter(lambda labels: min(labels) < 10),
)
def test_no_class_is_a_whole_picture_away_from_its_share(count: int, labels: list[int]) -> None:
    # Classes of which the generator knows nothing are passed over.
    known = [label for label in labels if label < 10]
    classes = classes_in_proportion(count, torch.tensor(labels), 10)
    assert classes is not None and len(classes) == count
    for number in range(10):
        assert abs(classes.tolist().count(number) - count * known.count(number) / len(known)) < 1


def test_colours_lie_last_in_a_grid() -> None:
    images = np.zeros((3, 3, 2, 2), np.uint8)
    for number in range(3):
        images[number, number] = 10 * (number + 1)
    images[0, 0, 0, 1] = 99
    sheet = grid(images)
    assert sheet.shape == (4, 4, 3)
    assert sheet[0, :, 0].tolist() == [10, 99, 0, 0]
    assert sheet[0, 2].tolist() == [0, 20, 0] and sheet[2, 0].tolist() == [0, 0, 30]
    assert not sheet[2:, 2:].any()


def test_one_class_alone_can_be_asked_for(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a.npy"
    assert main(SamplerOptions(run, out, count=4, seed=10, only_class=0)) == 0
    # The first seed from 10 on that 3 divides is 12.
    assert "seeds 12 to 21" in capsys.readouterr().out
    drawn = np.load(out, allow_pickle=False)
    main(SamplerOptions(run, tmp_path / "all.npy", count=12, seed=10))
    assert np.array_equal(drawn, np.load(tmp_path / "all.npy", allow_pickle=False)[2::3])


def test_an_array_and_a_png_in_colour_have_colours_last(tmp_path: Path) -> None:
    run, generator = tmp_path / "run", _generator(KINDS["colour"])
    (run / "ladder").mkdir(parents=True)
    write_generator(rung_path(run, 2), generator)
    config = replace(preset(dataset="cifar10"), latent_size=8, generator_width=8)
    write_record(run, RunRecord(config, "", "float32", "CPU", {}, "", RunStatus.DONE))
    for name in ("a.npy", "a.png"):
        assert main(SamplerOptions(run, tmp_path / name, count=4)) == 0
    array = np.load(tmp_path / "a.npy", allow_pickle=False)
    assert (array.shape, array.dtype) == ((4, 32, 32, 3), np.uint8)
    sheet = np.asarray(Image.open(tmp_path / "a.png"))
    assert sheet.shape == (64, 64, 3)
    assert np.array_equal(sheet[32:, :32], array[2])


@pytest.mark.parametrize(
    ("only_class", "seed", "problem"),
    [
        (3, 0, "--only-class is 3; give a number from 0 to 2"),
        (-1, 0, "--only-class is -1"),
        (0, 2**32 - 5, "--seed is"),
    ],
)
def test_a_class_that_is_not_there_gets_one_sentence(
    run: Path, tmp_path: Path, only_class: int, seed: int, problem: str
) -> None:
    with pytest.raises(UserError, match=problem):
        main(SamplerOptions(run, tmp_path / "a.npy", count=4, seed=seed, only_class=only_class))
    assert not list(tmp_path.iterdir())


def test_a_generator_that_knows_no_classes_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="knows no classes; leave --only-class out"):
        main(SamplerOptions(Path("mnist"), tmp_path / "a.npy", count=1, only_class=3))
