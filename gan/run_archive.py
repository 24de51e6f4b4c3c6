"""Handing runs on: a run becomes one zip file, and a zip file or a folder becomes a run.

`python -m gan.run_archive export mnist --out mnist.zip` · `python -m gan.run_archive import mnist.zip`
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from gan.config import CHECKPOINTS_ROOT
from gan.job_progress import report_result, reporter
from gan.output_file import new_output
from gan.run_export import export_run
from gan.run_import import import_run
from gan.run_log import find_run


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """Pack a run into one zip file."""

    run: tyro.conf.Positional[Path]
    """Folder of the run, or its name under checkpoints/."""
    out: Path
    """The .zip file to write."""
    progress: bool = False
    """Print lines of JSON that say how far it is."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Check a run in a zip file or a folder, and copy it under checkpoints/."""

    source: tyro.conf.Positional[Path]
    """The zip file, or the folder with a run.json."""
    checkpoints: Path = CHECKPOINTS_ROOT
    """Where runs are kept."""
    progress: bool = False
    """Print lines of JSON that say how far it is."""


@dataclass(frozen=True, slots=True)
class ArchiveOptions:
    """Hand a run on, or take one in."""

    action: (
        Annotated[ExportOptions, tyro.conf.subcommand("export")]
        | Annotated[ImportOptions, tyro.conf.subcommand("import")]
    )


def main(options: ArchiveOptions) -> int:
    """Exports or imports a run and returns 0; raises UserError."""
    match options.action:
        case ExportOptions() as export:
            return _export(export)
        case ImportOptions() as taking:
            return _import(taking)


def _export(options: ExportOptions) -> int:
    run = find_run(options.run)
    with new_output(options.out, ".zip") as stream:
        rungs = export_run(run, stream, reporter(options.progress))
    size = options.out.stat().st_size
    text = f"wrote {options.out}: {rungs} rung{'s' if rungs > 1 else ''}, {size / 1e6:.1f} MB"
    report_result(options.progress, text, str(options.out))
    return 0


def _import(options: ImportOptions) -> int:
    name = import_run(options.source, options.checkpoints, reporter(options.progress))
    report_result(options.progress, f"imported {options.source} as {options.checkpoints / name}", name)
    return 0


if __name__ == "__main__":
    import sys

    from gan.cancelling import cancel_on_sigterm
    from gan.command_line import run_command

    cancel_on_sigterm()
    sys.exit(run_command(ArchiveOptions, main, "python -m gan.run_archive"))
