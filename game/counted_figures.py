"""Figures counted in the background, from answers in the scores file or in a class's database."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from game.counting import Counting
from game.generator_figures import MEASURED_MODES, GeneratorFigures, generator_figures
from game.kind_words import run_of
from game.played_kinds import Combination
from game.profile import Profile, profile
from game.services import Services
from game.stored_trial import StoredTrial

if TYPE_CHECKING:
    from game.shared_database import Answer
    from game.stored_rounds import StoredRounds

POLL_SECONDS = 0.02
_Tell = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class CountedProfile:
    """A profile and the trials that it was counted from."""

    trials: list[StoredTrial]
    profile: Profile


@dataclass(frozen=True, slots=True)
class CountedGenerator:
    """A generator's figures, the trials that they were counted from, and a sentence about where those are from."""

    trials: list[StoredTrial]
    figures: GeneratorFigures
    source: str = ""


def count_profile(
    services: Services,
    player_id: str,
    chosen: Combination,
    kimg: int | None,
    kept: list[StoredTrial] | None = None,
) -> Counting[CountedProfile]:
    """Begins to count a player's figures of a combination at a rung; trials that were `kept` are not read again."""
    from game.scores_reader import reader

    def trials(rounds: "StoredRounds") -> list[StoredTrial]:
        run = None if chosen.run_key else chosen.run
        return rounds.trials(
            player_id=player_id, dataset=chosen.dataset, run=run, run_key=chosen.run_key, mode=chosen.mode
        )

    read = None if kept is not None else reader(services.store.get(), trials)
    run = run_of(services.lab, chosen.run_key)
    ladder = run.rungs if run else ()

    def work(tell: _Tell) -> CountedProfile:
        tell(0.0, "reading the answers")
        found = read() if read is not None else kept or []
        tell(0.5, "counting")
        return CountedProfile(found, profile(found, chosen, kimg, ladder, _dice()))

    return Counting(work, services.wake)


def count_generator(
    services: Services,
    dataset: str,
    run: str,
    run_key: str,
    length: int | None = None,
    kept: CountedGenerator | None = None,
) -> Counting[CountedGenerator]:
    """Begins to count whom a run fools in rounds of a length; trials that were `kept` are not read again.

    Where there is a class's database it is asked, and this computer's file where that can't be read.
    """
    from game.scores_reader import reader

    def trials(rounds: "StoredRounds") -> list[StoredTrial]:
        name = None if run_key else run
        return [
            trial
            for mode in MEASURED_MODES
            for trial in rounds.trials(dataset=dataset, run=name, run_key=run_key, mode=mode, finished_only=True)
        ]

    here = None if kept is not None else reader(services.store.get(), trials)
    shared = services.store.shared
    answer = shared.ask(trials) if kept is None and shared is not None else None

    def work(tell: _Tell) -> CountedGenerator:
        found = kept
        if found is None:
            assert here is not None
            found = _read(tell, here, answer)
        figures = generator_figures(found.trials, length, _dice(), lambda share: tell(share, "counting"))
        return CountedGenerator(found.trials, figures, found.source)

    return Counting(work, services.wake)


_NOTHING = GeneratorFigures(0, (), (), 0, 0)


def _read(
    tell: _Tell, here: Callable[[], list[StoredTrial]], answer: "Answer[list[StoredTrial]] | None"
) -> CountedGenerator:
    if answer is None:
        tell(0.0, "reading the answers")
        return CountedGenerator(here(), _NOTHING)
    while not answer.done:
        tell(0.0, "asking the class's database")
        time.sleep(POLL_SECONDS)
    if answer.error:
        return CountedGenerator(here(), _NOTHING, f"{answer.error} These are the rounds on this computer.")
    return CountedGenerator(answer.result or [], _NOTHING, "These are the rounds of the whole class.")


def _dice() -> np.random.Generator:
    # Always the same: figures that are looked at again stay as they were.
    return np.random.Generator(np.random.PCG64(0))
