"""CelebA: faces, cut to 64×64; no torch in here."""

import hashlib
import os
import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gan.dataset import Dataset, Download, Split, SplitName
from gan.dataset_files import REMEDY, fetch, unreadable
from gan.errors import UserError
from gan.picture_cache import DECODING_VERSION, cache_folder, keep_array

CELEBA = Dataset(
    name="celeba",
    title="CelebA",
    class_names=(),
    mirrorable=True,
    image_size=64,
    channels=3,
    judge="",
    test_count=19_962,
)
FOLDER = "celeba"
PICTURES = "img_align_celeba"
PARTITION = "list_eval_partition.txt"
# Partition 1 is for validation, which nothing here needs.
_PARTITIONS: dict[SplitName, str] = {"train": "0", "test": "2"}
_LINE = re.compile(r"(\d{6}\.jpg) +([012]) *")
# The published one has 2.8 MB.
_MAX_PARTITION_BYTES = 2**24


def download_celeba(dataset: Dataset, root: Path) -> None:
    """Fills `root` with the dataset in torchvision's layout; raises UserError without gdown, or as torchvision does."""
    if find_spec("gdown") is None:
        raise UserError(
            f"{dataset.title} can't be downloaded without the package gdown; install it with `pip install gdown`, "
            f"or name a folder that has {FOLDER}/{PICTURES} and {FOLDER}/{PARTITION} with --data-root."
        )
    import torchvision.datasets

    torchvision.datasets.CelebA(str(root), download=True)


def has_celeba(root: Path) -> bool:
    """Returns whether the list and the folder of pictures are there; reads neither."""
    return (root / FOLDER / PARTITION).is_file() and (root / FOLDER / PICTURES).is_dir()


def load_celeba(dataset: Dataset, split: SplitName, root: Path, download: Download) -> Split:
    """Returns one split, uint8 (count, 3, 64, 64), a memory map where a decoded copy could be kept.

    Downloads it where its list or its pictures are missing; `dataset.test_count` pictures must be for testing.
    Raises UserError, naming the file, where one is missing and can't be had, or can't be used.
    """
    folder = root / FOLDER
    missing = [path for path in (folder / PARTITION, folder / PICTURES) if not path.exists()]
    if missing:
        fetch(dataset, root, folder, missing[0], (PICTURES, PARTITION), download)
    names = _names(folder / PARTITION, split, dataset.test_count)
    fingerprint = _fingerprint(folder / PICTURES, names, dataset.image_size)
    images = keep_array(
        (folder, cache_folder()),
        f"celeba-{dataset.image_size}-{split}",
        fingerprint[:16],
        (len(names), 3, dataset.image_size, dataset.image_size),
        lambda: _decode([folder / PICTURES / name for name in names], dataset.image_size),
    )
    return Split(images, np.zeros(len(names), np.uint16), fingerprint)


def _names(path: Path, split: SplitName, test_count: int | None) -> list[str]:
    try:
        with path.open("rb") as stream:
            lines = stream.read(_MAX_PARTITION_BYTES).decode("ascii", "replace").splitlines()
    except OSError as error:
        raise unreadable(path, error) from error
    names: dict[str, list[str]] = {partition: [] for partition in "012"}
    for number, line in enumerate(lines, 1):
        # Six digits and nothing else: a name must not lead out of the folder.
        if (match := _LINE.fullmatch(line)) is None:
            raise UserError(f"{path} is not the list of CelebA's splits (line {number} is {line[:40]!a}); {REMEDY}.")
        names[match[2]].append(match[1])
    if len(names["2"]) != test_count or not names["0"]:
        raise UserError(
            f"{path} is not whole ({len(names['0'])} pictures for training, {len(names['2'])} of {test_count} for "
            f"testing); {REMEDY}."
        )
    return names[_PARTITIONS[split]]


def _fingerprint(folder: Path, names: Sequence[str], size: int) -> str:
    """Returns a digest of the files' names and sizes, none of them read; raises UserError where one is missing."""
    try:
        with os.scandir(folder) as entries:
            sizes = {entry.name: entry.stat().st_size for entry in entries if entry.name.endswith(".jpg")}
    except OSError as error:
        raise unreadable(folder, error) from error
    digest = hashlib.sha256(f"celeba {size} {DECODING_VERSION}".encode())
    for name in names:
        if name not in sizes:
            raise UserError(f"{folder / name} is missing; restore it, or delete {folder} to download all pictures.")
        digest.update(f"\n{name} {sizes[name]}".encode())
    return digest.hexdigest()


def _decode(paths: Sequence[Path], size: int) -> NDArray[np.uint8]:
    # The window knows the datasets' names from here, and should not wait for Pillow.
    from gan.picture_files import decode_files

    images = np.empty((len(paths), 3, size, size), np.uint8)
    for place, decoded in enumerate(decode_files(paths, size, 3)):
        if decoded.pixels is None:
            raise UserError(f"{paths[place]} can't be used: {decoded.problem}; {REMEDY}.")
        images[place] = decoded.pixels
    return images
