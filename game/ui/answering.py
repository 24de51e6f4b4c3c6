"""The question what a picture is and then, where that is wanted, how sure the player is of it."""

from collections.abc import Sequence
from dataclasses import replace

import pygame

from game.round_play import RoundPlay
from game.rules import Response
from game.screen import Stay
from game.ui.answer_stamps import answer_of, draw_answer_stamps
from game.ui.canvas import Canvas
from game.ui.confidence_buttons import confidence_of, draw_confidence_buttons
from game.ui.inputs import InputEvent, Key
from game.ui.theme import BODY, MUTED
from game.ui.widgets import Button

# ← and → say how sure one is by then.
_OTHER_ANSWER = (Key("r"), Key("f"))


class Answering:
    """One picture after another; an answer's time is that of the stamp, not of saying how sure one is."""

    def __init__(self) -> None:
        self._said: Response | None = None
        self._buttons: Sequence[Button] = ()

    def handle(self, event: InputEvent, play: RoundPlay, now: float, asks_confidence: bool) -> Response | Stay | None:
        """Returns the response once it is complete, Stay where something else is new, None where nothing is."""
        if self._said is not None:
            return self._handle_confidence(self._said, event, play, now)
        response = _response(event, self._buttons, play, now)
        if response is None or not asks_confidence:
            return response
        self._said = response
        return Stay()

    def _handle_confidence(
        self, said: Response, event: InputEvent, play: RoundPlay, now: float
    ) -> Response | Stay | None:
        if event == Key("backspace"):
            self._said = None
            # The time of the next answer would hold that of this one, and of the question after it.
            play.disturb()
            return Stay()
        if event in _OTHER_ANSWER and answer_of(event, ()) is not said.answer:
            play.disturb()
            self._said = _response(event, (), play, now)
            return Stay()
        confidence = confidence_of(event, self._buttons)
        if confidence is None:
            return None
        self._said = None
        return replace(said, confidence=confidence)

    def draw(self, canvas: Canvas, light_box: pygame.FRect, question: str) -> list[Button]:
        """Draws the stamps, or what was said and how sure one can be, beside the light-box; returns their buttons."""
        if self._said is None:
            buttons = draw_answer_stamps(canvas, light_box)
            canvas.text(question, (canvas.page.centerx, canvas.page.bottom - 56), BODY, MUTED, anchor="center")
        else:
            buttons = draw_confidence_buttons(canvas, light_box, self._said.answer)
        self._buttons = buttons
        return buttons


def _response(event: InputEvent, buttons: Sequence[Button], play: RoundPlay, now: float) -> Response | None:
    answer = answer_of(event, buttons)
    return None if answer is None else Response(answer, *play.time(now))
