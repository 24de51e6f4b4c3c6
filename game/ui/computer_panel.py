"""What this computer makes of a planned run: its speed, the time, and the rungs that will come."""

import pygame

from game.run_plan import Length, Measurement
from game.speed_probe import SpeedProbe
from game.training_run import rung_schedule
from game.ui.canvas import Canvas
from game.ui.charts import progress_bar
from game.ui.fitted_text import breakable, visible_start
from game.ui.theme import BODY, EDGE, FOCUS, LARGE, MUTED, PANEL, SMALL, STREAK, TEXT, WRONG
from game.words import duration, number

MARGIN = 26.0
ROW = 40.0
# What a failure may take of the panel: its sentence can name a long path.
FAILURE_LENGTH = 160

_PROMISE = "You can play meanwhile: every rung can be played as soon as it is saved."


def draw_computer(
    canvas: Canvas, box: pygame.FRect, probe: SpeedProbe, length: Length, measures: bool, refusal: str = ""
) -> None:
    """Draws what is known about the computer and the run; `measures` where what is not known yet will be.

    A `refusal` says in their place why such a run can't be trained on any computer.
    """
    canvas.panel(box, PANEL)
    left, width = box.left + MARGIN, box.width - 2 * MARGIN
    heading = "This can't be trained" if refusal else "This computer"
    canvas.text(heading, (left, box.top + 22), LARGE - 2, TEXT, "bold")
    area = pygame.FRect(left, box.top + 74, width, 170)
    if refusal:
        canvas.paragraph(breakable(canvas, refusal, width, SMALL - 1), area, SMALL - 1, WRONG)
    elif probe.measured:
        _draw_figures(canvas, area, probe.measured, length)
    elif probe.failure:
        failure = breakable(canvas, probe.failure[:FAILURE_LENGTH], width, SMALL)
        y = canvas.paragraph(failure, area, SMALL, STREAK)
        canvas.text("You can start all the same.", (left, y), SMALL, MUTED)
    elif measures:
        canvas.text("Measuring how fast it trains …", area.topleft, BODY - 1, MUTED)
        progress_bar(canvas, pygame.FRect(left, area.top + 40, width, 8), probe.share)
    else:
        canvas.paragraph("It is busy training, so its speed can't be measured now.", area, BODY - 1, MUTED)
    canvas.bar(pygame.FRect(left, box.top + 256, width, 1.5), EDGE)
    _draw_ladder(canvas, pygame.FRect(left, box.top + 278, width, 110), length)
    canvas.paragraph(_PROMISE, pygame.FRect(left, box.top + 418, width, 110), SMALL, MUTED)


def _draw_figures(canvas: Canvas, area: pygame.FRect, measured: Measurement, length: Length) -> None:
    device = visible_start(canvas, measured.device, area.width, SMALL)
    canvas.text(device, (area.left, area.top + 12), SMALL, MUTED, anchor="midleft")
    rows = (
        ("Arithmetic", measured.precision),
        ("Speed", f"{number(round(measured.images_per_second))} images/s"),
        ("This run", f"about {duration(length.seconds)}" if length.seconds is not None else ""),
    )
    for place, (label, value) in enumerate(rows):
        y = area.top + 60 + place * ROW
        canvas.text(label, (area.left, y), SMALL, MUTED, anchor="midleft")
        canvas.text(value, (area.right, y), SMALL + 1, TEXT, "semibold", "midright")


def _draw_ladder(canvas: Canvas, area: pygame.FRect, length: Length) -> None:
    rungs = rung_schedule(length.kimg)
    canvas.text(f"{len(rungs)} rungs will come", area.topleft, BODY - 1, TEXT, "semibold")
    y = area.top + 54
    canvas.bar(pygame.FRect(area.left + 6, y - 1, area.width - 12, 2), EDGE)
    # Each takes twice as long as the one before: equal steps.
    for place in range(len(rungs)):
        x = area.left + 6 + place * (area.width - 12) / max(1, len(rungs) - 1)
        last = place == len(rungs) - 1
        canvas.disc((x, y), 14 if last else 9, TEXT if last else FOCUS)
    canvas.text(number(rungs[0]), (area.left, y + 14), SMALL - 1, MUTED)
    canvas.text(f"{number(rungs[-1])} kimg", (area.right, y + 14), SMALL - 1, MUTED, anchor="topright")
