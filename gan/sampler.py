"""Pictures from a rung: the same seed gives the same picture, alone and inside any batch.

`python -m gan.sampler mnist --kimg 64 --count 64 --seed 0 --out grid.png`
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
import tyro
from numpy.typing import NDArray
from PIL import Image

from gan.atomic_file import write_atomically
from gan.checkpoint import read_generator
from gan.dataset import as_rows
from gan.errors import UserError
from gan.networks import Generator, GeneratorShape, shapes, to_uint8
from gan.run_log import find_run, ladder, read_record, rung_path

# Matrix kernels pick their order of summation by the size of the batch, and a last bit can tip a rounding:
# so every pass through the generator has exactly this many pictures, padded where there are fewer.
CHUNK_SIZE = 32
MAX_COUNT = 1_000_000


def latents(seeds: Sequence[int], latent_size: int) -> torch.Tensor:
    """Returns one standard normal latent per seed, float32 (N, latent_size)."""
    rows = torch.empty(len(seeds), latent_size)
    for row, seed in zip(rows, seeds, strict=True):
        row.normal_(generator=torch.Generator().manual_seed(seed))
    return rows


def classes_of(seeds: Sequence[int], class_count: int) -> torch.Tensor | None:
    """Returns the class that each seed's picture is of, int64 (N,), or None where the generator knows no classes.

    Seeds take the classes in turn, so that a picture is known by its seed alone, whatever class was asked for.
    """
    return torch.tensor(seeds, dtype=torch.int64) % class_count if class_count else None


def classes_in_proportion(count: int, labels: torch.Tensor, class_count: int) -> torch.Tensor | None:
    """Returns `count` classes in order, int64 (count,), each as often as its share of `labels`, int64 (n,), demands.

    What can't be shared out without parts of pictures goes to the largest such parts (Hamilton's method). None where
    the generator knows no classes.
    """
    if not class_count:
        return None
    sizes = torch.bincount(labels.cpu(), minlength=class_count)[:class_count]
    numbers, parts = count * sizes // sizes.sum(), count * sizes % sizes.sum()
    # Stable, so that of equal parts the first class's is taken.
    numbers[parts.argsort(descending=True, stable=True)[: count - int(numbers.sum())]] += 1
    return torch.arange(class_count).repeat_interleave(numbers)


def draw(generator: Generator, seeds: Sequence[int], classes: torch.Tensor | None = None) -> NDArray[np.uint8]:
    """Returns one picture per seed, uint8 (N, channels, size, size), from a generator in evaluation mode.

    Where it knows classes they are those of the seeds, or `classes`, int64 (N,), where these are given.
    """
    if classes is None:
        classes = classes_of(seeds, generator.shape.class_count)
    images = np.empty((len(seeds), *_picture_shape(generator)), np.uint8)
    for start in range(0, len(seeds), CHUNK_SIZE):
        chunk = seeds[start : start + CHUNK_SIZE]
        codes = latents(chunk, generator.shape.latent_size)
        images[start : start + len(chunk)] = draw_codes(
            generator, codes, None if classes is None else classes[start : start + CHUNK_SIZE]
        )
    return images


@torch.inference_mode()
def draw_codes(generator: Generator, codes: torch.Tensor, classes: torch.Tensor | None) -> NDArray[np.uint8]:
    """Returns one picture per latent, uint8 (N, channels, size, size).

    `codes` are float32 (N, latent_size), `classes` int64 (N,) where the generator knows classes.
    """
    device = next(generator.parameters()).device
    images = np.empty((len(codes), *_picture_shape(generator)), np.uint8)
    for start in range(0, len(codes), CHUNK_SIZE):
        chunk = codes[start : start + CHUNK_SIZE]
        padded = torch.zeros(CHUNK_SIZE, codes.shape[1])
        padded[: len(chunk)] = chunk
        padded_classes = None
        if classes is not None:
            padded_classes = torch.zeros(CHUNK_SIZE, dtype=torch.int64)
            padded_classes[: len(chunk)] = classes[start : start + CHUNK_SIZE]
            padded_classes = padded_classes.to(device)
        drawn = to_uint8(generator(padded.to(device), padded_classes))
        images[start : start + len(chunk)] = drawn[: len(chunk)].cpu().numpy()
    return images


def _picture_shape(generator: Generator) -> tuple[int, int, int]:
    return (generator.shape.channels, generator.shape.image_size, generator.shape.image_size)


def grid(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Returns pictures, uint8 (N, channels, height, width), side by side in a near-square.

    It is uint8 (rows·height, columns·width) where they are grey, and has a last axis of 3 where they are in colour.
    """
    count, channels, height, width = images.shape
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    sheet = np.zeros((rows * columns, channels, height, width), np.uint8)
    sheet[:count] = images
    # From (row, column, channel, y, x) to (row, y, column, x, channel).
    sheet = sheet.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    sheet = sheet.reshape(rows * height, columns * width, channels)
    return sheet[..., 0] if channels == 1 else sheet


def png_bytes(picture: NDArray[np.uint8]) -> bytes:
    """Returns a picture, uint8 (height, width) or (height, width, 3), as a PNG file's content."""
    stream = BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def npy_bytes(images: NDArray[np.uint8]) -> bytes:
    """Returns an array as a .npy file's content, without pickle."""
    stream = BytesIO()
    np.save(stream, images, allow_pickle=False)
    return stream.getvalue()


def load_rung(run: Path, kimg: int | None) -> Generator:
    """Returns the generator of a run at `kimg`, by default its last; raises UserError where there is none that fits."""
    rungs = ladder(run)
    if not rungs:
        raise UserError(f"{run} has no rung in its ladder yet; train for 2 kimg or more.")
    if kimg is not None and kimg not in rungs:
        raise UserError(f"{run} has no rung at {kimg} kimg; it has {', '.join(map(str, rungs))}.")
    record = read_record(run)
    shape, _ = shapes(record.config, len(record.class_names))
    return read_rung(rung_path(run, rungs[-1] if kimg is None else kimg), shape)


def read_rung(path: Path, shape: GeneratorShape) -> Generator:
    """Returns the generator in a rung's file; raises UserError where it is not of the shape that its run has."""
    generator = read_generator(path)
    if generator.shape != shape:
        raise UserError(f"{path} is a generator of another size than run.json says; the run was put together wrongly.")
    return generator


@dataclass(frozen=True, slots=True)
class SamplerOptions:
    """Draw pictures from one rung of a run."""

    run: tyro.conf.Positional[Path]
    """Folder of the run, or its name under checkpoints/."""
    out: Path
    """File to write: .png for a grid, .npy for a uint8 array N×28×28 (N×28×28×3 in colour)."""
    kimg: int | None = None
    """Which rung; by default the last."""
    count: int = 64
    """How many pictures."""
    seed: int = 0
    """Seed of the first picture; the next ones have the next seeds."""
    only_class: int | None = None
    """Number of the only class to draw, by a generator that knows classes: of the seeds those that are of it."""


def main(options: SamplerOptions) -> int:
    """Writes the pictures and returns 0; raises UserError."""
    if not 1 <= options.count <= MAX_COUNT:
        raise UserError(f"--count is {options.count}; give 1 to {MAX_COUNT}.")
    if options.out.suffix not in (".png", ".npy"):
        raise UserError(f"--out is {options.out}; name a .png file for a grid or a .npy file for an array.")
    generator = load_rung(find_run(options.run), options.kimg)
    seeds = _seeds(options, generator.shape.class_count)
    images = draw(generator, seeds)
    content = png_bytes(grid(images)) if options.out.suffix == ".png" else npy_bytes(as_rows(images))
    try:
        write_atomically(options.out, content)
    except OSError as error:
        raise UserError(f"{options.out} can't be written ({error.strerror or error}); choose another place.") from error
    print(f"wrote {options.out}: {options.count} pictures, seeds {seeds[0]} to {seeds[-1]}")
    return 0


def _seeds(options: SamplerOptions, class_count: int) -> range:
    seeds = range(options.seed, options.seed + options.count)
    if options.only_class is not None:
        if not class_count:
            raise UserError(f"{options.run} knows no classes; leave --only-class out, or train with --conditional.")
        if not 0 <= options.only_class < class_count:
            raise UserError(f"--only-class is {options.only_class}; give a number from 0 to {class_count - 1}.")
        first = options.seed + (options.only_class - options.seed) % class_count
        seeds = range(first, first + options.count * class_count, class_count)
    if not 0 <= options.seed <= seeds[-1] < 2**32:
        raise UserError(f"--seed is {options.seed}; every seed used must lie from 0 to 4294967295.")
    return seeds


if __name__ == "__main__":
    import sys

    from gan.command_line import run_command

    sys.exit(run_command(SamplerOptions, main, "python -m gan.sampler"))
