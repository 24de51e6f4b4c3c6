"""A figure that compares runs, such as those of `benchmarks.timed_runs`: judge distance against kimg and time.

`python -m benchmarks.compared_runs RUN RUN … --out docs/pictures/pairings.png`
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter

from gan.command_line import run_command
from gan.config import ArchitectureName, ObjectiveName, TrainingConfig
from gan.errors import UserError
from gan.figure_page import page_style
from gan.output_file import new_output
from gan.run_log import Tick, find_run, measured_rungs, read_record

INCHES = (10.0, 4.6)
DOTS_PER_INCH = 130
# Round ones on a clock.
SECONDS = (1, 5, 15, 60, 300, 900, 3600)
# Okabe & Ito's palette: an objective keeps its colour, an architecture its line.
COLOURS: dict[ObjectiveName, str] = {
    "standard": "#E69F00",
    "minimax": "#CC79A7",
    "wasserstein": "#56B4E9",
    "wasserstein-gp": "#0072B2",
    "relativistic": "#009E73",
}
LINES: dict[ArchitectureName, dict[str, Any]] = {
    "dcgan": {"linestyle": "-", "marker": "o"},
    "mlp": {"linestyle": "--", "marker": "s"},
}


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """Draw the judge distance of several runs on one page."""

    runs: tyro.conf.Positional[tuple[Path, ...]]
    """Folders of the runs, or their names under checkpoints/."""
    out: Path
    """The picture to write, a .png file."""


def _tick_label(seconds: float) -> str:
    # Without the zeros of “5 min 00 s”, which run into the next one.
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"


def main(options: CompareOptions) -> int:
    """Writes the figure and returns 0; raises UserError where a run has no measured rung."""
    runs = [find_run(name) for name in options.runs]
    if not runs:
        raise UserError("Name at least one run to draw.")
    with new_output(options.out, ".png", "--out") as stream:
        compared(runs).savefig(stream, format="png", dpi=DOTS_PER_INCH)
    print(f"wrote {options.out}")
    return 0


def compared(runs: list[Path]) -> Figure:
    """Returns a figure with a curve for each run, over kimg at the left and over training time at the right."""
    with page_style():
        figure = Figure(figsize=INCHES, facecolor="white", layout="constrained")
        FigureCanvasAgg(figure)
        over_kimg, over_time = figure.subplots(1, 2, sharey=True)
        for run in runs:
            config, ticks = read_record(run).config, list(measured_rungs(run).values())
            if not ticks:
                raise UserError(f"{run} has no rung that a judge measured; train it where its judge is.")
            _draw(over_kimg, [tick.kimg for tick in ticks], ticks, config)
            _draw(over_time, [tick.seconds for tick in ticks], ticks, config)
        over_kimg.set_ylabel("judge distance (log scale)")
        over_kimg.set_xlabel("kimg: thousands of real pictures shown (log scale)")
        over_kimg.xaxis.set_major_formatter(FuncFormatter(lambda kimg, _: f"{kimg:g}"))
        over_time.xaxis.set_major_locator(FixedLocator(SECONDS))
        over_time.set_xlabel("training time (log scale)")
        over_time.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: _tick_label(seconds)))
        over_kimg.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        over_kimg.yaxis.set_major_formatter(FuncFormatter(lambda distance, _: f"{distance:g}"))
        over_kimg.yaxis.set_minor_formatter(NullFormatter())
        handles, labels = over_kimg.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside right center")
    return figure


def _draw(axes: Axes, places: list[float], ticks: list[Tick], config: TrainingConfig) -> None:
    axes.loglog(
        places,
        [tick.judge_distance or 0 for tick in ticks],
        color=COLOURS[config.objective],
        label=config.family,
        markerfacecolor="white" if config.conditional else COLOURS[config.objective],
        **LINES[config.architecture],
    )


if __name__ == "__main__":
    sys.exit(run_command(CompareOptions, main, "python -m benchmarks.compared_runs"))
