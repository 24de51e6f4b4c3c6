"""How good each rung of a run is, by its own records: `python -m benchmarks.ladder_quality mnist fashion-mnist`."""

import sys
from dataclasses import dataclass
from pathlib import Path

import tyro

from gan.command_line import run_command
from gan.datasets import DATASETS
from gan.errors import UserError
from gan.progress import duration
from gan.run_log import find_run, measured_rungs, read_record


@dataclass(frozen=True, slots=True)
class LadderOptions:
    """Print the judge distance of each rung of runs."""

    runs: tyro.conf.Positional[tuple[Path, ...]] = (Path("mnist"), Path("fashion-mnist"))
    """Folders of runs, or their names under checkpoints/."""


def main(options: LadderOptions) -> int:
    """Prints a table for each run and returns 0; raises UserError where nothing was measured."""
    for name in options.runs:
        run = find_run(name)
        record = read_record(run)
        measured = measured_rungs(run)
        if not measured:
            raise UserError(f"{run} has no rung that a judge measured; train it where checkpoints/judges/ is there.")
        command = f"python -m benchmarks.ladder_quality {' '.join(map(str, options.runs))}"
        print(f"`{command}`: {DATASETS[record.config.dataset].title}, {record.precision} on {record.device}:\n")
        print("| rung (kimg) | judge distance | its floor | training time |\n|---:|---:|---:|---:|")
        for kimg, tick in measured.items():
            print(f"| {kimg} | {tick.judge_distance:.2f} | {tick.judge_floor:.2f} | {duration(tick.seconds)} |")
        print()
    return 0


if __name__ == "__main__":
    sys.exit(run_command(LadderOptions, main, "python -m benchmarks.ladder_quality"))
