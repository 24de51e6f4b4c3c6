"""The panels of a figure: each draws one thing that the ticks of a run tell, also where there is none."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from numpy.typing import NDArray

from gan.config import BELOW
from gan.run_log import Tick

# Okabe & Ito's palette, as in the game: blue for what is real, orange for what is fake.
REAL = "#0072B2"
FAKE = "#E69F00"
MUTED = "#5A6472"


def drawable(ticks: Iterable[Tick]) -> list[Tick]:
    """Returns the ticks that have a place on a logarithmic axis."""
    return [tick for tick in ticks if tick.kimg > 0]


def draw_losses(axes: Axes, ticks: Sequence[Tick]) -> None:
    """Draws both networks' losses over kimg."""
    axes.set_title("Losses")
    axes.set_ylabel("loss (nats per picture)")
    if _over_kimg(axes, ticks):
        _draw_line(axes, ticks, "discriminator_loss", color=REAL, label="discriminator")
        _draw_line(axes, ticks, "generator_loss", color=FAKE, label="generator", linestyle="--")
        axes.legend()


def draw_probabilities(axes: Axes, ticks: Sequence[Tick]) -> None:
    """Draws D(x) and D(G(z)) over kimg, with the line of one half on which the discriminator only guesses."""
    axes.set_title("What the discriminator says")
    axes.set_ylabel("probability of “real”")
    if _over_kimg(axes, ticks):
        axes.set_ylim(0, 1)
        axes.axhline(0.5, color=MUTED, linewidth=0.8, linestyle=":")
        _draw_line(axes, ticks, "real_probability", color=REAL, label="D(x), of reals")
        _draw_line(axes, ticks, "fake_probability", color=FAKE, label="D(G(z)), of fakes", linestyle="--")
        axes.legend(loc="upper right", ncols=2)


def draw_judge_distance(axes: Axes, ticks: Sequence[Tick]) -> None:
    """Draws the judge distance of each measured rung over kimg, with its floor; both axes are logarithmic."""
    axes.set_title("Judge distance")
    axes.set_ylabel("judge distance (log scale)")
    measured = [tick for tick in ticks if tick.judge_distance is not None and tick.judge_distance > 0]
    if _over_kimg(axes, measured):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(plain))
        axes.yaxis.set_minor_formatter(NullFormatter())
        _draw_line(axes, measured, "judge_distance", color=FAKE, marker="o", clip_on=False)
        floor = measured[-1].judge_floor
        if floor is not None and floor > 0:
            axes.axhline(floor, color=REAL, linestyle=":")
            axes.annotate(
                "floor: real training pictures",
                (0.02, floor),
                xycoords=("axes fraction", "data"),
                xytext=(0, 3),
                textcoords="offset points",
                color=REAL,
            )


def draw_classes(axes: Axes, ticks: Sequence[Tick], names: Sequence[str]) -> None:
    """Draws the share of each class among the fakes of the last measured rung, with the line of equal shares."""
    axes.set_title("Classes of the fakes")
    axes.set_ylabel("share of the fakes (%)")
    measured = [tick for tick in ticks if any(tick.class_counts or []) and len(tick.class_counts or []) == len(names)]
    if not measured:
        _say_empty(axes)
        return
    counts = np.array(measured[-1].class_counts, float)
    axes.set_title(f"Classes of {counts.sum():,.0f} fakes at {plain(measured[-1].kimg)} kimg")
    axes.bar(range(len(counts)), 100 * counts / counts.sum(), color=FAKE, width=0.75)
    axes.axhline(100 / len(counts), color=MUTED, linewidth=0.8, linestyle=":")
    are_long = any(len(name) > 2 for name in names)
    axes.set_xticks(range(len(counts)), names, rotation=45 if are_long else 0, ha="right" if are_long else "center")
    axes.set_xlabel("class, as the judge sees it")
    axes.grid(visible=False, axis="x")


def draw_grid(axes: Axes, grid: tuple[str, NDArray[np.uint8]] | None) -> None:
    """Draws the fixed-noise grid under its caption."""
    axes.set_axis_off()
    if grid is None:
        axes.set_title("Pictures")
        _say_empty(axes, "no pictures yet")
        return
    caption, pixels = grid
    axes.set_title(caption)
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axes.set_anchor("N")


def _over_kimg(axes: Axes, ticks: Sequence[Tick]) -> bool:
    """Returns whether there is anything to draw, and makes the horizontal axis one of kimg."""
    if not ticks:
        _say_empty(axes)
        return False
    axes.set_xlabel("training (kimg: thousands of real pictures; log scale)")
    axes.set_xscale("log")
    kimg = [tick.kimg for tick in ticks]
    if min(kimg) < max(kimg):
        axes.set_xlim(min(kimg), max(kimg))
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if max(kimg) / min(kimg) < 20 else (1.0,)))
    axes.xaxis.set_major_formatter(FuncFormatter(plain))
    axes.xaxis.set_minor_formatter(NullFormatter())
    return True


def _say_empty(axes: Axes, text: str = "no figures yet") -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=MUTED)


def _draw_line(axes: Axes, ticks: Sequence[Tick], name: str, **look: Any) -> None:
    if len(ticks) == 1:
        # A line of one point is not seen.
        look["marker"] = "o"
    # JSON may bring whole numbers that are too long for an array of them.
    axes.plot([float(tick.kimg) for tick in ticks], [float(getattr(tick, name)) for tick in ticks], **look)


def plain(value: float, position: int | None = None) -> str:
    """Returns a number of an axis without powers of ten, as in 3000 and 0.05."""
    return f"{value:.0f}" if 10 <= value < BELOW else f"{value:.3g}"
