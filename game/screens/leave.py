"""What shall become of the training when the game is closed."""

from collections.abc import Callable

from game.lab import Lab
from game.screen import Back, Quit, Stay, Transition
from game.services import Services
from game.training_progress import training_progress
from game.training_run import RunState, TrainingRun, UserError
from game.ui.canvas import Canvas
from game.ui.dialog import draw_dialog
from game.ui.inputs import InputEvent, Key
from game.ui.widgets import Button, Focus

_ENDED = (("keep", "Quit"), ("back", "Back to the game"))
_ANSWERS = (("keep", "Let it go on"), ("stop", "Stop and keep"), ("back", "Back to the game"))


class LeaveScreen:
    """Asks whether to stop the training, or to let it go on without the game; closing the window again lets it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._focus = Focus("keep")
        self._buttons: list[Button] = []

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Ends the game, or goes back to it."""
        if event == Key("escape"):
            return Back()
        match self._focus.handle(event, self._buttons):
            case None:
                return None
            case "keep":
                return self._quit_after(_let_go_on)
            case "stop":
                return self._quit_after(Lab.stop)
            case "back":
                return Back()
            case _:
                return Stay()

    def _quit_after(self, last: Callable[[Lab, TrainingRun], None]) -> Transition:
        """Ends the game after a last word to the training; stays where that can't be said."""
        lab = self._services.lab
        if (active := lab.active) is not None:
            try:
                last(lab, active)
            except UserError as error:
                self._services.notice(str(error))
                return Back()
        return Quit()

    def update(self, now: float) -> Transition | None:
        """Returns None: the app draws what is new about the training."""
        return None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def training_shown(self) -> str:
        """Returns the name of the run that is asked about."""
        active = self._services.lab.active
        return active.name if active else ""

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the question."""
        lab = self._services.lab
        if (active := lab.active) is None:
            self._buttons = draw_dialog(canvas, "The training has ended", "Nothing is lost.", _ENDED, self._focus)
            return
        progress = training_progress(active, lab.ticks(active))
        title = f"“{active.title}” is still being trained ({100 * progress.share:.0f} %)"
        text = "It can go on without the game. You find it again when you come back."
        if active.state is RunState.PAUSED:
            title = f"“{active.title}” is paused ({100 * progress.share:.0f} %)"
            text = "It can go on without the game. Stopped, it is saved and waits for you."
        elif active.state is RunState.STOPPING:
            title, text = f"“{active.title}” is stopping", "It saves what it has learnt, with the game or without."
        self._buttons = draw_dialog(canvas, title, text, _ANSWERS, self._focus)


def _let_go_on(lab: Lab, run: TrainingRun) -> None:
    # Nobody would see that it waits.
    if run.state is RunState.PAUSED:
        lab.go_on(run)
