"""The measures of some rungs of a run, beside those of real pictures."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import nn

from gan.datasets import Dataset, load_split
from gan.feature_coverage import NEIGHBOUR_COUNT
from gan.job_progress import Report
from gan.judge import Judge
from gan.rung_measures import (
    FAKES_SECONDS,
    INCEPTION_SECONDS,
    REALS_SECONDS,
    REFERENCE_SECONDS,
    Inception,
    Measures,
    Reference,
    make_inception,
    make_reference,
    measure_fakes,
    measure_reals,
)
from gan.sampler import classes_of, draw, load_rung

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
            "real": asdict(self.real),
            "rungs": [{"kimg": kimg, **asdict(measures)} for kimg, measures in self.rungs.items()],
        }


def measure_run(
    run: Path,
    dataset: Dataset,
    rungs: Sequence[int],
    seeds: range,
    judge: Judge,
    inception_network: nn.Module | None,
    report: Report,
) -> RunMeasures:
    """Returns the measures of some rungs of a run, on the judge's device, against the whole of its dataset."""
    device = next(judge.network.parameters()).device
    with_inception = 0 if inception_network is None else INCEPTION_SECONDS
    seconds = REFERENCE_SECONDS + with_inception + REALS_SECONDS
    seconds += len(rungs) * (_DRAWING_SECONDS + FAKES_SECONDS + with_inception)
    steps = _Steps(report, seconds)

    held_out = load_split(dataset, "test").images
    reference = make_reference(judge, held_out, load_split(dataset, "train").images, steps.begin)
    inception = None
    if inception_network is not None:
        inception = make_inception(inception_network, device, held_out, steps.begin)
    return RunMeasures(
        run=run.resolve().name,
        dataset=dataset.name,
        seeds=seeds,
        real=measure_reals(len(seeds), reference, seeds.start, steps.begin),
        rungs={kimg: _measure_rung(run, kimg, seeds, reference, inception, steps) for kimg in rungs},
    )


def _measure_rung(
    run: Path, kimg: int, seeds: range, reference: Reference, inception: Inception | None, steps: "_Steps"
) -> Measures:
    def begin(text: str, seconds: float) -> None:
        steps.begin(f"{kimg} kimg: {text}", seconds)

    begin("drawing fakes", _DRAWING_SECONDS)
    generator = load_rung(run, kimg).to(next(reference.judge.network.parameters()).device)
    asked = classes_of(seeds, generator.shape.class_count)
    return measure_fakes(
        draw(generator, seeds), None if asked is None else asked.numpy(), reference, inception, seeds.start, begin
    )


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
