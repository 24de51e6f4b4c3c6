"""What each pairing of architecture and objective reaches in a given time: `python -m benchmarks.timed_runs`.

Each run is `train.py` as a person starts it, stopped at the first tick after so much training; judging is not counted.
A run that is there already is not made again, so that many of them can be made in parts; one that was broken off is
refused.
"""

import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from gan.command_line import run_command
from gan.config import PROJECT_ROOT
from gan.errors import UserError
from gan.presets import PRESETS
from gan.run_log import RunStatus, measured_rungs, read_record, read_ticks

POLL_SECONDS = 0.2
# More than any of them comes to.
ENDLESS_KIMG = 900_000


@dataclass(frozen=True, slots=True)
class TimedOptions:
    """Train runs for the same time each, and print what they reached."""

    out: Path
    """Folder for the runs."""
    pairings: tuple[str, ...] = tuple("/".join(pairing) for pairing in PRESETS)
    """Architecture/objective pairs."""
    dataset: str = "mnist"
    """What they learn."""
    seconds: float = 300.0
    """Training time of each."""
    seed: int = 0
    """Seed of each."""
    flags: tuple[str, ...] = ()
    """More flags for train.py, such as --flags=--conditional."""


def main(options: TimedOptions) -> int:
    """Trains what is missing, prints a table of all and returns 0; raises UserError where a run fails."""
    options.out.mkdir(parents=True, exist_ok=True)
    print("| architecture | objective | kimg | images/s | judge distance | at 64 kimg | rarest and commonest class |")
    print("|---|---|---:|---:|---:|---:|---|")
    for pairing in options.pairings:
        architecture, _, objective = pairing.partition("/")
        run = options.out / _name(options, architecture, objective)
        command = [sys.executable, "train.py", "--out", str(run), "--dataset", options.dataset]
        command += ["--architecture", architecture, "--objective", objective, "--seed", str(options.seed)]
        command += ["--kimg", str(ENDLESS_KIMG), *options.flags]
        if not run.is_dir():
            _train(command, run, options.seconds)
        print(_row(run, options.seconds), flush=True)
    return 0


def _name(options: TimedOptions, architecture: str, objective: str) -> str:
    """Returns what the run's folder is called: by everything that was asked for."""
    length, seed = f"{options.seconds:g}-s", f"seed-{options.seed}"
    parts = (options.dataset, architecture, objective, *options.flags, length, seed)
    # A dataset may be the path of a folder, and a flag have a value.
    return "-".join(re.sub("[^a-z0-9.]+", "-", part.lower()).strip("-") for part in parts)


def _train(command: list[str], run: Path, seconds: float) -> None:
    # Not a pipe: nobody reads it before the end, and a full one would stop the run.
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.DEVNULL, stderr=said) as process,
    ):
        while process.poll() is None:
            ticks = read_ticks(run)[0]
            if ticks and ticks[-1].seconds >= seconds:
                (run / "stop").touch()
            time.sleep(POLL_SECONDS)
        said.seek(0)
        complaint = said.read().decode(errors="replace")
    if process.returncode != 0 or read_record(run).status is not RunStatus.STOPPED:
        raise UserError(f"{' '.join(command[1:])} failed: {complaint.strip()[-300:] or 'no reason given'}")


def _row(run: Path, seconds: float) -> str:
    config, ticks, measured = read_record(run).config, read_ticks(run)[0], measured_rungs(run)
    trained_seconds = ticks[-1].seconds if ticks else 0.0
    if trained_seconds < seconds:
        raise UserError(f"{run} was broken off after {trained_seconds:g} of {seconds:g} s; delete it and try again.")
    if not measured:
        raise UserError(f"{run} has no rung that a judge measured; delete it and try again.")
    last = measured[max(measured)]
    early = f"{measured[64].judge_distance:.2f}" if 64 in measured else ""
    shares = ""
    if last.class_counts:
        total = max(1, sum(last.class_counts))
        shares = f"{min(last.class_counts) / total:.1%}, {max(last.class_counts) / total:.1%}"
    elif last.mode_count is not None:
        shares = f"{last.mode_count:,} modes"
    images_per_second = 1000 * ticks[-1].kimg / ticks[-1].seconds
    known = ", conditional" if config.conditional else ""
    return (
        f"| {config.architecture}{known} | {config.objective} | {ticks[-1].kimg:,.0f} | {images_per_second:,.0f} | "
        f"{last.judge_distance:.2f} | {early} | {shares} |"
    )


if __name__ == "__main__":
    sys.exit(run_command(TimedOptions, main, "python -m benchmarks.timed_runs"))
