"""How often the game's 95 % intervals hold the truth, and its tests err: `python -m benchmarks.coverage`.

Each row has the lowest and the highest share over all players, judges or people of its kind. Where outcomes are
binomial all of them are counted, and the shares are exact; else they are simulated.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from benchmarks.counted_coverage import (
    advice_error_rate,
    confidence_error_rates,
    forced_choice_coverages,
    harder_to_fool_error_rate,
    median_coverage,
    yes_no_coverages,
)
from benchmarks.players_coverage import People, about_one_value, across_players, skewed, two_kinds
from benchmarks.simulated_coverage import (
    Simulation,
    area_coverages,
    judge_pairs,
    kappa_coverages,
    learning_error_rates,
    sitting_sizes,
)
from gan.command_line import run_command
from gan.errors import UserError

KAPPA_WAYS = ("", ", without the added pictures", ", a whole picture added", ", chance over both truths together")
CONFIDENCE_WAYS = ("", ", by the normal approximation", ", by the normal approximation, one-sided")
# Mean and standard deviation of people's error rates.
VALUES = ((0.1, 0.05), (0.25, 0.1), (0.45, 0.06))
# Answers of each confidence.
CONFIDENCES = ((10, 10, 20), (2, 2, 36), (30, 5, 5))


@dataclass(frozen=True, slots=True)
class CoverageOptions:
    """Let simulated players play, and count how often the game's intervals hold what is true of them."""

    repeats: int = 10_000
    """How often each simulated player, pair of judges or group of people plays."""
    seed: int = 0
    """Of what is simulated."""


@dataclass(frozen=True, slots=True)
class Row:
    """The shares, in how many trials, of one kind of interval or test."""

    name: str
    number: str
    shares: Sequence[float]
    remark: str = ""


def counted_rows() -> Iterator[Row]:
    """Yields the exact coverages."""
    for trials in (10, 15, 20, 50):
        d_prime, c = yes_no_coverages(trials)
        yield Row("d′", f"{trials} + {trials}", d_prime)
        yield Row("c", f"{trials} + {trials}", c)
    for choices in ((20,), (40,), (50,), (100,), range(20, 101)):
        found = [share for number in choices for share in forced_choice_coverages(number)]
        yield Row("d′ of two pictures", _from_to(choices), found)
    for times in (range(6, 201), range(20, 201), range(50, 201)):
        yield Row("median time", _from_to(times), [median_coverage(number) for number in times])


def simulated_rows(simulation: Simulation) -> Iterator[Row]:
    """Yields the coverages of the area and of κ."""
    for trials in (20, 50):
        yield Row("area", f"{trials} + {trials}", area_coverages(trials, simulation))
    for opposite, trials in product((False, True), (40, 60, 100)):
        pairs = [pair for pair in judge_pairs() if pair.opposite == opposite]
        by_way = zip(*(kappa_coverages(pair, trials, simulation) for pair in pairs), strict=True)
        for way, shares in zip(KAPPA_WAYS, by_way, strict=True):
            yield Row(f"κ of opposite leans{way}" if opposite else f"κ{way}", str(trials), shares)


def player_rows(simulation: Simulation) -> Iterator[Row]:
    """Yields the coverages across players, and of two simpler intervals of those whose rates lie about one value."""
    alike = [about_one_value(*value, trials) for value, trials in product(VALUES, (40, 100))]
    for players in (10, 12, 15, 20, 30):
        found = [across_players(people, players, simulation) for people in alike]
        yield Row("across players, about one value", str(players), [one.holds for one in found])
        yield Row("as one person's answers", str(players), [one.pooled_holds for one in found])
        if players in (10, 20):
            percentile = [across_players(people, players, simulation, expanded=False).holds for people in alike]
            yield Row("plain percentile", str(players), percentile)
    yield from _rows_of("a tenth err in 25 %, the rest in 0.5 %", two_kinds(), (12, 15, 20, 25, 50), simulation)
    for name, a in (("½", 0.5), ("1", 1.0)):
        yield from _rows_of(f"skewed about 3 %, a = {name}", skewed(0.03, a), (12, 20, 30, 50), simulation)


def error_rows(simulation: Simulation) -> Iterator[Row]:
    """Yields how often the tests err where there is nothing to be found."""
    for trials in CONFIDENCES:
        for way, shares in zip(CONFIDENCE_WAYS, confidence_error_rates(trials), strict=True):
            yield Row(f"confidence{way}", " + ".join(map(str, trials)), shares)
    for name, rate in (("advice", advice_error_rate), ("who is harder to fool", harder_to_fool_error_rate)):
        yield Row(name, _from_to(range(1, 51)), [rate(number) for number in range(1, 51)])
    for sittings in (5, 8, 12):
        found = [
            learning_error_rates(trials, days, simulation)
            for trials, days in product(sitting_sizes(sittings), (0.0, 0.1))
        ]
        for name, shares in zip(("better", "worse"), zip(*found, strict=True), strict=True):
            yield Row(f"learning, “{name}”", str(sittings), shares)


def main(options: CoverageOptions) -> int:
    """Prints the tables and returns 0; raises UserError for no repeats."""
    if options.repeats < 1:
        raise UserError(f"--repeats is {options.repeats}: give 1 or more.")
    simulation = Simulation(options.repeats, np.random.default_rng(options.seed))
    print(
        f"`python -m benchmarks.coverage`: {options.repeats} repeats where it is simulated; how often 95 % intervals "
        "hold, from the lowest to the highest of all players of a kind:\n"
    )
    print("| interval | number | holds | |\n|---|---:|---:|---|")
    for rows in (counted_rows(), simulated_rows(simulation), player_rows(simulation)):
        for row in rows:
            print(f"| {row.name} | {row.number} | {_range(row.shares)} | {row.remark} |", flush=True)
    print("\nHow often tests at 5 % err:\n\n| test | number | errs |\n|---|---:|---:|")
    for row in error_rows(simulation):
        print(f"| {row.name} | {row.number} | {_range(row.shares)} |", flush=True)
    return 0


def _rows_of(name: str, people: People, numbers: Sequence[int], simulation: Simulation) -> Iterator[Row]:
    for players in numbers:
        found = across_players(people, players, simulation)
        remark = f"{found.below:.0%} of its misses lie below the truth" if found.holds < 1 else ""
        yield Row(f"across players, {name}", str(players), [found.holds], remark)


def _from_to(numbers: Sequence[int]) -> str:
    return f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else str(numbers[0])


def _range(shares: Sequence[float]) -> str:
    low, high = min(shares), max(shares)
    return f"{low:.1%}" if len(shares) == 1 else f"{low:.1%}–{high:.1%}"


if __name__ == "__main__":
    sys.exit(run_command(CoverageOptions, main, "python -m benchmarks.coverage"))
