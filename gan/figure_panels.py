"""The panels of a figure: each draws one thing that the ticks of a run tell, also where there is none."""

from collections.abc import Sequence

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
# Beyond it lies nothing that was measured, and matplotlib's own arithmetic overflows.
_MOST = 1e15


def draw_losses(axes: Axes, ticks: Sequence[Tick]) -> None:
    """Draws both networks' losses over kimg."""
    axes.set_title("Losses")
    axes.set_ylabel("loss (nats per picture)")
    if _over_kimg(axes, ticks):
        axes.plot(_values(ticks, "kimg"), _values(ticks, "discriminator_loss"), color=REAL, label="discriminator")
        axes.plot(_values(ticks, "kimg"), _values(ticks, "generator_loss"), color=FAKE, label="generator", ls="--")
        axes.legend()


def draw_probabilities(axes: Axes, ticks: Sequence[Tick]) -> None:
    """Draws D(x) and D(G(z)) over kimg, with the line of one half on which the discriminator only guesses."""
    axes.set_title("What the discriminator says")
    axes.set_ylabel("probability of “real”")
    if _over_kimg(axes, ticks):
        axes.set_ylim(0, 1)
        axes.axhline(0.5, color=MUTED, linewidth=0.8, linestyle=":")
        axes.plot(_values(ticks, "kimg"), _values(ticks, "real_probability"), color=REAL, label="D(x), of reals")
        axes.plot(_values(ticks, "kimg"), _values(ticks, "fake_probability"), color=FAKE, label="D(G(z))", ls="--")
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
        axes.plot(_values(measured, "kimg"), _values(measured, "judge_distance"), "o-", color=FAKE, clip_on=False)
        floor = measured[-1].judge_floor
        if floor is not None and floor > 0:
            axes.axhline(min(floor, _MOST), color=REAL, linestyle=":")
            axes.annotate(
                "floor: real training pictures",
                (0.02, min(floor, _MOST)),
                xycoords=("axes fraction", "data"),
                xytext=(0, 3),
                textcoords="offset points",
                color=REAL,
            )


def draw_classes(axes: Axes, ticks: Sequence[Tick], names: Sequence[str]) -> None:
    """Draws the share of each class among the fakes of the last measured rung, with the line of equal shares."""
    axes.set_title("Classes of the fakes")
    axes.set_ylabel("share of the fakes (%)")
    measured = [tick for tick in ticks if tick.class_counts and sum(tick.class_counts) > 0 and tick.kimg > 0]
    if not measured:
        _say_empty(axes)
        return
    counts = np.array([min(count, _MOST) for count in measured[-1].class_counts or []], float)
    axes.set_title(f"Classes of {counts.sum():,.0f} fakes at {plain(measured[-1].kimg)} kimg")
    axes.bar(range(len(counts)), 100 * counts / counts.sum(), color=FAKE, width=0.75)
    axes.axhline(100 / len(counts), color=MUTED, linewidth=0.8, linestyle=":")
    labels = [names[place] if place < len(names) else str(place) for place in range(len(counts))]
    are_long = any(len(label) > 2 for label in labels)
    axes.set_xticks(range(len(counts)), labels, rotation=45 if are_long else 0, ha="right" if are_long else "center")
    axes.set_xlabel("class, as the judge sees it")
    axes.grid(visible=False, axis="x")


def draw_grid(axes: Axes, grid: tuple[str, NDArray[np.uint8]] | None) -> None:
    """Draws the fixed-noise grid under its caption."""
    axes.set_axis_off()
    if grid is None:
        axes.set_title("Pictures")
        _say_empty(axes)
        return
    caption, pixels = grid
    axes.set_title(caption)
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axes.set_anchor("N")


def _over_kimg(axes: Axes, ticks: Sequence[Tick]) -> bool:
    """Returns whether there is anything to draw, and makes the horizontal axis one of kimg."""
    if not any(tick.kimg > 0 for tick in ticks):
        _say_empty(axes)
        return False
    axes.set_xlabel("training (kimg: thousands of real pictures; log scale)")
    axes.set_xscale("log")
    kimg = [tick.kimg for tick in ticks if tick.kimg > 0]
    if min(kimg) < max(kimg):
        axes.set_xlim(min(kimg), min(max(kimg), _MOST))
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if max(kimg) / min(kimg) < 20 else (1.0,)))
    axes.xaxis.set_major_formatter(FuncFormatter(plain))
    axes.xaxis.set_minor_formatter(NullFormatter())
    return True


def _say_empty(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, "no figures yet", transform=axes.transAxes, ha="center", va="center", color=MUTED)


def _values(ticks: Sequence[Tick], name: str) -> NDArray[np.float64]:
    return np.array([max(-_MOST, min(_MOST, getattr(tick, name))) for tick in ticks], float)


def plain(value: float, position: int | None = None) -> str:
    """Returns a number of an axis without powers of ten, as in 3000 and 0.05."""
    return f"{value:.0f}" if 10 <= value < BELOW else f"{value:.3g}"
