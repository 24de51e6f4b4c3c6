"""Short sounds, made of sines when the game starts; silence where there is no audio."""

from typing import Literal

import numpy as np
import pygame

SoundName = Literal["right", "wrong", "choose", "finish"]
SAMPLE_RATE = 22_050
# Notes as (frequency in hertz, start in seconds, length in seconds).
_NOTES: dict[SoundName, tuple[tuple[float, float, float], ...]] = {
    "right": ((659.3, 0.0, 0.12), (880.0, 0.07, 0.2)),
    "wrong": ((196.0, 0.0, 0.22), (185.0, 0.0, 0.22)),
    "choose": ((523.3, 0.0, 0.05),),
    "finish": ((523.3, 0.0, 0.15), (659.3, 0.1, 0.15), (784.0, 0.2, 0.15), (1046.5, 0.3, 0.35)),
}


class Sounds:
    """Plays sounds while `on`; `notice` is a sentence where this computer can't."""

    def __init__(self, on: bool) -> None:
        self.on = on
        self.notice = ""
        self._sounds: dict[SoundName, pygame.mixer.Sound] = {}

    def prepare(self) -> None:
        """Opens the audio device; without one there is silence and a notice."""
        try:
            pygame.mixer.init(SAMPLE_RATE, -16, 1, 512)
            self._sounds = {name: _sound(name) for name in _NOTES}
        except pygame.error as error:
            self.notice = f"No sound: the audio device can't be opened ({error})."

    def play(self, name: SoundName) -> None:
        """Plays a sound over whatever else is playing."""
        if self.on and name in self._sounds:
            self._sounds[name].play()


def _sound(name: SoundName) -> pygame.mixer.Sound:
    end = max(start + length for _, start, length in _NOTES[name])
    wave = np.zeros(int(end * SAMPLE_RATE))
    for frequency, start, length in _NOTES[name]:
        time = np.arange(int(length * SAMPLE_RATE)) / SAMPLE_RATE
        # A quick rise and a slow fall: a sine that starts at full loudness clicks.
        envelope = np.minimum(time / 0.005, 1) * np.exp(-4 * time / length)
        first = int(start * SAMPLE_RATE)
        wave[first : first + len(time)] += 0.25 * envelope * np.sin(2 * np.pi * frequency * time)
    samples = (np.clip(wave, -1, 1) * 32_767).astype(np.int16)
    # The device may have more channels than were asked for; every one gets the same wave.
    channels = (pygame.mixer.get_init() or (0, 0, 1))[2]
    return pygame.mixer.Sound(np.ascontiguousarray(np.repeat(samples[:, np.newaxis], channels, axis=1)).tobytes())
