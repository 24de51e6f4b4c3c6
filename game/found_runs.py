"""Zip files that hold a run, looked for in the background: a folder of downloads may have hundreds of others."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_downloads_path

from game.training_run import looks_like_run

# The newest of more; whoever wants an older one can type its path.
MAX_SEARCHED = 500


@dataclass(frozen=True, slots=True)
class FoundRun:
    """A zip file that holds a run."""

    path: Path
    modified: datetime
    size_bytes: int


class RunSearch:
    """Looks through folders in a thread; `found` grows, newest first, `done` says whether it will grow further.

    `wake` is called, from that thread, when there is news.
    """

    def __init__(self, folders: Sequence[Path], wake: Callable[[], None]) -> None:
        self.found: tuple[FoundRun, ...] = ()
        self.done = False
        self._folders = folders
        self._wake = wake
        self._stopped = threading.Event()
        threading.Thread(target=self._search, daemon=True).start()

    def stop(self) -> None:
        """Ends the search: nobody looks at it any more."""
        self._stopped.set()

    def _search(self) -> None:
        candidates = [zip_file for folder in self._folders for zip_file in _zip_files(folder)]
        candidates.sort(key=lambda zip_file: (zip_file.modified, zip_file.path), reverse=True)
        for candidate in candidates[:MAX_SEARCHED]:
            if self._stopped.is_set():
                return
            if looks_like_run(candidate.path):
                self.found += (candidate,)
                self._wake()
        self.done = True
        self._wake()


def usual_folders(exports: Path) -> list[Path]:
    """Returns where a run from elsewhere is likely to lie: among what was saved here, and what was downloaded."""
    return list(dict.fromkeys((exports, user_downloads_path())))


def _zip_files(folder: Path) -> list[FoundRun]:
    """Returns all zip files of a folder; none where it can't be listed: there is always the path to type."""
    try:
        paths = [path for path in folder.iterdir() if path.suffix.lower() == ".zip"]
    except OSError:
        return []
    return [zip_file for path in paths if (zip_file := _zip_file(path)) is not None]


def _zip_file(path: Path) -> FoundRun | None:
    try:
        status = path.stat()
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        # Deleted meanwhile, or with a time out of all bounds.
        return None
    return FoundRun(path, modified, status.st_size)
