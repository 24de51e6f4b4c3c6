"""Whether a folder of pictures can be learnt from: looked through in the background, as it may have many files."""

import threading
from collections.abc import Callable
from pathlib import Path

from game.training_run import FOLDER_PREFIX, Dataset, UserError, find_dataset


class FolderCheck:
    """One look through a folder; `dataset` or `failure`, one sentence, is there once it is `done`."""

    def __init__(self, text: str, image_size: int, channels: int, wake: Callable[[], None]) -> None:
        self.dataset: Dataset | None = None
        self.failure = ""
        self.done = False
        self._wake = wake
        threading.Thread(target=self._look, args=(text, image_size, channels), daemon=True).start()

    def _look(self, text: str, image_size: int, channels: int) -> None:
        try:
            self.dataset = find_dataset(f"{FOLDER_PREFIX}{_path(text)}", image_size, channels)
        except (UserError, OSError, ValueError) as error:
            # The command's sentence names its flag.
            self.failure = str(error).replace("correct --dataset", "name another one")
        self.done = True
        self._wake()


def _path(text: str) -> Path:
    # As file managers and terminals copy it.
    cleaned = text.strip().strip("\"'").removeprefix("file://")
    if not cleaned:
        raise UserError("Type or paste the path of a folder first, or drop the folder on the window.")
    try:
        # Absolute: training runs in another folder.
        return Path(cleaned).expanduser().absolute()
    except RuntimeError as error:
        raise UserError(f"That is no path ({error}).") from error
