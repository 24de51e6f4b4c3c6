"""Decoded pictures, kept in a file so that they need not be decoded again; no torch in here."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from gan.atomic_file import atomic_stream

# A change of how `gan.picture_files` decodes is a new version, so that what was kept of the old one is made anew.
DECODING_VERSION = 1


def cache_folder() -> Path:
    """Returns where kept files may always lie: under $REAL_OR_FAKE_HOME, else in the user's cache."""
    home = os.environ.get("REAL_OR_FAKE_HOME")
    return Path(home) / "cache" if home else user_cache_path("real-or-fake", appauthor=False)


def keep_array(
    places: Sequence[Path], topic: str, key: str, shape: tuple[int, ...], make: Callable[[], NDArray[np.uint8]]
) -> NDArray[np.uint8]:
    """Returns what `make` returns, uint8 of `shape`, as a read-only memory map where one of the places can hold it.

    The file is `<topic>-<key>.npy` in the first place that has or takes it. A damaged one is made anew, and those of
    the same topic with another key are deleted.
    """
    name = f"{topic}-{key}.npy"
    for place in places:
        if (kept := _map(place / name, shape)) is not None:
            return kept
    made = make()
    for place in places:
        with suppress(OSError):
            place.mkdir(parents=True, exist_ok=True)
            with atomic_stream(place / name) as stream:
                np.lib.format.write_array(stream, made, allow_pickle=False)
            _forget_others(place, topic, name)
            if (kept := _map(place / name, shape)) is not None:
                return kept
    return made


def _map(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8] | None:
    # A damaged file raises whatever NumPy happens to stumble over, and making it anew is right in any case.
    with suppress(Exception):
        kept = np.load(path, mmap_mode="r", allow_pickle=False)
        if isinstance(kept, np.memmap) and kept.dtype == np.uint8 and kept.shape == shape and kept.flags.c_contiguous:
            return kept
    return None


def read_kept(topic: str, key: str, names: Sequence[str]) -> dict[str, NDArray[np.generic]] | None:
    """Returns the arrays that `keep` wrote, or None where they are not there, not all there, or damaged."""
    with suppress(Exception), np.load(cache_folder() / f"{topic}-{key}.npz", allow_pickle=False) as kept:
        # Each has a checksum in the file, so that no flipped bit gets past.
        return {name: kept[name] for name in names}
    return None


def keep(topic: str, key: str, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    """Writes arrays for `read_kept`, in place of those of the same topic; does nothing where there is no room."""
    path = cache_folder() / f"{topic}-{key}.npz"
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_stream(path) as stream:
            np.savez(stream, allow_pickle=False, **arrays)
        _forget_others(path.parent, topic, path.name)


def _forget_others(place: Path, topic: str, name: str) -> None:
    for other in place.glob(f"{topic}-*{Path(name).suffix}"):
        if other.name != name:
            # On Windows another program may still read it.
            with suppress(OSError):
                other.unlink()
