"""The time machine's slider: marks in kimg, and the one that is looked at."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pygame

from game.ui.canvas import Canvas, Point, Span
from game.ui.inputs import Disturbed, InputEvent, Key, PointerMoved, PointerPressed, PointerReleased
from game.ui.kimg_axis import KimgAxis, kimg_axis
from game.ui.theme import EDGE, FOCUS, LIGHT_BOX, MUTED, REAL, SMALL, TEXT, TRACK
from game.ui.tooltip import Tooltip

LABEL_SIZE = SMALL - 4
LABEL_GAP = 8.0
HALO = (44, 78, 104)
KNOB = 22.0
# Of the track's middle below the box's top.
TRACK_DEPTH = 18.0
TRACK_HEIGHT = 6.0
# How far above and below the track a press still takes the knob.
GRIP = 22.0


@dataclass(frozen=True, slots=True)
class Slider:
    """Where a slider lies and what it has: every kimg with a sample, ascending, the rungs among them."""

    box: pygame.FRect
    marks: tuple[int, ...]
    rungs: tuple[int, ...]
    goal_kimg: float

    @property
    def axis(self) -> KimgAxis:
        """The axis of the marks, inside the box by half a knob."""
        return kimg_axis(self.box.left + KNOB / 2, self.box.right - KNOB / 2, self.marks, self.goal_kimg)


@dataclass(frozen=True, slots=True)
class SliderState:
    """The mark under the knob, and whether the pointer holds it."""

    mark: int | None = None
    dragged: bool = False


def nearest_mark(marks: Sequence[int], axis: KimgAxis, x: float) -> int | None:
    """Returns the mark drawn nearest to a place, the lower of two; None where there is none."""
    return min(marks, key=lambda mark: (abs(axis.x(mark) - x), mark), default=None)


def next_mark(marks: Sequence[int], mark: int | None, steps: int) -> int | None:
    """Returns the mark so many steps on, back where negative, stopping at the ends; None where there is no mark.

    A kimg between two marks counts as half a step from each.
    """
    if not marks:
        return None
    if mark is None:
        return marks[-1]
    place = bisect_left(marks, mark)
    between = place == len(marks) or marks[place] != mark
    target = place + steps - (1 if between and steps > 0 else 0)
    return marks[min(max(target, 0), len(marks) - 1)]


def handle_slider(slider: Slider, state: SliderState, event: InputEvent) -> SliderState:
    """Returns the state after an event; the same object where nothing changed."""
    match event:
        case PointerPressed(at=at) if _grip(slider).collidepoint(at):
            after = SliderState(nearest_mark(slider.marks, slider.axis, at[0]), True)
        case PointerMoved(at=at) if state.dragged:
            after = replace(state, mark=nearest_mark(slider.marks, slider.axis, at[0]))
        # The release is lost where the window loses the pointer while it is held.
        case PointerReleased() | Disturbed():
            after = replace(state, dragged=False)
        case Key(name="left" | "right" as name):
            after = replace(state, mark=next_mark(slider.marks, state.mark, 1 if name == "right" else -1))
        case Key(name="page up" | "page down" as name):
            after = replace(state, mark=_next_rung(slider.rungs, state.mark, name == "page up"))
        case Key(name="home" | "end" as name) if slider.marks:
            after = replace(state, mark=slider.marks[0 if name == "home" else -1])
        case _:
            return state
    return state if after == state else after


def _next_rung(rungs: Sequence[int], mark: int | None, upwards: bool) -> int | None:
    """Returns the nearest rung on one side of a mark, or the mark where no rung lies there."""
    if mark is None:
        return next_mark(rungs, None, 0)
    if upwards:
        return min((rung for rung in rungs if rung > mark), default=mark)
    return max((rung for rung in rungs if rung < mark), default=mark)


def _grip(slider: Slider) -> pygame.FRect:
    box = slider.box
    return pygame.FRect(box.left, box.top + TRACK_DEPTH - GRIP, box.width, 2 * GRIP)


def draw_slider(
    canvas: Canvas, slider: Slider, state: SliderState, focused: bool = False, pointer: Point | None = None
) -> Tooltip | None:
    """Draws the slider, and returns the words for the mark under the pointer while it is not dragged."""
    axis, y = slider.axis, slider.box.top + TRACK_DEPTH
    _draw_track(canvas, slider, axis, y)
    knob_x = None if state.mark is None else axis.x(state.mark)
    for mark, x, _ in visible_labels(canvas, slider, state.mark):
        if mark == state.mark:
            canvas.text(str(mark), (x, y + 16), LABEL_SIZE, TEXT, "semibold", "midtop")
        else:
            canvas.text(str(mark), (x, y + 16), LABEL_SIZE, MUTED, anchor="midtop")
    if knob_x is not None:
        if focused or state.dragged:
            canvas.disc((knob_x, y), KNOB + 10, HALO)
        canvas.disc((knob_x, y), KNOB, LIGHT_BOX, FOCUS if focused or state.dragged else EDGE)
    if pointer is None or state.dragged or not _grip(slider).collidepoint(pointer):
        return None
    near = nearest_mark(slider.marks, axis, pointer[0])
    if near is None or near == state.mark:
        return None
    canvas.disc((axis.x(near), y), 10, TEXT)
    what = "rung" if near in slider.rungs else "sample"
    spans: list[Span] = [(f"{near} kimg", TEXT, "semibold"), (f"  {what}", MUTED, "regular")]
    return Tooltip((axis.x(near), y - 2), tuple(spans), near)


def _draw_track(canvas: Canvas, slider: Slider, axis: KimgAxis, y: float) -> None:
    track = pygame.FRect(axis.left, y - TRACK_HEIGHT / 2, axis.right - axis.left, TRACK_HEIGHT)
    canvas.panel(track, TRACK, None, TRACK_HEIGHT / 2)
    if slider.marks:
        reached = pygame.FRect(
            track.left, track.top, max(TRACK_HEIGHT, axis.x(slider.marks[-1]) - track.left), TRACK_HEIGHT
        )
        canvas.panel(reached, REAL, None, TRACK_HEIGHT / 2)
    rungs = set(slider.rungs)
    for mark in slider.marks:
        height, colour = (16.0, MUTED) if mark in rungs else (8.0, EDGE)
        canvas.bar(pygame.FRect(axis.x(mark) - 0.75, y - height / 2, 1.5, height), colour)


def visible_labels(canvas: Canvas, slider: Slider, mark: int | None) -> list[tuple[int, float, float]]:
    """Returns (kimg, x, width) of the labels that fit beside each other: the chosen one, the ends, other rungs."""
    ends = [slider.rungs[-1], slider.rungs[0]] if slider.rungs else list(slider.marks[-1:])
    wanted = list(dict.fromkeys([*([] if mark is None else [mark]), *ends, *slider.rungs]))
    axis = slider.axis
    labels: list[tuple[int, float, float]] = []
    for kimg in wanted:
        width = canvas.text_width(str(kimg), LABEL_SIZE, "semibold")
        x = min(max(axis.x(kimg), slider.box.left + width / 2), slider.box.right - width / 2)
        if all(abs(x - other) > (width + other_width) / 2 + LABEL_GAP for _, other, other_width in labels):
            labels.append((kimg, x, width))
    return labels
