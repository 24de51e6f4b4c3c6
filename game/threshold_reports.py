"""What a climb or a flash found, in words: a headline, and below it one sentence for each number."""

from dataclasses import dataclass
from math import floor, log10

from game.climb import Climb
from game.staircase import Flash
from game.threshold import Place, ThresholdEstimate
from game.threshold_profile import ClimbsTogether
from game.words import number


@dataclass(frozen=True, slots=True)
class ThresholdReport:
    """A headline and the sentences below it."""

    headline: str
    sentences: tuple[str, ...]


def climb_report(climb: Climb | ClimbsTogether, rounds: int = 1) -> ThresholdReport:
    """Returns what the trials of a climb say so far, or those of several rounds."""
    pairs = len(climb.trials)
    if not pairs:
        return ThresholdReport("Nothing to judge yet.", ("Judge some pairs first.",))
    right = sum(trial.right for trial in climb.trials)
    scale = _Scale(climb.threshold, number(climb.rungs[0]), number(climb.rungs[-1]), "kimg")
    headline, meaning = _climb_found(scale, len(climb.rungs))
    sentences = (meaning, *scale.certainty(rounds), f"You found the fake in {right} of {_counted(pairs, 'pair')}.")
    return ThresholdReport(headline, sentences)


def flash_report(flash: Flash, rounds: int = 1) -> ThresholdReport:
    """Returns what the clean trials of a flash, or of several rounds, say so far, or that too many others make it say
    nothing."""
    threshold = flash.threshold
    if threshold is None:
        shown = _counted(len(flash.trials), "picture")
        return ThresholdReport(
            "Not measured: this computer could not keep up.",
            (
                f"{flash.dropped} of {shown} were on show for longer or shorter than they should.",
                "Close other programs and leave the window where it is, then try again.",
            ),
        )
    clean = flash.clean
    if not clean:
        return ThresholdReport("Nothing to judge yet.", ("Judge some pictures first.",))
    right = sum(trial.right for trial in clean)
    frame = 1000 / flash.refresh_rate
    shortest, longest = (rounded(frame * frames) for frames in (flash.levels[0], flash.levels[-1]))
    scale = _Scale(threshold, shortest, longest, "ms", frame)
    headline, meaning = _flash_found(scale)
    left_out = f" {flash.dropped} more did not count: frames were dropped." if flash.dropped else ""
    counted = f"You judged {right} of {_counted(len(clean), 'picture')} rightly.{left_out}"
    return ThresholdReport(headline, (meaning, *scale.certainty(rounds), counted))


@dataclass(frozen=True, slots=True)
class _Scale:
    """An estimate and the ends of its scale, in words; `unit` is how much of it one of the estimate's units is."""

    estimate: ThresholdEstimate
    first: str
    last: str
    name: str
    unit: float = 1.0

    def words(self, value: float | None, instead: str) -> str:
        return instead if value is None else rounded(value * self.unit)

    @property
    def median(self) -> str:
        return self.words(self.estimate.median, "")

    @property
    def low(self) -> str:
        return self.words(self.estimate.low, f"below {self.first}")

    @property
    def high(self) -> str:
        return self.words(self.estimate.high, f"above {self.last}")

    def certainty(self, rounds: int) -> tuple[str, ...]:
        """Returns what is said of the interval: with one end unknown, the other one is a bound of 95 %.

        Of several rounds it holds only for a threshold that was the same in all of them.
        """
        if self.estimate.place is Place.UNKNOWN:
            return ()
        same = ", if it has stayed the same" if rounds > 1 else ""
        inside = self.estimate.place is Place.WITHIN
        if self.estimate.high is None:
            perhaps = f", perhaps even above {self.last}" if inside else ""
            return (f"With 95 % certainty, the true figure is above {self.low} {self.name}{perhaps}{same}.",)
        if self.estimate.low is None:
            perhaps = f", perhaps even below {self.first}" if inside else ""
            return (f"With 95 % certainty, the true figure is below {self.high} {self.name}{perhaps}{same}.",)
        return (f"With 90 % certainty, the true figure is between {self.low} and {self.high} {self.name}{same}.",)


def _climb_found(scale: _Scale, rungs: int) -> tuple[str, str]:
    """Returns the headline and what it means.

    The headline says no more than the interval: where the median lies beyond an end of the ladder, half of what is
    probable may lie within it.
    """
    match scale.estimate.place:
        case Place.WITHIN:
            return (
                f"The GAN starts fooling you at {scale.median} kimg [{scale.low}, {scale.high}].",
                "From there on, you miss the fake in 1 of 4 pairs or more; a coin misses it in 2 of 4.",
            )
        case Place.ABOVE:
            return (
                f"The GAN starts fooling you above {scale.low} kimg, if at all.",
                f"At {scale.last} kimg its ladder ends, and even there you seem to find the fake in over 3 of 4 pairs.",
            )
        case Place.BELOW:
            return (
                f"The GAN starts fooling you below {scale.high} kimg.",
                f"At {scale.first} kimg its ladder begins, and there you seem to miss the fake in over 1 of 4 pairs.",
            )
        case Place.UNKNOWN:
            one = "A ladder with one rung is too short to find it."
            more = f"Anything from {scale.low} to {scale.high} kimg fits them."
            return "These answers don't say where the GAN starts fooling you.", one if rungs == 1 else more


def _flash_found(scale: _Scale) -> tuple[str, str]:
    """Returns the headline and what it means; without an upper end there is none, since no time may be enough."""
    match scale.estimate.place:
        case Place.UNKNOWN:
            return (
                "These answers don't say how long you need.",
                f"Anything from {scale.low} to {scale.high} ms fits them.",
            )
        case Place.BELOW:
            return (
                f"You tell real from fake in less than {scale.high} ms.",
                f"After {scale.first} ms, the least that this display can show, you seem to be right in over 3 of 4.",
            )
        case Place.ABOVE:
            return (
                f"You need more than {scale.low} ms to tell real from fake, if time helps at all.",
                f"Even after {scale.last} ms, the longest exposure, you seem to be right in fewer than 3 of 4.",
            )
        case Place.WITHIN if scale.estimate.high is None:
            return (
                f"You need more than {scale.low} ms to tell real from fake.",
                f"Whether {scale.last} ms are enough to be right in 3 of 4 pictures, these answers don't say.",
            )
        case Place.WITHIN:
            return (
                f"You need {scale.median} ms [{scale.low}, {scale.high}] to tell real from fake.",
                f"After {scale.median} ms on show, you judge 3 of 4 pictures rightly; a coin gets 2 of 4.",
            )


def rounded(value: float) -> str:
    """Returns a value above 0 with two significant figures: `5.3`, `18`, `260`, thousands with thin spaces."""
    rounded = round(value, 1 - floor(log10(value)))
    return number(round(rounded)) if rounded >= 10 else f"{rounded:g}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
