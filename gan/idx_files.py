"""MNIST and Fashion-MNIST: bundled, verified, and decoded from IDX files straight to arrays; no torch in here."""

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gan.dataset import Dataset, Download, Split, SplitName
from gan.dataset_files import REMEDY, fetch, refuse_size, unreadable
from gan.errors import UserError


@dataclass(frozen=True, slots=True)
class IdxFile:
    """One file of the IDX format: its name, what it must decode to, and the SHA-256 of its decoded bytes."""

    name: str
    shape: tuple[int, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class IdxLayout:
    """torchvision's layout, `<root>/<folder>/raw/<file>`, gzipped or not; `folder` is also the name of its class."""

    folder: str
    files: dict[SplitName, tuple[IdxFile, IdxFile]]


def _idx_files(digests: tuple[str, str, str, str]) -> dict[SplitName, tuple[IdxFile, IdxFile]]:
    return {
        "train": (
            IdxFile("train-images-idx3-ubyte", (60_000, 28, 28), digests[0]),
            IdxFile("train-labels-idx1-ubyte", (60_000,), digests[1]),
        ),
        "test": (
            IdxFile("t10k-images-idx3-ubyte", (10_000, 28, 28), digests[2]),
            IdxFile("t10k-labels-idx1-ubyte", (10_000,), digests[3]),
        ),
    }


MNIST = Dataset(
    name="mnist",
    title="MNIST",
    class_names=tuple("0123456789"),
    mirrorable=False,
    image_size=28,
    channels=1,
    judge="mnist",
    test_count=10_000,
)
FASHION_MNIST = Dataset(
    name="fashion-mnist",
    title="Fashion-MNIST",
    class_names=(
        "T-shirt",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ),
    mirrorable=True,
    image_size=28,
    channels=1,
    judge="fashion-mnist",
    test_count=10_000,
)
IDX_LAYOUTS = {
    "mnist": IdxLayout(
        "MNIST",
        _idx_files(
            (
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            )
        ),
    ),
    "fashion-mnist": IdxLayout(
        "FashionMNIST",
        _idx_files(
            (
                "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
            )
        ),
    ),
}


def download_idx(dataset: Dataset, root: Path) -> None:
    """Fills `root` with the dataset in torchvision's layout; raises whatever torchvision raises."""
    # Imported here alone: torchvision brings torch, and everyone who only reads files should not wait for it.
    import torchvision.datasets

    getattr(torchvision.datasets, IDX_LAYOUTS[dataset.name].folder)(str(root), download=True)


def has_idx(dataset: Dataset, root: Path) -> bool:
    """Returns whether every file of the dataset is there; reads none."""
    layout = IDX_LAYOUTS[dataset.name]
    return all(_find(root / layout.folder / "raw", file.name) for files in layout.files.values() for file in files)


def load_idx(
    dataset: Dataset, split: SplitName, root: Path, download: Download, layout: IdxLayout | None = None
) -> Split:
    """Returns one split, verified by SHA-256; downloads it where its files are missing.

    Raises UserError, naming the file, where one is missing and can't be had, truncated, wrong-sized or altered.
    """
    layout = layout or IDX_LAYOUTS[dataset.name]
    folder = root / layout.folder / "raw"
    missing = [file.name for file in layout.files[split] if _find(folder, file.name) is None]
    if missing:
        fetch(dataset, root, folder, folder / f"{missing[0]}.gz", ("*.gz",), download)
    images, labels = (_read(folder, file) for file in layout.files[split])
    return Split(images[:, np.newaxis], labels.astype(np.uint16), fingerprint=layout.files[split][0].sha256)


def _find(folder: Path, name: str) -> Path | None:
    for path in (folder / f"{name}.gz", folder / name):
        if path.is_file():
            return path
    return None


def _read(folder: Path, file: IdxFile) -> NDArray[np.uint8]:
    path = _find(folder, file.name)
    if path is None:
        raise UserError(f"{folder / file.name}.gz is missing; restore it, or delete the folder to download it.")
    # Big-endian: two zero bytes, 8 for uint8, the number of dimensions, then each dimension (LeCun's IDX format).
    header = bytes((0, 0, 8, len(file.shape))) + b"".join(size.to_bytes(4, "big") for size in file.shape)
    size = len(header) + int(np.prod(file.shape))
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            # One byte more than wanted shows a file that is too long, without decoding all of it.
            content = stream.read(size + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UserError(f"{path} is truncated or damaged ({error}); {REMEDY}.") from error
    except OSError as error:
        raise unreadable(path, error) from error
    if not content.startswith(header):
        raise UserError(f"{path} is not an IDX file of shape {'×'.join(map(str, file.shape))}; {REMEDY}.")
    if len(content) != size:
        raise refuse_size(path, len(content) > size, size)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise UserError(f"{path} is not the published file (its SHA-256 differs); {REMEDY}.")
    # A copy, because the buffer of `bytes` is read-only and torch wants to be able to write.
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(file.shape).copy()
