"""What the tests of the game share: services in a folder of the test's own, and a player at the real loop."""

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest
from forgers import PATIENCE_SECONDS, FakeForger

from game.app import App, wake_window
from game.forger import Forger
from game.lab import Lab
from game.services import LazyStore, Services
from game.settings import Settings
from game.ui.audio import Sounds
from game.ui.canvas import Canvas, Span
from game.ui.widgets import Button

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
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


@contextmanager
def player_of_copies(runs: Path, folder: Path, clock: Clock, forger: Forger) -> Iterator[Player]:
    """Gives someone who plays against a copy of runs, made in the folder, and closes what was opened there."""
    checkpoints = Path(shutil.copytree(runs, folder / "checkpoints"))
    player = Player(make_services(checkpoints, folder, forger), clock)
    yield player
    # The forger is others' too.
    player.services.store.close()


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
