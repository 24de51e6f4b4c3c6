"""The forger process: holds torch, and hands the window pictures of either kind by one path.

Speaks `gan.wire` on standard input and output. While it wakes it sends {"event": "stage", …}, then {"event": "ready"};
a request {"id", "pictures", "judge"} is answered by {"id", "classes"} and uint8 N×28×28, or by {"id", "error"}: one
sentence. It ends when its input closes, so it can't outlive the window.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from gan.config import PROJECT_ROOT
from gan.datasets import DATASETS, load_split
from gan.errors import UserError
from gan.priority import HELPER_NICENESS, lower_priority
from gan.run_log import rung_path
from gan.wire import read_message, write_message

if TYPE_CHECKING:
    from gan.judge import Judge
    from gan.networks import Generator

KEPT_GENERATORS = 32


class ForgerService:
    """Answers requests for pictures; loads what they need on first use and keeps it."""

    def __init__(self) -> None:
        self._reals: dict[str, NDArray[np.uint8]] = {}
        self._judges: dict[str, Judge | None] = {}
        self._generators: dict[Path, tuple[int, Generator]] = {}

    def answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Returns the reply's header and payload; raises UserError where a picture can't be had."""
        pictures = request["pictures"]
        images = np.zeros((len(pictures), 1, 28, 28), np.uint8)
        for source in dict.fromkeys(map(_source, pictures)):
            chosen = [index for index, picture in enumerate(pictures) if _source(picture) == source]
            numbers = [pictures[index]["number"] for index in chosen]
            images[chosen] = (
                self._draw(Path(source[0]), source[1], numbers)
                if source[1] is not None
                else self._real_images(source[0])[numbers]
            )
        return {"classes": self._classes(request["judge"], images)}, images.tobytes()

    def _real_images(self, dataset: str) -> NDArray[np.uint8]:
        if dataset not in self._reals:
            self._reals[dataset] = load_split(DATASETS[dataset], "test").images
        return self._reals[dataset]

    def _draw(self, run: Path, kimg: int, seeds: list[int]) -> NDArray[np.uint8]:
        from gan.checkpoint import read_generator
        from gan.sampler import draw

        path = rung_path(run, kimg)
        try:
            changed_at = path.stat().st_mtime_ns
        except OSError as error:
            raise UserError(f"{path} is missing; choose another rung, or train the run again.") from error
        known = self._generators.pop(path, None)
        # Kept in the order of use, so that the first one is the one to drop.
        self._generators[path] = known if known and known[0] == changed_at else (changed_at, read_generator(path))
        if len(self._generators) > KEPT_GENERATORS:
            del self._generators[next(iter(self._generators))]
        return draw(self._generators[path][1], seeds)

    def _classes(self, dataset: str | None, images: NDArray[np.uint8]) -> list[tuple[str, float]]:
        """Returns the judge's class and its probability for each picture; nothing where no judge is asked or kept."""
        if dataset is None:
            return []
        from gan.judge import judge_path, load_judge

        if dataset not in self._judges:
            # Play goes on without a judge, be it missing or damaged: only the classes' names stay away.
            with suppress(UserError):
                self._judges[dataset] = load_judge(dataset) if judge_path(dataset).is_file() else None
            self._judges.setdefault(dataset, None)
        judge = self._judges[dataset]
        if judge is None:
            return []
        probabilities = judge.class_probabilities(images)
        names = DATASETS[dataset].class_names
        return [(names[int(row.argmax())], float(row.max())) for row in probabilities]


def _source(picture: dict[str, Any]) -> tuple[str, int | None]:
    """Returns where a picture comes from: (dataset, None) for a real one, (run folder, kimg) for a fake one."""
    return (picture["run"], picture["kimg"]) if "run" in picture else (picture["dataset"], None)


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answers every request until the input closes."""
    write_message(replies, {"event": "stage", "text": "Waking the forger", "share": 0.1})
    # Its half of the cores: the other half is for the window.
    import torch

    torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
    write_message(replies, {"event": "stage", "text": "Mixing the paint", "share": 0.8})
    # Imported for their own sake: the first request should not pay for them.
    import gan.judge
    import gan.sampler  # noqa: F401

    write_message(replies, {"event": "ready"})
    service = ForgerService()
    while message := read_message(requests):
        request, _ = message
        try:
            header, payload = service.answer(request)
        except UserError as error:
            header, payload = {"error": str(error)}, b""
        write_message(replies, {"id": request["id"], **header}, payload)


def main() -> int:
    """Serves on standard input and output; returns 0 when the window is gone."""
    # A print anywhere would garble the messages: standard output is given to standard error.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.chdir(PROJECT_ROOT)
    lower_priority(HELPER_NICENESS)
    try:
        serve(sys.stdin.buffer, replies)
    except (BrokenPipeError, KeyboardInterrupt):
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
