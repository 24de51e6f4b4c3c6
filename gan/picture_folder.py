"""Any pictures in a folder, such as students' own drawings, as a dataset; no torch in here."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gan.dataset import CHANNEL_COUNTS, IMAGE_SIZES, Dataset, Split, SplitName
from gan.errors import UserError
from gan.picture_cache import DECODING_VERSION, keep, read_kept

FOLDER_PREFIX = "folder:"
DEFAULT_SIZE = 32
SUFFIXES = frozenset((".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".dib", ".webp"))
MIN_PICTURES = 16
MAX_PICTURES = 200_000
# Hidden and other files too: whoever names the whole disk should not wait for all of it.
MAX_ENTRIES = 1_000_000
MAX_CLASSES = 1000
MIN_HELD_OUT = 8
MAX_HELD_OUT = 10_000


@dataclass(frozen=True, slots=True)
class FolderListing:
    """The files that look like pictures, below `folder` and in order of their parts, each one's class, and problems.

    There are classes where at least two folders directly below have all the pictures; else `class_names` is empty and
    every label is 0.
    """

    folder: Path
    paths: tuple[Path, ...]
    class_names: tuple[str, ...]
    labels: tuple[int, ...]
    skipped: tuple[str, ...]


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
        title=_printable(folder.name) or str(folder),
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


def list_pictures(folder: Path) -> FolderListing:
    """Returns the files below a folder that look like pictures; hidden ones and links to folders are left out.

    Raises UserError where it is no folder, can't be read, or has too many files.
    """
    problems: list[OSError] = []
    paths: list[Path] = []
    entries = 0
    for place, folders, files in os.walk(folder, onerror=problems.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths += [
            Path(place, name)
            for name in files
            if not name.startswith(".") and name[name.rfind(".") :].lower() in SUFFIXES
        ]
        entries += len(folders) + len(files)
        if len(paths) > MAX_PICTURES:
            raise UserError(f"{folder} has more than {MAX_PICTURES:,} pictures; choose a folder with fewer.")
        if entries > MAX_ENTRIES:
            raise UserError(f"{folder} has more than {MAX_ENTRIES:,} files; choose a folder with fewer.")
    for problem in problems:
        if Path(problem.filename) == folder:
            raise UserError(f"{folder} can't be read as a folder ({problem.strerror}); correct --dataset.")
    paths.sort()
    parts = [path.relative_to(folder).parts for path in paths]
    classes = sorted({first for first, *_ in parts})
    if not 2 <= len(classes) <= MAX_CLASSES or any(len(each) == 1 for each in parts):
        classes = []
    numbers = {name: number for number, name in enumerate(classes)}
    return FolderListing(
        folder,
        tuple(paths),
        tuple(map(_printable, classes)),
        tuple(numbers.get(first, 0) for first, *_ in parts),
        tuple(
            f"{_printable(str(each.filename))} is left out: it can't be read ({each.strerror})." for each in problems
        ),
    )


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
            skipped.append(_printable(f"{path} is left out: {decoded.problem}."))
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


def _printable(text: str) -> str:
    """Returns text without what can't be shown or written, such as the half characters of names in another encoding."""
    return "".join(character if character.isprintable() else "?" for character in text)
