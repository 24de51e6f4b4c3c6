"""From a destination to its screen: the one place that knows them all."""

from typing import assert_never

from game.destinations import (
    AskBeforeDelete,
    AskBeforeQuit,
    ChooseDifficulty,
    ChooseMode,
    ChooseRun,
    CompareRuns,
    Destination,
    ExchangeAnswers,
    ImportRun,
    PlanRun,
    PlayRound,
    RenameRun,
    ShowArcade,
    ShowClimb,
    ShowDuel,
    ShowFigures,
    ShowFlash,
    ShowGeneratorFigures,
    ShowHelp,
    ShowHighScores,
    ShowLab,
    ShowMeasurement,
    ShowMorePictures,
    ShowPlayers,
    ShowResults,
    ShowSettings,
    ShowSignalDetection,
    WatchRun,
)
from game.rules import Mode, RoundSetup
from game.screen import Screen
from game.screens.choose_mode import ChooseModeScreen
from game.screens.choose_run import ChooseRunScreen
from game.screens.climb import ClimbScreen
from game.screens.climb_results import ClimbResultsScreen
from game.screens.compare import CompareScreen
from game.screens.delete_run import DeleteRunScreen
from game.screens.difficulty import DifficultyScreen
from game.screens.duel import DuelScreen
from game.screens.duel_results import DuelResultsScreen
from game.screens.exchange import ExchangeScreen
from game.screens.figures import FiguresScreen
from game.screens.flash import FlashScreen
from game.screens.flash_results import FlashResultsScreen
from game.screens.generator_figures import GeneratorFiguresScreen
from game.screens.help import HelpScreen
from game.screens.high_scores import HighScoresScreen
from game.screens.import_run import ImportRunScreen
from game.screens.lab import LabScreen
from game.screens.leave import LeaveScreen
from game.screens.measured import MeasuredScreen
from game.screens.measurement import MeasurementScreen
from game.screens.more_pictures import MorePicturesScreen
from game.screens.odd_one_out import OddOneOutScreen
from game.screens.odd_one_out_results import OddOneOutResultsScreen
from game.screens.plan_run import PlanRunScreen
from game.screens.players import PlayersScreen
from game.screens.practice import PracticeScreen
from game.screens.rename_run import RenameRunScreen
from game.screens.results import ResultsScreen
from game.screens.settings import SettingsScreen
from game.screens.signal_detection import SignalDetectionScreen
from game.screens.watch import WatchScreen
from game.services import Services


def make_screen(destination: Destination, services: Services) -> Screen:
    """Returns a new screen for a destination."""
    match destination:
        case ChooseMode(dataset=dataset):
            return ChooseModeScreen(services, dataset)
        case ChooseDifficulty(dataset=dataset, mode=mode):
            return DifficultyScreen(services, dataset, mode)
        case ShowMorePictures():
            return MorePicturesScreen(services)
        case ChooseRun(dataset=dataset):
            return ChooseRunScreen(services, dataset)
        case PlayRound(setup=setup):
            return _round_screen(services, setup)
        case ShowDuel():
            return DuelResultsScreen(services, destination)
        case ShowArcade():
            return OddOneOutResultsScreen(services, destination)
        case ShowClimb():
            return ClimbResultsScreen(services, destination)
        case ShowFlash():
            return FlashResultsScreen(services, destination)
        case ShowMeasurement():
            return MeasurementScreen(services, destination)
        case ShowResults():
            return ResultsScreen(services, destination)
        case ShowSignalDetection():
            return SignalDetectionScreen(services, destination)
        case ShowPlayers():
            return PlayersScreen(services)
        case ExchangeAnswers():
            return ExchangeScreen(services)
        case ShowFigures():
            return FiguresScreen(services, destination)
        case ShowGeneratorFigures():
            return GeneratorFiguresScreen(services, destination)
        case ShowHighScores():
            return HighScoresScreen(services, destination)
        case ShowSettings():
            return SettingsScreen(services)
        case ShowHelp():
            return HelpScreen()
        case ShowLab():
            return LabScreen(services)
        case PlanRun(dataset=dataset):
            return PlanRunScreen(services, dataset)
        case WatchRun(name=name):
            return WatchScreen(services, name)
        case CompareRuns(left=left, right=right):
            return CompareScreen(services, left, right)
        case RenameRun(name=name):
            return RenameRunScreen(services, name)
        case AskBeforeDelete(name=name):
            return DeleteRunScreen(services, name)
        case ImportRun(path=path):
            return ImportRunScreen(services, path)
        case AskBeforeQuit():
            return LeaveScreen(services)
        case _:
            assert_never(destination)


def _round_screen(services: Services, setup: RoundSetup) -> Screen:
    match setup.mode:
        case Mode.MEASURED | Mode.SHORT_MEASURED:
            return MeasuredScreen(services, setup)
        case Mode.FLASH:
            return FlashScreen(services, setup)
        case Mode.DUEL | Mode.CONSULT:
            return DuelScreen(services, setup)
        case Mode.CLIMB:
            return ClimbScreen(services, setup)
        case Mode.ODD_ONE_OUT:
            return OddOneOutScreen(services, setup)
        case _:
            return PracticeScreen(services, setup)
