"""MNIST and Fashion-MNIST: bundled, verified, and decoded straight to arrays; no torch in here."""

import gzip
import hashlib
import shutil
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gan.config import ASSETS_ROOT
from gan.errors import UserError

SplitName = Literal["train", "test"]


@dataclass(frozen=True, slots=True)
class IdxFile:
    """One file of the IDX format: its name, what it must decode to, and the SHA-256 of its decoded bytes."""

    name: str
    shape: tuple[int, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset as torchvision lays it out: `<root>/<folder>/raw/<file>`, gzipped or not.

    `mirrorable`: a mirrored picture is as good as the picture (a shoe is, a 3 is not).
    """

    name: str
    title: str
    folder: str
    class_names: tuple[str, ...]
    mirrorable: bool
    files: dict[SplitName, tuple[IdxFile, IdxFile]]


@dataclass(frozen=True, slots=True)
class Split:
    """Pictures as uint8 (count, 1, height, width) and their classes as uint8 (count,)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    fingerprint: str


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


DATASETS: dict[str, Dataset] = {
    "mnist": Dataset(
        name="mnist",
        title="MNIST",
        folder="MNIST",
        class_names=tuple("0123456789"),
        mirrorable=False,
        files=_idx_files(
            (
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            )
        ),
    ),
    "fashion-mnist": Dataset(
        name="fashion-mnist",
        title="Fashion-MNIST",
        folder="FashionMNIST",
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
        files=_idx_files(
            (
                "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
            )
        ),
    ),
}

Download = Callable[[Dataset, Path], None]


def download_with_torchvision(dataset: Dataset, root: Path) -> None:
    """Fills `root` with the dataset in torchvision's layout; raises whatever torchvision raises."""
    # Imported here alone: torchvision brings torch, and everyone who only reads files should not wait for it.
    import torchvision.datasets

    getattr(torchvision.datasets, dataset.folder)(str(root), download=True)


def load_split(
    dataset: Dataset,
    split: SplitName,
    root: Path | None = None,
    download: Download = download_with_torchvision,
) -> Split:
    """Returns one split, verified by SHA-256; downloads it where its files are missing.

    Raises UserError, naming the file, where one is missing and can't be had, truncated, wrong-sized or altered.
    """
    if root is not None and not root.is_dir():
        raise UserError(f"There is no folder {root} to read {dataset.title} from; make it, or correct --data-root.")
    folder = (root or ASSETS_ROOT) / dataset.folder / "raw"
    missing = [file.name for file in dataset.files[split] if _find(folder, file.name) is None]
    if missing:
        _fetch(dataset, folder, missing[0], download)
    images, labels = (_read(folder, file) for file in dataset.files[split])
    return Split(images[:, np.newaxis], labels, fingerprint=dataset.files[split][0].sha256)


def _find(folder: Path, name: str) -> Path | None:
    for path in (folder / f"{name}.gz", folder / name):
        if path.is_file():
            return path
    return None


def _fetch(dataset: Dataset, folder: Path, missing: str, download: Download) -> None:
    """Downloads into a temporary folder and moves whole files, so that nothing half-made is ever found."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            download(dataset, Path(temporary))
            for path in sorted((Path(temporary) / dataset.folder / "raw").glob("*.gz")):
                shutil.move(path, folder / path.name)
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise UserError(
            f"{folder / missing}.gz is missing and {dataset.title} could not be downloaded ({reason}); "
            "restore the file, or name a folder that has it with --data-root."
        ) from error
    if _find(folder, missing) is None:
        raise UserError(f"{folder / missing}.gz is still missing after a download of {dataset.title}; try again.")


def _read(folder: Path, file: IdxFile) -> NDArray[np.uint8]:
    path = _find(folder, file.name)
    if path is None:
        raise UserError(f"{folder / file.name}.gz is missing; restore it, or delete the folder to download it.")
    # Big-endian: two zero bytes, 8 for uint8, the number of dimensions, then each dimension (LeCun's IDX format).
    header = bytes((0, 0, 8, len(file.shape))) + b"".join(size.to_bytes(4, "big") for size in file.shape)
    size = len(header) + int(np.prod(file.shape))
    remedy = "restore it, or delete it so that it is downloaded again"
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            # One byte more than wanted shows a file that is too long, without decoding all of it.
            content = stream.read(size + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UserError(f"{path} is truncated or damaged ({error}); {remedy}.") from error
    except OSError as error:
        raise UserError(f"{path} can't be read ({error.strerror or error}); {remedy}.") from error
    if not content.startswith(header):
        raise UserError(f"{path} is not an IDX file of shape {'×'.join(map(str, file.shape))}; {remedy}.")
    if len(content) != size:
        relation = "longer" if len(content) > size else "shorter"
        raise UserError(f"{path} is {relation} than the {size} bytes it should hold; {remedy}.")
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise UserError(f"{path} is not the published file (its SHA-256 differs); {remedy}.")
    # A copy, because the buffer of `bytes` is read-only and torch wants to be able to write.
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(file.shape).copy()
