"""What a climb found: from when on the forger fools its player, on a drawn curve, with every pair."""

import pygame

from game.destinations import ShowClimb
from game.lineup import LineupTrial
from game.lineup_play import setup_of_another
from game.screen import Stay, Transition
from game.screens.after_round import ACTIONS, after_round, way_out
from game.services import Services
from game.statistics import Proportion
from game.threshold_reports import climb_report
from game.training_run import rung_name
from game.ui.actions import draw_actions
from game.ui.canvas import Canvas, Span
from game.ui.climb_plot import (
    CURVE,
    GUESSING,
    THREE_QUARTERS,
    THRESHOLD,
    ClimbFigure,
    dot_name,
    psychometric_plot,
)
from game.ui.explained import Explanations, figure_name
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent
from game.ui.picture_frame import slot_size
from game.ui.scrolling_grid import BAR_WIDTH, ScrollingGrid
from game.ui.stamps import draw_mark
from game.ui.theme import BODY, FAKE, FOCUS, HEADING, MUTED, PANEL, REAL_TEXT, SMALL, TEXT
from game.ui.truth_frame import FRAME, draw_with_truth
from game.ui.widgets import Button, Focus, draw_keys
from game.words import dataset_words, number

# Between the two of a pair, and between pairs.
_GAP, _PAIR_GAP = 2.0, 6.0
_CAPTION_SIZE = SMALL - 2
_HEAD = 54.0

_SENTENCES = {
    CURVE: "The line is how often you find the fake, as far as these answers tell; at each kimg the band around it "
    "holds the truth with 90 % certainty.",
    THREE_QUARTERS: "Right in 3 of 4 pairs is half-way between knowing and guessing: where your curve crosses this "
    "line, the GAN starts fooling you.",
    GUESSING: "Who guesses is right in 1 of 2 pairs, like a coin.",
}


class ClimbResultsScreen:
    """The threshold as a sentence and on the curve, and beside it the pairs; each figure explains itself."""

    def __init__(self, services: Services, climbed: ShowClimb) -> None:
        self._services = services
        self._climbed = climbed
        self._words = dataset_words(climbed.setup.dataset)
        self._report = climb_report(climbed.climb)
        self._figure = ClimbFigure(climbed.climb)
        self._explanations = Explanations()
        self._grid = ScrollingGrid(shown_rows=4, columns=3)
        self._names = [figure_name(f"pair {place}") for place in range(len(climbed.trials))]
        self._focus = Focus("again")
        self._buttons: list[Button] = []

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Goes where the player wants."""
        leaving = way_out(event)
        if leaving is not None:
            return leaving
        if self._grid.handle(event, self._names, self._focus) is not None:
            return Stay()
        chosen = self._focus.handle(event, self._buttons)
        return after_round(chosen, lambda: setup_of_another(self._services, self._climbed.setup))

    def update(self, now: float) -> Transition | None:
        """Returns None: nothing here changes by itself."""
        return None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the sentence, the curve and the pairs."""
        page = canvas.page
        self._explanations.clear()
        left, top = page.left + 60, page.top + 30
        canvas.text(visible_start(canvas, f"Climb · {self._words.title}", 1160), (left, top), BODY, MUTED)
        canvas.text(self._report.headline, (left - 1, top + 28), HEADING, TEXT, "bold")
        meaning, counted = self._report.sentences[0], self._report.sentences[-1]
        canvas.text(meaning, (left, top + 78), BODY, MUTED)
        self._draw_plot(canvas, pygame.FRect(left, top + 122, 692, 412))
        self._draw_pairs(canvas, pygame.FRect(page.right - 60 - 440, top + 122, 440, 416), counted)
        self._explanations.draw_line(canvas, pygame.FRect(left, page.bottom - 146, 1160, 60), self._focus)
        actions = draw_actions(canvas, ACTIONS, self._focus)
        self._buttons = [*actions, *self._explanations.buttons]
        draw_keys(canvas, (("F1", "help"), ("Esc", "back")), (page.right - 60, page.bottom - 30), "bottomright")

    def _draw_plot(self, canvas: Canvas, box: pygame.FRect) -> None:
        names = {figure_name(part): part for part in (*_SENTENCES, THRESHOLD, *map(dot_name, self._figure.tallies))}
        parts = psychometric_plot(canvas, box, self._figure, names.get(self._focus.name, ""))
        # Not the first sentence, which is always there, nor the last.
        certainty = " ".join(self._report.sentences[1:-1]) or self._report.sentences[0]
        sentences = {**_SENTENCES, THRESHOLD: certainty}
        sentences |= {dot_name(kimg): _tally_sentence(kimg, tally) for kimg, tally in self._figure.tallies.items()}
        for part, place in parts.items():
            # What has the focus is lit by the plot itself.
            self._explanations.mark(canvas, part, place, sentences[part], Focus(""))

    def _draw_pairs(self, canvas: Canvas, box: pygame.FRect, counted: str) -> None:
        canvas.text(counted, box.topleft, SMALL, TEXT, "semibold")
        legend: list[Span] = [
            ("◆ ", FAKE, "regular"),
            ("fake   ", MUTED, "regular"),
            ("■ ", REAL_TEXT, "regular"),
            ("real", MUTED, "regular"),
        ]
        canvas.spans(legend, (box.left, box.top + 26), SMALL - 1)
        trials = self._climbed.trials
        slot = slot_size(len(trials[0].shown[0].pixels))
        width, height = 2 * slot + 4 * FRAME + _GAP, slot + 2 * FRAME + _caption_height(canvas)
        area = pygame.FRect(box.left, box.top + _HEAD, box.width, box.height - _HEAD)
        columns = int((area.width - BAR_WIDTH - 6) // (width + _PAIR_GAP))
        self._grid.columns, self._grid.shown_rows = columns, int((area.height + _PAIR_GAP) // (height + _PAIR_GAP))
        step = min(width + 40, (area.width - BAR_WIDTH - 10 - width) / max(1, columns - 1))
        visible = self._grid.visible(len(trials))
        for place in visible:
            row, column = divmod(place - visible.start, columns)
            tile = pygame.FRect(area.left + column * step, area.top + row * (height + _PAIR_GAP), width, height)
            self._draw_pair(canvas, place, trials[place], tile, slot)
        bar = pygame.FRect(area.right - BAR_WIDTH, area.top, BAR_WIDTH, area.height)
        self._grid.draw_bar(canvas, bar, len(trials))

    def _draw_pair(self, canvas: Canvas, place: int, trial: LineupTrial, tile: pygame.FRect, slot: float) -> None:
        # Its own edge: the usual one would lie on its neighbours.
        self._explanations.mark(canvas, f"pair {place}", tile, _pair_sentence(place, trial), Focus(""))
        if self._focus.name == self._names[place]:
            canvas.panel(tile.inflate(_PAIR_GAP, _PAIR_GAP), PANEL, FOCUS, 10, 2)
        for column, shown in enumerate(trial.shown):
            left = tile.left + FRAME + column * (slot + 2 * FRAME + _GAP)
            draw_with_truth(canvas, shown, pygame.FRect(left, tile.top + FRAME, slot, slot))
        y = tile.bottom - _caption_height(canvas) / 2
        draw_mark(canvas, trial.right, (tile.left + 9, y), 16)
        canvas.text(f"{number(trial.kimg)} kimg", (tile.left + 26, y), _CAPTION_SIZE, MUTED, anchor="midleft")


def _caption_height(canvas: Canvas) -> float:
    # In a small window letters are larger than the sheet's units say.
    return max(22.0, 0.85 * canvas.line_height(_CAPTION_SIZE))


def _tally_sentence(kimg: int, tally: Proportion) -> str:
    pairs = "1 pair" if tally.trials == 1 else f"{tally.trials} pairs"
    return f"At {number(kimg)} kimg, “{rung_name(kimg)}”, you found the fake in {tally.successes} of {pairs}."


def _pair_sentence(place: int, trial: LineupTrial) -> str:
    side = ("left", "right")[trial.fake_place]
    found = "you found it" if trial.right else "you took the real one for it"
    rung = f"“{rung_name(trial.kimg)}”, {number(trial.kimg)} kimg"
    return f"Pair {place + 1}: the fake, by {rung}, was on the {side}, and {found}."
