"""For how long a flash shows a picture: whole frames, never fewer, and what follows where a computer can't keep up."""

import time
from pathlib import Path
from typing import Any

import pygame
import pytest
from bare_runs import write_bare_run
from flashing import SETUP, Glass, answer, begun, to_part, to_question
from forgers import FakeForger
from playing import Clock, Player, Recorder, make_services, query, responses

from game.app import App
from game.destinations import PlayRound
from game.rules import Mode, RoundSetup, Truth
from game.screen import Open
from game.ui.canvas import Canvas

# At the real clock


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


# Frames


def test_a_glimpse_is_the_same_at_a_faster_display(
    guest: Player, clock: Clock, glass: Glass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("game.screens.flash.refresh_rate", lambda: 144.0)
    begun(guest)
    answer(guest, clock, [True] * 3)
    assert responses(tmp_path, "asked_frames, shown_frames, frame_seconds") == [
        (frames, frames, 1 / 144) for frames in (64, 48, 32)
    ]
    assert [seconds * 144 for _, seconds in glass.exposures(guest)] == pytest.approx([64, 48, 32])


def test_a_picture_that_stays_too_long_does_not_count_and_its_exposure_comes_again(
    guest: Player, clock: Clock, glass: Glass, texts: Recorder, tmp_path: Path
) -> None:
    begun(guest)
    answer(guest, clock, [True, True])
    screen = guest.app.screen
    glass.hiccups = lambda number: 0.05 * (len(screen._flash.trials) == 2 and screen._glimpse.part == 0)
    answer(guest, clock, [True, True])
    assert responses(tmp_path, "asked_frames, shown_frames") == [(24, 24), (16, 16), (12, 15), (12, 12)]
    assert [seconds * 60 for _, seconds in glass.exposures(guest)] == pytest.approx([24, 16, 15, 12])
    assert "1 did not count" in texts.all and "4 of 60" in texts.all


def test_with_too_many_dropped_frames_nothing_is_reported(
    guest: Player, clock: Clock, glass: Glass, texts: Recorder, tmp_path: Path
) -> None:
    begun(guest)
    glass.hiccups = lambda number: 0.03 * (guest.app.screen._glimpse.part == 0)
    trials = 0
    while guest.on == "flash":
        answer(guest, clock, [True])
        trials += 1
        assert trials <= 7
    assert guest.on == "flashresults" and trials == 7
    assert "this computer could not" in texts.all and "Close other programs" in texts.all
    assert "7 of 7 pictures were on show for longer" in texts.all
    assert query(tmp_path, "SELECT finished_at FROM rounds") == [(None,)]


def test_of_a_short_flash_too_no_more_than_a_tenth_may_be_spoilt(
    guest: Player, clock: Clock, glass: Glass, texts: Recorder, tmp_path: Path
) -> None:
    begun(guest, RoundSetup("mnist", "mnist", 64, 1, Mode.FLASH, 16))
    glass.hiccups = lambda number: 0.03 * (guest.app.screen._glimpse.part == 0)
    answer(guest, clock, [True] * 2)
    assert guest.on == "flashresults" and "2 of 2 pictures were on show for longer" in texts.all
    assert query(tmp_path, "SELECT finished_at FROM rounds") == [(None,)]


def test_a_hung_loop_spoils_the_glimpse(guest: Player, clock: Clock, glass: Glass, tmp_path: Path) -> None:
    begun(guest)
    to_part(guest, clock, -1)
    hung = len(glass.frames)
    glass.hiccups = lambda number: 0.4 if number == hung else 0.0
    to_question(guest, clock)
    guest.press("r")
    assert responses(tmp_path, "asked_frames, shown_frames") == [(24, 0)]


def test_nothing_is_read_from_the_disk_during_a_glimpse(
    guest: Player, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    begun(guest)
    look = guest.services.lab.look
    monkeypatch.setattr(
        guest.services.lab, "look", lambda now: bool(looks.append(guest.app.screen._glimpse is not None)) or look(now)
    )
    to_question(guest, clock)
    # The turn that asks has shown the last frame of the glimpse before.
    assert looks and sum(looks) <= 1
