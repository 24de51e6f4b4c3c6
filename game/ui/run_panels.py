"""The parts of the page about one run: its charts, its grid of pictures, what is seen in it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pygame
from numpy.typing import NDArray

from game.critic_diagnosis import is_critic
from game.observation import Observation, ObservationKind
from game.training_progress import TrainingProgress
from game.training_run import RunState, Tick, TrainingRun, rung_name
from game.ui.canvas import Canvas, Point
from game.ui.charts import progress_bar
from game.ui.fitted_text import visible_start
from game.ui.histogram import histogram
from game.ui.plots import Chart, Curve, Reference, line_chart
from game.ui.run_state import draw_state, state_words
from game.ui.sample_grid import fitted
from game.ui.theme import BODY, FAKE, FOCUS, HEADING, LARGE, MUTED, PANEL, RIGHT, SMALL, STREAK, TEXT, TRACK, WRONG
from game.ui.tooltip import Tooltip
from game.words import dataset_words, duration, figure, number

PADDING = 14.0
CHART_GAP = 12.0
HISTOGRAM_HEIGHT = 112.0
# More bars could not be told apart.
MANY_CLASSES = 100
_KIND_COLOURS = {
    ObservationKind.GOOD: RIGHT,
    ObservationKind.NEUTRAL: TEXT,
    ObservationKind.WARNING: STREAK,
}


def charts_of(run: TrainingRun, ticks: Sequence[Tick], measured: Mapping[int, Tick]) -> tuple[Chart, ...]:
    """Returns the run's charts: the losses, D(x) and D(G(z)) or a critic's answers, a judge's distance."""
    goal, first = float(run.config.kimg), ticks[0].kimg if ticks else 2.0
    generator = tuple((tick.kimg, tick.generator_loss) for tick in ticks)
    discriminator = tuple((tick.kimg, tick.discriminator_loss) for tick in ticks)
    charts = (
        Chart(
            "Losses",
            (Curve("generator", FAKE, generator), Curve("discriminator", FOCUS, discriminator, dashed=True)),
            goal,
            first_kimg=first,
        ),
        _answers(ticks, goal, first) if is_critic(run.config.objective) else _probabilities(ticks, goal, first),
    )
    return (*charts, distance_chart(measured, goal, first)) if run.has_judge else charts


def distance_chart(measured: Mapping[int, Tick], goal: float, first: float) -> Chart:
    """Returns the chart of a judge's distances at the rungs that it measured."""
    distances = tuple(
        (float(kimg), tick.judge_distance) for kimg, tick in measured.items() if tick.judge_distance is not None
    )
    floor = next((tick.judge_floor for tick in measured.values() if tick.judge_floor is not None), None)
    return Chart(
        "Judge distance: how far from real",
        (Curve("judge distance", RIGHT, distances, dotted=True),),
        goal,
        log_values=True,
        reference=None if floor is None else Reference(floor, "floor: real pictures"),
        first_kimg=first,
    )


def _probabilities(ticks: Sequence[Tick], goal: float, first: float) -> Chart:
    real = tuple((tick.kimg, tick.real_probability) for tick in ticks)
    fake = tuple((tick.kimg, tick.fake_probability) for tick in ticks)
    return Chart(
        "How real it finds them",
        (Curve("reals, D(x)", FOCUS, real), Curve("fakes, D(G(z))", FAKE, fake, dashed=True)),
        goal,
        value_range=(0.0, 1.0),
        reference=Reference(0.5, "½: guessing"),
        first_kimg=first,
    )


def _answers(ticks: Sequence[Tick], goal: float, first: float) -> Chart:
    # Of an objective without probabilities the answers themselves: only their difference means something.
    real = tuple((tick.kimg, tick.real_logit) for tick in ticks if tick.real_logit is not None)
    fake = tuple((tick.kimg, tick.fake_logit) for tick in ticks if tick.fake_logit is not None)
    return Chart(
        "The critic's mean answers",
        (Curve("to reals", FOCUS, real), Curve("to fakes", FAKE, fake, dashed=True)),
        goal,
        first_kimg=first,
    )


def draw_charts(
    canvas: Canvas, box: pygame.FRect, charts: Sequence[Chart], cursor_kimg: float | None, pointer: Point | None
) -> Tooltip | None:
    """Draws charts below each other and returns the tooltip of the one that the pointer is on."""
    height = (box.height - CHART_GAP * (len(charts) - 1)) / len(charts)
    tooltips = []
    for place, chart in enumerate(charts):
        panel = pygame.FRect(box.left, box.top + place * (height + CHART_GAP), box.width, height)
        canvas.panel(panel, PANEL)
        tooltips.append(line_chart(canvas, panel.inflate(-2 * PADDING, -20), chart, cursor_kimg, pointer))
    return next((tooltip for tooltip in tooltips if tooltip is not None), None)


def draw_grid(canvas: Canvas, box: pygame.FRect, grid: NDArray[np.uint8] | None, hint: str) -> None:
    """Draws a grid of pictures, or as much of it as fits well, on a panel; a hint in its place while there is none."""
    canvas.panel(box, PANEL)
    if grid is not None:
        room = box.inflate(-2 * PADDING, -2 * PADDING)
        canvas.large_picture(fitted(grid, canvas.pixel_box(room).width), room)
        return
    inside = pygame.FRect(0, 0, box.width - 90, 120)
    inside.center = box.center
    canvas.panel(box.inflate(-2 * PADDING, -2 * PADDING), TRACK, None, 6)
    canvas.paragraph(hint, inside, SMALL + 1, MUTED)


def draw_observations(
    canvas: Canvas,
    box: pygame.FRect,
    observations: Sequence[Observation],
    counts: Sequence[int] | None,
    modes: tuple[int, float | None] | None,
    class_names: Sequence[str],
    has_judge: bool,
    pointer: Point | None,
) -> Tooltip | None:
    """Draws what is seen in plain words, as much of it as finds room, and the classes of the fakes below.

    `modes` has how many were found of a thousand, and the KL divergence of their shares, where those are what counts.
    """
    canvas.panel(box, PANEL)
    inside = box.inflate(-40, -32)
    canvas.text("What we see", inside.topleft, SMALL, MUTED, "semibold")
    y = inside.top + 30
    end = inside.bottom - HISTOGRAM_HEIGHT - 8
    for observation in observations:
        height = canvas.paragraph_height(observation.headline, inside.width, SMALL + 1, "semibold")
        height += canvas.paragraph_height(observation.explanation, inside.width, SMALL - 2)
        if y + height > end:
            break
        colour = _KIND_COLOURS[observation.kind]
        line = pygame.FRect(inside.left, y, inside.width, 0)
        line.top = canvas.paragraph(observation.headline, line, SMALL + 1, colour, "semibold")
        y = canvas.paragraph(observation.explanation, line, SMALL - 2, MUTED) + 8
    place = pygame.FRect(inside.left, inside.bottom - HISTOGRAM_HEIGHT, inside.width, HISTOGRAM_HEIGHT)
    if len(class_names) > MANY_CLASSES:
        draw_modes(canvas, place, modes, len(class_names))
        return None
    if not has_judge:
        text = "There is no judge of these pictures: how good the fakes are is for you to see."
        canvas.paragraph(text, place.move(0, 50), SMALL - 2, MUTED)
        return None
    return histogram(canvas, place, "Classes of 10,000 fakes", counts, class_names, pointer)


def draw_modes(canvas: Canvas, box: pygame.FRect, modes: tuple[int, float | None] | None, count: int) -> None:
    """Draws how many of so many modes the judge finds in the fakes: a thousand bars would be narrower than a pixel."""
    canvas.text("Modes in 10,000 fakes", box.topleft, SMALL, TEXT, "semibold")
    if modes is None:
        canvas.text("waiting for the first figures", box.center, SMALL, MUTED, anchor="center")
        return
    found, divergence = modes
    figures = canvas.text(number(found), (box.left, box.top + 30), LARGE, FAKE, "bold")
    at = (figures.right + 10, figures.centery)
    canvas.text(f"of {number(count)} found", at, SMALL, TEXT, anchor="midleft")
    progress_bar(canvas, pygame.FRect(box.left, box.top + 70, box.width, 8), found / count)
    if divergence is not None:
        text = f"KL to equal shares: {figure(divergence)}"
        canvas.text(text, (box.left, box.top + 86), SMALL - 2, MUTED)


def draw_failure(canvas: Canvas, box: pygame.FRect, run: TrainingRun) -> None:
    """Draws why a run has ended too early."""
    canvas.panel(box, PANEL)
    inside = box.inflate(-40, -32)
    canvas.text("It failed", inside.topleft, SMALL + 1, WRONG, "semibold")
    text = run.failure or "It left no word. Its log, train.log in its folder, may know more."
    text_box = pygame.FRect(inside.left, inside.top + 34, inside.width, inside.height - 34)
    shown = text
    # The end of an error says most.
    while canvas.paragraph_height(shown, inside.width, SMALL - 2) > text_box.height and len(shown) > 40:
        shown = f"…{shown[len(shown) // 8 + 1 :]}"
    canvas.paragraph(shown, text_box, SMALL - 2, MUTED)


def hint_while_empty(run: TrainingRun) -> str:
    """Returns what stands in the grid's place while there are no pictures."""
    match run.state:
        case RunState.STARTING:
            return "PyTorch is waking. The first pictures come within a few seconds."
        case RunState.CANCELLED:
            return "Cancelled before anything was learnt: nothing of it was kept."
        case _ if run.state.is_active:
            return "The first pictures come at 1 kimg."
        case _:
            return "This run has left no pictures."


def draw_header(canvas: Canvas, run: TrainingRun, progress: TrainingProgress, box: pygame.FRect) -> None:
    """Draws what is trained, how far it is and how fast."""
    state = [state_words(run)]
    if run.state.is_active and progress.kimg:
        state.append(f"{number(round(progress.kimg))} of {number(run.config.kimg)} kimg")
        if run.state is RunState.RUNNING and progress.images_per_second and progress.seconds_left is not None:
            state.append(f"{number(round(progress.images_per_second))} images/s")
            state.append(f"{duration(progress.seconds_left)} left")
    elif progress.kimg:
        state.append(f"{number(round(progress.kimg))} kimg")
    end = draw_state(canvas, run, "  ·  ".join(state), (box.right, box.top + 22)) - 20
    shown = visible_start(canvas, run.title, end - box.left, HEADING - 4, "bold")
    title = canvas.text(shown, (box.left, box.top + 20), HEADING - 4, TEXT, "bold", "midleft")
    classes = f", by class ({number(run.class_count)})" if run.class_count else ""
    device = f" · {run.device}" if run.device else ""
    about = f"{dataset_words(run.dataset).title}{classes} · seed {run.config.seed}{device}"
    if title.right + 18 + canvas.text_width(about, SMALL) < end:
        canvas.text(about, (title.right + 18, box.top + 24), SMALL, MUTED, anchor="midleft")
    progress_bar(canvas, pygame.FRect(box.left, box.top + 50, box.width, 6), progress.share)


def draw_moment(canvas: Canvas, box: pygame.FRect, mark: int | None, rung: int, tick: Tick | None) -> None:
    """Draws in words which moment is on show, and the rung that can be played there."""
    shown = "The newest pictures" if mark is None else f"The pictures at {number(mark)} kimg"
    canvas.text(shown, box.topleft, BODY, TEXT, "semibold")
    words = f"Rung {number(rung)} kimg, “{rung_name(rung)}”"
    if tick is not None and tick.judge_distance is not None:
        longer = f"{words} · judge distance {tick.judge_distance:.2f}"
        words = longer if canvas.text_width(longer, SMALL - 2) < box.width else words
    canvas.text(words, (box.left, box.top + 29), SMALL - 2, MUTED)
