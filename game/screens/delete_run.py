"""Whether a run shall be deleted."""

from game.screen import Back, Stay, Transition
from game.services import Services
from game.training_run import UserError
from game.ui.canvas import Canvas
from game.ui.dialog import draw_dialog
from game.ui.inputs import InputEvent, Key
from game.ui.widgets import Button, Focus

_ANSWERS = (("back", "Keep it"), ("delete", "Delete it"))


class DeleteRunScreen:
    """Asks once; what is deleted is gone."""

    def __init__(self, services: Services, name: str) -> None:
        self._services = services
        self._run = services.lab.run(name)
        self._problem = ""
        self._focus = Focus("back")
        self._buttons: list[Button] = []

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Deletes the run, or goes back."""
        if event == Key("escape"):
            return Back()
        match self._focus.handle(event, self._buttons):
            case None:
                return None
            case "delete":
                return self._delete()
            case "back":
                return Back()
            case _:
                return Stay()

    def _delete(self) -> Transition:
        if self._run is not None:
            try:
                self._services.lab.delete(self._run)
            except UserError as error:
                self._problem = str(error)
                return Stay()
        return Back()

    def update(self, now: float) -> Transition | None:
        """Goes back where there is nothing to delete any more."""
        return Back() if self._run is None else None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the question."""
        if self._run is not None:
            text = "Its rungs can't be played any more. Scores stay in the list."
            self._buttons = draw_dialog(
                canvas, f"Delete “{self._run.title}” for ever?", self._problem or text, _ANSWERS, self._focus
            )
