"""The forger, measured through the pipe the window uses: `python -m benchmarks.forger_speed` prints a table."""

import sys
import threading
import time
from dataclasses import dataclass
from statistics import median

from game.forger import PROJECT_ROOT, Forger, Ticket
from gan.command_line import run_command
from gan.errors import UserError


@dataclass(frozen=True, slots=True)
class ForgerSpeedOptions:
    """Measure how long the forger takes to wake, for one fake and for a thousand."""

    run: str = "mnist"
    """Name of the run under checkpoints/."""
    kimg: int = 64
    """Which rung to draw from."""
    repeats: int = 7
    """Requests of each size; the table has their medians."""


def main(options: ForgerSpeedOptions) -> int:
    """Prints one table and returns 0; raises UserError where the forger can't work."""
    arrived = threading.Event()
    forger = Forger(arrived.set)
    start = time.perf_counter()
    forger.start()
    while not forger.status.ready:
        if forger.status.failure:
            raise UserError(forger.status.failure)
        arrived.wait(0.1)
        arrived.clear()
        forger.poll()
    woken = time.perf_counter() - start

    def seconds_for(count: int, first_seed: int) -> float:
        run = str(PROJECT_ROOT / "checkpoints" / options.run)
        pictures = [{"run": run, "kimg": options.kimg, "number": first_seed + place} for place in range(count)]
        begun = time.perf_counter()
        _wait(forger, forger.request(pictures, None), arrived)
        return time.perf_counter() - begun

    seconds_for(1, 0)
    one = median(seconds_for(1, seed) for seed in range(options.repeats))
    thousand = median(seconds_for(1000, 1000 * repeat) for repeat in range(options.repeats))
    forger.close()
    print("| what | measured | wanted |\n|---|---|---|")
    print(f"| forger awake | {woken:.2f} s | |")
    print(f"| one fake | {1000 * one:.1f} ms | ≤ 30 ms |")
    print(f"| 1,000 fakes | {thousand:.2f} s | ≤ 1 s |")
    return 0


def _wait(forger: Forger, ticket: Ticket, arrived: threading.Event) -> None:
    while not ticket.answered:
        arrived.wait(0.05)
        arrived.clear()
        forger.poll()
    if ticket.error:
        raise UserError(ticket.error)


if __name__ == "__main__":
    sys.exit(run_command(ForgerSpeedOptions, main, "python -m benchmarks.forger_speed"))
