"""How long it takes to a given quality, here and the plain way: `python -m benchmarks.plain_way`.

The plain way is how example scripts train a DCGAN on MNIST: pictures resized to 64×64 one by one in a DataLoader,
networks of the paper's full width, float32, batches of 128, no moving average, losses read in every step.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import cycle, pairwise

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from gan.command_line import run_command
from gan.datasets import DATASETS, load_split
from gan.devices import device_title, faster_precision, keep_freed_memory
from gan.errors import UserError
from gan.judge import Judge, find_judge
from gan.networks import to_uint8
from gan.presets import preset
from gan.progress import duration
from gan.sampler import draw
from gan.step_speed import seconds_per_step
from gan.trainer import batch_indices
from gan.training_state import new_state
from gan.training_step import training_step

PLAIN_SIZE, PLAIN_LATENT_SIZE, PLAIN_WIDTH, PLAIN_BATCH_SIZE = 64, 100, 64, 128
JUDGED_COUNT = 10_000
# Of the time between two looks: a look costs as much as training 20 kimg.
LOOK_RATIO = 1.25
FIRST_LOOK_KIMG = 8.0


@dataclass(frozen=True, slots=True)
class PlainOptions:
    """Train both ways until the judge distance is reached; looking at it is not counted."""

    distance: float = 10.0
    """Judge distance to reach."""
    max_hours: float = 3.0
    """Training time after which a way is given up."""
    max_ratio: float = 11.0
    """The plain way is also given up after so many times the time that ours took."""
    seed: int = 0
    """Of both."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the judge distance of a way, on its way."""

    kimg: float
    seconds: float
    distance: float


class PlainPictures(Dataset[Tensor]):
    """Pictures that are resized and scaled one by one, whenever they are asked for."""

    def __init__(self, images: NDArray[np.uint8]) -> None:
        self._images = images

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, index: int) -> Tensor:
        picture = Image.fromarray(self._images[index, 0]).resize((PLAIN_SIZE, PLAIN_SIZE), Image.Resampling.BILINEAR)
        return torch.from_numpy(np.array(picture, np.float32) / 127.5 - 1)[None]


def to_judged_size(pictures: Tensor) -> NDArray[np.uint8]:
    """Returns pictures (N, 1, 64, 64) in [−1, 1] as the judge gets them, uint8 (N, 1, 28, 28)."""
    return to_uint8(F.interpolate(pictures, size=28, mode="bilinear", antialias=True)).numpy()


def after_the_plain_path(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Returns real pictures, uint8 (N, 1, 28, 28), as they would be judged had the plain way drawn them perfectly."""
    pictures = PlainPictures(images)
    parts = (range(start, min(start + 100, len(images))) for start in range(0, len(images), 100))
    return np.concatenate([to_judged_size(torch.stack([pictures[index] for index in part])) for part in parts])


def plain_generator() -> nn.Sequential:
    """Returns the generator of the DCGAN paper at a width of 64: latents (N, 100, 1, 1) become (N, 1, 64, 64)."""
    widths = [8 * PLAIN_WIDTH, 4 * PLAIN_WIDTH, 2 * PLAIN_WIDTH, PLAIN_WIDTH]
    layers: list[nn.Module] = [nn.ConvTranspose2d(PLAIN_LATENT_SIZE, widths[0], 4, bias=False)]
    for inputs, outputs in pairwise(widths):
        layers += [nn.BatchNorm2d(inputs), nn.ReLU(), nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False)]
    last = (nn.BatchNorm2d(widths[-1]), nn.ReLU(), nn.ConvTranspose2d(widths[-1], 1, 4, 2, 1), nn.Tanh())
    return nn.Sequential(*layers, *last)


def plain_discriminator() -> nn.Sequential:
    """Returns the discriminator of the DCGAN paper: pictures (N, 1, 64, 64) become logits (N, 1, 1, 1)."""
    widths = [PLAIN_WIDTH, 2 * PLAIN_WIDTH, 4 * PLAIN_WIDTH, 8 * PLAIN_WIDTH]
    layers: list[nn.Module] = [nn.Conv2d(1, widths[0], 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
    for inputs, outputs in pairwise(widths):
        layers += [nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 4))


def plain_steps(images: NDArray[np.uint8], seed: int) -> tuple[Callable[[], int], Callable[[], NDArray[np.uint8]]]:
    """Returns a step of the plain way, which says how many pictures it showed, and how to draw the judged fakes."""
    torch.manual_seed(seed)
    generator, discriminator = plain_generator(), plain_discriminator()
    for module in (*generator.modules(), *discriminator.modules()):
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
    optimizers = [
        torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.999)) for network in (generator, discriminator)
    ]
    loader = DataLoader(PlainPictures(images), PLAIN_BATCH_SIZE, shuffle=True, num_workers=2, persistent_workers=True)
    batches: Iterator[Tensor] = (batch for _ in cycle([None]) for batch in loader)

    def step() -> int:
        real = next(batches)
        fake = generator(torch.randn(len(real), PLAIN_LATENT_SIZE, 1, 1))
        discriminator.zero_grad()
        real_logits = discriminator(real).flatten()
        real_loss = F.binary_cross_entropy_with_logits(real_logits, torch.ones(len(real)))
        real_loss.backward()
        fake_logits = discriminator(fake.detach()).flatten()
        fake_loss = F.binary_cross_entropy_with_logits(fake_logits, torch.zeros(len(real)))
        fake_loss.backward()
        optimizers[1].step()
        generator.zero_grad()
        loss = F.binary_cross_entropy_with_logits(discriminator(fake).flatten(), torch.ones(len(real)))
        loss.backward()
        optimizers[0].step()
        # What example scripts print.
        _ = (real_loss.item(), fake_loss.item(), loss.item())
        return len(real)

    @torch.no_grad()
    def fakes() -> NDArray[np.uint8]:
        generator.eval()
        dice = torch.Generator().manual_seed(seed)
        drawn = []
        for _ in range(JUDGED_COUNT // 100):
            large = generator(torch.randn(100, PLAIN_LATENT_SIZE, 1, 1, generator=dice))
            drawn.append(to_judged_size(large))
        generator.train()
        return np.concatenate(drawn)

    return step, fakes


def our_steps(images: NDArray[np.uint8], seed: int) -> tuple[Callable[[], int], Callable[[], NDArray[np.uint8]]]:
    """Returns the same for train.py's own step with its own defaults."""
    config, device = replace(preset(), seed=seed), torch.device("cpu")
    precision = faster_precision(device, lambda candidate: seconds_per_step(config, 0, device, candidate))
    state = new_state(config, 0, device, precision)
    pictures = torch.from_numpy(images)
    batches = batch_indices(len(pictures), config.images_per_step, seed, 0)

    def step() -> int:
        training_step(state, pictures[next(batches)], None, config, precision)
        return config.images_per_step

    return step, lambda: draw(state.average, range(JUDGED_COUNT))


def time_to(
    distance: float, step: Callable[[], int], fakes: Callable[[], NDArray[np.uint8]], judge: Judge, max_seconds: float
) -> Look:
    """Returns the look that found the judge distance, or the first one after `max_seconds` of training without it."""
    seconds, shown, next_look = 0.0, 0, 1000 * FIRST_LOOK_KIMG
    while True:
        start = time.perf_counter()
        while shown < next_look and seconds + time.perf_counter() - start < max_seconds:
            shown += step()
        seconds += time.perf_counter() - start
        look = Look(shown / 1000, seconds, judge.distance(fakes()))
        said = f"  {look.kimg:.0f} kimg, {duration(seconds)}: judge distance {look.distance:.2f}"
        print(said, file=sys.stderr, flush=True)
        if look.distance <= distance or seconds >= max_seconds:
            return look
        next_look *= LOOK_RATIO


def main(options: PlainOptions) -> int:
    """Trains both ways, prints the table and returns 0; raises UserError where there is nothing to judge by."""
    judge = find_judge(DATASETS["mnist"])
    if judge is None:
        raise UserError("There is no judge of MNIST in checkpoints/judges; restore it.")
    images = load_split(DATASETS["mnist"], "train").images
    # It can't be taken back, so the plain way has the good of it too.
    keep_freed_memory()
    print("this program", file=sys.stderr)
    max_seconds = 3600 * options.max_hours
    ours = time_to(options.distance, *our_steps(images, options.seed), judge, max_seconds)
    print("plain", file=sys.stderr)
    if ours.distance <= options.distance:
        max_seconds = min(max_seconds, options.max_ratio * ours.seconds)
    plain = time_to(options.distance, *plain_steps(images, options.seed), judge, max_seconds)
    print(f"`python -m benchmarks.plain_way --distance {options.distance:g}` on {device_title(torch.device('cpu'))}:\n")
    print("| way | images/s | kimg | time | judge distance then |\n|---|---:|---:|---:|---:|")
    for name, end in (("this program", ours), ("plain", plain)):
        rate = 1000 * end.kimg / end.seconds
        print(f"| {name} | {rate:,.0f} | {end.kimg:.0f} | {duration(end.seconds)} | {end.distance:.2f} |")
    if ours.distance > options.distance:
        print("\nThis program did not get there; give it more hours.")
    else:
        more = "" if plain.distance <= options.distance else "More than "
        print(f"\n{more}{plain.seconds / ours.seconds:.1f} times faster.")
    resized = judge.distance(after_the_plain_path(load_split(DATASETS["mnist"], "test").images))
    # What perfect fakes would score there; here, about the floor.
    print(f"Real test pictures score {resized:.2f} after the plain way's resizing, 28 → 64 → 28 pixels.")
    return 0


if __name__ == "__main__":
    sys.exit(run_command(PlainOptions, main, "python -m benchmarks.plain_way"))
