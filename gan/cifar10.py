"""CIFAR-10 from its binary version, because the others are pickles; no torch in here."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gan.dataset import Dataset, Download, Split, SplitName
from gan.dataset_files import REMEDY, fetch, refuse_size, unreadable
from gan.errors import UserError

CIFAR10 = Dataset(
    name="cifar10",
    title="CIFAR-10",
    class_names=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    mirrorable=True,
    image_size=32,
    channels=3,
    judge="",
    test_count=10_000,
)
FOLDER = "cifar-10-batches-bin"
FILES: dict[SplitName, tuple[str, ...]] = {
    "train": tuple(f"data_batch_{number}.bin" for number in range(1, 6)),
    "test": ("test_batch.bin",),
}
RECORDS_PER_FILE = 10_000
_ARCHIVE = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
_ARCHIVE_MD5 = "c32a1d4ab5d03f1284b67883e8d87530"
# A class, then a picture of 32×32: all red, all green, all blue (Krizhevsky's binary version).
_RECORD_BYTES = 1 + 3 * 32 * 32


def download_cifar10(dataset: Dataset, root: Path) -> None:
    """Fills `root` with the dataset, verified by the archive's published MD5; raises whatever torchvision raises."""
    # torchvision's own CIFAR10 would fetch and open pickles, so that only its downloading is used.
    from torchvision.datasets.utils import download_and_extract_archive

    download_and_extract_archive(_ARCHIVE, str(root), md5=_ARCHIVE_MD5, remove_finished=True)


def has_cifar10(root: Path) -> bool:
    """Returns whether every file of the dataset is there; reads none."""
    return all((root / FOLDER / name).is_file() for names in FILES.values() for name in names)


def load_cifar10(
    dataset: Dataset, split: SplitName, root: Path, download: Download, records_per_file: int = RECORDS_PER_FILE
) -> Split:
    """Returns one split, uint8 (count, 3, 32, 32); downloads it where a file is missing.

    Raises UserError, naming the file, where one is missing and can't be had, has another size or a class beyond 9.
    """
    folder = root / FOLDER
    missing = [folder / name for name in FILES[split] if not (folder / name).is_file()]
    if missing:
        fetch(dataset, root, folder, missing[0], ("*.bin",), download)
    # Nobody publishes the digests of the unpacked files: sizes and classes are all that there is to check. What was
    # read is told from other pictures by its own digest.
    content = hashlib.sha256()
    images = np.empty((len(FILES[split]) * records_per_file, 3, 32, 32), np.uint8)
    labels = np.empty(len(images), np.uint16)
    for place, name in enumerate(FILES[split]):
        records = _read(folder / name, records_per_file)
        content.update(records.data)
        here = slice(place * records_per_file, (place + 1) * records_per_file)
        labels[here] = records[:, 0]
        images[here] = records[:, 1:].reshape(-1, 3, 32, 32)
    return Split(images, labels, content.hexdigest())


def _read(path: Path, count: int) -> NDArray[np.uint8]:
    size = count * _RECORD_BYTES
    try:
        with path.open("rb") as stream:
            # One byte more than wanted shows a file that is too long.
            content = stream.read(size + 1)
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing; restore it, or delete the folder to download it.") from error
    except OSError as error:
        raise unreadable(path, error) from error
    if len(content) != size:
        raise refuse_size(path, len(content) > size, size)
    records = np.frombuffer(content, np.uint8).reshape(count, _RECORD_BYTES)
    if (records[:, 0] > 9).any():
        place = int((records[:, 0] > 9).argmax())
        raise UserError(
            f"{path} is not of CIFAR-10 (picture {place + 1} has class {records[place, 0]}, the last is 9); {REMEDY}."
        )
    return records
