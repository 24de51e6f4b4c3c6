"""Pictures that come again: whoever remembers one, and what it was said to be, need not judge it."""

from collections.abc import Iterable

from game.rules import Picture
from game.stored_trial import StoredTrial

# By chance it takes 94 rounds of 50 + 50 to get there with 10,000 real pictures, 11 with 1,000, and 2 with 50.
MOST_RECURRING = 0.1


def recurring_share(trials: Iterable[StoredTrial], played: Iterable[StoredTrial]) -> float:
    """Returns the share of trials with a picture that had come in an earlier one of all that was `played`; 0 for none.

    So a round that was broken off or played at another rung counts as seen, though not among the trials.
    """
    wanted = {(trial.round_id, trial.number) for trial in trials}
    seen: set[Picture] = set()
    recurring = 0
    for trial in sorted(played, key=lambda one: (one.started_at, one.round_id, one.number)):
        pictures = {picture.identity for picture in trial.pictures}
        recurring += (trial.round_id, trial.number) in wanted and not seen.isdisjoint(pictures)
        seen |= pictures
    return recurring / len(wanted) if wanted else 0.0
