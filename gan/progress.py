"""What training prints: a live bar on a terminal, plain lines anywhere else."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from gan.config import PROBABILISTIC_OBJECTIVES, TrainingConfig
from gan.run_log import Tick

PLAIN_LINE_SECONDS = 10.0


class Display(Protocol):
    """Shows ticks as they come."""

    def show(self, tick: Tick) -> None:
        """Shows one tick."""


@contextmanager
def display(console: Console, config: TrainingConfig) -> Iterator[Display]:
    """Yields a display that suits the console, for a run of this configuration."""
    if not console.is_terminal:
        yield PlainLines(console, config)
        return
    columns = (
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[summary]}"),
    )
    # The bar's own clock is not used: a tick knows its speed, measured without the time spent on writing.
    with Progress(*columns, console=console, transient=False) as progress:
        yield LiveBar(progress, config)


class LiveBar:
    """A bar with the newest figures, above it one line for each rung that was measured."""

    def __init__(self, progress: Progress, config: TrainingConfig) -> None:
        self._progress = progress
        self._config = config
        self._task = progress.add_task("", total=config.kimg, summary="starting")

    def show(self, tick: Tick) -> None:
        """Moves the bar."""
        if tick.judge_distance is not None:
            self._progress.console.print(judged_line(tick), highlight=False)
        speed, left, *measures = tick_parts(tick, self._config)
        # Two lines: in one, 80 columns leave no room for the bar.
        summary = f"{speed} · {left}\n{' · '.join(measures)}"
        self._progress.update(self._task, completed=min(tick.kimg, self._config.kimg), summary=summary)


class PlainLines:
    """A line for each measured rung, and otherwise one every ten seconds."""

    def __init__(self, console: Console, config: TrainingConfig) -> None:
        self._console = console
        self._config = config
        self._last_seconds = -PLAIN_LINE_SECONDS

    def show(self, tick: Tick) -> None:
        """Prints the tick where it is time for a line."""
        now = time.monotonic()
        if tick.judge_distance is None and now - self._last_seconds < PLAIN_LINE_SECONDS:
            return
        self._last_seconds = now
        judged = f" · {judged_line(tick)}" if tick.judge_distance is not None else ""
        line = " · ".join((f"{int(tick.kimg)} of {self._config.kimg} kimg", *tick_parts(tick, self._config)))
        self._console.print(line + judged, highlight=False, soft_wrap=True)


def tick_parts(tick: Tick, config: TrainingConfig) -> tuple[str, ...]:
    """Returns the figures of a tick in words: speed, time left, losses, D(x) and D(G(z)).

    Of a critic, whose answers are no probabilities, it is how much higher reals are answered than fakes.
    """
    left_seconds = max(0.0, config.kimg - tick.kimg) * 1000 / tick.images_per_second
    answers = f"D(x) {tick.real_probability:.2f} D(G(z)) {tick.fake_probability:.2f}"
    if config.objective not in PROBABILISTIC_OBJECTIVES and tick.real_logit is not None and tick.fake_logit is not None:
        answers = f"D(x) − D(G(z)) {tick.real_logit - tick.fake_logit:.2f}"
    return (
        f"{tick.images_per_second:,.0f} images/s",
        f"{duration(left_seconds)} left",
        f"loss G {tick.generator_loss:.2f} D {tick.discriminator_loss:.2f}",
        answers,
    )


def judged_line(tick: Tick) -> str:
    """Returns the judge's figures of a rung in words; a rung is called by its whole kimg, as its file is."""
    return f"rung {int(tick.kimg)} kimg: judge distance {tick.judge_distance:.2f} (floor {tick.judge_floor:.2f})"


def duration(seconds: float) -> str:
    """Returns a time in words, such as `1 h 02 min`, `4 min 05 s` or `12 s`."""
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"
