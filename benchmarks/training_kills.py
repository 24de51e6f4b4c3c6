"""Kills real training processes at random moments: `python -m benchmarks.training_kills --kills 50`."""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from gan.checkpoint import read_generator
from gan.command_line import run_command
from gan.config import PROJECT_ROOT
from gan.errors import UserError
from gan.run_log import ladder, read_record, read_ticks, rung_path
from gan.training_state import new_state, read_state

# Small and slow on purpose: with a tick every fraction of a second, many kills hit one that is being written.
SETTINGS = (
    *("--generator-width", "8", "--discriminator-width", "8", "--latent-size", "8", "--precision", "float32"),
    *("--kimg", "900000", "--tick-kimg", "1", "--device", "cpu"),
)
# What is waited for, how often of a hundred, and for how many seconds at most after it.
MOMENTS = (("its start", 20, 3.0), ("its plan", 20, 3.0), ("its first tick", 60, 1.5))
TIMEOUT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class KillOptions:
    """Kill training processes at random moments, resume them, and see that nothing is lost but the last tick."""

    kills: int = 50
    """How many processes to start and to kill."""
    seed: int = 0
    """Fixes the moments."""


@dataclass(frozen=True, slots=True)
class Kill:
    """What a killed process left: the steps of its last tick and of its state, and the ticks that the state lacks."""

    when: str
    tick_step: int
    state_step: int
    lost_ticks: int
    rungs: int


def main(options: KillOptions) -> int:
    """Prints the table and returns 0; raises UserError where a run can't be read or lost more than one tick."""
    if options.kills < 1:
        raise UserError(f"--kills is {options.kills}; give 1 or more.")
    print("| kill | when | last tick's step | resumed from step | ticks lost | rungs, all readable |")
    print("|---:|---|---:|---:|---:|---:|")
    lost = []
    with tempfile.TemporaryDirectory() as folder:
        for number, kill in enumerate(kills(Path(folder) / "run", options.kills, random.Random(options.seed)), 1):
            lost.append(kill.lost_ticks)
            print(
                f"| {number} | {kill.when} | {kill.tick_step} | {kill.state_step} | {kill.lost_ticks} | {kill.rungs} |",
                flush=True,
            )
    print(f"\n{len(lost)} kills, {sum(lost)} of them lost the tick that was being written; every file could be read.")
    return 0


def kills(run: Path, count: int, dice: random.Random) -> Iterator[Kill]:
    """Yields what each of `count` kills left of one run; raises UserError where that is too little."""
    step = 0
    for _ in range(count):
        left = _kill(run, dice)
        if left.state_step < step:
            raise UserError(f"{run} went back from step {step} to {left.state_step}; the program is wrong.")
        if left.lost_ticks > 1:
            raise UserError(f"{run} lost {left.lost_ticks} ticks, more than one; the program is wrong.")
        step = left.state_step
        yield left


def _kill(run: Path, dice: random.Random) -> Kill:
    begun = (run / "run.json").is_file()
    place = ("--resume", str(run)) if begun else ("--out", str(run), *SETTINGS)
    command = [sys.executable, str(PROJECT_ROOT / "train.py"), *place]
    moment, _, longest = dice.choices(MOMENTS, [share for _, share, _ in MOMENTS])[0]
    step = _last_step(run)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace"
    ) as process:
        try:
            _wait_for(moment, process, run, step)
            seconds = dice.uniform(0, longest)
            time.sleep(seconds)
        finally:
            process.kill()
    return left_by_a_kill(run, f"{seconds:.2f} s after {moment}")


def _wait_for(moment: str, process: subprocess.Popen[str], run: Path, step: int) -> None:
    assert process.stdout is not None and process.stderr is not None
    if moment == "its start":
        return
    # The last line before training starts.
    while line := process.stdout.readline():
        if line.startswith("about "):
            break
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while moment == "its first tick" and _last_step(run) <= step and process.poll() is None:
        if time.monotonic() > deadline:
            raise UserError(f"{run} has no new tick after {TIMEOUT_SECONDS:.0f} s; this computer is too busy.")
        time.sleep(0.01)
    if process.poll() is not None:
        raise UserError(f"train.py ended with {process.returncode}: {process.stderr.read().strip()}")


def _last_step(run: Path) -> int:
    ticks = read_ticks(run)[0]
    return ticks[-1].step if ticks else 0


def left_by_a_kill(run: Path, when: str) -> Kill:
    """Returns what is on disk, having read all of it; raises UserError where a file is damaged."""
    if not (run / "run.json").is_file():
        return Kill(when, 0, 0, 0, 0)
    record, ticks = read_record(run), read_ticks(run)[0]
    rungs = ladder(run)
    for kimg in rungs:
        read_generator(rung_path(run, kimg))
    state = new_state(record.config, len(record.class_names), torch.device("cpu"), record.precision)
    if (run / "state.safetensors").is_file():
        read_state(run / "state.safetensors", state)
    lost = sum(tick.step > state.step for tick in ticks)
    return Kill(when, _last_step(run), state.step, lost, len(rungs))


if __name__ == "__main__":
    sys.exit(run_command(KillOptions, main, "python -m benchmarks.training_kills"))
