"""The forger process: holds torch, and hands the window pictures of either kind by one path.

Speaks `gan.wire` on standard input and output. While it wakes it sends {"event": "stage", …}, then {"event": "ready"};
a request {"id", "pictures", "judge"} is answered by {"id", "classes", "shape"} and uint8 pictures of that shape,
N×size×size or N×size×size×3; {"id", "labels_of"} is answered by {"id", "classes", "shape"} and the classes of real
pictures, uint16; or either by {"id", "error"}: one sentence. It ends when its input closes, so it can't outlive the
window.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from gan.config import ASSETS_ROOT, PROJECT_ROOT
from gan.datasets import DATASETS, find_dataset, is_on_this_computer, load_split, refuse_download
from gan.errors import UserError
from gan.priority import HELPER_NICENESS, lower_priority
from gan.run_log import held_out_path, rung_path
from gan.wire import read_message, write_message

if TYPE_CHECKING:
    from gan.judge import Judge
    from gan.networks import Generator

KEPT_GENERATORS = 32
# Every judge was trained on pictures of this size.
JUDGED_SIZE = 28


@dataclass(frozen=True, slots=True)
class Reals:
    """Real pictures, uint8 (count, channels, size, size), and their classes, whole numbers (count,)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Source:
    """Where pictures come from: the test split of a dataset, what a run held out, or a run's rung at `kimg`."""

    kind: Literal["dataset", "held_out_of", "run"]
    name: str
    kimg: int = 0


class ForgerService:
    """Answers requests for pictures; loads what they need on first use and keeps it."""

    def __init__(self) -> None:
        self._reals: dict[str, Reals] = {}
        self._judges: dict[str, Judge | None] = {}
        self._generators: dict[Path, tuple[int, Generator]] = {}

    def answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Returns the reply's header and payload; raises UserError where a picture or a label can't be had."""
        if "labels_of" in request:
            labels = self._real_pictures(_source(request["labels_of"])).labels
            return {"classes": [], "shape": [len(labels)]}, labels.astype("<u2").tobytes()
        images = self._images(request["pictures"])
        # As a picture is drawn: rows of grey levels or of colours.
        rows = images[:, 0] if images.shape[1] == 1 else images.transpose(0, 2, 3, 1)
        return {"classes": self._classes(request["judge"], images), "shape": list(rows.shape)}, rows.tobytes()

    def _images(self, pictures: Sequence[dict[str, Any]]) -> NDArray[np.uint8]:
        """Returns pictures of one shape, uint8 (N, channels, size, size), in the order asked."""
        sources = [_source(picture) for picture in pictures]
        images: NDArray[np.uint8] | None = None
        for source in dict.fromkeys(sources):
            chosen = [place for place, each in enumerate(sources) if each == source]
            numbers = [pictures[place]["number"] for place in chosen]
            found = self._draw(Path(source.name), source.kimg, numbers) if source.kind == "run" else None
            if found is None:
                reals = self._real_pictures(source).images
                if not all(0 <= number < len(reals) for number in numbers):
                    raise UserError(f"{source.name} has {len(reals)} real pictures, fewer than were asked for.")
                found = reals[numbers]
            if images is None:
                images = np.zeros((len(pictures), *found.shape[1:]), np.uint8)
            if found.shape[1:] != images.shape[1:]:
                raise UserError(
                    f"{source.name} has pictures of {_size(found)}, and those beside them {_size(images)}; "
                    "choose another run, or train this one again."
                )
            images[chosen] = found
        return np.zeros((0, 1, 28, 28), np.uint8) if images is None else images

    def _real_pictures(self, source: Source) -> Reals:
        if source.kind == "held_out_of":
            # Small, and another run's once that folder has been deleted and imported anew: not kept.
            return _read_held_out(source.name)
        if source.name not in self._reals:
            self._reals[source.name] = _test_split(source.name)
        return self._reals[source.name]

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
        from gan.judge import find_judge

        if dataset not in self._judges:
            # Play goes on without a judge, be it missing or damaged: only the classes' names stay away.
            with suppress(UserError):
                self._judges[dataset] = find_judge(DATASETS[dataset]) if dataset in DATASETS else None
            self._judges.setdefault(dataset, None)
        judge = self._judges[dataset]
        if judge is None or images.shape[1:] != (judge.stack, JUDGED_SIZE, JUDGED_SIZE):
            return []
        probabilities = judge.class_probabilities(images)
        names = DATASETS[dataset].class_names
        return [(names[int(row.argmax())], float(row.max())) for row in probabilities]


def _test_split(dataset: str) -> Reals:
    known = find_dataset(dataset)
    # Nobody waits for a download in the middle of a game; looked at first, as a download begins with an empty folder.
    if not is_on_this_computer(dataset):
        refuse_download(known, ASSETS_ROOT)
    split = load_split(known, "test", download=refuse_download)
    return Reals(split.images, split.labels)


def _read_held_out(run: str) -> Reals:
    from gan.held_out import read_held_out

    held_out = read_held_out(held_out_path(Path(run)))
    return Reals(held_out.images, held_out.labels)


def _size(images: NDArray[np.uint8]) -> str:
    _, channels, height, width = images.shape
    return f"{width}×{height} in {'grey' if channels == 1 else 'colour'}"


def _source(picture: dict[str, Any]) -> Source:
    if "held_out_of" in picture:
        return Source("held_out_of", picture["held_out_of"])
    return Source("run", picture["run"], picture["kimg"]) if "run" in picture else Source("dataset", picture["dataset"])


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
