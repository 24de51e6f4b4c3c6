"""A folder or a zip from a stranger that may hold a run: looked through before a byte of it is taken."""

import os
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from gan.errors import UserError
from gan.run_files import FOLDERS, MAX_TOTAL_BYTES, kind_of

MAX_ENTRIES = 4000
# Names and sizes of that many entries; more would be read into memory at once.
MAX_DIRECTORY_BYTES = 2**20
# What run.json and stats.jsonl reach is 10; what is made to fill a disk has 1000.
MAX_RATIO = 100
# A file of a few bytes may well be shorter than its own packing.
_RATIO_APPLIES_ABOVE_BYTES = 2**16
_CHUNK_BYTES = 2**18
_ENCRYPTED = 0x1
_LITTER = re.compile(r"(__MACOSX(/.*)?|(.*/)?(\.DS_Store|Thumbs\.db|desktop\.ini))", re.DOTALL)
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class RunSource:
    """What would be taken: the old folder's name, the files' sizes as claimed, and how to read one in chunks."""

    old_name: str
    sizes: dict[str, int]
    chunks: Callable[[str], Iterator[bytes]]


def looks_like_run(path: Path) -> bool:
    """Returns whether a zip's list of files, or a folder, has a run.json where a run would have it; never raises."""
    try:
        if path.is_dir():
            return stat.S_ISREG((path / "run.json").lstat().st_mode)
        with open_source(path):
            return True
    except (UserError, OSError, ValueError):
        return False


@contextmanager
def open_source(path: Path) -> Iterator[RunSource]:
    """Gives the run in a folder or a zip while it is open; raises UserError where it can't be one, or is a trap."""
    if path.is_dir():
        yield _folder_source(path)
        return
    with open_regular(path, follow=True) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except _ZIP_ERRORS as error:
            raise UserError(f"{path} is not a whole zip file ({error}); fetch it again.") from error
        with archive:
            yield _zip_source(path, archive)


class _Reader(FileIO):
    """A file that refuses to be read in larger bites than the list of a run's files needs."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY_BYTES:
            raise UserError(f"{self.name} lists more files than a run has; choose the zip file of one run.")
        return super().read(MAX_DIRECTORY_BYTES if size is None or size < 0 else size) or b""


def open_regular(path: Path, follow: bool = False) -> FileIO:
    """Returns a file opened for reading, at once; raises UserError where it is no ordinary file, or OSError."""

    def opener(name: str, flags: int) -> int:
        # Without O_NONBLOCK, opening a pipe would wait until somebody writes into it.
        flags |= getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
        return os.open(name, flags)

    if not follow and path.is_symlink():
        raise UserError(f"{path} is a link; put the file itself there.")
    stream = _Reader(path, "rb", opener=opener)
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise UserError(f"{path} is not an ordinary file; choose a zip file or the folder of a run.")
    return stream


def run_files_in(folder: Path) -> dict[str, Path]:
    """Returns the files of a run in a folder by their names in the run, in order of name.

    Raises UserError where anything there is a link or a special file, or there are too many; OSError.
    """
    found: dict[str, Path] = {}
    seen = 0
    for prefix in ("", *(f"{name}/" for name in FOLDERS)):
        if not (folder / prefix).is_dir():
            continue
        with os.scandir(folder / prefix) as entries:
            for entry in entries:
                seen += 1
                if seen > MAX_ENTRIES:
                    raise UserError(f"{folder} holds more than {MAX_ENTRIES} files; choose the folder of one run.")
                if entry.is_symlink() or not (entry.is_file() or entry.is_dir()):
                    raise UserError(
                        f"{Path(entry.path)} is a link or a special file; put the file itself there, or delete it."
                    )
                if entry.is_file() and kind_of(prefix + entry.name) is not None:
                    found[prefix + entry.name] = Path(entry.path)
    return dict(sorted(found.items()))


def _folder_source(folder: Path) -> RunSource:
    files = run_files_in(folder)
    if "run.json" not in files:
        raise UserError(f"{folder} has no run.json, so it is not a run; choose the folder of a run.")

    def chunks(name: str) -> Iterator[bytes]:
        with open_regular(files[name]) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                yield chunk

    sizes = {name: path.lstat().st_size for name, path in files.items()}
    _refuse_excess(sizes, folder)
    return RunSource(folder.resolve().name, sizes, chunks)


def _zip_source(path: Path, archive: zipfile.ZipFile) -> RunSource:
    entries = archive.infolist()
    _refuse_traps(path, entries)
    records = [
        entry.orig_filename
        for entry in entries
        if re.fullmatch(r"([^/]+/)?run\.json", entry.orig_filename) and not _LITTER.fullmatch(entry.orig_filename)
    ]
    if not records:
        raise UserError(f"{path} has no run.json, so it holds no run; choose the zip file of a run.")
    if len(records) > 1:
        raise UserError(f"{path} holds several runs; unpack it and import them one by one.")
    top = records[0].removesuffix("run.json")
    files = {
        name: entry
        for entry in entries
        if entry.orig_filename.startswith(top) and kind_of(name := entry.orig_filename.removeprefix(top))
    }
    for name, entry in files.items():
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UserError(f"{path} is packed in an unusual way; pack the run's folder as an ordinary zip file.")
        if entry.file_size > max(MAX_RATIO * entry.compress_size, _RATIO_APPLIES_ABOVE_BYTES):
            raise UserError(f"{path}: {name} unpacks to more than {MAX_RATIO} times its size; don't use this file.")

    def chunks(name: str) -> Iterator[bytes]:
        try:
            with archive.open(files[name]) as stream:
                while chunk := stream.read(_CHUNK_BYTES):
                    yield chunk
        except _ZIP_ERRORS as error:
            raise UserError(f"{path} is damaged at {name} ({error}); fetch it again.") from error

    sizes = {name: entry.file_size for name, entry in files.items()}
    _refuse_excess(sizes, path)
    return RunSource(top.rstrip("/") or path.stem, sizes, chunks)


def _refuse_traps(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise UserError(f"{path} lists more than {MAX_ENTRIES} files; choose the zip file of one run.")
    for entry in entries:
        # Not `filename`, which zipfile has cut at a zero byte and given the system's own separators.
        name = entry.orig_filename
        # An empty part is also what stands before a leading slash.
        is_escape = {"", ".."} & {*name.rstrip("/").split("/")} or re.match("[A-Za-z]:", name)
        if is_escape or re.search(r"[\\\x00-\x1f]", name):
            raise UserError(f"{path} has a file with the forbidden name {name[:60]!a}; don't use this zip file.")
        if entry.flag_bits & _ENCRYPTED:
            raise UserError(f"{path} is locked with a password; unpack it and import the folder.")
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise UserError(f"{path} has a link or a special file ({name[:60]!a}); don't use this zip file.")
    if sum(entry.compress_size for entry in entries) > path.stat().st_size:
        # One packed file under a thousand names: each looks harmless, all together fill a disk.
        raise UserError(f"{path} has files that lie over one another; don't use this zip file.")
    spellings = Counter(entry.orig_filename.rstrip("/").casefold() for entry in entries)
    for name, count in spellings.most_common(1):
        if count > 1:
            raise UserError(f"{path} has the file {name[:60]!a} twice; don't use this zip file.")


def _refuse_excess(sizes: dict[str, int], path: Path) -> None:
    counts = Counter(kind_of(name) for name in sizes)
    for name, size in sizes.items():
        kind = kind_of(name)
        if kind is not None and counts[kind] > kind.max_count:
            raise UserError(f"{path} has more than {kind.max_count} files like {name}; choose one run.")
        refuse_too_large(name, size, path)
    if sum(sizes.values()) > MAX_TOTAL_BYTES:
        raise UserError(f"{path} holds more than {MAX_TOTAL_BYTES:,} bytes, too many for a run; don't use it.")


def refuse_too_large(name: str, size: int, where: Path) -> None:
    """Raises UserError where a run's file has more bytes than its kind may have."""
    kind = kind_of(name)
    if kind is not None and size > kind.max_bytes:
        raise UserError(f"{where}: {name} has more than the {kind.max_bytes:,} bytes it may have; don't use it.")
