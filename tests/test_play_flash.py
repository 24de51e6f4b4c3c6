"""A flash as it is played: real loop, scripted clock; what is on show and for how long, and what is stored of it."""

import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest
from playing import Clock, FakeForger, Player, Recorder, make_services, query, responses, screenshot, write_bare_run

from game.app import FRAMES_PER_SECOND, App
from game.deal import Deck, deal
from game.destinations import PlayRound
from game.rules import Mode, Picture, RoundSetup, Truth
from game.screen import Open
from game.settings import load
from game.ui.canvas import Canvas

LEVELS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 60)
SETUP = RoundSetup("mnist", "mnist", 64, 1, Mode.FLASH, 66)


@dataclass
class Glass:
    """Notes what is at the picture's place whenever the window shows something new, and what is around it."""

    clock: Clock
    player: Player | None = None
    # (when, the picture's place in the picture's own pixels, a check sum of all that is around it)
    frames: list[tuple[float, bytes, int]] = field(default_factory=list)
    looks_around: bool = False
    # Seconds that the display takes longer for a frame, by how many frames it has shown.
    hiccups: Callable[[int], float] = lambda number: 0.0

    def shown(self, *_: Any) -> None:
        screen = self.player.app.screen if self.player else None
        if screen is None or getattr(screen, "_play", None) is None:
            return
        if getattr(screen, "_glimpse", None) is not None:
            self.clock.now += self.hiccups(len(self.frames))
        box, window = self.player.app.canvas.pixel_box(screen._inside), pygame.display.get_surface()
        # One dot of each of the picture's pixels.
        size = box.width // screen._play.image_size
        dots = slice(size // 2, None, size)
        place = pygame.surfarray.pixels3d(window.subsurface(box))[dots, dots].swapaxes(0, 1).tobytes()
        rest = 0
        if self.looks_around:
            pixels = screenshot().copy()
            pixels[box.top : box.bottom, box.left : box.right] = 0
            rest = zlib.crc32(pixels)
        self.frames.append((self.clock.now, place, rest))

    def exposures(self, player: Player) -> list[tuple[int, float]]:
        """Returns which pictures of the round were on show, by their place, and for how many seconds."""
        play = player.app.screen._play
        places = {
            shown.pixels[..., np.newaxis].repeat(3, axis=2).tobytes(): place for place, shown in enumerate(play.shown)
        }
        found = []
        starts = [next(group) for _, group in groupby(self.frames, key=lambda frame: frame[1])]
        for (start, place, _), (end, _, _) in pairwise(starts):
            if place in places:
                found.append((places[place], end - start))
        return found


@pytest.fixture
def glass(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Glass:
    glass = Glass(clock)
    for name in ("flip", "update"):
        original = getattr(pygame.display, name)

        def handed_over(*arguments: Any, original: Callable[..., None] = original) -> None:
            original(*arguments)
            glass.shown()

        monkeypatch.setattr(pygame.display, name, handed_over)
    return glass


@pytest.fixture
def player(window: None, texts: Recorder, clock: Clock, glass: Glass, tmp_path: Path) -> Iterator[Player]:
    """Someone at a game with one run of digits, whose forger answers at once."""
    write_bare_run(tmp_path / "checkpoints" / "mnist", (2, 64, 3000))
    player = Player(make_services(tmp_path / "checkpoints", tmp_path, FakeForger()), clock)
    glass.player = player
    yield player
    player.close()


def briefed(player: Player) -> None:
    """Goes from the title to what is said before a flash."""
    player.press("enter")
    player.click("flash")
    player.press("enter")
    assert player.on == "flash"


def begun(player: Player, setup: RoundSetup = SETUP) -> None:
    """Opens a flash and starts it."""
    player.app._follow(Open(PlayRound(setup)))
    player.frame()
    player.press("enter")


def turn(player: Player, clock: Clock) -> None:
    """Lets as much time pass as the loop would wait, and turns it."""
    wait = 0 if player.app._changed else player.app.screen.wait_seconds(clock.now)
    assert wait is not None, "nothing would ever happen"
    if wait:
        clock.now += max(1, round(1000 * wait)) / 1000
    elif player.app._frame_due() is None:
        clock.now += 1 / FRAMES_PER_SECOND
    player.frame()


def to_question(player: Player, clock: Clock) -> None:
    """Waits until the picture is gone and is asked about."""
    while not player.app.screen.waits_for_answer:
        turn(player, clock)


def to_part(player: Player, clock: Clock, part: int) -> None:
    """Waits until the picture, −1, or a mask is on show."""
    while player.app.screen._glimpse is None or player.app.screen._glimpse.part != part:
        turn(player, clock)
    turn(player, clock)


def current(player: Player) -> Picture:
    return player.app.screen._play.round.current


def key_for(player: Player, right: bool) -> str:
    return "f" if (current(player).truth is Truth.FAKE) == right else "r"


def answer(player: Player, clock: Clock, rights: Sequence[bool]) -> None:
    for right in rights:
        to_question(player, clock)
        clock.now += 0.5
        player.press(key_for(player, right))


def staircase(rights: Sequence[bool]) -> list[int]:
    """Returns the frames of each trial: half a second at first, one step down when right, three up when wrong."""
    level, frames = LEVELS.index(24), []
    for right in rights:
        frames.append(LEVELS[level])
        level = min(max(level + (-1 if right else 3), 0), len(LEVELS) - 1)
    return frames


# A whole flash


def test_a_flash_by_keyboard(player: Player, clock: Clock, glass: Glass, texts: Recorder, tmp_path: Path) -> None:
    briefed(player)
    assert "photosensitive epilepsy" in texts.all and "60 frames a second: the shortest moment is 17 ms" in texts.all
    player.press("enter")
    rights = [place % 5 != 4 for place in range(60)]
    dealt = deal(SETUP, Deck(range(10_000)))
    for place, right in enumerate(rights):
        assert f"{place + 1} of 60" in texts.all
        to_question(player, clock)
        assert "?" in texts.all.split("\n")
        exposures = glass.exposures(player)
        clock.now += 0.25 + place / 100
        player.press(key_for(player, right) if place % 2 else {"f": "right", "r": "left"}[key_for(player, right)])
        rows = query(tmp_path, "SELECT asked_frames, shown_frames FROM responses")
        assert len(rows) == place + 1, "an answer was not in the file before the next picture came"
    assert player.on == "flashresults"

    frames = staircase(rights)
    assert [place for place, _ in exposures] == list(range(60))
    assert [seconds * 60 for _, seconds in exposures] == pytest.approx(frames)
    rows = responses(
        tmp_path, "number, truth, answer, asked_frames, shown_frames, frame_seconds, confidence, disturbed"
    )
    assert rows == [
        (
            *(place + 1, dealt[place].truth, dealt[place].truth if right else dealt[place].truth.other),
            *(frames[place], frames[place], 1 / 60, None, 0),
        )
        for place, right in enumerate(rights)
    ]
    times = [seconds for (seconds,) in responses(tmp_path, "response_seconds")]
    assert times == pytest.approx([0.25 + place / 100 for place in range(60)])
    assert query(tmp_path, "SELECT mode, kimg, correct, finished_at NOTNULL FROM rounds") == [("flash", 64, 48, 1)]
    assert "You judged 48 of 60 pictures rightly." in texts.all.replace("\n", " ")

    player.press("enter")
    assert player.on == "flash" and player.app.screen._setup.seed == 2 and player.app.screen._play is None
    player.press("escape")
    assert player.on == "difficulty"


def test_a_flash_by_mouse_and_gamepad(player: Player, clock: Clock, tmp_path: Path) -> None:
    def pad(button: int) -> None:
        player.frame(pygame.Event(pygame.CONTROLLERBUTTONDOWN, button=button, instance_id=0))

    player.app._follow(Open(PlayRound(SETUP)))
    player.frame()
    player.click("start")
    for _ in range(2):
        for press in (
            lambda: player.click("fake"),
            lambda: player.click("real"),
            lambda: pad(pygame.CONTROLLER_BUTTON_Y),
            lambda: pad(pygame.CONTROLLER_BUTTON_X),
        ):
            to_question(player, clock)
            press()
    assert [row for (row,) in responses(tmp_path, "answer")] == ["fake", "real"] * 4
    # Start leads nowhere in a trial, back asks whether to leave.
    turn(player, clock)
    pad(pygame.CONTROLLER_BUTTON_BACK)
    pad(pygame.CONTROLLER_BUTTON_DPAD_RIGHT)
    pad(pygame.CONTROLLER_BUTTON_A)
    assert player.on == "title"
    assert query(tmp_path, "SELECT count(*), max(finished_at) FROM rounds") == [(1, None)], "it does not count"


def test_the_real_loop_at_the_real_clock_never_shows_a_picture_for_less(
    window: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("game.screens.flash.FIRST_BEAT_SECONDS", 0.03)
    monkeypatch.setattr("game.screens.flash.BEAT_SECONDS", 0.03)
    monkeypatch.setattr("game.screens.flash.refresh_rate", lambda: 200.0)
    write_bare_run(tmp_path / "checkpoints" / "mnist", (2, 64, 3000))
    services = make_services(tmp_path / "checkpoints", tmp_path, FakeForger())
    glimpses: list[Any] = []

    def frame_drawn(seconds: float) -> None:
        screen = app.screen
        if getattr(screen, "waits_for_answer", False) and screen._glimpse not in glimpses:
            glimpses.append(screen._glimpse)
            app.running = len(glimpses) < 2
            key = pygame.K_f if screen._play.round.current.truth is Truth.FAKE else pygame.K_r
            pygame.event.post(pygame.Event(pygame.KEYDOWN, key=key, mod=0))

    app = App(services, frame_drawn=frame_drawn)
    app._follow(Open(PlayRound(SETUP)))
    pygame.event.post(pygame.Event(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0))
    app.run()
    services.store.close()
    asked = [frames for (frames,) in query(tmp_path, "SELECT asked_frames FROM responses ORDER BY number")]
    assert asked == [96]
    for glimpse, frames in zip(glimpses, (96, 64), strict=True):
        assert glimpse.seconds >= (frames - 0.25) / 200
        assert glimpse.seconds < frames / 200 + 0.5


def test_the_real_loop_does_not_sleep_over_what_a_hang_has_changed(
    window: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("game.screens.flash.FIRST_BEAT_SECONDS", 0.01)
    write_bare_run(tmp_path / "checkpoints" / "mnist", (2, 64, 3000))
    services = make_services(tmp_path / "checkpoints", tmp_path, FakeForger())

    def frame_drawn(seconds: float) -> None:
        if getattr(app.screen, "waits_for_answer", False):
            app.running = False

    def wait(milliseconds: int) -> pygame.Event:
        assert not app._changed, "there is something to draw"
        return waited(milliseconds)

    waited = pygame.event.wait
    monkeypatch.setattr(pygame.event, "wait", wait)
    app = App(services, frame_drawn=frame_drawn)
    app._follow(Open(PlayRound(SETUP)))
    draw_part, hangs = app.screen.draw_part, iter([0.0] * 10 + [0.3])

    def hanging(canvas: Canvas) -> pygame.FRect:
        time.sleep(next(hangs, 0.0))
        return draw_part(canvas)

    monkeypatch.setattr(app.screen, "draw_part", hanging)
    pygame.event.post(pygame.Event(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0))
    app.run()
    services.store.close()
    assert app.screen.waits_for_answer and app.screen._glimpse is None


# What is seen


def test_nothing_but_the_picture_changes(player: Player, clock: Clock, glass: Glass) -> None:
    glass.looks_around = True
    begun(player)
    for right in (True, True, True):
        while player.app.screen._glimpse is None:
            turn(player, clock)
        first = len(glass.frames)
        to_question(player, clock)
        # All frames but the last one, which asks.
        around = {rest for _, _, rest in glass.frames[first:-1]}
        assert len(around) == 1
        blank, *parts, end = [place for place, _ in groupby(glass.frames[first:-1], key=lambda frame: frame[1])]
        assert len(set(parts)) == 5 and blank == end and blank not in parts, "picture, four masks, blank"
        player.press(key_for(player, right))


def test_no_second_has_more_than_three_flashes(player: Player, clock: Clock, glass: Glass) -> None:
    """WCAG 2.2, 2.3.1: a flash is a pair of opposing changes of the relative luminance by 0.1 or more.

    Only a numeral before or after may make it more, which is less than the area that is allowed any number of them: a
    quarter of 341 × 256 pixels of a screen 1,024 wide.
    """
    begun(player)
    for place in range(14):
        to_question(player, clock)
        player.press(key_for(player, place != 8))
    frames = [next(group) for _, group in groupby(glass.frames, key=lambda frame: frame[1])]
    levels = np.stack([np.frombuffer(place, np.uint8)[::3] for _, place, _ in frames]) / 255
    # Grey, so one channel says all: sRGB's transfer function.
    luminances = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    changes, times = np.abs(np.diff(luminances, axis=0)) >= 0.1, np.array([time for time, _, _ in frames[1:]])
    assert changes.sum(axis=0).max() > 14, "there is flicker"
    worst = np.max([changes[(times >= time) & (times < time + 1)].sum(axis=0) for time in times], axis=0)
    # As large as a screen 1,024 wide shows it.
    width = player.app.screen._inside.width * 1024 / 1280
    assert (worst > 2 * 3).mean() * width**2 < 341 * 256 / 4 / 5


def test_the_countdown_stands_still_with_less_motion(player: Player, clock: Clock, texts: Recorder) -> None:
    player.services.settings = type(player.services.settings)(reduced_motion=True)
    begun(player)
    start, drawn = clock.now, []
    while player.app.screen._glimpse is None:
        drawn.append(set(texts.all.split("\n")) & {"+", "3", "2", "1"})
        turn(player, clock)
    assert drawn[0] == {"+"} and all(texts <= {"+"} for texts in drawn)
    assert clock.now - start == pytest.approx(3 * 0.8 + 0.3, abs=0.02)


def test_a_glimpse_is_the_same_at_a_faster_display(
    player: Player, clock: Clock, glass: Glass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("game.screens.flash.refresh_rate", lambda: 144.0)
    begun(player)
    answer(player, clock, [True] * 3)
    assert responses(tmp_path, "asked_frames, shown_frames, frame_seconds") == [
        (frames, frames, 1 / 144) for frames in (64, 48, 32)
    ]
    assert [seconds * 144 for _, seconds in glass.exposures(player)] == pytest.approx([64, 48, 32])


def test_pictures_in_colour_and_of_64_pixels(player: Player, clock: Clock, glass: Glass) -> None:
    player.services.forger.size, player.services.forger.colour = 64, True
    begun(player)
    to_question(player, clock)
    blank = np.frombuffer(glass.frames[-2][1], np.uint8).reshape(-1, 3)
    assert len(np.unique(blank, axis=0)) == 1 and len(set(blank[0].tolist())) > 1


# What goes wrong


def test_a_picture_that_stays_too_long_does_not_count_and_its_exposure_comes_again(
    player: Player, clock: Clock, glass: Glass, texts: Recorder, tmp_path: Path
) -> None:
    begun(player)
    answer(player, clock, [True, True])
    screen = player.app.screen
    glass.hiccups = lambda number: 0.05 * (len(screen._flash.trials) == 2 and screen._glimpse.part == 0)
    answer(player, clock, [True, True])
    assert responses(tmp_path, "asked_frames, shown_frames") == [(24, 24), (16, 16), (12, 15), (12, 12)]
    assert [seconds * 60 for _, seconds in glass.exposures(player)] == pytest.approx([24, 16, 15, 12])
    assert "1 did not count" in texts.all and "4 of 60" in texts.all


def test_with_too_many_dropped_frames_nothing_is_reported(
    player: Player, clock: Clock, glass: Glass, texts: Recorder, tmp_path: Path
) -> None:
    begun(player)
    glass.hiccups = lambda number: 0.03 * (player.app.screen._glimpse.part == 0)
    trials = 0
    while player.on == "flash":
        answer(player, clock, [True])
        trials += 1
        assert trials <= 7
    assert player.on == "flashresults" and trials == 7
    assert "this computer could not" in texts.all and "Close other programs" in texts.all
    assert "7 of 7 pictures were on show for longer" in texts.all
    assert query(tmp_path, "SELECT finished_at FROM rounds") == [(None,)]


def test_of_a_short_flash_too_no_more_than_a_tenth_may_be_spoilt(
    player: Player, clock: Clock, glass: Glass, texts: Recorder, tmp_path: Path
) -> None:
    begun(player, RoundSetup("mnist", "mnist", 64, 1, Mode.FLASH, 16))
    glass.hiccups = lambda number: 0.03 * (player.app.screen._glimpse.part == 0)
    answer(player, clock, [True] * 2)
    assert player.on == "flashresults" and "2 of 2 pictures were on show for longer" in texts.all
    assert query(tmp_path, "SELECT finished_at FROM rounds") == [(None,)]


@pytest.mark.parametrize("part", [-1, 2])
def test_escape_ends_the_flicker_at_once(
    player: Player, clock: Clock, glass: Glass, texts: Recorder, tmp_path: Path, part: int
) -> None:
    begun(player)
    answer(player, clock, [True])
    to_part(player, clock, part)
    player.press("escape")
    assert "Leave this round?" in texts.all
    shown = len(glass.frames)
    for _ in range(20):
        clock.now += 0.1
        player.frame()
    assert len(glass.frames) == shown and player.app.screen.wait_seconds(clock.now) is None
    player.press("escape")
    # It has been glimpsed, for nobody knows how long: asked about, but it does not count.
    assert player.app.screen.waits_for_answer
    player.press(key_for(player, True))
    assert responses(tmp_path, "asked_frames, shown_frames") == [(24, 24), (16, 0)]
    assert "2 of 60" in texts.all


def test_escape_before_the_first_answer_leaves_at_once(player: Player, clock: Clock) -> None:
    briefed(player)
    player.press("enter")
    to_part(player, clock, 1)
    player.press("escape")
    assert player.on == "difficulty"


@pytest.mark.parametrize("event", [pygame.WINDOWMOVED, pygame.WINDOWFOCUSLOST, pygame.WINDOWMINIMIZED])
def test_a_window_that_is_moved_or_left_spoils_the_glimpse(
    player: Player, clock: Clock, tmp_path: Path, event: int
) -> None:
    begun(player)
    to_part(player, clock, -1)
    player.frame(pygame.Event(event))
    assert player.app.screen.waits_for_answer
    player.press("r")
    assert responses(tmp_path, "shown_frames") == [(0,)]


@pytest.mark.parametrize("interruption", ["escape", "f1", "moved"])
def test_an_interrupted_countdown_waits_for_the_player(
    player: Player, clock: Clock, glass: Glass, texts: Recorder, tmp_path: Path, interruption: str
) -> None:
    begun(player)
    answer(player, clock, [True])
    turn(player, clock)
    if interruption == "moved":
        player.frame(pygame.Event(pygame.WINDOWMOVED))
    else:
        player.press(interruption, "escape")
    assert "Ready?" in texts.all and player.app.screen.wait_seconds(clock.now) is None
    player.press("r")
    assert "Ready?" in texts.all, "there is nothing to answer yet"
    player.press("space")
    answer(player, clock, [True])
    assert responses(tmp_path, "asked_frames, shown_frames") == [(24, 24), (16, 16)]


def test_who_looks_away_while_the_pictures_are_made_is_waited_for(
    player: Player, clock: Clock, texts: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    player.app._follow(Open(PlayRound(SETUP)))
    player.frame()
    arrived: list[bool] = []
    poll = player.app.screen.update
    monkeypatch.setattr(player.app.screen, "update", lambda now: poll(now) if arrived else None, raising=False)
    player.press("enter")
    player.frame(pygame.Event(pygame.WINDOWFOCUSLOST))
    arrived.append(True)
    player.frame()
    assert "Ready?" in texts.all


def test_answers_before_the_question_are_none(player: Player, clock: Clock, tmp_path: Path) -> None:
    begun(player)
    while not player.app.screen.waits_for_answer:
        turn(player, clock)
        if not player.app.screen.waits_for_answer:
            player.press("f", "left")
            player.click("real")
    assert responses(tmp_path, "answer") == []


def test_a_hung_loop_spoils_the_glimpse(player: Player, clock: Clock, glass: Glass, tmp_path: Path) -> None:
    begun(player)
    to_part(player, clock, -1)
    hung = len(glass.frames)
    glass.hiccups = lambda number: 0.4 if number == hung else 0.0
    to_question(player, clock)
    player.press("r")
    assert responses(tmp_path, "asked_frames, shown_frames") == [(24, 0)]


def test_nothing_is_read_from_the_disk_during_a_glimpse(
    player: Player, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    begun(player)
    look = player.services.lab.look
    monkeypatch.setattr(
        player.services.lab, "look", lambda now: bool(looks.append(player.app.screen._glimpse is not None)) or look(now)
    )
    to_question(player, clock)
    # The turn that asks has shown the last frame of the glimpse before.
    assert looks and sum(looks) <= 1


def test_a_run_with_few_pictures_has_a_short_flash(
    player: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    begun(player, RoundSetup("mnist", "mnist", 64, 1, Mode.FLASH, 8))
    assert "1 of 8" in texts.all
    answer(player, clock, [True] * 8)
    assert player.on == "flashresults"
    assert query(tmp_path, "SELECT trial_count, correct, finished_at NOTNULL FROM rounds") == [(8, 8, 1)]


# Flickering pictures can be switched off


def test_the_switch_closes_the_card_is_remembered_and_can_be_turned_again(
    player: Player, texts: Recorder, tmp_path: Path
) -> None:
    def remembered() -> bool:
        return load(tmp_path / "settings.json")[0].flashing

    briefed(player)
    player.click("flashing")
    assert not remembered()
    assert "You have switched flickering pictures off" in texts.all
    assert [button.name for button in player.buttons] == ["flashing"], "nothing can start it"
    player.press("escape", "escape")
    assert "Closed: you have switched" in texts.all
    player.press("enter")
    assert player.on == "choosemode" and "Switch them on again?" in texts.all and "epilepsy" in texts.all
    player.press("escape")
    assert "Switch them on again?" not in texts.all and not remembered()
    player.press("enter", "enter")
    assert player.on == "choosemode" and not remembered(), "the safe answer has the focus"
    player.press("enter", "right", "enter")
    assert remembered() and "Closed: you have switched" not in texts.all
    player.press("enter", "enter")
    assert player.on == "flash" and {button.name for button in player.buttons} == {"flashing", "start"}


def test_the_settings_have_the_switch_too(player: Player, texts: Recorder, tmp_path: Path) -> None:
    player.click("settings")
    player.click("flashing")
    assert not load(tmp_path / "settings.json")[0].flashing
    player.press("escape")
    player.app._follow(Open(PlayRound(SETUP)))
    player.frame()
    player.press("enter")
    assert player.app.screen._play is None, "the only thing to press is the switch"
    assert load(tmp_path / "settings.json")[0].flashing
    player.press("down", "enter")
    assert player.app.screen._play is not None
