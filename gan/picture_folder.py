"""Any pictures in a folder, such as students' own drawings, as a dataset; no torch in here."""

import hashlib
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gan.config import CHANNEL_COUNTS, IMAGE_SIZES
from gan.dataset import Dataset, Split, SplitName
from gan.errors import UserError
from gan.folder_listing import FolderListing, list_pictures, printable
from gan.picture_cache import DECODING_VERSION, keep, read_kept

FOLDER_PREFIX = "folder:"
DEFAULT_SIZE = 32
MIN_PICTURES = 16
MIN_HELD_OUT = 8
MAX_HELD_OUT = 10_000


def folder_dataset(name: str, image_size: int | None, channels: int | None) -> Dataset:
    """Returns the dataset `folder:PATH`, its name with the whole path; looks at the names of the files only.

    Raises UserError where there is no such folder, where it has fewer than 16 pictures or far too many, and where
    pictures of that size or number of channels can't be had.
    """
    if image_size is not None and image_size not in IMAGE_SIZES:
        raise UserError(f"--image-size is {image_size}; give {', '.join(map(str, IMAGE_SIZES[:-1]))} or 64.")
    if channels is not None and channels not in CHANNEL_COUNTS:
        raise UserError(f"--channels is {channels}; give 1 for grey or 3 for colour.")
    folder = _folder_of(name)
    listing = list_pictures(folder)
    if len(listing.paths) < MIN_PICTURES:
        raise _too_few(folder, len(listing.paths), listing.skipped)
    return Dataset(
        name=f"{FOLDER_PREFIX}{folder}",
        title=printable(folder.name) or str(folder),
        class_names=listing.class_names,
        # Nobody knows what is in it; letters, for one, have a right way round.
        mirrorable=False,
        image_size=image_size or DEFAULT_SIZE,
        channels=channels or 3,
        judge="",
        test_count=None,
    )


def load_folder(dataset: Dataset, split: SplitName) -> Split:
    """Returns one split of a folder's pictures, in an order that follows from their content alone.

    A fifth of the pictures, by the SHA-256 of their files, at least 8 and at most 10,000, are held out for testing:
    so copies of a picture are on one side, and more pictures move few of the others. Files that can't be used are
    named in `skipped`. Raises UserError where fewer than 16 different pictures can be used, or the classes are other
    ones than those of `dataset`.
    """
    folder = _folder_of(dataset.name)
    listing = list_pictures(folder)
    if listing.class_names != dataset.class_names:
        raise UserError(f"{folder} has got other subfolders with pictures in the meantime; start again.")
    images, digests, numbers, skipped = _decoded(listing, dataset)
    labels = np.array(listing.labels, np.uint16)[numbers]
    distinct = sorted({digest.tobytes() for digest in digests})
    if len(distinct) < MIN_PICTURES:
        raise _too_few(folder, len(distinct), skipped)
    tests = set(distinct[: min(MAX_HELD_OUT, max(MIN_HELD_OUT, len(distinct) // 5))])
    order = sorted(range(len(images)), key=lambda place: (digests[place].tobytes(), labels[place]))
    chosen = [place for place in order if (digests[place].tobytes() in tests) == (split == "test")]
    content = hashlib.sha256(f"folder {dataset.image_size} {dataset.channels} {DECODING_VERSION}".encode())
    for place in order:
        content.update(digests[place].tobytes() + int(labels[place]).to_bytes(2, "big"))
    return Split(images[chosen], labels[chosen], content.hexdigest(), skipped)


def _decoded(
    listing: FolderListing, dataset: Dataset
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int64], tuple[str, ...]]:
    """Returns pictures, uint8 (count, channels, size, size), digests, uint8 (count, 32), places in the list, sentences.

    They are kept, by the names, sizes and times of the files: photographs take long to decode.
    """
    topic = f"folder-{_short_digest(os.fsencode(listing.folder))}-{dataset.image_size}-{dataset.channels}"
    key = _short_digest(b"\n".join(map(_state_of, listing.paths)) + b"%d" % DECODING_VERSION)
    kept = read_kept(topic, key, ("images", "digests", "numbers", "skipped"))
    if kept is None:
        kept = _decode(listing, dataset)
        keep(topic, key, kept)
    skipped = (*listing.skipped, *map(str, kept["skipped"]))
    return kept["images"], kept["digests"], kept["numbers"], skipped  # type: ignore[return-value]  # as _decode made them


def _decode(listing: FolderListing, dataset: Dataset) -> dict[str, NDArray[np.generic]]:
    # The window knows the datasets' names from here, and should not wait for Pillow.
    from gan.picture_files import decode_files

    images = np.empty((len(listing.paths), dataset.channels, dataset.image_size, dataset.image_size), np.uint8)
    digests: list[NDArray[np.uint8]] = []
    numbers: list[int] = []
    skipped: list[str] = []
    for number, decoded in enumerate(decode_files(listing.paths, dataset.image_size, dataset.channels)):
        if decoded.pixels is None:
            path = listing.paths[number].relative_to(listing.folder)
            skipped.append(printable(f"{path} is left out: {decoded.problem}."))
            continue
        images[len(numbers)] = decoded.pixels
        digests.append(np.frombuffer(decoded.digest, np.uint8))
        numbers.append(number)
    return {
        "images": images[: len(numbers)],
        "digests": np.array(digests, np.uint8).reshape(-1, 32),
        "numbers": np.array(numbers, np.int64),
        "skipped": np.array(skipped, np.str_),
    }


def _folder_of(name: str) -> Path:
    text = name.removeprefix(FOLDER_PREFIX)
    if not text:
        raise UserError("--dataset folder: names no folder; give its path after the colon.")
    try:
        return Path(text).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise UserError(f"{text} can't be read as a folder ({error}); correct --dataset.") from error


def _too_few(folder: Path, count: int, skipped: tuple[str, ...]) -> UserError:
    left_out = f" ({len(skipped)} left out; the first: {skipped[0].rstrip('.')})" if skipped else ""
    return UserError(
        f"{folder} has {count} different PNG, JPEG, GIF, BMP or WebP pictures that can be used{left_out}; "
        f"put at least {MIN_PICTURES} into it."
    )


def _state_of(path: Path) -> bytes:
    try:
        status = path.stat()
    except OSError:
        return os.fsencode(path)
    return os.fsencode(f"{path} {status.st_size} {status.st_mtime_ns}")


def _short_digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
