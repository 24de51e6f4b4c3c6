"""The only loop: wait, hear, update, draw what changed, show it."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import assert_never

import pygame

from game import frame_timing
from game.destinations import AskBeforeQuit, Destination, ImportRun, WatchRun
from game.screen import (
    Back,
    Home,
    Open,
    PacesFrames,
    PlacesBadge,
    Quit,
    Replace,
    Screen,
    ShowsTraining,
    Stay,
    TakesDrops,
    TimesFrames,
    ToggleFullScreen,
    Transition,
)
from game.screens.leave import LeaveScreen
from game.screens.router import make_screen
from game.screens.title import TitleScreen
from game.services import Services
from game.training_progress import training_progress
from game.ui.badge import BADGE_TOP, LAB_KEY, draw_news_badge, draw_training_badge
from game.ui.canvas import Canvas
from game.ui.gamepads import Gamepads
from game.ui.inputs import Disturbed, Dropped, Key, PointerPressed, translate
from game.ui.theme import SHEET_HEIGHT, SHEET_WIDTH
from game.ui.window import show_window

FRAMES_PER_SECOND = 60
# A loop that took longer than this hung: the response it falls into is marked.
HUNG_SECONDS = 0.25
# Nobody posts an event when a file changes; so now and then the screen is asked.
LONGEST_WAIT_SECONDS = 1.0
# A frame that is due at a moment is prepared so long before it.
PREPARATION_SECONDS = 0.008
FORGER_EVENT = pygame.event.custom_type()

_FULL_REDRAWS = (pygame.WINDOWEXPOSED, pygame.WINDOWSIZECHANGED, pygame.WINDOWRESTORED, pygame.WINDOWSHOWN)


def wake_window() -> None:
    """Ends the window's wait from another thread."""
    # After pygame.quit there is nobody to wake.
    with suppress(pygame.error):
        pygame.event.post(pygame.Event(FORGER_EVENT))


class App:
    """A stack of screens on a window; `frame` is one turn of the loop, `run` all of them.

    `frame_drawn` is told how long each frame took that was drawn, from its first event to the window, in seconds.
    `wait_until` returns at a moment of the clock.
    """

    def __init__(
        self,
        services: Services,
        clock: Callable[[], float] = time.perf_counter,
        frame_drawn: Callable[[float], None] = lambda seconds: None,
        wait_until: Callable[[float], None] = frame_timing.wait_until,
    ) -> None:
        self.services = services
        self.clock = clock
        self._frame_drawn = frame_drawn
        self._wait_until = wait_until
        services.lab.look(clock())
        self.screens: list[Screen] = [TitleScreen(services)]
        self.canvas = Canvas(_window_surface())
        self.running = True
        # Of the window to go back to from the full screen.
        self._window_size = (SHEET_WIDTH, SHEET_HEIGHT)
        self._changed = True
        self._gamepads = Gamepads()

    @property
    def screen(self) -> Screen:
        """The screen on top."""
        return self.screens[-1]

    def run(self) -> None:
        """Shows the title, prepares what the title does not need, and turns the loop until the player quits."""
        self.frame([])
        # After the first frame, because each of these takes longer than drawing it.
        self.services.forger.start()
        self.services.store.preload()
        self.services.sounds.prepare()
        self._gamepads.prepare()
        ticker = pygame.Clock()
        while self.running:
            # What the end of the last turn has changed is drawn at once.
            start, wait = self.clock(), 0 if self._changed else self.screen.wait_seconds(self.clock())
            seconds = LONGEST_WAIT_SECONDS if wait is None else min(wait, LONGEST_WAIT_SECONDS)
            if wait == 0:
                due = self._frame_due()
                if due is None:
                    ticker.tick(FRAMES_PER_SECOND)
                else:
                    self._wait_until(due - PREPARATION_SECONDS)
                events = pygame.event.get()
            else:
                # At least a millisecond: to wait 0 means, to pygame, to wait for ever.
                events = [pygame.event.wait(max(1, round(seconds * 1000))), *pygame.event.get()]
            if self.clock() - start > seconds + HUNG_SECONDS:
                # The computer slept, or held the window while it was dragged.
                self._follow(self.screen.handle(Disturbed(), self.clock()))
            self.frame(events)

    def frame(self, events: Sequence[pygame.Event]) -> None:
        """Handles events, updates the top screen, and draws and shows it where anything changed."""
        start = self.clock()
        for event in events:
            self._hear(event)
        if not self.running:
            return
        if self._frame_due() is None:
            self._changed |= self.services.forger.poll()
            self._changed |= self.services.lab.look(self.clock())
        self._follow(self.screen.update(self.clock()))
        drawn = self.running and (self._changed or self.screen.wait_seconds(self.clock()) == 0)
        if drawn:
            self.draw()
        seconds = self.clock() - start
        if drawn:
            self._frame_drawn(seconds)
        if seconds > HUNG_SECONDS:
            self._follow(self.screen.handle(Disturbed(), self.clock()))

    def draw(self) -> None:
        """Draws the top screen and shows it: at the moment at which it is due, where the screen says so."""
        surface = _window_surface()
        if self.canvas.surface is not surface or self.canvas.size != surface.get_size():
            self.canvas = Canvas(surface)
            self._changed = True
        screen, due = self.screen, self._frame_due()
        if not isinstance(screen, PacesFrames) or due is None:
            self._draw_all()
            pygame.display.flip()
            if isinstance(screen, TimesFrames):
                screen.frame_shown(self.clock())
            return
        part = None
        if self._changed:
            self._draw_all()
        else:
            part = self.canvas.pixel_box(screen.draw_part(self.canvas))
        self._wait_until(due)
        start = self.clock()
        pygame.display.update(part)
        screen.frame_sent(start, self.clock())

    def _draw_all(self) -> None:
        self.canvas.clear()
        self.screen.draw(self.canvas, self.clock())
        if not isinstance(self.screen, ShowsTraining):
            self._draw_badge()
        self._changed = False

    def _frame_due(self) -> float | None:
        return self.screen.frame_due() if isinstance(self.screen, PacesFrames) else None

    def _draw_badge(self) -> None:
        lab = self.services.lab
        top = self.screen.badge_top if isinstance(self.screen, PlacesBadge) else BADGE_TOP
        if active := lab.active:
            draw_training_badge(self.canvas, active, training_progress(active, lab.ticks(active)), top)
        elif lab.news and (ended := lab.run(lab.news)):
            draw_news_badge(self.canvas, ended, top)

    def toggle_full_screen(self) -> None:
        """Fills the screen with the window, or makes it a window again, and remembers that."""
        full_screen = not pygame.display.is_fullscreen()
        if full_screen:
            self._window_size = pygame.display.get_window_size()
        show_window(self._window_size, full_screen)
        self._changed = True
        self.services.change_settings(replace(self.services.settings, full_screen=pygame.display.is_fullscreen()))

    def _hear(self, event: pygame.Event) -> None:
        if event.type == pygame.QUIT or (
            event.type == pygame.KEYDOWN and event.key == pygame.K_q and _quits(event.mod)
        ):
            self._follow(Quit())
        elif event.type == pygame.CONTROLLERDEVICEADDED:
            self._gamepads.connect(event.device_index)
        else:
            self._changed |= event.type in _FULL_REDRAWS
            heard = translate(event, self.canvas.sheet_point)
            if isinstance(heard, PointerPressed) and (key := self.canvas.key_at(heard.at)):
                heard = Key(key)
            if heard == Key("f11"):
                self.toggle_full_screen()
            elif heard == Key(LAB_KEY):
                self._show_training()
            elif isinstance(heard, Dropped) and not self._is_for_the_screen(heard):
                self._leave_for(ImportRun(heard.path))
            elif heard is not None:
                self._follow(self.screen.handle(heard, self.clock()))

    def _is_for_the_screen(self, dropped: Dropped) -> bool:
        return isinstance(self.screen, TakesDrops) and self.screen.takes_drop(dropped.path)

    def _show_training(self) -> None:
        active = self.services.lab.active
        name = active.name if active else self.services.lab.news
        on_show = self.screen.training_shown() if isinstance(self.screen, ShowsTraining) else ""
        if name and name == on_show:
            # The same key leads back: into a round, say.
            self._follow(Back())
        elif name:
            self._leave_for(WatchRun(name))

    def _leave_for(self, destination: Destination) -> None:
        """Opens a screen over one that did not ask for it."""
        self._follow(self.screen.handle(Disturbed(), self.clock()))
        self._follow(Open(destination))

    def _follow(self, transition: Transition | None) -> None:
        if transition is None:
            return
        self._changed = True
        match transition:
            case Stay():
                pass
            case Open(destination=destination):
                self.screens.append(make_screen(destination, self.services))
            case Replace(destination=destination):
                self.screens[-1] = make_screen(destination, self.services)
            case Back():
                self.screens.pop()
                self.running = bool(self.screens)
            case Home():
                del self.screens[1:]
            case Quit():
                active = self.services.lab.active
                # Asked once: to close the window again means to let the training go on.
                if active is not None and active.from_lab and not isinstance(self.screen, LeaveScreen):
                    self._leave_for(AskBeforeQuit())
                else:
                    self.running = False
            case ToggleFullScreen():
                self.toggle_full_screen()
            case _:
                assert_never(transition)


def _quits(modifiers: int) -> bool:
    # With Alt it is AltGr+Q as Windows reports it, which is how a German keyboard types “@”.
    return bool(modifiers & (pygame.KMOD_CTRL | pygame.KMOD_META)) and not modifiers & pygame.KMOD_ALT


def _window_surface() -> pygame.Surface:
    surface = pygame.display.get_surface()
    assert surface is not None, "the app runs in an open window"
    return surface
