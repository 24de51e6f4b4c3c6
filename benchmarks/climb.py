"""How well a climb finds the thresholds of simulated players: `python -m benchmarks.climb`.

All players climb side by side, by the same functions as one player in the game. The coverage is the share of players
whose 90 % interval holds their threshold; the error is the median distance of the estimate from it in octaves: 1 is a
factor of two, 0.5 one of 1.41.
"""

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from game.climb import NARROW_FACTOR, TRIAL_COUNT, climb_grid
from game.psychometric import Floats, information, posterior, probability_right
from game.threshold import Place, ThresholdEstimate, threshold_estimate
from gan.command_line import run_command

# Those of the shipped runs.
SHIPPED_RUNGS = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3000)
WIDTHS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0)
LAPSES = (0.0, 0.02, 0.05)
PARTS = ("lowest third", "middle third", "highest third")


@dataclass(frozen=True, slots=True)
class ClimbOptions:
    """Let simulated players climb, and count how often what is found is true."""

    rungs: tuple[int, ...] = SHIPPED_RUNGS
    """The ladder, in kimg."""
    players: int = 5400
    """How many, over all widths, lapses and thresholds."""
    seed: int = 0
    """Of the players and of their answers."""


@dataclass(frozen=True, slots=True, eq=False)
class Players:
    """What players are like: `thresholds` in octaves, `widths` and `lapses`, all float64 (P,)."""

    thresholds: Floats
    widths: Floats
    lapses: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Climbs:
    """What became of each player: the estimate, and the right and wrong answers at each rung, float64 (P, L)."""

    estimates: list[ThresholdEstimate]
    right: Floats
    wrong: Floats


def players_on(rungs: tuple[int, ...], count: int, random: np.random.Generator) -> Players:
    """Returns players of every width and lapse, with thresholds anywhere between the first and the last rung."""
    thresholds = random.uniform(np.log2(rungs[0]), np.log2(rungs[-1]), count)
    return Players(thresholds, random.choice(WIDTHS, count), random.choice(LAPSES, count))


def climb(rungs: tuple[int, ...], players: Players, random: np.random.Generator) -> Climbs:
    """Returns what climbs of all players find, each ended by the rule of the game."""
    grid = climb_grid(rungs)
    count = len(players.thresholds)
    right, wrong = np.zeros((count, len(rungs))), np.zeros((count, len(rungs)))
    estimates = [threshold_estimate(grid, posterior(grid, right[0], wrong[0]))] * count
    climbing = np.arange(count)
    for _ in range(TRIAL_COUNT):
        bits = information(grid, posterior(grid, right[climbing], wrong[climbing]))
        # Ties are broken by chance, as in the game; all else is far larger than this.
        level = (bits + 1e-9 * random.random(bits.shape)).argmax(axis=-1)
        easy = players.thresholds[climbing] - grid.levels[level]
        answers = random.random(len(climbing)) < probability_right(
            easy, players.widths[climbing], players.lapses[climbing]
        )
        right[climbing, level] += answers
        wrong[climbing, level] += ~answers
        after = posterior(grid, right[climbing], wrong[climbing])
        for player, probability in zip(climbing, after, strict=True):
            estimates[player] = threshold_estimate(grid, probability)
        climbing = np.array([player for player in climbing if not estimates[player].narrower_than(NARROW_FACTOR)], int)
        if not len(climbing):
            break
    return Climbs(estimates, right, wrong)


def coverage(climbs: Climbs, players: Players) -> NDArray[np.bool_]:
    """Returns for each player whether the interval holds the threshold."""
    pairs = zip(climbs.estimates, 2**players.thresholds, strict=True)
    return np.array([estimate.holds(threshold) for estimate, threshold in pairs])


def errors(climbs: Climbs, players: Players, rungs: tuple[int, ...]) -> Floats:
    """Returns how many octaves each estimate is off; beyond the ladder it is its end, and unknown is NaN."""
    of_place = {Place.BELOW: rungs[0], Place.ABOVE: rungs[-1], Place.UNKNOWN: np.nan}
    found = [of_place.get(estimate.place, estimate.median) for estimate in climbs.estimates]
    off: Floats = np.abs(np.log2(np.array(found, np.float64)) - players.thresholds)
    return off


def main(options: ClimbOptions) -> int:
    """Prints the tables and returns 0."""
    random = np.random.default_rng(options.seed)
    players = players_on(options.rungs, options.players, random)
    climbs = climb(options.rungs, players, random)
    covered, off = coverage(climbs, players), errors(climbs, players, options.rungs)
    trials = (climbs.right + climbs.wrong).sum(axis=1)

    first, last = np.log2(options.rungs[0]), np.log2(options.rungs[-1])
    parts = np.minimum(2, (players.thresholds - first) * 3 // (last - first))
    print(
        f"`python -m benchmarks.climb`: {options.players} players, {len(options.rungs)} rungs from {options.rungs[0]} "
        f"to {options.rungs[-1]} kimg; coverage of the 90 % interval, and median error in octaves:\n"
    )
    print(f"| width of the curve (octaves) | {' | '.join(PARTS)} | all | trials |\n|---:|---:|---:|---:|---:|---:|")
    rows = [(f"{width:g}", players.widths == width) for width in WIDTHS]
    rows += [(f"lapses of {lapse:.0%}", players.lapses == lapse) for lapse in LAPSES]
    rows.append(("all", np.full(options.players, True)))
    for name, of_row in rows:
        cells = [of_row & (parts == part) for part in range(len(PARTS))] + [of_row]
        found = " | ".join(_cell(covered[cell], off[cell]) for cell in cells)
        print(f"| {name} | {found} | {trials[of_row].mean():.1f} |")
    places = [estimate.place for estimate in climbs.estimates]
    shares = ", ".join(f"{place.value} {places.count(place) / len(places):.1%}" for place in Place)
    print(f"\nWhere thresholds were found: {shares}.")
    early = trials < TRIAL_COUNT
    print(
        f"Climbs that ended early: {early.mean():.1%}"
        + (f", coverage {covered[early].mean():.1%}." if early.any() else ".")
    )
    return 0


def _cell(covered: NDArray[np.bool_], off: Floats) -> str:
    known = off[~np.isnan(off)]
    error = f"{np.median(known):.2f}" if len(known) else "–"
    return f"{covered.mean():.1%}, {error}" if len(covered) else "–"


if __name__ == "__main__":
    sys.exit(run_command(ClimbOptions, main, "python -m benchmarks.climb"))
