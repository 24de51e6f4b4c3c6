"""What a score proves: whether guessing would have done as well."""

from dataclasses import dataclass
from math import comb

from game.statistics import SignalCounts, check_counts

CONVINCING_PROBABILITY = 0.05
COMPELLING_PROBABILITY = 0.01
_NARROW_NO_BREAK_SPACE = "\u202f"


def luck_probability(correct: int, trials: int) -> float:
    """Returns the exact probability that a fair coin gets `correct` or more of `trials` right.

    The upper tail of the binomial distribution with p = 1/2, summed in whole numbers and rounded once.
    Raises ValueError unless 0 ≤ correct ≤ trials.
    """
    check_counts(correct, trials)
    return sum(comb(trials, k) for k in range(correct, trials + 1)) / (1 << trials)


def convincing_score(trials: int, alpha: float = CONVINCING_PROBABILITY) -> int | None:
    """Returns the smallest score that a coin reaches with probability ≤ alpha, or None if none is enough."""
    check_counts(0, trials)
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
    check_counts(correct, trials)
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
    return f"about once in {rounded:,} tries".replace(",", _NARROW_NO_BREAK_SPACE)


def _what_it_takes(trials: int) -> str:
    needed = convincing_score(trials)
    if needed is not None:
        return f"{needed} of {trials} would have been news."
    return "1 answer is too few to tell." if trials == 1 else f"{trials} answers are too few to tell."
