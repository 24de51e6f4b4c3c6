"""The forger process: holds torch, and hands the window pictures of either kind by one path.

Speaks `gan.wire` on standard input and output. While it wakes it sends {"event": "stage", …}, then {"event": "ready"}.
A request has an "id", which its reply repeats:

- {"pictures", "judge"}: {"classes", "shape"} and uint8 pictures of that shape, N×size×size or N×size×size×3
- {"labels_of"}: {"classes", "shape"} and the classes of all real pictures there, uint16
- {"verdicts_of", "run", "kimg"}: {"verdicts", "right", "trials", "kimg"}, what the run's discriminator says of pictures
- {"nearest_to", "among"}: {"numbers", "shape"} and uint8 pictures, the real one nearest to each

or {"error"}: one sentence. It ends when its input closes, so it can't outlive the window.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from gan.config import PROJECT_ROOT
from gan.dataset import as_rows
from gan.datasets import DATASETS
from gan.errors import UserError
from gan.nearest_neighbours import nearest_other
from gan.play_pictures import PlayPictures, Source, size_in_words, source_of
from gan.priority import HELPER_NICENESS, lower_priority
from gan.wire import read_message, write_message

if TYPE_CHECKING:
    from gan.judge import Judge
    from gan.verdicts import CalibratedDiscriminators

# Every judge was trained on pictures of this size.
JUDGED_SIZE = 28


class ForgerService:
    """Answers requests of every kind; loads what they need on first use and keeps it."""

    def __init__(self) -> None:
        self._pictures = PlayPictures()
        self._judges: dict[str, Judge | None] = {}
        self._discriminators: CalibratedDiscriminators | None = None

    def answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Returns the reply's header and payload; raises UserError, one sentence, where there is no answer."""
        if "labels_of" in request:
            labels = self._pictures.reals(source_of(request["labels_of"])).labels
            return {"classes": [], "shape": [len(labels)]}, labels.astype("<u2").tobytes()
        if "verdicts_of" in request:
            return self._verdicts(request["verdicts_of"], Path(request["run"]), request["kimg"]), b""
        if "nearest_to" in request:
            return self._nearest(request["nearest_to"], source_of(request["among"]))
        images = self._pictures.images(request["pictures"])
        rows = as_rows(images)
        return {"classes": self._classes(request["judge"], images), "shape": list(rows.shape)}, rows.tobytes()

    def _verdicts(self, pictures: list[dict[str, Any]], run: Path, kimg: int) -> dict[str, Any]:
        from gan.verdicts import CalibratedDiscriminators

        self._discriminators = self._discriminators or CalibratedDiscriminators(self._pictures)
        verdicts = self._discriminators.verdicts(pictures, run, kimg)
        return {
            "verdicts": verdicts.fake_probabilities.tolist(),
            "right": verdicts.right_count,
            "trials": verdicts.trial_count,
            "kimg": verdicts.discriminator_kimg,
        }

    def _nearest(self, pictures: list[dict[str, Any]], among: Source) -> tuple[dict[str, Any], bytes]:
        images, reals = self._pictures.images(pictures), self._pictures.reals(among).images
        own = np.array([each["number"] if source_of(each) == among else -1 for each in pictures], np.int64)
        if images.shape[1:] != reals.shape[1:]:
            raise UserError(
                f"{among.name} has pictures of {size_in_words(reals)}, and those to compare are "
                f"{size_in_words(images)}; compare them with others."
            )
        if len(reals) < 2:
            raise UserError(f"{among.name} has no other real picture to compare with; put more pictures into it.")
        numbers, _ = nearest_other(images.reshape(len(images), -1), reals.reshape(len(reals), -1), own)
        rows = as_rows(reals[numbers])
        return {"numbers": numbers.tolist(), "shape": list(rows.shape)}, rows.tobytes()

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


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answers every request until the input closes."""
    write_message(replies, {"event": "stage", "text": "Waking the forger", "share": 0.1})
    # Its half of the cores: the other half is for the window.
    import torch

    torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
    write_message(replies, {"event": "stage", "text": "Mixing the paint", "share": 0.8})
    # Imported for their own sake: the first request should not pay for them.
    import gan.judge
    import gan.sampler
    import gan.verdicts  # noqa: F401

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
