"""What the tests of the plan of a run share: a player at it, and stand-ins for the measurement and the training."""

import json
from pathlib import Path

from playing import (
    Player,
)

from game.destinations import PlanRun
from game.run_plan import Measurement, speed_settings
from game.screen import Open
from game.services import Services
from game.speed_probe import REST_SECONDS
from game.training_run import RunState, TrainingConfig

RESULT = {"device": "Abacus", "precision": "float32", "images_per_second": 1000.0, "seconds_per_rung": 0.0}
# Notes what it was told, and waits until it may go on.
MEASURE = """
import json, os, sys, time
with open({calls!r}, "a") as calls:
    print(json.dumps(sys.argv[1:]), file=calls)
print(json.dumps({{"share": 0.5, "text": "measuring"}}), flush=True)
while not os.path.exists({go!r}):
    time.sleep(0.01)
print(json.dumps({{"share": 1.0, "text": "", "result": {result}}}), flush=True)
"""
FAIL = "import sys; sys.exit('PyTorch is not installed; install it with pip.')"
SLEEP = "import time; time.sleep(600)"


class Planner(Player):
    """A player at the plan of a run."""

    folder: Path

    @property
    def calls(self) -> list[list[str]]:
        """The flags of every measurement so far."""
        path = self.folder / "calls"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def open_plan(self, dataset: str = "mnist") -> None:
        self.app._follow(Open(PlanRun(dataset)))
        self.frame()

    def rest(self) -> None:
        """Lets so much time pass that what is on show is worth measuring."""
        self.clock.now += REST_SECONDS  # type: ignore[attr-defined]
        self.frame()

    def let_measurements_end(self) -> None:
        (self.folder / "go").touch()

    @property
    def measures(self) -> bool:
        """Whether a measurement is under way: its own note of that comes a moment later."""
        return self.app.screen._probe._job is not None

    @property
    def measured(self) -> dict[TrainingConfig, Measurement]:
        return self.services.plans

    def started(self) -> list[TrainingConfig]:
        return [run.config for run in self.services.lab.runs if run.state is RunState.STARTING]


def knows_the_speed(services: Services, **settings: object) -> None:
    for dataset in ("mnist", "fashion-mnist"):
        config = speed_settings(TrainingConfig(dataset=dataset, **settings))  # type: ignore[arg-type]
        services.plans[config] = Measurement("Abacus", "float32", 1000.0, 0.0)
