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
from gan.errors import UserError
from gan.networks import IMAGE_CHANNELS, IMAGE_SIZE, Generator, to_uint8
from gan.run_log import find_run, ladder, rung_path

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


@torch.inference_mode()
def draw(generator: Generator, seeds: Sequence[int]) -> NDArray[np.uint8]:
    """Returns one picture per seed, uint8 (N, 1, 28, 28), from a generator in evaluation mode."""
    device = next(generator.parameters()).device
    images = np.empty((len(seeds), IMAGE_CHANNELS, IMAGE_SIZE, IMAGE_SIZE), np.uint8)
    for start in range(0, len(seeds), CHUNK_SIZE):
        chunk = latents(seeds[start : start + CHUNK_SIZE], generator.shape.latent_size)
        padded = torch.zeros(CHUNK_SIZE, generator.shape.latent_size)
        padded[: len(chunk)] = chunk
        drawn = to_uint8(generator(padded.to(device)))
        images[start : start + len(chunk)] = drawn[: len(chunk)].cpu().numpy()
    return images


def grid(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Returns pictures, uint8 (N, 1, height, width), side by side in a near-square, uint8 (rows·h, columns·w)."""
    count, _, height, width = images.shape
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    sheet = np.zeros((rows * columns, height, width), np.uint8)
    sheet[:count] = images[:, 0]
    return sheet.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, columns * width)


def png_bytes(picture: NDArray[np.uint8]) -> bytes:
    """Returns a grey picture, uint8 (height, width), as a PNG file's content."""
    stream = BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


def npy_bytes(images: NDArray[np.uint8]) -> bytes:
    """Returns an array as a .npy file's content, without pickle."""
    stream = BytesIO()
    np.save(stream, images, allow_pickle=False)
    return stream.getvalue()


def load_rung(run: Path, kimg: int | None) -> Generator:
    """Returns the generator of a run at `kimg`, by default its last; raises UserError where there is none."""
    rungs = ladder(run)
    if not rungs:
        raise UserError(f"{run} has no rung in its ladder yet; train for 2 kimg or more.")
    if kimg is not None and kimg not in rungs:
        raise UserError(f"{run} has no rung at {kimg} kimg; it has {', '.join(map(str, rungs))}.")
    return read_generator(rung_path(run, rungs[-1] if kimg is None else kimg))


@dataclass(frozen=True, slots=True)
class SamplerOptions:
    """Draw pictures from one rung of a run."""

    run: tyro.conf.Positional[Path]
    """Folder of the run, or its name under checkpoints/."""
    out: Path
    """File to write: .png for a grid, .npy for a uint8 array N×28×28."""
    kimg: int | None = None
    """Which rung; by default the last."""
    count: int = 64
    """How many pictures."""
    seed: int = 0
    """Seed of the first picture; the next ones have the next seeds."""


def main(options: SamplerOptions) -> int:
    """Writes the pictures and returns 0; raises UserError."""
    if not 1 <= options.count <= MAX_COUNT:
        raise UserError(f"--count is {options.count}; give 1 to {MAX_COUNT}.")
    if not 0 <= options.seed <= 2**32 - options.count:
        raise UserError(f"--seed is {options.seed}; every seed used must lie from 0 to 4294967295.")
    if options.out.suffix not in (".png", ".npy"):
        raise UserError(f"--out is {options.out}; name a .png file for a grid or a .npy file for an array.")
    generator = load_rung(find_run(options.run), options.kimg)
    images = draw(generator, range(options.seed, options.seed + options.count))
    content = png_bytes(grid(images)) if options.out.suffix == ".png" else npy_bytes(images[:, 0])
    try:
        write_atomically(options.out, content)
    except OSError as error:
        raise UserError(f"{options.out} can't be written ({error.strerror or error}); choose another place.") from error
    print(f"wrote {options.out}: {options.count} pictures, seeds {options.seed} to {options.seed + options.count - 1}")
    return 0


if __name__ == "__main__":
    import sys

    from gan.command_line import run_command

    sys.exit(run_command(SamplerOptions, main, "python -m gan.sampler"))
