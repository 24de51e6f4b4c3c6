"""Pages about latent space: the two ways between latents, the way to zero, a plane through three."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from gan.figure_page import MUTED, Box, Page, line_pixels
from gan.picture_pages import COLUMN_HEADS, LABEL_WIDTH, NOTE_POINTS, Label, lay_out, put_labels, put_pictures

Floats = NDArray[np.float64]

# Okabe & Ito's vermilion and bluish green: neither real nor fake.
STRAIGHT = "#D55E00"
SPHERICAL = "#009E73"
CORNER_COLOURS = (STRAIGHT, "#CC79A7", SPHERICAL)
_CHART_HEIGHT = 150
_JUDGE_CHART_HEIGHT = 420
# Beside a chart, whose numbers stand at its left.
_WORDS_WIDTH = 300
_KEY_WIDTH = 300


@dataclass(frozen=True, slots=True)
class Ways:
    """Pictures on the two ways between a pair of latents, and how long the latents are there.

    Pictures are uint8 (steps, channels, size, size), norms float64 (steps,), in multiples of √dimension.
    """

    label: Label
    straight: NDArray[np.uint8]
    spherical: NDArray[np.uint8]
    straight_norms: Floats
    spherical_norms: Floats


def interpolation_page(headline: str, caption: str, pairs: Sequence[Ways], shares: Floats, dimension: int) -> Page:
    """Returns a page with both ways of each pair below each other, and the norms below those."""
    page = Page(headline, caption)
    body, steps = page.body, len(shares)
    height = (body.height - COLUMN_HEADS) // len(pairs)
    for number, pair in enumerate(pairs):
        top = body.top + COLUMN_HEADS + number * height
        box = Box(body.left + LABEL_WIDTH, top, body.width - LABEL_WIDTH, height - _CHART_HEIGHT - 70)
        table = lay_out(box, 2, steps, pair.straight.shape[-1])
        put_pictures(page, table, np.concatenate((pair.straight, pair.spherical)))
        heads = [_percent(share) for share in shares] if number == 0 else ()
        put_labels(page, table, body.left, [("straight", pair.label[0]), ("spherical", pair.label[1])], heads)
        # Each point below its picture.
        centres = [left + table.side / 2 for left in table.lefts]
        frame = Box(round(centres[0]), table.bottom + 30, round(centres[-1] - centres[0]), _CHART_HEIGHT)
        _draw_norms(page.chart(frame), pair, shares)
        _put_words(
            page,
            body.left,
            frame.top + 20,
            "norm of the latent",
            (f"in multiples of √{dimension},", "where latents lie"),
        )
    return page


def _put_words(page: Page, left: int, top: int, title: str, lines: Sequence[str]) -> None:
    """Writes at the left of a chart what it shows."""
    page.text(title, left, top, 9, _WORDS_WIDTH, fontweight="bold")
    for number, line in enumerate(lines, start=1):
        page.text(line, left, top + number * line_pixels(7), 6.5, _WORDS_WIDTH, color=MUTED)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _draw_norms(axes: Axes, pair: Ways, shares: Floats) -> None:
    highest = max(pair.straight_norms.max(), pair.spherical_norms.max(), 1.0)
    axes.set(xlim=(0, 1), ylim=(0, 1.15 * highest), xticks=shares, xticklabels=[], yticks=[0, 0.5, 1])
    axes.tick_params(labelsize=7, length=2)
    axes.axhline(1, color=MUTED, linewidth=0.8, linestyle=":")
    axes.plot(shares, pair.straight_norms, color=STRAIGHT, marker="o", markersize=3, clip_on=False)
    axes.plot(shares, pair.spherical_norms, color=SPHERICAL, linestyle="--", marker="s", markersize=3, clip_on=False)
    for name, norms, colour, below in (
        ("straight", pair.straight_norms, STRAIGHT, True),
        ("spherical", pair.spherical_norms, SPHERICAL, False),
    ):
        axes.annotate(
            name,
            (shares[len(shares) // 2], norms[len(shares) // 2]),
            xytext=(0, -4 if below else 4),
            textcoords="offset points",
            ha="center",
            va="top" if below else "bottom",
            color=colour,
            fontsize=7,
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge says along the way to zero.

    `names` and `probabilities` (rays × steps) are the most probable class of each picture and how probable it is;
    `many` are such probabilities of many latents, float (latents, steps).
    """

    names: Sequence[Sequence[str]]
    probabilities: NDArray[np.floating]
    many: NDArray[np.floating]
    chance: float


def walk_page(
    headline: str,
    caption: str,
    pictures: NDArray[np.uint8],
    labels: Sequence[Label],
    norms: Floats,
    shares: Floats,
    judged: Judged | None,
) -> Page:
    """Returns a page of pictures, uint8 (rays, steps, channels, size, size), on the ways of latents to zero.

    `norms`, float64 (rays, steps), are in multiples of √dimension.
    """
    page = Page(headline, caption)
    body = page.body
    note = line_pixels(NOTE_POINTS)
    below = 2 * note if judged else note
    chart_height = _JUDGE_CHART_HEIGHT if judged else 0
    box = Box(
        body.left + LABEL_WIDTH,
        body.top + COLUMN_HEADS,
        body.width - LABEL_WIDTH,
        body.height - COLUMN_HEADS - chart_height,
    )
    table = lay_out(box, len(labels), len(shares), pictures.shape[-1], below)
    put_pictures(page, table, pictures.reshape(-1, *pictures.shape[2:]))
    put_labels(page, table, body.left, labels, [_multiple_of_z(share) for share in shares])
    for row, top in enumerate(table.tops):
        for column, left in enumerate(table.lefts):
            middle, y = left + table.side / 2, top + table.side + note / 2
            if judged:
                said = f"{judged.names[row][column]} · {_percent(judged.probabilities[row, column])}"
                page.text(said, middle, y, NOTE_POINTS, table.side, ha="center")
                y += note
            page.text(f"{norms[row, column]:.2f} √d", middle, y, 6, table.side, ha="center", color=MUTED)
    if judged:
        centres = [left + table.side / 2 for left in table.lefts]
        top = table.bottom + below + 70
        frame = Box(round(centres[0]), top, round(centres[-1] - centres[0]), min(300, body.bottom - top - 40))
        _draw_certainty(page.chart(frame), judged, shares)
        lines = (f"line: mean of {len(judged.many)} latents", "band: 10 to 90 % of them", "dotted: guessing")
        _put_words(page, body.left, frame.top + 40, "the judge's certainty", lines)
    return page


def _multiple_of_z(share: float) -> str:
    return "z" if share == 1 else "0" if share == 0 else f"{share:.3g} z"


def _draw_certainty(axes: Axes, judged: Judged, shares: Floats) -> None:
    axes.set(xlim=(1, 0), ylim=(0, 1), xticks=shares, xticklabels=[_multiple_of_z(share) for share in shares])
    axes.set(yticks=[0, 0.5, 1], yticklabels=["0 %", "50 %", "100 %"])
    axes.tick_params(labelsize=7, length=2)
    low, high = np.quantile(judged.many, (0.1, 0.9), axis=0)
    axes.fill_between(shares, low, high, color=SPHERICAL, alpha=0.18, linewidth=0)
    axes.plot(shares, judged.many.mean(axis=0), color=SPHERICAL, marker="o", markersize=3, clip_on=False)
    axes.axhline(judged.chance, color=MUTED, linewidth=0.8, linestyle=":")


@dataclass(frozen=True, slots=True)
class PlaneView:
    """Pictures of a plane through three latents, uint8 (rows, columns, channels, size, size), and what is marked on it.

    `xs` (columns,) and `ys` (rows,) are the coordinates of the pictures' middles; `corners`, float64 (3, 2), are those
    of the latents, whose own pictures, uint8 (3, channels, size, size), stand beside; `nearest` (2,) is the point
    nearest to zero. `norms` (4,) are the four points' norms, in multiples of √dimension.
    """

    pictures: NDArray[np.uint8]
    xs: Floats
    ys: Floats
    corners: Floats
    own_pictures: NDArray[np.uint8]
    labels: Sequence[str]
    nearest: Floats
    norms: Floats


def plane_page(headline: str, caption: str, view: PlaneView) -> Page:
    """Returns a page with the plane, its three latents marked on it, and those latents' own pictures beside it."""
    page = Page(headline, caption)
    body = page.body
    rows, columns, _, _, size = view.pictures.shape
    table = lay_out(Box(body.left, body.top, body.width - _KEY_WIDTH, body.height), rows, columns, size)
    put_pictures(page, table, view.pictures.reshape(-1, *view.pictures.shape[2:]))
    step_pixels = table.lefts[1] - table.lefts[0]

    def place(point: Floats) -> tuple[float, float]:
        x = (point[0] - view.xs[0]) / (view.xs[1] - view.xs[0])
        y = (point[1] - view.ys[0]) / (view.ys[1] - view.ys[0])
        return table.lefts[0] + table.side / 2 + x * step_pixels, table.tops[0] + table.side / 2 + y * step_pixels

    key_left = table.lefts[-1] + table.side + 50
    side = 6 * 28 // size * size
    top = table.tops[0]
    for number, (name, colour) in enumerate(zip("ABC", CORNER_COLOURS, strict=True)):
        x, y = place(view.corners[number])
        page.mark(x, y, "o", colour, name)
        page.picture(view.own_pictures[number], key_left, top, side // size)
        page.frame(Box(key_left, top, side, side), colour)
        right, room = key_left + side + 16, body.right - key_left - side - 16
        page.text(name, right, top + 26, 12, fontweight="bold", color=colour)
        page.text(view.labels[number], right, top + 82, 7, room)
        page.text(f"{view.norms[number]:.2f} √d", right, top + 122, 7, room, color=MUTED)
        top += side + 40
    if view.xs[0] <= view.nearest[0] <= view.xs[-1] and view.ys[-1] <= view.nearest[1] <= view.ys[0]:
        page.mark(*place(view.nearest), "X", MUTED)
        page.mark(key_left + 26, top + 26, "X", MUTED)
        page.text("nearest to zero", key_left, top + 86, 7, body.right - key_left)
        page.text(f"{view.norms[3]:.2f} √d", key_left, top + 126, 7, color=MUTED)
    return page
