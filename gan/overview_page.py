"""The overview of a run on one page: how training went, what the judge found, and the pictures."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from gan.config import PROBABILISTIC_OBJECTIVES, TrainingConfig
from gan.datasets import DATASETS, dataset_title
from gan.errors import UserError
from gan.figure_page import MUTED, Box, Page, line_pixels
from gan.figure_panels import (
    draw_classes,
    draw_judge_distance,
    draw_logits,
    draw_losses,
    draw_probabilities,
    whole,
)
from gan.run_log import RunRecord, Tick, latest_sample_path, sample_marks, sample_path
from gan.run_title import read_title
from gan.sample_grid import read_grid

_CAPTION = (
    "How training went (where records lie close, lines are their means and bands one standard deviation), and what the "
    "generator makes of seeds 0 to 63."
)
_GRID_GAP = 60
# Where there are no pictures yet, charts leave this much of the page's width to them.
_EMPTY_WIDTH = 1000

Panel = Callable[[Axes, Sequence[Tick]], None]
# A caption with the pixels of 8×8 pictures, uint8 (side, side), in colour with a last axis of 3.
Grid = tuple[str, NDArray[np.uint8]]


def overview_page(run: Path, record: RunRecord, ticks: Sequence[Tick]) -> Page:
    """Returns the page of a run whose `ticks` are drawable."""
    config, dataset = record.config, DATASETS.get(record.config.dataset)
    names = record.class_names or (dataset.class_names if dataset else ())
    panels: dict[str, Panel] = {
        "losses": draw_losses,
        "answers": draw_probabilities if config.objective in PROBABILISTIC_OBJECTIVES else draw_logits,
    }
    places = [["losses"], ["answers"]]
    if (dataset is not None and dataset.judge) or any(tick.judge_distance is not None for tick in ticks):
        panels |= {"judge": draw_judge_distance, "classes": lambda axes, ticks: draw_classes(axes, ticks, names)}
        places = [["losses", "judge"], ["answers", "classes"]]
    page = Page(headline(run, record, ticks), _CAPTION)
    left = _put_grids(page, [newest_grid(run, config), middle_grid(run, config)])
    body = page.body
    axes = page.charts(Box(body.left, body.top, left - _GRID_GAP - body.left, body.height), places)
    for name, panel in panels.items():
        panel(axes[name], ticks)
    return page


def headline(run: Path, record: RunRecord, ticks: Sequence[Tick]) -> str:
    """Returns what was trained on what, how long, with which seed and where: the title of each figure."""
    kimg = whole(ticks[-1].kimg) if ticks else "0"
    dataset = dataset_title(record.config.dataset)
    device = record.device if len(record.device) <= 60 else record.device[:59] + "…"
    trained = f"{dataset} · {record.config.family} · {kimg} kimg · seed {record.config.seed}"
    return f"{read_title(run)}: {trained} · {device}, {record.precision}"


def newest_grid(run: Path, config: TrainingConfig) -> Grid | None:
    """Returns the newest fixed-noise grid that can be read; None: there is none."""
    found = [(f"64 fixed latents at {kimg} kimg", sample_path(run, kimg)) for kimg in sample_marks(run)]
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


def middle_grid(run: Path, config: TrainingConfig) -> Grid | None:
    """Returns the grid half-way, on a logarithmic axis, from the first to the last; None: there is none between."""
    marks = [kimg for kimg in sample_marks(run) if kimg > 0]
    if len(marks) < 3:
        return None
    middle = min(marks[1:-1], key=lambda kimg: abs(np.log(kimg**2 / (marks[0] * marks[-1]))))
    try:
        pixels = read_grid(sample_path(run, middle), config.image_size, config.channels)
    except UserError:
        return None
    return f"The same 64 at {middle} kimg", pixels


def _put_grids(page: Page, grids: Sequence[Grid | None]) -> int:
    """Puts two grids below each other at the right of the page, or one of large pictures; returns where they begin."""
    body, title_height = page.body, line_pixels(10) + 16
    found = [grid for grid in grids if grid is not None]
    if not found:
        page.text(
            "no pictures yet", body.right - _EMPTY_WIDTH / 2, body.top + body.height / 2, ha="center", color=MUTED
        )
        return body.right - _EMPTY_WIDTH
    side = len(found[0][1])
    scale = (body.height // 2 - title_height) // side
    if scale < 2:
        # One that can be seen is better than two that can't.
        found, scale = found[:1], 2
    left, top = body.right - scale * side, body.top
    for caption, pixels in found:
        page.text(caption, left, top + 22, 10, scale * side, fontweight="bold")
        channels = pixels[np.newaxis] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
        page.picture(channels, left, top + title_height, scale)
        top += body.height // 2
    return left
