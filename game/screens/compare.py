"""Two runs side by side, at the same moment of their training."""

import pygame

from game import playback
from game.screen import Back, Stay, Transition
from game.services import Services
from game.training_run import TrainingRun, rung_name
from game.ui.canvas import Canvas, Point
from game.ui.inputs import InputEvent, Key, PointerMoved
from game.ui.run_grids import RunGrids
from game.ui.run_panels import draw_grid, hint_while_empty
from game.ui.theme import HEADING, MUTED, SMALL, TEXT
from game.ui.time_machine import TimeMachine
from game.ui.tooltip import draw_tooltip
from game.ui.widgets import Button, Focus, draw_button, draw_keys
from game.words import dataset_words, number

SIDES = ("left", "right")


class CompareScreen:
    """A grid on either side and one time machine for both; each side can show any run."""

    def __init__(self, services: Services, left: str, right: str) -> None:
        self._services = services
        self._names = [left, right or self._other_than(left)]
        self._time = TimeMachine()
        self._pointer: Point | None = None
        self._version = services.lab.version
        self._grids = RunGrids(services.forger, services.checkpoints)
        self._focus = Focus("right")
        self._buttons: list[Button] = []

    def _choices(self) -> list[TrainingRun]:
        return [run for run in self._services.lab.runs if run.marks]

    def _other_than(self, name: str) -> str:
        """Returns the run that is most worth a look beside another: of the same dataset where there is one."""
        lab = self._services.lab
        run = lab.run(name)
        others = [other for other in self._choices() if other.name != name]
        others.sort(key=lambda other: run is not None and other.dataset != run.dataset)
        return others[0].name if others else name

    @property
    def _runs(self) -> list[TrainingRun]:
        found = [self._services.lab.run(name) for name in self._names]
        return [run for run in found if run is not None]

    @property
    def _marks(self) -> list[int]:
        return sorted({mark for run in self._runs for mark in run.marks})

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Moves the time machine, or shows another run."""
        if event == Key("escape"):
            return Back()
        if isinstance(event, PointerMoved):
            self._pointer = event.at
        if self._time.handle(event, self._focus):
            return Stay()
        chosen = self._focus.handle(event, self._buttons)
        if chosen in SIDES:
            self._show_next(SIDES.index(chosen))
        elif chosen:
            self._time.play_or_pause(self._marks, now)
        # A pointer that moves may lie on the slider.
        return None if chosen is None and not isinstance(event, PointerMoved) else Stay()

    def _show_next(self, side: int) -> None:
        names = [run.name for run in self._choices()]
        place = names.index(self._names[side]) if self._names[side] in names else -1
        self._names[side] = names[(place + 1) % len(names)]

    def update(self, now: float) -> Transition | None:
        """Takes in news of the runs, and the film."""
        changed = self._grids.poll()
        if self._services.lab.version != self._version:
            self._version = self._services.lab.version
            changed = True
        if len(self._runs) < len(SIDES):
            return Back()
        changed |= self._time.advance(self._marks, now)
        return Stay() if changed else None

    def wait_seconds(self, now: float) -> float | None:
        """Returns the time until the film's next frame, None where it stands."""
        return self._time.wait_seconds(now)

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws both sides and the time machine."""
        page, self._buttons = canvas.page, []
        canvas.text("Side by side", (page.left + 40, page.top + 30), HEADING - 4, TEXT, "bold")
        for side, run in zip(SIDES, self._runs, strict=False):
            left = page.left + (110 if side == "left" else 694)
            self._draw_side(canvas, side, run, pygame.FRect(left, page.top + 76, 476, 560))
        self._draw_time_machine(canvas, pygame.FRect(page.left + 110, page.top + 648, 1060, 56))
        hints = (("Enter", "next run; film"), ("← →", "time"), ("Esc", "back"))
        draw_keys(canvas, hints, (page.right - 40, page.top + 62), "bottomright")

    def _draw_side(self, canvas: Canvas, side: str, run: TrainingRun, box: pygame.FRect) -> None:
        label = f"{run.title}  ›" if len(self._choices()) > 1 else run.title
        button = Button(side, pygame.FRect(box.left, box.top, box.width, 44), label)
        self._buttons.append(button)
        draw_button(canvas, button, self._focus, SMALL + 1)
        wanted = self._time.mark
        mark = None if wanted is None else playback.mark_at(run.marks, wanted)
        panel = pygame.FRect(box.left, box.top + 52, 476, 476)
        draw_grid(canvas, panel, self._grids.at(run, mark), hint_while_empty(run))
        canvas.text(self._moment(run, mark), (box.centerx, box.bottom - 14), SMALL, MUTED, anchor="center")

    def _moment(self, run: TrainingRun, mark: int | None) -> str:
        kimg = max(run.marks, default=0) if mark is None else mark
        words = f"{dataset_words(run.dataset).title}, {number(kimg)} kimg"
        rung = playback.mark_at(run.rungs, kimg)
        if rung is None:
            return words
        words += f" · “{rung_name(rung)}”"
        tick = self._services.lab.library.measured(run).get(rung)
        if tick is None or tick.judge_distance is None:
            return words
        return f"{words} · judge distance {tick.judge_distance:.2f}"

    def _draw_time_machine(self, canvas: Canvas, box: pygame.FRect) -> None:
        rungs = sorted({rung for run in self._runs for rung in run.rungs})
        goal = float(max(run.config.kimg for run in self._runs))
        buttons, tooltip = self._time.draw(canvas, box, self._marks, rungs, goal, self._focus, self._pointer)
        self._buttons += buttons
        if tooltip is not None:
            draw_tooltip(canvas, tooltip)
