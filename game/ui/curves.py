"""Curves as smooth surfaces: lines of any width and dashing, and bands, from exact covers of pixel columns.

A curve has one y for each x; both are in pixels of the surface.
"""

import numpy as np
import pygame
from numpy.typing import NDArray

from game.ui.shapes import surface_of
from game.ui.theme import Colour

Floats = NDArray[np.float32]

# How finely a pixel's column is looked at; more can't be seen.
COLUMNS_PER_PIXEL = 4
BAND_OPACITY = 0.16


def line(size: tuple[int, int], x: Floats, y: Floats, width: float, colour: Colour, dash: float = 0) -> pygame.Surface:
    """Returns a line through points of ascending x, with round ends and joints; `dash` > 0 is the length of a dash."""
    columns = _columns(size[0])
    # A line of a width is what a disc covers that rolls along it: in a column, from the lowest reach of the discs
    # around to the highest.
    radius = width / 2
    reach = np.arange(-np.ceil(radius * COLUMNS_PER_PIXEL), np.ceil(radius * COLUMNS_PER_PIXEL) + 1) / COLUMNS_PER_PIXEL
    top = np.full(len(columns), np.inf, np.float32)
    bottom = np.full(len(columns), -np.inf, np.float32)
    for offset in reach[np.abs(reach) <= radius]:
        centre = np.interp(columns + offset, x, y, left=np.nan, right=np.nan).astype(np.float32)
        height = np.float32((radius**2 - offset**2) ** 0.5)
        top, bottom = np.fmin(top, centre - height), np.fmax(bottom, centre + height)
    cover = _cover(size, top, bottom)
    if dash > 0:
        cover *= _dashes(size[0], dash)
    return surface_of(colour, cover)


def band(size: tuple[int, int], x: Floats, low: Floats, high: Floats, colour: Colour) -> pygame.Surface:
    """Returns a faint area between two curves."""
    columns = _columns(size[0])
    tops, bottoms = (np.interp(columns, x, y, left=np.nan, right=np.nan).astype(np.float32) for y in (high, low))
    outside = np.isnan(tops)
    tops[outside], bottoms[outside] = np.inf, -np.inf
    return surface_of(colour, _cover(size, tops, bottoms) * np.float32(BAND_OPACITY))


def _columns(width: int) -> Floats:
    return ((np.arange(width * COLUMNS_PER_PIXEL, dtype=np.float32) + 0.5) / COLUMNS_PER_PIXEL).astype(np.float32)


def _cover(size: tuple[int, int], top: Floats, bottom: Floats) -> Floats:
    """Returns how much of each pixel lies between two curves, from 0 to 1, float32 (height, width)."""
    cover = np.zeros((size[1], size[0]), np.float32)
    filled = np.flatnonzero(bottom > top)
    if not len(filled):
        return cover
    first, last = max(0, int(top[filled].min())), min(size[1], int(bottom[filled].max()) + 1)
    rows = np.arange(first, last, dtype=np.float32)[:, np.newaxis]
    part = cover[first:last]
    for place in range(COLUMNS_PER_PIXEL):
        upper, lower = top[place::COLUMNS_PER_PIXEL], bottom[place::COLUMNS_PER_PIXEL]
        part += np.clip(np.minimum(lower, rows + 1) - np.maximum(upper, rows), 0, None)
    part /= COLUMNS_PER_PIXEL
    return cover


def _dashes(width: int, dash: float) -> Floats:
    """Returns 1 in a dash and 0 in the gap of 0.7 dashes after it, smooth between, for each pixel's column."""
    # By x, not along the curve: where a curve is noisy its dashes would be too short to be seen.
    along = (np.arange(width, dtype=np.float32) + 0.5) % (1.7 * dash)
    shares: Floats = np.clip(np.minimum(along, dash - along) + 0.5, 0, 1).astype(np.float32)
    return shares
