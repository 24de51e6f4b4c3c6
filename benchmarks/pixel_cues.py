"""Whether a trivial statistic of the pixels gives fakes away: `python -m benchmarks.pixel_cues`."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gan.command_line import run_command
from gan.dataset import Dataset
from gan.datasets import DATASETS, load_split
from gan.errors import UserError
from gan.run_log import find_run, ladder, read_record
from gan.sampler import draw, load_rung

Images = NDArray[np.uint8]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CueOptions:
    """Compare real test pictures with a rung's fakes by one number of their pixels at a time."""

    runs: tuple[Path, ...] = (Path("mnist"), Path("fashion-mnist"))
    """Folders of runs, or their names under checkpoints/."""
    kimg: int | None = None
    """Which rung; by default the last of each run."""
    count: int = 10_000
    """How many fakes, and at most how many real pictures."""
    seed: int = 1_000_000
    """Seed of the first fake; by default none that a judge distance is measured on."""


def main(options: CueOptions) -> int:
    """Prints a table for each run and returns 0."""
    if not 1 <= options.count <= 100_000 or not 0 <= options.seed <= 2**32 - options.count:
        raise UserError("--count must be 1 to 100000 and every seed used 0 to 4294967295; give other numbers.")
    print("`python -m benchmarks.pixel_cues`: .5 is chance, 1 gives every fake away.\n")
    for name in options.runs:
        run = find_run(name)
        dataset = _dataset_of(run)
        fakes = draw(load_rung(run, options.kimg), range(options.seed, options.seed + options.count))[:, 0]
        reals = load_split(dataset, "test").images[: options.count, 0]
        kimg = ladder(run)[-1] if options.kimg is None else options.kimg
        print(f"{dataset.title}, rung {kimg} kimg, {len(fakes):,} fakes against {len(reals):,} test pictures:\n")
        print("| statistic | AUC, either way | AUC of “larger is fake” | median real | median fake |")
        print("|---|---:|---:|---:|---:|")
        for title, cue in CUES.items():
            real, fake = cue(reals), cue(fakes)
            raw = auc(real, fake)
            medians = f"{np.median(real):.3g} | {np.median(fake):.3g}"
            print(f"| {title} | {max(raw, 1 - raw):.3f} | {raw:.3f} | {medians} |")
        print()
    return 0


def _dataset_of(run: Path) -> Dataset:
    """Returns the dataset of a run; raises UserError where its pictures are not what the statistics are about."""
    dataset = DATASETS.get(read_record(run).config.dataset)
    if dataset is None or dataset.channels != 1:
        kind = "a folder's pictures" if dataset is None else f"{dataset.title}, which is in colour"
        raise UserError(f"{run} has learnt {kind}: these statistics are of published grey pictures; name another run.")
    return dataset


def auc(real: Values, fake: Values) -> float:
    """Returns the chance that a random fake's value is larger than a random real one's, ties counting half.

    The rank statistic of Mann & Whitney (1947), divided by the number of pairs.
    """
    ordered = np.sort(real)
    below = np.searchsorted(ordered, fake, "left")
    not_above = np.searchsorted(ordered, fake, "right")
    return float((below + not_above).mean() / 2 / len(real))


def _share(images: NDArray[np.bool_]) -> Values:
    share: Values = images.mean(axis=(1, 2))
    return share


def _border_median(images: Images) -> Values:
    border = np.ones(images.shape[1:], bool)
    border[1:-1, 1:-1] = False
    values: Values = np.median(images[:, border], axis=1)
    return values


def _centre_offset(images: Images, axis: int) -> Values:
    """Returns how far the centre of mass lies from the middle, in pixels, along an axis: 1 is y, 2 is x."""
    mass = images.sum(axis=3 - axis, dtype=np.float64)
    size = mass.shape[1]
    # A black picture has no centre of mass: the 1 puts it near the middle and moves no other one noticeably.
    offset: Values = np.abs((mass * (np.arange(size) - (size - 1) / 2)).sum(axis=1) / (mass.sum(axis=1) + 1))
    return offset


def _level_count(images: Images) -> Values:
    return np.array([len(np.unique(image)) for image in images], np.float64)


CUES: dict[str, Callable[[Images], Values]] = {
    "mean": lambda images: images.mean(axis=(1, 2)),
    "standard deviation": lambda images: images.std(axis=(1, 2)),
    "background: share of pixels exactly 0": lambda images: _share(images == 0),
    "background: median of the border": _border_median,
    "centre of mass: |x| from the middle": lambda images: _centre_offset(images, 2),
    "centre of mass: |y| from the middle": lambda images: _centre_offset(images, 1),
    "stroke mass: share of pixels above 127": lambda images: _share(images > 127),
    "distinct grey levels": _level_count,
}


if __name__ == "__main__":
    sys.exit(run_command(CueOptions, main, "python -m benchmarks.pixel_cues"))
