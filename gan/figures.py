"""Figures of a run for a page: how training went, what its pictures became, and what lies in latent space.

`python -m gan.figures mnist --out figure.png`
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, get_args

import tyro

from gan.command_line import from_here
from gan.errors import UserError
from gan.figure_page import Page, page_style, write_page
from gan.figure_panels import drawable
from gan.film import film_run
from gan.job_progress import Report, report_result, reporter
from gan.output_file import new_output
from gan.overview_page import headline, overview_page
from gan.run_log import find_run, read_record, read_ticks

Kind = Literal["overview", "ladder", "real-and-fake", "interpolation", "plane", "walk-to-zero", "classes", "film"]
# Which flags each kind heeds; the film and the overview show the run as it is on disk.
HEEDED: dict[Kind, tuple[str, ...]] = {
    "overview": (),
    "ladder": ("seed", "rows"),
    "real-and-fake": ("seed", "kimg", "rows", "data_root"),
    "interpolation": ("seed", "kimg", "rows"),
    "plane": ("seed", "kimg"),
    "walk-to-zero": ("seed", "kimg", "rows"),
    "classes": ("seed", "kimg", "rows"),
    "film": (),
}
MAX_ROWS = {"ladder": 16, "real-and-fake": 16, "interpolation": 4, "walk-to-zero": 7, "classes": 16}
# Seeds next to the first one are drawn too, of a class each; all of them are 32-bit numbers.
MAX_SEED = 2**32 - 2**16


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """Draw a run on one page: how it went, or what its generators make of the latent space."""

    run: tyro.conf.Positional[Path]
    """Folder of the run, or its name under checkpoints/."""
    out: Path
    """The .png file to write (of a film the .gif file; with --all the folder)."""
    kind: Kind = "overview"
    """What to draw."""
    all: bool = False
    """Draw every kind that the run allows, each into a file of its name."""
    seed: int = 0
    """Seed of the first latent; the next ones have the next seeds."""
    kimg: int | None = None
    """Which rung draws; by default the last."""
    rows: int | None = None
    """How many rungs at most, rows of pictures, pairs, latents or classes; by default what suits the page."""
    data_root: Path | None = None
    """A folder in torchvision's layout to read the real pictures from."""
    progress: bool = False
    """Print lines of JSON that say how far it is."""


def write_figure(options: FigureOptions, kind: Kind, out: Path, report: Report) -> str:
    """Writes one figure as the file `out`, and returns what to say of it; raises UserError."""
    run = find_run(options.run)
    if kind == "film":
        return film_run(run, out, report)
    report(0.1, "drawing")
    with new_output(out, ".png") as stream, page_style():
        write_page(stream, _draw(options, kind, run).figure)
    return f"wrote {out}"


def _draw(options: FigureOptions, kind: Kind, run: Path) -> Page:
    record, ticks = read_record(run), drawable(read_ticks(run)[0])
    if kind == "overview":
        return overview_page(run, record, ticks)
    # Here, because it loads PyTorch, which the overview doesn't need.
    from gan.drawn_figures import FIGURES, Request

    heeded = {name: getattr(options, name) for name in HEEDED[kind]}
    return FIGURES[kind](Request(run, record, headline(run, record, ticks), **heeded))


def write_all(options: FigureOptions, report: Report) -> str:
    """Writes every figure that the run allows into the folder `out`; returns what was written, and what not and why.

    Raises UserError where the folder can't be made or none can be drawn.
    """
    read_record(find_run(options.run))
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{options.out} can't be made ({error.strerror or error}); name another folder.") from error
    kinds, written, refused = get_args(Kind), list[str](), list[str]()
    for number, kind in enumerate(kinds):
        report(number / len(kinds), f"drawing {kind}")
        name = f"{kind}.{'gif' if kind == 'film' else 'png'}"
        try:
            write_figure(options, kind, options.out / name, lambda share, text: None)
        except UserError as error:
            refused.append(from_here(f"{name} is left out: {error}"))
        else:
            written.append(name)
    if not written:
        raise UserError(refused[0])
    return "\n".join((f"wrote into {options.out}: {', '.join(written)}", *refused))


def main(options: FigureOptions) -> int:
    """Writes the figure or all of them, and returns 0; raises UserError."""
    _refuse_useless(options)
    report = reporter(options.progress)
    text = write_all(options, report) if options.all else write_figure(options, options.kind, options.out, report)
    report_result(options.progress, text, str(options.out))
    return 0


def _refuse_useless(options: FigureOptions) -> None:
    if not 0 <= options.seed <= MAX_SEED:
        raise UserError(f"--seed is {options.seed}; give a whole number from 0 to {MAX_SEED}.")
    if options.all:
        if options.kind != "overview" or options.rows is not None:
            raise UserError("--all draws every kind in its usual layout; leave --kind and --rows out.")
        return
    heeded = HEEDED[options.kind]
    for field in fields(options):
        is_given = field.name in ("seed", "kimg", "rows", "data_root") and getattr(options, field.name) != field.default
        if is_given and field.name not in heeded:
            raise UserError(f"--{field.name.replace('_', '-')} does nothing with --kind {options.kind}; leave it out.")
    if options.rows is not None and not 1 <= options.rows <= MAX_ROWS[options.kind]:
        raise UserError(f"--rows is {options.rows}; with --kind {options.kind} give 1 to {MAX_ROWS[options.kind]}.")


if __name__ == "__main__":
    import sys

    from gan.cancelling import cancel_on_sigterm
    from gan.command_line import run_command

    cancel_on_sigterm()
    sys.exit(run_command(FigureOptions, main, "python -m gan.figures"))
