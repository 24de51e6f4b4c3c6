"""The choice of one class among many, or of any: a button that the arrows turn, and that hears a name typed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pygame

from game.ui.canvas import Canvas
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent, Key, Typed
from game.ui.theme import BODY, TEXT
from game.ui.widgets import LABEL_MARGIN, Button, Focus, draw_card

CLASS_BUTTON = "class"
ANY_CLASS = "Any class"


@dataclass(frozen=True, slots=True)
class ClassChoice:
    """One of `names`, by its `number`, or None for any; `typed` is the beginning of a name."""

    names: Sequence[str]
    number: int | None = None
    typed: str = ""

    @property
    def label(self) -> str:
        """What is chosen, for a person."""
        return ANY_CLASS if self.number is None else f"Only “{self.names[self.number]}”"

    def turned(self, step: int) -> "ClassChoice":
        """Returns the choice so many places further; any class lies between the last one and the first."""
        place = 0 if self.number is None else self.number + 1
        place = (place + step) % (len(self.names) + 1)
        return ClassChoice(self.names, place - 1 if place else None)

    def after(self, event: InputEvent) -> "ClassChoice | None":
        """Returns the choice after an input while the button has the focus; None where the input is not for it."""
        match event:
            case Key(name="left"):
                return self.turned(-1)
            case Key(name="right"):
                return self.turned(1)
            case Key(name="backspace"):
                return ClassChoice(self.names)
            case Typed(text=text) if text.strip():
                return self._found(self.typed + text) or self._found(text) or self
            # A letter comes as text too: here it must press no button.
            case Key(name=name) if len(name) == 1:
                return self
            case _:
                return None

    def _found(self, typed: str) -> "ClassChoice | None":
        beginning = typed.casefold()
        for number, name in enumerate(self.names):
            if name.casefold().startswith(beginning):
                return replace(self, number=number, typed=typed)
        return None


def draw_class_choice(canvas: Canvas, box: pygame.FRect, choice: ClassChoice, focus: Focus) -> Button:
    """Draws the choice, with arrows that say how it is turned, and returns its button."""
    button = Button(CLASS_BUTTON, box)
    draw_card(canvas, button, focus)
    room = box.width - 2 * LABEL_MARGIN - 40
    label = visible_start(canvas, choice.label, room, BODY - 1, "semibold")
    canvas.text(label, box.center, BODY - 1, TEXT, "semibold", "center")
    for text, x, anchor in (("‹", box.left + LABEL_MARGIN, "midleft"), ("›", box.right - LABEL_MARGIN, "midright")):
        canvas.text(text, (x, box.centery), BODY, TEXT, "semibold", anchor)
    return button
