"""From a destination to its screen: the one place that knows them all."""

from typing import assert_never

from game.screen import (
    ChooseDifficulty,
    Destination,
    PlayRound,
    Screen,
    ShowHelp,
    ShowHighScores,
    ShowResults,
    ShowSettings,
)
from game.screens.difficulty import DifficultyScreen
from game.screens.help import HelpScreen
from game.screens.high_scores import HighScoresScreen
from game.screens.practice import PracticeScreen
from game.screens.results import ResultsScreen
from game.screens.settings import SettingsScreen
from game.services import Services


def make_screen(destination: Destination, services: Services) -> Screen:
    """Returns a new screen for a destination."""
    match destination:
        case ChooseDifficulty(dataset=dataset):
            return DifficultyScreen(services, dataset)
        case PlayRound(setup=setup):
            return PracticeScreen(services, setup)
        case ShowResults():
            return ResultsScreen(services, destination)
        case ShowHighScores():
            return HighScoresScreen(services, destination)
        case ShowSettings():
            return SettingsScreen(services)
        case ShowHelp():
            return HelpScreen()
        case _:
            assert_never(destination)
