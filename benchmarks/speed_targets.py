"""Both targets of the trainer's speed in one run, on one machine: `python -m benchmarks.speed_targets`.

How much of the convolutions' rate a step reaches (`step_floor`), then how much sooner than the plain way it gets to a
judge distance (`plain_way`).
"""

import sys

from benchmarks import plain_way, step_floor
from gan.command_line import run_command


def main(options: plain_way.PlainOptions) -> int:
    """Prints the tables of both and returns 0; raises UserError where there is nothing to judge by."""
    step_floor.main(step_floor.FloorOptions())
    print()
    return plain_way.main(options)


if __name__ == "__main__":
    sys.exit(run_command(plain_way.PlainOptions, main, "python -m benchmarks.speed_targets"))
