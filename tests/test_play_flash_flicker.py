"""What flickers in a flash: the picture and no more, never too often, and not at all where it is switched off."""

from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from flashing import SETUP, Glass, begun, briefed, to_question, turn
from judging import key_for
from playing import Clock, Player, Recorder

from game.destinations import PlayRound
from game.screen import Open
from game.settings import load

# What is seen


def test_nothing_but_the_picture_changes(guest: Player, clock: Clock, glass: Glass) -> None:
    glass.looks_around = True
    begun(guest)
    for right in (True, True, True):
        while guest.app.screen._glimpse is None:
            turn(guest, clock)
        first = len(glass.frames)
        to_question(guest, clock)
        # All frames but the last one, which asks.
        around = {rest for _, _, rest in glass.frames[first:-1]}
        assert len(around) == 1
        blank, *parts, end = [place for place, _ in groupby(glass.frames[first:-1], key=lambda frame: frame[1])]
        assert len(set(parts)) == 5 and blank == end and blank not in parts, "picture, four masks, blank"
        guest.press(key_for(guest, right))


def test_no_second_has_more_than_three_flashes(guest: Player, clock: Clock, glass: Glass) -> None:
    """WCAG 2.2, 2.3.1: a flash is a pair of opposing changes of the relative luminance by 0.1 or more.

    Only a numeral before or after may make it more, which is less than the area that is allowed any number of them: a
    quarter of 341 × 256 pixels of a screen 1,024 wide.
    """
    begun(guest)
    for place in range(14):
        to_question(guest, clock)
        guest.press(key_for(guest, place != 8))
    frames = [next(group) for _, group in groupby(glass.frames, key=lambda frame: frame[1])]
    levels = np.stack([np.frombuffer(place, np.uint8)[::3] for _, place, _ in frames]) / 255
    # Grey, so one channel says all: sRGB's transfer function.
    luminances = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    changes, times = np.abs(np.diff(luminances, axis=0)) >= 0.1, np.array([time for time, _, _ in frames[1:]])
    assert changes.sum(axis=0).max() > 14, "there is flicker"
    worst = np.max([changes[(times >= time) & (times < time + 1)].sum(axis=0) for time in times], axis=0)
    # As large as a screen 1,024 wide shows it.
    width = guest.app.screen._inside.width * 1024 / 1280
    assert (worst > 2 * 3).mean() * width**2 < 341 * 256 / 4 / 5


def test_the_countdown_stands_still_with_less_motion(guest: Player, clock: Clock, texts: Recorder) -> None:
    guest.services.settings = type(guest.services.settings)(reduced_motion=True)
    begun(guest)
    start, drawn = clock.now, []
    while guest.app.screen._glimpse is None:
        drawn.append(set(texts.all.split("\n")) & {"+", "3", "2", "1"})
        turn(guest, clock)
    assert drawn[0] == {"+"} and all(texts <= {"+"} for texts in drawn)
    assert clock.now - start == pytest.approx(3 * 0.8 + 0.3, abs=0.02)


def test_pictures_in_colour_and_of_64_pixels(guest: Player, clock: Clock, glass: Glass) -> None:
    guest.services.forger.size, guest.services.forger.colour = 64, True
    begun(guest)
    to_question(guest, clock)
    blank = np.frombuffer(glass.frames[-2][1], np.uint8).reshape(-1, 3)
    assert len(np.unique(blank, axis=0)) == 1 and len(set(blank[0].tolist())) > 1


# Flickering pictures can be switched off


def test_the_switch_closes_the_card_is_remembered_and_can_be_turned_again(
    guest: Player, texts: Recorder, tmp_path: Path
) -> None:
    def remembered() -> bool:
        return load(tmp_path / "settings.json")[0].flashing

    briefed(guest)
    guest.click("flashing")
    assert not remembered()
    assert "You have switched flickering pictures off" in texts.all
    assert [button.name for button in guest.buttons] == ["flashing"], "nothing can start it"
    guest.press("escape", "escape")
    assert "Closed: you have switched" in texts.all
    guest.press("enter")
    assert guest.on == "choosemode" and "Switch them on again?" in texts.all and "epilepsy" in texts.all
    guest.press("escape")
    assert "Switch them on again?" not in texts.all and not remembered()
    guest.press("enter", "enter")
    assert guest.on == "choosemode" and not remembered(), "the safe answer has the focus"
    guest.press("enter", "right", "enter")
    assert remembered() and "Closed: you have switched" not in texts.all
    guest.press("enter", "enter")
    assert guest.on == "flash" and {button.name for button in guest.buttons} == {"flashing", "start"}


def test_the_settings_have_the_switch_too(guest: Player, texts: Recorder, tmp_path: Path) -> None:
    guest.click("settings")
    guest.click("flashing")
    assert not load(tmp_path / "settings.json")[0].flashing
    guest.press("escape")
    guest.app._follow(Open(PlayRound(SETUP)))
    guest.frame()
    guest.press("enter")
    assert guest.app.screen._play is None, "the only thing to press is the switch"
    assert load(tmp_path / "settings.json")[0].flashing
    guest.press("down", "enter")
    assert guest.app.screen._play is not None
