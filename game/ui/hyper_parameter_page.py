"""The hyper-parameters of a run that is being planned: what each means, and what it shall be."""

import math

import pygame

from game.hyper_parameters import HyperParameter, defaults, hyper_parameters, refusal_of, stepped
from game.training_run import Dataset
from game.ui.canvas import Canvas
from game.ui.inputs import InputEvent, Key
from game.ui.scrolling_grid import BAR_WIDTH, ScrollingGrid
from game.ui.text_field import TextField, draw_text_field
from game.ui.theme import BODY, FOCUS, HEADING, MUTED, SMALL, TEXT, WRONG
from game.ui.widgets import Button, Focus, draw_button, draw_card

GAP = 8.0
PADDING = 6.0
FIELD_WIDTH = 214.0
SENTENCE = SMALL - 1.0
# Lines break before the last word that doesn't fit: they are never full.
FULL_LINE = 0.88
_DIGITS = frozenset("0123456789.e-")
_CHOICES = "‹ {} ›"
_TOO_LONG = "This can't be used with the rest; the reason stands on the right."


class HyperParameterPage:
    """A row for each; `typed` holds what differs from the defaults, as it was typed.

    The defaults are the preset of the chosen architecture and objective, on the `dataset` that is chosen.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.typed: dict[str, str] = {}
        self.buttons: list[Button] = []
        self._parameters = {parameter.name: parameter for parameter in hyper_parameters()}
        self._focus = Focus(next(iter(self._parameters)))
        self._grid = ScrollingGrid(shown_rows=1)

    @property
    def is_typed_into(self) -> bool:
        """Whether the keys 0 to 9 mean something."""
        parameter = self._parameters.get(self._focus.name)
        return parameter is not None and not parameter.choices

    def handle(self, event: InputEvent) -> str | None:
        """Returns "done" where the page is to be left, "" where something changed, else None."""
        if event == Key("escape"):
            return "done"
        parameter = self._parameters.get(self._focus.name)
        if parameter is not None and self._change(parameter, event):
            return ""
        moved = self._grid.handle(event, list(self._parameters), self._focus)
        if moved is not None:
            return moved
        chosen = self._focus.handle(event, self.buttons)
        if chosen == "defaults":
            self.typed.clear()
            return ""
        if chosen in self._parameters and (choice := self._parameters[chosen]).choices:
            self._keep(choice, stepped(self.dataset, choice, self._text(choice), True, self.typed))
        return chosen if chosen in (None, "done") else ""

    def _change(self, parameter: HyperParameter, event: InputEvent) -> bool:
        """Changes a value where an input is meant for it, and returns whether it was."""
        match event:
            case Key(name="left" | "right" as direction):
                self._keep(
                    parameter, stepped(self.dataset, parameter, self._text(parameter), direction == "right", self.typed)
                )
                return True
            case _ if not parameter.choices:
                field = TextField(self._text(parameter), 12, _DIGITS.__contains__)
                if (typed := field.after(event)) is not None:
                    self._keep(parameter, typed.text)
                    return True
        return False

    def _text(self, parameter: HyperParameter) -> str:
        return self.typed[parameter.name] if parameter.name in self.typed else self._defaults[parameter.name]

    @property
    def _defaults(self) -> dict[str, str]:
        return defaults(self.dataset, self.typed)

    def _keep(self, parameter: HyperParameter, text: str) -> None:
        if text == self._defaults[parameter.name]:
            self.typed.pop(parameter.name, None)
        else:
            self.typed[parameter.name] = text

    @property
    def changed(self) -> list[str]:
        """The names of those that differ from the defaults, which may have come to what was typed."""
        usual = self._defaults
        return [name for name, text in self.typed.items() if text != usual[name]]

    def draw(self, canvas: Canvas, box: pygame.FRect) -> None:
        """Draws as many rows as have room, and below them the ways out."""
        heading = canvas.text("Hyper-parameters", box.topleft, HEADING, TEXT, "bold")
        focused = self._parameters.get(self._focus.name)
        if focused is not None:
            canvas.text(focused.group, (box.right, heading.centery), SMALL, MUTED, anchor="midright")
        area = pygame.FRect(box.left, box.top + 64, box.width - BAR_WIDTH - 12, box.height - 64 - 74)
        height = self._row_height(canvas, area.width)
        self._grid.shown_rows = max(1, int((area.height + GAP) / (height + GAP)))
        height = (area.height + GAP) / self._grid.shown_rows - GAP
        shown = self._grid.visible(len(self._parameters))
        self.buttons = []
        for row, name in enumerate(list(self._parameters)[shown.start : shown.stop]):
            button = Button(name, pygame.FRect(area.left, area.top + row * (height + GAP), area.width, height))
            self.buttons.append(button)
            self._draw_row(canvas, button, self._parameters[name])
        bar = pygame.FRect(box.right - BAR_WIDTH, area.top, BAR_WIDTH, len(shown) * (height + GAP) - GAP)
        self._grid.draw_bar(canvas, bar, len(self._parameters))
        foot = pygame.FRect(box.left, box.bottom - 58, 300, 58)
        actions = [
            Button("done", foot, "Done", "primary"),
            Button("defaults", foot.move(320, 0), "Back to the defaults"),
        ]
        for button in actions:
            draw_button(canvas, button, self._focus)
        self.buttons += actions

    def _row_height(self, canvas: Canvas, width: float) -> float:
        """Returns what the row with the longest sentence needs: letters are wider in small windows."""
        room = _sentence_width(width) * FULL_LINE
        widest = max(canvas.text_width(parameter.sentence, SENTENCE) for parameter in self._parameters.values())
        return canvas.line_height(BODY) + math.ceil(widest / room) * canvas.line_height(SENTENCE) + 2 * PADDING

    def _draw_row(self, canvas: Canvas, button: Button, parameter: HyperParameter) -> None:
        box, focused, text = button.box, self._focus.name == button.name, self._text(parameter)
        draw_card(canvas, button, self._focus)
        refusal = refusal_of(self.dataset, parameter, text, self.typed)
        room = _sentence_width(box.width)
        below = refusal or parameter.sentence
        if refusal and canvas.text_width(refusal, SENTENCE) > 2 * FULL_LINE * room:
            below = _TOO_LONG
        lines = 1 if canvas.text_width(below, SENTENCE) <= room else 2
        height = canvas.line_height(BODY) + lines * canvas.line_height(SENTENCE)
        top, left = box.centery - height / 2, box.left + 20
        middle = top + canvas.line_height(BODY) / 2
        label = canvas.text(parameter.label, (left, middle), BODY - 1, TEXT, "semibold", "midleft")
        if parameter.name in self.changed:
            canvas.disc((label.right + 22, middle), 9, FOCUS)
            changed = f"changed from {self._defaults[parameter.name]}"
            canvas.text(changed, (label.right + 34, middle), SENTENCE, FOCUS, anchor="midleft")
        line = pygame.FRect(left, top + canvas.line_height(BODY), room, 0)
        canvas.paragraph(below, line, SENTENCE, WRONG if refusal else MUTED)
        field = pygame.FRect(box.right - FIELD_WIDTH - 16, box.centery - 23, FIELD_WIDTH, 46)
        if parameter.choices:
            canvas.text(_CHOICES.format(text), field.center, BODY, TEXT, "semibold", "center")
        else:
            draw_text_field(canvas, text, field, focused)


def _sentence_width(row_width: float) -> float:
    return row_width - FIELD_WIDTH - 60
