"""Drawing pictures: one seed, one picture; and the command that writes them."""

import shutil
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gan.checkpoint import write_generator
from gan.config import PROJECT_ROOT, TrainingConfig
from gan.errors import UserError
from gan.networks import Generator, GeneratorShape, initialize_weights
from gan.run_log import RunRecord, RunStatus, rung_path, write_record
from gan.sampler import CHUNK_SIZE, SamplerOptions, draw, grid, latents, load_rung, main, png_bytes


@pytest.fixture(scope="module")
def generator() -> Generator:
    generator = Generator(GeneratorShape(16, 16))
    noise = torch.Generator().manual_seed(1)
    initialize_weights(generator, noise)
    # Contrast, so that a wrong latent can't hide in a grey picture.
    for parameter in generator.parameters():
        parameter.data.mul_(8)
    return generator.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, generator: Generator) -> Path:
    run = tmp_path_factory.mktemp("run")
    (run / "ladder").mkdir()
    for kimg in (2, 4):
        write_generator(rung_path(run, kimg), generator)
    record = RunRecord(TrainingConfig(latent_size=16, generator_width=16), "", "float32", "CPU", {}, "", RunStatus.DONE)
    write_record(run, record)
    return run


def test_a_seed_draws_one_picture_alone_and_at_every_place_of_batches_of_all_sizes(generator: Generator) -> None:
    alone = draw(generator, [7])[0]
    assert alone.std() > 20
    for size in (2, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE + 5):
        for position in {0, 1, size // 2, size - 1}:
            seeds = list(range(100, 100 + size))
            seeds[position] = 7
            assert np.array_equal(draw(generator, seeds)[position], alone), (size, position)


def test_every_pass_through_the_network_has_one_size(generator: Generator) -> None:
    # The size decides which kernel runs, and another kernel may round another way; on this machine it may not show.
    sizes: list[int] = []
    hook = generator.register_forward_pre_hook(lambda module, inputs: sizes.append(len(inputs[0])))
    for count in (1, CHUNK_SIZE, CHUNK_SIZE + 1):
        draw(generator, range(count))
    hook.remove()
    assert sizes == [CHUNK_SIZE] * 4


def test_every_place_in_a_chunk_draws_the_same(generator: Generator) -> None:
    images = draw(generator, [7] * CHUNK_SIZE)
    assert (images == images[0]).all()


def test_different_seeds_draw_different_pictures(generator: Generator) -> None:
    images = draw(generator, range(200))
    assert images.shape == (200, 1, 28, 28)
    assert images.dtype == np.uint8
    assert len({image.tobytes() for image in images}) == 200


def test_no_seeds_draw_no_pictures(generator: Generator) -> None:
    assert draw(generator, []).shape == (0, 1, 28, 28)


def test_latents_are_standard_normal_and_know_nothing_of_their_neighbours() -> None:
    rows = latents(range(2000), 64)
    assert rows.mean().item() == pytest.approx(0, abs=0.01)
    assert rows.std().item() == pytest.approx(1, abs=0.01)
    neighbours = (rows[:-1] * rows[1:]).mean().item()
    assert neighbours == pytest.approx(0, abs=0.01)


def test_drawing_leaves_the_global_random_numbers_alone(generator: Generator) -> None:
    before = torch.random.get_rng_state()
    draw(generator, [0, 1])
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_grid_lays_pictures_out_row_by_row() -> None:
    images = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((1, 1, 2, 3), np.uint8) + 1
    sheet = grid(images)
    assert sheet.shape == (2 * 2, 3 * 3)
    assert sheet[::2, ::3].tolist() == [[1, 2, 3], [4, 5, 0]]


def test_a_png_holds_the_very_pixels() -> None:
    picture = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert np.array_equal(np.asarray(Image.open(BytesIO(png_bytes(picture)))), picture)


def test_the_last_rung_is_the_default_and_a_rung_that_is_not_there_is_named(run: Path, tmp_path: Path) -> None:
    assert load_rung(run, None).shape == load_rung(run, 4).shape
    with pytest.raises(UserError, match=r"no rung at 3 kimg; it has 2, 4\."):
        load_rung(run, 3)
    with pytest.raises(UserError, match="no rung in its ladder yet"):
        load_rung(tmp_path, None)


@pytest.mark.parametrize(
    "shape",
    [
        GeneratorShape(16, 16, image_size=32, channels=3),
        GeneratorShape(16, 16, class_count=10),
        GeneratorShape(16, 16, "mlp"),
        GeneratorShape(8, 16),
    ],
    ids=str,
)
def test_a_rung_of_another_shape_than_its_run_is_refused(run: Path, tmp_path: Path, shape: GeneratorShape) -> None:
    mixed = shutil.copytree(run, tmp_path / "mixed")
    write_generator(rung_path(mixed, 4), Generator(shape))
    assert load_rung(mixed, 2).shape == GeneratorShape(16, 16)
    with pytest.raises(
        UserError, match=r"000004\.safetensors is a generator of another size than run\.json says; .*\.$"
    ):
        load_rung(mixed, None)


def test_the_command_writes_an_array_and_a_grid_of_the_same_pictures(
    run: Path, tmp_path: Path, generator: Generator, capsys: pytest.CaptureFixture[str]
) -> None:
    options = SamplerOptions(run=run, out=tmp_path / "a.npy", kimg=2, count=5, seed=10)
    assert main(options) == 0
    array = np.load(tmp_path / "a.npy", allow_pickle=False)
    assert (array.shape, array.dtype) == ((5, 28, 28), np.uint8)
    assert np.array_equal(array[:, None], draw(load_rung(run, 2), range(10, 15)))
    assert main(replace(options, out=tmp_path / "a.png")) == 0
    sheet = np.asarray(Image.open(tmp_path / "a.png"))
    assert sheet.shape == (2 * 28, 3 * 28)
    assert np.array_equal(sheet[:28, 28:56], array[1])
    assert "seeds 10 to 14" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"count": 0}, "--count is 0"),
        ({"count": 10**9}, "--count is"),
        ({"seed": -1}, "--seed is -1"),
        ({"seed": 2**32 - 1}, "--seed is"),
        ({"out": Path("grid.jpg")}, "--out is grid.jpg"),
        ({"kimg": 3}, "no rung at 3"),
        ({"run": Path("nowhere")}, "no run nowhere"),
        ({"out": Path("nowhere/grid.png")}, "can't be written"),
    ],
    ids=str,
)
def test_wrong_options_get_one_sentence(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    options = replace(SamplerOptions(run=run, out=tmp_path / "a.png", count=4), **changes)
    with pytest.raises(UserError) as refusal:
        main(options)
    assert problem in str(refusal.value)
    assert not list(tmp_path.iterdir())


def test_the_real_command_exits_with_2_and_one_line(run: Path) -> None:
    command = [sys.executable, "-m", "gan.sampler", str(run), "--kimg", "3", "--out", "a.png"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "no rung at 3 kimg" in done.stderr
