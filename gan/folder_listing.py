"""Which files of a folder look like pictures, and which classes its subfolders make; no torch in here."""

import os
from dataclasses import dataclass
from pathlib import Path

from gan.errors import UserError

SUFFIXES = frozenset((".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".dib", ".webp"))
MAX_PICTURES = 200_000
# Hidden and other files too: whoever names the whole disk should not wait for all of it.
MAX_ENTRIES = 1_000_000
MAX_CLASSES = 1000


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
        tuple(map(printable, classes)),
        tuple(numbers.get(first, 0) for first, *_ in parts),
        tuple(f"{printable(str(each.filename))} is left out: it can't be read ({each.strerror})." for each in problems),
    )


def printable(text: str) -> str:
    """Returns text without what can't be shown or written, such as the half characters of names in another encoding."""
    return "".join(character if character.isprintable() else "?" for character in text)
