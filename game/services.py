"""What every screen may use, handed in so that tests can hand in something else."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from game import settings as settings_file
from game.background_job import BackgroundJob, JobState
from game.forger import Forger
from game.lab import Lab
from game.rules import Mode, Picture
from game.run_plan import Measurement
from game.settings import Settings, SettingsError
from game.speed_probe import SpeedProbe
from game.training_run import TrainingConfig, TrainingRun, datasets_here
from game.ui.audio import Sounds

if TYPE_CHECKING:
    from game.shared_database import SharedDatabase
    from game.store import HighScore, Store


class LazyStore:
    """The store of answers, opened on first use: its library takes longer to import than the window to open."""

    def __init__(self, path: Path | None = None, database: str = "", wake: Callable[[], None] = lambda: None) -> None:
        # The class's database, where one is named; open from the same moment as the store.
        self.shared: SharedDatabase | None = None
        self._path = path
        self._database = database
        self._wake = wake
        self._store: Store | None = None
        self._import = threading.Thread(target=_import_store, args=(bool(database),), daemon=True)

    def preload(self) -> None:
        """Begins the slow import in the background."""
        self._import.start()

    def get(self) -> "Store":
        """Returns the store, opening it where that has not been done."""
        if self._store is None:
            from game.store import Store, default_path

            path, send = self._path or default_path(), None
            if self._database:
                from game.shared_database import SharedDatabase

                self.shared = SharedDatabase(self._database, path, self._wake)
                send = self.shared.send
            self._store = Store.open(path, send=send)
            if self.shared is not None:
                self.shared.start()
        return self._store

    def best_if_open(self, dataset: str) -> "HighScore | None":
        """Returns the best round on a dataset, or None while the library loads: the title can't wait for it."""
        loaded = self._store is not None or (self._import.ident is not None and not self._import.is_alive())
        return self.get().best_score(dataset) if loaded else None

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences about what is wrong with the file or the class's database, once they are open."""
        problem = self.shared.problem if self.shared else ""
        return (*(self._store.notices if self._store else ()), *((problem,) if problem else ()))

    def close(self) -> None:
        """Writes what still waits, sends what can be sent at once, and closes."""
        if self._store is not None:
            self._store.close()
        if self.shared is not None:
            self.shared.close()


def _import_store(with_shared_database: bool) -> None:
    import game.store

    if with_shared_database:
        import game.shared_database  # noqa: F401 - for the import itself


@dataclass(slots=True)
class Services:
    """The forger, the files, the sounds, the clock on the wall and the dice."""

    forger: Forger
    checkpoints: Path
    store: LazyStore
    sounds: Sounds
    settings: Settings
    settings_path: Path
    next_seed: Callable[[], int]
    lab: Lab
    # Where films, figures and runs for others are written.
    exports: Path
    # Ends the window's wait, from any thread.
    wake: Callable[[], None] = lambda: None
    wall_clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    notices: list[str] = field(default_factory=list)
    # Pictures that have been in a round since the game was started: none comes twice.
    seen: set[Picture] = field(default_factory=set)
    # The run that was last played against, by dataset.
    chosen_runs: dict[str, str] = field(default_factory=dict)
    # The way to play that was chosen last.
    chosen_mode: Mode = Mode.PRACTICE
    # What measures this computer's speed, to be ended with the game.
    probe: SpeedProbe | None = None
    # What is being written or read in the background, or was last: one at a time.
    job: BackgroundJob | None = None
    # The names of the datasets that can be learnt from without a download.
    datasets_here: Callable[[], tuple[str, ...]] = datasets_here
    # How fast this computer trains, by the settings that it depends on.
    plans: dict[TrainingConfig, Measurement] = field(default_factory=dict)

    def run_key(self, name: str) -> str:
        """Returns what tells a run apart from others of its name, empty where it is gone."""
        run = self.lab.run(name)
        return run.key if run else ""

    def chosen_run(self, dataset: str) -> TrainingRun | None:
        """Returns the run to play against: the one that was chosen last where it is still there, else the first."""
        runs, chosen = self.lab.playable(dataset), self.chosen_runs.get(dataset)
        return next((run for run in runs if run.name == chosen), runs[0] if runs else None)

    def store_of_player(self) -> "Store":
        """Returns the store, in which rounds now begin for the player of the settings."""
        store, settings = self.store.get(), self.settings
        player_id = store.play_as(settings.player_name, settings.player_id)
        if player_id != settings.player_id:
            self.change_settings(replace(settings, player_id=player_id))
        return store

    def change_settings(self, settings: Settings) -> None:
        """Uses the new settings from now on and keeps them; where the disk refuses, that is a notice."""
        # Only where it was switched: else keeping a name would end the silence of --mute.
        if settings.sound != self.settings.sound:
            self.sounds.on = settings.sound
        self.settings = settings
        try:
            settings_file.save(settings, self.settings_path)
        except SettingsError as error:
            self.notice(str(error))

    def toggle_confidence(self) -> None:
        """Asks how sure the player is of each answer, or no longer does, and remembers that."""
        self.change_settings(replace(self.settings, ask_confidence=not self.settings.ask_confidence))

    def run_job(self, title: str, command: Sequence[str]) -> BackgroundJob | None:
        """Starts a command in the background and returns it, or None where another one is not done."""
        if self.job is not None and self.job.state is JobState.RUNNING:
            return None
        self.job = BackgroundJob(title, command, self.wake)
        return self.job

    def notice(self, sentence: str) -> None:
        """Adds a sentence to show on the title, once."""
        if sentence and sentence not in self.notices:
            self.notices.append(sentence)
