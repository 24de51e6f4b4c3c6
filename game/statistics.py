"""What a round's answers prove: rates with their intervals, and whether a score could be luck.

The signal is *fake*: a hit is a fake called fake, a false alarm is a real picture called fake.
"""

from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist

CONVINCING_PROBABILITY = 0.05
COMPELLING_PROBABILITY = 0.01
NARROW_NO_BREAK_SPACE = "\u202f"


@dataclass(frozen=True, slots=True)
class SignalCounts:
    """How often each of the four outcomes came up; raises ValueError for a negative count."""

    hits: int
    misses: int
    false_alarms: int
    correct_rejections: int

    def __post_init__(self) -> None:
        if min(self.hits, self.misses, self.false_alarms, self.correct_rejections) < 0:
            raise ValueError(f"Outcomes can't be counted below zero: {self}.")

    @property
    def fakes(self) -> int:
        """Returns the number of trials with a fake picture."""
        return self.hits + self.misses

    @property
    def reals(self) -> int:
        """Returns the number of trials with a real picture."""
        return self.false_alarms + self.correct_rejections

    @property
    def trials(self) -> int:
        """Returns the number of all trials."""
        return self.fakes + self.reals

    @property
    def correct(self) -> int:
        """Returns the number of right answers."""
        return self.hits + self.correct_rejections


@dataclass(frozen=True, slots=True)
class Interval:
    """A range with both ends included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Proportion:
    """So many successes in so many trials; raises ValueError unless 0 ≤ successes ≤ trials."""

    successes: int
    trials: int

    def __post_init__(self) -> None:
        _check_counts(self.successes, self.trials)

    @property
    def estimate(self) -> float | None:
        """Returns successes / trials, or None without trials."""
        return self.successes / self.trials if self.trials else None

    def interval(self, confidence: float = 0.95) -> Interval | None:
        """Returns the Wilson score interval within [0, 1], or None without trials.

        Source: Wilson, "Probable Inference", JASA 22 (1927), p. 209–212; no continuity correction.
        Raises ValueError unless 0 < confidence < 1.
        """
        if not 0 < confidence < 1:
            raise ValueError(f"A confidence lies between 0 and 1, not at {confidence}.")
        return wilson_interval(self.successes / self.trials, self.trials, confidence) if self.trials else None


def wilson_interval(estimate: float, trials: int, confidence: float = 0.95) -> Interval:
    """Returns the interval of `Proportion.interval` for a share of trials, which need not be one of whole successes."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    shrink = 1 + z**2 / trials
    centre = (estimate + z**2 / (2 * trials)) / shrink
    spread = estimate * (1 - estimate) / trials + z**2 / (4 * trials**2)
    margin = z * sqrt(spread) / shrink
    # Rounding could push an end past 0, 1 or the estimate by one unit in the last place.
    return Interval(low=max(0.0, min(estimate, centre - margin)), high=min(1.0, max(estimate, centre + margin)))


def accuracy(counts: SignalCounts) -> Proportion:
    """Returns the right answers among all answers."""
    return Proportion(counts.correct, counts.trials)


def fooling_rate(counts: SignalCounts) -> Proportion:
    """Returns the fakes called real among all fakes."""
    return Proportion(counts.misses, counts.fakes)


def false_alarm_rate(counts: SignalCounts) -> Proportion:
    """Returns the real pictures called fake among all real pictures."""
    return Proportion(counts.false_alarms, counts.reals)


def fake_share(counts: SignalCounts) -> float:
    """Returns the share of fakes among all pictures, one half without any."""
    return counts.fakes / counts.trials if counts.trials else 0.5


def luck_probability(correct: int, trials: int) -> float:
    """Returns the exact probability that a fair coin gets `correct` or more of `trials` right.

    The upper tail of the binomial distribution with p = 1/2, summed in whole numbers and rounded once.
    Raises ValueError unless 0 ≤ correct ≤ trials.
    """
    _check_counts(correct, trials)
    return sum(comb(trials, k) for k in range(correct, trials + 1)) / (1 << trials)


def convincing_score(trials: int, alpha: float = CONVINCING_PROBABILITY) -> int | None:
    """Returns the smallest score that a coin reaches with probability ≤ alpha, or None if none is enough."""
    _check_counts(0, trials)
    ways = 0
    for correct in range(trials, -1, -1):
        ways += comb(trials, correct)
        if ways / (1 << trials) > alpha:
            return correct + 1 if correct < trials else None
    return 0


@dataclass(frozen=True, slots=True)
class LuckVerdict:
    """What a score proves, in words; `convincing` means that the player can tell real from fake."""

    headline: str
    explanation: str
    convincing: bool


@dataclass(frozen=True, slots=True)
class _Guessing:
    """How far mere guessing gets: the chances of such a score or a better one, and of such a one or a worse one."""

    name: str
    at_least: float
    at_most: float
    # What would have been news, as a sentence.
    news: str


def luck_verdict(correct: int, trials: int) -> LuckVerdict:
    """Returns what a score proves where a coin decided about each picture.

    Raises ValueError unless 0 ≤ correct ≤ trials.
    """
    _check_counts(correct, trials)
    # The coin is fair, so the two tails mirror.
    at_least, at_most = luck_probability(correct, trials), luck_probability(trials - correct, trials)
    return _verdict(correct, trials, _Guessing("A coin", at_least, at_most, _what_it_takes(trials)))


def balanced_luck_verdict(counts: SignalCounts) -> LuckVerdict:
    """Returns what a score proves where it was fixed, and known, that half of the pictures are fake.

    Fisher's exact test, one-sided (“The Design of Experiments”, 1935, ch. 2), which takes as given how many pictures
    were called fake: whoever guesses and calls half of them fake gets further than a coin does.
    """
    called = counts.hits + counts.false_alarms
    chances = {hits: _hits_probability(hits, counts) for hits in range(min(counts.fakes, called) + 1)}
    at_least = sum(chance for hits, chance in chances.items() if hits >= counts.hits)
    at_most = sum(chance for hits, chance in chances.items() if hits <= counts.hits)
    # From the best score down: each fake more that is found is a real picture less that is doubted.
    needed, beyond = None, 0.0
    for hits in sorted(chances, reverse=True):
        beyond += chances[hits]
        if beyond > CONVINCING_PROBABILITY:
            break
        needed = counts.reals - called + 2 * hits
    news = (
        f"{needed} of {counts.trials} would have been news."
        if needed
        else "That so many look the same to you proves nothing."
    )
    return _verdict(counts.correct, counts.trials, _Guessing("Guessing", min(1.0, at_least), min(1.0, at_most), news))


def _hits_probability(hits: int, counts: SignalCounts) -> float:
    called = counts.hits + counts.false_alarms
    if called - hits > counts.reals:
        return 0.0
    return comb(counts.fakes, hits) * comb(counts.reals, called - hits) / comb(counts.trials, called)


def _verdict(correct: int, trials: int, guessing: _Guessing) -> LuckVerdict:
    if trials == 0:
        return LuckVerdict("Nothing to judge yet.", "Play a round first.", convincing=False)
    score = f"{correct} of {trials}"
    if guessing.at_least <= CONVINCING_PROBABILITY:
        strength = "no luck" if guessing.at_least <= COMPELLING_PROBABILITY else "hardly luck"
        explanation = f"{guessing.name} gets this far {how_often(guessing.at_least)}."
        return LuckVerdict(f"{score} is {strength}.", explanation, convincing=True)
    if 2 * correct > trials:
        return LuckVerdict(
            f"{score} could be luck.",
            f"{guessing.name} gets this far {how_often(guessing.at_least)}. {guessing.news}",
            convincing=False,
        )
    if 2 * correct == trials:
        return LuckVerdict(
            f"{score} is what a coin gets.",
            f"Half right is what guessing brings on average. {guessing.news}",
            convincing=False,
        )
    if guessing.at_most <= CONVINCING_PROBABILITY:
        return LuckVerdict(
            f"{score}: worse than a coin.",
            f"{guessing.name} does this badly {how_often(guessing.at_most)}. Perhaps you see a difference,"
            " but call it the wrong way round.",
            convincing=False,
        )
    return LuckVerdict(
        f"{score}: no better than a coin.",
        f"{guessing.name} gets about half of them right. {guessing.news}",
        convincing=False,
    )


def two_sided(probability: float) -> float:
    """Returns how probable chance makes something as far out as this on either side, from the probability on its own.

    It is twice that of the one side, for tests in which either side would be news and neither was named beforehand.
    """
    return min(1.0, 2 * probability)


def how_often(probability: float) -> str:
    """Returns a probability above 0 in words, such as `about once in 48 tries`."""
    if probability < 1e-9:
        return "less than once in a billion tries"
    tries = 1 / probability
    digits = len(str(int(tries)))
    rounded = int(round(tries, min(0, 2 - digits)))
    return f"about once in {rounded:,} tries".replace(",", NARROW_NO_BREAK_SPACE)


def _what_it_takes(trials: int) -> str:
    needed = convincing_score(trials)
    if needed is not None:
        return f"{needed} of {trials} would have been news."
    return "1 answer is too few to tell." if trials == 1 else f"{trials} answers are too few to tell."


def _check_counts(successes: int, trials: int) -> None:
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no count: it takes 0 ≤ successes ≤ trials.")
