"""The panels of a figure: each draws one thing that the ticks of a run tell, also where there is none."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter, NullLocator
from numpy.typing import NDArray

from gan.config import NUMBER_LIMIT
from gan.figure_page import FAKE, MUTED, REAL
from gan.run_log import Tick

# Numbers on a logarithmic axis, so that a short one has some, too.
FEWEST_NUMBERS = 4
# A curve of more ticks is drawn as its mean with a band of one standard deviation, in so many places of the axis.
BINS = 150
BAND_OPACITY = 0.18
# More classes than that are counted, not drawn one by one.
MAX_BARS = 40


def drawable(ticks: Iterable[Tick]) -> list[Tick]:
    """Returns the ticks that have a place on a logarithmic axis."""
    return [tick for tick in ticks if tick.kimg > 0]


def draw_losses(axes: Axes, ticks: Sequence[Tick]) -> None:
    """Draws both networks' losses over kimg."""
    axes.set_title("Losses")
    axes.set_ylabel("loss")
    if _over_kimg(axes, ticks):
        _draw_line(axes, ticks, "generator_loss", color=FAKE, label="generator")
        _draw_line(axes, ticks, "discriminator_loss", color=REAL, label="discriminator", linestyle="--")
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


def draw_logits(axes: Axes, ticks: Sequence[Tick]) -> None:
    """Draws the mean answers to reals and to fakes over kimg, of a critic whose answers are no probabilities."""
    axes.set_title("The critic's mean answers")
    axes.set_ylabel("answer (only differences count)")
    answered = [tick for tick in ticks if tick.real_logit is not None and tick.fake_logit is not None]
    if _over_kimg(axes, answered):
        _draw_line(axes, answered, "real_logit", color=REAL, label="to reals")
        _draw_line(axes, answered, "fake_logit", color=FAKE, label="to fakes", linestyle="--")
        axes.legend()


def draw_judge_distance(axes: Axes, ticks: Sequence[Tick]) -> None:
    """Draws the judge distance of each measured rung over kimg, with its floor; both axes are logarithmic."""
    axes.set_title("Judge distance")
    axes.set_ylabel("judge distance (log scale)")
    measured = [tick for tick in ticks if tick.judge_distance is not None and tick.judge_distance > 0]
    if _over_kimg(axes, measured):
        axes.set_yscale("log")
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
        _number(axes.yaxis, *axes.get_ylim())


def draw_classes(axes: Axes, ticks: Sequence[Tick], names: Sequence[str]) -> None:
    """Draws the share of each class among the fakes of the last measured rung; of too many, how many are drawn."""
    if len(names) > MAX_BARS:
        _draw_modes(axes, ticks, len(names))
        return
    axes.set_title("Classes of the fakes")
    axes.set_ylabel("share of the fakes (%)")
    measured = [tick for tick in ticks if any(tick.class_counts or []) and len(tick.class_counts or []) == len(names)]
    if not measured:
        _say_empty(axes)
        return
    counts = np.array(measured[-1].class_counts, float)
    axes.set_title(f"Classes of {counts.sum():,.0f} fakes at {whole(measured[-1].kimg)} kimg")
    axes.bar(range(len(counts)), 100 * counts / counts.sum(), color=FAKE, width=0.75)
    axes.axhline(100 / len(counts), color=MUTED, linewidth=0.8, linestyle=":")
    are_long = any(len(name) > 2 for name in names)
    axes.set_xticks(range(len(counts)), names, rotation=45 if are_long else 0, ha="right" if are_long else "center")
    axes.set_xlabel("class, as the judge sees it")
    axes.grid(visible=False, axis="x")


def _draw_modes(axes: Axes, ticks: Sequence[Tick], class_count: int) -> None:
    """Draws how many classes the fakes have over kimg, and how far their shares are from equal ones."""
    axes.set_title(f"Classes among the fakes, of {class_count:,}")
    axes.set_ylabel("classes")
    measured = [tick for tick in ticks if tick.mode_count is not None]
    if _over_kimg(axes, measured):
        axes.set_ylim(0, 1.05 * class_count)
        _draw_line(axes, measured, "mode_count", color=FAKE, marker="o", clip_on=False)
        axes.axhline(class_count, color=MUTED, linewidth=0.8, linestyle=":")
        divergent = [tick for tick in measured if tick.mode_kl is not None]
        if divergent:
            other = axes.twinx()
            other.set_ylabel("KL divergence (nats; dashed)")
            other.spines["right"].set_visible(True)
            other.grid(visible=False)
            _draw_line(other, divergent, "mode_kl", color=REAL, marker="s", linestyle="--", clip_on=False)
            other.set_ylim(bottom=0)


def _over_kimg(axes: Axes, ticks: Sequence[Tick]) -> bool:
    """Returns whether there is anything to draw, and makes the horizontal axis one of kimg."""
    if not ticks:
        _say_empty(axes)
        return False
    axes.set_xlabel("training (kimg: thousands of real pictures; log scale)")
    axes.set_xscale("log")
    low, high = min(tick.kimg for tick in ticks), max(tick.kimg for tick in ticks)
    if low < high:
        axes.set_xlim(low, high)
    _number(axes.xaxis, low, high)
    return True


def _number(axis: Axis, low: float, high: float) -> None:
    axis.set_major_locator(FixedLocator(log_numbers(low, high)))
    axis.set_major_formatter(FuncFormatter(plain))
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())


def log_numbers(low: float, high: float) -> list[float]:
    """Returns round numbers from `low` to `high`, both above 0: at least three, where they differ."""
    if not low < high:
        return [low]
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    # One number in so many decades where there are many.
    spacing = -(-len(decades) // 8)
    for digits in ((1,), (1, 3), (1, 2, 5), (1, 2, 3, 4, 5, 6, 8)):
        numbers = [digit * 10.0**decade for decade in decades if decade % spacing == 0 for digit in digits]
        numbers = [number for number in numbers if low <= number <= high]
        if len(numbers) >= FEWEST_NUMBERS:
            return numbers
    for parts in (6, 9, 12):
        even = [float(number) for number in MaxNLocator(parts, steps=[1, 2, 5, 10]).tick_values(low, high)]
        numbers = [number for number in even if low <= number <= high]
        if len(numbers) >= 3:
            break
    return numbers


def _say_empty(axes: Axes, text: str = "no figures yet") -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=MUTED)


def _draw_line(axes: Axes, ticks: Sequence[Tick], name: str, **look: Any) -> None:
    if len(ticks) == 1:
        # A line of one point is not seen.
        look["marker"] = "o"
    # JSON may bring whole numbers that are too long for an array of them.
    kimg = np.array([float(tick.kimg) for tick in ticks])
    values = np.array([float(getattr(tick, name)) for tick in ticks])
    if len(ticks) > BINS and kimg.min() < kimg.max():
        kimg, values, spread = _binned(kimg, values)
        axes.fill_between(kimg, values - spread, values + spread, color=look["color"], alpha=BAND_OPACITY, linewidth=0)
    axes.plot(kimg, values, **look)


def _binned(
    kimg: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Returns the means of kimg and values in equal parts of a logarithmic axis, and the values' deviations."""
    shares = np.log(kimg / kimg.min()) / np.log(kimg.max() / kimg.min())
    # The end lies in the last part, not in one of its own.
    parts = np.minimum((shares * BINS).astype(int), BINS - 1)
    _, places, counts = np.unique(parts, return_inverse=True, return_counts=True)
    mean_kimg, means = (np.bincount(places, weights) / counts for weights in (kimg, values))
    spread = np.sqrt(np.bincount(places, (values - means[places]) ** 2) / counts)
    return mean_kimg, means, spread


def whole(kimg: float) -> str:
    """Returns kimg as it is said of a run: without the part of a step that is over."""
    return plain(float(int(kimg))) if kimg >= 1 else plain(kimg)


def plain(value: float, position: int | None = None) -> str:
    """Returns a number of an axis without powers of ten, as in 3000 and 0.05."""
    if 10 <= value < NUMBER_LIMIT:
        return f"{value:.0f}" if value >= 1000 or value == round(value) else f"{value:.4g}"
    return f"{value:.3g}"
