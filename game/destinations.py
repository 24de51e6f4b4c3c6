"""Where a screen can lead: each destination holds what its screen begins with, and nothing knows that screen."""

from dataclasses import dataclass

from game.climb import Climb
from game.lineup import LineupTrial
from game.odd_one_out import ArcadeGame
from game.pictures import ShownPicture
from game.rules import Mode, Round, RoundSetup
from game.staircase import Flash
from game.statistics import Proportion, SignalCounts


@dataclass(frozen=True, slots=True)
class ChooseMode:
    """The choice of a way to play with one dataset."""

    dataset: str


@dataclass(frozen=True, slots=True)
class ChooseDifficulty:
    """The choice of a rung for one dataset, of the run that was chosen last."""

    dataset: str
    mode: Mode = Mode.PRACTICE


@dataclass(frozen=True, slots=True)
class ShowMorePictures:
    """The choice of a dataset that has no card on the title."""


@dataclass(frozen=True, slots=True)
class ChooseRun:
    """The choice of a run to play against, among those of one dataset."""

    dataset: str


@dataclass(frozen=True, slots=True)
class PlayRound:
    """A round, in the way that its setup says."""

    setup: RoundSetup


@dataclass(frozen=True, slots=True)
class ShowResults:
    """What came of a round; `round_id` is its name in the store."""

    round: Round
    shown: tuple[ShownPicture, ...]
    round_id: str


@dataclass(frozen=True, slots=True)
class ShowMeasurement:
    """What a measured round says about its player and its forger; `round_id` is its name in the store."""

    round: Round
    shown: tuple[ShownPicture, ...]
    round_id: str


@dataclass(frozen=True, slots=True)
class ShowDuel:
    """What came of a duel, or of a round with advice; `round_id` is its name in the store.

    `accuracy` is how often the discriminator is right on pictures like these, found before the round.
    """

    round: Round
    shown: tuple[ShownPicture, ...]
    round_id: str
    accuracy: Proportion | None


@dataclass(frozen=True, slots=True)
class ShowFlash:
    """What came of a flash."""

    setup: RoundSetup
    flash: Flash


@dataclass(frozen=True, slots=True)
class ShowSignalDetection:
    """Two bell curves for somebody's answers to single pictures; `title` says whose, and to what."""

    counts: SignalCounts
    title: str


@dataclass(frozen=True, slots=True)
class ShowArcade:
    """What came of an arcade game; `round_id` is its name in the store."""

    setup: RoundSetup
    game: ArcadeGame
    trials: tuple[LineupTrial, ...]
    round_id: str


@dataclass(frozen=True, slots=True)
class ShowClimb:
    """Where a climb found that the forger begins to pass; `round_id` is its name in the store."""

    setup: RoundSetup
    climb: Climb
    trials: tuple[LineupTrial, ...]
    round_id: str


@dataclass(frozen=True, slots=True)
class ShowPlayers:
    """Who plays: a choice among those of this computer."""


@dataclass(frozen=True, slots=True)
class ExchangeAnswers:
    """Everybody's answers as files for others, and the files of others."""


@dataclass(frozen=True, slots=True)
class ShowFigures:
    """A player's figures, by id and name, of guests where the id is empty, of whoever plays now where it is None.

    Where there are any of a dataset that is named, they come first.
    """

    player_id: str | None = None
    name: str = ""
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class ShowGeneratorFigures:
    """How often all players err over a run's pictures; the run may be on another computer alone."""

    dataset: str
    run: str
    run_key: str


@dataclass(frozen=True, slots=True)
class ShowHighScores:
    """The best rounds of one dataset, at one rung where it is given; rounds of one class have a list of their own.

    So have those of each length; 0 is the length that a round against the run has.
    """

    dataset: str
    run: str = ""
    kimg: int = 0
    mode: str = Mode.PRACTICE
    trial_count: int = 0


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """The settings."""


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """How to play."""


@dataclass(frozen=True, slots=True)
class ShowLab:
    """Every run there is."""


@dataclass(frozen=True, slots=True)
class PlanRun:
    """What a new run shall be, beginning with a dataset."""

    dataset: str = "mnist"


@dataclass(frozen=True, slots=True)
class WatchRun:
    """One run: how it learns, or how it learnt."""

    name: str


@dataclass(frozen=True, slots=True)
class CompareRuns:
    """Two runs side by side; the second one is chosen there where it is not named."""

    left: str
    right: str = ""


@dataclass(frozen=True, slots=True)
class RenameRun:
    """A new title for a run."""

    name: str


@dataclass(frozen=True, slots=True)
class AskBeforeDelete:
    """Whether a run shall be deleted."""

    name: str


@dataclass(frozen=True, slots=True)
class ImportRun:
    """A run from elsewhere; `path` where it was dropped on the window."""

    path: str = ""


@dataclass(frozen=True, slots=True)
class AskBeforeQuit:
    """What shall become of the training when the game is closed."""


Destination = (
    ChooseMode
    | ChooseDifficulty
    | ShowMorePictures
    | ChooseRun
    | PlayRound
    | ShowResults
    | ShowMeasurement
    | ShowDuel
    | ShowFlash
    | ShowSignalDetection
    | ShowArcade
    | ShowClimb
    | ShowPlayers
    | ExchangeAnswers
    | ShowFigures
    | ShowGeneratorFigures
    | ShowHighScores
    | ShowSettings
    | ShowHelp
    | ShowLab
    | PlanRun
    | WatchRun
    | CompareRuns
    | RenameRun
    | AskBeforeDelete
    | ImportRun
    | AskBeforeQuit
)
