"""Which folder of pictures a run shall learn from, and what is made of its pictures."""

from collections.abc import Callable

import pygame

from game.folder_check import FolderCheck
from game.training_run import Dataset
from game.ui.canvas import Canvas
from game.ui.fitted_text import breakable
from game.ui.inputs import Dropped, InputEvent, Key, Shortcut
from game.ui.plan_cards import plan_label
from game.ui.text_field import TextField, draw_text_field
from game.ui.theme import HEADING, LARGE, MUTED, SMALL, TEXT, WRONG
from game.ui.widgets import Button, Focus, draw_button, draw_keys

MAX_PATH_LENGTH = 1000
SIZES = (28, 32, 64)
_CHANNELS = {3: "in colour", 1: "in grey"}
_ABOUT = (
    "PNG, JPEG, GIF, BMP and WebP pictures in it and in its subfolders are cut to squares; 16 at least, and some "
    "hundreds for anything to be seen. Subfolders that have all of them are classes. A fifth of them is kept from "
    "training, to be played with."
)


class FolderPage:
    """`dataset` is the folder that was looked through last and found good; None while there is none."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self.dataset: Dataset | None = None
        self.buttons: list[Button] = []
        self._wake = wake
        self._path = TextField("", MAX_PATH_LENGTH)
        self._size, self._channels = 32, 3
        self._check: FolderCheck | None = None
        self._refusal = ""
        self._focus = Focus("path")

    def open(self) -> None:
        """Begins with the line to type into."""
        self._focus.name = "path"

    def take(self, path: str) -> None:
        """Looks through a folder that was dropped or named elsewhere."""
        self._path = self._path.with_text(path)
        self._look()

    def _look(self) -> None:
        self._refusal = ""
        self._check = FolderCheck(self._path.text, self._size, self._channels, self._wake)

    def poll(self) -> str | None:
        """Returns "done" once the folder was found good, "" where anything else is new, else None."""
        check = self._check
        if check is None or not check.done:
            return None
        self._check, self._refusal = None, check.failure
        if check.dataset is None:
            return ""
        self.dataset = check.dataset
        return "done"

    def handle(self, event: InputEvent) -> str | None:
        """Returns "back" where the page is to be left, "" where something changed, else None."""
        if event == Key("escape"):
            self._check = None
            return "back"
        if isinstance(event, Dropped):
            self.take(event.path)
            return ""
        if isinstance(event, Shortcut):
            self._focus.name = "path"
        if self._focus.name == "path" and (typed := self._path.after(event)) is not None:
            self._path, self._refusal = typed, ""
            return ""
        turn = {Key("left"): -1, Key("right"): 1}.get(event, 0) if isinstance(event, Key) else 0
        if turn and self._focus.name in ("size", "channels"):
            self._turn(self._focus.name, turn)
            return ""
        chosen = self._focus.handle(event, self.buttons)
        if chosen in ("size", "channels"):
            self._turn(chosen, 1)
        # With the mouse the field is chosen to type into, and by Enter once something is typed.
        elif chosen == "use" or (chosen == "path" and event == Key("enter")):
            self._look()
        return None if chosen is None else ""

    def _turn(self, what: str, step: int) -> None:
        if what == "size":
            self._size = SIZES[(SIZES.index(self._size) + step) % len(SIZES)]
        else:
            self._channels = 1 if self._channels == 3 else 3

    def draw(self, canvas: Canvas, box: pygame.FRect) -> None:
        """Draws the page."""
        left, top = box.left, box.top
        canvas.text("A folder of pictures", box.topleft, HEADING, TEXT, "bold")
        canvas.text("Drop a folder anywhere on this window.", (left, top + 46), LARGE - 4, MUTED)
        path = Button("path", pygame.FRect(left, top + 98, box.width, 52))
        draw_text_field(canvas, self._path.text, path.box, self._focus.name == "path", "or type or paste its path here")
        plan_label(canvas, "Each picture becomes", left, top + 196)
        size = f"‹ {self._size}×{self._size} pixels ›"
        self.buttons = [
            path,
            Button("size", pygame.FRect(left, top + 204, 248, 54), size),
            Button("channels", pygame.FRect(left + 264, top + 204, 248, 54), f"‹ {_CHANNELS[self._channels]} ›"),
            Button("use", pygame.FRect(left, box.bottom - 58, 300, 58), "Use this folder", "primary"),
        ]
        for button in self.buttons[1:]:
            draw_button(canvas, button, self._focus)
        below = pygame.FRect(left, top + 284, box.width, 200)
        if self._check is not None:
            canvas.text("Looking through the folder …", below.topleft, SMALL, MUTED)
        elif self._refusal:
            canvas.paragraph(breakable(canvas, self._refusal, below.width, SMALL), below, SMALL, WRONG)
        else:
            canvas.paragraph(_ABOUT, below, SMALL, MUTED)
        draw_keys(canvas, (("Esc", "back"),), (left + 330, box.bottom - 14), "bottomleft")
