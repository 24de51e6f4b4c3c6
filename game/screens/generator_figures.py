"""Whom a run's fakes fool: a curve over all players who were measured against it."""

import pygame

from game.counted_figures import CountedGenerator, count_generator
from game.counting import Counting
from game.destinations import ShowGeneratorFigures, ShowHelp
from game.generator_figures import FULL_LENGTH, GeneratorFigures
from game.kind_words import run_of, run_title
from game.screen import Back, Open, Stay, Transition
from game.services import Services
from game.ui.canvas import Canvas, Point
from game.ui.counting_bar import draw_counting
from game.ui.explained import Explanations
from game.ui.figures_head import arrows, draw_choice
from game.ui.fitted_text import visible_start
from game.ui.hype_page import MEASURES, draw_curve, draw_side, nothing_to_show
from game.ui.inputs import InputEvent, Key, PointerMoved, PointerPressed
from game.ui.tabs import draw_tabs, page_of, tab_name
from game.ui.theme import BODY, HEADING, LARGE, MUTED, TEXT, WRONG
from game.ui.tooltip import Tooltip, draw_tooltip
from game.ui.widgets import Button, Focus, draw_button, draw_keys
from game.words import dataset_words

_LONGER, _SHORTER = "longer", "shorter"


class GeneratorFiguresScreen:
    """The rates by rung with a point for each player, and the judge's distance beside them."""

    def __init__(self, services: Services, wanted: ShowGeneratorFigures) -> None:
        self._services = services
        self._wanted = wanted
        run = run_of(services.lab, wanted.run_key)
        self._measured = services.lab.library.measured(run) if run else {}
        self._explanations = Explanations()
        self._measure = next(iter(MEASURES))
        self._length: int | None = None
        self._counted: CountedGenerator | None = None
        self._seen: object = None
        self._pointer: Point | None = None
        self._focus = Focus(tab_name(self._measure))
        self._buttons: list[Button] = []
        self._counting = self._count()

    def _count(self) -> Counting[CountedGenerator]:
        """Begins to count, in the background; what was read once is kept."""
        wanted = self._wanted
        return count_generator(self._services, wanted.dataset, wanted.run, wanted.run_key, self._length, self._counted)

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Turns between the rates, and between lengths of rounds."""
        match event:
            case Key(name="escape"):
                self._counting.cancel()
                return Back()
            case Key(name="f1"):
                return Open(ShowHelp())
            case Key(name="tab"):
                names = list(MEASURES)
                self._measure = names[(names.index(self._measure) + 1) % len(names)]
                self._focus.name = tab_name(self._measure)
                return Stay()
            case PointerMoved(at=at):
                self._pointer = at
        before = self._focus.name
        chosen = self._focus.handle(event, self._buttons)
        if not isinstance(event, PointerMoved) and (page := page_of(self._focus.name)):
            # A tab that has the focus is the one on show. Whoever comes from above or below has not chosen another.
            if page_of(before) or isinstance(event, PointerPressed):
                self._measure = page
            self._focus.name = tab_name(self._measure)
        if chosen in (_LONGER, _SHORTER):
            self._change_length(-1 if chosen == _LONGER else 1)
        # A pointer that moves may lie on the chart.
        return Stay() if chosen is not None or isinstance(event, PointerMoved) else None

    def _change_length(self, steps: int) -> None:
        if self._counted is not None:
            figures = self._counted.figures
            place = figures.lengths.index(figures.length)
            self._length = figures.lengths[(place + steps) % len(figures.lengths)]
            self._counting.cancel()
            self._counting = self._count()

    def update(self, now: float) -> Transition | None:
        """Shows the figures once they are counted."""
        counting = self._counting
        if counting.result is not None:
            self._counted = counting.result
        seen = (counting, counting.done, counting.is_slow, counting.share, counting.text)
        changed, self._seen = seen != self._seen, seen
        return Stay() if changed else None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None, but while figures are counted, as how far that is can be seen."""
        return None if self._counting.done else 0.05

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the curve and what there is to say about it."""
        page = canvas.page
        left, top = page.left + 60, page.top + 26
        self._explanations.clear()
        canvas.text("Whom does it fool?", (left, top), HEADING, TEXT, "bold")
        title = run_title(self._services.lab, self._wanted.run, self._wanted.run_key)
        subtitle = f"{title} · {dataset_words(self._wanted.dataset).title}"
        canvas.text(visible_start(canvas, subtitle, 800, LARGE - 4), (left, top + 44), LARGE - 4, MUTED)
        pages = [(measure.name, measure.label) for measure in MEASURES.values()]
        tabs = pygame.FRect(left, top + 84, page.width - 120, 44)
        self._buttons = draw_tabs(canvas, tabs, pages, self._measure, self._focus)
        tooltip = self._draw_body(canvas, pygame.FRect(left, top + 148, page.width - 120, 392))
        foot = pygame.FRect(left, page.bottom - 142, page.width - 120, 60)
        self._explanations.draw_line(canvas, foot, self._focus)
        self._buttons += self._explanations.buttons
        draw_keys(canvas, (("Esc", "back"), ("F1", "help")), (left, page.bottom - 28), "bottomleft")
        draw_keys(canvas, (("Tab", "next rate"),), (page.right - 60, page.bottom - 28), "bottomright")
        if tooltip is not None:
            draw_tooltip(canvas, tooltip)

    def _draw_body(self, canvas: Canvas, box: pygame.FRect) -> Tooltip | None:
        counting, found = self._counting, self._counted
        if counting.error:
            canvas.paragraph(counting.error, box, BODY, WRONG)
            return None
        if not counting.done or found is None:
            if counting.is_slow:
                draw_counting(canvas, box, counting.text, counting.share)
            return None
        if found.figures.length:
            self._draw_lengths(canvas, found.figures, pygame.FRect(box.right - 300, box.top - 152, 300, 70))
        if found.figures.rungs:
            place, measure = pygame.FRect(box.left, box.top, 750, box.height), MEASURES[self._measure]
            draw_curve(canvas, place, found.figures, measure, self._measured, self._explanations, self._focus)
        else:
            canvas.paragraph(nothing_to_show(found), pygame.FRect(box.left, box.top, 700, 0), BODY, MUTED)
        side = pygame.FRect(box.right - 390, box.top, 390, box.height)
        return draw_side(canvas, side, found, self._measured, self._pointer, self._focus)

    def _draw_lengths(self, canvas: Canvas, figures: GeneratorFigures, box: pygame.FRect) -> None:
        """Draws how long the rounds are that are counted, and a way to those of another length."""
        half = figures.length // 2
        draw_choice(canvas, box, f"{half} + {half}", "pictures" if figures.length >= FULL_LENGTH else "a short round")
        if len(figures.lengths) > 1:
            for button in arrows(box, _LONGER, _SHORTER):
                draw_button(canvas, button, self._focus)
                self._buttons.append(button)
