"""Every dataset by its name, and the loading of its pictures; no torch in here."""

from collections.abc import Callable
from pathlib import Path

from gan.celeba import CELEBA, download_celeba, has_celeba, load_celeba
from gan.cifar10 import CIFAR10, download_cifar10, has_cifar10, load_cifar10
from gan.config import ASSETS_ROOT
from gan.dataset import Dataset, Download, Split, SplitName
from gan.errors import UserError
from gan.idx_files import FASHION_MNIST, MNIST, download_idx, has_idx, load_idx
from gan.picture_folder import FOLDER_PREFIX, folder_dataset, load_folder
from gan.stacked_mnist import STACKED_MNIST, stack_digits

__all__ = [
    "DATASETS",
    "FOLDER_PREFIX",
    "Dataset",
    "Download",
    "Split",
    "SplitName",
    "dataset_title",
    "download_with_torchvision",
    "find_dataset",
    "is_on_this_computer",
    "load_split",
    "refuse_download",
    "refuse_unknown",
    "require_on_this_computer",
]

DATASETS: dict[str, Dataset] = {
    dataset.name: dataset for dataset in (MNIST, FASHION_MNIST, STACKED_MNIST, CIFAR10, CELEBA)
}


def find_dataset(name: str, image_size: int | None = None, channels: int | None = None) -> Dataset:
    """Returns a dataset by its name or, as `folder:PATH`, that of a folder's pictures, by default 32×32 in colour.

    Raises UserError where there is none of that name, or its pictures have another size or number of channels.
    """
    if name.startswith(FOLDER_PREFIX):
        return folder_dataset(name, image_size, channels)
    dataset = DATASETS.get(name)
    if dataset is None:
        raise UserError(f"There is no dataset {name}; choose {', '.join(DATASETS)} or {FOLDER_PREFIX}PATH.")
    size, colour = f"{dataset.image_size}×{dataset.image_size}", "grey" if dataset.channels == 1 else "colour"
    for flag, wanted, own in (
        ("--image-size", image_size, dataset.image_size),
        ("--channels", channels, dataset.channels),
    ):
        if wanted not in (None, own):
            raise UserError(f"{name} has pictures of {size} in {colour}; leave {flag} out.")
    return dataset


def refuse_unknown(name: str, where: Path) -> None:
    """Raises UserError, naming the file that speaks of it, where a dataset's name is none that this program knows."""
    if name not in DATASETS and not name.startswith(FOLDER_PREFIX):
        raise UserError(f"{where} is of the dataset {name!r}, which is not known here; use the program that made it.")


def is_on_this_computer(name: str, root: Path = ASSETS_ROOT) -> bool:
    """Returns whether a dataset can be loaded without a download, by the names of its files alone."""
    if name.startswith(FOLDER_PREFIX):
        try:
            return Path(name.removeprefix(FOLDER_PREFIX)).expanduser().is_dir()
        except RuntimeError:
            # In the home of somebody whom this computer doesn't know.
            return False
    return _HAS_FILES[name](root)


def refuse_download(dataset: Dataset, root: Path) -> None:
    """Stands in for a download where nobody would wait for one; raises UserError, which says how to get the files."""
    raise UserError(
        f"{dataset.title} is not on this computer; `python train.py --dataset {dataset.name} --dry-run` fetches it."
    )


def require_on_this_computer(dataset: Dataset) -> None:
    """Raises UserError, which says how to get the files, where a dataset can't be loaded without a download."""
    if not is_on_this_computer(dataset.name):
        refuse_download(dataset, ASSETS_ROOT)


def dataset_title(name: str) -> str:
    """Returns what a dataset is called, also one that is not on this computer."""
    return DATASETS[name].title if name in DATASETS else Path(name.removeprefix(FOLDER_PREFIX)).name or name


def download_with_torchvision(dataset: Dataset, root: Path) -> None:
    """Fills `root` with the dataset as it lies in --data-root; raises whatever torchvision raises."""
    downloads: dict[str, Download] = {CIFAR10.name: download_cifar10, CELEBA.name: download_celeba}
    downloads.get(dataset.name, download_idx)(dataset, root)


def _load_stacked_mnist(dataset: Dataset, split: SplitName, root: Path, download: Download) -> Split:
    return stack_digits(load_idx(MNIST, split, root, download), split)


_LOADERS: dict[str, Callable[[Dataset, SplitName, Path, Download], Split]] = {
    MNIST.name: load_idx,
    FASHION_MNIST.name: load_idx,
    STACKED_MNIST.name: _load_stacked_mnist,
    CIFAR10.name: load_cifar10,
    CELEBA.name: load_celeba,
}


_HAS_FILES: dict[str, Callable[[Path], bool]] = {
    MNIST.name: lambda root: has_idx(MNIST, root),
    FASHION_MNIST.name: lambda root: has_idx(FASHION_MNIST, root),
    STACKED_MNIST.name: lambda root: has_idx(MNIST, root),
    CIFAR10.name: has_cifar10,
    CELEBA.name: has_celeba,
}


def load_split(
    dataset: Dataset,
    split: SplitName,
    root: Path | None = None,
    download: Download = download_with_torchvision,
) -> Split:
    """Returns one split; downloads it where its files are missing. A folder's pictures lie where its name says.

    Raises UserError, naming the file, where one is missing and can't be had, truncated, wrong-sized or altered; of a
    folder where too few of its files can be used.
    """
    if dataset.name.startswith(FOLDER_PREFIX):
        return load_folder(dataset, split)
    if root is not None and not root.is_dir():
        raise UserError(f"There is no folder {root} to read {dataset.title} from; make it, or correct --data-root.")
    return _LOADERS[dataset.name](dataset, split, root or ASSETS_ROOT, download)
