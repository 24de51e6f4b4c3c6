"""The measures of a run's generators: how good their fakes are, how varied, and whether they are copies.

`python -m gan.metrics mnist --kimg 64`
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import tyro
from rich.console import Console

from gan.config import DeviceName
from gan.datasets import find_dataset, require_on_this_computer
from gan.errors import UserError
from gan.job_progress import Report, report_json, reporter
from gan.output_file import new_output
from gan.run_log import find_run, ladder, read_record

# Covariances of the judge's 128 features and neighbours want some; the ceiling is minutes of work.
MIN_COUNT = 100
MAX_COUNT = 100_000


@dataclass(frozen=True, slots=True)
class MetricsOptions:
    """Measure one rung of a run, or all of them."""

    run: tyro.conf.Positional[Path]
    """Folder of the run, or its name under checkpoints/."""
    kimg: int | None = None
    """Which rung; by default the last."""
    all: bool = False
    """Measure every rung."""
    count: int = 10_000
    """How many fakes; figures of different counts can't be compared."""
    seed: int = 0
    """Seed of the first fake; the next ones have the next seeds."""
    json: Path | None = None
    """Write the figures to this .json file too."""
    inception_weights: Path | None = None
    """torch-fidelity's file of Inception weights, for the published FID; needs that package."""
    device: DeviceName = "auto"
    """auto takes CUDA, then MPS, then the CPU."""
    progress: bool = False
    """Print lines of JSON that say how far it is, and at last the figures, instead of a table."""


def main(options: MetricsOptions) -> int:
    """Measures, prints a table and returns 0; raises UserError, before any long work, where something is missing."""
    if not MIN_COUNT <= options.count <= MAX_COUNT:
        raise UserError(f"--count is {options.count}; give {MIN_COUNT} to {MAX_COUNT}.")
    if not 0 <= options.seed <= 2**32 - options.count:
        raise UserError(f"--seed is {options.seed}; every seed used must lie from 0 to 4294967295.")
    if options.all and options.kimg is not None:
        raise UserError("--all measures every rung, --kimg one of them; give one of the two.")
    run = find_run(options.run)
    config = read_record(run).config
    dataset = find_dataset(config.dataset, config.image_size, config.channels)
    require_on_this_computer(dataset)
    # Late, because they load PyTorch: a wrong flag is told of at once.
    from gan.devices import find_device
    from gan.inception import load_inception
    from gan.judge import find_judge
    from gan.metrics_table import print_table
    from gan.run_measures import measure_run
    from gan.sampler import load_rung

    device = find_device(options.device)
    load_rung(run, options.kimg)
    rungs = ladder(run) if options.all else [ladder(run)[-1] if options.kimg is None else options.kimg]
    for kimg in rungs:
        # A damaged one is told of now, not after minutes of work on those before it.
        load_rung(run, kimg)
    judge = find_judge(dataset, device)
    network = None if options.inception_weights is None else load_inception(options.inception_weights, device)

    console = Console()
    seeds = range(options.seed, options.seed + options.count)
    with ExitStack() as stack:
        stream = stack.enter_context(new_output(options.json, ".json", "--json")) if options.json else None
        report = stack.enter_context(_shown_progress(options.progress, console))
        measures = measure_run(run, dataset, rungs, seeds, judge, network, device, report)
        if stream is not None:
            stream.write((json.dumps(measures.to_json(), indent=2) + "\n").encode())
    wrote = f"; wrote {options.json}" if options.json else ""
    unjudged = "" if judge else f", without the judge's figures: there is no judge of {dataset.title}"
    text = f"measured {len(rungs)} rung{'s' if len(rungs) > 1 else ''} of {measures.run}{unjudged}{wrote}"
    if options.progress:
        report_json(1.0, text, measures.to_json())
    else:
        print_table(console, measures)
        print(text)
    return 0


@contextmanager
def _shown_progress(as_json: bool, console: Console) -> Iterator[Report]:
    """Gives what tells the progress: to a program, to a person at a terminal, or to nobody."""
    if as_json or not console.is_terminal:
        yield reporter(as_json)
    else:
        with console.status("") as status:
            yield lambda share, text: status.update(f"{share:.0%} · {text}")


if __name__ == "__main__":
    import sys

    from gan.cancelling import cancel_on_sigterm
    from gan.command_line import run_command

    cancel_on_sigterm()
    sys.exit(run_command(MetricsOptions, main, "python -m gan.metrics"))
