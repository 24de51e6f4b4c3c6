"""A new title for a run."""

import pygame

from game.screen import Back, Stay, Transition
from game.services import Services
from game.training_run import MAX_TITLE_LENGTH, UserError
from game.ui.canvas import Canvas
from game.ui.inputs import InputEvent, Key
from game.ui.text_field import TextField, draw_text_field
from game.ui.theme import LARGE, MUTED, SMALL, TEXT, WRONG
from game.ui.widgets import Button, Focus, draw_button, draw_keys


class RenameRunScreen:
    """One line to type a title into; an empty one gives the run its folder's name back."""

    def __init__(self, services: Services, name: str) -> None:
        self._services = services
        self._run = services.lab.run(name)
        self._title = TextField(self._run.title if self._run else "", MAX_TITLE_LENGTH)
        self._problem = ""
        self._focus = Focus("title")
        self._buttons: list[Button] = []

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Takes the title, and keeps it or not."""
        if event == Key("escape"):
            return Back()
        if self._focus.name == "title":
            if event == Key("enter"):
                return self._keep()
            if (typed := self._title.after(event)) is not None:
                self._title = typed
                return Stay()
        match self._focus.handle(event, self._buttons):
            case None:
                return None
            case "keep":
                return self._keep()
            case "back":
                return Back()
            case _:
                return Stay()

    def _keep(self) -> Transition:
        if self._run is not None:
            try:
                self._services.lab.rename(self._run, self._title.text)
            except UserError as error:
                self._problem = str(error)
                return Stay()
        return Back()

    def update(self, now: float) -> Transition | None:
        """Goes back where there is nothing to rename any more."""
        return Back() if self._run is None else None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the line and its two buttons."""
        if self._run is None:
            return
        box = pygame.FRect(0, 0, 640, 270)
        box.center = canvas.page.center
        canvas.panel(box)
        canvas.text("A new name for this run", (box.left + 40, box.top + 34), LARGE, TEXT, "bold")
        field = pygame.FRect(box.left + 40, box.top + 84, box.width - 80, 48)
        draw_text_field(canvas, self._title.text, field, self._focus.name == "title", self._run.name)
        line = pygame.FRect(field.left, field.bottom + 10, field.width, 40)
        if self._problem:
            canvas.paragraph(self._problem, line, SMALL, WRONG)
        else:
            canvas.text(f"Its folder is called {self._run.name}.", line.topleft, SMALL, MUTED)
        self._buttons = [
            Button("title", field),
            Button("keep", pygame.FRect(box.left + 40, box.bottom - 84, 200, 54), "Rename", "primary"),
            Button("back", pygame.FRect(box.left + 260, box.bottom - 84, 200, 54), "Leave it"),
        ]
        for button in self._buttons[1:]:
            draw_button(canvas, button, self._focus)
        hints = (("Enter", "rename"), ("Esc", "leave it"))
        draw_keys(canvas, hints, (canvas.page.right - 60, canvas.page.bottom - 28), "bottomright")
