"""A run as one figure for a page: how training went, what the judge found, and the newest pictures.

`python -m gan.figures mnist --out figure.png`
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import matplotlib as mpl
import numpy as np
import tyro
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from numpy.typing import NDArray

from gan.config import ASSETS_ROOT, TrainingConfig
from gan.datasets import dataset_title, find_dataset
from gan.errors import UserError
from gan.figure_panels import (
    MUTED,
    draw_classes,
    draw_grid,
    draw_judge_distance,
    draw_losses,
    draw_probabilities,
    drawable,
    plain,
)
from gan.job_progress import report_result, reporter
from gan.output_file import new_output
from gan.run_log import (
    RunRecord,
    Tick,
    find_run,
    latest_sample_path,
    read_record,
    read_ticks,
    sample_marks,
    sample_path,
)
from gan.run_title import read_title
from gan.sample_grid import read_grid

# A4, on its side.
PAGE_INCHES = (11.69, 8.27)
DOTS_PER_INCH = 200
INK = "#171B21"
GRID_LINES = "#DDE1E6"
# Any, because matplotlib's types list every key that it knows.
STYLE: dict[Any, Any] = {
    "font.family": ["Inter", "DejaVu Sans"],
    # A run may be called “$100”.
    "text.parse_math": False,
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID_LINES,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.1,
    "lines.markersize": 4,
    "legend.frameon": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
}

Panel = Callable[[Axes, Sequence[Tick]], None]


def newest_grid(run: Path, config: TrainingConfig) -> tuple[str, NDArray[np.uint8]] | None:
    """Returns the newest fixed-noise grid that can be read, uint8 (224, 224), with its caption; None: there is none."""
    found = [(f"64 fixed latents at {plain(kimg)} kimg", sample_path(run, kimg)) for kimg in sample_marks(run)]
    latest = ("64 fixed latents, newest", latest_sample_path(run))
    for caption, path in [latest, *reversed(found)] if _is_newer(latest[1], found) else reversed(found):
        try:
            return caption, read_grid(path, config.image_size, config.channels)
        except UserError:
            continue
    return None


def _is_newer(latest: Path, found: Sequence[tuple[str, Path]]) -> bool:
    try:
        return not found or latest.stat().st_mtime > found[-1][1].stat().st_mtime
    except OSError:
        return False


def draw_figure(run: Path, record: RunRecord, ticks: Sequence[Tick]) -> Figure:
    """Returns the figure of a run, A4 on its side, on white; in `STYLE` where the caller has set it."""
    fontManager.addfont(ASSETS_ROOT / "fonts" / "Inter-Regular.otf")
    fontManager.addfont(ASSETS_ROOT / "fonts" / "Inter-Bold.otf")
    names = record.class_names or find_dataset(record.config.dataset).class_names
    panels: dict[str, Panel] = {
        "losses": draw_losses,
        "probabilities": draw_probabilities,
        "judge": draw_judge_distance,
        "classes": lambda axes, ticks: draw_classes(axes, ticks, names),
    }
    figure = Figure(figsize=PAGE_INCHES, dpi=DOTS_PER_INCH, facecolor="white")
    figure.set_layout_engine("constrained", w_pad=0.08, h_pad=0.08)
    FigureCanvasAgg(figure)
    places = figure.subplot_mosaic([["losses", "judge", "grid"], ["probabilities", "classes", "grid"]])
    for name, panel in panels.items():
        panel(places[name], ticks)
    draw_grid(places["grid"], newest_grid(run, record.config))
    figure.suptitle(headline(run, record, ticks), x=0.01, ha="left", fontsize=12, fontweight="bold")
    return figure


def headline(run: Path, record: RunRecord, ticks: Sequence[Tick]) -> str:
    """Returns what was trained, how long, with which seed and where: the figure's title."""
    kimg = plain(ticks[-1].kimg) if ticks else "0"
    dataset = dataset_title(record.config.dataset)
    device = record.device if len(record.device) <= 60 else record.device[:59] + "…"
    return f"{read_title(run)}: {dataset} · {kimg} kimg · seed {record.config.seed} · {device}, {record.precision}"


def write_figure(stream: BinaryIO, run: Path) -> None:
    """Writes the figure of a run as a PNG picture; raises UserError where its run.json is damaged."""
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        # A title may be written in letters that no font here has: boxes stand for them.
        warnings.filterwarnings("ignore", message="Glyph")
        figure = draw_figure(run, read_record(run), drawable(read_ticks(run)[0]))
        figure.savefig(stream, format="png", dpi=DOTS_PER_INCH)


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """Draw how a run went, on one page."""

    run: tyro.conf.Positional[Path]
    """Folder of the run, or its name under checkpoints/."""
    out: Path
    """The .png file to write."""
    progress: bool = False
    """Print lines of JSON that say how far it is."""


def main(options: FigureOptions) -> int:
    """Writes the figure and returns 0; raises UserError."""
    run = find_run(options.run)
    reporter(options.progress)(0.1, "drawing")
    with new_output(options.out, ".png") as stream:
        write_figure(stream, run)
    text = f"wrote {options.out}"
    report_result(options.progress, text, str(options.out))
    return 0


if __name__ == "__main__":
    import sys

    from gan.cancelling import cancel_on_sigterm
    from gan.command_line import run_command

    cancel_on_sigterm()
    sys.exit(run_command(FigureOptions, main, "python -m gan.figures"))
