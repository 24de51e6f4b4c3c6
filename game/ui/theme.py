"""Colours and sizes: a calm dark desk with one bright light-box on it."""

from pathlib import Path
from typing import Literal

Colour = tuple[int, int, int]
Weight = Literal["regular", "semibold", "bold"]

_FONTS = Path(__file__).resolve().parents[2] / "assets" / "fonts"
FONT_FILES: dict[Weight, Path] = {
    "regular": _FONTS / "Inter-Regular.otf",
    "semibold": _FONTS / "Inter-SemiBold.otf",
    "bold": _FONTS / "Inter-Bold.otf",
}

# The sheet that every screen is laid out on, in units that the canvas scales to the window.
SHEET_WIDTH = 1280
SHEET_HEIGHT = 720
MIN_WINDOW = (640, 400)
MIN_TEXT_PIXELS = 11

DESK = (24, 28, 34)
DESK_LIT = (38, 43, 51)
PANEL = (32, 38, 45)
PANEL_HOVER = (42, 49, 58)
EDGE = (52, 59, 69)
TRACK = (45, 52, 60)
TEXT = (232, 235, 239)
MUTED = (156, 164, 176)
LIGHT_BOX = (244, 241, 232)
INK = (23, 27, 33)

# Okabe & Ito's palette: told apart with every kind of colour vision; and never colour alone.
REAL = (0, 114, 178)
REAL_TEXT = (108, 190, 240)
FAKE = (230, 159, 0)
FOCUS = (86, 180, 233)
RIGHT = (54, 190, 145)
WRONG = (236, 128, 170)
STREAK = (240, 228, 66)

SMALL = 17
BODY = 20
LARGE = 26
HEADING = 34
TITLE = 72
