"""What the tests of the pages after Measured, Duel and Consult share: what a figure says of itself; a z by scipy."""

import pygame
from playing import Recorder
from scipy import stats
from stages import Stage


def explained(stage: Stage, texts: Recorder, name: str) -> str:
    """Returns the sentence at the page's foot while the pointer is on a figure."""
    button = stage.player.button(f"figure/{name}")
    scale = stage.player.app.canvas.scale
    place = (round(button.box.centerx * scale), round(button.box.centery * scale))
    stage.player.frame(pygame.Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0)))
    foot = (stage.player.app.canvas.page.bottom - 140) * scale
    end = (stage.player.app.canvas.page.bottom - 74) * scale
    return " ".join(text for text, box in texts.texts if foot < box.centery < end)


def corrected_z(successes: int, trials: int) -> float:
    """Returns the z of a rate by the log-linear correction (Hautus, 1995)."""
    return float(stats.norm.ppf((successes + 0.5) / (trials + 1)))
