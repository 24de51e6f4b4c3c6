"""What the tests of the game share: tiny runs, a forger that answers at once, and a player at the real loop."""

import sqlite3
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest

from game.app import App, wake_window
from game.forger import Forger, ForgerStatus
from game.lab import Lab
from game.services import LazyStore, Services
from game.settings import Settings
from game.tickets import NearestTicket, Ticket, VerdictTicket
from game.ui.audio import Sounds
from game.ui.canvas import Canvas, Span
from game.ui.widgets import Button
from gan.config import TrainingConfig
from gan.datasets import DATASETS, load_split
from gan.run_log import RunRecord, RunStatus, Tick, append_tick, rung_path, write_record

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
PATIENCE_SECONDS = 60.0
KEYS = {
    "left": pygame.K_LEFT,
    "right": pygame.K_RIGHT,
    "up": pygame.K_UP,
    "down": pygame.K_DOWN,
    "enter": pygame.K_RETURN,
    "space": pygame.K_SPACE,
    "escape": pygame.K_ESCAPE,
    "backspace": pygame.K_BACKSPACE,
    "tab": pygame.K_TAB,
    "f1": pygame.K_F1,
    "f11": pygame.K_F11,
    "f": pygame.K_f,
    "h": pygame.K_h,
    "q": pygame.K_q,
    "r": pygame.K_r,
}


def write_bare_run(run: Path, rungs: Sequence[int], dataset: Any = "mnist", batch_size: int = 64) -> None:
    """Writes a run whose rungs are empty files, each with a tick: enough for whoever draws nothing from it."""
    (run / "ladder").mkdir(parents=True)
    config = TrainingConfig(dataset=dataset, batch_size=batch_size)
    write_record(run, RunRecord(config, "", "float32", "CPU", {}, "", RunStatus.DONE))
    for kimg in rungs:
        rung_path(run, kimg).touch()
        append_tick(run, Tick(kimg, 1, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, judge_distance=8.75, judge_floor=0.25))


def write_run(run: Path, dataset: Any, rungs: Sequence[int]) -> None:
    """Writes a run whose rungs hold one tiny random generator each."""
    import torch

    from gan.checkpoint import write_generator
    from gan.networks import Generator, GeneratorShape, initialize_weights

    write_bare_run(run, rungs, dataset)
    for kimg in rungs:
        generator = Generator(GeneratorShape(latent_size=8, width=4))
        initialize_weights(generator, torch.Generator().manual_seed(kimg + len(dataset)))
        # Contrast, so that two pictures can't be alike by being grey.
        for parameter in generator.parameters():
            parameter.data.mul_(8)
        write_generator(rung_path(run, kimg), generator.eval().requires_grad_(False))


def wait_for(forger: Forger, condition: Callable[[], object]) -> None:
    """Collects answers until something is true; fails where that does not come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"what was waited for did not come; the forger is {forger.status}"
        time.sleep(0.002)
        forger.poll()


def ready_forger() -> Forger:
    """Starts the real forger process and waits until it is ready."""
    forger = Forger(wake_window)
    forger.start()
    wait_for(forger, lambda: forger.status.ready or forger.status.failure)
    assert forger.status.ready, forger.status
    return forger


def other_pictures(images: np.ndarray, size: int, colour: bool) -> np.ndarray:
    """Returns grey pictures, uint8 (N, 28, 28), as (N, size, size), or (N, size, size, 3) with tinted backgrounds."""
    larger = images.repeat(size // 28, axis=1).repeat(size // 28, axis=2)
    margin = size - larger.shape[1]
    larger = np.pad(larger, ((0, 0), (margin // 2, margin - margin // 2), (margin // 2, margin - margin // 2)))
    if not colour:
        return larger
    # Not by default_rng, which the tests of golden pictures replace.
    tints = np.random.Generator(np.random.PCG64(0)).integers(40, 200, (len(images), 1, 1, 3))
    return np.maximum(larger[..., np.newaxis], tints).astype(np.uint8)


class FakeForger:
    """Answers every request at once with the first pictures of a test split, whatever was asked.

    `size` and `colour` make others of them: cut or padded to that size, in three shifted channels. `verdicts` are what
    the discriminator says of one picture after another, again and again; nothing: it doesn't say anything, nor is
    anything found to be similar.
    """

    def __init__(self, class_name: str = "3") -> None:
        self.status = ForgerStatus("", 1.0, ready=True)
        self.error = ""
        self.class_name = class_name
        self.size, self.colour = 28, False
        self.verdicts: Sequence[float] = (0.83, 0.31)
        self.requests: list[tuple[list[dict[str, Any]], str | None]] = []
        self.asked_for_labels: list[dict[str, Any]] = []
        self.asked_for_verdicts: list[tuple[list[dict[str, Any]], str, int]] = []
        self.asked_for_nearest: list[tuple[list[dict[str, Any]], dict[str, Any]]] = []

    def request(self, pictures: Sequence[dict[str, Any]], judge: str | None) -> Ticket:
        self.requests.append((list(pictures), judge))
        if self.error:
            return Ticket(error=self.error)
        images = self._first_pictures(pictures)
        return Ticket(images=images, classes=[(self.class_name, 0.91)] * len(pictures) if judge else [])

    def _first_pictures(self, pictures: Sequence[dict[str, Any]]) -> np.ndarray:
        dataset = "fashion-mnist" if "fashion" in str(pictures[0]) else "mnist"
        images = load_split(DATASETS[dataset], "test").images[: len(pictures), 0]
        unchanged = (self.size, self.colour) == (28, False)
        return images if unchanged else other_pictures(images, self.size, self.colour)

    def request_verdicts(self, pictures: Sequence[dict[str, Any]], run: str, kimg: int) -> VerdictTicket:
        self.asked_for_verdicts.append((list(pictures), run, kimg))
        if self.error or not self.verdicts:
            return VerdictTicket(error=self.error)
        verdicts = tuple(islice(cycle(self.verdicts), len(pictures)))
        return VerdictTicket(verdicts=verdicts, right=1240, trials=2000)

    def request_nearest(self, pictures: Sequence[dict[str, Any]], reals: dict[str, Any]) -> NearestTicket:
        self.asked_for_nearest.append((list(pictures), reals))
        if self.error or not self.verdicts:
            return NearestTicket(error=self.error)
        # Not the very pictures that it gave.
        images = self._first_pictures([pictures[0], *pictures])[1:]
        return NearestTicket(images=images, numbers=range(1, len(images) + 1))

    def request_labels(self, reals: dict[str, Any]) -> Ticket:
        self.asked_for_labels.append(reals)
        return Ticket(error=self.error) if self.error else Ticket(labels=np.arange(10_000, dtype=np.uint16) % 10)

    def start(self) -> None: ...

    def poll(self) -> bool:
        return False

    def close(self) -> None: ...


@dataclass
class Clock:
    """A clock that goes when it is told to."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now

    def wait_until(self, moment: float) -> None:
        """Goes on to a moment, where it has not passed."""
        self.now = max(self.now, moment)


def make_services(
    checkpoints: Path, folder: Path, forger: Forger | FakeForger | None = None, **settings: Any
) -> Services:
    """Returns services with files in `folder`, silent sounds, a wall clock that stands, and seeds 1, 2, 3, …"""
    return Services(
        forger=forger or FakeForger(),  # type: ignore[arg-type]
        checkpoints=checkpoints,
        lab=Lab(checkpoints, lambda: NOW),
        exports=folder / "exports",
        wake=wake_window,
        store=LazyStore(folder / "scores.sqlite"),
        sounds=Sounds(on=False),
        settings=Settings(**settings),
        settings_path=folder / "settings.json",
        next_seed=count(1).__next__,
        wall_clock=lambda: NOW,
        # Not what whoever runs the tests has fetched.
        datasets_here=lambda: ("mnist", "fashion-mnist", "stacked-mnist"),
    )


def live_processes(lab: Lab) -> list[subprocess.Popen[bytes]]:
    """Returns the processes that a lab has started and not seen ending."""
    return [work.started.process for work in lab._works.values() if not work.ended]


def key_events(name: str, text: str = "") -> list[pygame.Event]:
    """Returns what pygame sends when a key is pressed."""
    code = KEYS.get(name) or pygame.key.key_code(name)
    events = [pygame.Event(pygame.KEYDOWN, key=code, mod=0, unicode=text)]
    return [*events, pygame.Event(pygame.TEXTINPUT, text=text)] if text else events


@dataclass
class Player:
    """Sits at an app: posts events to pygame, and turns the loop by hand."""

    services: Services
    clock: Callable[[], float] = time.perf_counter
    app: App = field(init=False)

    def __post_init__(self) -> None:
        pygame.event.clear()
        # A clock that stands would be waited for in vain.
        waits = {"wait_until": self.clock.wait_until} if isinstance(self.clock, Clock) else {}
        self.app = App(self.services, self.clock, **waits)
        self.frame()

    def frame(self, *events: pygame.Event) -> None:
        """Posts events and turns the loop once."""
        for event in events:
            pygame.event.post(event)
        self.app.frame(pygame.event.get())

    def press(self, *names: str) -> None:
        """Presses keys one after another, with a turn of the loop for each."""
        for name in names:
            self.frame(*key_events(name, {"space": " "}.get(name, name if len(name) == 1 else "")))

    def type(self, text: str) -> None:
        """Types a text."""
        self.frame(pygame.Event(pygame.TEXTINPUT, text=text))

    def click(self, button: str) -> None:
        """Moves the mouse to the middle of a button of the screen and presses it."""
        self.click_at(self.button(button).box.center)

    def click_at(self, point: tuple[float, float]) -> None:
        """Presses the mouse at a point of the sheet."""
        scale = self.app.canvas.scale
        position = (round(point[0] * scale), round(point[1] * scale))
        self.frame(pygame.Event(pygame.MOUSEMOTION, pos=position, rel=(0, 0), buttons=(0, 0, 0)))
        self.frame(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=position, button=pygame.BUTTON_LEFT))
        self.frame(pygame.Event(pygame.MOUSEBUTTONUP, pos=position, button=pygame.BUTTON_LEFT))

    def button(self, name: str) -> Button:
        """Returns a button of the screen on top."""
        return next(button for button in self.buttons if button.name == name)

    @property
    def buttons(self) -> list[Button]:
        """All buttons of the screen on top."""
        return getattr(self.app.screen, "_buttons", [])

    @property
    def on(self) -> str:
        """The name of the screen on top, such as `title`."""
        return type(self.app.screen).__name__.removesuffix("Screen").lower()

    def until(self, condition: Callable[[], object]) -> None:
        """Turns the loop until something is true; fails where that does not come."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "what was waited for did not come"
            time.sleep(0.005)
            self.frame()

    def close(self) -> None:
        """Closes what the services opened."""
        self.services.store.close()
        self.services.forger.close()


def screenshot() -> np.ndarray:
    """Returns what the window shows, uint8 (height, width, 3)."""
    surface = pygame.display.get_surface()
    assert surface is not None
    width, height = surface.get_size()
    return np.frombuffer(pygame.image.tobytes(surface, "RGB"), np.uint8).reshape(height, width, 3)


class Recorder:
    """Notes the box of every text that is drawn in the window, in pixels, and every font."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.texts: list[tuple[str, pygame.Rect]] = []
        self.heights: set[int] = set()
        spans, clear = Canvas.spans, Canvas.clear

        def recorded_spans(canvas: Canvas, parts: Sequence[Span], *arguments: Any, **named: Any) -> pygame.FRect:
            box = spans(canvas, parts, *arguments, **named)
            if canvas.surface is pygame.display.get_surface():
                text = "".join(part[0] for part in parts)
                self.texts.append((text, canvas.pixel_box(box)))
                self.heights |= {height for _, height in canvas._fonts}
            return box

        def recorded_clear(canvas: Canvas) -> None:
            clear(canvas)
            self.texts.clear()

        monkeypatch.setattr(Canvas, "spans", recorded_spans)
        monkeypatch.setattr(Canvas, "clear", recorded_clear)

    @property
    def all(self) -> str:
        """Everything that is written in the window, a line each."""
        return "\n".join(text for text, _ in self.texts)


def query(tmp_path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Reads the scores file as any other program would."""
    with closing(sqlite3.connect(tmp_path / "scores.sqlite")) as connection:
        return connection.execute(sql).fetchall()


TRIALS = "responses JOIN shown_pictures USING (round_id, number) JOIN rounds ON rounds.id = round_id"
NAMES = "SELECT name FROM rounds LEFT JOIN players ON players.id = player_id"


def responses(tmp_path: Path, columns: str) -> list[tuple[Any, ...]]:
    return query(tmp_path, f"SELECT {columns} FROM {TRIALS} ORDER BY seed, number")


def asks(player: Player) -> bool:
    return player.on == "practice" and player.app.screen.waits_for_answer


def begin_round(player: Player) -> None:
    """Goes from the title to the first picture of a round of digits at 64 kimg."""
    player.press("enter", "enter", "enter")
    player.until(lambda: asks(player))


def play_round(player: Player, clock: Clock) -> None:
    """Answers 20 trials and goes on to the results."""
    for _ in range(20):
        clock.now += 0.5
        player.press("r")
        clock.now += 0.5
        player.press("space")
    assert player.on == "results"


def expected_score(rows: list[tuple[str, str]]) -> tuple[int, int]:
    """Returns score and right answers by the rules on the help page: 100, and 25 more for each before it, up to 200."""
    score = streak = correct = 0
    for truth, answer in rows:
        streak = streak + 1 if truth == answer else 0
        correct += truth == answer
        score += min(200, 100 + 25 * (streak - 1)) if streak else 0
    return score, correct
