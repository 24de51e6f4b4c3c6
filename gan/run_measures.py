"""The measures of some rungs of a run, beside those of real pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from gan.datasets import FOLDER_PREFIX, Dataset, load_split, refuse_download
from gan.errors import UserError
from gan.feature_coverage import NEIGHBOUR_COUNT
from gan.job_progress import Report
from gan.judge import Judge
from gan.run_log import read_record
from gan.rung_measures import (
    FAKES_SECONDS,
    INCEPTION_SECONDS,
    JUDGED_FAKES_SECONDS,
    JUDGED_REALS_SECONDS,
    JUDGED_REFERENCE_SECONDS,
    REFERENCE_SECONDS,
    Inception,
    Measures,
    Reference,
    make_inception,
    make_reference,
    measure_fakes,
    measure_reals,
)
from gan.sampler import classes_in_proportion, draw, load_rung

_DRAWING_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class RunMeasures:
    """The measures of rungs by kimg, of fakes from `seeds`, and those of as many real training pictures."""

    run: str
    dataset: str
    seeds: range
    real: Measures
    rungs: dict[int, Measures]

    def to_json(self) -> dict[str, Any]:
        """Returns all of it as JSON has it (docs/formats.md)."""
        return {
            "run": self.run,
            "dataset": self.dataset,
            "count": len(self.seeds),
            "seed": self.seeds.start,
            "neighbours": NEIGHBOUR_COUNT,
            "real": self.real.to_json(),
            "rungs": [{"kimg": kimg, **measures.to_json()} for kimg, measures in self.rungs.items()],
        }


def measure_run(
    run: Path,
    dataset: Dataset,
    rungs: Sequence[int],
    seeds: range,
    judge: Judge | None,
    inception_network: nn.Module | None,
    device: torch.device,
    report: Report,
) -> RunMeasures:
    """Returns the measures of some rungs of a run against the whole of its dataset; the networks are on `device`.

    Raises UserError where its pictures are not on this computer, or are other ones than it was trained on.
    """
    with_inception = 0 if inception_network is None else INCEPTION_SECONDS
    seconds = REFERENCE_SECONDS + with_inception + len(rungs) * (_DRAWING_SECONDS + FAKES_SECONDS + with_inception)
    if judge is not None:
        seconds += JUDGED_REFERENCE_SECONDS + JUDGED_REALS_SECONDS + len(rungs) * JUDGED_FAKES_SECONDS
    steps = _Steps(report, seconds)

    held_out = load_split(dataset, "test", download=refuse_download).images
    training = load_split(dataset, "train", download=refuse_download)
    # A folder may have got other pictures, of which others are held out; the rest can't change.
    if dataset.name.startswith(FOLDER_PREFIX) and training.fingerprint != read_record(run).dataset_fingerprint:
        raise UserError(
            f"{run} was trained on other pictures than those of {dataset.name} found now; put them back to measure it."
        )
    reference = make_reference(judge, held_out, training.images, steps.begin)
    labels = torch.from_numpy(training.labels.astype(np.int64))
    inception = None
    if inception_network is not None:
        inception = make_inception(inception_network, device, held_out, steps.begin)
    return RunMeasures(
        run=run.resolve().name,
        dataset=dataset.name,
        seeds=seeds,
        real=measure_reals(len(seeds), reference, seeds.start, steps.begin),
        rungs={kimg: _measure_rung(run, kimg, seeds, labels, reference, inception, device, steps) for kimg in rungs},
    )


def _measure_rung(
    run: Path,
    kimg: int,
    seeds: range,
    labels: torch.Tensor,
    reference: Reference,
    inception: Inception | None,
    device: torch.device,
    steps: "_Steps",
) -> Measures:
    def begin(text: str, seconds: float) -> None:
        steps.begin(f"{kimg} kimg: {text}", seconds)

    begin("drawing fakes", _DRAWING_SECONDS)
    generator = load_rung(run, kimg).to(device)
    # As training does: the distance would never come down to the floor if the classes had other shares.
    asked = classes_in_proportion(len(seeds), labels, generator.shape.class_count)
    images = draw(generator, seeds, asked)
    return measure_fakes(images, None if asked is None else asked.numpy(), reference, inception, seeds.start, begin)


class _Steps:
    """Turns steps, with the seconds that each takes, into the share that is done."""

    def __init__(self, report: Report, total_seconds: float) -> None:
        self._report = report
        self._total_seconds = total_seconds
        self._done_seconds = 0.0

    def begin(self, text: str, seconds: float) -> None:
        """Reports a step that begins now."""
        self._report(min(1.0, self._done_seconds / self._total_seconds), text)
        self._done_seconds += seconds
