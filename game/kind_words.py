"""How what was played is called: the way to play, the pictures, the run."""

from game.lab import Lab
from game.mode_words import mode_words
from game.played_kinds import Combination
from game.rules import Mode, RoundSetup, class_of_mode
from game.training_run import TrainingRun
from game.words import dataset_words, number


def run_of(lab: Lab, run_key: str) -> TrainingRun | None:
    """Returns the run of a key where it is on this computer, whatever its folder is called; None for no key."""
    return next((run for run in lab.runs if run_key and run.key == run_key), None)


def way_to_play(lab: Lab, combination: Combination) -> str:
    """Returns such as `Measured, short · Digits`, or `Practice, only “7” · Digits`."""
    way = mode_words(combination.mode).title
    if combination.mode == Mode.SHORT_MEASURED:
        way += ", short"
    if class_of_mode(combination.mode) is not None:
        run = run_of(lab, combination.run_key)
        setup = RoundSetup(combination.dataset, run.name if run else "", 0, 0, combination.mode)
        way += f", only “{lab.class_name(setup)}”"
    return f"{way} · {dataset_words(combination.dataset).title}"


def run_title(lab: Lab, run: str, run_key: str) -> str:
    """Returns what people call a run; a remark where it is not here, or where the rounds are older than runs' keys."""
    if not run_key:
        return f"{run}, rounds of an older version"
    here = run_of(lab, run_key)
    return here.title if here else f"{run}, not on this computer"


def amount(combination: Combination) -> str:
    """Returns such as `300 answers in 3 rounds`."""
    return f"{counted(combination.answers, 'answer')} in {counted(combination.rounds, 'round')}"


def counted(count: int, noun: str) -> str:
    """Returns a number with its noun: `1 round`, `3 rounds`."""
    return f"{number(count)} {noun}" if count == 1 else f"{number(count)} {noun}s"
