"""How well a flash finds the thresholds of simulated players: `python -m benchmarks.flash`.

The coverage is the share of players whose 90 % interval holds their threshold; the error is the median distance of the
estimate from it in octaves (0.5 is a factor of 1.41), where there is one. The accuracy is that of the trials after the
first fifteen, in which a staircase finds its place. With fakes that are too good some players are never right in more
trials than a share: below 75 % they have no threshold, and no interval with an upper end would be true.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import inf, log, log2

import numpy as np

from game.psychometric import Floats, probability_right
from game.staircase import Flash, FlashTrial
from game.threshold import ThresholdEstimate
from gan.command_line import run_command

WIDTHS = (1.0, 2.0, 3.0, 4.0, 6.0)
LAPSES = (0.0, 0.02, 0.05)
# The share of right answers that no exposure gets beyond.
PLATEAUS = (0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)
BURN_IN = 15

Answering = Callable[[float], float]
"""The probability of a right answer after an exposure, in octaves of frames."""


@dataclass(frozen=True, slots=True)
class FlashOptions:
    """Let simulated players play the staircase, and count how often what is found is true."""

    players: int = 500
    """How many in each row."""
    refresh_rate: float = 60.0
    """Frames of the display per second."""
    seed: int = 0
    """Of the players and of their answers."""


@dataclass(frozen=True, slots=True)
class Player:
    """A player's threshold in frames, infinite where there is none, and the curve."""

    threshold: float
    right: Answering


def logistic_player(width: float, lapse: float, longest: int, random: np.random.Generator) -> Player:
    """Returns a player of this curve, whose threshold is anywhere on the scale."""
    place = random.uniform(0, log2(longest))
    return Player(2**place, lambda octaves: float(probability_right(np.array(octaves - place), width, lapse)))


def plateau_player(plateau: float, longest: int, random: np.random.Generator) -> Player:
    """Returns a player who is right in at most this share, half-way there after up to an eighth of a second."""
    half, slope = random.uniform(0, log2(longest / 8)), 2 * log(19) / random.choice([1.0, 2.0, 3.0])
    if plateau > 0.75:
        share = 0.25 / (plateau - 0.5)
        threshold = 2 ** (half + log(share / (1 - share)) / slope)
    else:
        threshold = inf
    return Player(threshold, lambda octaves: 0.5 + (plateau - 0.5) / (1 + float(np.exp(-slope * (octaves - half)))))


def play(player: Player, refresh_rate: float, random: np.random.Generator) -> Flash:
    """Returns a whole flash of one player."""
    flash = Flash(refresh_rate)
    while (frames := flash.next_frames) is not None:
        right = bool(random.random() < player.right(log2(frames)))
        flash = flash.answered(FlashTrial(frames, frames, right))
    return flash


def accuracy_after(flash: Flash, trials: int = BURN_IN) -> float:
    """Returns the share of right answers after the first trials."""
    return float(np.mean([trial.right for trial in flash.trials[trials:]]))


def main(options: FlashOptions) -> int:
    """Prints the table and returns 0."""
    random = np.random.default_rng(options.seed)
    longest = Flash(options.refresh_rate).levels[-1]
    print(
        f"`python -m benchmarks.flash`: {options.players} players in each row, {options.refresh_rate:g} frames a "
        "second; coverage of the 90 % interval, and median error in octaves:\n"
    )
    print("| players | accuracy | coverage | error | with an upper end |\n|---|---:|---:|---:|---:|")
    for width in WIDTHS:
        for lapse in LAPSES:
            players = [logistic_player(width, lapse, longest, random) for _ in range(options.players)]
            _print_row(f"width {width:g}, lapses {lapse:.0%}", players, options, random)
    for plateau in PLATEAUS:
        players = [plateau_player(plateau, longest, random) for _ in range(options.players)]
        _print_row(f"at most {plateau:.0%} right", players, options, random)
    return 0


def _print_row(name: str, players: list[Player], options: FlashOptions, random: np.random.Generator) -> None:
    flashes = [play(player, options.refresh_rate, random) for player in players]
    estimates = [flash.threshold for flash in flashes]
    found = [(player.threshold, estimate) for player, estimate in zip(players, estimates, strict=True) if estimate]
    covered = np.mean([estimate.holds(threshold) for threshold, estimate in found])
    off = errors(found)
    error = f"{np.median(off):.2f}" if len(off) else "–"
    ends = np.mean([estimate.high is not None for _, estimate in found])
    accuracy = np.mean([accuracy_after(flash) for flash in flashes])
    print(f"| {name} | {accuracy:.1%} | {covered:.1%} | {error} | {ends:.0%} |", flush=True)


def errors(found: list[tuple[float, ThresholdEstimate]]) -> Floats:
    """Returns how many octaves each estimate is off its threshold, where there are both."""
    pairs = [(threshold, estimate.median) for threshold, estimate in found if estimate.median and threshold < inf]
    return np.array([abs(log2(median / threshold)) for threshold, median in pairs], np.float64)


if __name__ == "__main__":
    sys.exit(run_command(FlashOptions, main, "python -m benchmarks.flash"))
