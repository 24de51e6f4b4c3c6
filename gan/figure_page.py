"""The page that every figure is printed on: A4 on its side, its style, its headline, and whole pixels on it."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from numpy.typing import NDArray

from gan.config import ASSETS_ROOT

PAGE_INCHES = (11.69, 8.27)
DOTS_PER_INCH = 300
PAGE_PIXELS = (int(PAGE_INCHES[0] * DOTS_PER_INCH), int(PAGE_INCHES[1] * DOTS_PER_INCH))
INK = "#171B21"
MUTED = "#5A6472"
GRID_LINES = "#DDE1E6"
# Okabe & Ito's palette, as in the game: blue for what is real, orange for what is fake.
REAL = "#0072B2"
FAKE = "#E69F00"
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
MARGIN = 90
_HEADLINE_POINTS = 12.0
_CAPTION_POINTS = 9.0
_LINE_SPACING = 1.4
_MIN_POINTS = 4.0


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the page, in pixels from its top left corner."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column that is no longer in it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row that is no longer in it."""
        return self.top + self.height


@contextmanager
def page_style() -> Iterator[None]:
    """Draws in `STYLE` what is drawn meanwhile."""
    _add_fonts()
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        # A title may be written in letters that no font here has: boxes stand for them.
        warnings.filterwarnings("ignore", message="Glyph")
        yield


@cache
def _add_fonts() -> None:
    for weight in ("Regular", "Bold"):
        fontManager.addfont(ASSETS_ROOT / "fonts" / f"Inter-{weight}.otf")


def _empty_page() -> Figure:
    """Returns a white page."""
    figure = Figure(figsize=PAGE_INCHES, dpi=DOTS_PER_INCH, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def write_page(stream: BinaryIO, figure: Figure) -> None:
    """Writes a page as a PNG picture of `PAGE_PIXELS`, which says how large it is to be printed."""
    figure.savefig(stream, format="png", dpi=DOTS_PER_INCH)


def line_pixels(points: float) -> int:
    """Returns how far apart lines of text of a size lie."""
    return round(points / 72 * DOTS_PER_INCH * _LINE_SPACING)


class Page:
    """A page with a headline and a caption; what is put on it is placed in pixels from its top left corner."""

    def __init__(self, headline: str, caption: str) -> None:
        self.figure = _empty_page()
        # Above the pictures, in whose pixels it counts.
        self._sheet = self.figure.add_axes((0, 0, 1, 1))
        self._sheet.set(xlim=(0, PAGE_PIXELS[0]), ylim=(PAGE_PIXELS[1], 0), facecolor="none")
        self._sheet.set_axis_off()
        width = PAGE_PIXELS[0] - 2 * MARGIN
        self.headline = self.text(
            headline, MARGIN, MARGIN, _HEADLINE_POINTS, max_width=width, va="top", fontweight="bold"
        )
        top = MARGIN + line_pixels(_HEADLINE_POINTS) + 12
        self.caption = self.text("", MARGIN, top, _CAPTION_POINTS, va="top", linespacing=1.1)
        _fill(self.caption, caption, width)
        top += int(self.caption.get_window_extent().height) + 40
        self.body = Box(MARGIN, top, width, PAGE_PIXELS[1] - MARGIN - top)

    def text(
        self,
        text: str,
        x: float,
        y: float,
        points: float = 9.0,
        max_width: float | None = None,
        va: Literal["top", "center", "baseline", "bottom"] = "center",
        **look: Any,
    ) -> Text:
        """Writes text at a place; in smaller letters where it would be wider than `max_width` pixels."""
        written = self._sheet.text(x, y, text, fontsize=points, va=va, **look)
        if max_width is not None:
            width = written.get_window_extent().width
            if width > max_width:
                written.set_fontsize(max(_MIN_POINTS, points * max_width / width))
        return written

    def picture(self, pixels: NDArray[np.uint8], left: int, top: int, scale: int) -> None:
        """Puts a picture, uint8 (channels, height, width), on the page: each of its pixels a square of whole dots."""
        shown = pixels.transpose(1, 2, 0).repeat(scale, axis=0).repeat(scale, axis=1)
        if shown.shape[2] == 1:
            shown = shown.repeat(3, axis=2)
        # Not through axes, which would place it between dots.
        self.figure.figimage(shown, left, PAGE_PIXELS[1] - top - len(shown), zorder=-1)

    def frame(self, box: Box, colour: str, width: float = 1.5) -> None:
        """Draws a line around a part of the page."""
        corners = ((box.left, box.right, box.right, box.left), (box.top, box.top, box.bottom, box.bottom))
        self._sheet.fill(*corners, fill=False, edgecolor=colour, linewidth=width, joinstyle="miter", gid="frame")

    def rule(self, left: float, y: float, width: float, colour: str) -> None:
        """Draws a thick line from left to right."""
        self._sheet.plot([left, left + width], [y, y], color=colour, linewidth=2.5, solid_capstyle="butt")

    def mark(self, x: float, y: float, symbol: str, colour: str, name: str = "") -> None:
        """Draws a marker of matplotlib's and its name, with white rims so that they are seen on any picture."""
        look: dict[str, Any] = {"linestyle": "none", "marker": symbol, "markerfacecolor": "none", "markersize": 13}
        self._sheet.plot([x], [y], markeredgewidth=4.5, markeredgecolor="white", **look)
        self._sheet.plot([x], [y], markeredgewidth=2, markeredgecolor=colour, **look)
        if name:
            rim = [withStroke(linewidth=3, foreground="white")]
            self.text(name, x, y - 62, 12, ha="center", fontweight="bold", color=colour, path_effects=rim)

    def chart(self, box: Box) -> Axes:
        """Returns axes whose frame is a part of the page."""
        return self.figure.add_axes(_shares(box), facecolor="none")

    def charts(self, box: Box, places: list[list[str]]) -> dict[str, Axes]:
        """Returns axes by their names, laid out so that all of their words are within a part of the page."""
        self.figure.set_layout_engine("constrained", rect=_shares(box), w_pad=0.06, h_pad=0.06)
        return self.figure.subplot_mosaic(places)  # type: ignore[arg-type]  # its lists may be nested, ours are not


def _fill(written: Text, words: str, width: float) -> None:
    """Writes words in lines of at most that many pixels."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        written.set_text(longer)
        if written.get_window_extent().width <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    written.set_text("\n".join(lines))


def _shares(box: Box) -> tuple[float, float, float, float]:
    """Returns a part of the page as matplotlib has it: left, bottom, width and height as shares of the page."""
    width, height = PAGE_PIXELS
    return box.left / width, 1 - box.bottom / height, box.width / width, box.height / height
