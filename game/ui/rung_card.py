"""One rung as a card: what it draws, what it is called, how far from perfect it is."""

import pygame

from game.pictures import PictureOrder
from game.training_run import Tick, rung_name
from game.ui.canvas import Canvas
from game.ui.picture_frame import slot_size
from game.ui.theme import BODY, MUTED, SMALL, STREAK, TEXT, TRACK
from game.ui.widgets import Button, Focus, draw_card
from game.words import number

SAMPLES_PER_RUNG = 4
CARD_HEIGHT = 222.0
_SAMPLE_GAP = 4.0
# Of the samples' middle, below the card's top.
_SAMPLES_AT = 74.0


def draw_rung_card(
    canvas: Canvas,
    button: Button,
    focus: Focus,
    kimg: int,
    image_size: int,
    samples: PictureOrder | None,
    tick: Tick | None,
) -> None:
    """Draws the rung at `kimg`; `samples` may still be on their way, `tick` is None where no judge measured it."""
    draw_card(canvas, button, focus)
    box = button.box
    size = 2 * slot_size(image_size) + _SAMPLE_GAP
    place = pygame.FRect(box.centerx - size / 2, box.top + _SAMPLES_AT - size / 2, size, size)
    _draw_samples(canvas, samples, place)
    canvas.text(rung_name(kimg), (box.centerx, box.top + 151), BODY, TEXT, "semibold", "center")
    canvas.text(f"{number(kimg)} kimg", (box.centerx, box.top + 177), SMALL, MUTED, anchor="center")
    if tick is not None and tick.judge_distance is not None:
        distance = f"distance {tick.judge_distance:.2f}"
        canvas.text(distance, (box.centerx, box.top + 201), SMALL, MUTED, anchor="center")


def _draw_samples(canvas: Canvas, samples: PictureOrder | None, box: pygame.FRect) -> None:
    if samples is not None and samples.error:
        canvas.text("damaged", box.center, SMALL, STREAK, anchor="center")
        return
    shown = samples.shown if samples is not None else None
    size = (box.width - _SAMPLE_GAP) / 2
    for place in range(SAMPLES_PER_RUNG):
        row, column = divmod(place, 2)
        left, top = box.left + column * (size + _SAMPLE_GAP), box.top + row * (size + _SAMPLE_GAP)
        slot = pygame.FRect(left, top, size, size)
        if shown is None:
            canvas.panel(slot, TRACK, None, 4)
        else:
            canvas.picture(shown[place].pixels, slot)


def rung_explanation(kimg: int, tick: Tick | None) -> str:
    """Returns what a rung's figures mean, in a sentence or two."""
    text = f"After {number(kimg * 1000)} pictures of training."
    if tick is None or tick.judge_distance is None or tick.judge_floor is None:
        return text
    distance, floor = tick.judge_distance, tick.judge_floor
    return f"{text} Judge distance {distance:.2f}: 0 is perfect, and real pictures score {floor:.2f}."
