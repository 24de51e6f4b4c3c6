"""A run as a film: the same 64 latents from the first pictures to the last, an animated GIF.

`python -m gan.film mnist --out mnist.gif`
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import tyro
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from gan.config import ASSETS_ROOT, TrainingConfig
from gan.errors import UserError
from gan.job_progress import Report, report_result, reporter
from gan.output_file import new_output
from gan.run_log import find_run, ladder, read_record, rung_path, sample_marks, sample_path
from gan.run_title import read_title
from gan.sample_grid import read_grid

# The least side of a film: twice 8 pictures of 28.
FILM_SIZE = 448
CAPTION_HEIGHT = 40
# A GIF counts in hundredths of a second: about 8 frames a second.
FRAME_MILLISECONDS = 120
LAST_FRAME_MILLISECONDS = 2000
# Half as many make a GIF a third smaller, but show steps in the clothes.
GREY_LEVELS = 32
# Of the 256 that a GIF can have; the rest is the caption's.
COLOURS = 248
# Enough to know a film's colours, few enough for an old computer.
_PALETTE_GRIDS = 24
GRID_COUNT = 64
_MARGIN = 12
_READING_SHARE = 0.5
_TITLE_FONT = ASSETS_ROOT / "fonts" / "Inter-Regular.otf"
_KIMG_FONT = ASSETS_ROOT / "fonts" / "Inter-SemiBold.otf"


@dataclass(frozen=True, slots=True)
class Grid:
    """The fixed-noise grid at one kimg, uint8 (side, side), in colour with a last axis of 3."""

    kimg: int
    pixels: NDArray[np.uint8]


def read_grids(run: Path, report: Report) -> tuple[list[Grid], list[str]]:
    """Returns the grids of a run by kimg, and the names of files that had to be left out.

    A rung whose grid is missing or damaged is drawn anew. Raises UserError where there is nothing to show.
    """
    config = read_record(run).config
    rungs, grids, left_out = set(ladder(run)), [], []
    marks = sorted(rungs | set(sample_marks(run)))
    for number, kimg in enumerate(marks):
        report(_READING_SHARE * number / len(marks), f"picture {number + 1} of {len(marks)}")
        try:
            grids.append(Grid(kimg, _read_or_draw(run, config, kimg, kimg in rungs)))
        except UserError:
            left_out.append((rung_path if kimg in rungs else sample_path)(run, kimg).name)
    if not grids:
        raise UserError(f"{run} has no pictures that could be shown yet; train for 2 kimg or more.")
    return grids, left_out


def _read_or_draw(run: Path, config: TrainingConfig, kimg: int, is_rung: bool) -> NDArray[np.uint8]:
    try:
        return read_grid(sample_path(run, kimg), config.image_size, config.channels)
    except UserError:
        if is_rung:
            return _draw_grid(run, kimg)
        raise


def _draw_grid(run: Path, kimg: int) -> NDArray[np.uint8]:
    # Here, because it loads PyTorch, which most films don't need.
    from gan.sampler import draw, grid, load_rung

    return grid(draw(load_rung(run, kimg), range(GRID_COUNT)))


def write_film(stream: BinaryIO, grids: Sequence[Grid], title: str, report: Report) -> None:
    """Writes an animated GIF that loops for ever: a frame per grid, small ones enlarged, and a caption below."""
    palette = film_palette(grids)

    def frame(number: int) -> Image.Image:
        report(_READING_SHARE + (1 - _READING_SHARE) * number / len(grids), f"frame {number + 1} of {len(grids)}")
        return draw_frame(grids[number], title, palette)

    durations = [FRAME_MILLISECONDS] * (len(grids) - 1) + [LAST_FRAME_MILLISECONDS]
    frame(0).save(
        stream,
        "GIF",
        save_all=True,
        append_images=(frame(number) for number in range(1, len(grids))),
        duration=durations,
        loop=0,
    )


def film_palette(grids: Sequence[Grid]) -> Image.Image:
    """Returns a picture that has the palette of all frames: the same in every one, so that nothing flickers."""
    if grids[0].pixels.ndim == 2:
        return _palette(_greys(GREY_LEVELS))
    places = np.linspace(0, len(grids) - 1, min(len(grids), _PALETTE_GRIDS)).round().astype(int)
    colours = Image.fromarray(np.concatenate([grids[place].pixels for place in places]))
    found = colours.quantize(COLOURS, Image.Quantize.FASTOCTREE).getpalette() or []
    # The caption's shades have places of their own.
    return _palette([*found[: 3 * COLOURS], *_greys(256 - COLOURS)])


def _greys(count: int) -> list[int]:
    return [level * 255 // (count - 1) for level in range(count) for _ in "RGB"]


def _palette(values: list[int]) -> Image.Image:
    picture = Image.new("P", (1, 1))
    picture.putpalette(values)
    return picture


def draw_frame(grid: Grid, title: str, palette: Image.Image) -> Image.Image:
    """Returns one frame in a palette: 448×488 pixels for pictures of 28×28."""
    picture = Image.fromarray(grid.pixels)
    scale = -(-FILM_SIZE // picture.width)
    side = scale * picture.width
    page = Image.new(picture.mode, (side, side + CAPTION_HEIGHT), 0)
    page.paste(picture.resize((side, side), Image.Resampling.NEAREST))
    pen = ImageDraw.Draw(page)
    # A shade of grey is one number, or three.
    bright, dim = (255, 190) if picture.mode == "L" else ((255,) * 3, (190,) * 3)
    middle = side + CAPTION_HEIGHT // 2
    kimg_font = ImageFont.truetype(_KIMG_FONT, 18)
    title_font = ImageFont.truetype(_TITLE_FONT, 18)
    kimg = f"{grid.kimg} kimg"
    pen.text((side - _MARGIN, middle), kimg, bright, kimg_font, anchor="rm")
    room = side - 3 * _MARGIN - pen.textlength(kimg, kimg_font)
    pen.text((_MARGIN, middle), _fitted(title, room, title_font), dim, title_font, anchor="lm")
    if page.mode == "RGB":
        return page.quantize(palette=palette, dither=Image.Dither.NONE)
    levels = np.asarray(page, np.uint16) * (GREY_LEVELS - 1)
    frame = Image.fromarray(((levels + 127) // 255).astype(np.uint8), "L")
    frame.putpalette(palette.getpalette() or [])
    return frame


def _fitted(text: str, room: float, font: ImageFont.FreeTypeFont) -> str:
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


@dataclass(frozen=True, slots=True)
class FilmOptions:
    """Make an animated GIF of how a run's pictures changed."""

    run: tyro.conf.Positional[Path]
    """Folder of the run, or its name under checkpoints/."""
    out: Path
    """The .gif file to write."""
    progress: bool = False
    """Print lines of JSON that say how far it is."""


def film_run(run: Path, out: Path, report: Report) -> str:
    """Writes the film of a run as the file `out`, and returns what to say of it; raises UserError."""
    with new_output(out, ".gif") as stream:
        grids, left_out = read_grids(run, report)
        write_film(stream, grids, read_title(run), report)
    count = f"{len(grids)} frame{'s' if len(grids) > 1 else ''}"
    text = f"wrote {out}: {count}, {grids[0].kimg} to {grids[-1].kimg} kimg"
    return text + (f"; left out what is damaged: {', '.join(left_out)}" if left_out else "")


def main(options: FilmOptions) -> int:
    """Writes the film and returns 0; raises UserError."""
    text = film_run(find_run(options.run), options.out, reporter(options.progress))
    report_result(options.progress, text, str(options.out))
    return 0


if __name__ == "__main__":
    import sys

    from gan.cancelling import cancel_on_sigterm
    from gan.command_line import run_command

    cancel_on_sigterm()
    sys.exit(run_command(FilmOptions, main, "python -m gan.film"))
