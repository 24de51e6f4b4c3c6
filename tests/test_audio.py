"""Sounds are a pleasure, never a condition: without a device there is silence and a sentence."""

from collections.abc import Iterator
from typing import get_args

import numpy as np
import pygame
import pytest

from game.ui.audio import SAMPLE_RATE, SoundName, Sounds

NAMES: tuple[SoundName, ...] = get_args(SoundName)


@pytest.fixture(autouse=True)
def _closed_mixer() -> Iterator[None]:
    yield
    pygame.mixer.quit()


def test_without_a_device_there_is_a_notice_and_playing_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "nonexistent")
    sounds = Sounds(on=True)
    sounds.prepare()
    assert sounds.notice.startswith("No sound: ") and sounds.notice.endswith(".")
    for name in NAMES:
        sounds.play(name)


def test_before_it_is_prepared_there_is_silence() -> None:
    Sounds(on=True).play("right")


def test_a_sound_plays_only_while_it_is_switched_on() -> None:
    sounds = Sounds(on=False)
    sounds.prepare()
    assert sounds.notice == ""
    sounds.play("right")
    assert not pygame.mixer.get_busy()
    sounds.on = True
    sounds.play("right")
    assert pygame.mixer.get_busy()


@pytest.mark.parametrize("name", NAMES)
def test_every_sound_is_short_audible_and_not_clipped(name: SoundName) -> None:
    sounds = Sounds(on=True)
    sounds.prepare()
    sound = sounds._sounds[name]
    assert 0.04 < sound.get_length() < 1
    wave = np.frombuffer(sound.get_raw(), np.int16).astype(float)
    assert 1000 < np.abs(wave).max() < 32_767
    # It begins at rest: a jump would click.
    assert np.abs(wave[: SAMPLE_RATE // 5000]).max() < 1000
