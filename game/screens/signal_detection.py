"""Two bell curves: how well a player tells real from fake, where they draw the line, and what another line would do."""

import pygame

from game import statistics
from game.criterion_model import bell_curves, expected_outcome
from game.destinations import ShowHelp, ShowSignalDetection
from game.interval_words import per_cent
from game.screen import Back, Open, Stay, Transition
from game.services import Services
from game.signal_detection import TOO_FEW_TRIALS, yes_no_criterion, yes_no_sensitivity
from game.ui.bell_plot import BellPlot, draw_bells
from game.ui.canvas import Canvas, Span
from game.ui.explained import Explanations
from game.ui.fitted_text import visible_start
from game.ui.inputs import Disturbed, InputEvent, Key, PointerMoved, PointerPressed, PointerReleased
from game.ui.theme import BODY, FOCUS, HEADING, LARGE, MUTED, PANEL, SMALL, TEXT
from game.ui.widgets import Focus, draw_keys

STEP = 0.1
_PLOT = (120.0, 148.0, 1040.0, 288.0)
# For the log-linear correction of d′.
_MODEL = "The shares hold as far as the curves do, a little nearer to 50 % than what you scored."
_FOUND = "About this share of the fakes lies beyond the line, if the curves are right."
_DOUBTED = (
    "About this share of the real pictures lies beyond the line, if the curves are right: the price of finding fakes."
)
# Around the line and its knob, where a press takes hold of it.
_GRIP = 40.0


class SignalDetectionScreen:
    """The player's own d′ and line, and a line that can be moved by arrows or by the mouse."""

    def __init__(self, services: Services, wanted: ShowSignalDetection) -> None:
        self._services = services
        self._counts = wanted.counts
        self._title = wanted.title
        self._sensitivity = yes_no_sensitivity(wanted.counts)
        criterion = yes_no_criterion(wanted.counts)
        self._own_line = criterion.c if criterion else 0.0
        self._line = self._own_line
        self._held = False
        self._plot: BellPlot | None = None
        self._explanations = Explanations()
        self._focus = Focus("")

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Moves the line, or goes back."""
        match event:
            case Key(name="escape" | "enter"):
                return Back()
            case Key(name="f1"):
                return Open(ShowHelp())
        if self._plot is not None and (moved := self._moved_line(event, self._plot)) is not None:
            self._line = min(max(moved, -self._plot.reach), self._plot.reach)
            return Stay()
        if isinstance(event, PointerReleased | Disturbed):
            self._held = False
        return Stay() if self._focus.handle(event, self._explanations.buttons) is not None else None

    def _moved_line(self, event: InputEvent, plot: BellPlot) -> float | None:
        """Returns where an input moves the line to, or None where it does not move it."""
        match event:
            case Key(name="left"):
                return self._line - STEP
            case Key(name="right"):
                return self._line + STEP
            case Key(name="home" | "space"):
                return self._own_line
            case PointerPressed(at=at) if plot.box.inflate(2 * _GRIP, 2 * _GRIP).collidepoint(at):
                self._held = True
                return plot.place(at[0])
            case PointerMoved(at=at) if self._held:
                return plot.place(at[0])
            case _:
                return None

    def update(self, now: float) -> Transition | None:
        """Returns None: nothing here changes by itself."""
        return None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the curves, and below them what the line brings."""
        page = canvas.page
        self._explanations.clear()
        left, top = page.left + 60, page.top + 34
        canvas.text("Where do you draw the line?", (left, top), HEADING, TEXT, "bold")
        title = visible_start(canvas, self._title, page.width - 120, LARGE - 4)
        canvas.text(title, (left, top + 46), LARGE - 4, MUTED)
        if self._sensitivity is None:
            canvas.paragraph(TOO_FEW_TRIALS, pygame.FRect(left, top + 110, 800, 100), BODY, MUTED)
        else:
            d_prime = self._sensitivity.d_prime
            x, y, width, height = _PLOT
            box = pygame.FRect(page.left + x, page.top + y, width, height)
            self._plot = BellPlot(box, d_prime, self._sensitivity.interval)
            draw_bells(canvas, self._plot, self._line, self._own_line)
            self._draw_outcomes(canvas, d_prime, pygame.FRect(left, page.bottom - 204, 1160, 76))
            foot = pygame.FRect(left, page.bottom - 122, 1160, 60)
            if self._focus.name:
                self._explanations.draw_line(canvas, foot, self._focus)
            else:
                canvas.paragraph(f"{bell_curves(d_prime).sentence} {_MODEL}", foot, SMALL, MUTED)
            keys = (("← →", "move the line"), ("Space", "your own line"), ("Tab", "what a figure means"))
            draw_keys(canvas, keys, (page.right - 60, page.bottom - 28), "bottomright")
        draw_keys(canvas, (("Esc", "back"), ("F1", "help")), (left, page.bottom - 28), "bottomleft")

    def _draw_outcomes(self, canvas: Canvas, d_prime: float, box: pygame.FRect) -> None:
        """Draws what the player's line and the moved one bring, beside each other."""
        share = statistics.fake_share(self._counts)
        own, moved = (expected_outcome(d_prime, line, share) for line in (self._own_line, self._line))
        width = (box.width - 40) / 3
        for place, (name, before, after, sentence) in enumerate(
            (
                ("Fakes found", own.hit_rate, moved.hit_rate, _FOUND),
                ("Reals doubted", own.false_alarm_rate, moved.false_alarm_rate, _DOUBTED),
                ("Right in all", own.accuracy, moved.accuracy, moved.sentence),
            )
        ):
            cell = pygame.FRect(box.left + place * (width + 20), box.top, width, box.height)
            canvas.panel(cell, PANEL)
            self._explanations.mark(canvas, name, cell.inflate(-16, -12), sentence, self._focus)
            canvas.text(name, (cell.left + 22, cell.centery), BODY, MUTED, anchor="midleft")
            spans: list[Span] = [(per_cent(after), TEXT, "bold")]
            if round(100 * before) != round(100 * after):
                spans = [(f"{per_cent(before)} → ", MUTED, "regular"), (per_cent(after), FOCUS, "bold")]
            canvas.spans(spans, (cell.right - 22, cell.centery), LARGE, "midright")
