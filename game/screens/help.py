"""How to play, on one page."""

import pygame

from game.screen import Back, Transition
from game.ui.canvas import Canvas
from game.ui.inputs import InputEvent, Key, PointerPressed
from game.ui.theme import BODY, HEADING, MUTED, SMALL, TEXT
from game.ui.widgets import draw_keys

_CHAPTERS = (
    (
        "The game",
        "You see one picture at a time: half of them, on average, are real, handwritten digits, say; the others are by "
        "a generative adversarial network (a GAN). Which is which?",
    ),
    (
        "The forger",
        "A GAN is two networks that play this very game. The generator draws; the discriminator, whose place you take, "
        "tells real from fake; each learns from the other. Neither has ever seen the real pictures you are shown.",
    ),
    (
        "Difficulty",
        "The forger was kept at many points of its training, called rungs: 64 kimg is after 64 thousand real pictures. "
        "The higher the rung, the better it draws.",
    ),
    (
        "The judge",
        "A third network learnt from real pictures alone to name what it sees, and measures how far the forger's "
        "pictures are, as a crowd, from real ones: the judge distance.",
    ),
    (
        "Ways to play",
        "Practice tells you the truth at once. Measured says how good you are, Climb when the forger starts fooling "
        "you, Flash how short a look is enough. Duel sets you against the discriminator, Consult lets you ask it. "
        "Odd one out is for fun.",
    ),
    (
        "Score and luck",
        "A right answer is worth 100 points, and 25 more for each right one before it in a row, up to 200. "
        "The results say how often a coin would do as well as you.",
    ),
    (
        "The lab",
        "Train a forger of your own, for minutes or for hours, and watch both networks learn. Whatever is saved on the "
        "way can be played at once.",
    ),
)
_KEYS = (
    *(("←", ""), ("R", "real"), ("→", ""), ("F", "fake"), ("Space", "go on"), ("Esc", "back")),
    *(("F2", "your training"), ("F11", "full screen")),
)


class HelpScreen:
    """Short paragraphs and the keys."""

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Goes back at any of the keys that a person would try."""
        if isinstance(event, PointerPressed) or event in (Key("escape"), Key("enter"), Key("space"), Key("f1")):
            return Back()
        return None

    def update(self, now: float) -> Transition | None:
        """Returns None: nothing here changes by itself."""
        return None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the page."""
        page = canvas.page
        left, top = page.left + 80, page.top + 30
        canvas.text("How to play", (left, top), HEADING, TEXT, "bold")
        y = top + 54
        for title, text in _CHAPTERS:
            canvas.text(title, (left, y), BODY, TEXT, "semibold")
            bottom = canvas.paragraph(text, pygame.FRect(left + 190, y, page.width - 350, 120), BODY, MUTED)
            y = bottom + 6
        draw_keys(canvas, _KEYS, (left, page.bottom - 62), "bottomleft")
        canvas.text("Real or Fake? is free software (MIT). Font: Inter (OFL).", (left, page.bottom - 40), SMALL, MUTED)
